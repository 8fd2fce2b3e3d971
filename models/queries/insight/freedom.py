"""« Votre marge de choix » : which pairings every best round holds, and which others are nearly as good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from matcher.engine import propose
from matcher.insight.freedom import Freedom, Instead, freedom_of
from matcher.insight.freedom import Held as Kept
from matcher.records import WORTH_OF_A_POINT
from models import mapping
from models.queries.insight.standing import Standing, Who, people_of, standing_of

MARGINS = (1, 2, 5)
"""How many points the whole round may lose, as a coordinator picks it."""
PAIRS_AT_ONCE = 1_000_000
"""Pairs above which the page is computed only where somebody asks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """A pair that could stand in the round, and what the whole round would lose, in worth."""

    need: Who
    offer: Who
    loss: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A pairing of the best round, what that loses without it, and the pairs that could be instead.

    ``loss`` is in worth; ``None`` where it passes the margin, or someone who waits longer would lose a place.
    """

    need: Who
    offer: Who
    loss: int | None
    others: tuple[Other, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FreedomPage:
    """Where judgement counts and where nothing else would do; nothing where it was not computed.

    ``margin`` is in points. ``open`` are the pairings within it, the least loss first; ``firm`` the others.
    """

    standing: Standing
    margin: int
    is_computed: bool
    open: tuple[Held, ...]
    firm: tuple[Held, ...]

    @property
    def free(self) -> int:
        """How many pairings another round, as good, does without."""
        return sum(one.loss == 0 for one in self.open)


def freedom(
    session: Session, program: str, today: date, margin: int, *, is_asked: bool = False
) -> FreedomPage:
    """Give which pairings of the round of today are sure, and which are not, within so many points."""
    pool = mapping.read_pool(session, program, today)
    if len(pool.needs) * len(pool.offers) > PAIRS_AT_ONCE and not is_asked:
        return FreedomPage(standing=standing_of(pool), margin=margin, is_computed=False, open=(), firm=())
    found = freedom_of(pool, propose(pool, alternates=0), margin * WORTH_OF_A_POINT)
    pairs: tuple[Kept | Instead, ...] = (*found.held, *found.instead)
    people = people_of(session, {name for one in pairs for name in (one.need, one.offer)}, today)
    held = [_held(one, found, people) for one in found.held]
    return FreedomPage(
        standing=standing_of(pool),
        margin=margin,
        is_computed=True,
        open=tuple(
            sorted((one for one in held if one.loss is not None), key=lambda one: (one.loss, one.need.name))
        ),
        firm=tuple(sorted((one for one in held if one.loss is None), key=lambda one: one.need.name)),
    )


def _held(one: Kept, found: Freedom, people: Mapping[str, Who]) -> Held:
    others = (other for other in found.instead if other.need == one.need or other.offer == one.offer)
    return Held(
        need=people[one.need],
        offer=people[one.offer],
        loss=one.loss,
        others=tuple(
            Other(need=people[other.need], offer=people[other.offer], loss=other.loss) for other in others
        ),
    )
