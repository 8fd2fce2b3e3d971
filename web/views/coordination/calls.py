"""« À appeler »: whom no letter reaches, what to tell each, and the tick that it was told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from models import calls as verbs
from models.queries import calls
from web import call_words
from web.access import access
from web.clock import now
from web.database import reading
from web.on_record import note_reading
from web.views.coordination.acts import act

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

blueprint = Blueprint("calls", __name__, url_prefix="/coordination/appels")


@blueprint.get("")
@access("read_file")
def index() -> str:
    """Show whom to call, with their numbers: a list that is taken out."""
    with reading() as session:
        page = calls.calls_page(session, now())
    note_reading("list", *page.people)
    return render_template("coordination/calls.html", page=page, say=call_words, now=now())


@blueprint.post("/<call_id>/fait")
@access("call_people")
def note(call_id: str) -> Response:
    """Tick a call."""
    return _act(verbs.note, call_id, _("L’appel est noté."))


@blueprint.post("/<call_id>/defaire")
@access("call_people")
def take_back(call_id: str) -> Response:
    """Take a tick back."""
    return _act(verbs.take_back, call_id, _("L’appel est de nouveau à faire."))


def _act(verb: Callable[..., Any], call_id: str, said: str) -> Response:
    return act(verb, call_id, said=said, to=url_for("calls.index"))
