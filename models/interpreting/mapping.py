"""Rows to records: the bank and what it is asked, as the core plans it.

Interpreters go by the id of their person, appointments by their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from matcher.appointments import records
from matcher.appointments.times import city_day
from matcher.records import Language, Travel
from models.instants import CITY_ZONE
from models.interpreting.givers import Giver, givers_of
from models.interpreting.loads import Load, city_month, hours_of, left_of, loads_of
from models.interpreting.times import Spans, spans_of
from models.lifecycle import BOOKED, SEEKING
from models.tables import (
    Appointment,
    AuthorityTie,
    Booking,
    Exclusion,
    Interpreter,
    Mark,
    Reserve,
    TimeException,
)

FIXED = ("asked", *BOOKED)
"""Bookings that a new plan leaves as they are."""
TURNED_AWAY = ("declined", "lapsed", "cancelled", "no_show")
"""Bookings after which the same interpreter is not asked again for the same appointment."""
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """An agenda, and the bookings that were asked or taken in it, by appointment id, with who holds each."""

    agenda: records.Agenda
    bookings: Mapping[str, Booking] = field(default_factory=dict)
    holders: Mapping[str, str] = field(default_factory=dict)


def read_standing(
    session: Session, begins: datetime, ends: datetime, at: datetime, standing: tuple[str, ...] = FIXED
) -> Standing:
    """Give what is asked from ``begins`` to ``ends``, the whole bank, and what is booked or asked already.

    A booking that was asked or taken stands, whatever changed since: people were told of it. Where only what was
    promised is ``standing``, what was asked could go to somebody else, and keeps every wish and every exclusion.
    """
    bookings = _fixed(session, begins - A_DAY, ends + A_DAY)
    held = {one.appointment_id: one for one in bookings}
    asked = _asked(session, begins, ends, held)
    givers = givers_of(session, at, {one.interpreter for one in bookings})
    people = {one.row.number: one.person.id for one in givers}
    stands = {key: one for key, one in held.items() if one.state in standing}
    return Standing(
        agenda=_agenda(session, asked, givers, stands, at),
        bookings=held,
        holders={key: people[one.interpreter] for key, one in held.items()},
    )


def _agenda(
    session: Session,
    asked: list[Appointment],
    givers: list[Giver],
    held: Mapping[str, Booking],
    at: datetime,
) -> records.Agenda:
    people = {one.row.number: one.person.id for one in givers}
    turned_away = _turned_away(session, [one.id for one in asked], people)
    before = _before(session, asked, people)
    apart = _apart(session, asked, people)
    months = {city_month(one.start) for one in asked} or {city_month(at)}
    loads = loads_of(session, min(months), held, at)
    times = _exceptions(session, people)
    days = {city_day(one.start, CITY_ZONE) for one in asked}
    return records.Agenda(
        zone=CITY_ZONE.key,
        appointments=tuple(
            held_record(one, held[one.id])
            if one.id in held
            else record_of(one, avoid=turned_away[one.id], prefer=before[one.id])
            for one in asked
        ),
        interpreters=tuple(
            _interpreter(
                one,
                free=free_of(one.row, times[one.row.number], days) if one.is_open else (),
                load=loads[one.row.number],
                months=sorted(months),
                excludes=tuple(sorted(apart[one.row.number] - held.keys())),
            )
            for one in givers
        ),
        confirmed=tuple((one.appointment_id, people[one.interpreter]) for one in held.values()),
    )


def record_of(
    one: Appointment, *, avoid: Iterable[str] = (), prefer: Iterable[str] = ()
) -> records.Appointment:
    """Give an open appointment as the core sees it."""
    return records.Appointment(
        id=one.id,
        from_language=one.dialect or one.from_language,
        to_language=one.to_language,
        level=one.level,
        setting=one.setting,
        start=one.start,
        minutes=one.minutes,
        modes=tuple(one.modes),
        sector=one.sector,
        priority=one.urgency,
        also_speaks=_languages(one.also_speaks) if one.relay_agreed_at else (),
        gender_request=one.gender_request,
        avoid=tuple(sorted({*(one.avoid or ()), *avoid})),
        only=tuple(one.only or ()),
        prefer=tuple(sorted({*(one.prefer or ()), *prefer})),
    )


def held_record(one: Appointment, booking: Booking) -> records.Appointment:
    """Give an appointment that is booked: in the mode that was promised, past every wish that changed since."""
    return records.Appointment(
        id=one.id,
        from_language=one.dialect or one.from_language,
        to_language=one.to_language,
        setting=one.setting,
        start=one.start,
        minutes=booking.minutes if booking.via is None else one.minutes,
        modes=(booking.mode,),
        sector=one.sector,
        priority=one.urgency,
        also_speaks=tuple(it for it in _languages(one.also_speaks) if it.code == booking.via),
    )


def free_of(row: Interpreter, exceptions: Iterable[TimeException], days: Iterable[date]) -> Spans:
    """Give when an interpreter is free around some days, by her week and its dated exceptions."""
    around = {day + apart * A_DAY for day in days for apart in (-2, -1, 0, 1, 2)}
    own = list(exceptions)
    return spans_of(
        row.availability or (),
        row.zone,
        around,
        away=[(one.begins, one.ends) for one in own if one.kind == "away"],
        also=[(one.begins, one.ends) for one in own if one.kind == "free"],
    )


def _interpreter(
    giver: Giver, *, free: Spans, load: Load, months: list[date], excludes: tuple[str, ...]
) -> records.Interpreter:
    row, person = giver.row, giver.person
    left = left_of(row, load, months)
    return records.Interpreter(
        id=person.id,
        languages=_languages(row.languages),
        settings=tuple(row.settings or ()),
        modes=tuple(row.modes or ()),
        free=free,
        zone=row.zone,
        sector=person.sector,
        travel=Travel(mode=person.travel_mode, limit_km=person.travel_limit_km),
        gender=person.gender,
        max_hours_day=row.max_hours_day,
        hours_left=left[0][1] if len(left) == 1 else None,
        hours_left_by_month=left if len(left) > 1 else (),
        hours_last_30d=hours_of(load.recent),
        excludes=excludes,
        experience=tuple(sorted({*(row.trained_for or ()), *load.settings})),
        accepted=load.accepted,
        done=load.done,
    )


def _fixed(session: Session, begins: datetime, ends: datetime) -> list[Booking]:
    """Give the bookings that stand; of two that were asked at one time, the one that was asked first."""
    chosen = (
        select(Booking)
        .where(Booking.state.in_(FIXED), Booking.begins >= begins, Booking.begins < ends)
        .order_by(Booking.state == "asked", Booking.asked_at, Booking.id)
    )
    kept: dict[int, list[Booking]] = defaultdict(list)
    for one in session.scalars(chosen):
        if not any(one.begins < it.ends and it.begins < one.ends for it in kept[one.interpreter]):
            kept[one.interpreter].append(one)
    return list(chain.from_iterable(kept.values()))


def _asked(
    session: Session, begins: datetime, ends: datetime, held: Mapping[str, Booking]
) -> list[Appointment]:
    open_now = Appointment.state.in_(SEEKING) & (Appointment.start >= begins) & (Appointment.start < ends)
    chosen = select(Appointment).where(or_(open_now, Appointment.id.in_(held))).order_by(Appointment.id)
    return list(session.scalars(chosen))


def _exceptions(session: Session, numbers: Iterable[int]) -> Mapping[int, list[TimeException]]:
    found: dict[int, list[TimeException]] = defaultdict(list)
    for one in session.scalars(select(TimeException).where(TimeException.interpreter.in_(numbers))):
        found[one.interpreter].append(one)
    return found


def _turned_away(
    session: Session, appointment_ids: list[str], people: Mapping[int, str]
) -> Mapping[str, set[str]]:
    """Give by appointment who was asked for it and will not be again, unless it has changed since.

    Of whoever is not registered no wish to be kept apart is noted: there only those whom the change itself let go
    are asked again.
    """
    found: dict[str, set[str]] = defaultdict(set)
    let_go_by_change = Booking.state_since == Appointment.changed_at
    asked_for_what_was = (Booking.asked_at < Appointment.changed_at) & (
        Appointment.person_id.is_not(None) | let_go_by_change
    )
    chosen = (
        select(Booking.appointment_id, Booking.interpreter)
        .join(Appointment, Appointment.id == Booking.appointment_id)
        .where(Booking.appointment_id.in_(appointment_ids), Booking.state.in_(TURNED_AWAY))
        .where(Appointment.changed_at.is_(None) | ~asked_for_what_was)
    )
    for appointment, interpreter in session.execute(chosen):
        if interpreter in people:
            found[appointment].add(people[interpreter])
    return found


def _before(session: Session, asked: list[Appointment], people: Mapping[int, str]) -> Mapping[str, set[str]]:
    """Give by appointment who interpreted for the same person, where she wished the same again."""
    wished = {one.person_id for one in asked if one.same_as_before and one.person_id}
    done: dict[str | None, set[str]] = defaultdict(set)
    chosen = (
        select(Appointment.person_id, Booking.interpreter)
        .join(Booking, Booking.appointment_id == Appointment.id)
        .where(Booking.state == "done", Appointment.person_id.in_(wished))
        .distinct()
    )
    for person, interpreter in session.execute(chosen):
        if interpreter in people:
            done[person].add(people[interpreter])
    return {one.id: done[one.person_id] if one.same_as_before else set() for one in asked}


def _apart(session: Session, asked: list[Appointment], people: Mapping[int, str]) -> Mapping[int, set[str]]:
    """Give by interpreter the appointments of people whom she does not meet: either's wish, ties, herself, her household.

    Of one household is, as far as is known, whoever is reached under the same address or telephone.
    """
    numbers = {person: number for number, person in people.items()}
    appointments: dict[str, set[str]] = defaultdict(set)
    for one in asked:
        if one.person_id:
            appointments[one.person_id].add(one.id)
    hers, theirs = aliased(Mark), aliased(Mark)
    reached_alike = select(hers.person_id, theirs.person_id).join(
        theirs, theirs.fingerprint == hers.fingerprint
    )
    pairs = [
        *session.execute(select(Exclusion.one_id, Exclusion.other_id)),
        *session.execute(select(AuthorityTie.holder_id, AuthorityTie.subject_id)),
        *session.execute(
            reached_alike.where(hers.person_id.in_(numbers), theirs.person_id.in_(appointments))
        ),
    ]
    found: dict[int, set[str]] = defaultdict(set)
    for one_id, other_id in [*pairs, *((other, one) for one, other in pairs), *((it, it) for it in numbers)]:
        if one_id in numbers:
            found[numbers[one_id]] |= appointments.get(other_id, set())
    for person, number in session.execute(select(Reserve.person_id, Reserve.interpreter)):
        found[number] |= appointments.get(person, set())
    return found


def _languages(rows: list[dict[str, str]] | None) -> tuple[Language, ...]:
    return tuple(
        Language(code=one["code"], level=one["level"], mode=one.get("mode", "spoken")) for one in rows or ()
    )
