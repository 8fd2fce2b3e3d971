"""Making room: a pressing appointment gets an interpreter who was only asked for others, in one act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from matcher.appointments.urgent import Freed, Moved
from models import policy
from models.actor import Actor
from models.casework.bookings import let_go, lock_appointments, tell_interpreter
from models.casework.rows import get, lock_people
from models.errors import NotAllowedNow, Stale
from models.interpreting.asking import continue_search, offer_to
from models.interpreting.standing import answer_beside, around, wanted_of
from models.tables import Appointment, Booking

Moves = Mapping[str, str | None]
"""By appointment that gives way, the person who is asked for it then; None where nobody is."""


def make_room(
    session: Session, appointment_id: str, person_id: str, told: Moves, *, by: Actor, at: datetime
) -> Booking:
    """Ask an interpreter who is not free: what she was asked for goes to its second choice in the same transaction.

    What she, or anybody, has taken is never moved. Everybody concerned is told: she of what is taken back and of
    what is asked, the second choice of what is asked.

    Parameters
    ----------
    told : what the page showed; nobody decides on a plan that changed meanwhile

    Raises
    ------
    Stale
        She is free now, or freeing her takes other moves than those shown.
    NotAllowedNow
        Somebody is asked or booked already, or it is past.
    """
    policy.must(by, "decide")
    appointment = _lock(session, appointment_id, person_id, told)
    if appointment.state not in {"requested", "searching"} or appointment.start <= at:
        raise NotAllowedNow(appointment.state, "offered")
    standing = around(session, appointment, at)
    answer = answer_beside(standing, wanted_of(standing, appointment))
    found = next((one for one in answer.freed if one.assigned.interpreter == person_id), None)
    if found is None or _as_told(found) != dict(told):
        raise Stale("plan")
    for move in found.moves:
        held = standing.bookings[move.before.appointment]
        let_go(session, held, "cancelled", verb="make_room", by=by, at=at, side="office")
        tell_interpreter(session, held, at=at)
    booking = offer_to(session, appointment, found.assigned, by=by, at=at)
    for move in found.moves:
        _pass_on(session, move, by=by, at=at)
    return booking


def _lock(session: Session, appointment_id: str, person_id: str, told: Moves) -> Appointment:
    """Lock everybody whom the moves concern, then the appointments, each in the order of ids."""
    appointments = [get(session, Appointment, one) for one in (appointment_id, *told)]
    people = {one.person_id for one in appointments} | {person_id, *told.values()}
    lock_people(session, [one for one in people if one])
    lock_appointments(session, [one.id for one in appointments])
    return get(session, Appointment, appointment_id)


def _pass_on(session: Session, move: Moved, *, by: Actor, at: datetime) -> None:
    """Ask the second choice for what gave way; where nobody is free, say why."""
    appointment = get(session, Appointment, move.before.appointment)
    if move.after is None:
        continue_search(session, appointment, by=by, at=at)
    else:
        offer_to(session, appointment, move.after, by=by, at=at)


def _as_told(found: Freed) -> dict[str, str | None]:
    return {it.before.appointment: it.after.interpreter if it.after else None for it in found.moves}
