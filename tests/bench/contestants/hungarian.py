"""munkres: a table of lists with a column for each place, barred pairs as dear as staying alone."""

from __future__ import annotations

import numpy as np
from munkres import Munkres

from matcher.columns import Ints
from tests.bench.instances import Instance


def solve(instance: Instance) -> Ints:
    table = np.zeros(instance.worth.shape, dtype=np.int64)
    table[instance.need, instance.offer] = instance.value
    costs = (table.max(initial=0) - table)[:, instance.seats].tolist()
    taken = [(need, int(instance.seats[seat])) for need, seat in Munkres().compute(costs)]
    return np.array([pair for pair in taken if table[pair]], dtype=np.int64).reshape(-1, 2)
