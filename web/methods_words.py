"""« D’autres façons de choisir » in words: what is measured, and what each method gives up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import flask_babel
from babel.numbers import format_decimal
from flask_babel import lazy_gettext as _

from web.i18n import language, sentence_list
from web.sentences import score

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask_babel import LazyString

    from models.queries.insight.methods import Method, Methods

gettext: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext

NAMES: Mapping[str, LazyString] = {
    "optimal": _("La meilleure ronde"),
    "stable": _("Le choix mutuel"),
    "arrival": _("L’ordre d’arrivée"),
}
ABOUT: Mapping[str, LazyString] = {
    "optimal": _(
        "L’attente décide qui est servi, le score décide avec qui. C’est ce que Passerelle propose."
    ),
    "stable": _(
        "Les meilleurs scores se prennent d’abord : il ne reste pas deux personnes qui se préféreraient l’une l’autre."
    ),
    "arrival": _(
        "Chacun son tour, selon l’attente, prend la meilleure offre qui reste : ce que l’on fait à la main."
    ),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One method's number, how far it reaches on its axis, and what it says."""

    code: str
    number: float
    text: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is measured, the same axis for every method, from zero to ``most``."""

    code: str
    name: str
    hint: str
    most: float
    most_text: str
    bars: tuple[Bar, ...]


def measures(page: Methods) -> tuple[Measure, ...]:
    """Give what is measured, each on an axis that starts at nothing and ends at what there could be."""
    if not page.methods:
        return ()
    more, less = gettext("plus long, c’est mieux"), gettext("plus court, c’est mieux")
    days = page.long_wait
    return (
        _measure(page, "served", gettext("Personnes servies"), more, page.standing.needs),
        _measure(
            page,
            "over",
            gettext("Encore sans personne après %(days)s jours d’attente", days=days),
            less,
            page.over,
        ),
        _measure(
            page,
            "longest_days",
            gettext("La plus longue attente qui continue, en jours"),
            less,
            page.longest_days,
        ),
        _measure(page, "worth", gettext("Total des scores"), more, _greatest(page, "worth")),
        _measure(page, "worst_worth", gettext("Score de la paire la plus faible, sur 100"), more, 1_000_000),
        _measure(page, "blocking", gettext("Paires qui se préféreraient"), less, _greatest(page, "blocking")),
    )


def _greatest(page: Methods, code: str) -> int:
    return int(max(getattr(one, code) for one in page.methods))


def _measure(page: Methods, code: str, name: str, hint: str, most: int) -> Measure:
    bars = tuple(
        Bar(one.code, getattr(one, code) or 0, number(code, getattr(one, code))) for one in page.methods
    )
    return Measure(code, name, hint, most, number(code, most), bars)


def number(code: str, value: int | None) -> str:
    """Say a number of a measure."""
    if value is None:
        return "–"
    if code == "worth":
        return str(format_decimal(round(value / 10_000), locale=language()))
    return score(value) if code == "worst_worth" else str(value)


def gives_up(one: Method, best: Method, long_wait: int) -> str:
    """Say in a sentence what a method gives up."""
    parts = _parts(one, best, long_wait)
    if not parts:
        return gettext("Ici, cette façon de choisir ne renonce à rien.")
    return gettext("Ce à quoi on renonce : %(parts)s.", parts=sentence_list(parts))


def gains(one: Method, best: Method) -> str:
    """Say in a sentence what a method gives that another does not; nothing where it gives nothing more."""
    if one.code == best.code:
        return gettext("Aucune autre façon ne sert davantage de personnes, ni autant l’attente.")
    more, better = one.worth - best.worth, (one.worst_worth or 0) - (best.worst_worth or 0)
    counted = (
        (more, gettext("%(points)s points de plus au total des scores", points=number("worth", more))),
        (
            better,
            gettext(
                "une paire la plus faible à %(score)s points", score=number("worst_worth", one.worst_worth)
            ),
        ),
    )
    parts = [words for count, words in counted if count > 0]
    return gettext("Ce qu’on y gagne : %(parts)s.", parts=sentence_list(parts)) if parts else ""


def _parts(one: Method, best: Method, long_wait: int) -> list[str]:
    fewer, later, lost = best.served - one.served, one.over - best.over, best.worth - one.worth
    counted = (
        (
            fewer,
            ngettext(
                "%(num)s personne de moins est servie", "%(num)s personnes de moins sont servies", fewer
            ),
        ),
        (
            later,
            ngettext(
                "%(num)s personne de plus attend encore après %(days)s jours",
                "%(num)s personnes de plus attendent encore après %(days)s jours",
                later,
                days=long_wait,
            ),
        ),
        (
            fewer == 0 and later <= 0 and one.priority < best.priority,
            gettext("d’autres passent avant des personnes qui attendent depuis plus longtemps"),
        ),
        (
            one.blocking,
            ngettext(
                "%(num)s paire aurait un meilleur score ensemble, et n’est pas réunie",
                "%(num)s paires auraient un meilleur score ensemble, et ne sont pas réunies",
                one.blocking,
            ),
        ),
        (
            0 if fewer else lost,
            gettext("%(points)s points de moins au total des scores", points=number("worth", max(lost, 0))),
        ),
    )
    said = [words for count, words in counted if count > 0]
    if one.worst_worth is not None and one.worst_worth < (best.worst_worth or 0):
        said.append(
            gettext(
                "la paire la plus faible tombe à %(score)s points",
                score=number("worst_worth", one.worst_worth),
            )
        )
    return said
