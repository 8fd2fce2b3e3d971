"""Changing what was asked: another hour, another way, another place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models import ledger, sealed
from models.actor import Actor
from models.casework.bookings import let_go, open_bookings, tell_interpreter, tell_requester
from models.errors import NotAllowedNow
from models.interpreting.asking import continue_search
from models.interpreting.requests import check_arrangement, lock_whole
from models.interpreting.rows import holder_of, must_have_asked
from models.interpreting.sheets import Arrangement
from models.lifecycle import BOOKED, SEEKING
from models.tables import Appointment, Booking

MOVING = frozenset({"start", "minutes", "sector"})
"""What nobody can be held to, once it has changed; of the sector only whoever comes in person."""


def change_appointment(
    session: Session, appointment_id: str, wanted: Arrangement, *, by: Actor, at: datetime
) -> Appointment:
    """Change when, how and where; who was asked or booked stays only where it is the same to her.

    Whoever it is not the same to is let go and told, and is asked again before all others if she is free then. Who
    had declined may be asked again as well, unless only the place changed: it is no longer what she declined. Who
    stays is told of the place.

    Raises
    ------
    WrongValue
        A value is none of those that exist, or the start is past.
    NotAllowedNow
        It is over, or has begun; or it is the first meeting of a pairing, whose hour is moved there.
    """
    appointment = lock_whole(session, appointment_id)
    must_have_asked(by, appointment)
    check_arrangement(wanted, at)
    is_moved = wanted.start != appointment.start
    if appointment.state not in (*SEEKING, "assigned") or appointment.start <= at:
        raise NotAllowedNow(appointment.state)
    if is_moved and appointment.pairing_id is not None:
        raise NotAllowedNow(appointment.state)
    changed = _write(session, appointment, wanted)
    if not changed:
        return appointment
    appointment.version += 1
    if changed != ["place"]:  # who could not still cannot, whatever the room
        appointment.changed_at = at
        appointment.shortfall = None
    ledger.record(session, at, by, "change_appointment", "appointment", appointment.id, {"changed": changed})
    _settle_bookings(session, appointment, changed, by=by, at=at)
    return appointment


def arrangement_of(session: Session, appointment: Appointment) -> Arrangement:
    """Give when, how and where an appointment is, as it stands."""
    holder = holder_of(session, appointment)
    return Arrangement(
        start=appointment.start,
        minutes=appointment.minutes,
        modes=tuple(appointment.modes),
        sector=appointment.sector,
        place=sealed.take(session, holder, appointment, "place") if holder else None,
    )


def _write(session: Session, appointment: Appointment, wanted: Arrangement) -> list[str]:
    """Write down what differs, and give its names."""
    before = arrangement_of(session, appointment)
    changed = [name for name in Arrangement.__slots__ if getattr(wanted, name) != getattr(before, name)]
    for name in changed:
        if name != "place":
            value = getattr(wanted, name)
            setattr(appointment, name, list(value) if name == "modes" else value)
    holder = holder_of(session, appointment)
    if "place" in changed and holder:
        sealed.put(session, holder, appointment, "place", wanted.place)
    return changed


def _settle_bookings(
    session: Session, appointment: Appointment, changed: list[str], *, by: Actor, at: datetime
) -> None:
    """Let go whoever it is not the same to, tell the others, and ask again."""
    side = "requester" if by.role in {"agent", "participant"} else "office"
    held: Booking | None = None
    was_promised = False
    for booking in open_bookings(session, Booking.appointment_id == appointment.id):
        if _is_the_same(booking, appointment, changed):
            if "place" in changed and booking.state in BOOKED:
                tell_interpreter(session, booking, at=at)
            continue
        was_promised = was_promised or booking.state in BOOKED
        held = held if booking.state == "standby" else booking
        let_go(session, booking, "cancelled", verb="change_appointment", by=by, at=at, side=side)
    if by.role != "participant" and not was_promised:  # else she is told already
        tell_requester(session, appointment, at=at)
    if held is not None:
        continue_search(session, appointment, by=by, at=at, first=held.interpreter)


def _is_the_same(booking: Booking, appointment: Appointment, changed: list[str]) -> bool:
    """Say whether an interpreter gives what she was asked for, whatever changed."""
    moving = MOVING & {*changed} - (set() if booking.mode == "in_person" else {"sector"})
    return not moving and booking.mode in appointment.modes
