"""Reminders: the day before, two hours before, and when there is something to sign."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from models import outbox, policy
from models.actor import Actor
from models.casework.bookings import tell_interpreter, tell_requester
from models.casework.rows import get
from models.tables import Appointment, Booking, Call, Letter

DAY_BEFORE = timedelta(hours=24)
HOURS_BEFORE = timedelta(hours=2)
SIGN_WITHIN = timedelta(days=14)
TOO_LATE = {"interpreting_soon": "interpreting_tomorrow", "interpreting_sign": "interpreting_soon"}
"""What comes too late to be told, by what takes its place."""


def remind_bookings(session: Session, *, by: Actor, at: datetime) -> int:
    """Owe both sides of each booking to come its reminders, each once, and give how many bookings.

    What is booked less than two hours before has the last one only.
    """
    policy.must(by, "arrange_interpreting")
    confirmed = select(Booking).where(Booking.state == "confirmed")
    soon = confirmed.where(Booking.begins > at, Booking.begins <= at + HOURS_BEFORE)
    tomorrow = confirmed.where(Booking.begins > at + HOURS_BEFORE, Booking.begins <= at + DAY_BEFORE)
    to_sign = confirmed.where(Booking.ends <= at, Booking.ends > at - SIGN_WITHIN)
    return sum(
        _remind(session, booking, kind, at)
        for kind, chosen in (
            ("interpreting_soon", soon),
            ("interpreting_tomorrow", tomorrow),
            ("interpreting_sign", to_sign),
        )
        for booking in list(session.scalars(chosen.order_by(Booking.begins, Booking.id)))
    )


def _remind(session: Session, booking: Booking, kind: str, at: datetime) -> bool:
    """Tell each side that was not told this yet; what has not left by then comes too late.

    What was told of an appointment before it changed was another hour.
    """
    appointment = get(session, Appointment, booking.appointment_id)
    sides = {booking.id: booking.interpreter_signed_at, appointment.id: booking.requester_signed_at}
    told = {
        about
        for table, told_at in ((Letter, Letter.created_at), (Call, Call.owed_at))
        for about in session.scalars(
            select(table.about)
            .where(table.about.in_(sides), table.kind == kind)
            .where(true() if appointment.changed_at is None else told_at >= appointment.changed_at)
        )
    }
    to_tell = {
        about
        for about, signed_at in sides.items()
        if about not in told and not (kind == "interpreting_sign" and signed_at)
    }
    for about in to_tell if kind in TOO_LATE else ():
        outbox.drop_unsent(session, about, kind=TOO_LATE[kind])
    if booking.id in to_tell:
        tell_interpreter(session, booking, at=at, kind=kind)
    if appointment.id in to_tell:
        tell_requester(session, appointment, at=at, kind=kind)
    return not told
