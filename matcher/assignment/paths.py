"""Shortest paths with prices: the kernels of the assignment, in plain loops over columns of whole numbers.

Nothing here knows where its columns live. The same functions run as they stand on Python lists, and
compiled by numba on int64 arrays; both take the same steps, and so give the same pairs and prices.

Three things together mean *best* (complementary slackness):

1. every price is >= 0, and need_price + place_price >= value for every pair of the graph;
2. where a pair is made, need_price + place_price = value;
3. a price above 0 belongs to a need that has an offer, or to an offer without a place left.

`lift` makes the first two true, and every later step keeps them. What breaks the third is then what is left
to do: `seat` each need that has a price and no offer, and `fill` each place that has a price and no need.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any, NamedTuple

import numpy as np

from matcher.compiled import kernel

Column = Any
"""A list of whole numbers, or an int64 array: no type of Python says what the two share."""

FAR = 2**63 - 1
"""Further than any path."""
DEAREST = 2**61
"""Above any value: no sum here has more than three prices, values and lengths, so that none passes FAR."""


class ByNeed(NamedTuple):
    """The pairs that may be made, listed by need (n needs)."""

    need_start: Column  # (n + 1): the pairs of need i stand from need_start[i] to before need_start[i + 1]
    offer_at: Column  # (pairs)
    value_at: Column  # (pairs)


class Graph(NamedTuple):
    """The same, listed by need and again by offer (n needs, m offers)."""

    need_start: Column  # (n + 1)
    offer_at: Column  # (pairs)
    value_at: Column  # (pairs)
    offer_start: Column  # (m + 1)
    need_by: Column  # (pairs), in the order of offers
    value_by: Column  # (pairs), in the order of offers


class Standing(NamedTuple):
    """Prices and pairs as they stand, and the room that a search works in."""

    need_price: Column  # (n)
    place_price: Column  # (m)
    offer_of: Column  # (n): -1 where unpaired
    places_left: Column  # (m)
    first: Column  # (m): the first need of an offer, -1 where none
    after: Column  # (n): the next need of the same offer, -1 at the end
    before: Column  # (n): the need before it, -1 at the beginning
    distance: Column  # (m): FAR outside a search
    mover: Column  # (m): the need that moves, on the shortest path through an offer
    target: Column  # (n): where that need would move to fill a place


def nobody_paired(places: Any, need_price: Any, place_price: Any) -> Standing:
    """Give int64 columns in which no pair is made."""

    def column(length: int, number: int) -> Any:
        return np.full(length, number, dtype=np.int64)

    needs, offers = len(need_price), len(places)
    return Standing(
        need_price=need_price,
        place_price=place_price,
        offer_of=column(needs, -1),
        places_left=places.copy(),
        first=column(offers, -1),
        after=column(needs, -1),
        before=column(needs, -1),
        distance=column(offers, FAR),
        mover=column(offers, -1),
        target=column(needs, -1),
    )


def standing_of(places: Any, need_price: Any, place_price: Any, pairs: Any) -> Standing:
    """Give int64 columns in which pairs are made: rows (need, offer), each need at most once."""
    standing = nobody_paired(places, need_price, place_price)
    need, offer = pairs[np.argsort(pairs[:, 1], kind="stable")].T
    standing.offer_of[need] = offer
    standing.places_left[:] -= np.bincount(offer, minlength=len(places))
    begins = np.diff(offer, prepend=-1) > 0
    standing.first[offer[begins]] = need[begins]
    follows = ~begins[1:]
    standing.after[need[:-1][follows]] = need[1:][follows]
    standing.before[need[1:][follows]] = need[:-1][follows]
    return standing


def mend(graph: Graph, standing: Standing, order: Column) -> None:
    """Make pairs and prices the best of this graph, starting from the best of a smaller one, or of none.

    Parameters
    ----------
    graph : Graph
        At least the pairs that it had at the call before.
    standing : Standing
        Changed in place.
    order : positions of all needs
        Who looks for a place first. Those of high priority should: who is seated late is seldom moved.
    """
    lift(graph, standing)
    for turn in range(len(order)):
        need = order[turn]
        if standing.offer_of[need] < 0 and standing.need_price[need] > 0:
            seat(graph, standing, need)
    for offer in range(len(standing.first)):
        while standing.places_left[offer] > 0 and standing.place_price[offer] > 0:
            fill(graph, standing, offer)


def lift(graph: Graph, standing: Standing) -> None:
    """Raise each need's price until condition 1 holds, and unpair those raised, as condition 2 asks.

    All of them before the first search: a search among prices that do not hold may never end.
    """
    starts, offers, values = graph.need_start, graph.offer_at, graph.value_at
    for need in range(len(standing.need_price)):
        price = standing.need_price[need]
        for at in range(starts[need], starts[need + 1]):
            price = max(price, values[at] - standing.place_price[offers[at]])
        if price > standing.need_price[need]:
            standing.need_price[need] = price
            if standing.offer_of[need] >= 0:
                unpair(standing, need)


def seat(graph: Graph, standing: Standing, start: int) -> None:
    """Find the shortest path that seats a need, or leaves it or another without an offer, and take it.

    Dijkstra's search, where a pair is as long as its slack, need_price + place_price - value. The path goes
    from the need to an offer, from a full offer to each need it has, since one of them may move on, and so
    forth. It ends at an offer with a place left, or at a need that stays without, which costs its price.
    The end found so far is the position of an offer, or -1 - k for leaving need k without; of equal ends the
    first found stands, so that a need which gains nothing by a place is left without.
    """
    starts, offers, values = graph.need_start, graph.offer_at, graph.value_at
    distance, place_price, places_left = standing.distance, standing.place_price, standing.places_left
    m = len(distance)
    spin = start * 2_654_435_761 % m  # among equals each search begins elsewhere, not where all looked before
    limit, end = standing.need_price[start], -1 - start
    heap = [(limit, 0)]  # a search longer than that is over
    reached, scanned = [], []
    length, need = 0, start
    while length < limit:
        while need >= 0:
            base = length + standing.need_price[need]
            if base < limit:
                limit, end = base, -1 - need
            for at in range(starts[need], starts[need + 1]):
                offer = offers[at]
                further = base + place_price[offer] - values[at]
                if further < limit and further < distance[offer]:
                    if distance[offer] == FAR:
                        reached.append(offer)
                    distance[offer] = further
                    standing.mover[offer] = need
                    if places_left[offer] > 0:
                        limit, end = further, offer
                    else:
                        heappush(heap, (further, (offer + spin) % m))
            need = standing.after[need]
        length, offer = heappop(heap)
        offer = (offer - spin) % m
        if length < limit and length == distance[offer]:
            scanned.append(offer)
            need = standing.first[offer]
    standing.need_price[start] -= limit
    settle(standing, scanned, reached, limit, 1)
    move_up(standing, start, end)


def move_up(standing: Standing, start: int, end: int) -> None:
    """Let every need on the path of `seat` take its new place, from the path's end to its start."""
    offer = end
    if end < 0:
        if end == -1 - start:
            return
        offer = standing.offer_of[-1 - end]
        unpair(standing, -1 - end)
    while True:
        need = standing.mover[offer]
        vacated = standing.offer_of[need]
        if vacated >= 0:
            unpair(standing, need)
        pair(standing, need, offer)
        if need == start:
            return
        offer = vacated


def fill(graph: Graph, standing: Standing, start: int) -> None:
    """Find the shortest path that fills a place, or lowers its price or another's to nothing, and take it.

    The mirror of `seat`. The path goes from the offer to each need that may come, from that need to the
    offer which it leaves, and so forth. It ends at a need without an offer, or at an offer that a need
    leaves, whose place then stays empty, which costs its price. The end found so far is the position of a
    need, or -1 - j for leaving a place of offer j empty.
    """
    starts, needs, values = graph.offer_start, graph.need_by, graph.value_by
    distance, need_price, offer_of = standing.distance, standing.need_price, standing.offer_of
    limit, end = standing.place_price[start], -1 - start
    distance[start] = 0
    heap = [(limit, start)]  # a search longer than that is over
    reached, scanned = [start], [start]
    length, node = 0, start
    while length < limit:
        base = length + standing.place_price[node]
        if base < limit:
            limit, end = base, -1 - node
        for at in range(starts[node], starts[node + 1]):
            need = needs[at]
            offer = offer_of[need]
            further = base + need_price[need] - values[at]
            if further < limit and offer < 0:
                limit, end = further, need
                standing.target[need] = node
            elif further < limit and further < distance[offer]:
                if distance[offer] == FAR:
                    reached.append(offer)
                distance[offer] = further
                standing.mover[offer] = need
                standing.target[need] = node
                heappush(heap, (further, offer))
        length, node = heappop(heap)
        while length < limit and length > distance[node]:
            length, node = heappop(heap)
        if length < limit:
            scanned.append(node)
    settle(standing, scanned, reached, limit, -1)
    move_in(standing, start, end)


def move_in(standing: Standing, start: int, end: int) -> None:
    """Let every need on the path of `fill` take its new place, from the path's end to its start."""
    offer = -1 - end
    if end >= 0:
        offer = standing.target[end]
        pair(standing, end, offer)
    while offer != start:
        need = standing.mover[offer]
        unpair(standing, need)
        offer = standing.target[need]
        pair(standing, need, offer)


def settle(standing: Standing, scanned: Column, reached: Column, length: int, sign: int) -> None:
    """Change the prices of all that lies nearer than the path is long, and clear the search away.

    Each place's price rises (sign 1) or falls (-1) by what it is nearer, the price of its needs the other way.
    """
    for offer in scanned:
        change = sign * (length - standing.distance[offer])
        standing.place_price[offer] += change
        need = standing.first[offer]
        while need >= 0:
            standing.need_price[need] -= change
            need = standing.after[need]
    for offer in reached:
        standing.distance[offer] = FAR


def pair(standing: Standing, need: int, offer: int) -> None:
    """Give a need a place of an offer. While needs move along a path, places left may pass below 0."""
    head = standing.first[offer]
    standing.offer_of[need] = offer
    standing.places_left[offer] -= 1
    standing.first[offer] = need
    standing.before[need] = -1
    standing.after[need] = head
    if head >= 0:
        standing.before[head] = need


def unpair(standing: Standing, need: int) -> None:
    """Take a need away from its offer."""
    offer, after, before = standing.offer_of[need], standing.after[need], standing.before[need]
    if before >= 0:
        standing.after[before] = after
    else:
        standing.first[offer] = after
    if after >= 0:
        standing.before[after] = before
    standing.offer_of[need] = -1
    standing.after[need] = -1
    standing.places_left[offer] += 1


def _examples() -> tuple[Graph, Standing, Any]:
    none, one = np.zeros(0, dtype=np.int64), np.zeros(1, dtype=np.int64)
    narrow = np.zeros(0, dtype=np.int32)
    return Graph(one, narrow, none, one, narrow, none), Standing(*[none] * 10), none


def _mend_examples() -> list[tuple[Any, ...]]:
    return [_examples()]


MEND = kernel(
    mend, _mend_examples, parts=(lift, seat, move_up, fill, move_in, settle, pair, unpair), changes=(1,)
)
"""`mend`; its work is counted in pairs of the graph."""
