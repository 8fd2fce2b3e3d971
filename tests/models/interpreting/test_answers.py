from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from matcher.appointments import records
from models import casework, interpreting
from models.actor import SYSTEM
from models.errors import Barred, Forbidden, NotAllowedNow, Stale, WrongValue
from models.interpreting import Language, asking, rows
from models.tables import Appointment, Letter, Offer, Reserve
from tests.models.interpreting import bank
from tests.models.office import AT, COORDINATOR, DO


def test_who_takes_is_booked_and_both_sign(session):
    ximena, amina = bank.interpreter(session), bank.newcomer(session)
    booking = bank.confirmed(session, ximena, amina)
    appointment = bank.appointment_of(session, booking)
    assert (booking.state, appointment.state) == ("confirmed", "assigned")
    interpreting.sign_service(session, booking.id, 70, by=ximena.actor, at=bank.after(booking))
    assert booking.state == "confirmed"
    interpreting.sign_service(session, booking.id, 70, by=amina.actor, at=bank.after(booking))
    assert (booking.state, appointment.state) == ("done", "done")


def test_two_who_differ_on_the_time_are_not_done_until_one_signs_again(session):
    ximena, amina = bank.interpreter(session), bank.newcomer(session)
    booking = bank.confirmed(session, ximena, amina)
    interpreting.sign_service(session, booking.id, 70, by=ximena.actor, at=bank.after(booking))
    interpreting.sign_service(session, booking.id, 60, by=amina.actor, at=bank.after(booking))
    assert booking.state == "confirmed"
    interpreting.sign_service(session, booking.id, 60, by=ximena.actor, at=bank.after(booking))
    assert (booking.state, booking.interpreter_minutes) == ("done", 60)


def test_nothing_is_signed_before_its_hour_nor_by_a_stranger(session):
    ximena, other = bank.interpreter(session), bank.interpreter(session, "Yolanda")
    booking = bank.confirmed(session, ximena, bank.newcomer(session), avoid=(other.person,))
    with pytest.raises(NotAllowedNow):
        interpreting.sign_service(session, booking.id, 60, by=ximena.actor, at=AT)
    with pytest.raises(Forbidden):
        interpreting.sign_service(session, booking.id, 60, by=other.actor, at=bank.after(booking))


def test_the_office_signs_for_a_side_that_it_names(session):
    booking = bank.confirmed(session, bank.interpreter(session), bank.newcomer(session))
    office = {"by": COORDINATOR, "at": bank.after(booking)}
    with pytest.raises(WrongValue, match="side"):
        interpreting.sign_service(session, booking.id, 60, **office)
    for side in ("interpreter", "requester"):
        interpreting.sign_service(session, booking.id, 60, side=side, **office)
    assert booking.state == "done"


def test_who_declines_is_not_asked_again_and_the_next_is(session):
    two = {one.person: one for one in (bank.interpreter(session), bank.interpreter(session, "Yolanda"))}
    first = bank.asked(session, bank.newcomer(session))
    for _ in range(2):
        asked = [one for one in bank.bookings_of(session, first.appointment_id) if one.state == "asked"]
        person = rows.person_of(session, asked[0].interpreter)
        interpreting.decline(session, asked[0].id, **two.pop(person).does)
    assert not two
    assert bank.appointment_of(session, first).state == "searching"
    assert {one.state for one in bank.bookings_of(session, first.appointment_id)} == {"declined"}


def test_silence_lapses_after_a_third_of_the_time_that_is_left_and_the_next_is_asked(session):
    bank.interpreter(session), bank.interpreter(session, "Yolanda")
    soon = AT + timedelta(hours=3)
    first = bank.asked(session, start=soon)
    assert first.answer_due == AT + timedelta(hours=1)
    assert interpreting.lapse_bookings(session, by=SYSTEM, at=AT + timedelta(minutes=59)) == 0
    assert interpreting.lapse_bookings(session, by=SYSTEM, at=AT + timedelta(hours=1)) == 1
    assert [one.state for one in bank.bookings_of(session, first.appointment_id)] == ["lapsed", "asked"]


def test_who_stands_by_is_asked_when_the_one_who_took_it_cancels(session):
    two = {one.person: one for one in (bank.interpreter(session), bank.interpreter(session, "Yolanda"))}
    first = bank.asked(session, bank.newcomer(session))
    reserve = two.pop(rows.person_of(session, first.interpreter))
    interpreting.stand_by(session, first.id, **reserve.does)
    (other,) = two.values()
    asked = next(one for one in bank.bookings_of(session, first.appointment_id) if one.state == "asked")
    interpreting.take(session, asked.id, **other.does)
    interpreting.cancel_booking(session, asked.id, **other.does)
    assert (first.state, asked.state, asked.cancelled_side) == ("asked", "cancelled", "interpreter")
    assert asked.notice_minutes == (bank.START - AT).total_seconds() // 60


def test_an_interpreter_who_knows_the_person_is_never_asked_for_her_again_and_nothing_says_why(session):
    ximena, amina = bank.interpreter(session), bank.newcomer(session)
    booking = bank.asked(session, amina)
    interpreting.i_know_this_person(session, booking.id, **ximena.does)
    assert (booking.state, booking.cancelled_side) == ("declined", None)
    assert interpreting.ask_next(session, bank.request(session, amina).id, **DO) is None
    assert bank.asked(session, bank.newcomer(session, "Basile")).state == "asked"


def test_a_person_refuses_an_interpreter_and_to_her_it_is_a_cancellation_as_any_other(session):
    ximena, amina = bank.interpreter(session), bank.newcomer(session)
    booking = bank.confirmed(session, ximena, amina)
    interpreting.refuse_interpreter(session, booking.id, **amina.does)
    assert (booking.state, booking.cancelled_side) == ("cancelled", "office")
    assert session.scalars(select(Reserve.person_id)).all() == [amina.person]
    assert interpreting.ask_next(session, bank.request(session, amina).id, **DO) is None
    with pytest.raises(Barred, match="blocked_exclusion"):
        interpreting.ask(session, bank.request(session, amina).id, ximena.person, **DO)


def test_what_has_begun_is_neither_cancelled_nor_refused(session):
    ximena, amina = bank.interpreter(session), bank.newcomer(session)
    booking = bank.confirmed(session, ximena, amina)
    for at in (booking.begins, bank.after(booking)):
        for by in (amina.actor, COORDINATOR):
            with pytest.raises(NotAllowedNow):
                interpreting.cancel_appointment(session, booking.appointment_id, by=by, at=at)
            with pytest.raises(NotAllowedNow):
                interpreting.refuse_interpreter(session, booking.id, by=by, at=at)
    assert (booking.state, session.scalars(select(Reserve)).all()) == ("confirmed", [])


def test_who_knows_the_person_at_the_door_does_not_undo_the_service_and_is_not_asked_again(session):
    ximena, amina = bank.interpreter(session), bank.newcomer(session)
    booking = bank.confirmed(session, ximena, amina)
    later = bank.request(session, amina, start=bank.START + timedelta(days=1)).id
    interpreting.i_know_this_person(session, booking.id, by=ximena.actor, at=bank.after(booking))
    assert booking.state == "confirmed"
    assert interpreting.ask_next(session, later, by=COORDINATOR, at=bank.after(booking)) is None


def test_whoever_are_not_to_meet_do_not_meet_the_next_day_either(session):
    ximena, amina = bank.interpreter(session), bank.newcomer(session)
    first, then = (
        bank.confirmed(session, ximena, amina, start=bank.START + timedelta(days=day)) for day in (0, 1)
    )
    interpreting.i_know_this_person(session, first.id, **ximena.does)
    assert (first.state, then.state) == ("cancelled", "cancelled")
    assert bank.appointment_of(session, then).state == "searching"


def goes_on_a_break(session, ximena, _, does):
    casework.pause(session, ximena.person, by=ximena.actor, **does)


def leaves(session, ximena, _, does):
    casework.withdraw_consent(session, ximena.person, "program", by=ximena.actor, **does)


def whom_it_was_for_leaves(session, _, amina, does):
    casework.withdraw_consent(session, amina.person, "program", by=amina.actor, **does)


def is_excluded(session, ximena, amina, does):
    casework.exclude(session, amina.person, ximena.person, by=amina.actor, **does)


@pytest.mark.parametrize("stops", [goes_on_a_break, leaves, whom_it_was_for_leaves, is_excluded])
def test_a_service_that_took_place_is_signed_whoever_stops_before_that(session, stops):
    ximena, amina = bank.interpreter(session), bank.newcomer(session)
    booking = bank.confirmed(session, ximena, amina)
    at = bank.after(booking)
    stops(session, ximena, amina, {"at": at})
    for side in ("interpreter", "requester"):
        interpreting.sign_service(session, booking.id, 60, side=side, by=COORDINATOR, at=at)
    assert booking.state == "done"


def test_what_is_too_near_to_something_taken_meanwhile_is_refused(session):
    ximena = bank.interpreter(session)
    first = bank.asked(session)
    later = bank.request(session, start=bank.START + timedelta(minutes=89))
    second = asking.offer_to(session, session.get(Appointment, later.id), assigned(ximena), **DO)
    interpreting.take(session, first.id, **ximena.does)
    assert second.state == "cancelled"  # what she took leaves no time for it
    third = asking.offer_to(session, session.get(Appointment, later.id), assigned(ximena), **DO)
    with pytest.raises(Barred, match="blocked_schedule"):
        interpreting.take(session, third.id, **ximena.does)
    interpreting.decline(session, third.id, **ximena.does)


def assigned(who, **changes):
    plain = records.Assigned(
        appointment="", interpreter=who.person, mode="phone", via=None, minutes=60, worth=0
    )
    return replace(plain, **changes)


def test_her_hours_of_the_day_are_held_under_the_lock(session):
    ximena = bank.interpreter(session, max_hours_day=1)
    bank.confirmed(session, ximena)
    later = bank.request(session, start=bank.START + timedelta(hours=2), minutes=30)
    appointment = session.get(Appointment, later.id)
    booking = asking.offer_to(session, appointment, assigned(ximena, minutes=30), **DO)
    with pytest.raises(Barred, match="blocked_capacity"):
        interpreting.take(session, booking.id, **ximena.does)


def test_who_takes_a_break_keeps_nothing_and_takes_nothing(session):
    ximena = bank.interpreter(session)
    booking = bank.confirmed(session, ximena)
    casework.pause(session, ximena.person, **ximena.does)
    assert (booking.state, bank.appointment_of(session, booking).state) == ("cancelled", "searching")
    assert interpreting.ask_next(session, booking.appointment_id, **DO) is None


def test_nobody_takes_what_is_not_hers_and_no_offer_outlives_its_hour(session):
    ximena, other = bank.interpreter(session), bank.interpreter(session, "Yolanda")
    booking = bank.asked(session, only=(ximena.person,))
    with pytest.raises(Forbidden):
        interpreting.take(session, booking.id, **other.does)
    with pytest.raises(NotAllowedNow):
        interpreting.take(session, booking.id, by=ximena.actor, at=bank.START)


def test_an_offer_is_stale_once_its_interpreter_left_the_bank(session):
    ximena = bank.interpreter(session)
    booking = bank.asked(session)
    session.get(Offer, ximena.wish).state = "withdrawn"
    with pytest.raises(Stale):
        interpreting.take(session, booking.id, **ximena.does)
    session.get(Offer, ximena.wish).state = "available"


def test_a_close_language_is_confirmed_by_the_person_alone(session):
    farsi = (Language(code="fas", level="native"), Language(code="fra", level="C1"))
    ximena, amina = bank.interpreter(session, languages=farsi), bank.newcomer(session)
    asked = bank.request(session, amina, from_language="prs")
    assert interpreting.ask_next(session, asked.id, **DO) is None
    with pytest.raises(WrongValue, match="close_language"):
        interpreting.ask(session, asked.id, ximena.person, close_language="spa", **DO)
    booking = interpreting.ask(session, asked.id, ximena.person, close_language="fas", **DO)
    interpreting.take(session, booking.id, **ximena.does)
    assert booking.state == "taken"
    with pytest.raises(Forbidden):
        interpreting.agree(session, booking.id, **ximena.does)
    with pytest.raises(NotAllowedNow):
        interpreting.agree(session, booking.id, by=amina.actor, at=booking.begins)
    interpreting.agree(session, booking.id, **amina.does)
    assert (booking.state, bank.appointment_of(session, booking).state) == ("confirmed", "assigned")


def test_an_absence_is_said_by_the_other_side(session):
    ximena, amina = bank.interpreter(session), bank.newcomer(session)
    booking = bank.confirmed(session, ximena, amina)
    with pytest.raises(Forbidden):
        interpreting.record_absence(session, booking.id, "requester", by=amina.actor, at=bank.after(booking))
    interpreting.record_absence(session, booking.id, "requester", by=ximena.actor, at=bank.after(booking))
    assert (booking.state, booking.absent_side) == ("no_show", "requester")


def test_reminders_leave_once_the_day_before_and_two_hours_before(session):
    ximena, amina = bank.interpreter(session), bank.newcomer(session)
    booking = bank.confirmed(session, ximena, amina)

    def remind(before):
        done = interpreting.remind_bookings(session, by=SYSTEM, at=booking.begins - before)
        session.query(Letter).update({"sent_at": AT})
        return done

    hours = [25, 23, 22, 2, 1]
    assert [remind(timedelta(hours=before)) for before in hours] == [0, 1, 0, 1, 0]
    kinds = session.scalars(
        select(Letter.kind).where(Letter.kind.in_(("interpreting_tomorrow", "interpreting_soon")))
    )
    assert sorted(kinds) == ["interpreting_soon"] * 2 + ["interpreting_tomorrow"] * 2
