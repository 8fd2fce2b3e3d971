"""Accounts: opened with an argon2id hash, signed in with one verification on every path."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import ledger, sealed, sessions
from models.actor import ROLES, Actor
from models.errors import AlreadyRegistered, CannotUnseal, Unknown, WrongValue
from models.sealing import keyring_of
from models.tables import Account, AccountLink, KnownBrowser, new_id

MOST_PASSWORD = 1024
SECRET_BYTES = 32

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_hashing = BoundedSemaphore(os.cpu_count() or 1)
"""Each hash takes 19 MiB: a crowd at the door waits its turn instead of filling the memory."""


def hash_password(password: str) -> str:
    """Give the argon2id hash of a password of at most 1,024 characters."""
    if not password or len(password) > MOST_PASSWORD:
        raise WrongValue("password", f"{len(password)} characters")
    with _hashing:
        return _hasher.hash(password)


def open_account(  # noqa: PLR0913 - an account has these parts
    session: Session,
    *,
    email: str | None,
    role: str,
    language: str,
    at: datetime,
    password: str | None = None,
    password_hash: str | None = None,
    person_id: str | None = None,
    organisation_id: str | None = None,
    name: str | None = None,
) -> Account:
    """Open an account and give it; hash the password beforehand to keep the unit of work short.

    Without a password only a link by letter opens it, and without an address only a printed card.

    Raises
    ------
    AlreadyRegistered
        The address has an account.
    """
    if role not in ROLES:
        raise WrongValue("role", role)
    keyring, account_id = keyring_of(session), new_id()
    account = Account(
        id=account_id,
        role=role,
        language=language,
        name=name,
        person_id=person_id,
        organisation_id=organisation_id,
        data_key=keyring.new_data_key(account_id),
        email_index=keyring.email_index(email) if email is not None else None,
        password_hash=hash_password(password) if password is not None else password_hash,
        opened_at=at,
    )
    sealed.put(session, account, account, "email", email)
    if email is not None and _with_index(session, account.email_index):
        raise AlreadyRegistered
    session.add(account)
    try:
        session.flush()
    except IntegrityError as error:  # somebody was faster by an instant
        raise AlreadyRegistered from error
    return account


def get(session: Session, account_id: str) -> Account:
    """Give the account with this id.

    Raises
    ------
    Unknown
        There is none.
    """
    account = session.get(Account, account_id)
    if account is None:
        raise Unknown("account", account_id)
    return account


def of_address(session: Session, email: str) -> Account | None:
    """Give the open account of an address."""
    account = _with_index(session, keyring_of(session).email_index(email))
    return account if account is not None and account.closed_at is None else None


def sign_in(session: Session, email: str, password: str, at: datetime) -> Account | None:  # noqa: ARG001 - the surface carries the instant of every act
    """Give the account that this address and password open; exactly one verification on every path."""
    account = of_address(session, email)
    stored = account.password_hash if account else None
    is_right = _verify(stored or _nobody_s_hash(), password)
    if not (account and stored and is_right):
        return None
    if _hasher.check_needs_rehash(stored):
        account.password_hash = hash_password(password)
    return account


def keep_renewed_hash(session: Session, account: Account) -> None:
    """Keep the stronger hash that a sign-in made in a unit that only read."""
    kept = session.get_one(Account, account.id)
    if kept.password_hash != account.password_hash:
        kept.password_hash = account.password_hash


def is_password_of(session: Session, account_id: str, password: str) -> bool:
    """Whether this is the account's own password; one verification on every path."""
    stored = get(session, account_id).password_hash
    return _verify(stored or _nobody_s_hash(), password) and stored is not None


def set_password(
    session: Session, account: Account, password_hash: str, *, verb: str, by: Actor, at: datetime
) -> None:
    """Replace a password: every session, link and known browser of before ends with it."""
    account.password_hash = password_hash
    sessions.end_all_sessions(session, account.id)
    for table in (AccountLink, KnownBrowser):
        session.execute(delete(table).where(table.account_id == account.id))
    ledger.record(session, at, by, verb, "account", account.id)


def index_of(session: Session, email: str) -> str:
    """Give the fingerprint under which an address is found."""
    return keyring_of(session).email_index(email)


def is_held(session: Session, email: str, *, but: str) -> bool:
    """Whether another account than ``but`` has this address."""
    holder = _with_index(session, index_of(session, email))
    return holder is not None and holder.id != but


def choose_language(session: Session, account_id: str, language: str) -> None:
    """Let an account read its pages and its letters in a language."""
    session.get_one(Account, account_id).language = language


def email_of(session: Session, account: Account) -> str:
    """Give the address of an account.

    Raises
    ------
    CannotUnseal
        The account has no address, or its key is gone.
    """
    email = sealed.take(session, account, account, "email")
    if email is None:
        raise CannotUnseal(account.id)
    return email


def _with_index(session: Session, email_index: str | None) -> Account | None:
    return session.scalar(select(Account).where(Account.email_index == email_index))


def _verify(stored: str, password: str) -> bool:
    with _hashing:
        try:
            return _hasher.verify(stored, password[:MOST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobody_s_hash() -> str:
    """Give a hash that no password opens, so that an unknown address takes as long as a known one."""
    return _hasher.hash(secrets.token_urlsafe(SECRET_BYTES))
