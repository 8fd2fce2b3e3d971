"""Rounds that hold are accepted, and each kind of doctored round is refused."""

import copy
import functools
import json
import operator
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.builders import need, offer, pool
from matcher.checks import judgement, proof, reasons, verify
from matcher.checks.view import view_of
from matcher.engine import propose
from matcher.errors import FaultyInput, NotProved
from matcher.explanation import explain, judge
from matcher.formats import round_from_json, round_to_json
from matcher.policy import shipped_policy
from matcher.records import Alternate, Pool, Round
from tests.matcher.doctored import DOCTORED, FREE, MADE, OFFICE, free_pairs, of_pairs
from tests.matcher.judging import pairs_of
from tests.matcher.often import POOLS, often, pools, seeded_pool
from tests.tries import FULL, tries

METHODS = ("optimal", "stable", "arrival")


def test_the_office_has_someone_in_every_situation():
    assert {"amal", "bao", "carla", "dina"} == set(free_pairs())
    assert [one.need for one in MADE.unpaired] == ["passed_over", "unheard", "unscreened_only"]
    assert all(one.barriers for one in MADE.unpaired)
    assert MADE.unpaired[0].compatible
    assert MADE.unpaired[1].nearest
    assert len(MADE.alternates["amal"]) > 1
    assert sum(price > 0 for price in MADE.certificate.place_prices.values()) > 1


@pytest.mark.parametrize(("doctored", "refusal"), DOCTORED.values(), ids=DOCTORED)
def test_a_doctored_round_is_refused(doctored, refusal):
    with pytest.raises(NotProved, match=refusal):
        verify(OFFICE, doctored())


@pytest.mark.parametrize("side", ["need", "offer"])
def test_who_is_paired_is_no_alternate(side):
    field, other = ("alternates", "offer") if side == "need" else ("offer_alternates", "need")
    for pairing in FREE:
        given, name = getattr(MADE, field), getattr(pairing, side)
        paired = Alternate(id=getattr(pairing, other), worth=pairing.worth)
        for gone in given[name]:
            named = sorted({*given[name], paired} - {gone}, key=lambda one: -one.worth)
            with pytest.raises(NotProved, match=f"{side} '{name}': the alternates are wrong"):
                verify(OFFICE, replace(MADE, **{field: {**given, name: tuple(named)}}))


@pytest.mark.parametrize("method", METHODS)
def test_a_round_of_the_office_is_accepted(method):
    verify(OFFICE, propose(OFFICE, method=method))


def test_a_round_of_the_same_pairs_made_otherwise_is_accepted():
    verify(OFFICE, of_pairs(free_pairs().items()))
    verify(
        OFFICE, replace(MADE, engine="by hand", pairings=MADE.pairings[::-1], unpaired=MADE.unpaired[::-1])
    )


@pytest.mark.parametrize("most", [0, 1, 2, 9])
def test_a_round_with_any_number_of_alternates_is_accepted(most):
    verify(OFFICE, propose(OFFICE, alternates=most))


def test_every_round_that_is_proposed_is_accepted():
    for seed in range(POOLS):
        people = seeded_pool(seed)
        for method in METHODS:
            verify(people, propose(people, method=method))


@often
@given(pools, st.sampled_from(METHODS))
def test_a_round_that_was_written_and_read_again_is_accepted(people, method):
    found = propose(people, method=method)
    again = round_from_json(round_to_json(found))
    assert again == found
    verify(people, again)


def places_in(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to every value inside a JSON value."""
    for at in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield (*place, at)
        yield from places_in(value[at], (*place, at))


def others_than(value: Any) -> list[Any]:
    """Give what might stand in the place of a JSON value and must not."""
    if isinstance(value, bool):
        return [not value, int(value), None]
    if isinstance(value, int | float):
        return [value + 1, value - 1, value + 0.0001, str(value), None]
    if isinstance(value, str):
        return [value + "x", "", None, 1]
    if isinstance(value, list):
        return [value + value[-1:] if value else [0], value[:-1] if value else {}, {}, None]
    if isinstance(value, dict):
        return [{**value, "x": 1}, dict(list(value.items())[:-1]) if value else [], [], None]
    return [0, "x", []]


@pytest.mark.parametrize(
    "people", [OFFICE, pool(need(sector=None), []), pool(need(consent=False), offer())], ids=range(3)
)
@pytest.mark.parametrize("method", METHODS)
def test_no_number_of_a_written_round_may_pass_all_measure(people, method):
    whole = json.loads(json.dumps(round_to_json(propose(people, method=method))))
    for place in places_in(whole):
        *way, last = place
        changed = copy.deepcopy(whole)
        inner = functools.reduce(operator.getitem, way, changed)
        if type(inner[last]) in {int, float}:
            for huge in (10**30, -(10**30), 2**63, 10**400, 1e300):
                inner[last] = huge
                with pytest.raises((NotProved, FaultyInput)):
                    verify(people, round_from_json(changed))


def test_a_round_scored_by_the_policy_of_another_program_is_no_round_of_the_pool():
    people = pool(need(), offer())
    other = shipped_policy("support")
    made = propose(replace(people, program="support"), other)
    passed_off = replace(made, program=people.program, pool_digest=propose(people).pool_digest)
    with pytest.raises(FaultyInput, match="'support', and the pool is of 'sponsorship'"):
        verify(people, passed_off, other)
    with pytest.raises(NotProved, match="scored by another policy"):
        verify(people, passed_off)
    for ask in (judge, explain):
        with pytest.raises(FaultyInput, match="'support', and the pool is of 'sponsorship'"):
            ask(people, "n1", "o1", other)


def test_no_value_of_a_written_round_may_be_another():
    whole = json.loads(json.dumps(round_to_json(MADE)))
    every = [place for place in places_in(whole) if place != ("engine",)]
    draw = Random(len(every))
    for place in every if tries() == FULL else draw.sample(every, 100):
        changed = copy.deepcopy(whole)
        inside = changed
        for at in place[:-1]:
            inside = inside[at]
        inside[place[-1]] = draw.choice(others_than(inside[place[-1]]))
        with pytest.raises((NotProved, FaultyInput)):
            verify(OFFICE, round_from_json(changed))


@often
@given(pools)
def test_a_round_of_a_pool_that_changed_is_refused(people):
    found = propose(people)
    for at, one in enumerate(people.needs):
        needs = (*people.needs[:at], replace(one, months=(one.months or 0) + 1), *people.needs[at + 1 :])
        with pytest.raises(NotProved, match="the digests differ"):
            verify(replace(people, needs=needs), found)


@often
@given(pools)
def test_a_round_with_less_than_the_best_is_refused_whatever_its_prices(people):
    people = replace(people, locks=())
    found = propose(people)
    for gone in pairs_of(found):
        fewer = of_pairs(pairs_of(found) - {gone}, people, found)
        with pytest.raises(NotProved):
            verify(people, fewer)
        nothing = {
            name: dict.fromkeys(getattr(found.certificate, name), 0)
            for name in ("need_prices", "place_prices")
        }
        with pytest.raises(NotProved):
            verify(people, replace(fewer, certificate=replace(found.certificate, **nothing)))


def test_values_too_large_for_whole_numbers_of_a_machine_are_not_accepted(monkeypatch):
    most = max(MADE.certificate.need_prices.values()) + max(MADE.certificate.place_prices.values())
    monkeypatch.setattr(proof, "MOST_COUNTED", most // 4)
    with pytest.raises(NotProved, match="of more value than can be checked"):
        verify(OFFICE, MADE)


# Stable rounds, and rounds made by hand


def two_of_each() -> Pool:
    offers = [offer("near"), offer("older", age_band="55-64")]
    return pool([need("n1"), need("n2", age_band="45-54")], offers)


def otherwise(method: str) -> tuple[Pool, Round]:
    """Give the round of two pairs, with the two exchanged."""
    people = two_of_each()
    found = propose(people, method=method)
    held = {(one.need, next(p.offer for p in found.pairings if p is not one)) for one in found.pairings}
    return people, of_pairs(held, people, found)


def test_two_who_would_both_score_higher_together_are_not_stable():
    with pytest.raises(
        NotProved, match=r"need 'n.' and offer '(near|older)' would both score higher together"
    ):
        verify(*otherwise("stable"))


def test_two_left_apart_are_not_stable():
    people = two_of_each()
    found = propose(people, method="stable")
    with pytest.raises(NotProved, match="would both score higher together"):
        verify(people, of_pairs({("n1", "near")}, people, found))


def test_of_two_equals_either_may_be_served():
    people = pool([need("n1"), need("n2")], offer())
    found = propose(people, method="stable")
    verify(people, found)
    other = ({"n1", "n2"} - {found.pairings[0].need}).pop()
    verify(people, of_pairs({(other, "o1")}, people, found))


def test_a_round_made_by_hand_need_only_be_allowed():
    verify(*otherwise("arrival"))


@pytest.mark.parametrize("method", ["stable", "arrival"])
def test_prices_prove_nothing_of_another_method(method):
    people = two_of_each()
    found = propose(people, method=method)
    priced = replace(found, certificate=replace(found.certificate, need_prices={"n1": 0, "n2": 0}))
    with pytest.raises(NotProved, match="has no prices"):
        verify(people, priced)


# Blocks


def in_blocks(monkeypatch, needs, offers):
    monkeypatch.setattr(judgement, "NEEDS_AT_ONCE", needs)
    monkeypatch.setattr(judgement, "OFFERS_AT_ONCE", offers)
    monkeypatch.setattr(judgement, "PAIRS_IN_A_LIST", needs * offers)
    monkeypatch.setattr(reasons, "NEEDS_AT_ONCE", needs)
    monkeypatch.setattr(reasons, "OFFERS_AT_ONCE", offers)


@pytest.mark.parametrize(("needs", "offers"), [(3, 7), (7, 3), (1, 1)])
def test_a_round_is_accepted_however_its_pool_is_cut_into_blocks(monkeypatch, needs, offers):
    in_blocks(monkeypatch, needs, offers)
    people = seeded_pool(6, 40, 30)
    for method in METHODS:
        verify(people, propose(people, method=method))


@pytest.mark.parametrize(("doctored", "refusal"), DOCTORED.values(), ids=DOCTORED)
def test_a_doctored_round_is_refused_in_blocks_too(monkeypatch, doctored, refusal):
    in_blocks(monkeypatch, 2, 2)
    with pytest.raises(NotProved, match=refusal):
        verify(OFFICE, doctored())


def test_few_pairs_and_many_are_judged_alike(monkeypatch):
    people = seeded_pool(9, 40, 30)
    judge = view_of(people, shipped_policy(people.program)).judge
    found = {}
    for share in (0, 2):
        monkeypatch.setattr(judgement, "WORTH_A_LIST", share)
        blocks = judge.of_all(lambda it: (it.needs[it.row], it.offers[it.column], it.worth))
        found[share] = {
            (need, offer): worth for block in blocks for need, offer, worth in zip(*block, strict=True)
        }
    assert found[0] == found[2]
    sides = (np.arange(len(side)) for side in (judge.columns.needs, judge.columns.offers))
    each = np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)
    worth = dict(zip(map(tuple, each.tolist()), judge.worth_of_each(*each.T).tolist(), strict=True))
    assert {pair: one for pair, one in worth.items() if one >= 0} == found[0]


def test_the_first_thing_wrong_is_told_whichever_block_ends_first(monkeypatch):
    people = seeded_pool(6, 40, 30)
    found = propose(people)
    place_prices = found.certificate.place_prices
    held = {one.need: place_prices[one.offer] for one in found.pairings if not one.locked}
    moved = {name: price + held.get(name, 0) for name, price in found.certificate.need_prices.items()}
    nothing = dict.fromkeys(place_prices, 0)
    certificate = replace(found.certificate, need_prices=moved, place_prices=nothing)
    doctored = replace(found, certificate=certificate)
    said = set()
    for cut in ((40, 30), (3, 7), (7, 3), (1, 1)):
        in_blocks(monkeypatch, *cut)
        with pytest.raises(NotProved, match="so the round is not proved best") as refusal:
            verify(people, doctored)
        said.add(str(refusal.value))
    assert len(said) == 1


# Policies, large pools, faulty pools


def test_another_policy_is_accepted_only_where_it_is_given():
    policy = replace(shipped_policy("sponsorship"), name="trial", floor=60)
    found = propose(OFFICE, policy)
    verify(OFFICE, found, policy)
    with pytest.raises(NotProved, match="scored by another policy"):
        verify(OFFICE, found)
    with pytest.raises(NotProved, match="scored by another policy"):
        verify(OFFICE, MADE, policy)


def test_in_a_very_large_pool_the_counts_per_barrier_alone_may_be_left_out_and_the_rest_must_be_right(
    monkeypatch,
):
    found = replace(MADE, unpaired=tuple(replace(one, barriers=None) for one in MADE.unpaired))
    with pytest.raises(NotProved, match="reasons"):
        verify(OFFICE, found)
    monkeypatch.setattr(reasons, "PEOPLE_COUNTED", 5)
    verify(OFFICE, found)
    for wrong in ({"compatible": 9}, {"below_floor": 9}, {"compatible": None}, {"nearest": ()}):
        doctored = tuple(replace(one, **wrong) for one in found.unpaired)
        with pytest.raises(NotProved, match="reasons"):
            verify(OFFICE, replace(found, unpaired=doctored))


def test_a_faulty_pool_is_a_fault_of_the_pool():
    with pytest.raises(FaultyInput):
        verify(replace(OFFICE, locks=(("amal", "nobody"),)), MADE)
