import doctest
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array

from matcher import compiled
from matcher.assignment import assign, certify
from matcher.assignment import exact as module
from tests.matcher.markets import KINDS, Case, cases, large, table
from tests.matcher.solving import proved, solved, tried, written
from tests.oracle.assignments import best, faults
from tests.tries import FULL, tries

PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "orlib_assign" / "assign500.txt"


@tried(20)
@given(cases())
def test_no_assignment_of_a_few_people_is_better(case: Case):
    found = proved(case)
    assert (found.total_priority, found.total_worth) == best(case.instance)


@tried(20)
@given(cases())
def test_the_prices_hold_as_the_fixed_surface_defines_them(case: Case):
    assert faults(case.instance, solved(case)) == []


@tried(20)
@given(cases())
def test_a_need_of_priority_nothing_is_never_paired_for_nothing(case: Case):
    instance = case.instance
    assert all(instance.priority[i] or instance.worth[i, j] for i, j in solved(case).pairs.tolist())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("needs", "offers"), [(150, 60), (80, 120)])
def test_the_total_is_that_of_a_dense_solver(kind: str, needs: int, offers: int):
    for seed in range(max(tries() // 5, 1)):
        case = large(seed, needs, offers, 0.2, kind)
        found = proved(case)
        assert found.scale * found.total_priority + found.total_worth == dense_total(case, found.scale)


def dense_total(case: Case, scale: int) -> int:
    value = np.zeros(case.worth.shape, dtype=np.int64)
    for (need, offer), worth in case.instance.worth.items():
        value[need, offer] = scale * int(case.priority[need]) + worth
    doubled = np.repeat(value, case.places, axis=1)
    rows, columns = linear_sum_assignment(doubled.astype(np.float64), maximize=True)
    return sum(doubled[rows, columns].tolist())


@pytest.mark.parametrize("most_priority", [20, 1_000_000])
@pytest.mark.parametrize("kind", KINDS)
def test_the_total_is_that_of_a_general_matching(kind: str, most_priority: int):
    for seed in range(max(tries() // 3, 1)):
        case = large(seed, 14, 10, 0.3, kind)
        case.priority[:] = np.random.default_rng(seed).integers(0, most_priority + 1, 14)
        found = proved(case)
        assert found.scale * found.total_priority + found.total_worth == matching_total(case, found.scale)


def matching_total(case: Case, scale: int) -> int:
    graph = nx.Graph()
    for (need, offer), worth in case.instance.worth.items():
        for place in range(case.places[offer]):
            value = scale * int(case.priority[need]) + worth
            graph.add_edge(("need", need), ("offer", offer, place), weight=value)
    return sum(graph.edges[pair]["weight"] for pair in nx.max_weight_matching(graph))


def test_a_published_instance_has_its_published_optimum():
    if not PUBLISHED.exists():
        pytest.skip("assign500 of the OR-Library is not beside the repository")
    size, *costs = map(int, PUBLISHED.read_text().split())
    cost = np.array(costs).reshape(size, size)
    worth, places = csr_array(1000 - cost), np.ones(size, dtype=np.int64)
    found = assign(worth, places)
    certify(worth, places, found)
    assert 1000 * size - found.total_worth == 991


@pytest.mark.parametrize(
    ("kind", "offers"), [("spread", 2000), ("spread", 1000), ("ties", 1000), ("equal", 700)]
)
def test_two_thousand_needs_are_proved_without_a_compiler(kind: str, offers: int, monkeypatch):
    monkeypatch.setattr(compiled, "is_available", lambda: False)
    found = proved(large(1, 2000, offers, 0.03, kind))
    assert len(found.pairs) > 0.8 * min(2000, offers * 1.5)


def test_values_beyond_64_bits_add_up():
    rows = [{0: 1_000_000}] * 10_000
    places, priority = np.array([10_000]), np.full(10_000, 1_000_000)
    found = assign(table(rows, 1), places, priority)
    certify(table(rows, 1), places, found, priority)
    assert found.scale * found.total_priority + found.total_worth == 10**10 * 10**10 + 2 * 10**10 > 2**64


@pytest.mark.parametrize(
    ("rows", "places"),
    [([], []), ([], [1, 2]), ([{}, {}], []), ([{}, {}], [3]), ([{0: 5}], [0])],
    ids=["nobody", "no needs", "no offers", "nothing allowed", "no places"],
)
def test_where_nobody_can_be_paired_the_round_is_empty(rows: list[dict[int, int]], places: list[int]):
    found = assign(table(rows, len(places)), places)
    certify(table(rows, len(places)), places, found)
    assert (found.pairs.shape, found.total_priority, found.total_worth) == ((0, 2), 0, 0)
    assert not found.need_prices.any()


def test_a_stored_zero_is_an_allowed_pair():
    assert assign(table([{0: 0}], 1), [1]).pairs.tolist() == [[0, 0]]


def test_who_is_served_comes_before_with_whom():
    found = assign(table([{0: 1_000_000}, {0: 0}], 1), [1], [1, 2])
    assert (found.pairs.tolist(), found.total_priority, found.total_worth) == ([[1, 0]], 2, 0)


def test_an_offer_without_places_costs_the_least_that_keeps_its_pairs_away():
    found = assign(table([{0: 9, 1: 5}, {0: 7}], 2), [0, 1])
    assert found.pairs.tolist() == [[0, 1]]
    over = found.scale + np.array([9, 7]) - found.need_prices
    assert found.place_prices[0] == over.max()


@pytest.mark.parametrize("places", [np.array([2**64 - 1], dtype=np.uint64), [2**63], (10**30,), [np.int8(2)]])
def test_places_beyond_any_count_are_places(places):
    found = assign(table([{0: 3}, {0: 4}], 1), places)
    certify(table([{0: 3}, {0: 4}], 1), places, found)
    assert (found.total_worth, found.scale) == (7, 2_000_001)


def test_narrow_dtypes_hold_wide_problems():
    case = large(9, 300, 200, 0.1)
    worth = case.worth.copy()
    worth.data //= 10_000
    wide = assign(worth, case.places, case.priority)
    narrow = assign(worth.astype(np.int8), case.places.astype(np.int8), case.priority.astype(">i2"))
    assert written(narrow) == written(wide)


def test_an_assignment_is_made_of_whole_numbers_that_cannot_be_changed():
    found = solved(large(3, 20, 20, 0.3))
    with pytest.raises(ValueError, match="read-only"):
        found.pairs[0, 0] = 1
    assert {type(found.total_priority), type(found.total_worth), type(found.scale)} == {int}
    assert {found.pairs.dtype, found.need_prices.dtype, found.place_prices.dtype} == {np.dtype(np.int64)}


def test_the_example_in_the_documentation_is_true():
    assert doctest.testmod(module) == (0, 3)


def crowd(needs: int, offers: int, priority: int = 1) -> Case:
    """Give people alike, each of whom all offers would do, and half as many places as people."""
    worth = np.full(needs * offers, 700_000, dtype=np.int32)
    offer = np.tile(np.arange(offers, dtype=np.int32), needs)
    return Case(
        csr_array((worth, offer, np.arange(needs + 1) * offers), shape=(needs, offers)),
        np.full(offers, needs // offers // 2),
        np.full(needs, priority),
    )


def test_a_hundred_thousand_people_alike_get_what_places_there_are():
    needs = 100_000 if tries() == FULL else 4_000
    found = proved(crowd(needs, 10))
    assert (found.total_priority, found.total_worth) == (needs // 2, needs // 2 * 700_000)


def test_priorities_may_be_huge():
    case = large(13, 400, 250, 0.1, "ties")
    case.priority[:] = np.random.default_rng(3).integers(0, 1_000_001, 400)
    found = proved(case)
    by_class = large(13, 400, 250, 0.1, "ties")
    by_class.priority[:] = 1
    assert len(found.pairs) == len(proved(by_class).pairs), (
        "a matroid: whoever comes first, as many are served"
    )
