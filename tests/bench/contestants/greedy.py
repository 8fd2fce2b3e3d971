"""The best score of all first, then the next that is still possible: also what `--method stable` does."""

from __future__ import annotations

import numpy as np

from matcher.columns import Ints
from tests.bench.instances import Instance


def solve(instance: Instance) -> Ints:
    order = np.argsort(-instance.worth.data, kind="stable")
    places, served, taken = instance.places.tolist(), set[int](), []
    for need, offer in zip(instance.need[order].tolist(), instance.offer[order].tolist(), strict=True):
        if need not in served and places[offer]:
            served.add(need)
            places[offer] -= 1
            taken.append((need, offer))
    return np.array(taken, dtype=np.int64).reshape(-1, 2)
