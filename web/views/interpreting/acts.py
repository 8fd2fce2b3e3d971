"""One act about interpreting: done and told, or refused in its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from flask import abort, flash, redirect, request

from models.errors import Barred
from web import interpreting_words
from web.forms import interpreting as forms
from web.forms.answers import Answers, posted
from web.views.coordination.acts import Outcome, attempt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from werkzeug.wrappers import Response

Chosen = TypeVar("Chosen")


def act(verb: Callable[..., Any], *arguments: Any, said: str, to: str, **details: Any) -> Response:
    """Do an act and go to a page that says what was done, or why it was refused."""
    outcome = attempt(verb, *arguments, **details)
    refused = refusal(outcome)
    flash(refused or said, "warning" if refused else "message")
    return redirect(to, 303)


def chosen(verbs: Mapping[str, Chosen]) -> Chosen:
    """Give what the button that was pressed means; what no button sends is refused."""
    return verbs.get(request.form.get("said", "")) or abort(400)


def with_minutes(
    key: str, *, again: Callable[[Answers], str], do: Callable[[int], Response]
) -> Response | tuple[str, int]:
    """Read how long something took, by the field named after it, and act; what is no length is shown ``again``."""
    answers = Answers(posted(request.form))
    minutes = forms.minutes_taken(answers, key)
    return (again(answers), 422) if minutes is None else do(minutes)


def refusal(outcome: Outcome) -> str | None:
    """Say why an act was refused; between an interpreter and an appointment barriers have words of their own."""
    if isinstance(outcome.error, Barred):
        return interpreting_words.barred(outcome.error.codes)
    return outcome.refused
