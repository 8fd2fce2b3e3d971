"""What may never count is nowhere in what the core takes in."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given

from fixtures.builders import need, offer, pool
from matcher.engine import propose
from matcher.errors import FaultyInput
from matcher.formats import pool_from_json, pool_to_json, round_to_json
from matcher.records import Need, Offer, Pool
from tests.matcher.often import often, pools

NEVER = (
    "name",
    "origin",
    "country",
    "birth",
    "religion",
    "status",
    "ethnic",
    "colour",
    "photo",
    "note",
    "text",
    "income",
    "orientation",
    "politic",
    "diagnos",
    "story",
    "decline",
    "tongue",
)


def made(content: dict) -> bytes:
    return json.dumps(round_to_json(propose(pool_from_json(content)))).encode()


@often
@given(pools)
def test_what_may_never_count_is_not_seen(people):
    content = pool_to_json(people)
    plain = made(content)
    for at, row in enumerate([*content["needs"], *content["offers"]]):
        row["first_name"] = f"Prénom {at}"
    assert made(content) == plain


def changed(people: Pool, change: Callable[[Any], Any]) -> Pool:
    return replace(
        people, needs=tuple(map(change, people.needs)), offers=tuple(map(change, people.offers)), locks=()
    )


def same_pairs(people: Pool, other: Pool) -> bool:
    before, after = propose(people), propose(other)
    return (before.pairings, before.alternates, before.unpaired) == (
        after.pairings,
        after.alternates,
        after.unpaired,
    )


@often
@given(pools)
def test_gender_counts_only_where_it_is_asked_for(people):
    unasked = changed(people, lambda one: replace(one, gender_request=None))
    swapped = changed(unasked, lambda one: replace(one, gender={"f": "m", "m": "f"}.get(one.gender, "f")))
    assert same_pairs(unasked, swapped)


def at_ease(one: Any) -> Any:
    """Say B2 of every language that is spoken better than that."""
    languages = [
        replace(language, level="B2") if language.level in {"C1", "C2", "native"} else language
        for language in one.languages or ()
    ]
    return replace(one, languages=None if one.languages is None else tuple(languages))


@often
@given(pools)
def test_a_mother_tongue_counts_no_more_than_a_language_spoken_at_ease(people):
    before, after = (propose(changed(people, change)) for change in (lambda one: one, at_ease))
    assert before.totals == after.totals
    assert [one.worth for one in before.pairings] == [one.worth for one in after.pairings]


@often
@given(pools)
def test_a_short_stay_and_a_wish_to_write_only_count_for_nothing(people):
    leaving = changed(people, lambda one: replace(one, stay_until=people.today, contact="text_only"))
    assert same_pairs(changed(people, lambda one: one), leaving)


@pytest.mark.parametrize("kind", [Need, Offer])
def test_what_may_never_count_has_no_field(kind):
    names = {field.name for field in fields(kind)}
    for word in NEVER:
        assert not any(word in name for name in names)


@pytest.mark.parametrize("field", ["religion", "country_of_birth", "status", "note", "surname"])
def test_what_may_never_count_is_refused_where_it_is_given(field):
    content = pool_to_json(pool(need(), offer()))
    content["needs"][0][field] = "x"
    with pytest.raises(FaultyInput):
        pool_from_json(content)
