"""What must hold of the bank at every moment: each fault as a code, a table, an id and a detail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from models.casework import papers
from models.interpreting.requests import where_to_turn
from models.interpreting.translations import is_kept_from
from models.lifecycle import BOOKED, KEPT, OPEN_BOOKINGS
from models.tables import Appointment, AuthorityTie, Booking, Exclusion, Interpreter, Reserve, Translation

Fault = tuple[str, str, str, str]
STATE_OF = {
    "asked": "offered",
    "taken": "offered",
    "confirmed": "assigned",
    "done": "done",
    "no_show": "no_show",
}
"""The state of an appointment by that of the booking which holds it."""


OVERDUE = timedelta(days=1)
"""How long after its last day a translation may wait for the clock to close it."""
HANDS_OF = {"requested": (False, False), "unfilled": (False, False), "taken": (True, False)}
"""Whether a translation has a translator and a reader, by state; a second reading has the first, and may have both."""


# Built once, as the doctor's own are.
_KEPT = select(Booking).where(Booking.state.in_(KEPT)).order_by(Booking.begins)
_HOLDING = select(Booking.appointment_id, Booking.state).where(Booking.state.in_(STATE_OF))
_APPOINTMENTS = select(Appointment.id, Appointment.state).order_by(Appointment.id)
_ASKED = (
    select(Booking, Interpreter.person_id, Appointment.person_id)
    .join(Interpreter, Interpreter.number == Booking.interpreter)
    .join(Appointment, Appointment.id == Booking.appointment_id)
    .where(Booking.state.in_(OPEN_BOOKINGS), Appointment.person_id.is_not(None))
)
_KEPT_APART = union_all(
    select(Reserve.since, Reserve.person_id, Interpreter.person_id).join(
        Interpreter, Interpreter.number == Reserve.interpreter
    ),
    select(Exclusion.since, Exclusion.one_id, Exclusion.other_id),
    select(AuthorityTie.since, AuthorityTie.holder_id, AuthorityTie.subject_id),
)
_AT_ANOTHER_HOUR = (
    select(Booking.id)
    .join(Appointment, Appointment.id == Booking.appointment_id)
    .where(Booking.state.in_(OPEN_BOOKINGS), Booking.begins != Appointment.start)
    .order_by(Booking.id)
)
_BOOKED = (
    select(Booking.id, Appointment.setting)
    .join(Appointment, Appointment.id == Booking.appointment_id)
    .where(Booking.state.in_(("asked", *BOOKED, "done")))
)
_PAPERS = (
    select(Translation).where(Translation.state.in_((*HANDS_OF, "second_reading"))).order_by(Translation.id)
)
_IN_HAND = (
    select(Translation, Interpreter)
    .join(Interpreter, papers.in_hand_of(Interpreter.number))
    .order_by(Translation.id)
)


def faults_of(session: Session) -> Iterator[Fault]:
    """Give everything of the bank that does not hold."""
    for check in (_double_bookings, _states, _at_their_hour, _apart, _for_professionals, _translations):
        yield from check(session)


def overdue(session: Session, today: date) -> Iterator[Fault]:
    """Every translation whose last day is over is somebody's, or closed: else the clock stands still."""
    late = (Translation.state == "requested") & (Translation.deadline < today - OVERDUE)
    for row in session.scalars(select(Translation).where(late).order_by(Translation.id)):
        yield "translation_overdue", "translation", row.id, row.deadline.isoformat()


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


def _at_their_hour(session: Session) -> Iterator[Fault]:
    """Whoever is asked or booked is so for the hour at which it is."""
    for booking_id in session.scalars(_AT_ANOTHER_HOUR):
        yield "another_hour", "booking", booking_id, ""


def _apart(session: Session) -> Iterator[Fault]:
    """Nobody is asked or booked for somebody whom she was kept apart from before it began, or for herself."""
    asked = list(session.execute(_ASKED))
    if not asked:
        return
    apart: dict[tuple[str, str], datetime] = {}
    for since, one, other in session.execute(_KEPT_APART):
        apart[one, other] = min(since, apart.get((one, other), since))
    for booking, hers, person in asked:
        known = [apart[pair] for pair in ((person, hers), (hers, person)) if pair in apart]
        if hers == person or (known and min(known) < booking.begins):
            yield "kept_apart", "booking", booking.id, ""


def _for_professionals(session: Session) -> Iterator[Fault]:
    """Nothing that is for professionals was booked."""
    for booking_id, setting in session.execute(_BOOKED):
        if where_to_turn(setting):
            yield "for_professionals", "booking", booking_id, setting


def _translations(session: Session) -> Iterator[Fault]:
    """Each translation is in as many hands as its state says, and in nobody's who is kept apart or may not take it."""
    for row in session.scalars(_PAPERS):
        hands = row.translator is not None, row.reader is not None
        is_right = hands[0] if row.state == "second_reading" else hands == HANDS_OF[row.state]
        if not is_right:
            yield "translation_state", "translation", row.id, row.state
    for row, giver in session.execute(_IN_HAND):
        if is_kept_from(session, giver, row.person_id):
            yield "kept_apart", "translation", row.id, ""
        if where_to_turn(row.setting):
            yield "for_professionals", "translation", row.id, row.setting
