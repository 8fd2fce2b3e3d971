"""The key that every form of a signed-in person carries, so that a second click acts no second time."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from flask import request
from flask_login import current_user
from markupsafe import Markup

from models import once
from web.clock import now
from web.database import reading

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.once import Earlier

FIELD = "once"
KEY_BYTES = 16
LONGEST = 64


def field() -> Markup:
    """Give the hidden field of a form; visitors who are not signed in have nothing to repeat."""
    if not current_user.is_authenticated:
        return Markup()
    return Markup('<input type="hidden" name="{}" value="{}">').format(
        FIELD, secrets.token_urlsafe(KEY_BYTES)
    )


def key() -> str | None:
    """Give the key of the form that was sent, bound to who sent it and where; None where it has none."""
    sent = request.form.get(FIELD, "")
    if not sent or len(sent) > LONGEST:
        return None
    return hashlib.sha256(f"{current_user.get_id()} {request.path} {sent}".encode()).hexdigest()


def claim(session: Session) -> Earlier | None:
    """Keep the key of the form in a unit that writes; give what came of it where it acted before."""
    sent = key()
    return once.claim(session, sent, at=now()) if sent else None


def keep(session: Session, given: str) -> None:
    """Keep what came of the form that was claimed: an id, or what its answer says."""
    if sent := key():
        once.keep(session, sent, given)


def earlier() -> Earlier | None:
    """Give what came of the form where it acted before; for acts that take away what they were made of."""
    sent = key()
    if sent is None:
        return None
    with reading() as session:
        return once.earlier(session, sent)
