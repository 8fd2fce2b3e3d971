"""« Qui recruter » : the volunteers who would help most, and a poster for one profile."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from models.queries.insight import recruiting as queries
from web import recruiting_words
from web.access import access
from web.clock import today
from web.database import reading
from web.on_record import note_names
from web.views.coordination.insight import PREFIX

blueprint = Blueprint("insight_recruiting", __name__, url_prefix=f"{PREFIX}/recruter")


@blueprint.get("")
@access("read_cases")
def page(program: str) -> str:
    """Show whom to look for, alone and in groups, and who would be served."""
    with reading() as session:
        found = queries.recruiting(session, program, today(), asked="calculer" in request.args)
    note_names(found)
    return render_template(
        "coordination/insight/recruiting.html",
        page=found,
        standing=found.standing,
        is_empty=not found.standing.needs,
        say=recruiting_words,
    )


@blueprint.get("/affiche")
@access("read_cases")
def poster(program: str) -> str:
    """Show a poster for one profile, without anything of those who wait."""
    given = request.args
    sought = queries.Sought(
        language=(given.get("langue", ""), given.get("niveau", ""), given.get("mode", "spoken")),
        times=given.get("quand", ""),
        gender=given.get("genre"),
        accepts_children="enfants" in given,
        sector=given.get("secteur"),
        number=given.get("nombre", 1, int),
    )
    with reading() as session:
        found = queries.poster(session, program, today(), sought)
    return render_template(
        "coordination/insight/poster.html", page=found, standing=found.standing, say=recruiting_words
    )
