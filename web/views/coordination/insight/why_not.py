"""« Pourquoi pas ces deux-là? » : the barrier, or who would move where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from models.queries.insight.why_not import why_not
from web import why_not_words
from web.access import access
from web.clock import today
from web.database import reading
from web.on_record import note_found
from web.views.coordination.insight import PREFIX

if TYPE_CHECKING:
    from flask.sansio.blueprints import BlueprintSetupState

blueprint = Blueprint("insight_why_not", __name__, url_prefix=PREFIX)


@blueprint.record_once
def _furnish(state: BlueprintSetupState) -> None:
    """Give the templates the words of a choice and what it costs."""
    state.app.jinja_env.globals["sayings"] = why_not_words


@blueprint.get("/pourquoi-pas")
@access("read_cases")
def page(program: str) -> str:
    """Let two people be picked by name; say what keeps them apart, or what pairing them would cost."""
    picked = request.args.get("need"), request.args.get("offer")
    text = request.args.get("nom", "").strip()[:80]
    with reading() as session:
        shown = why_not(session, program, today(), *picked, text)
    note_found(shown, text)
    return render_template("coordination/insight/why_not.html", page=shown, standing=shown.standing)
