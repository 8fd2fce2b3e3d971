"""« À faire »: everything that waits for a coordinator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from models.queries.cards import common_languages
from models.queries.tasks import KINDS, URGENT
from models.queries.todo import todo
from web import casework_words, cautions, ideas, sentences, task_words
from web.access import access
from web.clock import today
from web.database import reading
from web.on_record import note_names

if TYPE_CHECKING:
    from flask.sansio.blueprints import BlueprintSetupState

blueprint = Blueprint("todo", __name__, url_prefix="/coordination")


@blueprint.record_once
def _furnish(state: BlueprintSetupState) -> None:
    """Give the coordinator's templates their words."""
    app = state.app
    app.jinja_env.globals.update(
        casework=casework_words,
        cautions=cautions,
        ideas=ideas,
        sentences=sentences,
        task_words=task_words.WORDS,
        common_languages=common_languages,
    )
    app.jinja_env.tests["a_page"] = lambda endpoint: endpoint in app.view_functions
    app.jinja_env.tests["has_slot"] = lambda week, slot: slot in week


@blueprint.get("")
@access("read_cases")
def index() -> str:
    """Show the list, whole or of one kind."""
    kind = request.args.get("genre")
    kind = kind if kind in KINDS else None
    with reading() as session:
        page = todo(session, today(), kind)
    note_names(page)
    return render_template("coordination/todo.html", page=page, kind=kind, urgent=URGENT, today=today())
