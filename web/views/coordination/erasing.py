"""A coordinator erases a person who asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import casework
from models.queries.people import person_page
from web.access import access
from web.cleaning import clean_after_answer
from web.clock import today
from web.database import reading
from web.forms.answers import Answers, posted
from web.on_record import note_reading
from web.views.coordination.acts import act

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("erasing", __name__, url_prefix="/coordination/personnes")


@blueprint.get("/<person_id>/effacer")
@access("keep_file")
def think(person_id: str) -> Answer:
    """Say what erasing does, before it is done."""
    return _show(person_id, Answers())


@blueprint.post("/<person_id>/effacer")
@access("keep_file", "asked", "sure")
def erase(person_id: str) -> Answer:
    """Erase everything of a person, once both boxes are ticked."""
    answers = Answers(posted(request.form))
    missing = {
        "asked": _("Confirmez que c’est elle qui l’a demandé."),
        "sure": _("Confirmez que cela ne se défait pas."),
    }
    for name, told in missing.items():
        if not answers.ticked(name):
            answers.blame(name, told)
    if answers.faults:
        return _show(person_id, answers)
    to = url_for("people.page", person_id=person_id)
    done = act(casework.erase, person_id, said=_("Tout est effacé."), to=to)
    return clean_after_answer(make_response(done))


def _show(person_id: str, answers: Answers) -> Answer:
    with reading() as session:
        file = person_page(session, person_id, today())
    if file.erased_at:  # nothing is left to erase
        return redirect(url_for("people.page", person_id=person_id), 303)
    note_reading("file", person_id)
    page = render_template("coordination/erase.html", file=file, answers=answers)
    return (page, 422) if answers.faults else page
