"""A round as sheets that a coordinator reads: who is paired, who is not and why, and the other choices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.formats.writing import Sheet, as_csv, as_xlsx

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matcher.formats.cells import Cell
    from matcher.records import Pairing, Round, Unpaired

CRITERIA: Mapping[str, str] = {
    "interests": "Intérêts communs",
    "language_comfort": "Aisance de communication",
    "availability": "Disponibilités",
    "expectations": "Attentes et fréquence",
    "life_stage": "Situation de vie",
    "proximity": "Proximité",
    "age_gap": "Écart d’âge",
    "need_fit": "Réponse au besoin",
    "stability": "Stabilité",
}
BARRIERS: Mapping[str, str] = {
    "blocked_consent": "consentement",
    "blocked_by_coordinator": "paire interdite",
    "blocked_history": "jumelage antérieur",
    "blocked_exclusion": "exclusion demandée",
    "blocked_conflict": "lien d’autorité",
    "refer_professional": "à orienter vers un professionnel",
    "blocked_vetting": "filtrage",
    "blocked_training": "formation",
    "blocked_capacity": "aucune place",
    "blocked_gender": "genre souhaité",
    "blocked_language": "langue",
    "blocked_schedule": "horaire",
    "blocked_distance": "distance",
    "blocked_household": "ménage",
    "blocked_access": "accès",
    "blocked_field": "domaine",
}
NOBODY: Mapping[str, str] = {}
PAIRED = ("Besoin", "Offre", "Pointage", "Priorité", "Verrouillé")
UNPAIRED = (
    "Besoin",
    "Obstacles (offres derrière chacun)",
    "Sous le seuil",
    "Compatibles",
    "Offres les plus proches",
)
OTHERS = ("Besoin", "Offre", "Pointage")


def round_sheet(made: Round, ending: str) -> bytes:
    """Give a round as the bytes of a ``.csv`` or an ``.xlsx`` file."""
    return as_xlsx(round_sheets(made)) if ending == ".xlsx" else as_csv(_one_sheet(made))


def round_sheets(made: Round, names: Mapping[str, str] = NOBODY) -> tuple[Sheet, Sheet, Sheet]:
    """Give the sheets of a round: pairings, needs without one, other choices.

    ``names`` stand in place of the ids that they are known for.
    """
    return (
        Sheet("Jumelages", [*PAIRED, *_criteria(made)], [_paired(one, names) for one in made.pairings]),
        Sheet("Sans jumelage", UNPAIRED, [_unpaired(one, names) for one in made.unpaired]),
        Sheet("Autres choix", OTHERS, _others(made, names)),
    )


def _one_sheet(made: Round) -> Sheet:
    """Give pairings and needs without one in a single table, as CSV holds."""
    width = len(_criteria(made))
    header = [*PAIRED, *_criteria(made), *UNPAIRED[1:]]
    paired = [[*_paired(one, NOBODY), *[""] * (len(UNPAIRED) - 1)] for one in made.pairings]
    alone = [
        [one.need, *[""] * (len(PAIRED) - 1 + width), *_unpaired(one, NOBODY)[1:]] for one in made.unpaired
    ]
    return Sheet("Ronde", header, [*paired, *alone])


def _criteria(made: Round) -> list[str]:
    return [CRITERIA.get(criterion, criterion) for criterion in made.policy.weights]


def _paired(one: Pairing, names: Mapping[str, str]) -> list[Cell]:
    points = [contribution.points for contribution in one.contributions]
    sides = [names.get(one.need, one.need), names.get(one.offer, one.offer)]
    return [*sides, one.score, one.priority, "oui" if one.locked else "non", *points]


def _unpaired(one: Unpaired, names: Mapping[str, str]) -> list[Cell]:
    barriers = "; ".join(f"{_barrier(code)} : {count}" for code, count in (one.barriers or {}).items())
    nearest = "; ".join(
        f"{names.get(near.offer, near.offer)} ({', '.join(map(_barrier, near.barriers))})"
        for near in one.nearest
    )
    return [
        names.get(one.need, one.need),
        barriers,
        _count(one.below_floor),
        _count(one.compatible),
        nearest,
    ]


def _barrier(code: str) -> str:
    return f"{BARRIERS.get(code, code)} [{code}]"


def _count(count: int | None) -> Cell:
    return "" if count is None else count


def _others(made: Round, names: Mapping[str, str]) -> list[list[Cell]]:
    return [
        [names.get(need, need), names.get(other.id, other.id), other.score]
        for need, best in made.alternates.items()
        for other in best
    ]
