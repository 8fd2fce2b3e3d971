"""What the verbs of the bank share: whom to lock, who may act for whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import policy
from models.actor import Actor
from models.casework.bookings import lock_appointments
from models.casework.rows import get, lock_people
from models.errors import Barred, Forbidden, Unknown
from models.sealing import Holder
from models.tables import Account, Appointment, Booking, Interpreter, Person, Translation


def interpreter_of(session: Session, person_id: str) -> Interpreter:
    """Give the place of a person in the bank.

    Raises
    ------
    Unknown
        She has none.
    """
    found = session.scalars(select(Interpreter).where(Interpreter.person_id == person_id)).one_or_none()
    if found is None:
        raise Unknown("interpreter", person_id)
    return found


def person_of(session: Session, number: int) -> str:
    """Give the person who has a place in the bank."""
    return session.get_one(Interpreter, number).person_id


def lock_appointment(session: Session, appointment_id: str, people: Iterable[str] = ()) -> Appointment:
    """Lock the person of an appointment and others, then the appointment; give it."""
    appointment = get(session, Appointment, appointment_id)
    lock_people(session, [*filter(None, [appointment.person_id]), *people])
    lock_appointments(session, [appointment_id])
    return get(session, Appointment, appointment_id)


def lock_all(session: Session, appointment_ids: Iterable[str]) -> None:
    """Lock the people of some appointments, then the appointments, each in the order of ids."""
    ids = list(appointment_ids)
    people = session.scalars(select(Appointment.person_id).where(Appointment.id.in_(ids)))
    lock_people(session, [one for one in people if one])
    lock_appointments(session, ids)


def lock_booking(session: Session, booking_id: str) -> tuple[Booking, Appointment]:
    """Lock the interpreter, the person and the appointment of a booking; give both."""
    booking = get(session, Booking, booking_id)
    appointment = lock_appointment(session, booking.appointment_id, [person_of(session, booking.interpreter)])
    return get(session, Booking, booking_id), appointment


def must_be_interpreter(session: Session, booking: Booking, by: Actor) -> None:
    """Refuse all but the interpreter of a booking, and the office."""
    policy.must(by, "interpret", policy.to_herself(by, person_of(session, booking.interpreter)))


def must_ask_for(by: Actor, person: Person | None) -> None:
    """Refuse who may not ask for an interpreter for somebody.

    A person asks for herself; an agent for whom her organisation referred, or for somebody who is not registered;
    the office for all.
    """
    if by.role == "agent" and by.organisation_id is not None:
        if person is not None:
            policy.must(by, "ask_interpreter", policy.to_person(by, person))
        return
    if person is None:
        policy.must(by, "arrange_interpreting")
    else:
        policy.must(by, "ask_interpreter", policy.to_herself(by, person.id))


def is_requester(by: Actor, asking: Appointment | Translation) -> bool:
    """Say whether somebody asked for this, or whether it is for her."""
    if by.role == "agent":
        return by.organisation_id is not None and by.organisation_id == asking.organisation_id
    if by.person_id is not None:
        return by.person_id == asking.person_id
    return by.account_id is not None and by.account_id == asking.asked_by


def must_have_asked(by: Actor, asking: Appointment | Translation) -> None:
    """Refuse all but the requester and the office."""
    if not is_requester(by, asking):
        try:
            policy.must(by, "arrange_interpreting")
        except Forbidden as error:
            raise Forbidden(asking.__tablename__) from error


def side_of(session: Session, by: Actor, booking: Booking, appointment: Appointment) -> str:
    """Give ``interpreter``, ``requester`` or ``office``: as whom somebody acts on a booking."""
    if by.person_id is not None and by.person_id == person_of(session, booking.interpreter):
        return "interpreter"
    if by.role in {"agent", "participant"}:
        must_have_asked(by, appointment)
        return "requester"
    policy.must(by, "arrange_interpreting")
    return "office"


def holder_of(session: Session, asking: Appointment | Translation) -> Holder | None:
    """Give whose key seals the texts of a request: the person's, or that of the account that asked.

    None where nobody has one, or it is destroyed.
    """
    holder: Holder | None = None
    if asking.person_id is not None:
        holder = get(session, Person, asking.person_id)
    elif asking.asked_by:
        holder = session.get(Account, asking.asked_by)
    return holder if holder is not None and holder.data_key is not None else None


def has_begun(booking: Booking, at: datetime) -> bool:
    """Say whether the time of a booking has come."""
    return booking.begins <= at


def flush_alone(session: Session) -> None:
    """Write a booking; what every check let through and the database refuses is a double booking."""
    try:
        session.flush()
    except IntegrityError as error:
        raise Barred(["blocked_schedule"]) from error
