"""The best of a graph that grows: ask which pairs are underpriced, add a few, mend, and ask again.

`solve` knows pairs only by their answer, so that they may stand in a table, or be worked out block by
block and never all be held in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from matcher.assignment.graphs import NO_EDGES, by_need, graph_of, joined, one_after_another
from matcher.assignment.market import MOST_WORTH, Market
from matcher.assignment.opening import Sides, opened
from matcher.assignment.paths import MEND, Graph, Standing, nobody_paired
from matcher.assignment.rows import Edges, Ints, Prices, underpriced_in

FIRST_WIDTH: Final = 4
"""So many of each need's best pairs, and about as many others by chance, enter the graph first."""
OPENING: Final = (
    (8_000, False),
    (8_000, False),
    (4_000, True),
    (1_000, False),
    (1_000, True),
    (250, False),
)
"""The opening auctions: by how much bids outdo what would be as good (worths go to 1,000,000), and whether pairs
are asked for elsewhere before."""

Underpriced = Callable[[Ints, Ints, int], Edges]
"""Given the prices of needs and places: pairs whose value passes their prices, a few of each need."""


def nowhere(_need_prices: Ints, _place_prices: Ints, _width: int) -> Edges:
    """Give no pair."""
    return NO_EDGES


def solve(
    places: Ints, priority: Ints, dearest: int, underpriced: Underpriced, elsewhere: Underpriced = nowhere
) -> Standing:
    """Find the best pairs and prices where pairs are only known by asking for those that are underpriced.

    Parameters
    ----------
    places, priority : int64, shapes (offers,) and (needs,)
    dearest : int
        Scale * the greatest priority + 1,000,000, which no pair's value passes; the price of offers without
        places.
    underpriced : function of need prices, place prices and a width
        Gives a few pairs of each need, more where ``width`` is greater; none only where no pair of any need is
        underpriced.
    elsewhere : function of the same
        Asked about pairs that are dear to look at and no answer of the other's, seldom: twice before the first
        exact search, and where the other has nothing more to give.

    Returns
    -------
    Standing
        Its columns are int64 arrays.
    """
    draft = Draft(places, priority, dearest)
    draft.open(underpriced, elsewhere)
    draft.settle(underpriced, elsewhere)
    return draft.standing


class Draft:
    """A graph, and prices and pairs that stand in it; the parameters are those of `solve`.

    Attributes
    ----------
    standing : Standing
    kept : Edges
        The pairs of the graph.
    """

    def __init__(self, places: Ints, priority: Ints, dearest: int) -> None:
        scale = (dearest - MOST_WORTH) // max(int(priority.max(initial=0)), 1)
        self.sides = Sides.of(places, priority, scale)
        self.standing = nobody_paired(places, np.zeros_like(priority), np.where(places == 0, dearest, 0))
        self.width = FIRST_WIDTH
        self._seated = np.full(len(priority), -1, dtype=np.int64)
        self.keep(NO_EDGES, self.sides)

    def keep(self, edges: Edges, sides: Sides) -> None:
        """Put other pairs into the graph, all of which hold at the prices as they stand or are to be mended."""
        self.kept, self.sides = edges, sides
        self._by_need = by_need(edges, len(sides.priority))
        self._by_both: Graph | None = None

    @property
    def _graph(self) -> Graph:
        """Give the pairs by offer too, which only the exact search asks for: listed when it does."""
        if self._by_both is None:
            self._by_both = graph_of(self._by_need, len(self.sides.places))
        return self._by_both

    def open(self, underpriced: Underpriced, elsewhere: Underpriced = nowhere) -> None:
        """Give the graph its first pairs, and set prices near the best, without any pairing.

        While a graph is poor, its very best is not worth the search: prices near it choose the next pairs
        as well, and an auction costs less than to mend what a few pairs more undo.
        """
        for step, is_elsewhere in OPENING:
            if self._grow(elsewhere if is_elsewhere else underpriced):
                self._price(step)

    def settle(self, underpriced: Underpriced, elsewhere: Underpriced = nowhere) -> None:
        """Make pairs and prices the best of the graph, and the graph larger, until they hold for all pairs."""
        while True:
            MEND.run(len(self.kept.need), self._graph, self.standing, self.sides.order)
            if not (self._grow(underpriced) or self._grow(elsewhere)):
                return

    def _price(self, step: int) -> None:
        prices = opened(self._by_need, self.sides, self.standing.place_price, self._seated, step)
        self.standing = nobody_paired(self.sides.places, *prices)

    def _grow(self, underpriced: Underpriced) -> bool:
        """Add the pairs that are most underpriced, and tell whether there were any."""
        found = underpriced(self.standing.need_price, self.standing.place_price, self.width)
        if not len(found.need):
            return False
        self.keep(joined(self.kept, found, len(self.sides.places)), self.sides)
        self.width += self.width // 4 + 1
        return True


def underpriced_of(market: Market) -> Underpriced:
    """Look through the pairs of a market, block by block."""
    lift = market.scale * market.priority

    def underpriced(need_prices: Ints, place_prices: Ints, width: int) -> Edges:
        found = (
            underpriced_in(
                rows,
                Prices(lift[rows.needs], need_prices[rows.needs], place_prices),
                width,
                len(market.offer),
            )
            for rows in market.rows()
        )
        return one_after_another(*found)

    return underpriced
