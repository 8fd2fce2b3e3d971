"""The week of interpreters: who goes where, what has nobody, and the plan of what is to come."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from models import interpreting
from models.casework.codes import EARLIEST, LATEST
from models.queries.interpreting import plans, week
from web import interpreting_lists, interpreting_words, plan_words
from web.access import access
from web.clock import now, today
from web.database import reading
from web.on_record import note_names
from web.views.coordination.acts import attempt
from web.views.interpreting.acts import refusal

if TYPE_CHECKING:
    from flask.sansio.blueprints import BlueprintSetupState
    from werkzeug.wrappers import Response

blueprint = Blueprint("interpreters", __name__, url_prefix="/coordination/interpretes")
ORDERS = ("interprete", "langue")
HORIZONS = (7, 14, 28)
"""Days that a plan may look ahead."""


@blueprint.record_once
def _furnish(state: BlueprintSetupState) -> None:
    """Give the templates about interpreting their words."""
    state.app.jinja_env.globals.update(
        interpreting=interpreting_words, interpreting_lists=interpreting_lists, plan_words=plan_words
    )


@blueprint.get("")
@access("read_cases")
def index() -> str:
    """Show a week, by interpreter or by language."""
    monday = _monday(request.args.get("semaine", ""))
    order = request.args.get("par", "")
    with reading() as session:
        shown = week.week(session, monday, now())
    note_names(shown)
    return render_template(
        "coordination/interpreting/week.html",
        page=shown,
        monday=monday,
        order=order if order in ORDERS else ORDERS[0],
        horizons=HORIZONS,
        today=today(),
    )


@blueprint.post("/plan")
@access("arrange_interpreting", "days")
def plan() -> Response:
    """Plan all that is open, ask the chosen, and show what came of it."""
    days = request.form.get("days", 14, int)
    ahead = timedelta(days=days if days in HORIZONS else 14)
    outcome = attempt(interpreting.plan_horizon, now(), now() + ahead)
    if refused := refusal(outcome):
        flash(refused, "warning")
        return redirect(url_for("interpreters.index"), 303)
    return redirect(url_for("interpreters.plan_page", plan_id=outcome.given), 303)


@blueprint.get("/plan/<plan_id>")
@access("read_cases")
def plan_page(plan_id: str) -> str:
    """Show what a plan found, how sure it is that none is better, and what it left."""
    with reading() as session:
        found = plans.plan_page(session, plan_id)
    note_names(found)
    return render_template("coordination/interpreting/plan.html", page=found)


def _monday(said: str) -> date:
    """Give the Monday of the week in the address, or of this one."""
    try:
        day = date.fromisoformat(said)
    except ValueError:
        day = today()
    if not EARLIEST <= day <= LATEST:
        day = today()
    return day - timedelta(days=day.weekday())
