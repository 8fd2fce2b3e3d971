"""What an interpreter gives, whole on one page: her own, or the office's while she says it on the telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, render_template, request

from models import interpreting
from web.clock import today
from web.forms import interpreting as forms
from web.forms.answers import Answers, posted
from web.forms.person import MOST_LANGUAGES, language_rows
from web.views.signup import next_row
from web.weeks import coming_weeks

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    Answer = str | Response | tuple[str, int]

FIELDS = (
    "rows",
    "language-*",
    "level-*",
    "mode-*",
    "rhythm",
    "week-*",
    "settings",
    "modes",
    "trained_for",
    "zone",
    "max_hours_day",
    "max_hours_month",
)


def page(template: str, answers: Answers, **about: object) -> str:
    """Show the page with what was typed, or with what she gives now."""
    return render_template(
        template,
        answers=answers,
        rows=language_rows(answers),
        most_rows=MOST_LANGUAGES,
        weeks=coming_weeks(today()),
        **about,
    )


def change(person_id: str, *, again: Callable[[Answers], str], done: Callable[..., Response]) -> Answer:
    """Read the page, and replace what she gives; one row more, or something amiss, shows it ``again``."""
    answers = Answers(posted(request.form))
    if request.form.get("go") == "row":
        return make_response(again(next_row(answers)))
    sheet = forms.interpreter(answers)
    if sheet is None:
        return again(answers), 422
    return done(interpreting.update_interpreter, person_id, sheet)
