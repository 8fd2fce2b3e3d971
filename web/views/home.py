"""The front door, and the language of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, request, url_for

from web.access import access, own_path
from web.i18n import LANGUAGES, remember_language

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@access("anonymous")
def index() -> str:
    """Show what this is, and the doors in."""
    return render_template("home/index.html")


@blueprint.post("/langue")
@access("anonymous")
def choose_language() -> Response:
    """Keep the visitor's language and go back to her page."""
    code = request.form.get("language", "")
    if code not in LANGUAGES:
        abort(400)
    answer = redirect(own_path(request.form.get("next")) or url_for("home.index"), 303)
    remember_language(answer, code)
    return answer
