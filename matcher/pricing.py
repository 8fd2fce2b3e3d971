"""The best of a graph that grows: ask which pairs are underpriced, add a few, mend, and ask again.

`solve` knows pairs only by their answer, so that they may stand in a table, or be worked out block by
block and never all be held in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from matcher.market import Market
from matcher.paths import FAR, MEND, Graph, Standing
from matcher.rows import Edges, Ints, Prices, underpriced_in

FIRST_WIDTH: Final = 4
"""So many of each need's best pairs, and about as many others by chance, enter the graph first."""


NO_EDGES: Final = Edges(*[np.zeros(0, dtype=np.int64)] * 3)

Underpriced = Callable[[Ints, Ints, int], Edges]
"""Given the prices of needs and places: pairs whose value passes their prices, a few of each need."""


def solve(places: Ints, priority: Ints, dearest: int, underpriced: Underpriced) -> Standing:
    """Find the best pairs and prices where pairs are only known by asking for those that are underpriced.

    Parameters
    ----------
    places, priority : int64, shapes (offers,) and (needs,)
    dearest : int
        At least the value of any pair; the price of offers without places.
    underpriced : function of need prices, place prices and a width
        Gives a few pairs of each need, more where ``width`` is greater; none only where no pair of any need is
        underpriced.

    Returns
    -------
    Standing
        Its columns are int64 arrays.
    """
    standing = _nobody_paired(places, len(priority))
    standing.place_price[places == 0] = dearest
    order = np.argsort(-priority, kind="stable")
    kept = NO_EDGES
    width = FIRST_WIDTH
    while len((found := underpriced(standing.need_price, standing.place_price, width)).need):
        kept = _joined(kept, found, len(places))
        MEND.run(len(kept.need), _graph_of(kept, len(priority), len(places)), standing, order)
        width += width // 4 + 1
    return standing


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
        return _one_after_another(NO_EDGES, *found)

    return underpriced


def _joined(kept: Edges, found: Edges, offers: int) -> Edges:
    """Put found pairs among those kept; none is in both, since what is kept is not underpriced."""
    both = _one_after_another(kept, found)
    order = np.argsort(both.need * offers + both.offer, kind="stable")
    return Edges(*(column[order] for column in both))


def _one_after_another(*some: Edges) -> Edges:
    return Edges(*(np.concatenate(columns) for columns in zip(*some, strict=True)))


def _graph_of(edges: Edges, needs: int, offers: int) -> Graph:
    by_offer = np.argsort(edges.offer, kind="stable")
    return Graph(
        need_start=_starts(edges.need, needs),
        offer_at=edges.offer,
        value_at=edges.value,
        offer_start=_starts(edges.offer, offers),
        need_by=edges.need[by_offer],
        value_by=edges.value[by_offer],
    )


def _starts(owners: Ints, count: int) -> Ints:
    return np.concatenate(([0], np.cumsum(np.bincount(owners, minlength=count)))).astype(np.int64)


def _nobody_paired(places: Ints, needs: int) -> Standing:
    def column(length: int, number: int) -> Ints:
        return np.full(length, number, dtype=np.int64)

    offers = len(places)
    return Standing(
        need_price=column(needs, 0),
        place_price=column(offers, 0),
        offer_of=column(needs, -1),
        places_left=places.copy(),
        first=column(offers, -1),
        after=column(needs, -1),
        before=column(needs, -1),
        distance=column(offers, FAR),
        mover=column(offers, -1),
        target=column(needs, -1),
    )
