"""The secret link of a calendar feed: made anew at will, and then the old one opens nothing."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ledger
from models.actor import Actor
from models.errors import Forbidden
from models.sessions import fingerprint
from models.tables import Account, CalendarFeed

TOKEN_BYTES = 32


def make_feed(session: Session, *, by: Actor, at: datetime) -> str:
    """Give the token of one's calendar feed, shown once; the one before opens nothing any more."""
    if by.account_id is None or by.role == "agent":
        raise Forbidden(by.role)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = session.get(CalendarFeed, by.account_id)
    if feed is None:
        session.add(CalendarFeed(account_id=by.account_id, token_hash=fingerprint(token), made_at=at))
    else:
        feed.token_hash, feed.made_at = fingerprint(token), at
    ledger.record(session, at, by, "make_feed", "account", by.account_id)
    session.flush()
    return token


def drop_feed(session: Session, *, by: Actor, at: datetime) -> None:
    """Let nobody read one's calendar by a link any more."""
    feed = session.get(CalendarFeed, by.account_id) if by.account_id else None
    if feed is not None:
        session.delete(feed)
        ledger.record(session, at, by, "drop_feed", "account", feed.account_id)


def reader_of(session: Session, token: str) -> Account | None:
    """Give the open account whose calendar a token opens, or None."""
    chosen = (
        select(Account)
        .join(CalendarFeed, CalendarFeed.account_id == Account.id)
        .where(CalendarFeed.token_hash == fingerprint(token), Account.closed_at.is_(None))
    )
    return session.scalars(chosen).one_or_none()
