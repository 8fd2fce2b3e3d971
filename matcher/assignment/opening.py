"""Prices to begin with, near the best of a graph: what shortage adds to them exactly, what taste adds by auction.

The kernels of `matcher.assignment.pricing.opened`, in plain loops as those of `matcher.assignment.paths` are. Nothing rests on
them but time: `matcher.assignment.paths.mend` makes the best of any prices. From nothing, it would spend most of its
time on the needs that stay without an offer, since each must first look at every place that it may not have.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from matcher.assignment.market import MOST_WORTH
from matcher.assignment.paths import ByNeed, Column
from matcher.assignment.rows import Ints
from matcher.compiled import kernel

BACK: Final = 40
"""By so many steps prices go back before the next auction: in the smaller graph they may have gone too far."""
CLOSED: Final = -1
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
    stall_of: Column  # (n): -1 where none
    offer_of: Column  # (n): whose stall that is


class Walk(NamedTuple):
    """Where a search for seats has come by (n needs, m offers)."""

    now: Column  # (2): how many offers it has come by, and how many steps off the nearest stall is, 0 where none
    found: Column  # (m): these offers
    steps: (
        Column  # (m): how many steps off an offer is; 0 where no search comes by, CLOSED where none ever will
    )
    mover: Column  # (m): the need that came
    turn: Column  # (m): the stall whose holder looks next
    path: Column  # (m): offers on the way
    edge: Column  # (n): the pair of a need that is looked at next


class Rules(NamedTuple):
    """How an auction is held."""

    step: int
    """By how much a bid outdoes what would be as good."""
    most: int
    """Bids after which it ends, whoever still wants one."""


def opened(graph: ByNeed, sides: Sides, price: Ints, seated: Ints, step: int) -> tuple[Ints, Ints]:
    """Give prices of needs and places near the best of a graph, starting from those of a smaller one, or none.

    Every price is 0 or more, and no pair of the graph is worth more than its two prices.

    Parameters
    ----------
    price : int64, shape (m,)
        Of places.
    seated : int64, shape (n,)
        The offer that had a seat for each need in the smaller graph, -1 where none; changed to what is so in this
        one.
    step : int
        By how much a bid outdoes what would be as good.
    """
    needs, pairs = len(sides.priority), len(graph.offer_at)
    level = np.zeros(len(sides.places), dtype=np.int64)
    stalls = _stalls(graph, sides)
    _sit_down(stalls, seated)
    TURN_AWAY.run(pairs, graph, stalls, _walk(sides), sides.order, sides.priority, level)
    seated[:] = stalls.offer_of
    least = level * sides.scale
    stays = np.abs(price - least) < sides.scale // 2
    prices = np.where(stays, np.maximum(price - BACK * step, least), least)
    prices[sides.places == 0] = sides.dearest
    need_prices = np.zeros(needs, dtype=np.int64)
    stalls = _stalls(graph, sides)
    stalls.bid[:] = np.repeat(prices, np.diff(stalls.start))
    AUCTION.run(pairs, graph, stalls, sides.order, need_prices, prices, Rules(step, BIDS_A_NEED * needs))
    return need_prices, prices


def _stalls(graph: ByNeed, sides: Sides) -> Stalls:
    wanted = np.bincount(graph.offer_at, minlength=len(sides.places))
    needs, sizes = len(sides.priority), np.minimum(sides.places, wanted)
    stalls = int(sizes.sum())

    def column(length: int, number: int) -> Ints:
        return np.full(length, number, dtype=np.int64)

    return Stalls(
        start=np.concatenate(([0], np.cumsum(sizes))),
        holder=column(stalls, -1),
        bid=column(stalls, 0),
        stall_of=column(needs, -1),
        offer_of=column(needs, -1),
    )


def _walk(sides: Sides) -> Walk:
    needs, offers = len(sides.priority), len(sides.places)
    return Walk(
        *(np.zeros(length, dtype=np.int64) for length in (2, offers, offers, offers, offers, offers, needs))
    )


def _sit_down(stalls: Stalls, seated: Ints) -> None:
    """Give needs stalls of the offers where they sat."""
    need = np.argsort(seated, kind="stable")[np.count_nonzero(seated < 0) :]
    offer = seated[need]
    stall = stalls.start[offer] + np.arange(len(need)) - np.searchsorted(offer, offer)
    stalls.holder[stall], stalls.stall_of[need], stalls.offer_of[need] = need, stall, offer


def turn_away(
    graph: ByNeed, stalls: Stalls, walk: Walk, order: Column, priority: Column, level: Column
) -> None:
    """Set the level of each offer to the highest priority that is turned away from it, 0 where none is.

    Needs are seated by falling priority. Whoever sits already may move on, and loses her seat only to a higher
    priority: since the sets of needs that can be served together form a matroid, those who end without a seat
    are those whom a best round leaves out, whoever sat at the beginning. All that they can reach is full of
    needs of their priority or above, and closed from then on.

    Needs of one priority look together: how far off each offer is, and then, one after the other, along the
    shortest ways only [1]_.

    Parameters
    ----------
    order : positions of all needs, by falling priority
    level : int64, shape (m,), all 0

    References
    ----------
    .. [1] J. E. Hopcroft, R. M. Karp, "An n^5/2 algorithm for maximum matchings in bipartite graphs", SIAM
       Journal on Computing 2(4), 1973, doi:10.1137/0202019
    """
    begin = 0
    while begin < len(order) and priority[order[begin]] > 0:
        end = begin
        while end < len(order) and priority[order[end]] == priority[order[begin]]:
            end += 1
        peers = order[begin:end]
        while measure(graph, stalls, walk, priority, peers):
            for need in peers:
                if stalls.stall_of[need] < 0:
                    take_a_seat(graph, stalls, walk, priority, need)
            for at in range(walk.now[0]):
                walk.steps[walk.found[at]] = 0
        for at in range(walk.now[0]):
            level[walk.found[at]] = priority[order[begin]]
            walk.steps[walk.found[at]] = CLOSED
        begin = end


def measure(graph: ByNeed, stalls: Stalls, walk: Walk, priority: Column, peers: Column) -> bool:
    """Find how far off offers are for needs of one priority who have no seat, and tell whether one has a stall."""
    found, steps, holder, count, scanned = walk.found, walk.steps, stalls.holder, 0, 0
    for need in peers:
        if stalls.stall_of[need] < 0:
            count = reach(graph, stalls, walk, need, 1, count)
    while scanned < count and stall_for(stalls, priority, peers[0], found[scanned]) < 0:
        offer = found[scanned]
        for stall in range(stalls.start[offer], stalls.start[offer + 1]):
            count = reach(graph, stalls, walk, holder[stall], steps[offer] + 1, count)
        scanned += 1
    walk.now[0] = count
    walk.now[1] = steps[found[scanned]] if scanned < count else 0
    return scanned < count


def reach(graph: ByNeed, stalls: Stalls, walk: Walk, need: int, steps: int, count: int) -> int:
    """Note the offers of a need's that nobody came by yet, and give how many were come by in all."""
    for at in range(graph.need_start[need], graph.need_start[need + 1]):
        offer = graph.offer_at[at]
        if walk.steps[offer] == 0 and stalls.start[offer] < stalls.start[offer + 1]:
            walk.steps[offer] = steps
            walk.found[count] = offer
            count += 1
    return count


def stall_for(stalls: Stalls, priority: Column, need: int, offer: int) -> int:
    """Give a stall of an offer that is free, or held by a lower priority than a need's; -1 where none is.

    The free ones of an offer stand last: who has one gives it up only to another.
    """
    first, end = stalls.start[offer], stalls.start[offer + 1]
    if first < end and stalls.holder[end - 1] < 0:
        while first < end:
            middle = (first + end) // 2
            if stalls.holder[middle] < 0:
                end = middle
            else:
                first = middle + 1
        return int(first)
    for stall in range(first, end):
        if priority[stalls.holder[stall]] < priority[need]:
            return stall
    return -1


def take_a_seat(graph: ByNeed, stalls: Stalls, walk: Walk, priority: Column, start: int) -> None:
    """Seat a need by a shortest way, depth first, where there is one left.

    No other goes by the same offers, but where the last of them has another stall.
    """
    steps, turn, path, depth, need = walk.steps, walk.turn, walk.path, 0, start
    walk.edge[need] = graph.need_start[need]
    while depth >= 0:
        at, end = walk.edge[need], graph.need_start[need + 1]
        while at < end and steps[graph.offer_at[at]] != depth + 1:
            at += 1
        walk.edge[need] = at + 1
        if at < end:
            offer = graph.offer_at[at]
            stall = stall_for(stalls, priority, start, offer)
            steps[offer] = 0
            walk.mover[offer] = need
            if stall >= 0:
                move_along(stalls, walk.mover, offer, stall)
                if stall_for(stalls, priority, start, offer) >= 0:
                    steps[offer] = depth + 1
                return
            if depth + 1 == walk.now[1]:
                continue
            turn[offer] = stalls.start[offer]
            path[depth] = offer
            depth += 1
        if depth > 0 and turn[path[depth - 1]] < stalls.start[path[depth - 1] + 1]:
            need = stalls.holder[turn[path[depth - 1]]]
            turn[path[depth - 1]] += 1
            walk.edge[need] = graph.need_start[need]
        else:
            depth -= 1
            need = walk.mover[path[max(depth, 0)]]


def move_along(stalls: Stalls, mover: Column, offer: int, stall: int) -> None:
    """Let every need on the path to a stall take its new one; whoever had the last one has none."""
    left = stalls.holder[stall]
    if left >= 0:
        stalls.stall_of[left] = -1
        stalls.offer_of[left] = -1
    while stall >= 0:
        need = mover[offer]
        vacated, before = stalls.stall_of[need], stalls.offer_of[need]
        stalls.holder[stall] = need
        stalls.stall_of[need] = stall
        stalls.offer_of[need] = offer
        stall, offer = vacated, before


def hold_auction(
    graph: ByNeed, stalls: Stalls, order: Column, need_price: Column, place_price: Column, rules: Rules
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
    for _ in range(2):  # where one price has come down, another may
        come_down(graph, stalls, need_price, place_price)


def price_needs(graph: ByNeed, need_price: Column, place_price: Column) -> None:
    """Give each need the best that it can get at the prices of places."""
    for need in range(len(need_price)):
        price = 0
        for at in range(graph.need_start[need], graph.need_start[need + 1]):
            price = max(price, graph.value_at[at] - place_price[graph.offer_at[at]])
        need_price[need] = price


def come_down(graph: ByNeed, stalls: Stalls, need_price: Column, place_price: Column) -> None:
    """Lower the price of each offer to what keeps away all who got none of its places, for those who did."""
    for offer in range(len(place_price)):
        begin, end = stalls.start[offer], stalls.start[offer + 1]
        for stall in range(begin, end):
            if stalls.holder[stall] >= 0:
                stalls.offer_of[stalls.holder[stall]] = offer
        if begin < end:
            place_price[offer] = 0
    for need in range(len(need_price)):
        for at in range(graph.need_start[need], graph.need_start[need + 1]):
            offer = graph.offer_at[at]
            if offer != stalls.offer_of[need]:
                place_price[offer] = max(place_price[offer], graph.value_at[at] - need_price[need])
    price_needs(graph, need_price, place_price)


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


def _examples() -> tuple[ByNeed, Stalls, Any]:
    none, one = np.zeros(0, dtype=np.int64), np.zeros(1, dtype=np.int64)
    return ByNeed(one, np.zeros(0, dtype=np.int32), none), Stalls(one, *[none] * 4), none


def _turn_away_examples() -> list[tuple[Any, ...]]:
    graph, stalls, none = _examples()
    return [(graph, stalls, Walk(*[none] * 7), none, none, none)]


def _auction_examples() -> list[tuple[Any, ...]]:
    graph, stalls, none = _examples()
    return [(graph, stalls, none, none, none, Rules(1, 1))]


TURN_AWAY = kernel(
    turn_away, _turn_away_examples, parts=(measure, reach, stall_for, take_a_seat, move_along), changes=(1, 5)
)
"""`turn_away`; its work is counted in pairs of the graph."""
AUCTION = kernel(hold_auction, _auction_examples, parts=(price_needs, come_down, outbid), changes=(3, 4))
"""`hold_auction`; its work is counted in pairs of the graph."""
