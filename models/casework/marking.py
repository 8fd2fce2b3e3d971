"""Marks, by which « ne pas nous jumeler » outlasts another registration and another address.

Those who came before marks were kept get theirs from the chores, a person in each unit of work, until none is left:
marks need the keys, so no migration can make them.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
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
    """Give everybody who can be known again her marks, with all that follows from them; give how many had none.

    Whoever cannot be marked holds up nobody after her; the first such failure is raised once all were tried.
    """
    policy.must(by, "do_chores")
    with database.reading() as session:
        unmarked = list(session.scalars(_unmarked()))
    marked, failures = database.one_by_one(unmarked, partial(_mark, by=by, at=at))
    if failures:
        raise failures[0]
    return len(marked)


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
    lock_known_again(session, person_id, contacts.email, contacts.phone)
    recall_all(session, person_id, by=by, at=at)


def lock_known_again(session: Session, person_id: str, email: str | None, phone: str | None) -> None:
    """Lock a person, whoever is like her once these are her address and telephone, and whom they are kept apart from."""
    marks = kin.marks_of(session, email, phone)
    people = {one.id for one in kin.like_her(session, marks)} | {
        *kin.herself_and_like_her(session, person_id)
    }
    lock_people(session, people | {*kin.kept_apart_from(session, list(people))})


def recall_all(session: Session, person_id: str, *, by: Actor, at: datetime) -> None:
    """Keep a person who is locked, as she can be reached now, and whoever is like her apart from the same people."""
    kin.mark(session, get(session, Person, person_id))
    for one in kin.herself_and_like_her(session, person_id):
        for other in kin.recall(session, get(session, Person, one), by=by, at=at):
            end_between(session, one, other, by=by, at=at)
