"""Why this pair, why not, and what choosing it would cost the others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from matcher.columns import PoolColumns
from matcher.criteria import rarity_of
from matcher.engine import propose
from matcher.errors import InvalidInput
from matcher.insight.chain import Cost, cost_of
from matcher.layout import columns_of
from matcher.locks import barriers_of
from matcher.pairs import one
from matcher.policy import Policy, policy_for
from matcher.programs import Program, program_of
from matcher.records import Contribution, Pool
from matcher.scoring import contributions_of, floor_of
from matcher.vocabulary import OVERRIDABLE_BARRIERS


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

    @property
    def may_be_locked(self) -> bool:
        """Say whether a coordinator may make the pair stand, barriers that a person may cross included."""
        return OVERRIDABLE_BARRIERS.issuperset(self.barriers)


def judge(pool: Pool, need: str, offer: str, policy: Policy | None = None) -> Explanation:
    """Give the barriers and the score of one pair, without looking at the others' places.

    Raises
    ------
    InvalidInput
        Where an id is not in the pool.
    FaultyInput
        Where the policy is for another program.
    """
    policy = policy_for(pool.program, policy)
    program = program_of(policy)
    needs = [row for row in pool.needs if row.id == need]
    offers = [row for row in pool.offers if row.id == offer]
    for identity, found in ((need, needs), (offer, offers)):
        if not found:
            raise InvalidInput(f"{identity!r} is not in the pool")
    return _judged(columns_of(pool, needs, offers, policy, rarity_of(pool, policy)), program)


def explain(
    pool: Pool,
    need: str,
    offer: str,
    policy: Policy | None = None,
    *,
    previous: Collection[tuple[str, str]] | None = None,
) -> Explanation:
    """Judge one pair and, where a coordinator may lock it, add what that would cost the others.

    Parameters
    ----------
    pool, need, offer, policy : as :func:`judge` takes them
    previous : who is proposed together now; of all best rounds, the cost is counted from the one that keeps
        the most of these pairs
    """
    judged = judge(pool, need, offer, policy)
    if not judged.may_be_locked:
        return judged
    best = propose(pool, policy, alternates=0, previous=previous)
    return replace(judged, cost=cost_of(pool, best, need, offer, judged.worth))


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
