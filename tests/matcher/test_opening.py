"""Prices to begin with: they hold for the graph, whatever they begin from, and are near the best."""

from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from matcher import compiled
from matcher.assignment import opening, pricing
from matcher.assignment.exact import assignment_of, certify
from matcher.assignment.graphs import by_need, graph_of, joined, one_after_another
from matcher.assignment.market import read_market
from matcher.assignment.opening import TURN_AWAY, Sides, opened
from matcher.assignment.rows import Edges
from tests.matcher.markets import KINDS, Case, cases, large
from tests.matcher.solving import proved, solved, tried


def all_pairs(case: Case) -> tuple[Edges, Sides]:
    market = read_market(case.worth, case.places, case.priority)
    edges = one_after_another(*(Edges(block.need, block.offer, block.value) for block in market.blocks()))
    return edges, Sides.of(market.places, market.priority, market.scale)


@tried(10)
@given(cases(), st.sampled_from([1, 500, 8_000]), st.sampled_from([0, 1, 40]), st.randoms())
def test_no_pair_of_the_graph_is_worth_more_than_the_prices_to_begin_with(
    case: Case, step: int, bids: int, chance: Any
):
    edges, sides = all_pairs(case)
    before = np.array([chance.randrange(2 * sides.dearest) for _ in sides.places], dtype=np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "BIDS_A_NEED", bids)
        graph = by_need(edges, len(sides.priority))
        needs, places = opened(graph, sides, before, nobody(sides), step)
    assert (needs[edges.need] + places[edges.offer] >= edges.value).all()
    assert (needs >= 0).all()
    assert (places >= 0).all()


def nobody(sides: Sides) -> Any:
    return np.full(len(sides.priority), -1, dtype=np.int64)


def turned_away(edges: Edges, sides: Sides, seated: Any) -> tuple[Any, Any]:
    """Give the levels, and who sits where at the end."""
    graph = by_need(edges, len(sides.priority))
    stalls, level = opening._stalls(graph, sides), np.zeros(len(sides.places), dtype=np.int64)
    opening._sit_down(stalls, seated)
    TURN_AWAY.run(0, graph, stalls, opening._walk(sides), sides.order, sides.priority, level)
    for stall in np.flatnonzero(stalls.holder >= 0).tolist():
        assert stalls.stall_of[stalls.holder[stall]] == stall
    return level, stalls.offer_of


@pytest.mark.parametrize("places", [299, 300, 400])
def test_an_offer_of_many_places_is_filled_in_one_go(places: int, monkeypatch):
    monkeypatch.setattr(compiled, "is_available", lambda: False)  # nobody counts what compiled code does
    edges, sides = all_pairs(Case(csr_array(np.full((300, 1), 7)), np.array([places]), np.full(300, 3)))
    with mock.patch.object(opening, "measure", wraps=opening.measure) as measured:
        level, seated = turned_away(edges, sides, nobody(sides))
    assert (seated >= 0).sum() == min(places, 300)
    assert level.tolist() == [3 if places < 300 else 0]
    assert measured.call_count == 2


@tried(10)
@given(cases(), st.randoms())
def test_seats_of_a_smaller_graph_change_no_level(case: Case, chance: Any):
    edges, sides = all_pairs(case)
    fewer = np.array([chance.random() < 0.5 for _ in edges.need], dtype=np.bool_)
    _, before = turned_away(Edges(*(column[fewer] for column in edges)), sides, nobody(sides))
    (from_nothing, seated), (level, moved) = (turned_away(edges, sides, at) for at in (nobody(sides), before))
    assert level.tolist() == from_nothing.tolist()
    assert sum(sides.priority[moved >= 0]) == sum(sides.priority[seated >= 0])
    taken = np.bincount(moved[moved >= 0], minlength=len(sides.places))
    assert (taken <= sides.places).all()
    allowed = set(zip(edges.need.tolist(), edges.offer.tolist(), strict=True))
    assert {(need, offer) for need, offer in enumerate(moved.tolist()) if offer >= 0} <= allowed


@tried(10)
@given(cases())
def test_a_level_is_the_highest_priority_that_a_best_round_turns_away(case: Case):
    edges, sides = all_pairs(case)
    level, _ = turned_away(edges, sides, nobody(sides))
    served = np.zeros(len(sides.priority), dtype=np.bool_)
    served[solved(case).pairs[:, 0]] = True
    open_pairs = sides.places[edges.offer] > 0
    for need, offer in zip(edges.need[open_pairs], edges.offer[open_pairs], strict=True):
        assert served[need] or level[offer] >= sides.priority[need]
    assert sum(sides.priority[served]) == sum(level * sides.places) + sum(
        max(
            int(
                (sides.priority[need] - level[edges.offer[open_pairs & (edges.need == need)]]).max(initial=0)
            ),
            0,
        )
        for need in range(len(served))
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(300, 300, 0.1), (200, 60, 0.5)])
def test_prices_to_begin_with_cost_no_more_than_a_step_a_need_above_the_best(
    kind: str, shape: tuple[int, int, float], monkeypatch
):
    """Where nobody is stopped from bidding; so a finer step comes as much nearer, from the prices before."""
    monkeypatch.setattr(opening, "BIDS_A_NEED", 10**6)
    case = large(3, *shape, kind)
    (edges, sides), best = all_pairs(case), solved(case)
    graph, seated, places = by_need(edges, len(sides.priority)), nobody(sides), np.zeros_like(sides.places)
    for step in (8_000, 2_000):
        needs, places = opened(graph, sides, places, seated, step)
        paid = int(needs.sum()) + int((places * sides.places).sum())
        above = paid - best.scale * best.total_priority - best.total_worth
        assert 0 <= above <= step * len(best.pairs)


@pytest.mark.parametrize("kind", KINDS)
def test_without_an_opening_the_totals_are_the_same(kind: str, monkeypatch):
    case = large(5, 80, 50, 0.3, kind)
    opened_first = proved(case)
    monkeypatch.setattr(pricing, "OPENING", ())
    assert proved(case).total_worth == opened_first.total_worth


@pytest.mark.parametrize("kind", ["popular", "product"])
def test_an_auction_goes_on_from_the_prices_before_with_few_bids_and_stops_after_so_many(
    kind: str, monkeypatch
):
    monkeypatch.setattr(compiled, "is_available", lambda: False)  # nobody counts what compiled code does
    edges, sides = all_pairs(large(3, 200, 150, 0.2, kind))
    graph, seated, places = by_need(edges, 200), nobody(sides), np.zeros_like(sides.places)

    def bids(step: int) -> int:
        nonlocal places
        with mock.patch.object(opening, "outbid", wraps=opening.outbid) as made:
            _, places = opened(graph, sides, places, seated, step)
        return made.call_count

    monkeypatch.setattr(opening, "BACK", 4)
    monkeypatch.setattr(opening, "BIDS_A_NEED", 10**6)
    from_nothing, further, nearer = bids(4_000), bids(4_000), bids(2_000)
    assert max(further, nearer) < from_nothing / 4
    monkeypatch.setattr(opening, "BIDS_A_NEED", 1)
    places[:] = 0
    assert bids(1) == 200


def test_found_pairs_join_those_kept_in_order():
    kept = Edges(*(np.array(column) for column in ([0, 0, 2], [1, 3, 0], [5, 6, 7])))
    found = Edges(*(np.array(column) for column in ([0, 1, 2], [2, 0, 3], [8, 9, 4])))
    together = joined(kept, found, 4)
    assert [column.tolist() for column in together] == [
        [0, 0, 0, 1, 2, 2],
        [1, 2, 3, 0, 0, 3],
        [5, 8, 6, 9, 7, 4],
    ]
    graph = graph_of(by_need(together, 4), 4)
    assert [column.tolist() for column in graph] == [
        [0, 3, 4, 6, 6],
        [1, 2, 3, 0, 0, 3],
        [5, 8, 6, 9, 7, 4],
        [0, 2, 3, 4, 6],
        [1, 2, 0, 0, 0, 2],
        [9, 7, 5, 8, 6, 4],
    ]


@tried(5)
@given(cases(), st.randoms())
def test_pairs_that_are_seldom_asked_for_end_in_the_same_totals(case: Case, chance: Any):
    market = read_market(case.worth, case.places, case.priority)
    right, asked = proved(case), pricing.underpriced_of(market)
    is_near = np.array(
        [chance.random() < 0.5 for _ in range(case.worth.shape[0] * case.worth.shape[1])], bool
    )

    def some(*, near: bool) -> pricing.Underpriced:
        """Give those of the underpriced pairs that stand near, or all."""

        def underpriced(needs: Any, places: Any, width: int) -> Edges:
            found = asked(needs, places, width if not near else 10**4)
            here = is_near[found.need * case.worth.shape[1] + found.offer] | (not near)
            return Edges(*(column[here] for column in found))

        return underpriced

    standing = pricing.solve(
        market.places, market.priority, market.dearest, some(near=True), some(near=False)
    )
    found = assignment_of(market, standing)
    certify(case.worth, case.places, found, case.priority)
    assert (found.total_priority, found.total_worth) == (right.total_priority, right.total_worth)
