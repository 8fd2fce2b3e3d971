"""Calendar feeds by secret link: made anew at will, read by calendars that nobody signs in to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, current_app, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from models import interpreting
from models.queries.interpreting import feeds
from web import calendars, interpreting_papers
from web.access import access
from web.clock import now
from web.database import reading, writing
from web.sessions import actor
from web.views.interpreting.acts import act

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Redirect

blueprint = Blueprint("feeds", __name__, url_prefix="/calendrier")


@blueprint.get("")
@access("keep_feed")
def index() -> str:
    """Say what a calendar link is, and whether there is one."""
    return render_template("interpreting/feed.html", address=None)


@blueprint.post("")
@access("keep_feed")
def renew() -> str:
    """Make the link anew, and show it this once; the one before opens nothing any more."""
    with writing() as session:
        token = interpreting.make_feed(session, by=actor(), at=now())
    address = current_app.config["SETTINGS"].public_url + url_for("feeds.read", token=token)
    return render_template("interpreting/feed.html", address=address)


@blueprint.post("/fermer")
@access("keep_feed")
def close() -> Redirect:
    """Close the link."""
    said = _("Le lien est fermé : il n’ouvre plus rien.")
    return act(interpreting.drop_feed, said=said, to=url_for("feeds.index"))


@blueprint.get("/<token>.ics")
@access("visit")
def read(token: str) -> Response:
    """Give a calendar to whoever holds its link, in the language of its owner; a wrong link finds nothing."""
    with reading() as session:
        found = feeds.feed_of(session, token, now()) or abort(404)
    with force_locale(found.language):
        entries = [interpreting_papers.entry(one) for one in found.entries]
        text = calendars.feed(
            entries, name=_("Passerelle : interprètes"), host=current_app.config["SETTINGS"].host
        )
    return Response(text, content_type=calendars.MIME_TYPE)
