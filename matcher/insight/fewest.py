"""The fewest acts that serve so many needs: an integer programme over the ways in which pairs open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import coo_array, csr_array, vstack

from matcher.columns import Flags, Ints
from matcher.errors import NotProved
from matcher.insight.acts import Act
from matcher.insight.openings import NONE, Openings

MOST_BRANCHES = 20_000
"""How far the search goes before it says that it has no proof."""
HALF = 0.5
"""The solver gives whole numbers as floats, each near 0 or 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """Columns are the ways, each taken or not, the shared acts, done or not, and the needs, served or not.

    Shared are the acts of offers with several places, which may open a pair for each place, and those that
    open a place; any other act belongs to the one way that is taken.

    Attributes
    ----------
    ways : Openings
    shared : int64, shape (shared,)
        positions in ``ways.acts``
    rows, limits : csr_array, int64
        what each row of columns may add up to at most; a need is served by no more than its ways
    count, size, priority : int64, shape (columns,)
        how many acts a column takes, how much they ask, and what the need has that it serves
    """

    ways: Openings
    shared: Ints
    rows: csr_array
    limits: Ints
    count: Ints
    size: Ints
    priority: Ints

    def most(self) -> int:
        """Give how many needs can be served when people do whatever act is asked of them."""
        if not len(self.count):
            return 0
        least: float = self._solved(-self._served, self._is_act, Bounds(0, 1)).fun
        return -round(least)

    def fewest(self, served: int) -> tuple[Act, ...]:
        """Give the fewest acts that serve so many needs, of these what asks least, then serves who waits longest.

        Raises
        ------
        NotProved
            Where the search ends without a proof.
        """
        above_sizes = 1 + 2 * served * int(self.size.max(initial=0))
        above_priorities = 1 + int(self.priority.sum())
        price = above_priorities * (above_sizes * self.count + self.size) - self.priority
        taken, done = self._best(price, at_least=served)
        ways = self.ways.where(taken)
        own = ways.offer_act[~np.isin(ways.offer_act, self.shared)]
        acts = np.unique(np.concatenate([ways.need_act, own, self.shared[done]]))
        return tuple(self.ways.acts[at] for at in acts.tolist() if at != NONE)

    def _best(self, price: Ints, at_least: int) -> tuple[Flags, Flags]:
        """Give the ways and the shared acts of a solution of the lowest price.

        Once the shared acts are chosen, what is left is a flow, whose corners are whole numbers.
        """
        is_act = self._is_act
        done = self._solved(price, is_act, Bounds(0, 1), at_least).x > HALF
        bounds = Bounds(np.where(is_act, done, 0), np.where(is_act, done, 1))
        chosen = self._solved(price, ~is_act, bounds, at_least).x > HALF
        return chosen[: len(self.ways.need)], chosen[is_act]

    def _solved(self, price: Ints, is_whole: Flags, bounds: Bounds, at_least: int = 0) -> OptimizeResult:
        found = milp(
            price,
            integrality=is_whole,
            bounds=bounds,
            constraints=[
                LinearConstraint(self.rows, ub=self.limits),
                LinearConstraint(self._served, lb=at_least),
            ],
            options={"mip_rel_gap": 0, "node_limit": MOST_BRANCHES},
        )
        if found.status != 0:
            raise NotProved(f"the fewest acts are not proved: {found.message}")
        return found

    @property
    def _is_act(self) -> Flags:
        at = np.arange(len(self.count)) - len(self.ways.need)
        return (at >= 0) & (at < len(self.shared))

    @property
    def _served(self) -> Ints:
        ways_and_acts = len(self.ways.need) + len(self.shared)
        return np.repeat([0, 1], [ways_and_acts, len(self.count) - ways_and_acts])


def programme_of(places: Ints, priority: Ints, openings: Openings) -> Programme:
    """Write down what limits the ways: a need once, an offer within its places, one act of an offer.

    A way by a shared act asks that the act be done; so do all ways by it together, which is the same for
    whole numbers and spares the search most of its branches.
    """
    ways = _cheapest(places, openings)
    is_shared = _is_shared(places, ways)
    is_own = ~is_shared & (ways.offer_act != NONE)
    opened, first, act = np.unique(ways.offer_act[is_shared], return_index=True, return_inverse=True)
    offer, roomy = ways.offer[is_shared][first], np.flatnonzero(openings.places != NONE)
    shared = np.concatenate([opened, openings.places[roomy]])
    needs, needed = np.unique(ways.need, return_inverse=True)
    way, each = np.arange(len(ways.need)), np.arange(len(act))
    done, more, served = np.split(
        len(way) + np.arange(len(shared) + len(needs)), np.cumsum([len(opened), len(roomy)])
    )
    own_size = ways.size - np.where(is_shared, ways.size_of(ways.offer_act), 0)
    groups: list[tuple[Ints, list[tuple[Ints, Ints, Ints | int]]]] = [
        (np.ones_like(needs), [(needed, way, 1)]),
        (np.zeros_like(needs), [(needed, way, -1), (np.arange(len(needs)), served, 1)]),
        (places, [(ways.offer, way, 1), (roomy, more, -1)]),
        (np.ones_like(places), [(offer, done, 1), (roomy, more, 1), (ways.offer[is_own], way[is_own], 1)]),
        (np.zeros_like(opened), [(act, way[is_shared], 1), (done - len(way), done, -places[offer])]),
        (np.zeros_like(act), [(each, way[is_shared], 1), (each, done[act], -1)]),
    ]
    width = len(way) + len(shared) + len(needs)
    return Programme(
        ways=ways,
        shared=shared,
        rows=vstack([_rows(len(limits), width, entries) for limits, entries in groups]),
        limits=np.concatenate([limits for limits, _ in groups]),
        count=np.concatenate([ways.count - is_shared, np.ones_like(shared), np.zeros_like(needs)]),
        size=np.concatenate([own_size, ways.size_of(shared), np.zeros_like(needs)]),
        priority=np.concatenate([np.zeros_like(way), np.zeros_like(shared), priority[needs]]),
    )


def _is_shared(places: Ints, ways: Openings) -> Flags:
    shared: Flags = (places[ways.offer] > 1) & (ways.offer_act != NONE)
    return shared


def _cheapest(places: Ints, openings: Openings) -> Openings:
    """Keep one way for each pair and shared act: the fewest acts, then the least asked."""
    shared = np.where(_is_shared(places, openings), openings.offer_act, NONE)
    order = np.lexsort((openings.size, openings.count, shared, openings.offer, openings.need))
    ways, shared = openings.where(order), shared[order]
    is_first = np.ones(len(order), dtype=np.bool_)
    for column in (ways.need, ways.offer, shared):
        is_first[1:] &= np.diff(column) == 0
    is_first[1:] = ~is_first[1:]
    return ways.where(is_first)


def _rows(height: int, width: int, entries: Sequence[tuple[Ints, Ints, Ints | int]]) -> csr_array:
    row, column = (np.concatenate([entry[at] for entry in entries]) for at in (0, 1))
    value = np.concatenate([np.broadcast_to(np.asarray(entry[2]), entry[0].shape) for entry in entries])
    return coo_array((value, (row, column)), shape=(height, width)).tocsr()
