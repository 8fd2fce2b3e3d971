"""The proposal: two people side by side, why, what else, and the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import casework
from models.queries import by_hand
from models.queries.proposals import ProposalPage, proposal
from web.access import access
from web.clock import today
from web.database import reading
from web.forms import coordination as forms
from web.forms.answers import Answers, posted
from web.gate import number
from web.on_record import note_found, note_names, note_reading
from web.views.coordination.acts import act, attempt, reads_notes

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("proposals", __name__, url_prefix="/coordination")


@blueprint.get("/propositions/<pairing_id>")
@access("read_file")
def page(pairing_id: str) -> Answer:
    """Show a proposal; once it is decided, its pairing."""
    shown = _read(pairing_id)
    if not shown.is_undecided:
        return redirect(url_for("pairings.page", pairing_id=pairing_id), 303)
    return _show(shown, Answers())


@blueprint.post("/propositions/<pairing_id>/etudier")
@access("open_proposal")
def open_proposal(pairing_id: str) -> Response:
    """Take a suggestion into review."""
    refused = attempt(casework.open_proposal, pairing_id).refused
    if refused:
        flash(refused, "warning")
    return redirect(url_for(".page", pairing_id=pairing_id), 303)


@blueprint.post("/propositions/<pairing_id>/approuver")
@access("decide", "version")
def approve(pairing_id: str) -> Response:
    """Approve the proposal that the page showed, this one alone."""
    version = request.form.get("version", -1, number)
    said = _("Approuvée : les deux personnes reçoivent la proposition et ont dix jours pour répondre.")
    return _done(casework.approve, pairing_id, version, said=said)


@blueprint.post("/propositions/<pairing_id>/refuser")
@access("decide", "reason", "note")
def reject(pairing_id: str) -> Answer:
    """Reject a proposal for a reason."""
    answers = Answers(posted(request.form))
    sheet = forms.rejection(answers)
    if sheet is None:
        return _show(_read(pairing_id), answers), 422
    refused = attempt(casework.reject, pairing_id, sheet.reason, sheet.note).refused
    if refused:
        return _show(_read(pairing_id), answers, refused), 409
    return redirect(url_for(".page", pairing_id=pairing_id), 303)


@blueprint.post("/propositions/<pairing_id>/remettre")
@access("decide")
def put_back(pairing_id: str) -> Response:
    """Put both people back into the pool, without judging the pair."""
    return _done(casework.put_back, pairing_id, said=_("Les deux personnes sont remises dans le bassin."))


@blueprint.post("/propositions/<pairing_id>/verrouiller")
@access("decide")
def lock(pairing_id: str) -> Response:
    """Keep a proposal through the next rounds."""
    return _done(casework.lock, pairing_id, said=_("Verrouillée : les prochaines rondes la garderont."))


@blueprint.post("/propositions/<pairing_id>/deverrouiller")
@access("decide")
def unlock(pairing_id: str) -> Response:
    """Let the next round decide again."""
    return _done(casework.unlock, pairing_id, said=_("Déverrouillée."))


@blueprint.post("/propositions/<pairing_id>/jamais")
@access("decide", "never")
def forbid(pairing_id: str) -> Answer:
    """Never propose these two together, once the box is ticked."""
    shown, answers = _read(pairing_id), Answers(posted(request.form))
    if not forms.certainty(answers, "never"):
        return _show(shown, answers), 422
    said = _("Ces deux personnes ne seront plus proposées ensemble.")
    to = url_for(".page", pairing_id=pairing_id)
    return act(casework.forbid, shown.need.wish.id, shown.offer.wish.id, said=said, to=to)


@blueprint.get("/composer/<wish_id>")
@access("decide")
def choose(wish_id: str) -> str:
    """Show whom a coordinator may pair with a need or an offer."""
    text = request.args.get("nom", "").strip()[:80]
    with reading() as session:
        found = by_hand.choices(session, wish_id, text, today())
    note_found(found, text)
    return render_template("coordination/choose.html", choices=found)


@blueprint.get("/composer/<need_id>/<offer_id>")
@access("decide")
def preview(need_id: str, offer_id: str) -> str:
    """Lay two people side by side before they are paired by hand."""
    return _preview(need_id, offer_id, Answers())


@blueprint.post("/composer/<need_id>/<offer_id>")
@access("decide", "reason")
def pair_by_hand(need_id: str, offer_id: str) -> Answer:
    """Make the proposal, with its written reason."""
    answers = Answers(posted(request.form))
    reason = forms.hand_reason(answers)
    if reason is None or answers.faults:
        return _preview(need_id, offer_id, answers), 422
    outcome = attempt(casework.pair_by_hand, need_id, offer_id, reason)
    if outcome.refused:
        return _preview(need_id, offer_id, answers, outcome.refused), 409
    return redirect(url_for(".page", pairing_id=outcome.given), 303)


@blueprint.post("/composer/<need_id>/<offer_id>/permettre")
@access("decide")
def allow(need_id: str, offer_id: str) -> Response:
    """Let two people be proposed together again."""
    to = url_for(".preview", need_id=need_id, offer_id=offer_id)
    return act(casework.allow, need_id, offer_id, said=_("Ces deux personnes peuvent être proposées."), to=to)


def _done(verb: Callable[..., Any], pairing_id: str, *arguments: Any, said: str) -> Response:
    return act(verb, pairing_id, *arguments, said=said, to=url_for(".page", pairing_id=pairing_id))


def _read(pairing_id: str) -> ProposalPage:
    with reading() as session:
        return proposal(session, pairing_id, today(), reads_notes=reads_notes())


def _show(shown: ProposalPage, answers: Answers, refused: str | None = None) -> str:
    note_reading("pair", shown.need.card.id, shown.offer.card.id)
    note_names(shown)
    return render_template("coordination/proposal.html", page=shown, answers=answers, refused=refused)


def _preview(need_id: str, offer_id: str, answers: Answers, refused: str | None = None) -> str:
    with reading() as session:
        shown = by_hand.preview(session, need_id, offer_id, today())
    note_reading("pair", shown.need.card.id, shown.offer.card.id)
    note_names(shown)
    return render_template("coordination/preview.html", page=shown, answers=answers, refused=refused)
