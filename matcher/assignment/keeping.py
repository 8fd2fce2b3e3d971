"""Among all best rounds, the one that keeps the most pairings of a round before.

The prices of one best assignment are the prices of all (complementary slackness): an assignment is best
where all its pairs are *tight*, which is to be worth exactly their two prices, where every need with a price
is served, and where every place with a price is filled. So to keep the most is a second assignment, among
tight pairs alone, where a need with a price counts for more than all that can be kept, and so does a place;
its best serves and fills them all, since the first assignment does. Prices, totals and proof stay as they
were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from matcher.assignment.graphs import one_after_another
from matcher.assignment.paths import standing_of
from matcher.assignment.pricing import Draft, Underpriced
from matcher.assignment.rows import Edges, Ints, Prices, Rows, underpriced_in

MOST_HELD: Final = 2**22
"""Tight pairs that are held in memory; where there are more, they are asked for again each time."""

Tight = Callable[[], Iterable[Edges]]
"""Gives all tight pairs, those of some needs at a time in any order, by need and then by offer."""


def keep_most(places: Ints, pairs: Ints, prices: tuple[Ints, Ints], previous: Ints, tight: Tight) -> Ints:
    """Give the best assignment that has the most of the previous pairs.

    Parameters
    ----------
    places : int64, shape (offers,)
    pairs : int64, shape (k, 2)
        A best assignment, rows (need, offer) by need.
    prices : int64, shapes (needs,) and (offers,)
        What proves it.
    previous : int64, shape (l, 2)
        Rows (need, offer) in any order, allowed or not.
    tight : function
        Gives the pairs that are worth exactly their prices, at these prices.

    Returns
    -------
    int64, shape (k, 2)
        As ``pairs``, and the same whenever all that is given is the same.
    """
    if not len(previous):
        return pairs
    is_kept = _Kept(places, prices, previous)
    served = np.zeros(len(prices[0]), dtype=np.int64)
    served[pairs[:, 0]] = is_kept.bonus(pairs[:, 0], pairs[:, 1])
    draft = Draft(places, is_kept.need_count, 2 * is_kept.scale)
    need_price = is_kept.scale * is_kept.need_count + served
    place_price = is_kept.scale * np.where(places > 0, is_kept.place_count, 3)
    draft.standing = standing_of(places, need_price, place_price, pairs)
    value = need_price[pairs[:, 0]] + place_price[pairs[:, 1]]
    draft.keep(Edges(pairs[:, 0].copy(), pairs[:, 1].copy(), value), draft.sides)
    draft.settle(is_kept.underpriced_of(_held(tight)))
    need = np.flatnonzero(draft.standing.offer_of >= 0)
    return np.column_stack((need, draft.standing.offer_of[need]))


class _Kept:
    """What each pair of the second assignment is worth: its priced sides, and 1 where it was there before."""

    def __init__(self, places: Ints, prices: tuple[Ints, Ints], previous: Ints) -> None:
        self.need_count, self.place_count = ((price > 0).astype(np.int64) for price in prices)
        self.scale = min(len(prices[0]), sum(places.tolist())) + 1
        self._before = np.sort(previous[:, 0] * len(places) + previous[:, 1])

    def bonus(self, need: Ints, offer: Ints) -> npt.NDArray[np.bool_]:
        """Tell which pairs were there before, and are worth anything."""
        was_there = np.isin(need * len(self.place_count) + offer, self._before)
        kept: npt.NDArray[np.bool_] = was_there & (self.need_count[need] + self.place_count[offer] > 0)
        return kept

    def underpriced_of(self, tight: Tight) -> Underpriced:
        """Look through the tight pairs, block by block."""

        def underpriced(need_price: Ints, place_price: Ints, width: int) -> Edges:
            def of(rows: Rows) -> Edges:
                lift = self.scale * self.need_count[rows.needs]
                return underpriced_in(rows, Prices(lift, need_price[rows.needs], place_price), width)

            found = [of(self._rows(edges)) for edges in tight() if len(edges.need)]
            return one_after_another(*sorted(found, key=lambda edges: tuple(edges.need[:1])))

        return underpriced

    def _rows(self, edges: Edges) -> Rows:
        first, last = int(edges.need[0]), int(edges.need[-1])
        worth = self.scale * self.place_count[edges.offer] + self.bonus(edges.need, edges.offer)
        start = np.searchsorted(edges.need, np.arange(first, last + 2))
        return Rows(first, start, edges.offer.astype(np.int32), worth.astype(np.int32))


def _held(tight: Tight) -> Tight:
    """Give the same pairs without asking again, where they are not too many."""
    held: list[Edges] = []
    count = 0
    for edges in tight():
        held.append(edges)
        count += len(edges.need)
        if count > MOST_HELD:
            return tight
    return lambda: held
