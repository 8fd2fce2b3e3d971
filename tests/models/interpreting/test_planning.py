"""The plan of a horizon, from the database and back: it holds before the independent check, and keeps what stands."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from matcher.appointments.checks import verify
from matcher.appointments.plans import plan_from_json
from matcher.appointments.reading import agenda_from_json
from matcher.appointments.writing import agenda_to_json
from models import casework, interpreting
from models.errors import Forbidden, WrongValue
from models.interpreting import InterpreterSheet
from models.interpreting.mapping import read_standing
from models.tables import Appointment, Booking, Plan
from tests.models.interpreting import bank
from tests.models.office import AT, DO

HORIZON = (AT, AT + timedelta(days=14))


def asked_for(session):
    return {one.appointment_id: one.interpreter for one in session.scalars(select(Booking))}


def a_busy_day(session):
    """Two interpreters, five requests: three fit, with the pause between and after."""
    two = [bank.interpreter(session), bank.interpreter(session, "Yolanda")]
    for minutes in (0, 30, 60, 90, 120):
        bank.request(session, start=bank.START + timedelta(minutes=minutes), modes=("phone",))
    return two


def test_the_plan_that_is_kept_holds_before_the_independent_check(session):
    a_busy_day(session)
    agenda = read_standing(session, *HORIZON, AT).agenda
    row = session.get(Plan, interpreting.plan_horizon(session, *HORIZON, **DO))
    for found in (agenda, agenda_from_json(agenda_to_json(agenda))):
        verify(found, plan_from_json(row.document))
    assert (row.filled, row.unfilled, row.proved) == (3, 2, True)
    assert len(asked_for(session)) == 3


def test_a_plan_that_is_run_again_asks_nobody_anew(session):
    a_busy_day(session)
    interpreting.plan_horizon(session, *HORIZON, **DO)
    before = asked_for(session)
    interpreting.plan_horizon(session, *HORIZON, **DO)
    assert asked_for(session) == before


def test_what_was_promised_stands_whatever_is_wished_since(session):
    who, person = bank.interpreter(session), bank.newcomer(session)
    booking = bank.confirmed(session, who, person)
    session.get(Appointment, booking.appointment_id).gender_request = "m"
    interpreting.update_interpreter(session, who.person, InterpreterSheet(languages=bank.SPANISH), **who.does)
    row = session.get(Plan, interpreting.plan_horizon(session, *HORIZON, **DO))
    assert [one["appointment"] for one in row.document["assigned"]] == [booking.appointment_id]
    assert booking.state == "confirmed"


def test_the_pressing_are_filled_first(session):
    bank.interpreter(session)
    plain, pressing = (bank.request(session, urgency=urgency).id for urgency in (1, 6))
    interpreting.plan_horizon(session, *HORIZON, **DO)
    assert set(asked_for(session)) == {pressing}
    assert session.get(Appointment, plain).shortfall["reason"] == "taken"


def test_hours_that_were_served_count_in_the_month_and_in_fair_load(session):
    who = bank.interpreter(session, max_hours_month=2)
    booking = bank.confirmed(session, who, start=AT + timedelta(hours=3))
    for side in ("interpreter", "requester"):
        interpreting.sign_service(session, booking.id, 90, by=DO["by"], at=bank.after(booking), side=side)
    later = bank.after(booking)
    bank.request(session, minutes=60)
    (record,) = read_standing(session, later, later + timedelta(days=14), later).agenda.interpreters
    assert (int(record.hours_left * 60), int(record.hours_last_30d * 60)) == (30, 90)
    assert (record.accepted, record.done, record.experience) == (1, 1, ("school_meeting",))
    interpreting.plan_horizon(session, later, later + timedelta(days=14), by=DO["by"], at=later)
    assert len(asked_for(session)) == 1


def test_hours_of_a_month_do_not_count_in_the_next(session):
    who = bank.interpreter(session, max_hours_month=2)
    at = datetime(2026, 3, 20, 14, tzinfo=UTC)
    for day in (23, 24, 25):
        bank.request(session, start=datetime(2026, 3, day, 18, tzinfo=UTC))
    for day in (6, 7, 8):
        bank.request(session, start=datetime(2026, 4, day, 18, tzinfo=UTC))
    taken = bank.confirmed(session, who, start=datetime(2026, 4, 9, 18, tzinfo=UTC))
    horizon = (at, at + timedelta(days=28))
    row = session.get(Plan, interpreting.plan_horizon(session, *horizon, by=DO["by"], at=at))
    (record,) = read_standing(session, *horizon, at).agenda.interpreters
    assert (record.hours_left, dict(record.hours_left_by_month)) == (None, {"2026-03": 2, "2026-04": 2})
    months = Counter(session.get(Appointment, one).start.month for one in asked_for(session))
    assert (months, row.filled) == ({3: 2, 4: 2}, 4)
    assert taken.state == "confirmed"


def test_who_turns_matching_off_is_asked_no_more_and_keeps_what_she_took(session):
    who = bank.interpreter(session)
    kept = bank.confirmed(session, who)
    asked = bank.asked(session, start=bank.START + timedelta(days=1))
    casework.withdraw_consent(session, who.person, "matching", **who.does)
    assert (kept.state, asked.state) == ("confirmed", "cancelled")
    assert interpreting.ask_next(session, asked.appointment_id, **DO) is None


def test_a_plan_is_for_the_office_and_for_time_that_goes_forward(session):
    who = bank.interpreter(session)
    with pytest.raises(Forbidden):
        interpreting.plan_horizon(session, *HORIZON, **who.does)
    with pytest.raises(WrongValue, match="ends"):
        interpreting.plan_horizon(session, AT, AT, **DO)
