"""« Ce que coûtent les règles » : the round without each of them, and what people could change themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import records
from matcher.errors import NotProved
from matcher.insight.acts import CHILDREN, KINDS
from matcher.insight.relaxations import Relaxations, relaxations_of
from matcher.insight.rules import BarrierCost, Rules, rules_of
from models import clearances, mapping
from models.queries.insight.standing import Standing, Who, people_of, standing_of
from models.tables import Offer, Person

PAIRS_AT_ONCE = 50_000
"""Pairs above which the rules are weighed only where somebody asks for it, and acts are not looked for."""
MOST_PAIRS = 1_000_000
"""Pairs above which a page would take too long; the commands go farther."""
MOST_MORE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody asks: how many people more to serve, and which kinds of act may be asked of people."""

    more: int
    kinds: tuple[str, ...] = KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesPage:
    """What each rule costs, and the acts that were looked for; ``None`` where they were not computed.

    ``people`` are those named, by need or offer. ``is_unproved`` says that the search for acts gave up.
    """

    standing: Standing
    rules: Rules | None
    is_too_large: bool
    wanted: Wanted | None
    relaxations: Relaxations | None
    can_relax: bool
    is_unproved: bool
    people: Mapping[str, Who]

    @property
    def liftable(self) -> tuple[BarrierCost, ...]:
        """The barriers that a person may cross, the costliest first."""
        return self._barriers(is_liftable=True)

    @property
    def firm(self) -> tuple[BarrierCost, ...]:
        """Those that nobody ever crosses, the costliest first, where they keep somebody apart."""
        return tuple(one for one in self._barriers(is_liftable=False) if one.alone)

    @property
    def gain(self) -> int:
        """The most pairings that any one barrier costs."""
        return max((one.change.paired for one in self.liftable), default=0)

    def _barriers(self, *, is_liftable: bool) -> tuple[BarrierCost, ...]:
        found = self.rules.barriers if self.rules else ()
        kept = (one for one in found if one.is_liftable == is_liftable)
        return tuple(
            sorted(kept, key=lambda one: (-one.change.paired, -one.change.priority, -one.alone, one.code))
        )


def rules(
    session: Session, program: str, today: date, wanted: Wanted | None = None, *, is_asked: bool = False
) -> RulesPage:
    """Give what each rule of a program costs as it stands now, and the acts that somebody asks about."""
    pool = mapping.read_pool(session, program, today)
    pairs = len(pool.needs) * len(pool.offers)
    found = rules_of(pool) if pairs <= (MOST_PAIRS if is_asked else PAIRS_AT_ONCE) else None
    relaxed, is_unproved = None, False
    if wanted and pairs <= PAIRS_AT_ONCE:
        try:
            asked_in_vain = not_theirs(session, pool, today)
            relaxed = relaxations_of(pool, wanted.more, kinds=wanted.kinds, not_asked=asked_in_vain)
        except NotProved:
            is_unproved = True
    return RulesPage(
        standing=standing_of(pool),
        rules=found,
        is_too_large=pairs > MOST_PAIRS,
        wanted=wanted,
        relaxations=relaxed,
        can_relax=pairs <= PAIRS_AT_ONCE,
        is_unproved=is_unproved,
        people=people_of(session, _named(found, relaxed), today),
    )


def not_theirs(session: Session, pool: records.Pool, today: date) -> Collection[tuple[str, str]]:
    """Give the offers that may not meet children for want of screening: saying yes would not be enough."""
    refusing = [offer.id for offer in pool.offers if offer.accepts_children is False]
    chosen = select(Offer.id, Person).join(Person, Person.id == Offer.person_id).where(Offer.id.in_(refusing))
    people: dict[str, Person] = dict(iter(session.execute(chosen)))
    cleared = clearances.cleared(session, people.values(), today)
    return {
        (offer_id, CHILDREN)
        for offer_id, person in people.items()
        if not cleared[person.id].may_meet_children
    }


def _named(found: Rules | None, relaxed: Relaxations | None) -> set[str]:
    named = (
        {name for one in found.barriers if one.is_liftable for name in one.change.served} if found else set()
    )
    if relaxed:
        acts = (*(relaxed.acts or ()), *relaxed.alone)
        named |= {act.id for act in acts} | {name for pair in relaxed.gained for name in pair}
        named |= set(relaxed.left_out)
    return named
