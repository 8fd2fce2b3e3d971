"""An interpreter's record at the desk: what she gives, her hours, what she took, and what she says on the telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _

from models import interpreting
from models.queries.interpreting import mine
from web.access import access
from web.clock import now
from web.database import reading
from web.forms import interpreting as forms
from web.forms.answers import Answers, posted
from web.forms.prefill import raw_of_interpreter
from web.on_record import note_reading
from web.views.interpreting import record
from web.views.interpreting.acts import act

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("giver", __name__, url_prefix="/coordination/interpretes/personnes")


@blueprint.get("/<person_id>")
@access("read_file")
def page(person_id: str) -> str:
    """Show the record of an interpreter."""
    return _page(person_id, Answers())


@blueprint.get("/<person_id>/offre")
@access("arrange_interpreting")
def offer(person_id: str) -> str:
    """Show what she gives, filled in."""
    note_reading("file", person_id)
    return _offer(person_id, Answers(raw_of_interpreter(_record(person_id).given)))


@blueprint.post("/<person_id>/offre")
@access("arrange_interpreting", *record.FIELDS)
def change_offer(person_id: str) -> Answer:
    """Keep what she says on the telephone that she gives from now on."""
    return record.change(
        person_id,
        again=lambda answers: _offer(person_id, answers),
        done=lambda *told: _act(person_id, *told, said=_("C’est changé. Ce qui est déjà pris ne bouge pas.")),
    )


@blueprint.post("/<person_id>/exceptions")
@access("arrange_interpreting", "kind", "begins", "ends", "begins-turn", "ends-turn")
def add_exception(person_id: str) -> Answer:
    """Note an absence, or more time, that she told on the telephone."""
    answers = Answers(posted(request.form))
    found = forms.absence(answers, _record(person_id).given.zone)
    if found is None:
        return _page(person_id, answers), 422
    told = (person_id, found.kind, found.begins, found.ends)
    return _act(person_id, interpreting.add_exception, *told, said=_("C’est noté à son calendrier."))


@blueprint.post("/<person_id>/exceptions/<exception_id>/retirer")
@access("arrange_interpreting")
def drop_exception(person_id: str, exception_id: str) -> Response:
    """Take an exception back."""
    return _act(person_id, interpreting.drop_exception, exception_id, said=_("L’exception est retirée."))


@blueprint.post("/<person_id>/code")
@access("arrange_interpreting")
def sign_code(person_id: str) -> Response:
    """Note that she signed the code of conduct on paper."""
    return _act(person_id, interpreting.sign_code, person_id, said=_("Le code de conduite signé est noté."))


def _record(person_id: str) -> mine.InterpreterPage:
    with reading() as session:
        return mine.interpreter_page(session, person_id, now()) or abort(404)


def _offer(person_id: str, answers: Answers) -> str:
    return record.page("coordination/interpreting/offer.html", answers, page=_record(person_id))


def _page(person_id: str, answers: Answers) -> str:
    shown = _record(person_id)
    note_reading("file", person_id)
    return render_template("coordination/interpreting/giver.html", page=shown, answers=answers)


def _act(person_id: str, verb: Callable[..., Any], *what: Any, said: str) -> Response:
    return act(verb, *what, said=said, to=url_for("giver.page", person_id=person_id))
