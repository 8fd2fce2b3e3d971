"""Accounts: opened with an argon2id hash, signed in with one verification on every path, sessions kept here."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import datetime, timedelta
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import sealed
from models.actor import ROLES
from models.errors import AlreadyRegistered, CannotUnseal, WrongValue
from models.sealing import keyring_of
from models.tables import Account, SignIn, new_id

__all__ = [
    "Account",
    "account_of",
    "email_of",
    "end_all_sessions",
    "end_session",
    "open_account",
    "sign_in",
    "start_session",
    "touch_session",
]

MOST_PASSWORD = 1024
TOKEN_BYTES = 32
STAFF_IDLE, STAFF_WHOLE = timedelta(minutes=30), timedelta(hours=12)
IDLE, WHOLE = timedelta(hours=12), timedelta(days=30)
TOUCH_EVERY = timedelta(minutes=1)

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
    email: str,
    role: str,
    language: str,
    at: datetime,
    password: str | None = None,
    password_hash: str | None = None,
    person_id: str | None = None,
    name: str | None = None,
) -> Account:
    """Open an account and give it; hash the password beforehand to keep the unit of work short.

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
        data_key=keyring.new_data_key(account_id),
        email_index=keyring.email_index(email),
        password_hash=password_hash or hash_password(password or ""),
        opened_at=at,
    )
    sealed.put(session, account, account, "email", email)
    if session.scalar(select(Account.id).where(Account.email_index == account.email_index)):
        raise AlreadyRegistered
    session.add(account)
    try:
        session.flush()
    except IntegrityError as error:  # somebody was faster by an instant
        raise AlreadyRegistered from error
    return account


def sign_in(session: Session, email: str, password: str, at: datetime) -> Account | None:  # noqa: ARG001 - the surface carries the instant of every act
    """Give the account that this address and password open; exactly one verification on every path."""
    index = keyring_of(session).email_index(email)
    account = session.scalar(select(Account).where(Account.email_index == index, Account.closed_at.is_(None)))
    stored = account.password_hash if account else None
    is_right = _verify(stored or _nobody_s_hash(), password)
    if not (account and stored and is_right):
        return None
    if _hasher.check_needs_rehash(stored):  # kept where the unit may write
        account.password_hash = hash_password(password)
    return account


def choose_language(session: Session, account_id: str, language: str) -> None:
    """Let an account read its pages and its letters in a language."""
    session.get_one(Account, account_id).language = language


def start_session(session: Session, account: Account, at: datetime) -> str:
    """Start a session and give its token; only the SHA-256 of the token is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(SignIn(token_hash=fingerprint(token), account_id=account.id, started_at=at, seen_at=at))
    session.flush()
    return token


def account_of(session: Session, token: str, at: datetime) -> Account | None:
    """Give the account that a token opens now, or None where the session ended or grew old."""
    started = session.get(SignIn, fingerprint(token))
    if started is None:
        return None
    account = session.get(Account, started.account_id)
    if account is None or account.closed_at is not None:
        return None
    idle, whole = (IDLE, WHOLE) if account.role == "participant" else (STAFF_IDLE, STAFF_WHOLE)
    is_alive = at - started.seen_at <= idle and at - started.started_at <= whole
    return account if is_alive else None


def touch_session(session: Session, token: str, at: datetime) -> None:
    """Note that a session is in use, once a minute at most."""
    started = session.get(SignIn, fingerprint(token))
    if started is not None and at - started.seen_at >= TOUCH_EVERY:
        started.seen_at = at


def end_session(session: Session, token: str) -> None:
    """End a session: its token opens nothing any more."""
    session.execute(delete(SignIn).where(SignIn.token_hash == fingerprint(token)))


def end_all_sessions(session: Session, account_id: str) -> None:
    """End every session of an account."""
    session.execute(delete(SignIn).where(SignIn.account_id == account_id))


def email_of(session: Session, account: Account) -> str:
    """Give the address of an account.

    Raises
    ------
    CannotUnseal
        The account's key is gone.
    """
    email = sealed.take(session, account, account, "email")
    if email is None:
        raise CannotUnseal(account.id)
    return email


def fingerprint(token: str) -> str:
    """Give the SHA-256 of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _verify(stored: str, password: str) -> bool:
    with _hashing:
        try:
            return _hasher.verify(stored, password[:MOST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobody_s_hash() -> str:
    """Give a hash that no password opens, so that an unknown address takes as long as a known one."""
    return _hasher.hash(secrets.token_urlsafe(TOKEN_BYTES))
