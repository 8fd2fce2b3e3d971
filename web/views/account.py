"""Signing in and out: by address and password, by printed card, and the second factor after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from models import accounts, cards, limits, second_factor
from web.access import access, own_path
from web.clock import now
from web.database import reading, writing
from web.entering import LONGEST_ADDRESS, address, count, forgive, go_on, let_in, wait
from web.forms.answers import Answers
from web.sessions import close_session, half_signed_in, known_browser, open_session

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from models.tables import Account

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("account", __name__)


@blueprint.get("/connexion")
@access("visit")
def sign_in() -> str | Response:
    """Ask for the e-mail address and the password."""
    if current_user.is_authenticated:
        return go_on()
    return render_template("account/sign_in.html", answers=Answers())


@blueprint.post("/connexion")
@access("visit", "email", "password")
def check_sign_in() -> Answer:
    """Let in, or give the one answer that betrays nothing."""
    answers = Answers(request.form.to_dict(flat=False))
    email, at = answers.value("email")[:LONGEST_ADDRESS], now()
    with reading() as session:
        counts = limits.sign_in_counts(session, email, browser=known_browser(), address=address(), at=at)
    if too_many := count(counts):
        return wait(too_many)
    with reading() as session:
        account = accounts.sign_in(session, email, answers.value("password"), at)
    if account is None:
        answers.blame("email", _("L’adresse ou le mot de passe ne correspond pas."))
        return render_template("account/sign_in.html", answers=answers), 422
    with writing() as session:
        limits.forgive(session, counts)
        accounts.keep_renewed_hash(session, account)
    return let_in(account)


@blueprint.get("/connexion/code")
@access("visit")
def code() -> str | Response:
    """Ask for the code of the authenticator, or for a recovery code."""
    if half_signed_in() is None:
        return _from_the_start()
    return render_template("account/code.html", answers=Answers())


@blueprint.post("/connexion/code")
@access("visit", "code", "recovery")
def check_code() -> Answer:
    """Take a code once, and open the session."""
    account = half_signed_in()
    if account is None:
        return _from_the_start()
    counts = limits.code_counts(account.id)
    if too_many := count(counts):
        return wait(too_many)
    answers = Answers(request.form.to_dict(flat=False))
    if not _takes(account, answers):
        if answers.value("recovery"):
            answers.blame("recovery", _("Ce code de secours ne convient pas, ou il a déjà servi."))
        else:
            answers.blame("code", _("Ce code ne convient pas, ou il a déjà servi. Attendez le suivant."))
        return render_template("account/code.html", answers=answers), 422
    forgive(counts)
    open_session(account)
    if answers.value("recovery"):
        _say_how_many_are_left(account)
    return go_on()


@blueprint.get("/connexion/carte")
@access("visit")
def card() -> str | Response:
    """Ask for the code of a printed card."""
    if current_user.is_authenticated:
        return go_on()
    return render_template("account/card.html", answers=Answers())


@blueprint.post("/connexion/carte")
@access("visit", "card")
def check_card() -> Answer:
    """Let in whoever holds a card."""
    counts = limits.card_counts(address())
    if too_many := count(counts):
        return wait(too_many)
    answers = Answers(request.form.to_dict(flat=False))
    with reading() as session:
        account = cards.account_of_card(session, answers.value("card"))
    if account is None:
        answers.blame("card", _("Ce code ne correspond à aucune carte. Vérifiez chaque signe."))
        return render_template("account/card.html", answers=answers), 422
    forgive(counts)
    open_session(account)
    return go_on()


@blueprint.post("/deconnexion")
@access("keep_account")
def sign_out() -> Response:
    """End the session on the server."""
    close_session()
    flash(_("Votre session est fermée. À bientôt!"))
    return redirect(url_for("home.index"), 303)


def _takes(account: Account, answers: Answers) -> bool:
    recovery, at = answers.value("recovery"), now()
    with writing() as session:
        own = accounts.get(session, account.id)
        if recovery:
            return second_factor.accept_recovery_code(session, own, recovery, at=at)
        return second_factor.accept_code(session, own, answers.value("code"), at=at)


def _say_how_many_are_left(account: Account) -> None:
    with reading() as session:
        left = second_factor.codes_left(session, account.id)
    said = ngettext("Il vous reste %(num)s code de secours.", "Il vous reste %(num)s codes de secours.", left)
    flash(said, "warning")


def _from_the_start() -> Response:
    flash(_("Trop de temps a passé. Recommencez par le mot de passe."), "warning")
    return redirect(url_for("account.sign_in", next=own_path(request.args.get("next"))), 303)
