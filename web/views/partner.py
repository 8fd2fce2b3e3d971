"""A partner's worker: the people whom her organisation registered; registering itself is the sign-up's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import casework, organisations
from models.queries.partner import one_to_confirm, partner_page
from web.access import access
from web.clock import now, today
from web.database import reading
from web.forms.answers import Answers, posted
from web.forms.coordination import certainty
from web.on_record import note_names
from web.views.coordination.acts import act

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("partner", __name__, url_prefix="/partenaire")


@blueprint.get("")
@access("see_referrals")
def index() -> str:
    """Show whom her organisation registered, how far each request is, and what to do next."""
    place = current_user.account.organisation_id
    with reading() as session:
        page, name = partner_page(session, place, now()), organisations.name_of(session, place)
    note_names(page)
    return render_template("partner/index.html", page=page, name=name)


@blueprint.get("/verifications/<clearance_id>")
@access("confirm_referral")
def think(clearance_id: str) -> Answer:
    """Say what she would confirm, as the second of two people."""
    return _page(clearance_id, Answers())


@blueprint.post("/verifications/<clearance_id>")
@access("confirm_referral", "sure")
def confirm(clearance_id: str) -> Answer:
    """Clear a volunteer for households with children, once the box is ticked."""
    answers = Answers(posted(request.form))
    if not certainty(answers, "sure"):
        return _page(clearance_id, answers)
    said = _("Merci, c’est confirmé : deux personnes ont accepté.")
    return act(casework.confirm_screening, clearance_id, said=said, to=url_for(".index"))


def _page(clearance_id: str, answers: Answers) -> Answer:
    with reading() as session:
        one = one_to_confirm(session, clearance_id, today())
    note_names(one)
    if one is None:
        flash(_("Il n’y a plus rien à confirmer ici."), "warning")
        return redirect(url_for(".index"), 303)
    page = render_template("partner/confirm.html", one=one, answers=answers)
    return (page, 422) if answers.faults else page
