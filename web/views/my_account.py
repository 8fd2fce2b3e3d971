"""One's own account: the password, the second factor, and what is open where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import accounts, addresses, limits, passwords, second_factor, sessions
from web import once
from web.access import access
from web.clock import now
from web.database import reading, writing
from web.entering import LONGEST_ADDRESS, count, must_set_up, prove
from web.forms.answers import Answers
from web.forms.passwords import new_password
from web.forms.wishes import is_address
from web.sessions import open_session

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("my_account", __name__, url_prefix="/compte")


@blueprint.get("")
@access("keep_account")
def index() -> str:
    """Show how one signs in, and from where one is signed in now."""
    return _show(Answers())


@blueprint.post("/mot-de-passe")
@access("keep_account", "username", "password", "new_password")
def change_password() -> Answer:
    """Change the password of whoever gives the old one; every other session ends."""
    answers = Answers(request.form.to_dict(flat=False))
    if too_many := prove(answers, "password"):
        return too_many
    with reading() as session:
        account = accounts.get(session, current_user.account.id)
        email = accounts.email_of(session, account) if account.email_index else None
    password = new_password(answers, "new_password", (email, account.name))
    if password == answers.value("password"):
        answers.blame("new_password", _("C’est déjà votre mot de passe."))
    if answers.faults:
        return _show(answers), 422
    chosen = accounts.hash_password(password)
    with writing() as session:
        account = passwords.change(session, account.id, chosen, at=now())
    open_session(account)
    flash(_("Votre mot de passe est changé. Vos autres sessions sont fermées."))
    return redirect(url_for(".index"), 303)


@blueprint.post("/adresse")
@access("keep_account", "new_email", "address_password")
def ask_new_address() -> Answer:
    """Write to a new address; it serves once the link in that letter is opened."""
    answers = Answers(request.form.to_dict(flat=False))
    if too_many := prove(answers, "address_password"):
        return too_many
    email = answers.value("new_email").strip()
    if len(email) > LONGEST_ADDRESS or not is_address(email):
        answers.blame("new_email", _("Cette adresse n’est pas complète. Elle ressemble à nom@exemple.ca."))
    if answers.faults:
        return _show(answers), 422
    if count(limits.letter_counts(email)) is None:
        with writing() as session:
            if once.claim(session) is None:
                addresses.ask(session, current_user.account.id, email, at=now())
    flash(_("Un courriel est parti à la nouvelle adresse. Elle servira quand vous aurez ouvert son lien."))
    return redirect(url_for(".index"), 303)


@blueprint.post("/sessions/<handle>/fermer")
@access("keep_account")
def end_session(handle: str) -> Response:
    """End one of one's own sessions; one that ended already is no fault."""
    with writing() as session:
        sessions.end_one_session(session, current_user.account, handle, now())
    flash(_("Cette session est fermée."))
    return redirect(url_for(".index"), 303)


@blueprint.post("/sessions/fermer")
@access("keep_account")
def end_other_sessions() -> Response:
    """End every other session, wherever it is."""
    with writing() as session:
        sessions.leave_elsewhere(session, current_user.account, current_user.get_id(), now())
    flash(_("Cette session est maintenant la seule ouverte."))
    return redirect(url_for(".index"), 303)


def prove_password_again() -> Answer | None:
    """Give the page that refuses, unless the reader gave her own password again."""
    answers = Answers(request.form.to_dict(flat=False))
    too_many = prove(answers, "factor_password")
    return too_many or ((_show(answers), 422) if answers.faults else None)


def _show(answers: Answers) -> str:
    account, at = current_user.account, now()
    with reading() as session:
        return render_template(
            "account/index.html",
            answers=answers,
            email=accounts.email_of(session, account) if account.email_index else None,
            sessions=sessions.open_sessions(session, account, current_user.get_id(), at),
            is_staff=second_factor.is_asked(account),
            must_have_factor=must_set_up(account),
            has_factor=second_factor.has_one(session, account.id),
            codes_left=second_factor.codes_left(session, account.id),
        )
