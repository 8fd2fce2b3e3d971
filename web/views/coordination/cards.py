"""Printed cards, by which somebody without an e-mail address signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from models import cards, policy
from models.errors import NotAllowedNow, Stale
from web import once
from web.access import access
from web.casework_words import refusal
from web.clock import now
from web.database import reading, writing
from web.on_record import note_reading
from web.sessions import actor

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("cards", __name__, url_prefix="/coordination/personnes")


@blueprint.get("/<person_id>/carte")
@access("give_card")
def explain(person_id: str) -> str | Response:
    """Say what a card is before one is made, where one may be."""
    with reading() as session:
        holder = cards.holder(session, person_id)
    if not holder.may_have_one:
        return redirect(_page_of(person_id), 303)
    note_reading("card", person_id)
    return render_template("coordination/card.html", holder=holder, back=_page_of(person_id))


@blueprint.post("/<person_id>/carte")
@access("give_card")
def give(person_id: str) -> str | Response:
    """Show a new card, this once, in the language of the person; the one before it is void.

    The same form sent again, as a page that is loaded anew does, makes none: the one that was printed still opens.
    """
    try:
        with writing() as session:
            if once.claim(session) is not None:
                flash(
                    _(
                        "La carte est déjà faite, et son code ne se montre qu’une fois. Faites-en une autre seulement si"
                        " elle n’est pas imprimée."
                    ),
                    "warning",
                )
                return redirect(url_for(".explain", person_id=person_id), 303)
            code = cards.give_card(session, person_id, by=actor(), at=now())
    except (NotAllowedNow, Stale) as error:
        flash(refusal(error), "warning")
        return redirect(_page_of(person_id), 303)
    with reading() as session:
        holder = cards.holder(session, person_id)
    with force_locale(holder.reader_language):
        card = Markup(render_template("coordination/_card.html", holder=holder, code=code))  # noqa: S704 -- escaped there
    return render_template("coordination/card.html", holder=holder, card=card, back=_page_of(person_id))


def _page_of(person_id: str) -> str:
    """Give where to go back to: a partner's worker has no file to go back to."""
    if policy.may(actor(), "read_file"):
        return url_for("people.page", person_id=person_id)
    return url_for("partner.index")
