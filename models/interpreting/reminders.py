"""Reminders: the day before, two hours before, and when there is something to sign."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import policy
from models.actor import Actor
from models.casework.bookings import tell_interpreter, tell_requester
from models.casework.rows import get
from models.tables import Appointment, Booking, Letter

DAY_BEFORE = timedelta(hours=24)
HOURS_BEFORE = timedelta(hours=2)
SIGN_WITHIN = timedelta(days=14)


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
    """Owe a letter to each side that was not sent one of this kind yet."""
    appointment = get(session, Appointment, booking.appointment_id)
    told = set(
        session.scalars(
            select(Letter.about).where(Letter.about.in_((booking.id, appointment.id)), Letter.kind == kind)
        )
    )
    to_sign = kind == "interpreting_sign"
    if booking.id not in told and not (to_sign and booking.interpreter_signed_at):
        tell_interpreter(session, booking, at=at, kind=kind)
    if appointment.id not in told and not (to_sign and booking.requester_signed_at):
        tell_requester(session, appointment, at=at, kind=kind)
    return not told
