"""Ways to choose who is paired with whom: the best round with its proof, and two to compare it with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from matcher.assignment.graphs import one_after_another
from matcher.assignment.market import MOST_WORTH
from matcher.assignment.paths import DEAREST
from matcher.assignment.pricing import solve
from matcher.assignment.rows import Edges, Prices, underpriced_in
from matcher.columns import Ints
from matcher.play import Play
from matcher.search import Search
from matcher.search.bounds import Limits


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
    scale, search = _scale(play), play.search
    lift = lift_of(play, scale)

    def kept(need_price: Ints, place_price: Ints, width: int) -> Edges:
        def prices(needs: slice) -> tuple[Any, ...]:
            return Prices(lift[needs], need_price[needs], place_price), width, search.work

        return one_after_another(*search.ask(underpriced_in, prices))

    dearest = scale * int(play.priority.max(initial=0)) + MOST_WORTH
    rest = Rest(search, lift, *(np.full(len(side), DEAREST) for side in (lift, play.places)))
    standing = solve(places_in_play(play), play.priority, dearest, kept, rest.underpriced)
    need = np.flatnonzero(standing.offer_of >= 0)
    return Decision(
        chosen=np.column_stack((need, standing.offer_of[need])),
        scale=scale,
        need_price=standing.need_price,
        place_price=np.where(search.has_need, standing.place_price, 0),
        proves="optimal",
    )


@dataclass(slots=True, eq=False)
class Rest:
    """The pairs that are not kept, asked again only where it may make a difference.

    What was not underpriced when it was asked is so only where one of its two prices has fallen since. Of needs
    that had an answer not all may have been told: they are asked again in any case.

    Attributes
    ----------
    need_price, place_price : int64, shapes (needs,) and (offers,)
        At which they were asked; above any price of those who are to be asked in any case.
    """

    search: Search
    lift: Ints
    need_price: Ints
    place_price: Ints

    def underpriced(self, need_price: Ints, place_price: Ints, width: int) -> Edges:
        """Give those that are underpriced; as `matcher.assignment.pricing.solve` asks."""
        fell, place_fell = need_price < self.need_price, place_price < self.place_price
        reach = self.lift - need_price

        def prices(needs: slice) -> tuple[Any, ...]:
            return Prices(self.lift[needs], need_price[needs], place_price), width, self.search.work

        asked = (
            Limits(place_price, np.where(fell, reach, -DEAREST)),
            Limits(np.where(place_fell, place_price, 2 * DEAREST), np.where(fell, -DEAREST, reach)),
        )
        answers = (self.search.ask_rest(underpriced_in, prices, limits) for limits in asked)
        found = one_after_another(*chain.from_iterable(answers))
        order = np.argsort(found.need, kind="stable")
        found = Edges(*(column[order] for column in found))
        self.need_price, self.place_price = need_price.copy(), place_price.copy()
        self.need_price[found.need] = DEAREST
        return found


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
