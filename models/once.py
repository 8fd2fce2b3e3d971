"""A form that is sent twice acts once, and is answered twice alike: its key is kept with what it did.

The key is written in the transaction of the act. Whoever sends the same form at the same instant waits for that
transaction, and then finds the key; where the act was refused nothing was kept, and it is judged anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.tables import SentForm

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the same form gave when it came first: an id, or nothing."""

    given: str | None


def claim(session: Session, key: str, *, at: datetime) -> Earlier | None:
    """Keep the key of a form in this unit of work; give what came of it where it acted before."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    kept = insert(SentForm).values(key=key, at=at).on_conflict_do_nothing().returning(SentForm.key)
    if session.scalar(kept) is not None:
        return None
    return Earlier(session.get_one(SentForm, key).given)


def earlier(session: Session, key: str) -> Earlier | None:
    """Give what came of a form where it acted before."""
    found = session.get(SentForm, key)
    return Earlier(found.given) if found else None


def keep(session: Session, key: str, given: str) -> None:
    """Keep the id that the act gave, for whoever sends the form again."""
    session.get_one(SentForm, key).given = given


def forget_old(session: Session, at: datetime) -> None:
    """Forget the keys of forms that nobody sends again."""
    session.execute(delete(SentForm).where(SentForm.at <= at - KEPT_FOR))
