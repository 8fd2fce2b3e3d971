"""The coordinator's note on a person: sealed, and never written over unread."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from models import disclosure, policy, sealed
from models.actor import Actor
from models.casework.rows import lock_person, note
from models.errors import Stale
from models.tables import Person

MARK_LENGTH = 16


def write_note(
    session: Session, person_id: str, text: str | None, *, seen: str | None = None, by: Actor, at: datetime
) -> Person:
    """Replace the note on a person; ``seen`` is the mark of the note that the page showed, where one did.

    Raises
    ------
    Stale
        Somebody else wrote meanwhile.
    """
    policy.must(by, "write_note")
    person = lock_person(session, person_id)
    if seen is not None and seen != mark_of(disclosure.note_of(session, person)):
        raise Stale("note")
    sealed.put(session, person, person, "note", text)
    note(session, person, "write_note", by=by, at=at)
    return person


def mark_of(text: str | None) -> str:
    """Give what a form recalls a note by: the person's version also grows by acts that leave the note alone."""
    return hashlib.sha256(text.encode()).hexdigest()[:MARK_LENGTH] if text else ""
