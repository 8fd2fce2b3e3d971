"""Printed cards, by which somebody without an e-mail address signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import force_locale
from markupsafe import Markup

from models import cards
from models.lifecycle import GONE
from models.queries.people import person_page
from web.access import access
from web.clock import today
from web.database import reading
from web.views.coordination.acts import attempt

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("cards", __name__, url_prefix="/coordination/personnes")


@blueprint.get("/<person_id>/carte")
@access("give_card")
def explain(person_id: str) -> str | Response:
    """Say what a card is before one is made, where one may be."""
    with reading() as session:
        file = person_page(session, person_id, today())
    if file.way_in == "email" or file.card.state in GONE:
        return redirect(url_for("people.page", person_id=person_id), 303)
    return render_template("coordination/card.html", file=file)


@blueprint.post("/<person_id>/carte")
@access("give_card")
def give(person_id: str) -> str | Response:
    """Show a new card, this once, in the language of the person; the one before it is void."""
    done = attempt(cards.give_card, person_id)
    if done.refused:
        flash(done.refused, "warning")
        return redirect(url_for("people.page", person_id=person_id), 303)
    with reading() as session:
        file = person_page(session, person_id, today())
    with force_locale(file.card.reader_language):
        card = Markup(render_template("coordination/_card.html", file=file, code=done.given))  # noqa: S704 -- escaped there
    return render_template("coordination/card.html", file=file, card=card)
