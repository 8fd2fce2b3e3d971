"""« Pénuries » : who cannot be served together, whatever a round decides, and why."""

from __future__ import annotations

from flask import Blueprint, render_template

from models.queries.insight.shortages import shortages
from web import recruiting_words, shortage_words
from web.access import access
from web.clock import today
from web.database import reading
from web.on_record import note_names
from web.views.coordination.insight import PREFIX

blueprint = Blueprint("insight_shortage", __name__, url_prefix=PREFIX)


@blueprint.get("/penuries")
@access("read_cases")
def page(program: str) -> str:
    """Show the sets of people with too few places, and those whom nobody may take."""
    with reading() as session:
        found = shortages(session, program, today())
    note_names(found)
    return render_template(
        "coordination/insight/shortage.html",
        page=found,
        standing=found.standing,
        is_empty=not found.standing.needs,
        say=shortage_words,
        call=recruiting_words,
    )
