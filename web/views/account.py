"""Signing in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import accounts
from web.access import access, own_path
from web.clock import now
from web.database import reading
from web.forms.answers import Answers
from web.sessions import close_session, open_session

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("account", __name__)


@blueprint.get("/connexion")
@access("anonymous")
def sign_in() -> str | Response:
    """Ask for the e-mail address and the password."""
    if current_user.is_authenticated:
        return redirect(_own_page(), 303)
    return render_template("account/sign_in.html", answers=Answers())


@blueprint.post("/connexion")
@access("anonymous")
def check_sign_in() -> str | Response | tuple[str, int]:
    """Open a session, or give the one answer that betrays nothing."""
    answers = Answers(request.form.to_dict(flat=False))
    with reading() as session:
        account = accounts.sign_in(session, answers.value("email"), answers.value("password"), now())
    if account is None:
        answers.blame("email", _("L’adresse ou le mot de passe ne correspond pas."))
        return render_template("account/sign_in.html", answers=answers), 422
    open_session(account)
    return redirect(own_path(request.args.get("next")) or _own_page(), 303)


@blueprint.post("/deconnexion")
@access("participant", "coordinator", "administrator")
def sign_out() -> Response:
    """End the session on the server."""
    close_session()
    flash(_("Vous êtes déconnecté. À bientôt!"))
    return redirect(url_for("home.index"), 303)


def _own_page() -> str:
    return url_for("me.index" if current_user.role == "participant" else "todo.index")
