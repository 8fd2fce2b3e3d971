"""Plans of interpreters in words: how many, how sure, at what cost, and whom to look for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flask_babel

from matcher.vocabulary import LANGUAGES, SLOTS
from web.i18n import label, language, sentence_list
from web.sentences import in_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext
SMALL = 10
"""Under so many, a number could point to a person."""


def filled(number: int, asked: int) -> str:
    """Say how many of the appointments asked a plan fills."""
    return ngettext(
        "%(num)s rendez-vous comblé sur %(asked)s",
        "%(num)s rendez-vous comblés sur %(asked)s",
        number,
        asked=asked,
    )


def certainty(*, proved: bool, priority_gap: int, worth_gap: float) -> str:
    """Say that no plan is better, or how much better one could be at most."""
    if proved:
        return _("Aucun autre plan ne comble davantage, ni avec de meilleures paires : c’est démontré.")
    if priority_gap:
        return ngettext(
            "Le temps donné n’a pas suffi : le meilleur plan comblerait peut-être 1 rendez-vous de plus (ou de plus pressants).",
            "Le temps donné n’a pas suffi : le meilleur plan comblerait au plus %(num)s rendez-vous de plus (ou de plus pressants).",
            priority_gap,
        )
    return _(
        "Aucun plan ne comble davantage. Les paires, elles, pourraient être meilleures de %(share)s au plus.",
        share=flask_babel.format_percent(worth_gap, "#,##0.0 %"),
    )


def lost(priority: int, points: float) -> str:
    """Say what freeing somebody costs the plan."""
    if priority > 0:
        return _("un autre rendez-vous resterait sans interprète")
    if points > 0:
        said = flask_babel.format_decimal(points, "#,##0.0")
        return _("%(points)s points de moins pour les autres paires", points=said)
    return _("rien : les autres paires restent aussi bonnes")


def sought(language: str, slots: Sequence[str]) -> str:
    """Say on a poster whom the bank looks for."""
    if language == "fra":
        return _("Une personne qui interprète vers le français, libre %(when)s", when=at_slots(slots))
    return _(
        "Une personne qui parle %(language)s et français, libre %(when)s",
        language=label(LANGUAGES, language),
        when=at_slots(slots),
    )


def would_fill(more: int) -> str:
    """Say what one more person would make possible."""
    return ngettext(
        "1 rendez-vous de plus trouverait son interprète",
        "%(num)s rendez-vous de plus trouveraient leur interprète",
        more,
    )


def at_slots(slots: Iterable[str]) -> str:
    """Say when in the week: « le lundi matin »."""
    return sentence_list([_("le %(slot)s", slot=_slot(slot)) for slot in slots])


def _slot(slot: str) -> str:
    """Name a slot within a sentence; English keeps the capital of a day."""
    said = label(SLOTS, slot)
    return in_sentence(said) if language() == "fr" else said


def month(first_day: date) -> str:
    """Name a month: « mars 2026 »."""
    return str(flask_babel.format_date(first_day, "MMMM y"))


def number(count: int) -> str:
    """Say a count; a small one is hidden."""
    return str(count) if count == 0 or count >= SMALL else _("moins de 10")


def share(part: float | None, some: int, whole: int) -> str:
    """Say a share with its denominator; of few, only that they are few."""
    if part is None:
        return "—"
    if whole < SMALL:
        return _("moins de 10 en tout")
    return _(
        "%(percent)s (%(some)s sur %(all)s)",
        percent=flask_babel.format_percent(part, "0 %"),
        some=some,
        all=whole,
    )


def hours(median: float | None, filled: int) -> str:
    """Say a median of hours, where it is one of enough."""
    if median is None or filled < SMALL:
        return "—"
    return f"{flask_babel.format_decimal(median, '0')} h"
