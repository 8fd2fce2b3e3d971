"""Rounds: running one, and reading what it gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import casework
from models.queries import rounds as queries
from web.access import access
from web.clock import today
from web.database import reading
from web.on_record import note_names
from web.views.coordination.acts import attempt

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("rounds", __name__, url_prefix="/coordination/rondes")


@blueprint.get("")
@access("read_cases")
def index() -> str:
    """Show who the next round of each program would compare, and the rounds already run."""
    with reading() as session:
        prospects, past = queries.prospects(session), queries.rounds(session)
    return render_template("coordination/rounds.html", prospects=prospects, past=past)


@blueprint.post("")
@access("run_round", "program")
def run() -> Response:
    """Run a round and show what it gave."""
    program = request.form.get("program", "")
    if program not in queries.PAIRABLE:
        abort(400)
    done = attempt(casework.run_round, program, today=today())
    if done.refused:
        flash(done.refused, "warning")
        return redirect(url_for(".index"), 303)
    flash(_("La ronde est faite. Personne n’a encore rien reçu : chaque proposition attend votre étude."))
    return redirect(url_for(".page", round_id=done.given), 303)


@blueprint.get("/<round_id>")
@access("read_cases")
def page(round_id: str) -> str:
    """Show a round: proposals, people left unpaired and why, what changed."""
    with reading() as session:
        made = queries.round_page(session, round_id)
    note_names(made)
    return render_template("coordination/round.html", round=made)
