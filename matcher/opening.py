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

    @property
    def dearest(self) -> int:
        """A price that no pair's value passes, and the price of offers without places."""
        return self.scale * int(self.priority.max(initial=0)) + MOST_WORTH


def opened(graph: Graph, sides: Sides, price: Ints, step: int) -> Ints:
    """Give place prices near the best of a graph, starting from those of a smaller one, or from none.

    Parameters
    ----------
    price : int64, shape (m,)
    step : int
        By how much a bid outdoes what would be as good.
    """
    pairs = len(graph.offer_at)
    level = np.zeros(len(sides.places), dtype=np.int64)
    stalls = _stalls(graph, sides)
    TURN_AWAY.run(pairs, graph, stalls, sides.order, sides.priority, level)
    least = level * sides.scale
    stays = np.abs(price - least) < sides.scale // 2
    price = np.where(
        sides.places == 0, sides.dearest, np.where(stays, np.maximum(price - BACK, least), least)
    )
    stalls = _stalls(graph, sides)._replace(bid=np.repeat(price, np.diff(stalls.start)))
    AUCTION.run(pairs, graph, stalls, sides.order, price, step, BIDS_A_NEED * len(sides.priority))
    return price


def _stalls(graph: Graph, sides: Sides) -> Stalls:
    needs, offers = len(sides.priority), len(sides.places)
    sizes = np.minimum(sides.places, np.diff(graph.offer_start))
    stalls = int(sizes.sum())
    return Stalls(
        start=np.concatenate(([0], np.cumsum(sizes))),
        **{
            name: np.full(count, -1, dtype=np.int64)
            for name, count in (
                ("holder", stalls),
                ("bid", stalls),
                ("stall_of", needs),
                ("offer_of", needs),
                ("mover", offers),
                ("seen", offers),
                ("queue", offers),
            )
        },
    )


class Stalls(NamedTuple):
    """Every place of every offer on its own (n needs, m offers), no more of an offer than needs that may come."""

    start: Column  # (m + 1): the stalls of offer j stand from start[j] to before start[j + 1]
    holder: Column  # (stalls): the need that has it, -1 where none
    bid: Column  # (stalls): what it was had for; the first of an offer is its cheapest (a heap)
    stall_of: Column  # (n): -1 where none
    offer_of: Column  # (n): whose stall that is
    mover: Column  # (m): the need that a search came from
    seen: Column  # (m): the last need whose search came by
    queue: Column  # (m): offers to look at


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
                if holder[begins[offer + 1] - 1] < 0:  # they fill from the first to the last
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
    stall = stalls.start[end]
    while stalls.holder[stall] >= 0:
        stall += 1
    offer = end
    while stall >= 0:
        need = stalls.mover[offer]
        vacated, left = stalls.stall_of[need], stalls.offer_of[need]
        stalls.holder[stall] = need
        stalls.stall_of[need] = stall
        stalls.offer_of[need] = offer
        stall, offer = vacated, left


def hold_auction(graph: Graph, stalls: Stalls, order: Column, price: Column, step: int, most: int) -> None:
    """Let needs outbid each other, each for the offer that leaves it most, until nobody wants to bid.

    Bertsekas' auction, with several places an offer: who is outbid bids at once again. A bid goes up to
    where the second best offer would do as well, and a step further.

    Parameters
    ----------
    price : int64, shape (m,)
        The least that each offer is had for; changed to what its cheapest place was had for.
    most : int
        Bids after which it ends, whoever still wants one.
    """
    bids = 0
    for turn in range(len(order)):
        need = order[turn]
        while need >= 0 and bids < most:
            best, second, wanted = 0, 0, -1
            for at in range(graph.need_start[need], graph.need_start[need + 1]):
                gain = graph.value_at[at] - price[graph.offer_at[at]]
                if gain > best:
                    best, second, wanted = gain, best, graph.offer_at[at]
                elif gain > second:
                    second = gain
            if wanted >= 0:
                need = outbid(stalls, wanted, need, price[wanted] + best - second + step)
                price[wanted] = stalls.bid[stalls.start[wanted]]
                bids += 1
            else:
                need = -1


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
    return Graph(one, narrow, none, one, narrow, none), Stalls(one, *[none] * 7), none


def _turn_away_examples() -> list[tuple[Any, ...]]:
    graph, stalls, none = _examples()
    return [(graph, stalls, none, none, none)]


def _auction_examples() -> list[tuple[Any, ...]]:
    graph, stalls, none = _examples()
    return [(graph, stalls, none, none, 1, 1)]


TURN_AWAY = kernel(turn_away, _turn_away_examples, parts=(look_for_a_seat, move_along), changes=(1, 4))
"""`turn_away`; its work is counted in pairs of the graph."""
AUCTION = kernel(hold_auction, _auction_examples, parts=(outbid,), changes=(1, 3))
"""`hold_auction`; its work is counted in pairs of the graph."""
