"""The data of a service sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import organisations, policy
from models.actor import Actor
from models.casework.rows import get
from models.errors import Unknown
from models.interpreting.rows import is_requester, person_of
from models.lifecycle import KEPT
from models.queries.cards import first_name
from models.tables import Account, Appointment, Booking, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSheet:
    """What a service sheet says, and who signed it when."""

    booking_id: str
    state: str
    interpreter_id: str
    interpreter: str
    """First name: the newcomer reads the sheet too."""
    person_id: str | None
    person: str | None
    """First name of the person it was for."""
    organisation: str | None
    requester: str | None
    """First name of who asked."""
    from_language: str
    to_language: str
    via: str | None
    setting: str
    mode: str
    sector: str | None
    begins: datetime
    ends: datetime
    zone: str
    planned_minutes: int
    real_minutes: int | None
    """As both signed; None before that."""
    interpreter_signed_at: datetime | None
    requester_signed_at: datetime | None
    interpreter_minutes: int | None
    requester_minutes: int | None


def service_sheet(session: Session, booking_id: str, by: Actor) -> ServiceSheet:
    """Give the sheet of a booking to its interpreter, to who asked, or to the office.

    Raises
    ------
    Forbidden
        It is somebody else's.
    Unknown
        Nobody took it: neither side learns the other's name before that.
    """
    booking = get(session, Booking, booking_id)
    appointment = get(session, Appointment, booking.appointment_id)
    interpreter = session.get_one(Person, person_of(session, booking.interpreter))
    if by.person_id != interpreter.id and not is_requester(by, appointment):
        policy.must(by, "arrange_interpreting")
    if booking.state not in KEPT:
        raise Unknown("booking", booking_id)
    person = session.get(Person, appointment.person_id) if appointment.person_id else None
    account = session.get(Account, appointment.asked_by) if appointment.asked_by else None
    organisation = appointment.organisation_id
    return ServiceSheet(
        booking_id=booking.id,
        state=booking.state,
        interpreter_id=interpreter.id,
        interpreter=first_name(interpreter),
        person_id=appointment.person_id,
        person=first_name(person) if person else None,
        organisation=organisations.name_of(session, organisation) if organisation else None,
        requester=account.name if account else None,
        from_language=appointment.dialect or appointment.from_language,
        to_language=appointment.to_language,
        via=booking.via,
        setting=appointment.setting,
        mode=booking.mode,
        sector=appointment.sector,
        begins=booking.begins,
        ends=booking.ends,
        zone=appointment.zone,
        planned_minutes=booking.minutes,
        real_minutes=booking.interpreter_minutes if booking.state == "done" else None,
        interpreter_signed_at=booking.interpreter_signed_at,
        requester_signed_at=booking.requester_signed_at,
        interpreter_minutes=booking.interpreter_minutes,
        requester_minutes=booking.requester_minutes,
    )
