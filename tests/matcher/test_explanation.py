from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from fixtures.builders import TODAY, likes, need, offer, pool, speaks
from matcher.engine import propose
from matcher.errors import InvalidInput
from matcher.explanation import explain, judge
from matcher.insight.chain import Cost
from matcher.policy import shipped_policy
from matcher.records import Pool
from matcher.vocabulary import OVERRIDABLE_BARRIERS
from tests.matcher.often import often, pools
from tests.oracle.pairs import FLOOR, POINT
from tests.oracle.rounds import Oracle


@often
@given(pools)
def test_every_pair_is_judged_as_the_round_judges_it(people):
    oracle = Oracle(people)
    for name, other in oracle.barriers:
        judged = judge(people, name, other)
        assert set(judged.barriers) == oracle.barriers[name, other]
        assert judged.worth == oracle.worth[name, other]
        assert {one.criterion: one.worth for one in judged.contributions} == oracle.points[name, other]
        assert judged.is_proposable == oracle.compatible(name, other)
        assert judged.floor == FLOOR * POINT
    for pairing in propose(people).pairings:
        assert judge(people, pairing.need, pairing.offer).contributions == pairing.contributions


def without(people: Pool, name: str, other: str) -> Oracle:
    """Leave out a need, and the place that it would take."""
    offers = tuple(
        replace(one, active_pairings=(one.active_pairings or 0) + 1) if one.id == other else one
        for one in people.offers
    )
    return Oracle(
        replace(
            people,
            needs=tuple(one for one in people.needs if one.id != name),
            offers=offers,
            locks=tuple(pair for pair in people.locks if pair[0] != name),
            forbidden=tuple(pair for pair in people.forbidden if pair[0] != name),
        )
    )


@often
@given(pools)
def test_the_cost_of_a_choice_is_what_the_best_round_loses(people):
    oracle = Oracle(people)
    best = oracle.best()
    for name, other in oracle.barriers:
        cost = explain(people, name, other).cost
        place = oracle.places[other] > 0 or oracle.partner.get(name) == other
        may_be_locked = oracle.barriers[name, other] <= OVERRIDABLE_BARRIERS
        assert (cost is None) == (not may_be_locked or not place)
        if cost:
            rest = without(people, name, other).best()
            assert cost.priority == best.priority - rest.priority - oracle.priority[name]
            assert cost.worth == best.worth - rest.worth - oracle.worth[name, other]


@often
@given(pools)
def test_what_the_best_round_has_chosen_costs_nothing(people):
    for pairing in propose(people).pairings:
        cost = explain(people, pairing.need, pairing.offer).cost
        if not pairing.locked:
            assert (cost.priority, cost.worth) == (0, 0)


NOTHING = Cost(priority=0, worth=0, chain=())
WAITS = TODAY - timedelta(days=60)


def test_a_choice_names_who_is_left_out_and_who_moves():
    people = pool(
        [need("a"), need("b", gender_request="f"), need("c", waiting_since=WAITS)],
        [offer("woman"), offer("man", gender="m"), offer("other", gender="m", capacity=1)],
    )
    served = {pairing.need: pairing.offer for pairing in propose(people).pairings}
    assert served["b"] == "woman"
    cost = explain(people, "c", "woman").cost
    assert cost.left_out == ("b",)
    assert cost.priority == 1
    assert set(cost.moved) <= {"a"}


def test_a_choice_that_moves_another_says_by_how_much():
    soccer = likes("soccer", "cinema", "hiking")
    people = pool(
        [need("a", interests=soccer), need("b")], [offer("player", interests=soccer), offer("cook")]
    )
    best = propose(people).totals.worth
    swapped = judge(people, "a", "cook").worth + judge(people, "b", "player").worth
    cost = explain(people, "a", "cook").cost
    assert (cost.priority, cost.worth, cost.left_out, cost.moved) == (0, best - swapped, (), ("b",))
    assert cost.worth > 0
    assert explain(people, "a", "player").cost == NOTHING


def test_a_choice_between_equals_costs_nothing():
    people = pool([need("a"), need("b")], [offer("one"), offer("two")])
    for name in ("a", "b"):
        for other in ("one", "two"):
            cost = explain(people, name, other).cost
            assert (cost.priority, cost.worth, cost.left_out) == (0, 0, ())


def test_choosing_where_nobody_else_waits_costs_nothing():
    assert explain(pool(need(), offer()), "n1", "o1").cost == NOTHING


@pytest.mark.parametrize(
    ("mine", "theirs", "code"),
    [
        ({"consent": False}, {}, "blocked_consent"),
        ({}, {"capacity": 0}, "blocked_capacity"),
        ({"gender_request": "m"}, {}, "blocked_gender"),
    ],
)
def test_a_pair_that_nobody_may_make_is_explained_by_code_and_has_no_cost(mine, theirs, code):
    found = explain(pool(need(**mine), offer(**theirs)), "n1", "o1")
    assert found.barriers == (code,)
    assert not found.is_proposable
    assert found.cost is None
    assert found.contributions


def test_a_forbidden_pair_is_explained_by_its_code():
    found = explain(pool(need(), offer(), forbidden=(("n1", "o1"),)), "n1", "o1")
    assert found.barriers == ("blocked_by_coordinator",)


def test_a_pair_under_the_floor_is_explained_by_its_score():
    policy = replace(shipped_policy("sponsorship"), floor=95)
    found = explain(pool(need(), offer(interests=likes("cinema"))), "n1", "o1", policy)
    assert (found.barriers, found.is_proposable) == ((), False)
    assert found.worth < found.floor == 95 * POINT


def test_a_pair_that_a_person_may_cross_over_to_has_its_cost():
    people = pool([need("a", languages=speaks("vie:C1")), need("b")], offer())
    found = explain(people, "a", "o1")
    assert (found.barriers, found.is_proposable) == (("blocked_language",), False)
    assert found.cost.left_out == ("b",)


def test_a_place_that_is_locked_for_another_has_no_cost():
    people = pool([need("a"), need("b")], offer(), locks=(("a", "o1"),))
    assert explain(people, "b", "o1").cost is None
    assert explain(people, "a", "o1").cost is not None


def test_a_locked_need_may_be_asked_about_elsewhere():
    people = pool([need("a")], [offer("o1"), offer("o2", age_band="65+")], locks=(("a", "o2"),))
    cost = explain(people, "a", "o1").cost
    assert cost.worth < 0  # the lock was the worse choice


def test_rarity_is_that_of_the_whole_pool():
    needs = [need(f"n{at}") for at in range(49)]
    people = pool(needs, offer())
    assert judge(people, "n7", "o1").worth < judge(pool(needs[:7] + needs[8:], offer()), "n6", "o1").worth


@pytest.mark.parametrize(("name", "other", "unknown"), [("x", "o1", "'x'"), ("n1", "y", "'y'")])
def test_someone_unknown_is_an_error_that_names_the_id(name, other, unknown):
    with pytest.raises(InvalidInput, match=f"{unknown} is not in the pool"):
        explain(pool(need(), offer()), name, other)
