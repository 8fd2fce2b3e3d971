"""What all contestants are given: the same table of worths, and the columns of the people behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from unittest.mock import patch

import numpy as np
from scipy.sparse import csr_array

from fixtures.generate import generate_pool
from fixtures.territories import CITY, REGION, Territory
from matcher.columns import Ints
from matcher.play import Play, play_of
from matcher.records import Pool
from matcher.search import search

SEED = 20260302


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
    play: Play

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


def laid_out(pool: Pool) -> Play:
    """Give the columns of a pool and what goes with them, with no pair looked at yet."""
    with patch("matcher.play.search", return_value=None):
        return play_of(pool)


def scored(play: Play) -> Play:
    """Look at every pair of a pool that is laid out."""
    return replace(play, search=search(play.columns, play.program))


def invented(kind: str, needs: int, offers: int) -> Pool:
    """Invent a pool of a city, where about a quarter of the pairs are allowed, or of a region, where few are."""
    return generate_pool(needs=needs, offers=offers, seed=SEED, territory=TERRITORIES[kind])


def instance_of(kind: str, needs: int, offers: int) -> Instance:
    """Invent a pool and score all its pairs."""
    play = laid_out(invented(kind, needs, offers))
    found = scored(play).search.all()
    return Instance(
        kind=kind,
        worth=csr_array((found.worth, (found.need, found.offer)), shape=(needs, offers)),
        places=play.places.astype(np.int64),
        priority=play.priority,
        play=play,
    )


TERRITORIES: Mapping[str, Territory] = {"city": CITY, "region": REGION}
