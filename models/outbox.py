"""Letters owed to accounts: queued in the same transaction as their cause, delivered after its commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from models import accounts, calls, links, sealed
from models.errors import CannotUnseal
from models.tables import Account, Letter, Person, new_id
from models.tables.accounts import CALLS

if TYPE_CHECKING:
    from models.database import Database

CLAIM_LASTS = timedelta(minutes=10)
MOST_ATTEMPTS = 8
"""How often a letter may be refused; while nobody can be reached it is not tried at all."""
BATCH = 50
_IS_GIVEN_UP = Letter.attempts >= MOST_ATTEMPTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A letter on its way: to whom, what kind, in which language; its text holds no name."""

    id: str
    to: str
    kind: str
    language: str
    role: str
    token: str | None = None
    """Of the link that the letter carries, made as it leaves."""


Transport = Callable[[Outgoing], None]
"""Gives a letter away; raises :class:`Refused`, :class:`Delayed`, or ``OSError`` where nobody can be reached."""


class Refused(Exception):  # noqa: N818 - named for what happened
    """Whoever carries letters is there, and does not take this one: an attempt."""


class Delayed(Exception):  # noqa: N818 - named for what happened
    """Whoever carries letters is there, and cannot take this one for now; that is no fault of the letter."""


def queue(
    session: Session, person_ids: Iterable[str], kind: str, *, at: datetime, about: str | None = None
) -> None:
    """Owe a letter to the account of each person; whom none reaches is owed a call, if it is one that is said on the telephone."""
    reached = (Account.closed_at.is_(None), Account.email_index.is_not(None))
    holders = select(Account).where(Account.person_id.in_(list(person_ids)), *reached)
    for account in session.scalars(holders.order_by(Account.id)):
        owe(session, account, kind, at=at, about=about)
    if kind in CALLS and about is not None:
        calls.owe(session, person_ids, kind, at=at, about=about)


def owe(session: Session, account: Account, kind: str, *, at: datetime, about: str | None = None) -> None:
    """Owe a letter to one account; without an address there is nobody to write to."""
    if account.email_index is None:
        return
    session.add(
        Letter(
            id=new_id(),
            account_id=account.id,
            kind=kind,
            language=account.language,
            about=about,
            created_at=at,
            attempts=0,
        )
    )


def drop_unsent(session: Session, about: str, **of: str) -> set[str]:
    """Forget the letters that have not left, and the calls not made, about something, all or those ``of`` a kind.

    Returns
    -------
    ids of the people who were still to be called
    """
    session.flush()
    session.execute(delete(Letter).filter_by(about=about, sent_at=None, **of))
    return calls.drop(session, about, **of)


def drop_unsent_to(session: Session, person_id: str, *, about: str | None = None) -> None:
    """Forget the letters to a person that have not left, all or those about something."""
    session.flush()
    hers = Letter.account_id.in_(select(Account.id).where(Account.person_id == person_id))
    unsent = delete(Letter).where(hers, Letter.sent_at.is_(None))
    session.execute(unsent if about is None else unsent.where(Letter.about == about))


def given_up(session: Session) -> dict[str, int]:
    """Give how many letters of each kind were refused so often that they are tried no more."""
    kinds = session.scalars(select(Letter.kind).where(Letter.sent_at.is_(None), _IS_GIVEN_UP))
    return dict(sorted(Counter(kinds).items()))


def deliver(database: Database, transport: Transport, at: datetime) -> int:
    """Send what is owed, each letter at least once, and give how many left.

    A letter that was refused eight times is given up, and its reader called. Where nobody can be reached all wait,
    however long; one that is refused never holds back the others.
    """
    sent = 0
    for letter_id in _claim(database, at):
        try:
            letter = _address(database, letter_id, at)
            if letter is None:
                continue
            transport(letter)
        except (Refused, CannotUnseal):
            _count_refusal(database, letter_id, at)
            continue
        except Delayed:
            continue
        except OSError:
            break
        with database.writing() as session:
            session.execute(update(Letter).where(Letter.id == letter_id).values(sent_at=at))
        sent += 1
    return sent


def _claim(database: Database, at: datetime) -> list[str]:
    """Mark letters as being sent, so that two deliverers never send the same one; give their ids."""
    stale = or_(Letter.claimed_at.is_(None), Letter.claimed_at < at - CLAIM_LASTS)
    owed = (
        select(Letter)
        .where(Letter.sent_at.is_(None), ~_IS_GIVEN_UP, stale)
        .order_by(Letter.created_at, Letter.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    with database.writing() as session:
        letters = list(session.scalars(owed))
        for letter in letters:
            letter.claimed_at = at
        return [letter.id for letter in letters]


def _count_refusal(database: Database, letter_id: str, at: datetime) -> None:
    """Note that a letter was refused; who is not reached by it in the end is called."""
    with database.writing() as session:
        reader = select(Account.person_id).join(Letter, Letter.account_id == Account.id)
        person_id = session.scalar(reader.where(Letter.id == letter_id))
        people_first = select(Person.id).where(Person.id == person_id).with_for_update()
        session.execute(people_first)
        letter = session.get(Letter, letter_id, with_for_update=True)
        if letter is None:
            return
        letter.attempts += 1
        if letter.attempts >= MOST_ATTEMPTS and letter.kind in CALLS and letter.about and person_id:
            calls.owe_to(session, [person_id], letter.kind, at=at, about=letter.about)


def _address_of(session: Session, account: Account, kind: str) -> str:
    """Only the letter that confirms a new address goes to it; every other goes to the one in force."""
    new = sealed.take(session, account, account, "new_email") if kind == "address_confirm" else None
    return new or accounts.email_of(session, account)


def _address(database: Database, letter_id: str, at: datetime) -> Outgoing | None:
    """Look at a letter again just before it leaves: its cause, or its reader's account, may be gone since it was claimed."""
    with database.writing() as session:
        letter = session.get(Letter, letter_id)
        if letter is None:
            return None
        account = session.get_one(Account, letter.account_id)
        if account.closed_at is not None:
            session.execute(delete(Letter).where(Letter.id == letter_id))
            return None
        to = _address_of(session, account, letter.kind)
        token = links.make_link(session, account, letter.kind, at) if letter.kind in links.LASTS else None
        return Outgoing(
            id=letter.id, to=to, kind=letter.kind, language=letter.language, role=account.role, token=token
        )
