"""The unfinished sign-up of a visitor: kept on the server, opened by a random cookie alone."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import current_app, request
from flask_login import current_user

from models import drafts
from models.errors import CannotUnseal
from web.clock import now
from web.database import reading, writing
from web.forms.journey import Draft, draft_from_json

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

COOKIE = "draft"
KEPT_FOR = timedelta(days=30)
TOKEN_BYTES = 32


def viewer_person() -> str | None:
    """Give the person who is signed in, if one is."""
    if not current_user.is_authenticated or current_user.role != "participant":
        return None
    return str(current_user.person_id)


def viewer_agent() -> str | None:
    """Give the account of a partner's worker who is signed in."""
    is_agent = current_user.is_authenticated and current_user.role == "agent"
    return str(current_user.account.id) if is_agent else None


def read_kept(token: str | None) -> dict[str, Any] | None:
    """Give what is kept under a token; nothing where there is none, or where its key is not ours."""
    if not token:
        return None
    try:
        with reading() as session:
            return drafts.read_draft(session, token)
    except CannotUnseal:
        return None


def current_draft() -> Draft | None:
    """Give the visitor's draft; one that somebody began who was signed in is hers alone."""
    kept = read_kept(request.cookies.get(COOKIE))
    draft = draft_from_json(kept) if kept else None
    if draft is None or draft.agent_id != viewer_agent():
        return None
    return draft if draft.person_id in {None, viewer_person()} else None


def keep(draft: Draft, answer: Response) -> Response:
    """Keep the draft, and the cookie that opens it."""
    token, at = request.cookies.get(COOKIE) or secrets.token_urlsafe(TOKEN_BYTES), now()
    with writing() as session:
        drafts.drop_old_drafts(session, at - KEPT_FOR)
        drafts.save_draft(session, token, draft.to_json(), at)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=KEPT_FOR,
        path="/inscription",
        secure=not current_app.config["SETTINGS"].is_loopback,
        httponly=True,
        samesite="Lax",
    )
    return answer


def forget(answer: Response) -> Response:
    """Drop the draft: it was sent, or is to be erased."""
    if token := request.cookies.get(COOKIE):
        with writing() as session:
            drafts.drop_draft(session, token)
    answer.delete_cookie(COOKIE, path="/inscription")
    return answer
