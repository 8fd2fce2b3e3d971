"""A pool laid out for a round: who stands where, who may be paired, and what is still open."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.columns import Flags, Ints, PoolColumns
from matcher.criteria import rarity_of
from matcher.layout import columns_of
from matcher.locks import positions_of
from matcher.order import in_fair_order
from matcher.policy import Policy, policy_for
from matcher.programs import Program, program_of
from matcher.records import Need, Offer, Pool
from matcher.search import Search, search
from matcher.search.candidates import Candidates
from matcher.validity import check_pool
from matcher.waiting import priority_of


@dataclass(frozen=True)
class Play:
    """A pool in an order that favours nobody, the same in whatever order its rows stand.

    Every position names a place in ``needs`` or ``offers``. ``locked`` are the locks, shape (k, 2).
    """

    needs: list[Need]
    offers: list[Offer]
    columns: PoolColumns
    program: Program
    priority: Ints
    locked: Ints
    search: Search

    @cached_property
    def places(self) -> Ints:
        """Give the places left to each offer after the locks."""
        return _places(self.columns, self.locked)

    @cached_property
    def is_waiting(self) -> Flags:
        """Say which needs are not locked."""
        return _is_waiting(self.columns, self.locked)

    @property
    def waiting(self) -> Ints:
        """Give the positions of the needs that are not locked."""
        return np.flatnonzero(self.is_waiting)

    @cached_property
    def candidates(self) -> Candidates:
        """Give the pairs that may be proposed, all in memory."""
        return self.search.all()

    @cached_property
    def pairs(self) -> Candidates:
        """Give those in play: the need is not locked and the offer has a place left."""
        found = self.candidates
        return found.where(self.is_waiting[found.need] & (self.places[found.offer] > 0))


def play_of(pool: Pool, policy: Policy | None = None, executor: Executor | None = None) -> Play:
    """Lay out a pool, score it, and keep the pairs that may be proposed.

    Raises
    ------
    InvalidInput
        Where the program is unknown, or the policy is for another one.
    FaultyInput
        Where ids are doubled or a lock cannot stand.
    """
    policy = policy_for(pool.program, policy)
    check_pool(pool)
    program = program_of(policy)
    needs, offers = in_fair_order(pool.needs, pool.today), in_fair_order(pool.offers, pool.today)
    columns = columns_of(pool, needs, offers, policy, rarity_of(pool, policy))
    locked = positions_of(pool.locks, columns)
    in_play = _is_waiting(columns, locked), _places(columns, locked)
    return Play(
        needs=needs,
        offers=offers,
        columns=columns,
        program=program,
        priority=np.array([priority_of(need, pool.today, policy) for need in needs], dtype=np.int64),
        locked=locked,
        search=search(columns, program, *in_play, executor),
    )


def _is_waiting(columns: PoolColumns, locked: Ints) -> Flags:
    flags = np.ones(len(columns.needs), dtype=np.bool_)
    flags[locked[:, 0]] = False
    return flags


def _places(columns: PoolColumns, locked: Ints) -> Ints:
    left: Ints = columns.offers.places - np.bincount(locked[:, 1], minlength=len(columns.offers))
    return left
