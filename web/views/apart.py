"""« Ne pas me jumeler avec… », as a person says it herself: no reason is asked, and no answer tells who is here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from models import casework
from models.casework.apart import MOST_WISHES
from models.casework.codes import LONGEST_NAME
from models.queries.apart import my_wishes
from web.access import access
from web.database import reading
from web.forms.answers import Answers, posted
from web.views.me import act

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("apart", __name__, url_prefix="/moi/ne-pas-jumeler")
HOME = "apart.index"


@blueprint.get("")
@access("keep_own_page")
def index() -> str:
    """Show a person her own list, and whom she can add."""
    return _page(Answers())


@blueprint.post("")
@access("keep_own_page", "name")
def write() -> Answer:
    """Note a name as she writes it."""
    answers = Answers(posted(request.form))
    name = answers.text("name", missing=_("Écrivez un nom, même incomplet."), most=LONGEST_NAME)
    if _is_full():
        answers.blame("name", _("Votre liste est longue : appelez-nous pour en ajouter."))
    if answers.faults:
        return _page(answers), 422
    return act(_said(), casework.wish_apart, _me(), name, to=HOME)


@blueprint.post("/<pairing_id>")
@access("keep_own_page")
def choose(pairing_id: str) -> Response:
    """Keep her apart from the other of a pairing of hers, at once."""
    return act(_said(), casework.part_from_other, pairing_id, _me(), to=HOME)


@blueprint.post("/retirer/<apart_id>")
@access("keep_own_page")
def take_back(apart_id: str) -> Response:
    """Take a line of her list back."""
    return act(_("C’est retiré de votre liste."), casework.take_back_wish, apart_id, to=HOME)


def _said() -> str:
    """Answer alike, whoever she named and whether anybody here is meant."""
    return str(_("C’est noté. Vous n’avez rien d’autre à faire."))


def _me() -> str:
    return str(current_user.person_id)


def _is_full() -> bool:
    with reading() as session:
        return len(my_wishes(session, _me()).wishes) >= MOST_WISHES


def _page(answers: Answers) -> str:
    with reading() as session:
        page = my_wishes(session, _me())
    return render_template("me/apart.html", page=page, answers=answers)
