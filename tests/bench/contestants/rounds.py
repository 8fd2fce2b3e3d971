"""What contestants that make whole rounds share."""

from __future__ import annotations

import numpy as np

from matcher.columns import Ints
from matcher.engine import propose
from tests.bench.instances import Instance


def pairs_by(method: str, instance: Instance) -> Ints:
    """Propose a round, and give its pairs by position."""
    assert instance.pool, "only a pool can be scored"
    needs = {need.id: at for at, need in enumerate(instance.pool.needs)}
    offers = {offer.id: at for at, offer in enumerate(instance.pool.offers)}
    pairings = propose(instance.pool, method=method).pairings
    return np.array([(needs[it.need], offers[it.offer]) for it in pairings], dtype=np.int64).reshape(-1, 2)
