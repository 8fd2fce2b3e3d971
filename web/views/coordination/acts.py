"""One act of casework: done and told, or refused and told why; a second click changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect

from models import policy
from models.errors import CaseworkError, Forbidden, Unknown
from web import once
from web.casework_words import refusal
from web.clock import now
from web.database import writing
from web.sessions import actor

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response


def reads_notes() -> bool:
    """Whether the viewer may read case notes: an administrator runs the house and does not."""
    return policy.may(actor(), "read_note")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act gave, or the sentence that says why it was refused."""

    given: Any = None
    refused: str | None = None
    error: CaseworkError | None = None


def attempt(verb: Callable[..., Any], *arguments: Any, **details: Any) -> Outcome:
    """Do an act in a unit of work of its own; the same form sent again acts no second time and is answered alike.

    Where the act gives an id it is kept with the key of the form: nothing that is shown only once comes by here.
    """
    try:
        with writing() as session:
            if (earlier := once.claim(session)) is not None:
                return Outcome(earlier.given)
            given = verb(session, *arguments, by=actor(), at=now(), **details)
            if isinstance(given, str):
                once.keep(session, given)
            return Outcome(given)
    except (Forbidden, Unknown):
        raise
    except CaseworkError as error:
        return Outcome(refused=refusal(error), error=error)


def act(verb: Callable[..., Any], *arguments: Any, said: str, to: str, **details: Any) -> Response:
    """Do an act and go back to its page, which says what was done or why it was refused."""
    refused = attempt(verb, *arguments, **details).refused
    flash(refused or said, "warning" if refused else "message")
    return redirect(to, 303)
