"""« D’autres façons de choisir » : the best round beside a stable one and one by arrival."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from models.queries.insight.methods import methods
from web import methods_words
from web.access import access
from web.clock import today
from web.database import reading
from web.on_record import note_names
from web.views.coordination.insight import PREFIX

blueprint = Blueprint("insight_methods", __name__, url_prefix=PREFIX)


@blueprint.get("/methodes")
@access("read_cases")
def page(program: str) -> str:
    """Lay the three methods beside each other."""
    with reading() as session:
        shown = methods(session, program, today(), is_asked="calculer" in request.args)
    note_names(shown)
    return render_template(
        "coordination/insight/methods.html",
        page=shown,
        standing=shown.standing,
        ways=methods_words,
        measures=methods_words.measures(shown),
    )
