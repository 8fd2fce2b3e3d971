"""Choosing a password by a link of a letter: forgotten, or invited."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import accounts, limits, links, passwords
from models.errors import NotAllowedNow
from web.access import access
from web.clock import now
from web.database import reading, writing
from web.entering import LONGEST_ADDRESS, address, count, let_in, wait
from web.forms.answers import Answers
from web.forms.passwords import new_password
from web.forms.wishes import is_address
from web.mail import owe_apart

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from models.tables import Account

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("password", __name__, url_prefix="/mot-de-passe")


@blueprint.get("/oublie")
@access("visit")
def forgotten() -> str:
    """Ask to which address the letter goes."""
    return render_template("account/forgotten.html", answers=Answers())


@blueprint.post("/oublie")
@access("visit", "email")
def ask() -> Answer:
    """Owe a letter where the address has an account; the answer is the same where it has none."""
    answers = Answers(request.form.to_dict(flat=False))
    email = answers.value("email").strip()
    if len(email) > LONGEST_ADDRESS or not is_address(email):
        answers.blame("email", _("Cette adresse n’est pas complète. Elle ressemble à nom@exemple.ca."))
        return render_template("account/forgotten.html", answers=answers), 422
    if too_many := count(limits.asking_counts(address())):
        return wait(too_many)
    if count(limits.letter_counts(email)) is None:
        owe_apart(partial(passwords.ask_letter, email=email, at=now()))
    return redirect(url_for(".asked"), 303)


@blueprint.get("/envoye")
@access("visit")
def asked() -> str:
    """Say that a letter leaves if there is an account."""
    return render_template("account/asked.html")


@blueprint.get("/<token>")
@access("visit")
def choose(token: str) -> Answer:
    """Let the bearer of a link choose a password; looking does not use the link."""
    held = _held(token)
    if held is None:
        return render_template("account/link_over.html"), 410
    return render_template("account/choose_password.html", answers=Answers(), purpose=held[1])


@blueprint.post("/<token>")
@access("visit", "new_password")
def set_password(token: str) -> Answer:
    """Set the chosen password, once, and let in by way of the second factor."""
    held = _held(token)
    if held is None:
        return render_template("account/link_over.html"), 410
    account, purpose = held
    answers = Answers(request.form.to_dict(flat=False))
    password = new_password(answers, "new_password", own_words(account))
    if answers.faults:
        page = render_template("account/choose_password.html", answers=answers, purpose=purpose)
        return page, 422
    chosen = accounts.hash_password(password)
    try:
        with writing() as session:
            account = passwords.choose_by_link(session, token, chosen, at=now())
    except NotAllowedNow:  # somebody was faster by an instant
        return render_template("account/link_over.html"), 410
    return let_in(account)


def own_words(account: Account) -> tuple[str | None, ...]:
    """Give what strangers know of an account's owner."""
    with reading() as session:
        return accounts.email_of(session, account) if account.email_index else None, account.name


def _held(token: str) -> tuple[Account, str] | None:
    with reading() as session:
        return links.open_link(session, token, now())
