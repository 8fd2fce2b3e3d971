"""The best of a graph that grows: ask which pairs are underpriced, add a few, mend, and ask again.

`solve` knows pairs only by their answer, so that they may stand in a table, or be worked out block by
block and never all be held in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from matcher.market import Block, Ints, Market
from matcher.paths import FAR, MEND, Graph, Standing

FIRST_WIDTH: Final = 4
"""So many of each need's best pairs, and about as many others by chance, enter the graph first."""


class Edges(NamedTuple):
    """Some of the pairs, by need and then by offer, with their values; int64 columns of one length."""

    need: Ints
    offer: Ints
    value: Ints


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

    def underpriced(need_prices: Ints, place_prices: Ints, width: int) -> Edges:
        found = (_worst(block, need_prices, place_prices, width) for block in market.blocks())
        return _one_after_another(NO_EDGES, *found)

    return underpriced


def _worst(block: Block, need_prices: Ints, place_prices: Ints, width: int) -> Edges:
    """Give the pairs of a block that pass their prices most, and as many scattered, ``width`` of each a need."""
    excess = block.value - need_prices[block.need] - place_prices[block.offer]
    passing = np.flatnonzero(excess > 0)
    need, offer = block.need[passing], block.offer[passing]
    chosen = passing[_best_and_scattered(need, excess[passing], _shuffled(need, offer), width)]
    return Edges(block.need[chosen], block.offer[chosen], block.value[chosen])


def _shuffled(need: Ints, offer: Ints) -> Ints:
    """Give each pair a number of 32 bits that looks like chance and is always the same (as splitmix64 does)."""
    mixed = need.astype(np.uint64) << np.uint64(32) ^ offer.astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ mixed >> np.uint64(shift)) * np.uint64(factor)
    return (mixed >> np.uint64(32)).astype(np.int64)


def _best_and_scattered(need: Ints, excess: Ints, shuffled: Ints, width: int) -> npt.NDArray[np.bool_]:
    """Mark the ``width`` greatest of each need, and about as many by chance.

    One sort of packed keys, all different, so that every sorting routine gives the same: which need, how far
    under its greatest (as far as the bits reach), ties by chance, and where in its row.
    """
    starts = np.flatnonzero(np.diff(need, prepend=-1))
    counts = np.diff(starts, append=need.size)
    turn = np.repeat(np.arange(starts.size), counts)
    nth = np.arange(need.size) - starts[turn]
    under = (np.maximum.reduceat(excess, starts) if need.size else excess)[turn] - excess
    nth_bits = int(counts.max(initial=0)).bit_length()
    under_bits = 54 - nth_bits - starts.size.bit_length()
    key = turn << under_bits | np.minimum(under, 2**under_bits - 1)
    key = (key << 8 | shuffled >> 24) << nth_bits | nth
    chosen: npt.NDArray[np.bool_] = shuffled % counts[turn] < width
    chosen[np.argsort(key)[nth < width]] = True
    return chosen


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
