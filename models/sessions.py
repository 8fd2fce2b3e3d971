"""Sessions that the server keeps and can end, and the browsers that an account was opened from."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import ledger
from models.actor import actor_of
from models.tables import Account, KnownBrowser, SignIn

TOKEN_BYTES = 32
STAFF_IDLE, STAFF_WHOLE = timedelta(minutes=30), timedelta(hours=12)
IDLE, WHOLE = timedelta(hours=12), timedelta(days=30)
HALF_LASTS = timedelta(minutes=10)
"""How long a second factor is waited for, once the password was right."""
BROWSER_IS_KNOWN = timedelta(days=180)
TOUCH_EVERY = timedelta(minutes=1)
HANDLE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session as its holder sees it; ``handle`` names it and opens nothing."""

    handle: str
    started_at: datetime
    seen_at: datetime
    browser: str | None
    is_this: bool


def enter(
    session: Session, account: Account, at: datetime, *, browser: str | None, known_as: str | None
) -> tuple[str, str]:
    """Let an account in: give the token of its session, and the one by which its browser is known again."""
    token = start_session(session, account, at, browser=browser)
    known_as = remember_browser(session, account.id, known_as, at)
    ledger.record(session, at, actor_of(account), "sign_in", "account", account.id)
    return token, known_as


def leave(session: Session, account: Account, token: str, at: datetime) -> None:
    """Let an account out: its token opens nothing any more."""
    end_session(session, token)
    ledger.record(session, at, actor_of(account), "sign_out", "account", account.id)


def leave_elsewhere(session: Session, account: Account, token: str, at: datetime) -> None:
    """End every session of an account but the one of this token, and forget the browsers it was opened from."""
    end_all_sessions(session, account.id, but=token)
    session.execute(delete(KnownBrowser).where(KnownBrowser.account_id == account.id))
    ledger.record(session, at, actor_of(account), "end_other_sessions", "account", account.id)


def start_session(
    session: Session, account: Account, at: datetime, *, browser: str | None = None, stage: str = "whole"
) -> str:
    """Start a session and give its token; only the SHA-256 of the token is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        SignIn(
            token_hash=fingerprint(token),
            account_id=account.id,
            started_at=at,
            seen_at=at,
            browser=browser,
            stage=stage,
        )
    )
    session.flush()
    return token


def account_of(session: Session, token: str, at: datetime) -> Account | None:
    """Give the account that a token opens now, or None where the session is half, ended or old."""
    return _holder(session, token, at, "whole")


def half_open(session: Session, token: str, at: datetime) -> Account | None:
    """Give the account whose password was right a moment ago and whose second factor is still to come."""
    return _holder(session, token, at, "half")


def touch_session(session: Session, token: str, at: datetime) -> None:
    """Note that a session is in use, once a minute at most."""
    started = session.get(SignIn, fingerprint(token))
    if started is not None and at - started.seen_at >= TOUCH_EVERY:
        started.seen_at = at


def end_session(session: Session, token: str) -> None:
    """End a session: its token opens nothing any more."""
    session.execute(delete(SignIn).where(SignIn.token_hash == fingerprint(token)))


def end_all_sessions(session: Session, account_id: str, *, but: str | None = None) -> None:
    """End every session of an account, or all but the one of a token."""
    session.execute(
        delete(SignIn).where(SignIn.account_id == account_id, SignIn.token_hash != fingerprint(but or ""))
    )


def end_one_session(session: Session, account: Account, handle: str, at: datetime) -> None:
    """End the session of an account that a handle names; one that ended already is no fault."""
    for row in _rows(session, account.id):
        if row.token_hash[:HANDLE] == handle:
            session.delete(row)
            ledger.record(session, at, actor_of(account), "end_session", "account", account.id)
    session.flush()


def open_sessions(session: Session, account: Account, token: str, at: datetime) -> tuple[OpenSession, ...]:
    """Give the sessions of an account that are alive, the latest first; ``token`` is the reader's own."""
    own = fingerprint(token)
    return tuple(
        OpenSession(
            handle=row.token_hash[:HANDLE],
            started_at=row.started_at,
            seen_at=row.seen_at,
            browser=row.browser,
            is_this=row.token_hash == own,
        )
        for row in _rows(session, account.id)
        if row.stage == "whole" and _is_alive(row, account, at)
    )


def remember_browser(session: Session, account_id: str, token: str | None, at: datetime) -> str:
    """Note that an account was opened from a browser, and give the token by which it is known again.

    A token that we never gave is not taken: somebody may have planted it.
    """
    ours = select(KnownBrowser.token_hash).where(KnownBrowser.token_hash == fingerprint(token or ""))
    if token is None or session.scalars(ours).first() is None:
        token = secrets.token_urlsafe(TOKEN_BYTES)
    session.merge(KnownBrowser(token_hash=fingerprint(token), account_id=account_id, seen_at=at))
    session.flush()
    return token


def knows_browser(session: Session, account_id: str, token: str, at: datetime) -> bool:
    """Whether an account was opened from the browser of this token within half a year."""
    known = session.get(KnownBrowser, (fingerprint(token), account_id))
    return known is not None and at - known.seen_at <= BROWSER_IS_KNOWN


def forget_old(session: Session, at: datetime) -> None:
    """Forget the sessions that nobody can use any more, and the browsers not seen for half a year."""
    session.execute(delete(SignIn).where((SignIn.started_at < at - WHOLE) | (SignIn.seen_at < at - IDLE)))
    session.execute(delete(SignIn).where(SignIn.stage == "half", SignIn.started_at < at - HALF_LASTS))
    session.execute(delete(KnownBrowser).where(KnownBrowser.seen_at < at - BROWSER_IS_KNOWN))


def fingerprint(token: str) -> str:
    """Give the SHA-256 of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _holder(session: Session, token: str, at: datetime, stage: str) -> Account | None:
    started = session.get(SignIn, fingerprint(token))
    if started is None or started.stage != stage:
        return None
    account = session.get(Account, started.account_id)
    if account is None or account.closed_at is not None:
        return None
    return account if _is_alive(started, account, at) else None


def _is_alive(started: SignIn, account: Account, at: datetime) -> bool:
    if started.stage == "half":
        return at - started.started_at <= HALF_LASTS
    idle, whole = (IDLE, WHOLE) if account.role == "participant" else (STAFF_IDLE, STAFF_WHOLE)
    return at - started.seen_at <= idle and at - started.started_at <= whole


def _rows(session: Session, account_id: str) -> Iterator[SignIn]:
    chosen = select(SignIn).where(SignIn.account_id == account_id)
    return iter(session.scalars(chosen.order_by(SignIn.seen_at.desc(), SignIn.token_hash)).all())
