"""Pairings: from the two yes to the end, one step at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import casework
from models.casework.life import WRITTEN
from models.queries.pairings import GROUPS, pairings
from models.queries.proposals import ProposalPage, proposal
from web.access import access
from web.clock import today
from web.database import reading
from web.forms import coordination as forms
from web.forms import moments
from web.forms.answers import Answers, posted
from web.gate import number
from web.on_record import note_names, note_reading
from web.views.coordination.acts import act, attempt, reads_notes

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("pairings", __name__, url_prefix="/coordination/jumelages")


@blueprint.get("")
@access("read_cases")
def index() -> str:
    """Show the pairings of one tab."""
    group = request.args.get("groupe", "")
    group = group if group in GROUPS else next(iter(GROUPS))
    with reading() as session:
        page = pairings(session, group, request.args.get("page", 1, number))
    note_names(page)
    return render_template("coordination/pairings.html", page=page)


@blueprint.get("/<pairing_id>")
@access("read_file")
def page(pairing_id: str) -> Answer:
    """Show a pairing; while it is undecided, its proposal."""
    shown = _read(pairing_id)
    if shown.is_undecided:
        return redirect(url_for("proposals.page", pairing_id=pairing_id), 303)
    return _show(shown, Answers({"reason": [WRITTEN]} if shown.is_answering else {}))


@blueprint.post("/<pairing_id>/rencontre")
@access("follow_pairing", "meeting_on", "meeting_on-turn")
def plan_first_meeting(pairing_id: str) -> Answer:
    """Note when the two meet for the first time."""
    answers = Answers(posted(request.form))
    on = moments.instant(answers, "meeting_on", moments.to_meet())
    if on is None:
        return _show(_read(pairing_id), answers), 422
    return _done(casework.plan_first_meeting, pairing_id, on, said=_("La première rencontre est fixée."))


@blueprint.post("/<pairing_id>/rencontre-faite")
@access("follow_pairing")
def record_first_meeting(pairing_id: str) -> Response:
    """Note that the two have met."""
    return _done(
        casework.record_first_meeting, pairing_id, said=_("La rencontre est notée : l’essai commence.")
    )


@blueprint.post("/<pairing_id>/rencontre-manquee")
@access("follow_pairing")
def record_no_show(pairing_id: str) -> Response:
    """Note that the meeting did not take place."""
    return _done(casework.record_no_show, pairing_id, said=_("La rencontre manquée est notée."))


@blueprint.post("/<pairing_id>/confirmer")
@access("follow_pairing", "person")
def confirm_trial(pairing_id: str) -> Response:
    """Note by telephone that one of the two wants to go on."""
    person_id = request.form.get("person", "")
    return _done(casework.confirm_trial, pairing_id, person_id, said=_("La confirmation est notée."))


@blueprint.post("/<pairing_id>/repondre")
@access("follow_pairing", "person", "answer")
def answer(pairing_id: str) -> Response:
    """Note the answer that one of the two gave by telephone."""
    person_id, said = request.form.get("person", ""), request.form.get("answer", "")
    return _done(casework.answer, pairing_id, person_id, said, said=_("La réponse est notée."))


@blueprint.post("/<pairing_id>/suspendre")
@access("follow_pairing")
def suspend(pairing_id: str) -> Response:
    """Stop a pairing for the moment."""
    return _done(casework.suspend, pairing_id, said=_("Le jumelage est suspendu."))


@blueprint.post("/<pairing_id>/reprendre")
@access("follow_pairing")
def resume(pairing_id: str) -> Response:
    """Let a suspended pairing go on."""
    return _done(casework.resume, pairing_id, said=_("Le jumelage reprend."))


@blueprint.post("/<pairing_id>/renouveler")
@access("follow_pairing")
def renew(pairing_id: str) -> Response:
    """Go on for another stretch."""
    return _done(casework.renew, pairing_id, said=_("Le jumelage est renouvelé."))


@blueprint.post("/<pairing_id>/terminer")
@access("follow_pairing", "reason", "note")
def end(pairing_id: str) -> Answer:
    """End a pairing for a reason."""
    answers = Answers(posted(request.form))
    shown = _read(pairing_id)
    sheet = forms.ending(answers, shown.state)
    if sheet is None:
        return _show(shown, answers), 422
    refused = attempt(casework.end_pairing, pairing_id, sheet.reason, sheet.note).refused
    if refused:
        return _show(_read(pairing_id), answers, refused), 409
    return redirect(url_for(".page", pairing_id=pairing_id), 303)


def _done(verb: Callable[..., Any], pairing_id: str, *arguments: Any, said: str) -> Response:
    return act(verb, pairing_id, *arguments, said=said, to=url_for(".page", pairing_id=pairing_id))


def _read(pairing_id: str) -> ProposalPage:
    with reading() as session:
        return proposal(session, pairing_id, today(), reads_notes=reads_notes())


def _show(shown: ProposalPage, answers: Answers, refused: str | None = None) -> str:
    note_reading("pair", shown.need.card.id, shown.offer.card.id)
    note_names(shown)
    return render_template("coordination/pairing.html", page=shown, answers=answers, refused=refused)
