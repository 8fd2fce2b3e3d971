"""Vetting: what is in order, who confirms it as the second of two, and what is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from models import casework
from web.access import access
from web.forms import coordination as forms
from web.forms.answers import Answers, posted
from web.views.coordination.acts import act
from web.views.coordination.people import show_person

if TYPE_CHECKING:
    from web.views.coordination.people import Answer

blueprint = Blueprint("vetting", __name__, url_prefix="/coordination/personnes/<person_id>/verifications")


@blueprint.post("")
@access("vet", "kind", "issuer_*", "expires_*")
def record(person_id: str) -> Answer:
    """Note that identity, references, code of conduct or training are in order."""
    answers = Answers(posted(request.form))
    sheet = forms.noted(answers)
    if sheet is None:
        return show_person(person_id, answers), 422
    return act(
        casework.record_clearance,
        person_id,
        sheet.kind,
        issuer=sheet.issuer,
        expires=sheet.expires,
        said=_("C’est noté."),
        to=_page_of(person_id),
    )


@blueprint.post("/<clearance_id>/confirmer")
@access("vet")
def confirm(person_id: str, clearance_id: str) -> Answer:
    """Clear for households with children, as the second of two people."""
    said = _("Confirmé : deux personnes ont accepté qu’elle rencontre des enfants.")
    return act(casework.confirm_screening, clearance_id, said=said, to=_page_of(person_id))


@blueprint.post("/<clearance_id>/retirer")
@access("decide", "sure_*")
def revoke(person_id: str, clearance_id: str) -> Answer:
    """Take back what was verified, once the box is ticked; what rests on it stops at once."""
    answers = Answers(posted(request.form))
    if not forms.certainty(answers, f"sure_{clearance_id}"):
        return show_person(person_id, answers), 422
    said = _("C’est retiré. Les propositions qui en dépendaient sont reprises, les jumelages suspendus.")
    return act(casework.revoke_clearance, clearance_id, said=said, to=_page_of(person_id))


def _page_of(person_id: str) -> str:
    return url_for("people.page", person_id=person_id) + "#filtrage"
