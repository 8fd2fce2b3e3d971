"""Opening sealed columns; who may see what is for the caller to have checked."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import sealed
from models.tables import Need, Pairing, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """How to reach a person."""

    surname: str | None
    email: str | None
    phone: str | None


def contacts_of(session: Session, person: Person) -> Contacts:
    """Give the surname and the contact details of a person."""
    return Contacts(
        surname=sealed.take(session, person, person, "surname"),
        email=sealed.take(session, person, person, "email"),
        phone=sealed.take(session, person, person, "phone"),
    )


def note_of(session: Session, person: Person) -> str | None:
    """Give the coordinator's note on a person."""
    return sealed.take(session, person, person, "note")


def pairing_note(session: Session, pairing: Pairing) -> str | None:
    """Give the coordinator's note on a pairing."""
    return sealed.take(session, _newcomer(session, pairing), pairing, "note")


def hand_reason(session: Session, pairing: Pairing) -> str | None:
    """Give the reason written for a pairing made by hand."""
    return sealed.take(session, _newcomer(session, pairing), pairing, "hand_reason")


def _newcomer(session: Session, pairing: Pairing) -> Person:
    """Notes on a pairing are sealed with the key of the one who asked."""
    return session.get_one(Person, session.get_one(Need, pairing.need_id).person_id)
