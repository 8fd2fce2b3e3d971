"""What interpreters gave and have left: the hours that plans, answers and pages count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from models.instants import city_date
from models.interpreting.times import city_midnight
from models.lifecycle import KEPT
from models.tables import Appointment, Booking, Interpreter

RECENT = timedelta(days=30)
MINUTES_IN_AN_HOUR = 60


@dataclass(slots=True)
class Load:
    """What an interpreter gave: minutes in the last 30 days and by month (as far as no agenda counts them)."""

    recent: int = 0
    months: Counter[date] = field(default_factory=Counter)
    accepted: int = 0
    done: int = 0
    settings: set[str] = field(default_factory=set)


def loads_of(session: Session, first: date, held: Mapping[str, Booking], at: datetime) -> Mapping[int, Load]:
    """Give what everybody gave and took, by place in the bank: by month from ``first`` on, and not what is ``held``."""
    loads: dict[int, Load] = defaultdict(Load)
    for interpreter, setting in session.execute(
        select(Booking.interpreter, Appointment.setting)
        .join(Appointment, Appointment.id == Booking.appointment_id)
        .where(Booking.state == "done")
        .distinct()
    ):
        loads[interpreter].settings.add(setting)
    for interpreter, state, times in session.execute(
        select(Booking.interpreter, Booking.state, func.count())
        .where(_was_taken())
        .group_by(Booking.interpreter, Booking.state)
    ):
        loads[interpreter].accepted += times
        loads[interpreter].done += times if state == "done" else 0
    since = min(at - RECENT, city_midnight(first))
    for one in session.scalars(select(Booking).where(Booking.state.in_(KEPT), Booking.begins >= since)):
        load, minutes = loads[one.interpreter], minutes_of(one)
        if one.state == "done" and one.begins >= at - RECENT:
            load.recent += minutes
        if one.appointment_id not in held:
            load.months[city_month(one.begins)] += minutes
    return loads


def city_month(at: datetime) -> date:
    """Give the first day of the city's month."""
    return city_date(at).replace(day=1)


def _was_taken() -> ColumnElement[bool]:
    """Tell what an interpreter once took from what she was asked: she came, or did not, or cancelled herself."""
    return or_(
        Booking.state == "done",
        (Booking.state == "no_show") & (Booking.absent_side == "interpreter"),
        (Booking.state == "cancelled")
        & (Booking.cancelled_side == "interpreter")
        & Booking.confirmed_at.is_not(None),
    )


def minutes_of(booking: Booking) -> int:
    """Give how long a service took as both signed, or is to take."""
    return booking.interpreter_minutes or 0 if booking.state == "done" else booking.minutes


def left_of(row: Interpreter, load: Load, months: list[date]) -> tuple[tuple[str, float], ...]:
    """Give what an interpreter has left in each month that the agenda asks for, where she set a limit."""
    if row.max_hours_month is None:
        return ()
    most = row.max_hours_month * MINUTES_IN_AN_HOUR
    return tuple((f"{month:%Y-%m}", hours_of(max(most - load.months[month], 0))) for month in months)


def hours_of(minutes: int) -> float:
    """Give whole minutes as hours that are cut to the same minutes again."""
    return (
        (minutes + 0.5) / MINUTES_IN_AN_HOUR if minutes % MINUTES_IN_AN_HOUR else minutes / MINUTES_IN_AN_HOUR
    )
