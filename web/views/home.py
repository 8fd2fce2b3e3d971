"""The front door, and the language of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import current_user

from models import accounts
from web.access import access, own_path
from web.database import writing
from web.i18n import LANGUAGES, remember_language

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@access("visit")
def index() -> str:
    """Show what this is, and the doors in."""
    return render_template("home/index.html")


@blueprint.post("/langue")
@access("visit", "language", "next")
def choose_language() -> Response:
    """Keep the visitor's language, for her letters too where she is signed in, and go back to her page."""
    code = request.form.get("language", "")
    if code not in LANGUAGES:
        abort(400)
    return in_language(redirect(own_path(request.form.get("next")) or url_for("home.index"), 303), code)


def in_language(answer: Response, code: str) -> Response:
    """Keep the visitor's language, for her letters too where she is signed in."""
    if current_user.is_authenticated:
        with writing() as session:
            accounts.choose_language(session, current_user.account.id, code)
    remember_language(answer, code)
    return answer
