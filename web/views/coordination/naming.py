"""A coordinator looks for who it is that somebody does not want to be paired with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from models import casework
from models.queries.apart import named
from models.queries.people import Search, people
from web.access import access
from web.clock import today
from web.database import reading
from web.on_record import note_found, note_reading
from web.views.coordination.acts import act

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("naming", __name__, url_prefix="/coordination/ne-pas-jumeler")


@blueprint.get("/<apart_id>")
@access("read_file")
def page(apart_id: str) -> str:
    """Show the name as she wrote it, and who here may bear it."""
    with reading() as session:
        one = named(session, apart_id)
        text = request.args.get("nom", "").strip()[:80]
        search = Search(text=text) if text else Search(meant=one.name)
        found = people(session, search, today())
    note_reading("file", one.person_id)
    note_found(found, text or one.name)
    return render_template("coordination/naming.html", one=one, found=found, text=text or one.name)


@blueprint.post("/<apart_id>")
@access("keep_file", "other")
def settle(apart_id: str) -> Response:
    """Note who it is, or that nobody here bears this name for now."""
    other = request.form.get("other", "")
    said = (
        _("Ces deux personnes ne seront pas jumelées.")
        if other
        else _("C’est noté : personne pour le moment.")
    )
    return act(casework.settle_wish, apart_id, other or None, said=said, to=url_for("todo.index"))
