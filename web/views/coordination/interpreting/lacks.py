"""« Ce qui manque à la banque »: by month, with denominators, and what one more interpreter would fill."""

from __future__ import annotations

from flask import Blueprint, render_template

from models.queries.interpreting import lacks
from web.access import access
from web.clock import now
from web.database import reading

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
    """Show whom to look for: what one more interpreter of each kind would fill, each solved anew."""
    with reading() as session:
        gains = lacks.gains_of(session, now())
    return render_template("coordination/interpreting/recruit.html", gains=gains)
