"""Asking an interpreter: whom a plan chose, then the next."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.appointments import records
from models import ledger, policy
from models.actor import Actor
from models.casework.bookings import (
    PAUSE_MINUTES,
    tell_interpreter,
)
from models.casework.rows import move
from models.interpreting.rows import interpreter_of, lock_appointment, person_of
from models.interpreting.standing import answer_beside, around, as_document, shortfalls_among, wanted_of
from models.tables import Appointment, Booking, new_id
from models.tables.interpreting import STRETCH

LONGEST_TO_ANSWER = timedelta(hours=24)
PART_TO_ANSWER = 3
"""An interpreter has a third of the time that is left, and a day at most."""


def ask_next(session: Session, appointment_id: str, *, by: Actor, at: datetime) -> Booking | None:
    """Ask the next interpreter: first who stands by, then the best who is free as things stand; None: nobody is.

    Those who were asked for it before, and those whom the person refused, are not asked again.
    """
    policy.must(by, "arrange_interpreting")
    return continue_search(session, lock_appointment(session, appointment_id), at=at, by=by)


def continue_search(
    session: Session,
    appointment: Appointment,
    *,
    by: Actor,
    at: datetime,
    but_not: int | None = None,
    first: int | None = None,
) -> Booking | None:
    """Ask the next for an appointment that is locked, where it is searched for; None where nobody is free.

    ``but_not`` and ``first`` are the places in the bank of whom to skip, and of whom to ask before all others.
    """
    if appointment.state not in {"requested", "searching"} or appointment.start <= at:
        return None
    session.flush()
    standing = around(session, appointment, at)
    answer = answer_beside(standing, wanted_of(standing, appointment))
    if not answer.free:
        found = shortfalls_among(standing.agenda, [appointment.id])
        appointment.shortfall = as_document(found[0]) if found else None
        return None
    by_person = {one.interpreter: one for one in answer.free}
    skipped = None if but_not is None else person_of(session, but_not)
    before_all = [] if first is None else [person_of(session, first)]
    in_turn = [*before_all, *_standing_by(session, appointment), *by_person]
    chosen = next((it for it in in_turn if it in by_person and it != skipped), None)
    return offer_to(session, appointment, by_person[chosen], by=by, at=at) if chosen else None


def offer_to(
    session: Session, appointment: Appointment, one: records.Assigned, *, by: Actor, at: datetime
) -> Booking:
    """Ask the interpreter whom a plan chose; a line that she stood by on becomes the offer."""
    number = interpreter_of(session, one.interpreter).number
    chosen = select(Booking).where(
        Booking.appointment_id == appointment.id, Booking.interpreter == number, Booking.state == "standby"
    )
    booking = session.scalars(chosen).one_or_none()
    if booking is None:
        booking = new_booking(appointment, number, one, at, "asked")
        session.add(booking)
        facts = {"from": None, "to": "asked", "appointment": appointment.id}
        ledger.record(session, at, by, "ask_interpreter", "booking", booking.id, facts)
    else:
        move(session, booking, "asked", verb="ask_interpreter", by=by, at=at)
        booking.asked_at = at
    booking.answer_due = answer_due(appointment.start, at)
    if appointment.state == "requested":
        move(session, appointment, "searching", verb="search_interpreter", by=by, at=at)
    move(session, appointment, "offered", verb="ask_interpreter", by=by, at=at)
    appointment.shortfall = None
    session.flush()
    tell_interpreter(session, booking, at=at, kind="interpreting_offer")
    return booking


def new_booking(
    appointment: Appointment, number: int, one: records.Assigned, at: datetime, state: str
) -> Booking:
    """Give a booking of an interpreter, with its stretch of her own number line."""
    begins, ends = appointment.start, appointment.start + timedelta(minutes=one.minutes)
    busy_until = ends + timedelta(minutes=PAUSE_MINUTES)
    return Booking(
        id=new_id(),
        appointment_id=appointment.id,
        interpreter=number,
        state=state,
        state_since=at,
        version=1,
        mode=one.mode,
        via=one.via,
        minutes=one.minutes,
        worth=one.worth,
        begins=begins,
        ends=ends,
        stretch_begin=number * STRETCH + int(begins.timestamp()),
        stretch_end=number * STRETCH + int(busy_until.timestamp()),
        asked_at=at,
    )


def answer_due(start: datetime, at: datetime) -> datetime:
    """Give until when an interpreter may answer."""
    return at + min(LONGEST_TO_ANSWER, max((start - at) / PART_TO_ANSWER, timedelta()))


def _standing_by(session: Session, appointment: Appointment) -> list[str]:
    chosen = (
        select(Booking.interpreter)
        .where(Booking.appointment_id == appointment.id, Booking.state == "standby")
        .order_by(Booking.state_since, Booking.id)
    )
    return [person_of(session, number) for number in session.scalars(chosen)]
