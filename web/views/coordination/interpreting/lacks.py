"""« Ce qui manque à la banque »: by month, with denominators, and what one more interpreter would fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _

from matcher.vocabulary import LANGUAGES, SLOTS
from models import interpreting
from models.queries.interpreting import lacks, recruiting
from web.access import access
from web.clock import now
from web.database import reading
from web.views.interpreting.acts import act

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("lacks", __name__, url_prefix="/coordination/interpretes/manque")


@blueprint.get("")
@access("read_cases")
def index() -> str:
    """Show what was asked and what was covered, month by month."""
    with reading() as session:
        report = lacks.report(session, now())
    return render_template("coordination/interpreting/lacks.html", report=report)


@blueprint.get("/recruter")
@access("read_cases")
def recruit() -> str:
    """Show whom to look for, as it was counted for a plan."""
    return render_template("coordination/interpreting/recruit.html", page=_page())


@blueprint.post("/recruter")
@access("arrange_interpreting")
def count() -> Response:
    """Count anew what one more interpreter of each kind would fill: in a unit that reads, then kept with the plan."""
    plan_id, at = _page().plan_id or abort(404), now()
    with reading() as session:
        found = interpreting.gains_of(session, plan_id, at)
    return act(interpreting.keep_gains, plan_id, found, said=_("C’est compté."), to=url_for("lacks.recruit"))


@blueprint.get("/affiche")
@access("read_cases")
def poster() -> str:
    """Show a poster for one profile, without anything of those who asked."""
    language, slot = request.args.get("langue", ""), request.args.get("quand", "")
    if language not in LANGUAGES or slot not in SLOTS:
        abort(404)
    more = _page().more(language, slot)
    return render_template(
        "coordination/interpreting/poster.html", sought_language=language, slot=slot, more=more
    )


def _page() -> recruiting.Recruiting:
    with reading() as session:
        return recruiting.recruiting(session)
