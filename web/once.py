"""The key that every form of a signed-in person carries, so that a second click acts no second time."""

from __future__ import annotations

import hashlib
import secrets

from flask import request
from flask_login import current_user
from markupsafe import Markup

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
