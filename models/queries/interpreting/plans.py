"""What a plan found: how many it fills beside before, how sure it is, whom it asks, what it leaves and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.casework.rows import get
from models.queries.interpreting.rows import AppointmentRow, appointment_rows
from models.tables import Appointment, Booking, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFigures:
    """A plan in numbers.

    ``priority_gap`` and ``worth_gap`` (a share of the worth) say how much better a plan could be at most;
    ``filled_before`` is what was asked or booked when it was made.
    """

    id: str
    ran_at: datetime
    begins: datetime
    ends: datetime
    filled_before: int
    filled: int
    asked: int
    refused: int
    proved: bool
    priority_gap: int
    worth_gap: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """A plan, whom it asked, and what it left without, each as it is now."""

    figures: PlanFigures
    asked: tuple[AppointmentRow, ...]
    left: tuple[AppointmentRow, ...]


def plan_page(session: Session, plan_id: str) -> PlanPage:
    """Give all that a plan found.

    Raises
    ------
    Unknown
        There is none of this id.
    """
    row = get(session, Plan, plan_id)
    asked = _asked(session, row)
    left = {one["appointment"] for one in row.document["unfilled"]}
    return PlanPage(figures=_figures(row, len(asked)), asked=_rows(session, asked), left=_rows(session, left))


def _figures(row: Plan, asked: int) -> PlanFigures:
    totals, bound = row.document["totals"], row.document["bound"]
    return PlanFigures(
        id=row.id,
        ran_at=row.ran_at,
        begins=row.begins,
        ends=row.ends,
        filled_before=row.filled - asked,
        filled=row.filled,
        asked=row.filled + row.unfilled,
        refused=len(row.document["refused"]),
        proved=row.proved,
        priority_gap=bound["priority"] - totals["priority"],
        worth_gap=bound["worth"] / totals["worth"] - 1 if totals["worth"] else 0.0,
        seconds=row.seconds,
    )


def _asked(session: Session, row: Plan) -> set[str]:
    """Give the appointments for which the plan asked somebody: these offers bear its instant."""
    assigned = {one["appointment"] for one in row.document["assigned"]}
    at_once = session.scalars(select(Booking.appointment_id).where(Booking.asked_at == row.ran_at))
    return assigned & set(at_once)


def _rows(session: Session, ids: set[str]) -> tuple[AppointmentRow, ...]:
    chosen = select(Appointment).where(Appointment.id.in_(ids)).order_by(Appointment.start, Appointment.id)
    return appointment_rows(session, session.scalars(chosen))
