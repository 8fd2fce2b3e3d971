"""What becomes of bookings as people leave, are kept apart, meet for the first time, or are erased."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import JSON, Text, cast, func, select

from models import casework, interpreting
from models.actor import SYSTEM, actor_of
from models.errors import Barred, NotAllowedNow
from models.queries.interpreting import feeds
from models.queries.interpreting import written as written_pages
from models.tables import (
    Account,
    Appointment,
    Base,
    Booking,
    CalendarFeed,
    Clearance,
    Interpreter,
    Offer,
    Pairing,
    Plan,
    Reserve,
    TimeException,
)
from tests.models import office
from tests.models.interpreting import bank
from tests.models.office import AT, DO

MEETING = bank.START
ARABIC = (casework.Language(code="acm", level="native"),)
FRENCH = (casework.Language(code="fra", level="native"),)


def test_a_person_who_leaves_has_no_interpreter_booked_any_more(session):
    who, person = bank.interpreter(session), bank.newcomer(session)
    booking = bank.confirmed(session, who, person)
    casework.withdraw_consent(session, person.person, "program", **person.does)
    assert (booking.state, bank.appointment_of(session, booking).state) == ("cancelled", "cancelled")
    with pytest.raises(NotAllowedNow):
        bank.request(session, person)


def test_an_interpreter_who_leaves_is_replaced(session):
    who, other = bank.interpreter(session), bank.interpreter(session, "Yolanda")
    booking = bank.confirmed(session, who, avoid=(other.person,))
    casework.withdraw_consent(session, who.person, "program", **who.does)
    assert (booking.state, bank.appointment_of(session, booking).state) == ("cancelled", "searching")
    assert interpreting.ask_next(session, booking.appointment_id, **DO) is None


def test_two_who_are_kept_apart_are_not_booked_together(session):
    who, person = bank.interpreter(session), bank.newcomer(session)
    booking = bank.confirmed(session, who, person)
    casework.exclude(session, person.person, who.person, **person.does)
    assert booking.state == "cancelled"
    assert interpreting.ask_next(session, booking.appointment_id, **DO) is None


def test_a_relative_is_never_asked(session):
    who, person = bank.interpreter(session), bank.newcomer(session)
    casework.record_tie(session, who.person, person.person, **DO)
    assert interpreting.ask_next(session, bank.request(session, person).id, **DO) is None


def test_whoever_is_reached_under_the_same_telephone_is_of_the_household_and_never_asked(session):
    written = (*bank.SPANISH, *(replace(one, mode="written") for one in bank.SPANISH))
    sister = bank.interpreter(session, phone="418 555-0202", languages=written)
    person = office.newcomer(session, phone="+1 (418) 555-0202")
    appointment = bank.request(session, person).id
    assert interpreting.ask_next(session, appointment, **DO) is None
    with pytest.raises(Barred, match="blocked_exclusion"):
        interpreting.ask(session, appointment, sister.person, **DO)
    sheet = interpreting.TranslationSheet(
        from_language="spa", pages=1, deadline=MEETING.date(), person_id=person.person
    )
    paper = interpreting.request_translation(session, sheet, **DO).id
    assert written_pages.translator_page(session, sister.person).to_take == ()
    with pytest.raises(Barred, match="blocked_exclusion"):
        interpreting.take_translation(session, paper, sister.person, **sister.does)
    bank.interpreter(session, "Yolanda", phone="418 555-0303")
    assert interpreting.ask_next(session, appointment, **DO).state == "asked"


def test_nobody_interprets_for_herself(session):
    who = bank.interpreter(session)
    assert interpreting.ask_next(session, bank.request(session, who, by=who.actor).id, **DO) is None


def test_who_is_no_longer_cleared_gives_back_what_she_took(session):
    who = bank.interpreter(session)
    booking = bank.confirmed(session, who)
    assert interpreting.stop_uncleared(session, by=SYSTEM, at=AT) == 0
    for clearance in session.scalars(select(Clearance).where(Clearance.kind == "screening")):
        clearance.expires = AT.date() - timedelta(days=1)
    session.flush()
    assert interpreting.stop_uncleared(session, by=SYSTEM, at=AT) == 1
    assert booking.state == "cancelled"


def pairing_with_interpreter(session):
    need = office.newcomer(session, languages=ARABIC)
    offer = office.sponsor(session, languages=FRENCH, accepts_interpreter=True)
    return office.accepted(session, need, offer), need, offer


def requests_of(session, pairing):
    chosen = select(Appointment).where(Appointment.pairing_id == pairing.id).order_by(Appointment.start)
    return list(session.scalars(chosen))


def test_a_first_meeting_that_needs_an_interpreter_asks_for_one_by_itself(session):
    pairing, need, _ = pairing_with_interpreter(session)
    casework.plan_first_meeting(session, pairing.id, MEETING, **DO)
    (asked,) = requests_of(session, pairing)
    assert (asked.from_language, asked.to_language, asked.setting) == ("acm", "fra", "first_pairing_meetings")
    assert (asked.start, asked.state, asked.person_id) == (MEETING, "searching", need.person)
    bank.interpreter(session, languages=(*ARABIC, *FRENCH))
    assert interpreting.ask_next(session, asked.id, **DO).state == "asked"


def test_a_first_meeting_that_moves_takes_its_interpreter_along(session):
    pairing, _, _ = pairing_with_interpreter(session)
    later = MEETING + timedelta(days=2)
    for on in (MEETING, MEETING, later):
        casework.plan_first_meeting(session, pairing.id, on, **DO)
    assert [(one.start, one.state) for one in requests_of(session, pairing)] == [
        (MEETING, "cancelled"),
        (later, "searching"),
    ]


def end(session, pairing):
    casework.end_pairing(session, pairing.id, "schedule", **DO)


def suspend(session, pairing):
    casework.suspend(session, pairing.id, **DO)


def revoke(session, pairing):
    giver = session.get_one(Offer, pairing.offer_id).person_id
    for screening in session.scalars(select(Clearance).filter_by(kind="screening", person_id=giver)):
        casework.revoke_clearance(session, screening.id, **DO)


@pytest.mark.parametrize("stop", [end, suspend, revoke])
def test_a_pairing_that_stops_before_it_met_needs_no_interpreter(session, stop):
    pairing, _, _ = pairing_with_interpreter(session)
    casework.plan_first_meeting(session, pairing.id, MEETING, **DO)
    stop(session, pairing)
    assert [one.state for one in requests_of(session, pairing)] == ["cancelled"]


def test_two_who_talk_without_help_ask_for_nobody(session):
    pairing = office.accepted(session, office.newcomer(session), office.sponsor(session))
    casework.plan_first_meeting(session, pairing.id, MEETING, **DO)
    assert requests_of(session, pairing) == []
    assert session.scalars(select(Pairing)).one().state == "first_meeting_planned"


def test_what_an_interpreter_gave_is_erased_with_her_and_the_services_still_count(session):
    who, person = bank.interpreter(session), bank.newcomer(session)
    booking = bank.confirmed(session, who, person, note="Apporter le bail.")
    for side in ("interpreter", "requester"):
        interpreting.sign_service(
            session, booking.id, 60, by=office.COORDINATOR, at=bank.after(booking), side=side
        )
    interpreting.add_exception(session, who.person, "away", AT, AT + timedelta(days=1), **who.does)
    account = session.scalars(select(Account).where(Account.person_id == who.person)).one()
    token = interpreting.make_feed(session, by=actor_of(account), at=AT)
    assert feeds.feed_of(session, token, AT) is not None
    casework.erase(session, who.person, **who.does)
    session.expire_all()
    assert session.scalars(select(TimeException)).all() == []
    assert session.scalars(select(CalendarFeed)).all() == []
    assert feeds.feed_of(session, token, AT) is None
    row = session.scalars(select(Interpreter)).one()
    assert (row.languages, row.availability, row.settings) == (None, None, None)
    assert session.scalars(select(Booking.state)).all() == ["done"]
    assert session.scalars(select(Reserve)).all() == []


def test_the_note_and_the_place_of_a_request_go_with_the_person(session):
    bank.interpreter(session)
    person = bank.newcomer(session)
    booking = bank.asked(session, person, note="Apporter le bail.", place="12, rue Imaginaire")
    casework.erase(session, person.person, **person.does)
    session.expire_all()
    appointment = bank.appointment_of(session, booking)
    assert (appointment.note_sealed, appointment.place_sealed) == (None, None)
    assert appointment.state == "cancelled"


def test_no_list_and_no_plan_names_an_erased_interpreter_and_who_wanted_her_alone_gets_nobody_else(session):
    """Looked for in every document of every table; the ledger, which nobody may change, holds ids alone."""
    who, other = bank.interpreter(session), bank.interpreter(session, "Yolanda")
    hers = {name: bank.request(session, **{name: (who.person, other.person)}).id for name in LISTS}
    alone = bank.request(session, only=(who.person,), start=MEETING + timedelta(days=1)).id
    bank.request(session, start=MEETING + timedelta(hours=6))
    interpreting.plan_horizon(session, AT, AT + timedelta(days=14), **DO)
    session.flush()
    assert documents_naming(session, who.person) == {
        ("appointment", "avoid"),
        ("appointment", "only"),
        ("appointment", "prefer"),
        ("appointment", "shortfall"),
        ("plan", "document"),
    }
    casework.erase(session, who.person, **who.does)
    session.expire_all()
    assert documents_naming(session, who.person) == set()
    left = {name: getattr(session.get(Appointment, one), name) for name, one in hers.items()}
    assert {name: len(row) for name, row in left.items()} == {"avoid": 1, "only": 2, "prefer": 1}
    assert all(other.person in row for row in left.values())
    assert interpreting.ask_next(session, alone, **DO) is None
    assert session.scalars(select(Plan)).one().document["totals"]


LISTS = ("avoid", "only", "prefer")


def documents_naming(session, person_id):
    """The columns of documents, by table, that hold an id."""
    return {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.c
        if isinstance(column.type, JSON)
        and table.name != "ledger_line"
        and session.scalar(select(func.count()).where(cast(column, Text).contains(person_id)))
    }


def registered_again(session, name, phone, **parts):
    """The same person, under another address and with the telephone she had."""
    profile = replace(office.PROFILE, phone=phone)
    return office.sign_up(session, name, profile=profile, email=f"{name.lower()}.encore@example.org", **parts)


@pytest.mark.parametrize("who_comes_back", ["the person", "the interpreter"])
def test_two_who_do_not_meet_over_an_appointment_still_do_not_when_one_registers_anew(
    session, who_comes_back
):
    who = bank.interpreter(session, phone="418 555-0101")
    person = office.newcomer(session, phone="418 555-0202")
    interpreting.i_know_this_person(session, bank.asked(session, person).id, **who.does)
    if who_comes_back == "the person":
        casework.erase(session, person.person, **person.does)
        again = registered_again(session, "Amina", "418 555-0202")
        office.make_ready(session, again)
        asks = office.Someone(again, "")
    else:
        casework.erase(session, who.person, **who.does)
        again = registered_again(session, "Ximena", "418 555-0101")
        interpreting.join_bank(session, again, bank.SHEET, **DO)
        office.make_ready(session, again)
        interpreting.sign_code(session, again, **DO)
        asks = person
    assert interpreting.ask_next(session, bank.request(session, asks).id, **DO) is None
    assert interpreting.ask_next(session, bank.request(session, bank.newcomer(session, "Basile")).id, **DO)


def test_who_takes_the_telephone_of_somebody_she_was_kept_from_loses_what_is_booked(session):
    """An address or a telephone that comes later tells as much as one that was there from the first."""
    who, person = bank.interpreter(session), office.newcomer(session, phone="418 555-0202")
    interpreting.i_know_this_person(session, bank.asked(session, person).id, **who.does)
    other = bank.newcomer(session, "Basile")
    booking = bank.confirmed(session, who, other)
    profile = replace(office.PROFILE, first_name="Basile", email="basile@example.org", phone="418 555-0202")
    casework.update_profile(session, other.person, profile, **other.does)
    assert booking.state == "cancelled"
