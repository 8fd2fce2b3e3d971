"""The lists that the screens choose from, in the reader's language."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import ngettext

from matcher.vocabulary import BOROUGHS, GOALS, INTERESTS, LANGUAGES, SECTORS, SLOTS
from web.forms.person import ELSEWHERE
from web.forms.wishes import goals_of
from web.i18n import label, labels
from web.words import BOROUGHS as BOROUGH_NAMES
from web.words import PURPOSES, TASTES, WISHED_GENDERS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from web.forms.answers import Answers
    from web.forms.doors import Door

Choices = list[tuple[str, str]]
FIRST_LANGUAGES = ("fra", "eng")
OFFERED_MEETINGS = (1, 2, 3, 4, 6, 8)
OFFERED_MONTHS = (3, 6, 9, 12, 18, 24)


def language_choices() -> Choices:
    """Give the languages by name, each also as its own speakers call it."""
    rest = sorted(LANGUAGES.keys() - FIRST_LANGUAGES, key=lambda code: _sorting_key(label(LANGUAGES, code)))
    return [(code, _with_own_name(code)) for code in (*FIRST_LANGUAGES, *rest)]


def _with_own_name(code: str) -> str:
    name, own = label(LANGUAGES, code), LANGUAGES[code].row["autonym"]
    return name if not own or own == name else f"{name} · {own}"


def _sorting_key(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text.lower()) if char.isascii())


def sector_groups() -> list[tuple[str, Choices]]:
    """Give the sectors by borough."""
    return [
        (
            str(BOROUGH_NAMES[borough]),
            [
                (code, label(SECTORS, code))
                for code, term in SECTORS.items()
                if term.row["borough"] == borough
            ],
        )
        for borough in BOROUGHS
    ]


def home_groups() -> list[tuple[str, Choices]]:
    """Give the sectors by borough, and what is left to who does not live in one."""
    return [*sector_groups(), (_("Hors de Saguenay"), [(ELSEWHERE, _("Ailleurs, ou pas encore choisi"))])]


def goal_choices(door: Door, chosen: Collection[str] = ()) -> Choices:
    """Give the goals of a door's program, and those of another that a list brought."""
    offered = goals_of(door)
    return [(code, label(GOALS, code)) for code in GOALS if code in offered or code in chosen]


def gender_choices(chosen: str) -> Choices:
    """Give whom one may prefer to meet; a wish that a list alone can bring is shown where it is there."""
    return [(code, str(text)) for code, text in WISHED_GENDERS.items() if code != "x" or chosen == "x"]


def meeting_choices(chosen: str = "") -> Choices:
    """Give how often two people may meet."""
    return [
        (str(number), ngettext("%(num)s fois par mois", "%(num)s fois par mois", number))
        for number in _with(chosen, OFFERED_MEETINGS)
    ]


def month_choices(chosen: str = "") -> Choices:
    """Give for how long two people may meet."""
    return [
        (str(number), ngettext("%(num)s mois", "%(num)s mois", number))
        for number in _with(chosen, OFFERED_MONTHS)
    ]


def _with(chosen: str, offered: tuple[int, ...]) -> list[int]:
    """Give what is offered, and what a list brought."""
    return sorted({*offered, *([int(chosen)] if chosen.isascii() and chosen.isdigit() else ())})


def block_hours(block: str) -> str:
    """Say from when to when a part of the day goes, as short as the column of a phone."""
    row = SLOTS[f"mon_{block}"].row
    return f"{int(row['start'][:2])}–{int(row['end'][:2])}\N{NO-BREAK SPACE}h"


def taste_count(answers: Answers, kind: str | None, family: str | None = None) -> int:
    """Count the interests chosen of one kind, or of any kind in one family."""
    codes = [code for code, term in INTERESTS.items() if family in {None, term.row["family"]}]
    kinds = TASTES.keys() if kind is None else {kind}
    return sum(answers.value(f"interest-{code}") in kinds for code in codes)


def accept_label(purpose: str) -> str:
    """Say « J’accepte » and what, so that the box stands on its own."""
    name = str(PURPOSES[purpose])
    return str(_("J’accepte : %(what)s", what=name[:1].lower() + name[1:]))


def slot_summary(weeks: Sequence[Sequence[str]] | None) -> str:
    """Say how many parts of the week are free, and whether weeks differ."""
    if not weeks:
        return ""
    if len(set(map(frozenset, weeks))) > 1:
        free = sum(map(len, weeks))
        return str(
            ngettext("%(num)s moment sur quatre semaines", "%(num)s moments sur quatre semaines", free)
        )
    return ", ".join(labels(SLOTS, weeks[0]))
