"""Printed cards: a code by which somebody without an e-mail address signs in; only its keyed fingerprint is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import accounts, ledger, policy, sessions
from models.actor import Actor
from models.casework.rows import get, lock_person
from models.errors import NotAllowedNow, Stale
from models.lifecycle import GONE
from models.sealing import keyring_of
from models.second_factor import new_code, plain
from models.tables import Account, LedgerLine, Person

GROUPS, GROUP = 3, 4
MADE = ("give_card", "renew_card")
"""What the ledger calls the first card of somebody, and each one after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whom a card is for, and no more than the card says."""

    id: str
    first_name: str
    reader_language: str
    has_card: bool
    may_have_one: bool


def holder(session: Session, person_id: str) -> Holder:
    """Give whom a card is for."""
    person = get(session, Person, person_id)
    account = session.scalar(select(Account).where(Account.person_id == person_id))
    return Holder(
        id=person.id,
        first_name=person.first_name,
        reader_language=person.reader_language,
        has_card=account is not None and account.card_index is not None,
        may_have_one=person.state not in GONE and (account is None or account.email_index is None),
    )


def give_card(session: Session, person_id: str, *, by: Actor, at: datetime) -> str:
    """Give the code of a new card for a person without an address; the card before it opens nothing any more.

    Raises
    ------
    NotAllowedNow
        The person left.
    Stale
        The person signs in with an address.
    """
    person = lock_person(session, person_id)
    policy.must(by, "give_card", policy.to_person(by, person))
    if person.state in GONE:
        raise NotAllowedNow(person.state, "give_card")
    account = session.scalar(select(Account).where(Account.person_id == person_id)) or _open(
        session, person, at
    )
    if account.email_index is not None or account.closed_at is not None:
        raise Stale("account")
    first, another = MADE
    verb = another if account.card_index else first
    code = new_code(GROUPS, GROUP)
    account.card_index, account.card_made_at = _index(session, code), at
    sessions.end_all_sessions(session, account.id)
    ledger.record(session, at, by, verb, "person", person_id)
    return code


def is_known_to_partner(session: Session, person_id: str) -> bool:
    """Whether a partner's worker made the card that a person signs in with now, and so saw its code."""
    made = (
        select(LedgerLine.role)
        .join(Account, Account.person_id == LedgerLine.entity_id)
        .where(LedgerLine.entity == "person", LedgerLine.entity_id == person_id)
        .where(LedgerLine.verb.in_(MADE), Account.card_index.is_not(None))
    )
    return session.scalars(made.order_by(LedgerLine.seq.desc()).limit(1)).first() == "agent"


def account_of_card(session: Session, code: str) -> Account | None:
    """Give the account that a printed code opens."""
    chosen = select(Account).where(Account.card_index == _index(session, code), Account.closed_at.is_(None))
    return session.scalar(chosen)


def _open(session: Session, person: Person, at: datetime) -> Account:
    return accounts.open_account(
        session,
        email=None,
        role="participant",
        language=person.reader_language,
        person_id=person.id,
        name=person.first_name,
        at=at,
    )


def _index(session: Session, code: str) -> str:
    return keyring_of(session).blind_index("card", plain(code))
