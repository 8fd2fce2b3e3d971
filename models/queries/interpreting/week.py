"""The coordinator's week: by interpreter, by language, and what stays without, in a band of its own with the reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.interpreting.givers import givers_of
from models.interpreting.mapping import free_of
from models.interpreting.times import Spans, city_midnight
from models.lifecycle import SEEKING
from models.queries.cards import full_name
from models.queries.interpreting.rows import AppointmentRow, appointment_rows
from models.tables import Appointment, Interpreter, Plan, TimeException

DAYS = 7
WITHOUT = (*SEEKING, "unfilled")


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpreterLine:
    """An interpreter's week: what is asked, booked or done, when she is free, and how many minutes that makes."""

    person_id: str
    name: str
    languages: tuple[str, ...]
    is_open: bool
    entries: tuple[AppointmentRow, ...]
    free: Spans
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageLine:
    """A language's week."""

    language: str
    entries: tuple[AppointmentRow, ...]
    filled: int
    asked: int
    """How many appointments, without those sent to professionals or cancelled."""
    interpreters: int
    """How many who may be asked speak it and another language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastPlan:
    """The last plan, and how far from the best it can be."""

    id: str
    ran_at: datetime
    begins: datetime
    ends: datetime
    filled: int
    unfilled: int
    proved: bool
    seconds: float
    priority: int
    worth: int
    bound_priority: int
    bound_worth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The whole page, Monday to Sunday on the clocks of the city."""

    first_day: date
    days: tuple[date, ...]
    interpreters: tuple[InterpreterLine, ...]
    languages: tuple[LanguageLine, ...]
    without: tuple[AppointmentRow, ...]
    """Asked for and without anybody booked; each ``reason`` is a barrier code, ``taken``, or None before a plan."""
    referred: tuple[AppointmentRow, ...]
    cancelled: tuple[AppointmentRow, ...]
    plan: LastPlan | None


def week(session: Session, day: date, at: datetime) -> Week:
    """Give the week that a day falls into."""
    first = day - timedelta(days=day.weekday())
    days = tuple(first + timedelta(days=apart) for apart in range(DAYS))
    rows = rows_between(session, city_midnight(first), city_midnight(first + timedelta(days=DAYS)))
    shown = [one for one in rows if one.state in {"offered", "assigned", "done", "no_show"} and one.booking]
    lines = _interpreters(session, shown, days, at)
    return Week(
        first_day=first,
        days=days,
        interpreters=lines,
        languages=_languages(rows, lines),
        without=tuple(one for one in rows if is_without(one)),
        referred=tuple(one for one in rows if one.state == "referred_professional"),
        cancelled=tuple(one for one in rows if one.state == "cancelled"),
        plan=last_plan(session),
    )


def rows_between(session: Session, begins: datetime, ends: datetime) -> tuple[AppointmentRow, ...]:
    """Give the appointments that start in a stretch of time, in the order of time."""
    chosen = select(Appointment).where(Appointment.start >= begins, Appointment.start < ends)
    return appointment_rows(session, session.scalars(chosen.order_by(Appointment.start, Appointment.id)))


def open_appointments(session: Session, at: datetime) -> tuple[AppointmentRow, ...]:
    """Give what is to come and without anybody booked, the pressing and the next first."""
    chosen = select(Appointment).where(Appointment.state.in_(SEEKING), Appointment.start > at)
    in_turn = chosen.order_by(Appointment.urgency.desc(), Appointment.start, Appointment.id)
    return appointment_rows(session, session.scalars(in_turn))


def is_without(row: AppointmentRow) -> bool:
    """Say whether nobody is booked, or even asked, for what should be filled."""
    return row.state in WITHOUT and (row.booking is None or row.booking.state == "asked")


def last_plan(session: Session) -> LastPlan | None:
    """Give the last plan; None before the first."""
    row = session.scalars(select(Plan).order_by(Plan.ran_at.desc(), Plan.id).limit(1)).one_or_none()
    if row is None:
        return None
    totals, bound = row.document["totals"], row.document["bound"]
    return LastPlan(
        id=row.id,
        ran_at=row.ran_at,
        begins=row.begins,
        ends=row.ends,
        filled=row.filled,
        unfilled=row.unfilled,
        proved=row.proved,
        seconds=row.seconds,
        priority=totals["priority"],
        worth=totals["worth"],
        bound_priority=bound["priority"],
        bound_worth=bound["worth"],
    )


def _interpreters(
    session: Session, shown: Iterable[AppointmentRow], days: tuple[date, ...], at: datetime
) -> tuple[InterpreterLine, ...]:
    """Give everybody who is asked for anything now, and whoever was booked in the week."""
    entries: dict[str, list[AppointmentRow]] = defaultdict(list)
    for one in shown:
        if one.booking:
            entries[one.booking.interpreter_id].append(one)
    exceptions: dict[int, list[TimeException]] = defaultdict(list)
    for exception in session.scalars(select(TimeException)):
        exceptions[exception.interpreter].append(exception)
    lines = []
    for giver in givers_of(session, at, _numbers(session, entries)):
        own = tuple(entries.get(giver.person.id, ()))
        lines.append(
            InterpreterLine(
                person_id=giver.person.id,
                name=full_name(session, giver.person),
                languages=tuple(dict.fromkeys(one["code"] for one in giver.row.languages or ())),
                is_open=giver.is_open,
                entries=own,
                free=_within(free_of(giver.row, exceptions[giver.row.number], days), days),
                minutes=sum(one.booking.minutes for one in own if one.booking and one.state != "offered"),
            )
        )
    return tuple(sorted(lines, key=lambda one: (not one.entries, one.name, one.person_id)))


def _numbers(session: Session, people: Iterable[str]) -> list[int]:
    return list(session.scalars(select(Interpreter.number).where(Interpreter.person_id.in_(list(people)))))


def _within(spans: Spans, days: tuple[date, ...]) -> Spans:
    begins, ends = city_midnight(days[0]), city_midnight(days[-1] + timedelta(days=1))
    cut = ((max(one, begins), min(other, ends)) for one, other in spans)
    return tuple((one, other) for one, other in cut if one < other)


def _languages(rows: Iterable[AppointmentRow], lines: Iterable[InterpreterLine]) -> tuple[LanguageLine, ...]:
    entries: dict[str, list[AppointmentRow]] = defaultdict(list)
    for one in rows:
        if one.state != "cancelled":
            entries[one.dialect or one.from_language].append(one)
    speakers = [set(line.languages) for line in lines if line.is_open]
    found = [
        LanguageLine(
            language=code,
            entries=tuple(own),
            filled=sum(one.state in {"assigned", "done", "no_show"} for one in own),
            asked=sum(one.state != "referred_professional" for one in own),
            interpreters=sum(code in hers and len(hers) > 1 for hers in speakers),
        )
        for code, own in entries.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.asked, one.language)))
