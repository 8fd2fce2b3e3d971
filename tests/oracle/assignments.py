"""Best assignments of a few needs and offers, by trying them all, and what proves one, in plain loops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MILLION = 1_000_000


@dataclass(frozen=True)
class Instance:
    """Allowed pairs with their worth, the places of each offer, the priority of each need."""

    worth: Mapping[tuple[int, int], int]
    places: Sequence[int]
    priority: Sequence[int]

    @property
    def scale(self) -> int:
        return MILLION * min(len(self.priority), sum(self.places)) + 1

    def value(self, need: int, offer: int) -> int:
        return self.scale * self.priority[need] + self.worth[need, offer]


def ways(instance: Instance, need: int = 0, left: tuple[int, ...] | None = None) -> Iterator[tuple[int, int]]:
    """Give the total priority and the total worth of every assignment there is, from a need on."""
    left = tuple(instance.places) if left is None else left
    if need == len(instance.priority):
        yield 0, 0
        return
    yield from ways(instance, need + 1, left)
    for offer, places in enumerate(left):
        if places and (need, offer) in instance.worth:
            taken = (*left[:offer], places - 1, *left[offer + 1 :])
            for priority, worth in ways(instance, need + 1, taken):
                yield priority + instance.priority[need], worth + instance.worth[need, offer]


def best(instance: Instance) -> tuple[int, int]:
    """Give the greatest total priority, and the greatest total worth that goes with it."""
    return max(ways(instance))


def faults(instance: Instance, found: Any) -> list[str]:
    """Say all that is wrong with an assignment and its certificate, as the fixed surface defines them."""
    pairs = [tuple(row) for row in found.pairs.tolist()]
    needs, offers = found.need_prices.tolist(), found.place_prices.tolist()
    taken = Counter(offer for _, offer in pairs)
    served = [need for need, _ in pairs]
    if not all(pair in instance.worth for pair in pairs):
        return ["a pair is not allowed"]
    slack = {(i, j): needs[i] + offers[j] - instance.value(i, j) for i, j in instance.worth}
    paid = sum(needs) + sum(p * price for p, price in zip(instance.places, offers, strict=True))
    claims = {
        "sorted by need, each once": served == sorted(set(served)),
        "within places": all(taken[offer] <= instance.places[offer] for offer in taken),
        "scale": found.scale == instance.scale,
        "total priority": found.total_priority == sum(instance.priority[need] for need in served),
        "total worth": found.total_worth == sum(instance.worth[pair] for pair in pairs),
        "prices from 0": all(price >= 0 for price in needs + offers),
        "every pair is paid for": all(room >= 0 for room in slack.values()),
        "what is paired is tight": all(slack[pair] == 0 for pair in pairs),
        "unpaired needs are free": not any(price for i, price in enumerate(needs) if i not in served),
        "places left are free": not any(
            price for j, price in enumerate(offers) if taken[j] < instance.places[j]
        ),
        "offers without places cost the least that holds": all(
            price == 0 or min((room for (_, k), room in slack.items() if k == j), default=1) == 0
            for j, price in enumerate(offers)
            if not instance.places[j]
        ),
        "the sum proves it": paid == instance.scale * found.total_priority + found.total_worth,
    }
    return [claim for claim, holds in claims.items() if not holds]
