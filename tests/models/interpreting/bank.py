"""A bank for tests: interpreters who are ready, newcomers who need one, an appointment at any stage. Invented names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models import interpreting
from models.actor import Actor
from models.interpreting import AppointmentSheet, InterpreterSheet, Language, Reply
from models.tables import Appointment, Booking
from tests.models import office
from tests.models.office import AT, COORDINATOR, DO, Someone

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SLOTS = tuple(f"{day}_{block}" for day in ("mon", "tue", "wed", "thu", "fri") for block in ("am", "pm"))
START = datetime(2026, 3, 11, 18, tzinfo=UTC)
"""A Wednesday, two in the afternoon in the city."""
SPANISH = (Language(code="spa", level="native"), Language(code="fra", level="C1"))
SHEET = InterpreterSheet(
    languages=SPANISH,
    settings=("everyday", "school_meeting", "bank_and_housing", "first_pairing_meetings"),
    availability=(SLOTS,),
    max_hours_day=6,
    max_hours_month=20,
)
ASKED = AppointmentSheet(
    from_language="spa",
    setting="school_meeting",
    start=START,
    minutes=60,
    modes=("in_person", "phone"),
    sector="chicoutimi_centre",
)


def interpreter(session: Session, name: str = "Ximena", **changes: Any) -> Someone:
    """An interpreter who is ready, cleared, and under the code."""
    parts = {"email": changes.pop("email")} if "email" in changes else {}
    person = office.sign_up(session, name, profile=replace(office.PROFILE, **_profile(changes)), **parts)
    wish = interpreting.join_bank(session, person, replace(SHEET, **changes), **DO).offer_id
    office.make_ready(session, person)
    interpreting.sign_code(session, person, **DO)
    return Someone(person, wish)


def _profile(changes: dict[str, Any]) -> dict[str, Any]:
    names = [name for name in changes if name in office.PROFILE.__slots__ and name not in SHEET.__slots__]
    return {name: changes.pop(name) for name in names}


def newcomer(session: Session, name: str = "Amina") -> Someone:
    """Somebody who is ready, for whom an interpreter is asked."""
    return office.newcomer(session, name)


def request(
    session: Session, person: Someone | None = None, *, by: Actor = COORDINATOR, **changes: Any
) -> Reply:
    """A request for the usual hour, with changes."""
    sheet = replace(ASKED, person_id=person.person if person else None, **changes)
    return interpreting.request_appointment(session, sheet, by=by, at=AT)


def asked(session: Session, person: Someone | None = None, **changes: Any) -> Booking:
    """An appointment whose best interpreter was asked."""
    found = interpreting.ask_next(session, request(session, person, **changes).id, **DO)
    assert found is not None
    return found


def confirmed(session: Session, who: Someone, person: Someone | None = None, **changes: Any) -> Booking:
    """An appointment that an interpreter took."""
    booking = asked(session, person, **changes)
    return interpreting.take(session, booking.id, **who.does)


def appointment_of(session: Session, booking: Booking) -> Appointment:
    """The appointment of a booking."""
    return session.get_one(Appointment, booking.appointment_id)


def bookings_of(session: Session, appointment_id: str) -> list[Booking]:
    """The bookings of an appointment, in the order in which they were asked."""
    session.flush()
    chosen = select(Booking).where(Booking.appointment_id == appointment_id)
    return list(session.scalars(chosen.order_by(Booking.asked_at, Booking.id)))


def after(booking: Booking) -> datetime:
    """An hour after the end of a booking."""
    return booking.ends + timedelta(hours=1)


def actor_of(person_id: str) -> Actor:
    """A person who acts for herself."""
    return Someone(person_id, "").actor
