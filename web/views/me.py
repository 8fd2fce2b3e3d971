"""« Ma page »: where is my request, what is proposed to me, what I agreed to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import casework, reads
from models.errors import Barred, NotAllowedNow, Stale
from models.queries import me
from web import once
from web.access import access
from web.clock import now, today
from web.database import reading, writing
from web.forms.answers import Answers, posted
from web.forms.doors import DOORS
from web.forms.meeting import read_meeting
from web.gate import number
from web.i18n import language
from web.sessions import actor
from web.words import PROMISES

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

blueprint = Blueprint("me", __name__, url_prefix="/moi")


@blueprint.get("")
@access("keep_own_page")
def index() -> str:
    """Show a person her own page."""
    return _page(Answers())


@blueprint.post("/propositions/<pairing_id>")
@access("keep_own_page", "said")
def answer(pairing_id: str) -> Response:
    """Note her answer, which only she and the coordinator can read."""
    said = request.form.get("said", "")
    thanks = {
        "yes": _("Merci! Votre oui est noté."),
        "talk": _("C’est noté : la coordonnatrice vous appellera pour en parler."),
        "no": _("C’est noté. L’autre personne verra seulement que la proposition n’est plus disponible."),
    }
    if said not in thanks:
        abort(400)
    return act(thanks[said], casework.answer, pairing_id, current_user.person_id, said)


@blueprint.get("/propositions/<pairing_id>/non")
@access("keep_own_page")
def decline(pairing_id: str) -> str | Response:
    """Ask once more before a no."""
    pairing = _pairing(pairing_id)
    if pairing.state != "awaiting_answers":
        flash(_("Cette proposition n’est plus disponible."), "warning")
        return redirect(url_for("me.index"), 303)
    return render_template("me/decline.html", pairing=pairing)


@blueprint.post("/jumelages/<pairing_id>/rencontre")
@access("keep_own_page", "pairing", "day", "hour", "hour-turn")
def plan_meeting(pairing_id: str) -> Response | tuple[str, int]:
    """Note when the two meet for the first time."""
    answers = Answers(posted(request.form))
    when = read_meeting(answers, today())
    if when is None:
        return _page(answers), 422
    return act(_("La date est notée."), casework.plan_first_meeting, pairing_id, when)


@blueprint.post("/jumelages/<pairing_id>/vus")
@access("keep_own_page")
def met(pairing_id: str) -> Response:
    """Note that the two have met: the trial begins."""
    return act(_("Bravo! La période d’essai commence."), casework.record_first_meeting, pairing_id)


@blueprint.post("/jumelages/<pairing_id>/continuer")
@access("keep_own_page")
def go_on(pairing_id: str) -> Response:
    """Note that she wants to go on after the trial."""
    return act(_("Merci! C’est noté."), casework.confirm_trial, pairing_id, current_user.person_id)


@blueprint.get("/jumelages/<pairing_id>/probleme")
@access("keep_own_page")
def trouble(pairing_id: str) -> str:
    """Say what happens when something is wrong, before it happens."""
    return render_template("me/trouble.html", pairing=_pairing(pairing_id))


@blueprint.post("/jumelages/<pairing_id>/suspendre")
@access("keep_own_page")
def suspend(pairing_id: str) -> Response:
    """Stop everything at once; no reason is asked."""
    said = _("Tout est suspendu. La coordonnatrice vous appelle bientôt.")
    return act(said, casework.suspend, pairing_id)


@blueprint.post("/accords/<purpose>")
@access("keep_own_page")
def give(purpose: str) -> Response:
    """Give an agreement."""
    _must_exist(purpose)
    return act(_("Merci, votre accord est noté."), casework.give_consent, _me(), purpose, read_in=language())


@blueprint.get("/accords/<purpose>/retirer")
@access("keep_own_page")
def take_back(purpose: str) -> str:
    """Say what taking an agreement back changes."""
    _must_exist(purpose)
    return render_template("me/take_back.html", purpose=purpose)


@blueprint.post("/accords/<purpose>/retirer")
@access("keep_own_page")
def withdraw(purpose: str) -> Response:
    """Take an agreement back, at once."""
    _must_exist(purpose)
    return act(_("Votre accord est retiré."), casework.withdraw_consent, _me(), purpose)


@blueprint.post("/pause")
@access("keep_own_page")
def pause() -> Response:
    """Take a break."""
    return act(_("C’est la pause. Revenez quand vous voulez."), casework.pause, _me())


@blueprint.post("/reprendre")
@access("keep_own_page")
def resume() -> Response:
    """Come back from a break."""
    return act(_("Bon retour parmi nous!"), casework.resume_person, _me())


@blueprint.get("/lectures")
@access("keep_own_page")
def readings() -> str:
    """Show who read what is held about her, and when."""
    with reading() as session:
        page = reads.readings_page(session, _me(), request.args.get("page", 1, number))
    return render_template("me/readings.html", page=page)


@blueprint.post("/organisme/arreter")
@access("keep_own_page")
def end_referral() -> Response:
    """Let the organisation that registered her see nothing more."""
    return act(_("C’est arrêté : cet organisme ne voit plus rien de vous."), casework.end_referral, _me())


def _me() -> str:
    return str(current_user.person_id)


def _page(answers: Answers) -> str:
    with reading() as session:
        page = me.my_page(session, _me(), now())
    doors = [door for door in DOORS.values() if (door.side, door.program) not in page.under_way]
    return render_template("me/index.html", page=page, answers=answers, doors=doors)


def _pairing(pairing_id: str) -> me.MyPairing:
    with reading() as session:
        page = me.my_page(session, _me(), now())
    found = (pairing for wish in page.wishes for pairing in wish.pairings if pairing.id == pairing_id)
    return next(found, None) or abort(404)


def _must_exist(purpose: str) -> None:
    if purpose not in PROMISES:
        abort(404)


def act(said: str, verb: Callable[..., Any], *what: Any, to: str = "me.index", **more: Any) -> Response:
    """Call one verb and go back to a page; where the world moved on, say so instead."""
    try:
        with writing() as session:
            if once.claim(session) is None:
                verb(session, *what, **more, by=actor(), at=now())
    except (Barred, NotAllowedNow, Stale):
        flash(_("Cette proposition n’est plus disponible, ou la situation a changé."), "warning")
    else:
        flash(said)
    return redirect(url_for(to), 303)
