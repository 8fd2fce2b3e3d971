"""Every pair of a small pool at once: the same barriers and the same worth as one by one."""

from __future__ import annotations

import pytest

from fixtures.builders import TODAY, need, offer, pool
from fixtures.generate import generate_pool
from matcher.choices import judge_all
from matcher.explanation import judge


@pytest.mark.parametrize("program", ["sponsorship", "support"])
def test_each_pair_is_judged_as_it_is_alone(program):
    made = generate_pool(needs=40, offers=25, seed=3, program=program, today=TODAY)
    for choice in judge_all(made, made)[::17]:
        alone = judge(made, choice.need, choice.offer)
        assert (choice.barriers, choice.worth) == (alone.barriers, alone.worth)


def test_what_is_rare_is_measured_among_the_others():
    small = pool(need(), offer())
    crowd = generate_pool(needs=40, offers=25, seed=3, program="sponsorship", today=TODAY)
    assert judge_all(small, crowd)[0].worth < judge_all(small, small)[0].worth


def test_an_empty_side_gives_nothing():
    assert judge_all(pool(need(), ()), pool()) == ()
    assert judge_all(pool((), offer()), pool()) == ()
