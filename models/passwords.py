"""Choosing a password: signed in, or by a link of a letter; whatever was open before ends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models import accounts, links, outbox
from models.actor import actor_of
from models.tables import Account

VERBS = {"invitation": "accept_invitation", "password_reset": "reset_password"}


def ask_letter(session: Session, email: str, *, at: datetime) -> None:
    """Owe a link to the account of an address, where there is one; the answer never says which."""
    account = accounts.of_address(session, email)
    if account is not None:
        kind = "password_reset" if account.password_hash else "invitation"
        outbox.owe(session, account, kind, at=at)


def choose_by_link(session: Session, token: str, password_hash: str, *, at: datetime) -> Account:
    """Set the password that the bearer of a link chose, once, and give the account.

    Raises
    ------
    NotAllowedNow
        The link served already, is over, or never was.
    """
    account, purpose = links.take_link(session, token, at)
    _set(session, account, password_hash, VERBS[purpose], at)
    return account


def change(session: Session, account_id: str, password_hash: str, *, at: datetime) -> Account:
    """Set the password that the account's owner chose while signed in, and give the account."""
    account = accounts.get(session, account_id)
    _set(session, account, password_hash, "change_password", at)
    return account


def _set(session: Session, account: Account, password_hash: str, verb: str, at: datetime) -> None:
    accounts.set_password(session, account, password_hash, verb=verb, by=actor_of(account), at=at)
    outbox.owe(session, account, "password_changed", at=at)
