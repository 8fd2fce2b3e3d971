"""After the hour: the service signed by both sides with how long it really took, or who did not come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from matcher.vocabulary import LONGEST_MINUTES
from models import ledger, outbox, policy
from models.actor import Actor
from models.casework.bookings import tell_interpreter, tell_requester
from models.casework.rows import move
from models.errors import Forbidden, NotAllowedNow, WrongValue
from models.interpreting.rows import flush_alone, has_begun, lock_booking, side_of
from models.tables import Booking

SIGNING = ("interpreter", "requester")


def sign_service(
    session: Session,
    booking_id: str,
    minutes: int,
    *,
    by: Actor,
    at: datetime,
    side: str | None = None,
) -> Booking:
    """« Service rendu »: one side says that it took place, and how long it took; two that agree make it done.

    Where the two differ it stays open, and either may sign again. The office may sign for somebody without an account
    and says for which ``side``.

    Raises
    ------
    NotAllowedNow
        It has not begun, or nothing is to be signed.
    """
    if not 1 <= minutes <= 2 * LONGEST_MINUTES:
        raise WrongValue("minutes", minutes)
    booking, appointment = lock_booking(session, booking_id)
    mine = _signing_side(side_of(session, by, booking, appointment), side)
    if booking.state != "confirmed" or not has_begun(booking, at):
        raise NotAllowedNow(booking.state, "done")
    setattr(booking, f"{mine}_minutes", minutes)
    setattr(booking, f"{mine}_signed_at", at)
    if mine == "requester":
        booking.requester_signed_by = by.name
    booking.version += 1
    facts = {"side": mine, "minutes": minutes}
    ledger.record(session, at, by, "sign_service", "booking", booking.id, facts)
    about = booking.id if mine == "interpreter" else appointment.id
    outbox.drop_unsent(session, about, kind="interpreting_sign")
    if booking.interpreter_minutes == booking.requester_minutes:
        move(session, booking, "done", verb="end_service", by=by, at=at)
        move(session, appointment, "done", verb="end_service", by=by, at=at)
    elif mine == "interpreter":
        tell_requester(session, appointment, at=at, kind="interpreting_sign")
    else:
        tell_interpreter(session, booking, at=at, kind="interpreting_sign")
    session.flush()
    return booking


def record_absence(session: Session, booking_id: str, absent: str, *, by: Actor, at: datetime) -> Booking:
    """Note that the ``interpreter`` or the ``requester`` did not come; each side says it of the other."""
    if absent not in SIGNING:
        raise WrongValue("absent", absent)
    booking, appointment = lock_booking(session, booking_id)
    if side_of(session, by, booking, appointment) == absent:
        raise Forbidden(absent)
    if not has_begun(booking, at):
        raise NotAllowedNow(booking.state, "no_show")
    booking.absent_side = absent
    for about in (booking.id, appointment.id):
        outbox.drop_unsent(session, about)
    move(session, booking, "no_show", verb="record_absence", by=by, at=at)
    move(session, appointment, "no_show", verb="record_absence", by=by, at=at)
    tell_interpreter(session, booking, at=at)
    tell_requester(session, appointment, at=at)
    return booking


def reopen_service(session: Session, booking_id: str, *, by: Actor, at: datetime) -> Booking:
    """Mend a slip: what was signed, or an absence that was noted, is open again; the ledger keeps what it was.

    Raises
    ------
    NotAllowedNow
        Nothing was signed by both, and no absence was noted.
    Barred
        She was booked elsewhere at that time since.
    """
    policy.must(by, "arrange_interpreting")
    booking, appointment = lock_booking(session, booking_id)
    if booking.state not in {"done", "no_show"}:
        raise NotAllowedNow(booking.state, "confirmed")
    move(session, booking, "confirmed", verb="reopen_service", by=by, at=at)
    move(session, appointment, "assigned", verb="reopen_service", by=by, at=at)
    booking.absent_side = None
    for side in SIGNING:
        setattr(booking, f"{side}_minutes", None)
        setattr(booking, f"{side}_signed_at", None)
    booking.requester_signed_by = None
    flush_alone(session)
    return booking


def _signing_side(acting: str, said: str | None) -> str:
    if acting == "office":
        if said not in SIGNING:
            raise WrongValue("side", said)
        return said
    if said not in {None, acting}:
        raise Forbidden(acting)
    return acting
