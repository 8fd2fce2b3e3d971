"""A pool laid out for a round: who stands where, who may be paired, and what is still open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.candidates import Candidates, find
from matcher.columns import Ints, PoolColumns, columns_of
from matcher.criteria import rarity_of
from matcher.errors import InvalidInput
from matcher.locks import locks_of
from matcher.order import in_fair_order
from matcher.policy import Policy, shipped_policy
from matcher.programs import Program, program_of
from matcher.records import Need, Offer, Pool
from matcher.validity import check_pool
from matcher.waiting import priority_of


@dataclass(frozen=True, slots=True)
class Play:
    """A pool in an order that favours nobody, the same in whatever order its rows stand.

    Every position names a place in ``needs`` or ``offers``. ``locked`` are the locks, shape (k, 2);
    ``places`` are those left to each offer after the locks; ``candidates`` are the pairs that may be
    proposed; ``pairs`` are those in play: the need is not locked and the offer has a place left.
    """

    needs: list[Need]
    offers: list[Offer]
    columns: PoolColumns
    program: Program
    priority: Ints
    locked: Ints
    places: Ints
    candidates: Candidates
    pairs: Candidates

    @property
    def waiting(self) -> Ints:
        """Give the positions of the needs that are not locked."""
        return np.setdiff1d(np.arange(len(self.needs)), self.locked[:, 0])


def play_of(pool: Pool, policy: Policy | None = None) -> Play:
    """Lay out a pool, score it, and keep the pairs that a round may still decide.

    Raises
    ------
    InvalidInput
        Where the program is unknown, or the policy is for another one.
    FaultyInput
        Where ids are doubled or a lock cannot stand.
    """
    policy = policy or shipped_policy(pool.program)
    if policy.program != pool.program:
        raise InvalidInput(f"the policy is for {policy.program!r}, the pool for {pool.program!r}")
    check_pool(pool)
    program = program_of(policy)
    needs, offers = in_fair_order(pool.needs, pool.today), in_fair_order(pool.offers, pool.today)
    columns = columns_of(pool, needs, offers, policy, rarity_of(pool, policy))
    locked = locks_of(pool, columns, program)
    places = columns.offers.places - np.bincount(locked[:, 1], minlength=len(offers))
    candidates = find(columns, program)
    is_open = ~np.isin(candidates.need, locked[:, 0]) & (places[candidates.offer] > 0)
    return Play(
        needs=needs,
        offers=offers,
        columns=columns,
        program=program,
        priority=np.array([priority_of(need, pool.today, policy) for need in needs], dtype=np.int64),
        locked=locked,
        places=places,
        candidates=candidates,
        pairs=candidates.where(is_open),
    )
