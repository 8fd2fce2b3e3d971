"""A rule says the same of two people whether it is asked about them alone or about everybody at once."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from matcher.pairs import Pairs, block, one
from matcher.programs import program_of
from tests.matcher.judging import columns
from tests.oracle.pools import small_pool
from tests.tries import tries


@pytest.mark.parametrize("at_once", ["a block", "a list"])
@pytest.mark.parametrize("more", ["needs", "offers"])
def test_every_rule_says_of_many_pairs_what_it_says_of_each_alone(at_once: str, more: str):
    most = {"needs": 4, "offers": 4, more: 7}
    for seed in range(max(tries(), 5)):
        laid_out = columns(small_pool(Random(seed), **most))
        needs, offers = len(laid_out.needs), len(laid_out.offers)
        every = block(laid_out, 0, needs)
        if at_once == "a list":
            every = Pairs(laid_out, *(side.ravel() for side in np.broadcast_arrays(every.i, every.j)))
        alone = [one(laid_out, i, j) for i in range(needs) for j in range(offers)]
        program = program_of(laid_out.policy)
        for barrier in program.barriers.values():
            assert np.broadcast_to(barrier(every), every.shape).ravel().tolist() == [
                barrier(pair).item() for pair in alone
            ]
        for criterion in program.criteria.values():
            found = criterion.values(every)
            known, value = (np.broadcast_to(each, every.shape).ravel() for each in (found.known, found.value))
            valued = [criterion.values(pair) for pair in alone]
            assert known.tolist() == [each.known.item() for each in valued]
            assert value[known].tolist() == [each.value.item() for each in valued if each.known]
