"""scipy's sparse solver: a column for each place, and a private one for each need that stays alone."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from matcher.columns import Ints
from tests.bench.instances import Instance


def solve(instance: Instance) -> Ints:
    count, seats = len(instance.priority), len(instance.seats)
    copies = instance.places[instance.offer]
    first_seat = np.cumsum(instance.places) - instance.places
    nth = np.arange(copies.sum()) - np.repeat(np.cumsum(copies) - copies, copies)
    alone = int(instance.value.max(initial=0)) + 1
    rows = np.concatenate([np.repeat(instance.need, copies), np.arange(count)])
    columns = np.concatenate([np.repeat(first_seat[instance.offer], copies) + nth, seats + np.arange(count)])
    costs = np.concatenate([alone - np.repeat(instance.value, copies), np.full(count, alone)])
    needs, found = min_weight_full_bipartite_matching(
        csr_array((costs, (rows, columns)), shape=(count, seats + count))
    )
    seated = found < seats
    return np.stack([needs[seated], instance.seats[found[seated]]], axis=1)
