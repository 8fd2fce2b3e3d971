"""scipy's dense solver: a column for each place, barred pairs worth nothing and struck out afterwards."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from matcher.columns import Ints
from tests.bench.instances import Instance


def solve(instance: Instance) -> Ints:
    table = np.zeros(instance.worth.shape)
    table[instance.need, instance.offer] = instance.value
    needs, seats = linear_sum_assignment(table[:, instance.seats], maximize=True)
    offers = instance.seats[seats]
    allowed = table[needs, offers] > 0
    return np.stack([needs[allowed], offers[allowed]], axis=1)
