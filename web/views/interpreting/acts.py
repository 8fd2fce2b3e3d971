"""One act about interpreting: done and told, or refused in its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect

from models.errors import Barred
from web import interpreting_words
from web.views.coordination.acts import Outcome, attempt

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response


def act(verb: Callable[..., Any], *arguments: Any, said: str, to: str, **details: Any) -> Response:
    """Do an act and go to a page that says what was done, or why it was refused."""
    outcome = attempt(verb, *arguments, **details)
    refused = refusal(outcome)
    flash(refused or said, "warning" if refused else "message")
    return redirect(to, 303)


def refusal(outcome: Outcome) -> str | None:
    """Say why an act was refused; between an interpreter and an appointment barriers have words of their own."""
    if isinstance(outcome.error, Barred):
        return interpreting_words.barred(outcome.error.codes)
    return outcome.refused
