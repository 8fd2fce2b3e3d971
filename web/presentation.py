"""What every template can use: icons, dates, labels, the language switch."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from flask import current_app, request, url_for
from flask_babel import format_time
from markupsafe import Markup

from matcher import vocabulary
from web import i18n, once, words
from web.clock import CITY_ZONE
from web.forms import lists

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

SPRITE = Path(__file__).parent / "static" / "vendor" / "bootstrap-icons.svg"
LISTS = (
    "accept_label",
    "block_hours",
    "gender_choices",
    "goal_choices",
    "language_choices",
    "meeting_choices",
    "month_choices",
    "home_groups",
    "sector_groups",
    "slot_summary",
    "taste_count",
)
SYMBOL = re.compile(
    r'<symbol[^>]* viewBox="(?P<box>[^"]+)" id="(?P<name>[^"]+)">(?P<shape>.*?)</symbol>', re.DOTALL
)


def furnish(app: Flask) -> None:
    """Give the templates their common words and drawings."""
    app.jinja_env.globals.update(
        here=here,
        once=once.field,
        icon=icon,
        label=i18n.label,
        labels=i18n.labels,
        words_of=i18n.words_of,
        choices=i18n.choices,
        languages=i18n.LANGUAGES,
        language=i18n.language,
        settings=app.config["SETTINGS"],
        vocabulary=vocabulary,
        words=words,
        **{name: getattr(lists, name) for name in LISTS},
    )
    app.jinja_env.filters.update(sentence_list=i18n.sentence_list, long_date=long_date, city_day=city_day)


def here() -> str | None:
    """Give the address of this page; of an answer to a form that no address shows again, of where the form stood."""
    came_from, first = urlsplit(request.referrer or ""), f"{request.blueprint}.index"
    if request.method == "GET" or _is_shown(request.path):
        return request.full_path.rstrip("?")
    if came_from.netloc == request.host and _is_shown(came_from.path):
        return urlunsplit(("", "", came_from.path, came_from.query, ""))
    return url_for(first) if first in current_app.view_functions else None


def _is_shown(path: str) -> bool:
    return "GET" in current_app.url_map.bind("").allowed_methods(path)


@cache
def _symbols() -> Mapping[str, tuple[str, str]]:
    return {
        found["name"]: (found["box"], found["shape"]) for found in SYMBOL.finditer(SPRITE.read_text("utf-8"))
    }


def icon(name: str, classes: str = "") -> Markup:
    """Draw an icon in the page, hidden from screen readers: the words beside it say the same."""
    box, shape = _symbols()[name]
    return Markup(
        '<svg class="icon {}" viewBox="{}" width="16" height="16" fill="currentColor" aria-hidden="true"'
        ' focusable="false">{}</svg>'
    ).format(classes, box, Markup(shape))  # noqa: S704 -- the shapes come from the icon library


def city_day(instant: datetime) -> str:
    """Say the day of an instant, in the city."""
    return i18n.date_words(instant.astimezone(CITY_ZONE).date())


def long_date(day: date | datetime | None) -> str:
    """Say a date in full, in the city's time."""
    if day is None:
        return "—"
    said = i18n.date_words(day)
    if not isinstance(day, datetime):
        return said
    clock = "H\N{NO-BREAK SPACE}'h'\N{NO-BREAK SPACE}mm" if i18n.language() == "fr" else "h:mm a"
    return f"{said}, {format_time(day, clock)}{i18n.turn(day.astimezone(CITY_ZONE))}"
