from math import exp, log

import numpy as np
import pytest

from fixtures.builders import likes, need, offer, pool
from matcher import criteria
from matcher.criteria import RARITY_ONE, _saturated, rarity_of
from matcher.pairs import block
from matcher.policy import shipped_policy
from matcher.vocabulary import INTERESTS
from tests.matcher.judging import both, columns, contributions


def shared(mine: object, theirs: object) -> float:
    """Give S, the sum behind a value of 1 − exp(−S / 1.8)."""
    return round(-1.8 * log(1 - both("interests", "interests", mine, theirs).value), 3)


def test_one_shared_taste_counts_by_how_much_both_want_it():
    assert shared(likes("fishing"), likes("fishing")) == 1.15
    assert shared(likes("fishing"), likes(want_to_try=["fishing"])) == 0.95
    assert shared(likes(want_to_try=["fishing"]), likes("fishing")) == 0.95
    assert shared(likes(want_to_try=["fishing"]), likes(want_to_try=["fishing"])) == 0.65


def test_a_shared_family_counts_once_and_without_a_shared_taste():
    assert shared(likes("fishing", "hunting"), likes("mushroom_foraging")) == 0.15


def test_what_one_likes_and_the_other_cannot_stand_counts_against():
    mine, theirs = likes("fishing", "soccer"), likes("fishing", not_for_me=["soccer"])
    assert shared(mine, theirs) == shared(theirs, mine) == 0.65
    assert shared(likes("fishing", want_to_try=["soccer"]), theirs) == 1.15


def test_clashes_never_take_more_than_there_is():
    assert both("interests", "interests", likes("soccer"), likes(not_for_me=["soccer"])).value == 0


def test_several_shared_tastes_are_worth_more_than_one():
    codes = list(INTERESTS)[:6]
    values = [both("interests", "interests", likes(*codes[:n]), likes(*codes)).value for n in range(1, 7)]
    assert values == sorted(set(values))
    assert values[-1] < 1


def test_interests_are_told_by_code():
    mine = likes("fishing", "soccer", want_to_try=["hiking", "ice_fishing"])
    theirs = likes("fishing", want_to_try=["hiking"], not_for_me=["soccer"])
    assert both("interests", "interests", mine, theirs).detail == {
        "shared": ["hiking", "fishing"],
        "want_to_try": ["hiking"],
        "families": ["outdoor", "nature_harvest"],
        "clashes": ["soccer"],
    }


def crowd(people: int, fans: int) -> float:
    """Give the rarity of fishing among so many people, so many of whom like it or want to try it."""
    needs = [
        need(f"n{at}", interests=(likes("fishing") if at % 2 else likes(want_to_try=["fishing"])))
        if at < fans
        else need(f"n{at}", interests=likes("soccer", not_for_me=["fishing"]))
        for at in range(people - 10)
    ]
    offers = [offer(f"o{at}", interests=None) for at in range(10)]
    found = rarity_of(pool(needs, offers), shipped_policy("sponsorship"))
    return float(found[list(INTERESTS).index("fishing")] / RARITY_ONE)


def test_rarity_is_measured_on_pools_of_fifty_people():
    assert crowd(49, 30) == 1
    assert crowd(50, 30) == 0.5
    assert crowd(50, 8) == pytest.approx(log(51 / 9) / log(51 / 2))


def test_rarity_stays_between_a_half_and_one():
    assert crowd(60, 0) == crowd(60, 1) == 1
    assert crowd(60, 2) == pytest.approx(log(61 / 3) / log(61 / 2))
    assert crowd(60, 50) == 0.5


def test_a_common_taste_is_worth_its_rarity():
    needs = [need(f"n{at}", interests=likes("fishing" if at < 5 else "soccer")) for at in range(49)]
    given = offer(interests=likes("fishing"))
    found = contributions(needs[0], given, people=pool(needs, given))["interests"]
    rarity = log(51 / 7) / log(51 / 2)
    assert found.value == round(1 - exp(-(rarity + 0.15) / 1.8), 6)


def test_the_value_of_interests_is_the_formula_to_six_digits():
    found = both("interests", "interests", likes("fishing", "soccer"), likes("fishing", "soccer"))
    assert found.value == round(1 - exp(-2.3 / 1.8), 6)


def test_a_value_that_a_float_cannot_decide_is_reckoned_exactly(monkeypatch):
    sums = np.arange(0, 900, 7, dtype=np.int64) * RARITY_ONE
    by_float = _saturated(sums, 180)
    monkeypatch.setattr(criteria, "NEAR_A_TIE", 1)
    assert _saturated(sums, 180).tolist() == by_float.tolist()


@pytest.mark.parametrize(
    ("total", "value"), [(29672021707358488, 807651346565), (16512343397455707, 600424446285)]
)
def test_a_value_that_a_float_gets_wrong_is_right(total, value):
    assert criteria._saturated(np.array([total]), 180).tolist() == [value]


def test_each_of_several_people_shares_what_is_theirs():
    codes = ("fishing", "soccer", "cinema")
    people = pool(
        [need(f"n{at}", interests=likes(code)) for at, code in enumerate(codes[:2])],
        [offer(f"o{at}", interests=likes(*codes[at:])) for at in range(3)],
    )
    found = criteria.interests(block(columns(people), 0, 2)).value
    assert (found > 0).tolist() == [[True, False, False], [True, True, False]]
