"""Why this pair, why not, and what choosing it would cost the others."""

from __future__ import annotations

from dataclasses import dataclass, replace

from matcher.columns import PoolColumns, columns_of
from matcher.criteria import rarity_of
from matcher.engine import propose
from matcher.errors import InvalidInput
from matcher.locks import barriers_of
from matcher.pairs import one
from matcher.policy import Policy, shipped_policy
from matcher.programs import Program, program_of
from matcher.records import Contribution, Pool, Round
from matcher.scoring import contributions_of, floor_of
from matcher.validity import places_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the best round loses where this pair is made to stand: priority, worth, and who moves.

    ``left_out`` are needs served in the best round and no longer; ``moved`` are needs whose offer changes.
    """

    priority: int
    worth: int
    left_out: tuple[str, ...]
    moved: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One pair, judged: the barriers that it crosses, its worth, and what each criterion brings."""

    need: str
    offer: str
    barriers: tuple[str, ...]
    worth: int
    floor: int
    contributions: tuple[Contribution, ...]
    cost: Cost | None = None

    @property
    def is_proposable(self) -> bool:
        """Say whether the engine may propose the pair: no barrier, and not under the floor."""
        return not self.barriers and self.worth >= self.floor


def judge(pool: Pool, need: str, offer: str, policy: Policy | None = None) -> Explanation:
    """Give the barriers and the score of one pair, without looking at the others' places.

    Raises
    ------
    InvalidInput
        Where an id is not in the pool.
    """
    policy = policy or shipped_policy(pool.program)
    program = program_of(policy)
    needs = [row for row in pool.needs if row.id == need]
    offers = [row for row in pool.offers if row.id == offer]
    for identity, found in ((need, needs), (offer, offers)):
        if not found:
            raise InvalidInput(f"{identity!r} is not in the pool")
    return _judged(columns_of(pool, needs, offers, policy, rarity_of(pool, policy)), program)


def explain(pool: Pool, need: str, offer: str, policy: Policy | None = None) -> Explanation:
    """Judge one pair and, where it may be proposed, add what choosing it would cost the others."""
    judged = judge(pool, need, offer, policy)
    if not judged.is_proposable:
        return judged
    best = propose(pool, policy, alternates=0)
    others = tuple(pair for pair in pool.locks if pair[0] != need)
    taken = sum(pair[1] == offer for pair in others)
    if taken >= places_of(next(row for row in pool.offers if row.id == offer)):
        return judged
    chosen = propose(replace(pool, locks=(*others, (need, offer))), policy, alternates=0)
    return replace(judged, cost=_cost(best, chosen, need))


def _judged(columns: PoolColumns, program: Program) -> Explanation:
    contributions = contributions_of(one(columns, 0, 0), program)[0]
    return Explanation(
        need=columns.needs.ids[0],
        offer=columns.offers.ids[0],
        barriers=barriers_of(columns, program, 0, 0),
        worth=sum(contribution.worth for contribution in contributions),
        floor=floor_of(columns.policy),
        contributions=contributions,
    )


def _cost(best: Round, chosen: Round, need: str) -> Cost:
    before = {pairing.need: pairing.offer for pairing in best.pairings}
    after = {pairing.need: pairing.offer for pairing in chosen.pairings}
    return Cost(
        priority=best.totals.priority - chosen.totals.priority,
        worth=best.totals.worth - chosen.totals.worth,
        left_out=tuple(sorted(before.keys() - after.keys())),
        moved=tuple(
            sorted(who for who in before.keys() & after.keys() - {need} if before[who] != after[who])
        ),
    )
