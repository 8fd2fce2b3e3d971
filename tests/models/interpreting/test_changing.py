from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import casework, interpreting, ledger
from models.actor import SYSTEM
from models.errors import Forbidden, NotAllowedNow, WrongValue
from models.interpreting import Arrangement, asking
from models.interpreting.changing import arrangement_of
from models.interpreting.rows import person_of
from models.interpreting.soundness import faults_of
from models.tables import Appointment, Interpreter, Letter
from tests.models.interpreting import bank
from tests.models.interpreting.test_leaving import pairing_with_interpreter, requests_of
from tests.models.office import AT, COORDINATOR, DO

A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
LATER = AT + timedelta(minutes=5)


def change(session, appointment_id, *, by=COORDINATOR, at=LATER, **changes):
    """Change an appointment from what it is."""
    stands = arrangement_of(session, session.get_one(Appointment, appointment_id))
    return interpreting.change_appointment(session, appointment_id, replace(stands, **changes), by=by, at=at)


def asked_of(session, appointment_id):
    """The one who is asked now."""
    (found,) = [one for one in bank.bookings_of(session, appointment_id) if one.state == "asked"]
    return found


def letters_about(session, about):
    """The letters that are owed about something, by kind."""
    session.flush()
    return sorted(session.scalars(select(Letter.kind).where(Letter.about == about)))


def number_of(session, who):
    """The place of somebody in the bank."""
    return session.scalar(select(Interpreter.number).where(Interpreter.person_id == who.person))


def test_whoever_was_booked_for_another_hour_is_told_and_asked_again_before_all_others(session):
    ximena, amina = bank.interpreter(session, email="ximena@example.org"), bank.newcomer(session)
    booking = bank.confirmed(session, ximena, amina)
    better = bank.interpreter(session, "Yolanda").person
    bank.appointment_of(session, booking).prefer = [better]
    appointment = change(session, booking.appointment_id, start=bank.START + A_DAY)
    first, then = booking, asked_of(session, appointment.id)
    assert (first.state, first.cancelled_side) == ("cancelled", "office")
    assert first.notice_minutes == (bank.START - LATER).total_seconds() // 60
    assert (then.interpreter, then.begins) == (booking.interpreter, bank.START + A_DAY)
    assert appointment.state == "offered"
    assert "interpreting_news" in letters_about(session, first.id)
    assert letters_about(session, then.id) == ["interpreting_offer"]


@pytest.mark.parametrize(
    ("changes", "stays"),
    [
        ({"start": bank.START + AN_HOUR}, False),
        ({"minutes": 90}, False),
        ({"modes": ("video",)}, False),
        ({"sector": "jonquiere_nord"}, False),
        ({"modes": ("phone", "in_person")}, True),
        ({"place": "Local 12"}, True),
    ],
)
def test_who_is_booked_stays_only_where_it_is_the_same_to_her(session, changes, stays):
    booking = bank.confirmed(session, bank.interpreter(session, email="ximena@example.org"))
    assert booking.mode == "in_person"
    told = set(session.scalars(select(Letter.id).where(Letter.about == booking.id)))
    appointment = change(session, booking.appointment_id, **changes)
    assert booking.state == ("confirmed" if stays else "cancelled")
    assert (appointment.state == "assigned") is stays
    session.flush()
    now_told = set(session.scalars(select(Letter.id).where(Letter.about == booking.id)))
    assert bool(now_told - told) is (not stays or "place" in changes)


def test_the_sector_is_the_same_to_whoever_telephones(session):
    booking = bank.confirmed(session, bank.interpreter(session), modes=("phone",))
    change(session, booking.appointment_id, sector="jonquiere_nord")
    assert booking.state == "confirmed"


def test_who_only_stood_by_is_not_asked_before_who_had_taken_it(session, monkeypatch):
    monkeypatch.setattr(asking, "new_id", iter(["z" * 26, "a" * 26, "m" * 26]).__next__)
    two = {one.person: one for one in (bank.interpreter(session), bank.interpreter(session, "Yolanda"))}
    standing_by = bank.asked(session, bank.newcomer(session))
    interpreting.stand_by(session, standing_by.id, **two[person_of(session, standing_by.interpreter)].does)
    took = asked_of(session, standing_by.appointment_id)
    interpreting.take(session, took.id, **two[person_of(session, took.interpreter)].does)
    change(session, took.appointment_id, start=bank.START + A_DAY)
    assert (standing_by.state, took.state) == ("cancelled", "cancelled")
    assert asked_of(session, took.appointment_id).interpreter == took.interpreter


def test_what_a_plan_said_of_another_hour_is_forgotten(session):
    appointment = session.get_one(Appointment, bank.request(session).id)
    appointment.shortfall, version = {"reason": "blocked_schedule"}, appointment.version
    change(session, appointment.id, start=bank.START + A_DAY)
    assert (appointment.shortfall, appointment.version) == (None, version + 1)


def test_another_place_without_anybody_booked_tells_no_interpreter(session):
    bank.interpreter(session, email="ximena@example.org")
    booking = bank.asked(session)
    change(session, booking.appointment_id, place="Local 12")
    assert booking.state == "asked"
    assert letters_about(session, booking.id) == ["interpreting_offer"]


def test_who_declined_another_hour_may_be_asked_for_this_one(session):
    ximena, amina = bank.interpreter(session), bank.newcomer(session)
    booking = bank.asked(session, amina)
    interpreting.decline(session, booking.id, **ximena.does)
    change(session, booking.appointment_id, place="Local 12")
    assert interpreting.ask_next(session, booking.appointment_id, by=COORDINATOR, at=LATER) is None
    change(session, booking.appointment_id, start=bank.START + A_DAY)
    assert interpreting.ask_next(session, booking.appointment_id, by=COORDINATOR, at=LATER)
    assert asked_of(session, booking.appointment_id).interpreter == booking.interpreter


def test_who_declines_after_a_change_is_not_asked_again(session):
    ximena, amina = bank.interpreter(session), bank.newcomer(session)
    booking = bank.confirmed(session, ximena, amina)
    change(session, booking.appointment_id, start=bank.START + A_DAY)
    again = asked_of(session, booking.appointment_id)
    interpreting.decline(session, again.id, by=ximena.actor, at=LATER)
    assert interpreting.ask_next(session, booking.appointment_id, by=COORDINATOR, at=LATER) is None


def test_of_whoever_is_not_registered_nobody_who_said_no_is_asked_again(session):
    ximena, yolanda = bank.interpreter(session), bank.interpreter(session, "Yolanda")
    booking = bank.asked(session)
    is_first = booking.interpreter == number_of(session, ximena)
    who, other = (ximena, yolanda) if is_first else (yolanda, ximena)
    interpreting.i_know_this_person(session, booking.id, **who.does)
    interpreting.take(session, asked_of(session, booking.appointment_id).id, **other.does)
    change(session, booking.appointment_id, start=bank.START + A_DAY)
    last = asked_of(session, booking.appointment_id)
    assert last.interpreter == number_of(session, other)
    interpreting.decline(session, last.id, by=other.actor, at=LATER)
    assert interpreting.ask_next(session, booking.appointment_id, by=COORDINATOR, at=LATER) is None


def test_whom_the_person_refused_is_not_asked_for_another_hour_either(session):
    ximena, amina = bank.interpreter(session), bank.newcomer(session)
    booking = bank.confirmed(session, ximena, amina)
    interpreting.refuse_interpreter(session, booking.id, **amina.does)
    change(session, booking.appointment_id, start=bank.START + A_DAY)
    assert interpreting.ask_next(session, booking.appointment_id, by=COORDINATOR, at=LATER) is None


def test_the_person_herself_may_change_it_and_nobody_else_may(session):
    ximena, amina, basile = (
        bank.interpreter(session),
        bank.newcomer(session),
        bank.newcomer(session, "Basile"),
    )
    booking = bank.confirmed(session, ximena, amina)
    for stranger in (basile.actor, ximena.actor):
        with pytest.raises(Forbidden):
            change(session, booking.appointment_id, by=stranger, minutes=30)
    change(session, booking.appointment_id, by=amina.actor, minutes=30)
    assert (booking.state, booking.cancelled_side) == ("cancelled", "requester")


def test_nothing_changed_is_nothing_done(session):
    booking = bank.confirmed(session, bank.interpreter(session), bank.newcomer(session))
    ledger.write_pending(session)
    appointment = change(session, booking.appointment_id)
    assert (appointment.changed_at, booking.state) == (None, "confirmed")
    assert ledger.write_pending(session) == []


def test_the_ledger_tells_what_changed_and_not_to_what(session):
    appointment_id = bank.request(session, bank.newcomer(session)).id
    change(session, appointment_id, place="Local 12", minutes=30)
    told = [
        (one.entity_id, one.facts)
        for one in ledger.write_pending(session)
        if one.verb == "change_appointment"
    ]
    assert told == [(appointment_id, {"changed": ["minutes", "place"]})]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"start": AT - AN_HOUR}, "start"),
        ({"start": AT + timedelta(days=400)}, "start"),
        ({"minutes": 0}, "minutes"),
        ({"modes": ()}, "modes"),
        ({"modes": ("letter",)}, "modes"),
        ({"sector": "nowhere"}, "sector"),
        ({"place": "x" * 501}, "place"),
    ],
)
def test_no_appointment_is_changed_to_what_none_can_be(session, changes, field):
    booking = bank.confirmed(session, bank.interpreter(session), bank.newcomer(session))
    with pytest.raises(WrongValue, match=field):
        change(session, booking.appointment_id, **changes)
    assert booking.state == "confirmed"


def test_what_is_over_or_has_begun_is_not_changed(session):
    amina = bank.newcomer(session)
    booking = bank.confirmed(session, bank.interpreter(session), amina)
    for at in (booking.begins, bank.after(booking)):
        with pytest.raises(NotAllowedNow):
            change(session, booking.appointment_id, start=at + A_DAY, at=at)
    interpreting.cancel_appointment(session, booking.appointment_id, **DO)
    with pytest.raises(NotAllowedNow):
        change(session, booking.appointment_id, minutes=30)


def test_the_hour_of_a_first_meeting_is_not_moved_here_its_way_is(session):
    pairing, *_ = pairing_with_interpreter(session)
    casework.plan_first_meeting(session, pairing.id, bank.START, **DO)
    (appointment,) = requests_of(session, pairing)
    with pytest.raises(NotAllowedNow):
        change(session, appointment.id, start=bank.START + A_DAY)
    change(session, appointment.id, modes=("phone",))
    assert (appointment.start, appointment.modes) == (bank.START, ["phone"])


def test_whoever_it_is_for_is_told_of_what_somebody_else_changed(session):
    bank.interpreter(session)
    amina = bank.newcomer(session)
    appointment_id = bank.request(session, amina, by=amina.actor).id
    change(session, appointment_id, by=amina.actor, minutes=30)
    assert letters_about(session, appointment_id) == []
    change(session, appointment_id, minutes=45)
    assert letters_about(session, appointment_id) == ["interpreting_news"]


def test_who_was_reminded_of_one_hour_is_reminded_of_the_next(session):
    ximena = bank.interpreter(session, email="ximena@example.org")
    amina = bank.newcomer(session)
    booking = bank.confirmed(session, ximena, amina)

    def reminders(at):
        interpreting.remind_bookings(session, by=SYSTEM, at=at)
        return letters_about(session, booking.appointment_id).count("interpreting_tomorrow")

    assert reminders(bank.START - 20 * AN_HOUR) == 1
    change(session, booking.appointment_id, start=bank.START + 2 * A_DAY, at=bank.START - 19 * AN_HOUR)
    again = asked_of(session, booking.appointment_id)
    interpreting.take(session, again.id, by=ximena.actor, at=bank.START - 18 * AN_HOUR)
    before = reminders(again.begins - 30 * AN_HOUR)
    assert reminders(again.begins - 20 * AN_HOUR) == before + 1
    assert reminders(again.begins - 19 * AN_HOUR) == before + 1


def test_an_arrangement_says_what_stands(session):
    appointment_id = bank.request(session, bank.newcomer(session), place="Local 12").id
    stands = arrangement_of(session, session.get_one(Appointment, appointment_id))
    assert stands == Arrangement(
        start=bank.START,
        minutes=60,
        modes=("in_person", "phone"),
        sector="chicoutimi_centre",
        place="Local 12",
    )


def test_the_doctor_finds_whoever_is_booked_for_an_hour_at_which_it_is_not(session):
    booking = bank.confirmed(session, bank.interpreter(session))
    session.flush()
    assert list(faults_of(session)) == []
    bank.appointment_of(session, booking).start += AN_HOUR
    session.flush()
    assert list(faults_of(session)) == [("another_hour", "booking", booking.id, "")]
    bank.appointment_of(session, booking).start -= AN_HOUR
