import json
from dataclasses import replace
from typing import Any

import pytest

from fixtures.builders import likes, need, offer, pool
from matcher.engine import propose
from matcher.errors import FaultyInput, InvalidInput
from matcher.policy import Policy, policy_from_json, shipped_policy
from matcher.programs import PROGRAMS, program_of
from tests.oracle.pairs import EASE, FLOOR, USUAL_LIMIT, WEIGHTS

both_programs = pytest.mark.parametrize("program", ["sponsorship", "support"])
SPONSORSHIP = shipped_policy("sponsorship")


def changed(**changes: Any) -> dict[str, Any]:
    return {**SPONSORSHIP.to_json(), **changes}


@both_programs
def test_the_shipped_policy_has_the_weights_and_the_floor_of_the_documents(program):
    policy = shipped_policy(program)
    assert dict(policy.weights) == WEIGHTS[program]
    assert policy.floor == FLOOR
    assert {level: share / 100 for level, share in policy.comfort.items()} == EASE
    assert dict(policy.default_limit_km) == USUAL_LIMIT


@both_programs
def test_a_policy_has_a_name_and_a_version(program):
    policy = shipped_policy(program)
    assert (policy.program, bool(policy.name), bool(policy.version)) == (program, True, True)


@both_programs
def test_a_policy_that_was_written_is_read_as_it_was(program):
    policy = shipped_policy(program)
    assert policy_from_json(json.loads(json.dumps(policy.to_json()))) == policy


@both_programs
def test_weights_add_up_to_a_hundred_points_and_name_what_the_program_compares(program):
    policy = shipped_policy(program)
    assert sum(policy.weights.values()) == 100
    assert program_of(policy) is PROGRAMS[program]
    assert set(policy.weights) == set(PROGRAMS[program].criteria)


def test_a_policy_cannot_be_changed():
    with pytest.raises(AttributeError):
        SPONSORSHIP.floor = 0
    with pytest.raises(TypeError):
        SPONSORSHIP.weights["interests"] = 0


def test_a_program_without_a_policy_is_an_error_that_names_the_others():
    with pytest.raises(InvalidInput, match="sponsorship, support"):
        shipped_policy("internship")


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (changed(floor=-1), "floor"),
        (changed(floor=101), "floor"),
        (changed(floor=40.0), "floor"),
        (changed(floor="40"), "floor"),
        (changed(floor=True), "floor"),
        (changed(floor=None), "floor"),
        (changed(neutral=101), "neutral"),
        (changed(rarity_floor=101), "rarity_floor"),
        (changed(near_household=150), "near_household"),
        (changed(comfort_with_interpreter=101), "comfort_with_interpreter"),
        (changed(comfort={**SPONSORSHIP.comfort, "C2": 101}), "comfort"),
        (changed(comfort={"A1": 25}), "comfort"),
        (changed(default_limit_km={"car": 25}), "default_limit_km"),
        (changed(least_level="A3"), "least_level"),
        (changed(least_weeks=5), "least_weeks"),
        (changed(rarity_from_people=1), "rarity_from_people"),
        (changed(saturation=0), "saturation"),
        (changed(slots_a_week=0), "slots_a_week"),
        (changed(waiting_period_days=0), "waiting_period_days"),
        (changed(pressing=10**6), "pressing"),
        (changed(name=""), "name"),
        (changed(weights={}), "weights"),
        (changed(weights={"interests": 99}), "weights"),
        (changed(weights={"interests": 101, "age_gap": -1}), "weights"),
        (changed(origin=5), "origin"),
        ({name: value for name, value in changed().items() if name != "neutral"}, "neutral"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_by_field(content, field):
    with pytest.raises(FaultyInput) as refused:
        policy_from_json(content)
    assert [fault.field for fault in refused.value.faults] == [field]


@pytest.mark.parametrize("content", [None, [], "policy", 3])
def test_what_is_no_object_is_no_policy(content):
    with pytest.raises(FaultyInput):
        policy_from_json(content)


def test_all_faults_of_a_policy_are_told_together():
    with pytest.raises(FaultyInput) as refused:
        policy_from_json(changed(floor=-1, neutral=101, colour=1))
    assert {fault.field for fault in refused.value.faults} == {"floor", "neutral", "colour"}


def test_a_policy_may_only_weigh_what_the_program_compares():
    odd = policy_from_json(changed(weights={"interests": 60, "stability": 40}))
    with pytest.raises(FaultyInput, match="weigh interests"):
        propose(pool(need(), offer()), odd)


# What each number does


def with_policy(**changes: Any) -> Policy:
    return replace(SPONSORSHIP, **changes)


def points(policy: Policy, criterion: str, mine: dict | None = None, theirs: dict | None = None) -> float:
    found = propose(pool(need(**(mine or {})), offer(**(theirs or {}))), policy)
    return {one.criterion: one.points for one in found.pairings[0].contributions}[criterion]


def test_weights_are_the_most_that_a_criterion_brings():
    weights = {**SPONSORSHIP.weights, "age_gap": 13, "interests": 25}
    assert points(with_policy(weights=weights), "age_gap") == 13


def test_the_neutral_value_stands_for_what_is_unknown():
    assert points(with_policy(neutral=20), "age_gap", {"age_band": None}) == 0.6


@pytest.mark.parametrize(
    ("change", "criterion", "mine", "theirs", "expected"),
    [
        ({"near_household": 80}, "life_stage", {}, {}, 10),
        ({"slots_a_week": 6}, "availability", {}, {}, 7.5),
        ({"frequency_gap": 2}, "expectations", {"meetings_per_month": 1}, {}, 7.5),
        ({"age_bands_apart": 2}, "age_gap", {"age_band": "45-54"}, {}, 1.5),
        ({"comfort_with_interpreter": 60}, "language_comfort", {"languages": ()}, {}, 10),
        ({"saturation": 10}, "interests", {}, {}, 35),
        ({"detour": 0}, "proximity", {"sector": "arvida"}, {}, 7),
    ],
)
def test_shapes_come_from_the_policy(change, criterion, mine, theirs, expected):
    assert points(with_policy(**change), criterion, mine, theirs) == expected


def test_gains_and_clashes_come_from_the_policy():
    mine = {"interests": likes("fishing", "soccer", want_to_try=["hiking", "cinema"])}
    theirs = {"interests": likes("fishing", "cinema", want_to_try=["hiking"], not_for_me=["soccer"])}
    plain = points(SPONSORSHIP, "interests", mine, theirs)
    for name in ("both_like", "like_and_want_to_try", "both_want_to_try", "shared_family"):
        assert points(with_policy(**{name: 0}), "interests", mine, theirs) < plain
    assert points(with_policy(clash=0), "interests", mine, theirs) > plain


def test_barriers_come_from_the_policy_too():
    people = pool(need(availability=(("sat_am",), (), (), ())), offer())
    assert propose(people).totals.paired == 0
    assert propose(people, with_policy(least_weeks=1)).totals.paired == 1
    assert propose(pool(need(), offer()), with_policy(least_level="B2")).totals.paired == 0


def test_waiting_comes_from_the_policy():
    quick = with_policy(waiting_period_days=7, pressing=3)
    today = pool().today
    people = pool(need(waiting_since=today.replace(year=2025), pressing=True), offer())
    assert propose(people, quick).totals.priority == 1 + 365 // 7 + 3


def test_rarity_is_measured_from_as_many_people_as_the_policy_says():
    needs = [need(f"n{at}") for at in range(4)]
    worth = [
        propose(pool(needs, offer()), with_policy(rarity_from_people=people)).totals.worth
        for people in (5, 6)
    ]
    assert worth[0] < worth[1]
