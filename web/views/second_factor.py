"""The second factor: set up with an authenticator, renewed, and the recovery codes for bad days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import segno
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from models import accounts, limits, second_factor, totp
from models.actor import SYSTEM
from models.errors import NotAllowedNow, WrongValue
from models.sessions import HALF_LASTS
from web.access import access
from web.clock import now
from web.database import reading, writing
from web.entering import count, forgive, must_set_up, next_page, wait
from web.forms.answers import Answers
from web.sessions import half_signed_in, open_session
from web.views.my_account import prove_password_again

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from models.tables import Account

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("second_factor", __name__, url_prefix="/compte/double-verification")
ISSUER = "Passerelle Saguenay"
PREPARED = "prepared a factor at"
"""When this browser was given a new key: nobody else finds it on a desk that was left."""


@blueprint.get("")
@access("visit")
def set_up() -> Answer:
    """Show the key to an authenticator, as a drawing and as letters, and ask for the first code."""
    account = _who_sets_up()
    return _show(account, Answers()) if account and _key_of(account) else _elsewhere()


@blueprint.post("")
@access("visit", "code")
def confirm() -> Answer:
    """Take the first code, open a fresh session, and show the recovery codes this once."""
    account = _who_sets_up()
    if account is None or _key_of(account) is None:
        return _elsewhere()
    counts = limits.code_counts(account.id)
    if too_many := count(counts):
        return wait(too_many)
    answers = Answers(request.form.to_dict(flat=False))
    try:
        with writing() as session:
            own = accounts.get(session, account.id)
            codes = second_factor.confirm(session, own, answers.value("code"), at=now())
    except WrongValue:
        answers.blame("code", _("Ce code ne convient pas. Attendez le suivant, puis réessayez."))
        return _show(account, answers), 422
    except NotAllowedNow:  # a second click: it is in force already
        return _elsewhere()
    forgive(counts)
    open_session(account)
    return _show_codes(codes)


@blueprint.post("/commencer")
@access("keep_factor", "factor_password")
def begin() -> Answer:
    """Prepare a new key for whoever gives her password again; the old one serves until then."""
    if refused := prove_password_again():
        return refused
    with writing() as session:
        second_factor.begin(session, _own(session))
    cookie[PREPARED] = now().timestamp()
    return redirect(url_for(".set_up"), 303)


@blueprint.post("/codes")
@access("keep_factor", "factor_password")
def renew_codes() -> Answer:
    """Show ten fresh recovery codes, this once; those before them are void."""
    if refused := prove_password_again():
        return refused
    with writing() as session:
        account = _own(session)
        if not second_factor.has_one(session, account.id):
            abort(409)
        codes = second_factor.renew_recovery_codes(session, account, at=now())
    return _show_codes(codes)


@blueprint.post("/enlever")
@access("keep_factor", "factor_password")
def give_up() -> Answer:
    """Do without again, in the demonstration alone."""
    if must_set_up(current_user.account):
        abort(409)
    if refused := prove_password_again():
        return refused
    account = current_user.account
    with writing() as session:
        second_factor.remove(session, account.id, by=SYSTEM, at=now())
    open_session(account)
    flash(_("La double vérification est enlevée."))
    return redirect(url_for("my_account.index"), 303)


def _own(session: Session) -> Account:
    return accounts.get(session, current_user.account.id)


def _who_sets_up() -> Account | None:
    """Give who may set one up: whoever gave her password in this browser a moment ago, signed in or half so.

    Half a session never passes around a second factor that is in force.
    """
    if current_user.is_authenticated:
        is_fresh = now().timestamp() - cookie.get(PREPARED, 0) <= HALF_LASTS.total_seconds()
        return current_user.account if is_fresh else None
    account = half_signed_in()
    if account is None:
        return None
    with reading() as session:
        return None if second_factor.has_one(session, account.id) else account


def _key_of(account: Account) -> str | None:
    with reading() as session:
        return second_factor.pending_key(session, accounts.get(session, account.id))


def _show(account: Account, answers: Answers) -> str:
    key = _key_of(account) or ""
    with reading() as session:
        name = accounts.email_of(session, account)
    return render_template(
        "account/second_factor.html",
        answers=answers,
        key=" ".join(key[start : start + 4] for start in range(0, len(key), 4)),
        drawing=draw(totp.address(key, issuer=ISSUER, account=name)),
    )


def draw(text: str) -> Markup:
    """Draw a text as a QR code, in the page itself: no key ever leaves for a server of images."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        scale=1, border=4, omitsize=True, svgclass="qr", lineclass=None, dark="#000", light="#fff"
    )
    return Markup(drawn)  # noqa: S704 -- modules drawn by segno: the text itself is not in it


def _show_codes(codes: tuple[str, ...]) -> str:
    return render_template("account/recovery_codes.html", codes=codes, next=next_page())


def _elsewhere() -> Response:
    to = "my_account.index" if current_user.is_authenticated else "account.sign_in"
    return redirect(url_for(to), 303)
