from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.assignment import assign, keeping
from matcher.assignment.keeping import keep_most
from matcher.assignment.market import read_market
from matcher.assignment.rows import Edges
from tests.matcher.markets import Case, cases, large, table, tight_of
from tests.matcher.solving import proved, tried
from tests.oracle.assignments import Instance, best

Pairs = frozenset[tuple[int, int]]


def kept_best(case: Case, previous: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Solve, keep the most of the previous pairs, and prove that the round is still the best."""
    market = read_market(case.worth, case.places, case.priority)
    found = assign(case.worth, case.places, case.priority)
    prices = found.need_prices, found.place_prices
    before = np.array(previous, dtype=np.int64).reshape(-1, 2)
    pairs = keep_most(market.places, found.pairs, prices, before, lambda: tight_of(market, *prices))
    return [(need, offer) for need, offer in pairs.tolist()]


def rounds(instance: Instance, need: int = 0) -> Iterator[Pairs]:
    """Give every assignment there is, from a need on, places apart."""
    if need == len(instance.priority):
        yield frozenset()
        return
    for rest in rounds(instance, need + 1):
        yield rest
        for offer, places in enumerate(instance.places):
            if (need, offer) in instance.worth and sum(taken == offer for _, taken in rest) < places:
                yield rest | {(need, offer)}


def total(instance: Instance, pairs: Any) -> tuple[int, int]:
    return sum(instance.priority[need] for need, _ in pairs), sum(instance.worth[pair] for pair in pairs)


def is_round(instance: Instance, pairs: list[tuple[int, int]]) -> bool:
    needs, offers = [need for need, _ in pairs], [offer for _, offer in pairs]
    within = all(offers.count(offer) <= instance.places[offer] for offer in offers)
    return needs == sorted(set(needs)) and within and all(pair in instance.worth for pair in pairs)


@tried(20)
@given(cases(most=4), st.data())
def test_no_best_round_keeps_more(case: Case, data: Any):
    needs, offers = case.worth.shape
    anyone = st.tuples(st.integers(0, max(needs - 1, 0)), st.integers(0, max(offers - 1, 0)))
    previous = data.draw(st.lists(anyone, unique_by=lambda pair: pair[0])) if needs and offers else []
    check_kept(case, previous)


def test_no_best_round_keeps_more_where_every_price_is_small():
    """Prices of 0, 1 and 2, at which who is paid for and who is not lie nearest."""
    for seed in range(60):
        chance = Random(seed)
        needs, offers = chance.randint(2, 4), chance.randint(2, 4)
        rows = [
            {offer: chance.randint(0, 3) for offer in range(offers) if chance.random() < 0.7}
            for _ in range(needs)
        ]
        places, priority = (
            [chance.randint(0, most) for _ in range(length)] for most, length in ((2, offers), (1, needs))
        )
        previous = [(need, chance.randrange(offers)) for need in range(needs) if chance.random() < 0.8]
        check_kept(Case(table(rows, offers), np.array(places), np.array(priority)), previous)


def check_kept(case: Case, previous: list[tuple[int, int]]) -> None:
    """Try every round there is: none that is as good keeps more."""
    instance = case.instance
    found = kept_best(case, previous)
    most = best(instance)
    counts = [
        sum(pair in pairs for pair in previous if any(instance_value(instance, pair)))
        for pairs in rounds(instance)
        if total(instance, pairs) == most
    ]
    assert is_round(instance, found)
    assert total(instance, found) == most
    assert sum(pair in found for pair in previous if any(instance_value(instance, pair))) == max(counts)


def instance_value(instance: Instance, pair: tuple[int, int]) -> tuple[int, int]:
    """Give what a pair adds; to keep one that adds nothing is nobody's aim."""
    return (instance.priority[pair[0]], instance.worth[pair]) if pair in instance.worth else (0, 0)


@pytest.mark.parametrize("kind", ["spread", "equal", "ties"])
def test_a_best_round_is_kept_whole(kind: str):
    case = large(3, 60, 40, 0.3, kind)
    first = kept_best(case, [])
    shuffled = [first[at] for at in np.random.default_rng(1).permutation(len(first))]
    assert kept_best(case, shuffled) == first


def test_another_best_round_is_kept_whole_too():
    case = large(3, 60, 40, 0.3, "equal")
    ones = large(3, 60, 40, 0.3, "equal")
    ones.priority[:] = case.priority[:] = 1
    first = kept_best(case, [])
    turned = Case(case.worth[:, ::-1].tocsr(), case.places[::-1].copy(), case.priority)
    other = sorted((need, 39 - offer) for need, offer in kept_best(turned, []))
    assert other != first
    assert kept_best(case, other) == other


def test_who_is_gone_makes_as_few_move_as_can_be():
    everyone = dict.fromkeys(range(30), 700000)
    case = Case(table([everyone] * 30, 30), np.ones(30, dtype=np.int64), np.ones(30, dtype=np.int64))
    before = [(need, (need * 7 + 3) % 30) for need in range(30)]
    assert kept_best(case, before) == before
    closed = Case(case.worth, np.where(np.arange(30) == 12, 0, 1), case.priority)
    assert len(set(kept_best(closed, before)) & set(before)) == 29


def test_too_many_tight_pairs_are_asked_for_again(monkeypatch):
    case = large(3, 60, 40, 0.3, "ties")
    previous = [(need, need % 40) for need in range(60)]
    held = kept_best(case, previous)
    monkeypatch.setattr(keeping, "MOST_HELD", 5)
    assert kept_best(case, previous) == held


@pytest.mark.parametrize(("held", "is_asked_again"), [(0, False), (-1, True)])
def test_tight_pairs_are_held_as_long_as_they_are_not_too_many(held, is_asked_again, monkeypatch):
    case = large(3, 60, 40, 0.3, "ties")
    market, asked = read_market(case.worth, case.places, case.priority), []
    found = proved(case)
    prices = found.need_prices, found.place_prices
    many = sum(len(edges.need) for edges in tight_of(market, *prices))

    def tight() -> Iterator[Edges]:
        asked.append(1)
        return tight_of(market, *prices)

    monkeypatch.setattr(keeping, "MOST_HELD", many + held)
    keep_most(market.places, found.pairs, prices, found.pairs[::2], tight)
    assert (len(asked) > 1) == is_asked_again


def test_blocks_of_tight_pairs_may_come_in_any_order():
    case = Case(table([dict.fromkeys(range(30), 700_000)] * 30, 30), np.ones(30, int), np.ones(30, int))
    market, found = read_market(case.worth, case.places, case.priority), proved(case)
    prices = found.need_prices, found.place_prices
    pairs, before = (np.array([(at, at ^ swapped) for at in range(30)]) for swapped in (0, 1))
    (whole,) = tight_of(market, *prices)
    parts = [Edges(*(column[first : first + 30] for column in whole)) for first in range(0, 900, 30)]
    for own in (parts, parts[::-1]):
        assert (
            keep_most(market.places, pairs, prices, before, lambda own=own: own).tolist() == before.tolist()
        )
