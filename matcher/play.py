"""The pairs in play of a pool: what a round may still decide once locks and places are counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.candidates import Candidates, find
from matcher.columns import Ints, PoolColumns, columns_of
from matcher.criteria import rarity_of
from matcher.errors import InvalidInput
from matcher.locks import locks_of
from matcher.policy import Policy, shipped_policy
from matcher.programs import Program, program_of
from matcher.records import Need, Offer, Pool
from matcher.validity import check_pool


@dataclass(frozen=True, slots=True)
class Play:
    """A pool laid out by id, so that answers read from it are the same in whatever order rows stand.

    ``needs`` and ``offers`` stand at the positions that ``pairs`` and ``columns`` name. ``places`` are
    those left to each offer after the locks, shape (offers,); ``waiting`` are the needs not locked.
    """

    needs: list[Need]
    offers: list[Offer]
    columns: PoolColumns
    program: Program
    waiting: Ints
    places: Ints
    pairs: Candidates


def play_of(pool: Pool, policy: Policy | None = None) -> Play:
    """Lay out a pool and keep the pairs whose need is not locked and whose offer has a place left.

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
    needs = sorted(pool.needs, key=lambda need: need.id)
    offers = sorted(pool.offers, key=lambda offer: offer.id)
    columns = columns_of(pool, needs, offers, policy, rarity_of(pool, policy))
    locked = locks_of(pool, columns, program)
    places = columns.offers.places - np.bincount(locked[:, 1], minlength=len(offers))
    found = find(columns, program)
    waiting = np.setdiff1d(np.arange(len(needs)), locked[:, 0])
    kept = np.isin(found.need, waiting) & (places[found.offer] > 0)
    return Play(needs, offers, columns, program, waiting, places, found.where(kept))
