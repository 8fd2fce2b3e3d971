"""matching: needs propose and offers hold the best so far (Gale–Shapley), each side by falling score.

The library copies its players with all whom they refer to, one within the other, which passes the usual depth
of calls on most instances; it is given as much as it takes.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from matching.games import HospitalResident

from matcher.columns import Ints
from tests.bench.instances import Instance


def solve(instance: Instance) -> Ints:
    asked: dict[str, list[str]] = defaultdict(list)
    liked: dict[str, list[str]] = defaultdict(list)
    order = np.argsort(-instance.worth.data, kind="stable")
    for need, offer in zip(instance.need[order].tolist(), instance.offer[order].tolist(), strict=True):
        if instance.places[offer]:
            asked[f"n{need}"].append(f"o{offer}")
            liked[f"o{offer}"].append(f"n{need}")
    places = {offer: int(instance.places[int(offer[1:])]) for offer in liked}
    with _any_depth():
        found = HospitalResident.create_from_dictionaries(asked, liked, places).solve()
    taken = [(int(need.name[1:]), int(offer.name[1:])) for offer, needs in found.items() for need in needs]
    return np.array(taken, dtype=np.int64).reshape(-1, 2)


@contextmanager
def _any_depth() -> Iterator[None]:
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(10_000_000)
    try:
        yield
    finally:
        sys.setrecursionlimit(usual)
