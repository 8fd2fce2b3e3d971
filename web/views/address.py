"""Confirming a new address by the link that was sent to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from models import addresses, links
from models.errors import AlreadyRegistered, NotAllowedNow
from web.access import access
from web.clock import now
from web.database import reading, writing
from web.sessions import forget_cookie

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("address", __name__, url_prefix="/adresse")


@blueprint.get("/<token>")
@access("visit")
def look(token: str) -> Answer:
    """Ask once more; looking does not use the link."""
    with reading() as session:
        held = links.open_link(session, token, now(), purposes=(addresses.PURPOSE,))
    return render_template("account/address.html") if held else _over()


@blueprint.post("/<token>")
@access("visit")
def confirm(token: str) -> Answer:
    """Let the account be opened by its new address, and ask to sign in with it."""
    try:
        with writing() as session:
            addresses.confirm(session, token, at=now())
    except (AlreadyRegistered, NotAllowedNow):
        return _over()
    forget_cookie()
    flash(_("La nouvelle adresse est en vigueur. Connectez-vous avec elle."))
    return redirect(url_for("account.sign_in"), 303)


def _over() -> tuple[str, int]:
    return render_template("account/link_over.html"), 410
