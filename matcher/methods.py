"""Ways to choose who is paired with whom: the best round with its proof, and two to compare it with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from matcher.assignment.graphs import in_order
from matcher.assignment.market import MOST_WORTH
from matcher.assignment.paths import DEAREST
from matcher.assignment.pricing import solve
from matcher.assignment.rows import Edges, Prices, Rows, underpriced_in
from matcher.columns import Flags, Ints
from matcher.play import Play
from matcher.search import Search
from matcher.search.bounds import Limits

MARGIN: Final = 8_000
"""So far below the prices as they stand, of worths up to 1,000,000, pairs are looked at that are not kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """Who is paired, locks apart, and what it proves; all by position.

    ``chosen`` has the shape (k, 2), rows (need, offer) by need. ``need_price`` and ``place_price`` are the
    prices of all needs and offers; empty where nothing is proved by prices.
    """

    chosen: Ints
    scale: int
    need_price: Ints
    place_price: Ints
    proves: str | None


def optimal(play: Play) -> Decision:
    """Assign exactly, with the prices that prove it: every pair was priced, last at no more than they are."""
    scale = _scale(play)
    pairs = Pricing.of(play.search, lift_of(play, scale), play.places)
    dearest = scale * int(play.priority.max(initial=0)) + MOST_WORTH
    standing = solve(places_in_play(play), play.priority, dearest, pairs.among_kept, pairs.among_others)
    need = np.flatnonzero(standing.offer_of >= 0)
    return Decision(
        chosen=np.column_stack((need, standing.offer_of[need])),
        scale=scale,
        need_price=standing.need_price,
        place_price=np.where(play.search.has_need, standing.place_price, 0),
        proves="optimal",
    )


@dataclass(slots=True, eq=False)
class Pricing:
    """Finds the underpriced pairs of a search: among those kept, and, seldom, among all others.

    The others are looked at at prices lowered by MARGIN, and those underpriced there are kept from then on. Any
    other is underpriced later only where one of its two prices has fallen below that: small falls ask nothing anew.

    Attributes
    ----------
    lift : int64, shape (needs,)
        The value of a pair is the lift of its need + its worth.
    need_price, place_price : int64, shapes (needs,) and (offers,)
        No pair that is not kept is worth more than these two.
    kept : pairs, some of them maybe twice
    """

    search: Search
    lift: Ints
    need_price: Ints
    place_price: Ints
    kept: list[Rows]

    @classmethod
    def of(cls, search: Search, lift: Ints, places: Ints) -> Pricing:
        """Begin with what the search has kept, and prices above any value."""
        return cls(search, lift, np.full_like(lift, DEAREST), np.full_like(places, DEAREST), search.kept)

    def among_kept(self, need_price: Ints, place_price: Ints, width: int) -> Edges:
        """Give underpriced ones of those kept; as `matcher.assignment.pricing.solve` asks."""
        return self._underpriced_of(self.kept, Prices(self.lift, need_price, place_price), width)

    def among_others(self, need_price: Ints, place_price: Ints, width: int) -> Edges:
        """Keep all others that may be underpriced, and give some that are."""
        fell, place_fell = need_price < self.need_price, place_price < self.place_price
        self.need_price = _lowered(need_price, self.need_price, fell)
        self.place_price = _lowered(place_price, self.place_price, place_fell)
        reach = self.lift - self.need_price
        limits = []
        if fell.any():
            limits.append(Limits(self.place_price, np.where(fell, reach, -DEAREST)))
        if place_fell.any() and not fell.all():
            others = np.where(place_fell, self.place_price, 2 * DEAREST)
            limits.append(Limits(others, np.where(fell, -DEAREST, reach)))
        found = [rows for each in limits for rows in self.search.rest(each) if len(rows.offer)]
        self.kept = [*self.kept, *found]
        return self._underpriced_of(found, Prices(self.lift, need_price, place_price), width)

    def _underpriced_of(self, rows: list[Rows], prices: Prices, width: int) -> Edges:
        """Give each pair once."""

        def asked(needs: slice) -> tuple[Any, ...]:
            lift, need, place = prices
            return Prices(lift[needs], need[needs], place), width, self.search.work

        return in_order(self.search.ask(underpriced_in, asked, rows), len(prices.place))


def _lowered(price: Ints, looked_at: Ints, fell: Flags) -> Ints:
    """Give the prices to look at: under those that fell below what was looked at, and no lower than needed."""
    lowered = np.maximum(price - MARGIN, 0)
    return np.where(fell, lowered, np.maximum(lowered, looked_at))


def lift_of(play: Play, scale: int) -> Ints:
    """Give what a need's priority adds to the value of its pairs; of locked needs no pair has any value."""
    return np.where(play.is_waiting, scale * play.priority, -DEAREST)


def places_in_play(play: Play) -> Ints:
    """Give the places left to each offer that some need in play may have."""
    return np.where(play.search.has_need, play.places, 0)


def _scale(play: Play) -> int:
    search = play.search
    return MOST_WORTH * min(int(search.has_offer.sum()), int(play.places[search.has_need].sum())) + 1


def stable(play: Play) -> Decision:
    """Take pairs by falling score, so that no two people would both score higher together."""
    pairs = play.pairs
    order = np.lexsort((pairs.offer, pairs.need, -pairs.worth))
    return _taken_in_turn(play, order, "stable")


def arrival(play: Play) -> Decision:
    """Let each need, longest waiting first, take its best offer left, as offices do by hand."""
    pairs = play.pairs
    since = np.array([need.waiting_since.toordinal() if need.waiting_since else 10**9 for need in play.needs])
    order = np.lexsort((pairs.offer, -pairs.worth, pairs.need, since[pairs.need]))
    return _taken_in_turn(play, order, None)


def _taken_in_turn(play: Play, order: Ints, proves: str | None) -> Decision:
    places, served, taken = play.places.copy(), set[int](), []
    for need, offer in zip(play.pairs.need[order].tolist(), play.pairs.offer[order].tolist(), strict=True):
        if need not in served and places[offer] > 0:
            served.add(need)
            places[offer] -= 1
            taken.append((need, offer))
    chosen, none = np.array(sorted(taken), dtype=np.int64).reshape(-1, 2), np.zeros(0, dtype=np.int64)
    return Decision(chosen=chosen, scale=_scale(play), need_price=none, place_price=none, proves=proves)


METHODS: Mapping[str, Callable[[Play], Decision]] = {
    "optimal": optimal,
    "stable": stable,
    "arrival": arrival,
}
