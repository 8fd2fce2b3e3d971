"""Which pairs enter the graph: the most underpriced of each need, and others spread over the rest."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.assignment.market import Market, read_market
from matcher.assignment.pricing import underpriced_of
from matcher.assignment.rows import Edges
from tests.matcher.markets import Case, cases, large, tight_of
from tests.matcher.solving import proved, tried


def market_of(case: Case) -> Market:
    return read_market(case.worth, case.places, case.priority)


def excesses(market: Market, need_prices: Any, place_prices: Any) -> dict[tuple[int, int], int]:
    """Give by how much each pair passes its prices."""
    return {
        (need, offer): value - int(need_prices[need]) - int(place_prices[offer])
        for block in market.blocks()
        for need, offer, value in zip(
            block.need.tolist(), block.offer.tolist(), block.value.tolist(), strict=True
        )
    }


def couples(edges: Edges) -> list[tuple[int, int]]:
    return list(zip(edges.need.tolist(), edges.offer.tolist(), strict=True))


@tried(10)
@given(cases(), st.integers(1, 3), st.randoms())
def test_the_most_underpriced_pairs_of_each_need_are_among_those_chosen(case: Case, width: int, chance: Any):
    market = market_of(case)
    needs, places = (
        np.array([chance.randrange(3) * market.scale + chance.randrange(10**6) for _ in side], dtype=np.int64)
        for side in (market.priority, market.places)
    )
    check_chosen(market, needs, places, width)


@pytest.mark.parametrize("kind", ["spread", "ties"])
@pytest.mark.parametrize("width", [1, 2, 3, 8, 15, 20, 30])
def test_the_most_underpriced_of_many_pairs_are_among_those_chosen(kind: str, width: int):
    case, chance = large(2, 20, 60, 0.7, kind), np.random.default_rng(width)
    market = market_of(case)
    check_chosen(market, chance.integers(0, market.scale, 20), chance.integers(0, 10**6, 60), width)


def check_chosen(market: Market, needs: Any, places: Any, width: int) -> None:
    """Look at all pairs: of each need the most underpriced are chosen, and of few all."""
    over = {pair: excess for pair, excess in excesses(market, needs, places).items() if excess > 0}
    chosen = couples(underpriced_of(market)(needs, places, width))
    assert chosen == sorted(set(chosen))
    assert set(chosen) <= set(over)
    for need in range(len(needs)):
        row = sorted((excess for pair, excess in over.items() if pair[0] == need), reverse=True)
        found = sorted((over[pair] for pair in chosen if pair[0] == need), reverse=True)
        assert found[:width] == row[:width]
        assert len(found) == len(row) if len(row) <= 2 * width else width <= len(found) <= 2 * width


def test_needs_that_want_the_same_offers_are_given_different_ones():
    case = large(1, 40, 200, 1.0, "equal")
    nothing = np.zeros(40, dtype=np.int64), np.zeros(200, dtype=np.int64)
    chosen = underpriced_of(market_of(case))(*nothing, 4)
    assert len(set(chosen.offer.tolist())) > 100


@tried(10)
@given(cases())
def test_tight_pairs_are_those_worth_exactly_their_prices(case: Case):
    market, found = market_of(case), proved(case)
    prices = found.need_prices, found.place_prices
    tight = [pair for edges in tight_of(market, *prices) for pair in couples(edges)]
    assert tight == [pair for pair, excess in excesses(market, *prices).items() if excess == 0]
    assert set(map(tuple, found.pairs.tolist())) <= set(tight)


@pytest.mark.parametrize("kind", ["spread", "equal"])
def test_values_come_with_the_pairs(kind: str):
    market = market_of(large(4, 30, 20, 0.5, kind))
    nothing = np.zeros(30, dtype=np.int64), np.zeros(20, dtype=np.int64)
    chosen = underpriced_of(market)(*nothing, 3)
    values = excesses(market, *nothing)
    assert chosen.value.tolist() == [values[pair] for pair in couples(chosen)]
