"""Small pools, some full of ties, and every round that each of them has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from hypothesis import strategies as st

from fixtures.builders import TODAY, likes, need, offer, pool
from matcher.records import Pool
from tests.matcher.often import pools, with_locks
from tests.oracle.rounds import Oracle

Pair = tuple[str, str]
TASTES = ("fishing", "hunting", "soccer", "cinema", "hiking")


def web(seed: int) -> Pool:
    """Give a few people who fit, but for pairs forbidden by chance, with few tastes so that rounds tie."""
    draw = Random(seed)
    tastes = [likes(*draw.sample(TASTES, 2)) for _ in range(2)]
    needs = [
        need(
            f"n{at}",
            interests=draw.choice(tastes),
            waiting_since=TODAY - timedelta(days=draw.choice((0, 0, 45, 100))),
        )
        for at in range(draw.randint(2, 6))
    ]
    offers = [
        offer(f"o{at}", interests=draw.choice(tastes), capacity=draw.choice((1, 1, 2)))
        for at in range(draw.randint(2, 4))
    ]
    barred = [(one.id, other.id) for one in needs for other in offers if draw.random() < 0.4]
    people = pool(needs, offers, forbidden=tuple(barred))
    return with_locks(people, draw) if draw.random() < 0.25 else people


small = st.one_of(pools, st.builds(web, st.integers(0, 2**32)))


def rounds(oracle: Oracle) -> Iterator[tuple[int, int, frozenset[Pair]]]:
    """Give every round there is, locks apart: priority, worth, pairs."""
    needs = sorted(set(oracle.needs) - set(oracle.partner))
    found = [(0, 0, frozenset[Pair](), oracle.places)]
    for name in needs:
        found += [
            (
                first + oracle.priority[name],
                second + oracle.worth[name, other],
                pairs | {(name, other)},
                left | {other: left[other] - 1},
            )
            for first, second, pairs, left in found
            for other in oracle.offers
            if left[other] > 0 and oracle.in_play(name, other)
        ]
    return ((first, second, pairs) for first, second, pairs, _ in found)
