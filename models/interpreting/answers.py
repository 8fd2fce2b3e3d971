"""What an interpreter answers, and what either side may still say: take, decline, stand by, know, refuse, cancel."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.appointments.bank import SECTOR_AT
from matcher.appointments.options import NOWHERE, way_seconds
from matcher.appointments.policy import shipped_interpreting_policy
from models import calls, outbox
from models.actor import Actor
from models.casework.bookings import PAUSE_MINUTES, let_go, lock_open, part, tell_interpreter, tell_requester
from models.casework.rows import move
from models.errors import Barred, NotAllowedNow, Stale
from models.instants import city_date
from models.interpreting.asking import continue_search
from models.interpreting.givers import is_open
from models.interpreting.loads import minutes_of
from models.interpreting.rows import (
    flush_alone,
    has_begun,
    lock_booking,
    must_be_interpreter,
    must_have_asked,
    person_of,
    side_of,
)
from models.interpreting.times import month_of
from models.lifecycle import BOOKED, KEPT
from models.tables import Appointment, Booking, Interpreter, Person, Reserve

A_DAY = timedelta(days=1)
MINUTES_IN_AN_HOUR = 60


def take(session: Session, booking_id: str, *, by: Actor, at: datetime) -> Booking:
    """Take what one was asked for; everything is checked again under the lock, since the world moved on.

    It is confirmed at once, unless it is in a close language: then the person agrees first.

    Raises
    ------
    Barred
        Something she took meanwhile is too near, or her hours of the day or month are full.
    NotAllowedNow
        The offer is over.
    Stale
        She is not in the bank now: she takes a break, or something of hers ran out.
    """
    booking, appointment = lock_booking(session, booking_id)
    must_be_interpreter(session, booking, by)
    if has_begun(booking, at):
        raise NotAllowedNow("lapsed", "taken")
    _check_still_in_bank(session, booking, at)
    _check_room(session, booking, appointment)
    move(session, booking, "taken", verb="take_booking", by=by, at=at)
    outbox.drop_unsent(session, booking.id)
    flush_alone(session)
    if booking.close_language is None:
        _confirm(session, booking, appointment, by=by, at=at)
    else:
        tell_requester(session, appointment, at=at)
    if by.role != "participant":
        calls.drop(session, booking.id)  # she said so on the telephone: nobody calls her to tell it
    _let_go_what_clashes(session, booking, by=by, at=at)
    return booking


def agree(session: Session, booking_id: str, *, by: Actor, at: datetime) -> Booking:
    """Confirm, for the person it is for, an interpreter of a close language who took it."""
    booking, appointment = lock_booking(session, booking_id)
    must_have_asked(by, appointment)
    if has_begun(booking, at):
        raise NotAllowedNow(booking.state, "confirmed")
    _confirm(session, booking, appointment, by=by, at=at)
    if by.role != "participant":
        calls.drop(session, appointment.id)
    return booking


def decline(session: Session, booking_id: str, *, by: Actor, at: datetime) -> Booking:
    """Say no to an offer, without a reason; the next is asked."""
    booking, appointment = lock_booking(session, booking_id)
    must_be_interpreter(session, booking, by)
    let_go(session, booking, "declined", verb="decline_booking", by=by, at=at)
    continue_search(session, appointment, by=by, at=at)
    return booking


def stand_by(session: Session, booking_id: str, *, by: Actor, at: datetime) -> Booking:
    """Say « if need be »: others are asked first, and she is before all others where none of them can."""
    booking, appointment = lock_booking(session, booking_id)
    must_be_interpreter(session, booking, by)
    move(session, booking, "standby", verb="stand_by", by=by, at=at)
    booking.answer_due = None
    outbox.drop_unsent(session, booking.id)
    move(session, appointment, "searching", verb="stand_by", by=by, at=at)
    continue_search(session, appointment, by=by, at=at, but_not=booking.interpreter)
    return booking


def i_know_this_person(session: Session, booking_id: str, *, by: Actor, at: datetime) -> Booking:
    """« Je connais cette personne »: an interpreter steps back for good, without reason and without trace.

    Once it has begun the service stands, to be signed; the two do not meet again.
    """
    booking, appointment = lock_booking(session, booking_id)
    must_be_interpreter(session, booking, by)
    if not has_begun(booking, at):
        is_booked = booking.state in BOOKED
        step, side = ("cancelled", "interpreter") if is_booked else ("declined", None)
        let_go(session, booking, step, verb="decline_booking", by=by, at=at, side=side)
    _keep_apart(session, booking, appointment, by=by, at=at)
    continue_search(session, appointment, by=by, at=at)
    return booking


def refuse_interpreter(session: Session, booking_id: str, *, by: Actor, at: datetime) -> Booking:
    """Refuse an interpreter for the person it is for, without reason; to her it is a cancellation as any other."""
    booking, appointment = lock_booking(session, booking_id)
    must_have_asked(by, appointment)
    if has_begun(booking, at):
        raise NotAllowedNow(booking.state, "cancelled")
    let_go(session, booking, "cancelled", verb="cancel_booking", by=by, at=at, side="office")
    _keep_apart(session, booking, appointment, by=by, at=at)
    continue_search(session, appointment, by=by, at=at)
    return booking


def cancel_booking(session: Session, booking_id: str, *, by: Actor, at: datetime) -> Booking:
    """Give back what was taken: how long before is noted, who stands by is asked, then the next."""
    booking, appointment = lock_booking(session, booking_id)
    side = side_of(session, by, booking, appointment)
    if side == "requester":
        must_be_interpreter(session, booking, by)
    if has_begun(booking, at):
        raise NotAllowedNow(booking.state, "cancelled")
    let_go(session, booking, "cancelled", verb="cancel_booking", by=by, at=at, side=side)
    continue_search(session, appointment, by=by, at=at)
    return booking


def _confirm(
    session: Session, booking: Booking, appointment: Appointment, *, by: Actor, at: datetime
) -> None:
    move(session, booking, "confirmed", verb="confirm_booking", by=by, at=at)
    booking.confirmed_at = at
    move(session, appointment, "assigned", verb="confirm_booking", by=by, at=at)
    outbox.drop_unsent(session, booking.id)
    tell_interpreter(session, booking, at=at)
    tell_requester(session, appointment, at=at)


def _check_still_in_bank(session: Session, booking: Booking, at: datetime) -> None:
    if not is_open(session, booking.interpreter, at):
        raise Stale("offer")


def get_interpreter(session: Session, booking: Booking) -> Interpreter:
    """Give the place in the bank of who was asked."""
    return session.get_one(Interpreter, booking.interpreter)


def _check_room(session: Session, booking: Booking, appointment: Appointment) -> None:
    """Refuse what is too near to something she took, with the way between, or past her hours."""
    interpreter = get_interpreter(session, booking)
    person = session.get_one(Person, interpreter.person_id)
    hers = _kept_around(session, booking)
    policy = shipped_interpreting_policy()
    way = way_seconds(policy, policy.speed_km_h.get(person.travel_mode or "", 0))
    here = _place(booking, appointment)
    for other, elsewhere in hers:
        pause = max(int(way[here, _place(other, elsewhere)]), PAUSE_MINUTES * 60)
        gap = timedelta(seconds=pause)
        if booking.begins < other.ends + gap and other.begins < booking.ends + gap:
            raise Barred(["blocked_schedule"])
    _check_hours(interpreter, booking, [other for other, _ in hers])


def _kept_around(session: Session, booking: Booking) -> list[tuple[Booking, Appointment]]:
    first, last = month_of(booking.begins)
    chosen = (
        select(Booking, Appointment)
        .join(Appointment, Appointment.id == Booking.appointment_id)
        .where(Booking.interpreter == booking.interpreter, Booking.state.in_(KEPT), Booking.id != booking.id)
        .where(Booking.ends > min(first, booking.begins) - A_DAY, Booking.begins < last + A_DAY)
    )
    return [(one, appointment) for one, appointment in session.execute(chosen)]


def _check_hours(interpreter: Interpreter, booking: Booking, others: list[Booking]) -> None:
    day, (first, last) = city_date(booking.begins), month_of(booking.begins)
    in_day = [one for one in others if city_date(one.begins) == day]
    in_month = [one for one in others if first <= one.begins < last]
    limits = ((interpreter.max_hours_day, in_day), (interpreter.max_hours_month, in_month))
    for most, own in limits:
        if most is not None and booking.minutes + sum(map(minutes_of, own)) > most * MINUTES_IN_AN_HOUR:
            raise Barred(["blocked_capacity"])


def _place(booking: Booking, appointment: Appointment) -> int:
    is_here = booking.mode == "in_person" and appointment.sector is not None
    return SECTOR_AT[appointment.sector or ""] if is_here else NOWHERE


def _let_go_what_clashes(session: Session, booking: Booking, *, by: Actor, at: datetime) -> None:
    """Take back offers of hers that what she took leaves no time for; their appointments are searched for again."""
    pause = timedelta(minutes=PAUSE_MINUTES)
    clashing = (
        (Booking.interpreter == booking.interpreter)
        & (Booking.state == "asked")
        & (Booking.begins < booking.ends + pause)
        & (Booking.ends > booking.begins - pause)
    )
    for other in lock_open(session, clashing):
        let_go(session, other, "cancelled", verb="take_booking", by=by, at=at, side="office")


def _keep_apart(
    session: Session, booking: Booking, appointment: Appointment, *, by: Actor, at: datetime
) -> None:
    """Let the two not meet any more; whatever else is booked, asked or translated between them ends too."""
    if appointment.person_id is None:
        return
    key = (appointment.person_id, booking.interpreter)
    if session.get(Reserve, key) is None:
        session.add(Reserve(person_id=key[0], interpreter=key[1], since=at))
    part(session, key[0], person_of(session, key[1]), verb="cancel_booking", by=by, at=at)
