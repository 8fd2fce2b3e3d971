"""A market whose best round is mended after each change, instead of solved afresh.

A new person, a withdrawal, a forbidden pair, a lock, a place more or less: each is first made to fit the
prices as they stand; what then breaks the conditions of `matcher.assignment.paths` is a need to seat or a place to
fill. Worths are those of the day that the market was opened: how rare an interest is, which is measured over
the whole pool, stands until the next full round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from matcher.assignment.exact import Assignment, assignment_of
from matcher.assignment.graphs import joined, one_after_another
from matcher.assignment.market import MOST_PRIORITY, MOST_WORTH, PAIRS_A_BLOCK, Market, read_market
from matcher.assignment.opening import Sides
from matcher.assignment.paths import DEAREST, FAR, Standing, unpair
from matcher.assignment.pricing import Draft, underpriced_of
from matcher.assignment.rows import Edges, Ints, NarrowInts, Prices, Rows, underpriced_in
from matcher.errors import InvalidInput

ROOM: Final = 1_000
"""So many served needs may be added before a market is solved afresh, on a scale with room for as many."""
MOST_PLACES: Final = 2**31
"""More than needs can ever be."""
WIDTH: Final = 32
"""How many underpriced pairs of a need, or of an offer, enter the graph at a time, and as many others."""


class Mending:
    """A market, its best round and the prices that prove it, changed person by person.

    Positions stay, and new people get the next ones. The position after the last given need stands for
    nobody, and so does the one after the last given offer.

    Parameters
    ----------
    worth, places, priority : as `matcher.assignment.assign` takes them

    Raises
    ------
    InvalidInput
        As `assign` does; and each change does where it names somebody who is not there.

    Notes
    -----
    After a change all pairs still hold at the prices before it, those of new people apart, which stand in the
    graph whole. So where prices have fallen since, and there only, pairs are priced again; the last such pass
    finds none underpriced, which proves all pairs.
    """

    def __init__(self, worth: object, places: npt.ArrayLike, priority: npt.ArrayLike | None = None) -> None:
        given = read_market(worth, places, priority)
        self._nobody = len(given.priority), len(given.places)
        self._is_here = np.append(np.ones(len(given.priority), dtype=np.bool_), False)
        self._places = np.append(np.minimum(np.asarray(places).astype(np.uint64), MOST_PLACES), 0).astype(
            np.int64
        )
        self._lift = np.append(given.priority, 0)
        self._open(
            replace(
                given,
                start=np.append(given.start, given.start[-1]),
                places=self._places,
                priority=self._lift,
            )
        )

    @property
    def assignment(self) -> Assignment:
        """Give the best round as it stands, in whole numbers of the market's own scale."""
        return assignment_of(self.market, self._standing)

    @property
    def market(self) -> Market:
        """Give the market as it stands, for `matcher.assignment.prove` or to solve it afresh."""
        need = np.repeat(np.arange(len(self._by_need.start) - 1), np.diff(self._by_need.start))
        stands = self._is_here[need] & (self._by_need.other != self._nobody[1])
        table = need[stands], self._by_need.other[stands], self._by_need.worth[stands]
        needs, offers, worths = (np.concatenate(both) for both in zip(table, self._new, strict=True))
        pairs = sparse.coo_array((worths, (needs, offers)), shape=(len(self._lift), len(self._places)))
        market = read_market(pairs.tocsr(), self._places, self._priority)
        return replace(market, places=self._places.copy(), scale=self._scale)

    def add_need(self, worths: Mapping[int, int], priority: int = 1) -> int:
        """Let a need come, with the worth of each offer that it may have; gives its position."""
        need = len(self._lift)
        _check("priority", priority, MOST_PRIORITY)
        for offer, worth in worths.items():
            self._check_offer(offer)
            _check("worth", worth, MOST_WORTH)
        if self._scale * priority + MOST_WORTH >= DEAREST:
            raise InvalidInput(f"priority is {priority}, which is too great for a market of this size")
        self._come(need=self._scale * priority)
        self._add([(need, offer, worth) for offer, worth in sorted(worths.items())])
        self._settle()
        return need

    def add_offer(self, worths: Mapping[int, int], places: int = 1) -> int:
        """Let an offer come, with the worth of each need that may have it; gives its position."""
        offer = len(self._places)
        _check("places", places, MOST_PLACES)
        for need, worth in worths.items():
            self._check_need(need)
            _check("worth", worth, MOST_WORTH)
        self._come(offer=True)
        self._add([(need, offer, worth) for need, worth in sorted(worths.items())])
        self.set_places(offer, places)
        return offer

    def withdraw_need(self, need: int) -> None:
        """Let a need go."""
        self._let_go(need)
        self._settle()

    def withdraw_offer(self, offer: int) -> None:
        """Let an offer go, with all its places."""
        self.set_places(offer, 0)

    def forbid(self, need: int, offer: int) -> None:
        """Bar a pair from now on."""
        self._check_need(need)
        self._check_offer(offer)
        self._by_need.bar(need, offer, self._nobody[1])
        self._by_offer.bar(offer, need, self._nobody[0])
        if self._standing.offer_of[need] == offer:
            unpair(self._standing, need)
        self._drop(need, offer)
        self._settle()

    def lock(self, need: int, offer: int) -> None:
        """Give a need a place of an offer for good, allowed or not: both leave the market."""
        self._check_offer(offer)
        if not self._places[offer]:
            raise InvalidInput(f"offer {offer} has no place left")
        self._let_go(need)
        self.set_places(offer, int(self._places[offer]) - 1)

    def set_places(self, offer: int, places: int) -> None:
        """Give an offer more places, or fewer: those for whom none is left look for another."""
        self._check_offer(offer)
        _check("places", places, MOST_PLACES)
        before, self._places[offer] = int(self._places[offer]), places
        standing = self._standing
        standing.places_left[offer] += places - before
        while standing.places_left[offer] < 0:
            unpair(standing, standing.first[offer])
        if places == 0:
            standing.place_price[offer] = DEAREST
        elif before == 0:
            standing.place_price[offer] = self._good_place[offer] = self._least_price(offer)
        self._settle()

    # How a change is settled

    def _open(self, market: Market) -> None:
        """Solve a market whole, on a scale with room for more people."""
        self._most = min(len(market.priority), sum(market.places.tolist())) + ROOM
        self._scale = MOST_WORTH * self._most + 1
        market = replace(market, scale=self._scale)
        if market.dearest >= DEAREST:
            raise InvalidInput("priorities are too great for a market of this size")
        self._draft = Draft(market.places, market.priority, market.dearest)
        underpriced = underpriced_of(market)
        self._draft.open(underpriced)
        self._draft.settle(underpriced)
        self._lift = np.where(self._is_here, self._scale * market.priority, -DEAREST)
        self._by_need = _Table(market.start, market.offer.copy(), market.worth.copy())
        self._by_offer = self._by_need.turned(len(market.places))
        self._new = _columns([])
        self._standing.place_price[self._places == 0] = DEAREST
        self._good_need, self._good_place = (
            self._standing.need_price.copy(),
            self._standing.place_price.copy(),
        )

    @property
    def _priority(self) -> Ints:
        return np.where(self._is_here, self._lift // self._scale, 0)

    @property
    def _standing(self) -> Standing:
        return self._draft.standing

    def _settle(self) -> None:
        """Mend pairs and prices, until no pair that may have become underpriced is."""
        if min(int(self._is_here.sum()), sum(self._places.tolist())) > self._most:
            self._open(self.market)
            return
        self._draft.settle(self._underpriced)
        self._good_need, self._good_place = (
            self._standing.need_price.copy(),
            self._standing.place_price.copy(),
        )

    def _underpriced(self, need_price: Ints, place_price: Ints, _width: int) -> Edges:
        """Look through the pairs of needs and places whose price is under one that was good for all pairs."""
        prices = Prices(self._lift, need_price, place_price)
        turned = Prices(np.zeros_like(place_price), place_price, need_price - self._lift)
        by_need = self._by_need.underpriced(need_price < self._good_need, prices)
        offer, need, worth = self._by_offer.underpriced(place_price < self._good_place, turned)
        found = one_after_another(by_need, Edges(need, offer, self._lift[need] + worth))
        _, first = np.unique(found.need * len(place_price) + found.offer, return_index=True)
        return Edges(*(column[first] for column in found))

    def _least_price(self, offer: int) -> int:
        """Give the least price of an offer's places at which no pair of it is underpriced."""
        is_new = self._new.offer == offer
        held, new = self._by_offer.row(offer), (self._new.need[is_new], self._new.value[is_new])
        need, worth = (np.concatenate(both) for both in zip(held, new, strict=True))
        return int((self._lift[need] + worth - self._standing.need_price[need]).max(initial=0))

    def _come(self, need: int | None = None, *, offer: bool = False) -> None:
        """Make room for a need, whose lift is given, or for an offer, still without places."""
        standing = self._standing
        places = self._places
        if need is not None:
            self._lift = np.append(self._lift, need)
            self._is_here = np.append(self._is_here, True)
            self._good_need = np.append(self._good_need, 0)
            grown = {"need_price": 0, "offer_of": -1, "after": -1, "before": -1, "target": -1}
        if offer:
            self._places = places = np.append(places, 0)
            self._good_place = np.append(self._good_place, DEAREST)
            grown = {"place_price": DEAREST, "places_left": 0, "first": -1, "distance": FAR, "mover": -1}
        columns = {name: np.append(getattr(standing, name), number) for name, number in grown.items()}
        self._draft.standing = standing._replace(**columns)

    def _let_go(self, need: int) -> None:
        self._check_need(need)
        if self._standing.offer_of[need] >= 0:
            unpair(self._standing, need)
        self._standing.need_price[need] = self._good_need[need] = 0
        self._lift[need], self._is_here[need] = -DEAREST, False
        self._drop(need)

    def _add(self, pairs: list[tuple[int, int, int]]) -> None:
        """Put the pairs of a new need or offer, each with its worth, into the graph."""
        new = _columns(pairs)
        self._new = one_after_another(self._new, new)
        new = new._replace(value=self._lift[new.need] + new.value)
        self._keep(joined(self._draft.kept, new, len(self._places)))

    def _drop(self, need: int, offer: int | None = None) -> None:
        """Take the pairs of a need, or one of them, out of the graph and from among the new pairs."""
        kept, self._new = (
            Edges(*(column[~_is(pairs, need, offer)] for column in pairs))
            for pairs in (self._draft.kept, self._new)
        )
        self._keep(kept)

    def _keep(self, edges: Edges) -> None:
        self._draft.keep(edges, Sides.of(self._places, self._priority, self._scale))

    def _check_need(self, need: int) -> None:
        if not (0 <= need < len(self._is_here) and self._is_here[need]):
            raise InvalidInput(f"need {need} is not there")

    def _check_offer(self, offer: int) -> None:
        if not 0 <= offer < len(self._places) or offer == self._nobody[1]:
            raise InvalidInput(f"offer {offer} is not there")


class _Table(NamedTuple):
    """The allowed pairs of some people, by need or by offer: each with the other side and the worth."""

    start: Ints
    other: NarrowInts
    worth: NarrowInts

    def turned(self, others: int) -> _Table:
        """Give the same pairs by the other side."""
        by_other = sparse.csr_array(
            (self.worth, self.other, self.start), shape=(len(self.start) - 1, others)
        ).tocsc()
        start, other = by_other.indptr.astype(np.int64), by_other.indices.astype(np.int32, copy=False)
        return _Table(start, other, by_other.data)

    def row(self, person: int) -> tuple[NarrowInts, NarrowInts]:
        """Give the pairs of a person, none for those who came later."""
        at = slice(*self.start[person : person + 2]) if person < len(self.start) - 1 else slice(0)
        return self.other[at], self.worth[at]

    def bar(self, person: int, other: int, nobody: int) -> None:
        """Let a pair be with nobody from now on."""
        row = self.row(person)[0]
        row[row == other] = nobody

    def underpriced(self, is_asked: npt.NDArray[np.bool_], prices: Prices) -> Edges:
        """Look through the pairs of the people who are asked."""
        people = np.flatnonzero(is_asked[: len(self.start) - 1])
        counts = np.diff(self.start)[people]
        cuts = np.flatnonzero(np.diff(np.cumsum(counts) // PAIRS_A_BLOCK)) + 1
        return one_after_another(*(self._of(some, prices) for some in np.split(people, cuts)))

    def _of(self, people: Ints, prices: Prices) -> Edges:
        counts = np.diff(self.start)[people]
        start = np.concatenate(([0], np.cumsum(counts)))
        at = np.arange(start[-1]) + np.repeat(self.start[people] - start[:-1], counts)
        rows = Rows(0, start, self.other[at], self.worth[at])
        found = underpriced_in(rows, Prices(prices.lift[people], prices.need[people], prices.place), WIDTH)
        return found._replace(need=people[found.need])


def _is(pairs: Edges, need: int, offer: int | None) -> npt.NDArray[np.bool_]:
    of_need: npt.NDArray[np.bool_] = pairs.need == need
    return of_need if offer is None else of_need & (pairs.offer == offer)


def _columns(pairs: list[tuple[int, int, int]]) -> Edges:
    return Edges(*np.array(pairs, dtype=np.int64).reshape(-1, 3).T.copy())


def _check(name: str, number: int, most: int) -> None:
    if not 0 <= number <= most:
        raise InvalidInput(f"{name} is {number}; it must be 0 to {most}")
