"""Answers from the plan as it stands: who is free, who could be freed, and what is lacking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from matcher.appointments import records
from matcher.appointments.shortfall import Shortfall, shortfalls_of
from matcher.appointments.urgent import Answer, Reception
from models.casework.rows import get
from models.interpreting.mapping import Standing, read_standing, record_of
from models.lifecycle import BOOKED
from models.tables import Appointment

A_DAY = timedelta(days=1)


def urgent_answer(session: Session, appointment_id: str, at: datetime) -> Answer:
    """Say who is free for an appointment as the plan stands, and who could be freed, at what cost."""
    appointment = get(session, Appointment, appointment_id)
    standing = around(session, appointment, at)
    return answer_beside(standing, wanted_of(standing, appointment))


def around(session: Session, appointment: Appointment, at: datetime) -> Standing:
    """Give what is asked and booked from the day before an appointment to the day after; only promises stand."""
    return read_standing(session, appointment.start - A_DAY, appointment.start + A_DAY, at, BOOKED)


def wanted_of(standing: Standing, appointment: Appointment) -> records.Appointment:
    """Give an appointment as it stands open in its agenda, or as it is where it is past, asked or booked."""
    is_open = appointment.id not in standing.bookings
    found = (one for one in standing.agenda.appointments if is_open and one.id == appointment.id)
    return next(found, None) or record_of(appointment)


def answer_beside(standing: Standing, wanted: records.Appointment) -> Answer:
    """Answer beside what is booked and asked; what is only asked could be moved, what was promised could not."""
    others = [one for one in standing.bookings.values() if one.appointment_id != wanted.id]
    promised = tuple(pair for pair in standing.agenda.confirmed if pair[0] != wanted.id)
    assigned = tuple(
        records.Assigned(
            appointment=one.appointment_id,
            interpreter=standing.holders[one.appointment_id],
            mode=one.mode,
            via=one.via,
            minutes=one.minutes,
            worth=one.worth,
        )
        for one in others
    )
    nothing = records.PlanTotals(priority=0, worth=0, filled=len(assigned))
    plan = records.Plan(
        assigned=assigned,
        unfilled=(),
        refused=(),
        totals=nothing,
        bound=records.Bound(priority=0, worth=0),
        proved=False,
    )
    return Reception(replace(standing.agenda, confirmed=promised), plan).answer(wanted)


def shortfalls_among(agenda: records.Agenda, ids: Iterable[str]) -> tuple[Shortfall, ...]:
    """Say of some appointments what they lack, whatever any plan says."""
    known = {one.id for one in agenda.appointments}
    left = tuple(records.Unfilled(appointment=one, barriers={}) for one in ids if one in known)
    plan = records.Plan(
        assigned=(),
        unfilled=left,
        refused=(),
        totals=records.PlanTotals(priority=0, worth=0, filled=0),
        bound=records.Bound(priority=0, worth=0),
        proved=False,
    )
    return shortfalls_of(agenda, plan)


def as_document(found: Shortfall) -> dict[str, object]:
    """Give why an appointment stays without as it is kept: whom a wish keeps away is in no list."""
    return {
        "reason": found.reason,
        "left": [list(pair) for pair in found.left],
        "taken": len(found.taken),
        "nearest": [list(pair) for pair in found.nearest if pair[1] != "blocked_exclusion"],
    }
