"""What two people could do together first: lines that a coordinator may pass on, never part of a score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flask_babel

from matcher.vocabulary import INTERESTS
from web.i18n import label, sentence_list
from web.sentences import in_sentence, shared, slots_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from models.queries.proposals import ProposalPage

_: Callable[..., str] = flask_babel.gettext

IN_A_GROUP = frozenset({"sports", "music_stage"})
"""Families of tastes that are mostly enjoyed with others."""
FEW_WORDS = "1"
"""The language load of what can be done almost without talking."""
EARLY_LEVELS = frozenset({"A1", "A2"})


def ideas(page: ProposalPage) -> list[str]:
    """Give what the common tastes and free moments of two people suggest."""
    tastes = shared(page.contributions, "interests", "shared")
    slots = shared(page.contributions, "availability", "slots")
    lively = [code for code in tastes if INTERESTS[code].row["family"] in IN_A_GROUP]
    quiet = [code for code in tastes if INTERESTS[code].row["language_load"] == FEW_WORDS]
    said = []
    if lively and slots:
        said.append(
            _(
                "Proposer aussi un groupe : %(tastes)s, %(slots)s.",
                tastes=_listed(lively),
                slots=slots_in_words(slots),
            )
        )
    if quiet and _talk_is_hard(page):
        said.append(_("Commencer par ce qui demande peu de mots : %(tastes)s.", tastes=_listed(quiet)))
    return said


def _talk_is_hard(page: ProposalPage) -> bool:
    level = shared(page.contributions, "language_comfort", "level")
    return bool(shared(page.contributions, "language_comfort", "interpreter")) or level in EARLY_LEVELS


def _listed(codes: Iterable[str]) -> str:
    return sentence_list([in_sentence(label(INTERESTS, code)) for code in codes])
