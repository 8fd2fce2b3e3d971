"""The digest of a pool: equal for equal pools, and for no others."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from random import Random

import pytest

from fixtures.builders import case, free, likes, need, offer, pool, speaks
from fixtures.generate import generate_pool
from matcher.digest import canonical_pool, pool_digest
from matcher.formats import pool_from_json
from matcher.records import Household, Travel


def digest(**changes) -> str:
    return pool_digest(pool(need(**changes), offer()))


def test_the_digest_is_of_the_canonical_json():
    made = pool(need(), offer())
    text = json.dumps(canonical_pool(made), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert pool_digest(made) == "sha256:" + sha256(text.encode()).hexdigest()


def test_the_canonical_json_is_a_pool_of_the_same_digest():
    made = generate_pool(needs=20, offers=20, seed=3)
    assert pool_digest(pool_from_json(canonical_pool(made))) == pool_digest(made)


def test_shuffled_rows_and_lists_have_the_same_digest():
    value = case("C01").pool
    draw = Random(7)

    def shuffled(inner):
        if isinstance(inner, dict):
            names = draw.sample(list(inner), len(inner))
            return {name: shuffled(inner[name]) if name != "availability" else inner[name] for name in names}
        if isinstance(inner, list):
            return draw.sample([shuffled(one) for one in inner], len(inner))
        return inner

    assert pool_digest(pool_from_json(shuffled(value))) == pool_digest(pool_from_json(value))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"goals": ()}, {"goals": None}),
        ({"languages": ()}, {"languages": None}),
        ({"access_needs": ()}, {"access_needs": None}),
        ({"travel": Travel()}, {"travel": None}),
        ({"household": Household()}, {"household": None}),
        ({"travel": Travel(limit_km=25.0)}, {"travel": Travel(limit_km=25)}),
        ({"interests": likes("fishing", "hiking")}, {"interests": likes("hiking", "fishing")}),
        ({"languages": speaks("fra:B1", "eng:B2")}, {"languages": speaks("eng:B2", "fra:B1")}),
        ({"excludes": ("b", "a")}, {"excludes": ("a", "b")}),
        ({"availability": free("mon_am", "tue_am")}, {"availability": free("tue_am", "mon_am")}),
    ],
)
def test_what_means_the_same_has_the_same_digest(one, other):
    assert digest(**one) == digest(**other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"interests": likes()}, {"interests": None}),
        ({"household": Household(children_bands=())}, {"household": None}),
        ({"availability": ((),) * 4}, {"availability": None}),
        ({"consent": False}, {"consent": None}),
        ({"months": 3}, {"months": 4}),
        ({"pressing": True}, {"pressing": False}),
        ({"availability": (("mon_am",), (), (), ())}, {"availability": ((), ("mon_am",), (), ())}),
        ({"gender_request": "f"}, {}),
    ],
)
def test_what_differs_has_another_digest(one, other):
    assert digest(**one) != digest(**other)


def test_the_order_of_locks_and_of_rows_does_not_count():
    rows = [need("a"), need("b")]
    made = pool(
        rows, offer(capacity=3), locks=(("a", "o1"), ("b", "o1")), forbidden=(("a", "o1"), ("b", "o1"))
    )
    turned = replace(made, needs=made.needs[::-1], locks=made.locks[::-1], forbidden=made.forbidden[::-1])
    assert pool_digest(made) == pool_digest(turned)


def test_locks_and_the_day_count():
    made = pool(need(), offer())
    assert pool_digest(made) != pool_digest(replace(made, locks=(("n1", "o1"),)))
    assert pool_digest(made) != pool_digest(replace(made, today=made.today.replace(day=3)))
