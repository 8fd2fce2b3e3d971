"""Small pools held against a second opinion that was written from the documents alone."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from fixtures.builders import need
from matcher.engine import propose
from matcher.pairs import block
from matcher.programs import program_of
from matcher.records import Pool
from matcher.scoring import worth_of
from tests.matcher.judging import columns, pairs_of
from tests.matcher.often import POOLS, seeded_pool
from tests.oracle.pools import small_pool
from tests.oracle.rounds import Oracle


def judged(people: Pool) -> tuple[dict[tuple[str, str], set[str]], dict[tuple[str, str], int]]:
    """Give the barriers and the worth of every pair, as the core computes a whole block."""
    laid_out = columns(people)
    program = program_of(laid_out.policy)
    every = block(laid_out, 0, len(people.needs))
    barred = {code: np.broadcast_to(bars(every), every.shape) for code, bars in program.barriers.items()}
    worth = worth_of(every, program)
    at = {(n.id, o.id): (i, j) for i, n in enumerate(people.needs) for j, o in enumerate(people.offers)}
    codes = {pair: {code for code in barred if barred[code][place]} for pair, place in at.items()}
    return codes, {pair: int(worth[place]) for pair, place in at.items()}


def test_every_pair_of_small_pools_is_judged_as_the_documents_say():
    for seed in range(POOLS):
        people = small_pool(Random(seed))
        oracle = Oracle(people)
        assert judged(people) == (oracle.barriers, oracle.worth), f"pool {seed}"


@pytest.mark.parametrize("program", ["sponsorship", "support"])
def test_every_pair_of_a_pool_where_rarity_is_measured_is_judged_as_the_documents_say(program):
    for seed in range(POOLS // 100):
        people = small_pool(Random(seed), needs=90, offers=70, program=program)
        people = replace(people, needs=(*people.needs, *(need(f"more {at}") for at in range(50))))
        oracle = Oracle(people)
        assert judged(people) == (oracle.barriers, oracle.worth), f"pool {seed}"


def test_the_best_round_of_small_pools_is_the_oracles():
    for seed in range(POOLS):
        people = seeded_pool(seed)
        best, found = Oracle(people).best(), propose(people)
        assert (found.totals.priority, found.totals.worth) == (best.priority, best.worth), f"pool {seed}"


def test_the_reasons_of_the_unpaired_are_the_oracles():
    for seed in range(POOLS):
        people = seeded_pool(seed)
        oracle = Oracle(people)
        for left in propose(people).unpaired:
            told = (left.barriers, left.below_floor, left.compatible)
            assert told == oracle.unpaired(left.need), f"pool {seed}"
            near = oracle.nearest(left.need)
            assert [near[one.offer] for one in left.nearest] == sorted(near.values(), reverse=True)[:3]
            assert all(set(one.barriers) == oracle.barriers[left.need, one.offer] for one in left.nearest)


def test_alternates_are_the_oracles():
    for seed in range(POOLS):
        people = seeded_pool(seed)
        oracle, found = Oracle(people), propose(people)
        taken = pairs_of(found)
        for name, given_ in found.alternates.items():
            others = {o: w for o, w in oracle.alternates(name).items() if (name, o) not in taken}
            assert [one.worth for one in given_] == sorted(others.values(), reverse=True)[:3], f"pool {seed}"
            assert all(others[one.id] == one.worth for one in given_)
        for name, given_ in found.offer_alternates.items():
            others = {n: w for n, w in oracle.offer_alternates(name).items() if (n, name) not in taken}
            assert [one.worth for one in given_] == sorted(others.values(), reverse=True)[:3], f"pool {seed}"
            assert all(others[one.id] == one.worth for one in given_)
