"""Letters owed to accounts: queued in the same transaction as their cause, delivered after its commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from models import accounts, calls, links, sealed
from models.errors import CannotUnseal
from models.tables import Account, Letter, new_id
from models.tables.accounts import CALLS

if TYPE_CHECKING:
    from models.database import Database

CLAIM_LASTS = timedelta(minutes=10)
MOST_ATTEMPTS = 8
BATCH = 50


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


def drop_unsent(session: Session, about: str) -> set[str]:
    """Forget the letters that have not left, and the calls not made, about something: their cause is gone.

    Returns
    -------
    ids of the people who were still to be called
    """
    session.execute(delete(Letter).where(Letter.about == about, Letter.sent_at.is_(None)))
    return calls.drop(session, about)


def drop_unsent_to(session: Session, account_id: str) -> None:
    """Forget the letters to an account that have not left."""
    session.flush()
    session.execute(delete(Letter).where(Letter.account_id == account_id, Letter.sent_at.is_(None)))


def deliver(database: Database, transport: Transport, at: datetime) -> int:
    """Send what is owed, each letter at least once, and give how many left.

    A letter that fails is tried again later, at most eight times; one failure never holds back the others.
    """
    claimed = _claim(database, at)
    sent = 0
    for letter in claimed:
        if not _is_still_owed(database, letter.id):
            continue
        try:
            transport(letter)
        except OSError:
            continue
        with database.writing() as session:
            session.execute(update(Letter).where(Letter.id == letter.id).values(sent_at=at))
        sent += 1
    return sent


def _is_still_owed(database: Database, letter_id: str) -> bool:
    """Look again just before a letter leaves: its cause may be gone since it was claimed."""
    with database.reading() as session:
        return session.get(Letter, letter_id) is not None


def _claim(database: Database, at: datetime) -> list[Outgoing]:
    """Mark letters as being sent, so that two deliverers never send the same one."""
    stale = or_(Letter.claimed_at.is_(None), Letter.claimed_at < at - CLAIM_LASTS)
    owed = (
        select(Letter)
        .where(Letter.sent_at.is_(None), Letter.attempts < MOST_ATTEMPTS, stale)
        .order_by(Letter.created_at, Letter.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    with database.writing() as session:
        letters = list(session.scalars(owed))
        for letter in letters:
            letter.claimed_at, letter.attempts = at, letter.attempts + 1
        return [outgoing for letter in letters if (outgoing := _address(session, letter, at))]


def _address_of(session: Session, account: Account, kind: str) -> str:
    """Only the letter that confirms a new address goes to it; every other goes to the one in force."""
    new = sealed.take(session, account, account, "new_email") if kind == "address_confirm" else None
    return new or accounts.email_of(session, account)


def _address(session: Session, letter: Letter, at: datetime) -> Outgoing | None:
    account = session.get_one(Account, letter.account_id)
    if account.closed_at is not None:
        return None
    try:
        to = _address_of(session, account, letter.kind)
    except CannotUnseal:
        return None
    token = links.make_link(session, account, letter.kind, at) if letter.kind in links.LASTS else None
    return Outgoing(
        id=letter.id, to=to, kind=letter.kind, language=letter.language, role=account.role, token=token
    )
