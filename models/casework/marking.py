"""Marks for those who came before marks were kept: by them « ne pas nous jumeler » outlasts another registration.

They need the keys, so no migration can make them; the chores do, a person in each unit of work, until none is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from models import disclosure, policy
from models.actor import Actor
from models.casework import kin
from models.casework.consents import end_between
from models.casework.rows import get, lock_people
from models.tables import Mark, Person

if TYPE_CHECKING:
    from models.database import Database


def mark_the_unmarked(database: Database, *, by: Actor, at: datetime) -> int:
    """Give everybody who can be known again her marks, with all that follows from them; give how many had none."""
    policy.must(by, "do_chores")
    with database.reading() as session:
        unmarked = list(session.scalars(_unmarked()))
    for person_id in unmarked:
        with database.writing() as session:
            _mark(session, person_id, by=by, at=at)
    return len(unmarked)


def _unmarked() -> Select[str]:
    has_contact = or_(Person.email_sealed.is_not(None), Person.phone_sealed.is_not(None))
    return (
        select(Person.id)
        .where(Person.erased_at.is_(None), has_contact, Person.id.not_in(select(Mark.person_id)))
        .order_by(Person.id)
    )


def _mark(session: Session, person_id: str, *, by: Actor, at: datetime) -> None:
    """Mark one person; whoever is like her and she are kept apart from the same people from now on."""
    contacts = disclosure.contacts_of(session, get(session, Person, person_id))
    marks = kin.marks_of(session, contacts.email, contacts.phone)
    like = [one.id for one in kin.like_her(session, marks, but=person_id)]
    concerned = kin.kept_apart_from(session, [person_id, *like])
    lock_people(session, [person_id, *like, *concerned])
    kin.mark(session, get(session, Person, person_id))
    _recall(session, [person_id, *like], by=by, at=at)


def _recall(session: Session, people: Iterable[str], *, by: Actor, at: datetime) -> None:
    for person_id in people:
        for other_id in kin.recall(session, get(session, Person, person_id), by=by, at=at):
            end_between(session, person_id, other_id, by=by, at=at)
