"""What must hold of the bank at every moment: each fault as a code, a table, an id and a detail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.interpreting.requests import where_to_turn
from models.lifecycle import BOOKED, KEPT, OPEN_BOOKINGS
from models.tables import Appointment, AuthorityTie, Booking, Exclusion, Interpreter, Reserve

Fault = tuple[str, str, str, str]
STATE_OF = {
    "asked": "offered",
    "taken": "offered",
    "confirmed": "assigned",
    "done": "done",
    "no_show": "no_show",
}
"""The state of an appointment by that of the booking which holds it."""


# Built once, as the doctor's own are.
_KEPT = select(Booking).where(Booking.state.in_(KEPT)).order_by(Booking.begins)
_HOLDING = select(Booking.appointment_id, Booking.state).where(Booking.state.in_(STATE_OF))
_APPOINTMENTS = select(Appointment.id, Appointment.state).order_by(Appointment.id)
_ASKED = (
    select(Booking.id, Interpreter.number, Interpreter.person_id, Appointment.person_id)
    .join(Interpreter, Interpreter.number == Booking.interpreter)
    .join(Appointment, Appointment.id == Booking.appointment_id)
    .where(Booking.state.in_(OPEN_BOOKINGS), Appointment.person_id.is_not(None))
)
_BOOKED = (
    select(Booking.id, Appointment.setting)
    .join(Appointment, Appointment.id == Booking.appointment_id)
    .where(Booking.state.in_(("asked", *BOOKED, "done")))
)


def faults_of(session: Session) -> Iterator[Fault]:
    """Give everything of the bank that does not hold."""
    for check in (_double_bookings, _states, _apart, _for_professionals):
        yield from check(session)


def _double_bookings(session: Session) -> Iterator[Fault]:
    """No interpreter is in two bookings at one time, by the instants themselves."""
    kept: dict[int, list[Booking]] = defaultdict(list)
    for one in session.scalars(_KEPT):
        kept[one.interpreter].append(one)
    for own in kept.values():
        for first, then in pairwise(own):
            if then.begins < first.ends:
                yield "double_booking", "booking", then.id, first.id


def _states(session: Session) -> Iterator[Fault]:
    """The state of an appointment is that of its booking; without one it is searched for, or over."""
    holding = session.execute(_HOLDING)
    wanted = {appointment_id: STATE_OF[state] for appointment_id, state in holding}
    for appointment_id, state in session.execute(_APPOINTMENTS):
        held = state in STATE_OF.values()
        if wanted.get(appointment_id, "none" if held else state) != state:
            yield "appointment_state", "appointment", appointment_id, state


def _apart(session: Session) -> Iterator[Fault]:
    """Nobody is asked or booked for somebody whom she is kept apart from, or for herself."""
    asked = list(session.execute(_ASKED))
    if not asked:
        return
    reserves = set(session.execute(select(Reserve.person_id, Reserve.interpreter)))
    pairs = set(session.execute(select(Exclusion.one_id, Exclusion.other_id)))
    pairs |= set(session.execute(select(AuthorityTie.holder_id, AuthorityTie.subject_id)))
    for booking_id, number, hers, person in asked:
        if (person, number) in reserves or {(hers, person), (person, hers)} & pairs or hers == person:
            yield "kept_apart", "booking", booking_id, ""


def _for_professionals(session: Session) -> Iterator[Fault]:
    """Nothing that is for professionals was booked."""
    for booking_id, setting in session.execute(_BOOKED):
        if where_to_turn(setting):
            yield "for_professionals", "booking", booking_id, setting
