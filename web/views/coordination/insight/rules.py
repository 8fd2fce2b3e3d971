"""« Ce que coûtent les règles » : the round without each rule, and the least that people could change."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from models.queries.insight.rules import MOST_MORE, Wanted, rules
from web import rules_words
from web.access import access
from web.clock import today
from web.database import reading
from web.on_record import note_names
from web.views.coordination.insight import PREFIX

blueprint = Blueprint("insight_rules", __name__, url_prefix=PREFIX)


@blueprint.get("/regles")
@access("read_cases")
def page(program: str) -> str:
    """Weigh each rule; where somebody asks how to serve more, look for the fewest changes too."""
    with reading() as session:
        shown = rules(session, program, today(), _wanted(), is_asked="calculer" in request.args)
    note_names(shown)
    return render_template(
        "coordination/insight/rules.html",
        page=shown,
        standing=shown.standing,
        say=rules_words,
        most=MOST_MORE,
    )


def _wanted() -> Wanted | None:
    """Give what is asked; kinds that are none of ours are no page, none at all is all of them."""
    more, kinds = request.args.get("de-plus"), tuple(request.args.getlist("acte"))
    if more is None:
        return None
    if not more.isdecimal() or not 1 <= int(more) <= MOST_MORE or not set(kinds) <= rules_words.KINDS.keys():
        abort(404)
    return Wanted(more=int(more), kinds=kinds) if kinds else Wanted(more=int(more))
