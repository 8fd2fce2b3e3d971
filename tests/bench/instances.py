"""What all contestants are given: the same table of worths, and the pool behind it where there is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from fixtures.generate import generate_pool
from matcher.candidates import find
from matcher.columns import Ints, columns_of
from matcher.criteria import rarity_of
from matcher.policy import shipped_policy
from matcher.programs import program_of
from matcher.records import Pool
from matcher.waiting import priority_of
from tests.matcher.markets import large

SEED = 20260302
RANDOM_DENSITY = 0.03


@dataclass(frozen=True)
class Totals:
    """What a contestant achieved: priority counts first, then worth."""

    served: int
    priority: int
    worth: int


@dataclass(frozen=True)
class Instance:
    """Allowed pairs by need, then by offer; every stored pair is allowed, all others are barred."""

    kind: str
    worth: csr_array
    places: Ints
    priority: Ints
    pool: Pool | None = None

    @cached_property
    def need(self) -> Ints:
        return np.repeat(np.arange(self.worth.shape[0]), np.diff(self.worth.indptr))

    @cached_property
    def offer(self) -> Ints:
        return self.worth.indices.astype(np.int64)

    @cached_property
    def value(self) -> Ints:
        """One number a pair for solvers that know only one: no worth outweighs a unit of priority."""
        scale = 1_000_000 * min(len(self.priority), int(self.places.sum())) + 1
        return scale * self.priority[self.need] + self.worth.data

    @cached_property
    def seats(self) -> Ints:
        """The offer of each place, for solvers that know no capacities."""
        return np.repeat(np.arange(len(self.places)), self.places)

    @property
    def density(self) -> float:
        return self.worth.nnz / max(self.worth.shape[0] * self.worth.shape[1], 1)

    def totals(self, pairs: Ints) -> Totals:
        """Add up pairs by whole numbers; an answer that breaks a rule raises ValueError."""
        need, offer = np.asarray(pairs, dtype=np.int64).reshape(-1, 2).T
        width = len(self.places)
        at = np.searchsorted(self.need * width + self.offer, need * width + offer)
        found = np.minimum(at, max(self.worth.nnz - 1, 0))
        if not ((self.need[found] == need) & (self.offer[found] == offer)).all():
            raise ValueError("a barred pair was paired")
        if len(np.unique(need)) < len(need) or (np.bincount(offer, minlength=width) > self.places).any():
            raise ValueError("a need or a place was paired twice")
        return Totals(len(need), int(self.priority[need].sum()), int(self.worth.data[found].sum()))


def city(needs: int) -> Instance:
    """Invent a city with half as many offers as needs, as programs have, and score all its pairs."""
    pool = generate_pool(needs=needs, offers=needs // 2, seed=SEED)
    policy = shipped_policy(pool.program)
    columns = columns_of(pool, pool.needs, pool.offers, policy, rarity_of(pool, policy))
    found = find(columns, program_of(policy))
    return Instance(
        kind="city",
        worth=csr_array((found.worth, (found.need, found.offer)), shape=(needs, needs // 2)),
        places=columns.offers.places.astype(np.int64),
        priority=np.array([priority_of(need, pool.today, policy) for need in pool.needs], dtype=np.int64),
        pool=pool,
    )


def random(needs: int) -> Instance:
    """Draw worths evenly, as many offers as needs with 0 to 3 places, and few pairs allowed."""
    case = large(SEED, needs, needs, max(RANDOM_DENSITY, 3 / needs))
    return Instance(kind="random", worth=case.worth, places=case.places, priority=case.priority)


KINDS: Mapping[str, Callable[[int], Instance]] = {"city": city, "random": random}
