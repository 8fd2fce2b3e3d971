"""Signing in with flask-login, on sessions that the server keeps and can end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flask import Flask, g, request, session
from flask_login import AnonymousUserMixin, LoginManager, current_user, login_user, logout_user

from models import sessions
from models.actor import Actor
from models.sessions import TOUCH_EVERY
from models.tables import Account
from web.clock import now
from web.database import reading, writing

SEEN = "seen"
Role = Literal["participant", "coordinator", "administrator"]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The account behind a request, known by the token of its session and never by its number."""

    account: Account
    token: str
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Give flask-login what it keeps in the cookie."""
        return self.token

    @property
    def role(self) -> str:
        """The role that opens pages."""
        return self.account.role

    @property
    def person_id(self) -> str:
        """The person behind a participant's account."""
        assert self.account.person_id is not None, "only participants are persons"
        return self.account.person_id


def keep_sessions(app: Flask) -> None:
    """Let flask-login ask our own table who holds a token."""
    manager = LoginManager(app)
    manager.session_protection = None  # the server's table decides, and it can end a session
    manager.user_loader(_holder)
    app.before_request(_stay)


def _holder(token: str) -> SignedIn | None:
    with reading() as database:
        account = sessions.account_of(database, token, now())
    return SignedIn(account, token) if account else None


def _stay() -> None:
    """Note once a minute that a session is in use, so that only an idle one grows old."""
    if request.endpoint in {None, "static"} or not current_user.is_authenticated:
        return
    at = now()
    if at.timestamp() - session.get(SEEN, 0) >= TOUCH_EVERY.total_seconds():
        session[SEEN] = at.timestamp()
        with writing() as database:
            sessions.touch_session(database, current_user.get_id(), at)


def open_session(account: Account) -> None:
    """Sign in: a fresh token and a fresh cookie, so that nothing planted before survives."""
    with writing() as database:
        token = sessions.start_session(database, account, now())
    session.clear()
    login_user(SignedIn(account, token))


def close_session() -> None:
    """Sign out on the server too: a copied cookie opens nothing any more."""
    with writing() as database:
        sessions.end_session(database, current_user.get_id())
    logout_user()
    session.clear()


def forget_viewer() -> None:
    """Answer this request as if nobody were signed in, without asking the database again."""
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 -- where flask-login keeps its answer


def actor() -> Actor:
    """Say who is acting, for the ledger."""
    account = current_user.account
    return Actor(account_id=account.id, role=account.role, person_id=account.person_id)
