"""« Ma page »: where is my request, what is asked of me, what I agreed to."""

from __future__ import annotations

from flask import Blueprint, render_template

from web.access import access

blueprint = Blueprint("me", __name__, url_prefix="/moi")


@blueprint.get("")
@access("participant")
def index() -> str:
    """Show a person her own page."""
    return render_template("me/index.html")
