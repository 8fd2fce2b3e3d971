"""« Votre marge de choix » : what every best round holds, and where a coordinator's judgement counts."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from models.queries.insight.freedom import MARGINS, freedom
from web import rules_words
from web.access import access
from web.clock import today
from web.database import reading
from web.on_record import note_names
from web.views.coordination.insight import PREFIX

blueprint = Blueprint("insight_freedom", __name__, url_prefix=PREFIX)


@blueprint.get("/libertes")
@access("read_cases")
def page(program: str) -> str:
    """Part the pairings into those that are sure and those that are not, within the margin picked."""
    margins = {str(margin): margin for margin in MARGINS}
    margin = margins.get(request.args.get("marge", str(MARGINS[0])))
    if margin is None:
        abort(404)
    with reading() as session:
        shown = freedom(session, program, today(), margin, is_asked="calculer" in request.args)
    note_names(shown)
    return render_template(
        "coordination/insight/freedom.html",
        page=shown,
        standing=shown.standing,
        margins=MARGINS,
        say=rules_words,
    )
