"""People who are all alike: nothing tells them apart, and still the round is the best, the same, and proved."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from fixtures.builders import need, offer, pool
from matcher.checks import verify
from matcher.engine import propose
from matcher.formats import round_to_json
from matcher.records import Pool
from tests.tries import FULL, tries

PLACES = 20
NEEDS = 100_000 if tries() == FULL else 1_000


def crowd(needs: int) -> Pool:
    """Give so many needs alike, and half as many places with offers alike."""
    return pool(
        [need(f"n{at}") for at in range(needs)],
        [offer(f"o{at}", capacity=PLACES) for at in range(needs // PLACES // 2)],
    )


@pytest.fixture(scope="module")
def people() -> Pool:
    return crowd(NEEDS)


def test_a_crowd_of_people_alike_fills_every_place_and_the_round_is_proved(people):
    found = propose(people)
    assert (found.totals.paired, found.totals.priority) == (NEEDS // 2, NEEDS // 2)
    assert len({one.worth for one in found.pairings}) == 1
    assert {one.compatible for one in found.unpaired} <= {len(people.offers), None}
    verify(people, found)


def test_of_people_alike_who_is_served_hangs_on_no_order_of_rows(people):
    draw = Random(5)
    turned = replace(
        people,
        needs=tuple(draw.sample(people.needs, len(people.needs))),
        offers=tuple(draw.sample(people.offers, len(people.offers))),
    )
    assert round_to_json(propose(turned)) == round_to_json(propose(people))
