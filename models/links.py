"""Links by letter that let their bearer choose a password: random, kept hashed, short, each once."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from models.errors import NotAllowedNow
from models.sessions import TOKEN_BYTES, fingerprint
from models.tables import Account, AccountLink

LASTS = {
    "invitation": timedelta(days=3),
    "password_reset": timedelta(hours=1),
    "address_confirm": timedelta(days=1),
}
"""No shorter than the hour in which three letters may be asked for: a stranger who asks cannot use up all that work."""
TO_CHOOSE_A_PASSWORD = ("invitation", "password_reset")


def make_link(session: Session, account: Account, purpose: str, at: datetime) -> str:
    """Make a link, as its letter leaves, and give its token; only the SHA-256 is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        AccountLink(
            token_hash=fingerprint(token),
            account_id=account.id,
            purpose=purpose,
            expires_at=at + LASTS[purpose],
        )
    )
    session.flush()
    return token


def open_link(
    session: Session, token: str, at: datetime, *, purposes: Collection[str] = TO_CHOOSE_A_PASSWORD
) -> tuple[Account, str] | None:
    """Give whose link this is and what for, as long as it may be used so; looking does not use it."""
    link = session.get(AccountLink, fingerprint(token))
    if link is None or link.used_at is not None or link.expires_at <= at:
        return None
    if link.purpose not in purposes:
        return None
    account = session.get_one(Account, link.account_id)
    return None if account.closed_at is not None else (account, link.purpose)


def take_link(
    session: Session, token: str, at: datetime, *, purposes: Collection[str] = TO_CHOOSE_A_PASSWORD
) -> tuple[Account, str]:
    """Use a link, and give whose it was and what for; of two at the same instant one only succeeds.

    Raises
    ------
    NotAllowedNow
        The link served already, is over, or never was.
    """
    found = open_link(session, token, at, purposes=purposes)
    if found is None:
        raise NotAllowedNow("link", "use")
    unused = (AccountLink.token_hash == fingerprint(token), AccountLink.used_at.is_(None))
    taken = update(AccountLink).where(*unused).values(used_at=at)
    used = session.execute(taken.execution_options(synchronize_session=False))
    if used.rowcount != 1:  # type: ignore[attr-defined]  # what an update gives
        raise NotAllowedNow("link", "use")
    return found


def forget_old(session: Session, at: datetime) -> None:
    """Forget the links whose time is over."""
    session.execute(delete(AccountLink).where(AccountLink.expires_at <= at))
