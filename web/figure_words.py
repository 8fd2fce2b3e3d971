"""The published figures in words: what was counted, by what, and how many at least."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import flask_babel
from flask_babel import lazy_gettext as _

from matcher.formats.writing import Sheet
from matcher.vocabulary import LANGUAGES, PROGRAMS
from models.quarters import Quarter
from web.i18n import label
from web.sentences import title
from web.words import BOROUGHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from models.tables import PublishedQuarter

ALL = _("Tous les groupes")
NOT_SAID = _("Non précisé")
MEASURES: Mapping[str, object] = {
    "asked": _("Ont demandé"),
    "met": _("Première rencontre"),
    "ended": _("Jumelages terminés"),
    "offered": _("Ont offert leur aide"),
    "helped": _("Avec un interprète"),
}
ABOUT: Mapping[str, object] = {
    "asked": _("Personnes dont la demande est arrivée pendant le trimestre."),
    "met": _(
        "Personnes qui ont rencontré quelqu’un pour la première fois, et combien elles avaient attendu."
    ),
    "ended": _("Personnes dont le jumelage s’est terminé après une première rencontre."),
    "offered": _("Bénévoles dont l’offre est arrivée pendant le trimestre."),
    "helped": _("Personnes pour qui un interprète bénévole s’est déplacé ou connecté."),
}
TABLES: Mapping[str, object] = {
    "month": _("Par mois"),
    "borough": _("Par arrondissement"),
    "language": _("Par langue"),
    "stay": _("Par séjour"),
    "program": _("Par programme"),
    "wait": _("Par attente"),
    "ending": _("Par fin"),
}
PLAIN: Mapping[str, object] = {
    "open": _("Aucun départ annoncé"),
    "ending": _("Une date de départ annoncée"),
    "30": _("30 jours ou moins"),
    "60": _("31 à 60 jours"),
    "90": _("61 à 90 jours"),
    "longer": _("Plus de 90 jours"),
    "completed": _("Allés jusqu’au bout"),
    "ended_early": _("Terminés plus tôt"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One table: by what, and its groups with how many people each has at least."""

    name: str
    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """What was counted in a quarter; 0 where too few were."""

    code: str
    name: str
    about: str
    total: int
    hours: int
    parts: tuple[Part, ...]


def period(code: str) -> str:
    """Say a quarter by its months."""
    months = Quarter.named(code).months
    said = _("%(first)s à %(last)s", first=_month(months[0], "MMMM"), last=_month(months[-1], "MMMM y"))
    return str(said)


def measures(one: PublishedQuarter) -> list[Measure]:
    """Give everything that was counted in a quarter."""
    return [_measure(code, one.figures.get(code, {})) for code in MEASURES]


def sheet(quarters: Iterable[PublishedQuarter]) -> Sheet:
    """Give all figures as one sheet, a number in each row."""
    header = (_("Trimestre"), _("Ce qui est compté"), _("Répartition"), _("Groupe"), _("Au moins"))
    rows = [(period(one.quarter), *row) for one in quarters for row in _rows(one)]
    return Sheet(str(_("Chiffres")), [str(name) for name in header], rows)


def _rows(one: PublishedQuarter) -> Iterator[tuple[str, str, str, int]]:
    for measure in measures(one):
        if measure.total:
            yield measure.name, str(ALL), str(_("Personnes")), measure.total
        if measure.hours:
            yield measure.name, str(ALL), str(_("Heures d’interprétation")), measure.hours
        for part in measure.parts:
            yield from ((measure.name, part.name, group, count) for group, count in part.rows)


def _measure(code: str, found: Mapping[str, Any]) -> Measure:
    tables = found.get("tables", {})
    parts = [
        Part(str(name), _groups(table, tables[table])) for table, name in TABLES.items() if table in tables
    ]
    return Measure(
        code=code,
        name=str(MEASURES[code]),
        about=str(ABOUT[code]),
        total=found.get("total", 0),
        hours=found.get("hours", 0),
        parts=tuple(parts),
    )


def _groups(table: str, counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Name the groups: those that follow one another in their order, the others with the largest first."""
    named = [(_group(table, code), code, counts[code]) for code in counts]
    if table == "month":
        named.sort(key=lambda one: one[1])
    elif table in {"wait", "ending", "stay"}:
        named.sort(key=lambda one: list(PLAIN).index(one[1]))
    else:
        named.sort(key=lambda one: (-one[2], one[0]))
    return tuple((name, count) for name, _code, count in named)


def _group(table: str, code: str) -> str:
    if not code:
        return str(NOT_SAID)
    if table == "month":
        return title(_month(date.fromisoformat(f"{code}-01"), "MMMM"))
    if table == "borough":
        return str(BOROUGHS[code])
    if table == "language":
        return title(label(LANGUAGES, code))
    return label(PROGRAMS, code) if table == "program" else str(PLAIN[code])


def _month(day: date, form: str) -> str:
    return str(flask_babel.format_date(day, form))
