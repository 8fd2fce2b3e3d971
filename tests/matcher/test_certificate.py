"""What proves that an assignment is the best, and what does not."""

from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from matcher.assignment import Assignment, assign, certify
from matcher.errors import NotProved
from tests.matcher.markets import Case, cases, large, table
from tests.matcher.solving import proved, solved, tried
from tests.oracle.assignments import faults


def changes(found: Assignment) -> list[Assignment]:
    """Give the assignment with one number changed, in every place and both ways."""
    changed = []
    for name in ("total_priority", "total_worth", "scale"):
        changed += [replace(found, **{name: getattr(found, name) + by}) for by in (1, -1)]
    for name in ("pairs", "need_prices", "place_prices"):
        for at in np.ndindex(getattr(found, name).shape):
            for by in (1, -1, 2**62):
                column = getattr(found, name).copy()
                column[at] += by
                changed.append(replace(found, **{name: column}))
    return changed


@tried(4)
@given(cases())
def test_a_changed_number_is_refused_unless_what_it_makes_is_as_good(case: Case):
    for changed in changes(solved(case)):
        try:
            certify(case.worth, case.places, changed, case.priority)
        except NotProved:
            assert faults(case.instance, changed)
        else:
            assert not faults(case.instance, changed)


def test_any_one_number_changed_is_refused_where_there_are_no_ties():
    case = large(4, 12, 8, 0.5)
    for changed in changes(proved(case)):
        with pytest.raises(NotProved, match=r"^[a-z]"):
            certify(case.worth, case.places, changed, case.priority)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda a: {"total_worth": float(a.total_worth)}, "total_worth is not a Python integer"),
        (lambda _: {"scale": True}, "scale is not a Python integer"),
        (lambda a: {"need_prices": a.need_prices.astype(np.float64)}, "need_prices must be int64"),
        (lambda a: {"place_prices": a.place_prices[:-1]}, r"place_prices must be int64 of shape \(20,\)"),
        (lambda a: {"pairs": a.pairs[::-1]}, r"pairs\[1\] does not follow pairs\[0\]"),
        (lambda a: {"pairs": a.pairs.tolist()}, "pairs must be integers"),
        (lambda a: {"pairs": a.pairs.astype(np.float64)}, "pairs must be integers"),
        (lambda a: {"pairs": a.pairs[:, 0]}, "pairs must be integers of shape"),
        (lambda a: {"pairs": a.pairs[1:]}, "is unpaired and has the price"),
        (lambda a: {"need_prices": a.need_prices.tolist()}, "need_prices must be int64"),
    ],
)
def test_what_is_wrong_with_an_assignment_is_said(change: Any, message: str):
    case = large(6, 20, 20, 0.4)
    found = proved(case)
    with pytest.raises(NotProved, match=message):
        certify(case.worth, case.places, replace(found, **change(found)), case.priority)


@pytest.mark.parametrize("moved", [(0, 5), (0, -5), (7, 0), (-7, 0)])
def test_a_pair_outside_the_sides_is_told_by_the_first_position_where_it_stands(moved: tuple[int, int]):
    case = large(6, 7, 5, 0.9)
    found = proved(case)
    pairs = found.pairs.copy()
    pairs[1:] += np.array(moved)
    with pytest.raises(NotProved, match=r"pairs\[1\] is \[.*\]; there are 7 needs and 5 offers"):
        certify(case.worth, case.places, replace(found, pairs=pairs), case.priority)


def test_a_pair_is_outside_from_the_first_number_on_that_nobody_has():
    worth, places = table([{0: 5}], 1), [1]
    found = assign(worth, places)
    for pair in ([0, 1], [0, -1], [1, 0], [-1, 0]):
        with pytest.raises(NotProved, match=r"there are 1 needs and 1 offers"):
            certify(worth, places, replace(found, pairs=np.array([pair])))


def test_a_price_for_a_place_that_nobody_takes_is_told_for_what_it_is():
    worth, places = table([{0: 5}], 2), [2, 1]
    found = assign(worth, places)
    assert found.place_prices.tolist() == [0, 0]
    for offer in (0, 1):
        dearer = found.place_prices.copy()
        dearer[offer] += 1
        cheaper = found.need_prices - (1 - offer)
        with pytest.raises(NotProved, match=f"^offer {offer} has a place left and the price 1, not 0$"):
            certify(worth, places, replace(found, need_prices=cheaper, place_prices=dearer))


def test_a_worse_assignment_is_not_proved_by_the_prices_of_the_best():
    found = assign(table([{0: 5, 1: 3}, {0: 4}], 2), [1, 1])
    worse = replace(found, pairs=np.array([[0, 0]]), total_priority=1, total_worth=5)
    with pytest.raises(NotProved, match=r"(must be|not) 0$"):
        certify(table([{0: 5, 1: 3}, {0: 4}], 2), [1, 1], worse)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda a: {"pairs": np.repeat(a.pairs, 2, axis=0)}, "each at most once"),
        (lambda a: {"need_prices": a.need_prices + np.array([1, 0])}, "pass the value .* by 1;"),
        (
            lambda a: {"need_prices": a.need_prices + np.array([0, 1])},
            "need 1 is unpaired and has the price 1,",
        ),
        (lambda a: {"total_worth": a.total_worth + 1}, "total_worth is 6; it must be 5"),
        (lambda a: {"total_priority": a.total_priority + 1}, "total_priority is 2; it must be 1"),
    ],
)
def test_one_too_many_is_told_for_what_it_is(change: Any, message: str):
    worth, places = table([{0: 5}, {0: 4}], 1), [1]
    found = assign(worth, places)
    with pytest.raises(NotProved, match=message):
        certify(worth, places, replace(found, **change(found)))


@pytest.mark.parametrize("offer", [0, 1])
def test_a_need_that_nobody_may_take_is_not_paired_whatever_is_paid(offer: int):
    worth, places = table([{}, {0: 4, 1: 4}], 2), [2, 2]
    found = assign(worth, places)
    prices = found.need_prices + np.array([found.scale, 0])
    pairs = np.array([[0, offer], *found.pairs.tolist()])
    more = replace(found, pairs=pairs, total_priority=2, need_prices=prices)
    with pytest.raises(NotProved, match=f"need 0 is paired with offer {offer}, which is not allowed"):
        certify(worth, places, more)


def test_an_assignment_stays_as_it_was_made():
    with pytest.raises(FrozenInstanceError):
        assign(table([{0: 5}], 1), [1]).scale = 2  # type: ignore[misc]
