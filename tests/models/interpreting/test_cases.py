"""The cases of the bank, from the database: what is asked, by whom, and who may never be."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from matcher.vocabulary import SETTINGS
from models import interpreting
from models.casework import Travel
from models.errors import Barred, Forbidden
from models.interpreting import AppointmentSheet, InterpreterSheet, rows
from models.tables import Appointment, Reserve
from tests.matcher.appointments.plain import case_agenda, case_json
from tests.models.interpreting import bank
from tests.models.office import AT, DO

HORIZON = (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 20, tzinfo=UTC))


def told(session, name, *, relay_agreed=True, **changes):
    """Put a case into the database; give the reply and the people by the ids of the case."""
    agenda = case_agenda(name)
    people = {}
    for one in agenda.interpreters:
        sheet = InterpreterSheet(
            languages=one.languages,
            settings=one.settings,
            modes=one.modes,
            availability=one.availability or ((),),
            max_hours_day=int(one.max_hours_day) if one.max_hours_day else None,
        )
        people[one.id] = bank.interpreter(
            session,
            one.id,
            **{field: getattr(sheet, field) for field in InterpreterSheet.__slots__},
            sector=one.sector,
            travel=one.travel or Travel(),
            gender=one.gender,
        )
    (asked,) = agenda.appointments
    person = bank.newcomer(session, "Amina")
    sheet = AppointmentSheet(
        from_language=asked.from_language,
        to_language=asked.to_language,
        setting=asked.setting,
        start=asked.start,
        minutes=asked.minutes,
        modes=asked.modes,
        sector=asked.sector,
        level=asked.level,
        gender_request=asked.gender_request,
        also_speaks=asked.also_speaks,
        relay_agreed=relay_agreed,
        person_id=person.person,
    )
    for barred in asked.avoid:
        row = rows.interpreter_of(session, people[barred].person)
        session.add(Reserve(person_id=person.person, interpreter=row.number, since=AT))
    for one in agenda.interpreters:
        if asked.id in one.excludes:
            row = rows.interpreter_of(session, people[one.id].person)
            session.add(Reserve(person_id=person.person, interpreter=row.number, since=AT))
    reply = interpreting.request_appointment(session, replace(sheet, **changes), **DO)
    return reply, people, person


def asked_for(session, reply):
    return [one for one in bank.bookings_of(session, reply.id) if one.state == "asked"]


@pytest.mark.parametrize("name", ["C02", "C13"])
def test_the_plan_asks_the_first_of_the_case(session, name):
    reply, people, _ = told(session, name)
    interpreting.plan_horizon(session, *HORIZON, **DO)
    (booking,) = asked_for(session, reply)
    first = people[case_json(name)["expect"]["first"]]
    assert rows.person_of(session, booking.interpreter) == first.person


@pytest.mark.parametrize("name", ["C02", "C13"])
def test_without_the_first_nobody_is_asked_and_the_reason_is_kept(session, name):
    reply, people, _ = told(session, name)
    interpreting.plan_horizon(session, *HORIZON, **DO)
    (booking,) = asked_for(session, reply)
    interpreting.decline(session, booking.id, **people[case_json(name)["expect"]["first"]].does)
    appointment = session.get(Appointment, reply.id)
    assert (appointment.state, asked_for(session, reply)) == ("searching", [])
    assert appointment.shortfall["reason"]


def test_c02_is_a_relay_through_spanish_of_half_as_much_time_again_and_only_with_her_word(session):
    reply, people, person = told(session, "C02", relay_agreed=False)
    interpreting.plan_horizon(session, *HORIZON, **DO)
    assert asked_for(session, reply) == []
    with pytest.raises(Forbidden):
        interpreting.agree_to_relay(session, reply.id, **people["i1"].does)
    interpreting.agree_to_relay(session, reply.id, **person.does)
    interpreting.plan_horizon(session, *HORIZON, **DO)
    (booking,) = asked_for(session, reply)
    assert (booking.via, booking.minutes) == ("spa", 90)
    assert (booking.ends - booking.begins).total_seconds() == 90 * 60


@pytest.mark.parametrize(
    "setting", [code for code, term in SETTINGS.items() if term.row["volunteer_may"] == "no"]
)
def test_what_volunteers_may_not_take_is_refused_at_once_whatever_the_languages(session, setting):
    bank.interpreter(session)
    for language in ("spa", "kek"):
        reply = bank.request(session, setting=setting, from_language=language, note="Une opération.")
        assert (reply.state, reply.refer_to) == ("referred_professional", SETTINGS[setting].row["refer_to"])
        assert session.get(Appointment, reply.id).note_sealed is None
        assert interpreting.ask_next(session, reply.id, **DO) is None


def test_c13_the_wish_bars_by_itself_and_stands_on_no_list(session):
    reply, people, _ = told(session, "C13")
    kept_away = [
        barred["candidate"]
        for barred in case_json("C13")["expect"]["never"]
        if barred["reason_code"] == "blocked_exclusion"
    ]
    assert kept_away
    for name in kept_away:
        with pytest.raises(Barred, match="blocked_exclusion"):
            interpreting.ask(session, reply.id, people[name].person, **DO)
    appointment = session.get(Appointment, reply.id)
    assert (appointment.avoid, appointment.only) == ([], [])
    interpreting.plan_horizon(session, *HORIZON, **DO)
    (booking,) = asked_for(session, reply)
    interpreting.decline(
        session, booking.id, by=bank.actor_of(rows.person_of(session, booking.interpreter)), at=AT
    )
    assert not {people[name].person for name in kept_away} & {
        who for who, _ in appointment.shortfall["nearest"]
    }
