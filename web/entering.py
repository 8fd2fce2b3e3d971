"""From a right password to an open session, by way of the second factor; and how often one may try."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from flask import current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import accounts, cards, limits, second_factor
from web.access import own_path
from web.clock import now
from web.database import reading, writing
from web.sessions import open_half, open_session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from werkzeug.wrappers import Response

    from models.limits import Count
    from models.tables import Account
    from web.forms.answers import Answers
    from web.settings import Settings

LONGEST_ADDRESS = 254
SECONDS_A_MINUTE = 60
HOMES = {"participant": "me.index", "agent": "partner.index"}
"""Where a role starts; the office starts with what there is to do."""


def let_in(account: Account) -> Response:
    """Open a session for somebody whose password is right, or ask for the second factor first.

    Whoever reads cases sets one up before she reads any; in the demonstration it is offered, not asked.
    """
    with reading() as session:
        has_factor = second_factor.has_one(session, account.id)
    if has_factor or must_set_up(account):
        open_half(account, without_factor=not has_factor)
        step = "account.code" if has_factor else "second_factor.set_up"
        return redirect(url_for(step, next=own_path(request.args.get("next"))), 303)
    open_session(account)
    return go_on()


def must_set_up(account: Account) -> bool:
    """Whether this account opens nothing without a second factor; nothing but the demonstration excuses it."""
    settings: Settings = current_app.config["SETTINGS"]
    return second_factor.is_asked(account) and not settings.demonstration


def go_on() -> Response:
    """Lead where one was going, or to one's own page."""
    return redirect(next_page(), 303)


def next_page() -> str:
    """Give where one was going, or one's own page."""
    return own_path(request.args.get("next")) or url_for(HOMES.get(current_user.role, "todo.index"))


def address() -> str:
    """Give where the browser asks from."""
    return request.remote_addr or ""


def count(counts: Sequence[Count]) -> timedelta | None:
    """Count a try, and give how long to wait where there were too many."""
    with writing() as session:
        return limits.count(session, counts, now())


def forgive(counts: Sequence[Count]) -> None:
    """Take back the tries of somebody who came in."""
    with writing() as session:
        limits.forgive(session, counts)


def wait(time: timedelta) -> Response:
    """Say that there were too many tries, for how long, and which way in is still open."""
    minutes = math.ceil(time.total_seconds() / SECONDS_A_MINUTE)
    answer = make_response(render_template("account/wait.html", minutes=minutes), 429)
    answer.headers["Retry-After"] = str(math.ceil(time.total_seconds()))
    return answer


def prove(answers: Answers, name: str) -> Response | None:
    """Blame the field unless it holds the reader's own password, or the code of her card where she has none.

    Too many tries have a page of their own.
    """
    account = current_user.account
    counts = limits.code_counts(account.id)
    if too_many := count(counts):
        return wait(too_many)
    with reading() as session:
        is_right = accounts.is_password_of(session, account.id, answers.value(name))
        if not account.password_hash:
            held = cards.account_of_card(session, answers.value(name))
            is_right = held is not None and held.id == account.id
    if is_right:
        forgive(counts)
    elif account.password_hash:
        answers.blame(name, _("Ce n’est pas votre mot de passe actuel."))
    else:
        answers.blame(name, _("Ce n’est pas le code de votre carte."))
    return None
