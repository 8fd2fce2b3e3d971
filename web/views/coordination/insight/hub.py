"""The pages of « Comprendre », with a sentence for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from models.queries.insight.standing import standing
from web import insight_words
from web.access import access
from web.clock import today
from web.database import reading
from web.views.coordination.insight import PREFIX

if TYPE_CHECKING:
    from flask.sansio.blueprints import BlueprintSetupState

blueprint = Blueprint("insight", __name__, url_prefix=PREFIX)


@blueprint.record_once
def _furnish(state: BlueprintSetupState) -> None:
    """Give the templates the pages of « Comprendre » by name."""
    state.app.jinja_env.globals["insights"] = insight_words


@blueprint.get("")
@access("read_cases")
def index(program: str) -> str:
    """Say what each page answers, and from whom it is computed."""
    with reading() as session:
        shown = standing(session, program, today())
    return render_template("coordination/insight/index.html", standing=shown)
