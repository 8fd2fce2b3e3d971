"""The list of the needs of each offer, as the search changes it, against a plain mapping."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.assignment.paths import Standing, nobody_paired, pair, standing_of, unpair
from tests.matcher.solving import tried

NEEDS, OFFERS, PLACES = 6, 3, 4


def nobody() -> Standing:
    return nobody_paired(np.full(OFFERS, PLACES), np.zeros(NEEDS, int), np.zeros(OFFERS, int))


def agrees(standing: Standing, offer_of: dict[int, int]) -> None:
    """See that the lists, walked forth and back, hold whom a mapping holds."""
    assert standing.offer_of.tolist() == [offer_of.get(need, -1) for need in range(NEEDS)]
    for offer in range(OFFERS):
        before, need, listed = -1, standing.first[offer], []
        while need >= 0:
            assert standing.before[need] == before
            assert len(listed) < NEEDS, "a list that never ends"
            listed.append(need)
            before, need = need, standing.after[need]
        assert sorted(listed) == sorted(need for need, held in offer_of.items() if held == offer)
        assert standing.places_left[offer] == PLACES - len(listed)


@tried(20)
@given(st.lists(st.tuples(st.integers(0, NEEDS - 1), st.integers(0, OFFERS - 1)), max_size=40))
def test_each_offer_knows_its_needs_as_they_come_and_go(steps: list[tuple[int, int]]):
    standing, offer_of = nobody(), dict[int, int]()
    for need, offer in steps:
        if need in offer_of:
            unpair(standing, need)
            del offer_of[need]
        else:
            pair(standing, need, offer)
            offer_of[need] = offer
        agrees(standing, offer_of)


@tried(20)
@given(st.dictionaries(st.integers(0, NEEDS - 1), st.integers(0, OFFERS - 1)))
def test_pairs_that_stand_are_listed_as_if_made_one_by_one(offer_of: dict[int, int]):
    pairs = np.array(sorted(offer_of.items()), dtype=np.int64).reshape(-1, 2)
    prices = np.zeros(NEEDS, int), np.zeros(OFFERS, int)
    standing = standing_of(np.full(OFFERS, PLACES), *prices, pairs)
    agrees(standing, offer_of)
    for need in offer_of:
        unpair(standing, need)
    agrees(standing, {})
