"""What each rule costs, against trying every round without it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given

from fixtures.builders import free, likes, need, offer, pool
from fixtures.generate import generate_pool
from matcher.engine import propose
from matcher.errors import InvalidInput
from matcher.formats import pool_to_json
from matcher.insight import rules
from matcher.insight.rules import rules_of, shared_out
from matcher.policy import shipped_policy
from tests.matcher.often import often, pools
from tests.oracle.rounds import Oracle
from web.cli import group

MORNING, EVENING = free("tue_am"), free("tue_ev")


def reached(found, change):
    return found.totals.priority + change.priority, found.totals.worth + change.worth


def best_without(people, code):
    """Try every round where this barrier bars nobody; without that of places, each has one."""
    oracle = Oracle(people)
    oracle.barriers = {pair: set(codes) - {code} for pair, codes in oracle.barriers.items()}
    if code == "blocked_capacity":
        had = {one.id: (one.capacity or 0) - (one.active_pairings or 0) for one in people.offers}
        oracle.places = {name: left if had[name] > 0 else 1 for name, left in oracle.places.items()}
    best = oracle.best()
    return best.priority, best.worth


@often
@given(pools)
def test_each_barrier_costs_what_trying_all_rounds_without_it_finds(people):
    found = rules_of(people)
    for one in found.barriers:
        assert reached(found, one.change) == best_without(people, one.code), one.code
        assert one.change.priority >= 0


@often
@given(pools)
def test_the_pairs_behind_one_barrier_alone_are_counted(people):
    oracle = Oracle(people)
    has_room = {one.id: oracle.places[one.id] > 0 for one in people.offers}
    full = {
        name for pair, codes in oracle.barriers.items() for name in pair[1:] if "blocked_capacity" in codes
    }
    apart = [
        set(codes)
        for (name, other), codes in oracle.barriers.items()
        if name not in oracle.partner
        and (has_room[other] or other in full)
        and oracle.worth[name, other] >= shipped_policy(people.program).floor * 10_000
    ]
    for one in rules_of(people).barriers:
        assert one.alone == apart.count({one.code}), one.code


@often
@given(pools)
def test_the_floor_and_each_weight_cost_what_proposing_without_them_gives(people):
    policy = shipped_policy(people.program)
    found, best = rules_of(people), propose(people, alternates=0)
    assert found.totals == best.totals
    others = [(replace(policy, floor=0), found.floor.change)]
    others += [(replace(policy, weights=one.shared), one.change) for one in found.weights]
    for other, change in others:
        without = propose(people, other, alternates=0)
        assert found.totals.paired + change.paired == without.totals.paired
        assert found.totals.priority + change.priority == without.totals.priority
        assert change.paired == len(change.served) - len(change.left_out)


def points_of(made, name):
    return sum(
        one.worth for pairing in made.pairings for one in pairing.contributions if one.criterion == name
    )


def test_a_weight_is_told_by_the_numbers_of_both_rounds():
    people = generate_pool(needs=30, offers=20, seed=5)
    policy = shipped_policy("sponsorship")
    best = propose(people, alternates=0)
    for one in rules_of(people).weights:
        without = propose(people, replace(policy, weights=one.shared), alternates=0)
        pairs = [(pairing.need, pairing.offer) for pairing in without.pairings]
        again = propose(replace(people, locks=tuple(pairs)), alternates=0)
        assert one.own == points_of(best, one.criterion)
        assert one.own_without == points_of(again, one.criterion)
        assert one.change.worth == again.totals.worth - best.totals.worth
        assert one.paid - one.bought == one.change.worth


def test_a_weight_buys_its_criterion_with_points_of_the_others():
    liked, other = likes("fishing", "soccer"), likes("cinema")
    people = pool(
        need(interests=liked), [offer("x", interests=liked, goals=("children",)), offer("y", interests=other)]
    )
    found = {one.criterion: one for one in rules_of(people).weights}
    assert found["interests"].change.moved == 1
    assert found["interests"].bought > found["interests"].paid > 0
    assert {one.bought for name, one in found.items() if name != "interests"} == {0}


def test_a_barrier_names_whom_it_leaves_out():
    people = pool(
        [need("a"), need("b", availability=MORNING)], [offer("x"), offer("y", availability=EVENING)]
    )
    found = {one.code: one for one in rules_of(people).barriers}
    assert found["blocked_schedule"].alone == 3
    assert found["blocked_schedule"].change.served == ("b",)
    assert found["blocked_schedule"].change.paired == 1
    assert found["blocked_distance"].change.paired == 0


def test_whoever_waited_longer_takes_the_place_that_a_barrier_kept():
    people = pool(
        [need("new"), need("old", availability=MORNING, waiting_since=pool().today.replace(year=2025))],
        offer(),
    )
    change = next(one.change for one in rules_of(people).barriers if one.code == "blocked_schedule")
    assert (change.paired, change.served, change.left_out) == (0, ("old",), ("new",))
    assert change.priority > 0
    assert rules_of(people).totals.paired == 1


def test_a_place_that_is_not_there_is_counted_as_one():
    people = pool([need("a"), need("b")], offer(capacity=1, active_pairings=1))
    one = next(one for one in rules_of(people).barriers if one.code == "blocked_capacity")
    assert (one.alone, one.change.paired, one.is_liftable) == (2, 1, False)


def test_locks_stay_whatever_rule_is_left_out():
    people = pool([need("a"), need("b", languages=())], offer(), locks=(("a", "o1"),))
    found = rules_of(people)
    assert (found.waiting, found.totals.paired) == (1, 1)
    changes = [one.change for one in (*found.barriers, found.floor, *found.weights)]
    assert all((one.paired, one.moved) == (0, 0) for one in changes)


def test_what_keeps_people_safe_is_never_liftable():
    liftable = {one.code for one in rules_of(pool(need(), offer())).barriers if one.is_liftable}
    assert liftable == {
        "blocked_language",
        "blocked_schedule",
        "blocked_distance",
        "blocked_household",
        "blocked_access",
    }


def test_an_empty_pool_has_rules_that_cost_nothing():
    found = rules_of(pool())
    assert found.totals.paired == 0
    assert {one.alone for one in found.barriers} == {0}
    assert sum(one.weight for one in found.weights) == 100


def test_a_pool_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(rules, "MOST_PAIRS", 1)
    with pytest.raises(InvalidInput, match="at most 1 pairs"):
        rules_of(pool([need("a"), need("b")], offer()))


@pytest.mark.parametrize(
    ("weights", "name", "shared"),
    [
        ({"a": 50, "b": 25, "c": 25}, "a", {"a": 0, "b": 50, "c": 50}),
        ({"a": 1, "b": 33, "c": 66}, "a", {"a": 0, "b": 33, "c": 67}),
        ({"a": 100, "b": 0, "c": 0}, "a", {"a": 0, "b": 50, "c": 50}),
        ({"a": 10, "b": 90, "c": 0}, "a", {"a": 0, "b": 100, "c": 0}),
    ],
)
def test_the_points_of_a_weight_are_shared_in_proportion(weights, name, shared):
    assert shared_out(weights, name) == shared


@pytest.mark.parametrize("program", ["sponsorship", "support"])
def test_shared_weights_always_add_up_to_a_hundred(program):
    weights = shipped_policy(program).weights
    assert {sum(shared_out(weights, name).values()) for name in weights} == {100}


def run(people, path):
    path.write_text(json.dumps(pool_to_json(people)), encoding="utf-8")
    done = CliRunner().invoke(group, ["rules", str(path)])
    return done.exit_code, done.stdout.splitlines()


def test_the_command_names_whom_a_barrier_leaves_out(tmp_path):
    people = pool(
        [need("a"), need("b", availability=MORNING)], [offer("x"), offer("y", availability=EVENING)]
    )
    status, lines = run(people, tmp_path / "pool.json")
    at = lines.index(next(line for line in lines if "blocked_schedule" in line))
    assert status == 0
    assert "3 pairs kept apart by it alone; pairings +1" in lines[at]
    assert lines[at + 2] == "    served then: b"


def test_the_command_suggests_nothing_against_consent(tmp_path):
    _, lines = run(pool(need(consent=False), offer()), tmp_path / "pool.json")
    at = lines.index(next(line for line in lines if "blocked_consent" in line))
    assert "(never lifted)" in lines[at]
    assert "pairings +1" in lines[at]
    assert not any("n1" in line for line in lines)
