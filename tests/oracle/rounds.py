"""Best rounds of small pools, by trying them all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache

from matcher.records import Need, Pool
from tests.oracle.pairs import FLOOR, POINT, barriers, places, rarity, worths


def priority(today: date, need: Need) -> int:
    """Give who comes first: waiting counts in periods of thirty days."""
    waited = 0 if need.waiting_since is None else max(0, (today - need.waiting_since).days)
    return 1 + waited // 30 + 12 * need.pressing


@dataclass(frozen=True)
class Best:
    """What no round can better, and in how many ways it is reached."""

    priority: int
    worth: int
    ways: int


class Oracle:
    """All that the documents say of one small pool."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.needs = {need.id: need for need in pool.needs}
        self.offers = {offer.id: offer for offer in pool.offers}
        rare = rarity(pool)
        pairs = [(need, offer) for need in pool.needs for offer in pool.offers]
        self.barriers = {(n.id, o.id): barriers(pool, n, o) for n, o in pairs}
        self.points = {(n.id, o.id): worths(pool, rare, n, o) for n, o in pairs}
        self.worth = {pair: sum(points.values()) for pair, points in self.points.items()}
        self.priority = {need.id: priority(pool.today, need) for need in pool.needs}
        self.partner = dict(pool.locks)
        locked = Counter(offer for _, offer in pool.locks)
        self.places = {offer.id: max(0, places(offer) - locked[offer.id]) for offer in pool.offers}

    def compatible(self, need: str, offer: str) -> bool:
        """Say whether nothing but a taken place keeps the two apart."""
        return not self.barriers[need, offer] and self.worth[need, offer] >= FLOOR * POINT

    def in_play(self, need: str, offer: str) -> bool:
        """Say whether a round may pair the two."""
        return self.compatible(need, offer) and need not in self.partner and self.places[offer] > 0

    def best(self) -> Best:
        """Try every round: the greatest total priority first, then the greatest total worth; locks count."""
        needs = sorted(self.needs)
        offers = sorted(self.offers)

        @cache
        def from_need(index: int, left: tuple[int, ...]) -> tuple[int, int, int]:
            if index == len(needs):
                return 0, 0, 1
            need = needs[index]
            tried = [from_need(index + 1, left)]
            for place, offer in enumerate(offers):
                if left[place] and self.in_play(need, offer):
                    fewer = (*left[:place], left[place] - 1, *left[place + 1 :])
                    first, second, ways = from_need(index + 1, fewer)
                    tried.append((first + self.priority[need], second + self.worth[need, offer], ways))
            top = max(tried)[:2]
            return *top, sum(ways for *reached, ways in tried if tuple(reached) == top)

        first, second, ways = from_need(0, tuple(self.places[offer] for offer in offers))
        return Best(
            first + sum(self.priority[need] for need in self.partner),
            second + sum(self.worth[pair] for pair in self.partner.items()),
            ways,
        )

    def alternates(self, need: str) -> dict[str, int]:
        """Give the worth of every offer that the need may have, its places taken or not."""
        return {offer: self.worth[need, offer] for offer in self.offers if self.compatible(need, offer)}

    def offer_alternates(self, offer: str) -> dict[str, int]:
        """Give the worth of every need that the offer may have, its places taken or not."""
        return {need: self.worth[need, offer] for need in self.needs if self.compatible(need, offer)}

    def unpaired(self, need: str) -> tuple[dict[str, int], int, int]:
        """Give the offers behind each barrier, those under the floor, and those at or above it."""
        codes = Counter(code for offer in self.offers for code in self.barriers[need, offer])
        open_offers = [offer for offer in self.offers if not self.barriers[need, offer]]
        above = sum(self.compatible(need, offer) for offer in open_offers)
        return dict(codes), len(open_offers) - above, above

    def nearest(self, need: str) -> dict[str, int]:
        """Give the worth of the offers that one barrier alone keeps away from the need."""
        return {
            offer: self.worth[need, offer]
            for offer in self.offers
            if len(self.barriers[need, offer]) == 1 and self.worth[need, offer] >= FLOOR * POINT
        }
