"""Prices to begin with, near the best of a graph: what shortage adds to them exactly, what taste adds by auction.

The kernels of `matcher.pricing.opened`, in plain loops as those of `matcher.paths` are. Nothing rests on
them but time: `matcher.paths.mend` makes the best of any prices. From nothing, it would spend most of its
time on the needs that stay without an offer, since each must first look at every place that it may not have.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from matcher.compiled import kernel
from matcher.market import MOST_WORTH
from matcher.paths import Column, Graph
from matcher.rows import Ints

BACK: Final = 150_000
"""How far prices go back before the next auction: in the smaller graph they may have gone too far."""
BIDS_A_NEED: Final = 40
"""An auction ends after so many bids a need: to start from lower prices costs less than ever more bids."""


class Sides(NamedTuple):
    """Who is in a market: n needs, m offers."""

    places: Ints  # (m)
    priority: Ints  # (n)
    order: Ints  # (n): positions of all needs, by falling priority
    scale: int  # what a unit of priority is worth

    @classmethod
    def of(cls, places: Ints, priority: Ints, scale: int) -> Sides:
        """Put needs in order."""
        return cls(places, priority, np.argsort(-priority, kind="stable"), scale)

    @property
    def dearest(self) -> int:
        """A price that no pair's value passes, and the price of offers without places."""
        return self.scale * int(self.priority.max(initial=0)) + MOST_WORTH


class Stalls(NamedTuple):
    """Every place of every offer on its own (n needs, m offers), no more of an offer than needs that may come."""

    start: Column  # (m + 1): the stalls of offer j stand from start[j] to before start[j + 1]
    holder: Column  # (stalls): the need that has it, -1 where none
    bid: Column  # (stalls): what it was had for; the first of an offer is its cheapest (a heap)
    taken: Column  # (m): how many of them, from the first, have a holder
    stall_of: Column  # (n): -1 where none
    offer_of: Column  # (n): whose stall that is
    mover: Column  # (m): the need that a search came from
    seen: Column  # (m): the last need whose search came by
    queue: Column  # (m): offers to look at


class Rules(NamedTuple):
    """How an auction is held."""

    step: int
    """By how much a bid outdoes what would be as good."""
    most: int
    """Bids after which it ends, whoever still wants one."""


def opened(graph: Graph, sides: Sides, price: Ints, step: int) -> tuple[Ints, Ints]:
    """Give prices of needs and places near the best of a graph, starting from those of a smaller one, or none.

    Every price is 0 or more, and no pair of the graph is worth more than its two prices.

    Parameters
    ----------
    price : int64, shape (m,)
        Of places.
    step : int
        By how much a bid outdoes what would be as good.
    """
    needs, pairs = len(sides.priority), len(graph.offer_at)
    level = np.zeros(len(sides.places), dtype=np.int64)
    TURN_AWAY.run(pairs, graph, _stalls(graph, sides), sides.order, sides.priority, level)
    least = level * sides.scale
    stays = np.abs(price - least) < sides.scale // 2
    prices = np.where(stays, np.maximum(price - BACK, least), least)
    prices[sides.places == 0] = sides.dearest
    need_prices = np.zeros(needs, dtype=np.int64)
    stalls = _stalls(graph, sides)
    stalls.bid[:] = np.repeat(prices, np.diff(stalls.start))
    AUCTION.run(pairs, graph, stalls, sides.order, need_prices, prices, Rules(step, BIDS_A_NEED * needs))
    return need_prices, prices


def _stalls(graph: Graph, sides: Sides) -> Stalls:
    needs, offers = len(sides.priority), len(sides.places)
    sizes = np.minimum(sides.places, np.diff(graph.offer_start))
    stalls = int(sizes.sum())

    def column(length: int, number: int) -> Ints:
        return np.full(length, number, dtype=np.int64)

    return Stalls(
        start=np.concatenate(([0], np.cumsum(sizes))),
        holder=column(stalls, -1),
        bid=column(stalls, 0),
        taken=column(offers, 0),
        stall_of=column(needs, -1),
        offer_of=column(needs, -1),
        mover=column(offers, -1),
        seen=column(offers, -1),
        queue=column(offers, -1),
    )


def turn_away(graph: Graph, stalls: Stalls, order: Column, priority: Column, level: Column) -> None:
    """Set the level of each offer to the highest priority that is turned away from it, 0 where none is.

    Needs are seated by falling priority, whoever sits already moving on but never losing her seat: since the
    sets of needs that can be served together form a matroid, those who then find no seat are those whom a
    best round leaves out. All that such a need can reach is full of needs that came before it, and closed
    from then on, so that no failing search is made twice.

    Parameters
    ----------
    order : positions of all needs, by falling priority
    level : int64, shape (m,), all 0
    """
    for turn in range(len(order)):
        need = order[turn]
        if priority[need] == 0:
            return
        count, end = look_for_a_seat(graph, stalls, need, level)
        if end < 0:
            for at in range(count):
                level[stalls.queue[at]] = priority[need]
        else:
            move_along(stalls, end)


def look_for_a_seat(graph: Graph, stalls: Stalls, start: int, level: Column) -> tuple[int, int]:
    """Give how many offers a need can reach, and the first of them with a free stall, -1 where none has one."""
    begins, holder, queue = stalls.start, stalls.holder, stalls.queue
    count, scanned, need, at_stall, last_stall = 0, 0, start, 0, 0
    while True:
        for at in range(graph.need_start[need], graph.need_start[need + 1]):
            offer = graph.offer_at[at]
            if level[offer] == 0 and stalls.seen[offer] != start and begins[offer] < begins[offer + 1]:
                stalls.seen[offer] = start
                stalls.mover[offer] = need
                if begins[offer] + stalls.taken[offer] < begins[offer + 1]:
                    return count, offer
                queue[count] = offer
                count += 1
        if at_stall == last_stall:
            if scanned == count:
                return count, -1
            at_stall, last_stall = begins[queue[scanned]], begins[queue[scanned] + 1]
            scanned += 1
        need = holder[at_stall]
        at_stall += 1


def move_along(stalls: Stalls, end: int) -> None:
    """Let every need on the path to a free stall take its new one."""
    stall, offer = stalls.start[end] + stalls.taken[end], end
    stalls.taken[end] += 1
    while stall >= 0:
        need = stalls.mover[offer]
        vacated, left = stalls.stall_of[need], stalls.offer_of[need]
        stalls.holder[stall] = need
        stalls.stall_of[need] = stall
        stalls.offer_of[need] = offer
        stall, offer = vacated, left


def hold_auction(
    graph: Graph, stalls: Stalls, order: Column, need_price: Column, place_price: Column, rules: Rules
) -> None:
    """Let needs outbid each other, each for the offer that leaves it most, until nobody wants to bid.

    Bertsekas' auction, with several places an offer: who is outbid bids at once again. A bid goes up to
    where the second best offer would do as well, and a step further.

    Parameters
    ----------
    need_price : int64, shape (n,)
        Written down at the end.
    place_price : int64, shape (m,)
        The least that each offer is had for; changed to about the least that keeps others away.
    """
    bids = 0
    for turn in range(len(order)):
        need = order[turn]
        while need >= 0 and bids < rules.most:
            best, second, wanted = 0, 0, -1
            for at in range(graph.need_start[need], graph.need_start[need + 1]):
                gain = graph.value_at[at] - place_price[graph.offer_at[at]]
                if gain > best:
                    best, second, wanted = gain, best, graph.offer_at[at]
                elif gain > second:
                    second = gain
            if wanted >= 0:
                need = outbid(stalls, wanted, need, place_price[wanted] + best - second + rules.step)
                place_price[wanted] = stalls.bid[stalls.start[wanted]]
                bids += 1
            else:
                need = -1
    price_needs(graph, need_price, place_price)
    come_down(graph, stalls, need_price, place_price)


def price_needs(graph: Graph, need_price: Column, place_price: Column) -> None:
    """Give each need the best that it can get at the prices of places."""
    for need in range(len(need_price)):
        price = 0
        for at in range(graph.need_start[need], graph.need_start[need + 1]):
            price = max(price, graph.value_at[at] - place_price[graph.offer_at[at]])
        need_price[need] = price


def come_down(graph: Graph, stalls: Stalls, need_price: Column, place_price: Column) -> None:
    """Lower the price of each offer to what keeps away all who got none of its places, for those who did."""
    for offer in range(len(place_price)):
        begin, end = stalls.start[offer], stalls.start[offer + 1]
        for stall in range(begin, end):
            if stalls.holder[stall] >= 0:
                stalls.offer_of[stalls.holder[stall]] = offer
        if begin < end:
            price = 0
            for at in range(graph.offer_start[offer], graph.offer_start[offer + 1]):
                need = graph.need_by[at]
                if stalls.offer_of[need] != offer:
                    price = max(price, graph.value_by[at] - need_price[need])
            for at in range(graph.offer_start[offer], graph.offer_start[offer + 1]):
                need = graph.need_by[at]
                need_price[need] = max(need_price[need], graph.value_by[at] - price)
            place_price[offer] = price


def outbid(stalls: Stalls, offer: int, need: int, bid: int) -> int:
    """Give a need the cheapest place of an offer, and give whoever had it, -1 where nobody."""
    first, size = stalls.start[offer], stalls.start[offer + 1] - stalls.start[offer]
    left = stalls.holder[first]
    at = 0
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size and stalls.bid[first + below + 1] < stalls.bid[first + below]:
            below += 1
        if stalls.bid[first + below] >= bid:
            break
        stalls.bid[first + at] = stalls.bid[first + below]
        stalls.holder[first + at] = stalls.holder[first + below]
        at = below
    stalls.bid[first + at] = bid
    stalls.holder[first + at] = need
    return int(left)


def _examples() -> tuple[Graph, Stalls, Any]:
    none, one = np.zeros(0, dtype=np.int64), np.zeros(1, dtype=np.int64)
    narrow = np.zeros(0, dtype=np.int32)
    return Graph(one, narrow, none, one, narrow, none), Stalls(one, *[none] * 8), none


def _turn_away_examples() -> list[tuple[Any, ...]]:
    graph, stalls, none = _examples()
    return [(graph, stalls, none, none, none)]


def _auction_examples() -> list[tuple[Any, ...]]:
    graph, stalls, none = _examples()
    return [(graph, stalls, none, none, none, Rules(1, 1))]


TURN_AWAY = kernel(turn_away, _turn_away_examples, parts=(look_for_a_seat, move_along), changes=(4,))
"""`turn_away`; its work is counted in pairs of the graph."""
AUCTION = kernel(hold_auction, _auction_examples, parts=(price_needs, come_down, outbid), changes=(3, 4))
"""`hold_auction`; its work is counted in pairs of the graph."""
