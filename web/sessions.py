"""Signing in with flask-login, on sessions that the server keeps and can end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, after_this_request, current_app, g, request, session
from flask_login import AnonymousUserMixin, LoginManager, current_user, login_user, logout_user

from models import accounts, second_factor, sessions
from models.actor import Actor, actor_of
from models.sessions import BROWSER_IS_KNOWN, TOUCH_EVERY
from models.tables import Account
from web import browsers
from web.clock import now
from web.database import reading, writing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from web.settings import Settings

SEEN = "seen"
HALF = "half"
"""Where the token waits that was given for a right password alone; it opens no page."""
BROWSER = "browser"


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
    browser = browsers.name_of(request.user_agent.string)
    with writing() as database:
        _end_what_was_open(database)
        token, known_as = sessions.enter(database, account, now(), browser=browser, known_as=known_browser())
    session.clear()
    login_user(SignedIn(account, token))
    _know_browser_again(known_as)


def open_half(account: Account, *, without_factor: bool) -> None:
    """Note that the password was right; the second factor, or its setting up, is still to come."""
    with writing() as database:
        _end_what_was_open(database)
        token = sessions.start_session(database, account, now(), stage="half")
        if without_factor:
            second_factor.begin(database, accounts.get(database, account.id))
    session.clear()
    session[HALF] = token


def half_signed_in() -> Account | None:
    """Give whose password was right in this browser a moment ago."""
    token = session.get(HALF)
    if not isinstance(token, str):
        return None
    with reading() as database:
        return sessions.half_open(database, token, now())


def close_session() -> None:
    """Sign out on the server too: a copied cookie opens nothing any more."""
    with writing() as database:
        sessions.leave(database, current_user.account, current_user.get_id(), now())
    logout_user()
    session.clear()


def forget_cookie() -> None:
    """Take the session out of the browser, once there is none on the server any more."""
    logout_user()
    session.clear()


def forget_viewer() -> None:
    """Answer this request as if nobody were signed in, without asking the database again."""
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 -- where flask-login keeps its answer


def actor() -> Actor:
    """Say who is acting, for the ledger."""
    return actor_of(current_user.account)


def known_browser() -> str | None:
    """Give the token by which this browser is known again, where it was here before."""
    return request.cookies.get(_browser_cookie())


def _end_what_was_open(database: Session) -> None:
    """One browser holds one session: the one before, half or whole, ends on the server."""
    for token in (session.get(HALF), current_user.get_id()):
        if isinstance(token, str):
            sessions.end_session(database, token)


def _know_browser_again(known_as: str) -> None:
    settings: Settings = current_app.config["SETTINGS"]

    @after_this_request
    def remember(answer: Response) -> Response:
        answer.set_cookie(
            _browser_cookie(),
            known_as,
            max_age=int(BROWSER_IS_KNOWN.total_seconds()),
            secure=not settings.is_loopback,
            httponly=True,
            samesite="Lax",
        )
        return answer


def _browser_cookie() -> str:
    settings: Settings = current_app.config["SETTINGS"]
    return BROWSER if settings.is_loopback else f"__Host-{BROWSER}"
