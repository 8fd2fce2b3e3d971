"""How often a property is tried, and on what: small invented pools, some with locks."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from random import Random

from hypothesis import settings
from hypothesis import strategies as st

from matcher.records import Pool
from matcher.vocabulary import OVERRIDABLE_BARRIERS
from tests.oracle.pools import small_pool
from tests.oracle.rounds import Oracle
from tests.tries import tries

POOLS = max(100, tries())
"""Small pools held against the oracle: a hundred in ``make test``, a thousand in ``make soak``."""

often = settings(
    max_examples=max(50, tries() // 2),
    deadline=None,
    derandomize=os.environ.get("PASSERELLE_TRIES") != "full",
    database=None,
)


def with_locks(pool: Pool, draw: Random, most: int = 2) -> Pool:
    """Lock a few pairs that a person may lock."""
    oracle = Oracle(pool)
    places = Counter(oracle.places)
    locks: dict[str, str] = {}
    for need, offer in draw.sample(sorted(oracle.barriers), len(oracle.barriers)):
        may = oracle.barriers[need, offer] <= OVERRIDABLE_BARRIERS
        if may and len(locks) < most and need not in locks and places[offer] > 0:
            locks[need] = offer
            places[offer] -= 1
    return replace(pool, locks=tuple(locks.items()))


def seeded_pool(seed: int, needs: int = 6, offers: int = 5) -> Pool:
    """Give a small pool; one in four has locks."""
    draw = Random(seed)
    pool = small_pool(draw, needs=needs, offers=offers)
    return with_locks(pool, draw) if draw.random() < 0.25 else pool


pools = st.builds(seeded_pool, st.integers(0, 2**32), st.integers(0, 6), st.integers(0, 5))
