import doctest
import os
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, SupportsIndex

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array, csr_array, csr_matrix

from matcher import assignment as module
from matcher import compiled, pricing
from matcher.assignment import Assignment, assign, certify
from matcher.errors import InvalidInput, NotProved
from matcher.paths import MEND
from tests.matcher.markets import KINDS, Case, cases, large, table
from tests.oracle.assignments import best, faults
from tests.tries import tries

often = settings(
    max_examples=20 * tries(),
    deadline=None,
    derandomize=os.environ.get("PASSERELLE_TRIES") != "full",
    database=None,
)
PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "orlib_assign" / "assign500.txt"
HERE = Path(__file__).parents[2]


def solved(case: Case) -> Assignment:
    return assign(case.worth, case.places, case.priority)


def proved(case: Case) -> Assignment:
    found = solved(case)
    certify(case.worth, case.places, found, case.priority)
    return found


def written(found: Assignment) -> list[Any]:
    return [
        (number.dtype.str, number.shape, number.tobytes()) if isinstance(number, np.ndarray) else number
        for number in (getattr(found, field.name) for field in fields(found))
    ]


def given_bytes(case: Case) -> list[bytes]:
    worth = case.worth
    return [c.tobytes() for c in (worth.data, worth.indices, worth.indptr, case.places, case.priority)]


# The best, and its proof


@often
@given(cases())
def test_no_assignment_of_a_few_people_is_better(case: Case):
    found = proved(case)
    assert (found.total_priority, found.total_worth) == best(case.instance)


@often
@given(cases())
def test_the_prices_hold_as_the_fixed_surface_defines_them(case: Case):
    assert faults(case.instance, solved(case)) == []


@often
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


def test_the_total_is_that_of_a_general_matching():
    case = large(5, 25, 20, 0.3)
    found = proved(case)
    graph = nx.Graph()
    for (need, offer), worth in case.instance.worth.items():
        for place in range(case.places[offer]):
            value = found.scale * int(case.priority[need]) + worth
            graph.add_edge(("need", need), ("offer", offer, place), weight=value)
    total = sum(graph.edges[pair]["weight"] for pair in nx.max_weight_matching(graph))
    assert found.scale * found.total_priority + found.total_worth == total


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


# Valid, and small or empty


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


def test_places_beyond_any_count_are_places():
    places = np.array([2**64 - 1], dtype=np.uint64)
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


# The same input, the same output


@often
@given(cases(), st.randoms())
def test_neither_order_nor_dtype_nor_form_of_the_input_changes_a_byte(case: Case, chance: Any):
    items = [list(row.items()) for row in rows_of(case)]
    for row in items:
        chance.shuffle(row)
    again = table([dict(row) for row in items], case.worth.shape[1], "uint32")
    other = assign(csr_matrix(again), case.places.tolist(), case.priority.astype(np.int64))
    assert written(other) == written(solved(case))


def rows_of(case: Case) -> list[dict[int, int]]:
    rows: list[dict[int, int]] = [{} for _ in range(case.worth.shape[0])]
    for (need, offer), worth in case.instance.worth.items():
        rows[need][offer] = worth
    return rows


@often
@given(cases())
def test_the_input_is_not_changed(case: Case):
    before = given_bytes(case)
    for column in (case.worth.data, case.worth.indices, case.worth.indptr, case.places, case.priority):
        column.flags.writeable = False
    proved(case)
    assert given_bytes(case) == before


def test_blocks_do_not_change_the_total(monkeypatch):
    case = large(7, 60, 40, 0.3, "popular")
    whole = proved(case)
    monkeypatch.setattr("matcher.market.PAIRS_A_BLOCK", 7)
    assert (proved(case).total_priority, proved(case).total_worth) == (
        whole.total_priority,
        whole.total_worth,
    )
    assert written(proved(case)) == written(whole)


@pytest.mark.parametrize("width", [1, 1000], ids=["pair by pair", "all at once"])
def test_the_total_does_not_hang_on_how_fast_the_graph_grows(width: int, monkeypatch):
    case = large(8, 60, 40, 0.3, "popular")
    whole = proved(case)
    monkeypatch.setattr(pricing, "FIRST_WIDTH", width)
    assert (proved(case).total_priority, proved(case).total_worth) == (
        whole.total_priority,
        whole.total_worth,
    )


# Compiled and as it stands


@pytest.fixture
def numba():
    if not compiled.is_available():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("numba is missing")


@pytest.mark.usefixtures("numba")
@pytest.mark.parametrize("kind", KINDS)
def test_compiled_and_uncompiled_give_the_same_bytes(kind: str, monkeypatch):
    case = large(2, 300, 150, 0.2, kind)
    monkeypatch.setattr(compiled.Kernel, "repays", lambda *_: False)
    as_it_stands = written(proved(case))
    monkeypatch.setattr(compiled.Kernel, "repays", lambda *_: True)
    assert written(proved(case)) == as_it_stands


class Guarded(list[int]):
    """A list that takes no position from its end, as an array would silently do."""

    def __getitem__(self, at: SupportsIndex) -> int:  # type: ignore[override] # no slices here
        assert int(at) >= 0
        return super().__getitem__(at)

    def __setitem__(self, at: SupportsIndex, number: int) -> None:  # type: ignore[override] # no slices here
        assert int(at) >= 0
        assert -(2**63) <= number < 2**63
        super().__setitem__(at, number)


@pytest.mark.parametrize("kind", KINDS)
def test_no_kernel_leaves_its_arrays_or_64_bits(kind: str, monkeypatch):
    def guarded(argument: Any) -> Any:
        lists = as_lists(argument)
        return Guarded(lists) if isinstance(lists, list) else lists

    as_lists = compiled._as_lists
    monkeypatch.setattr(compiled, "_as_lists", guarded)
    monkeypatch.setattr(compiled, "is_available", lambda: False)
    for seed in range(tries()):
        proved(large(seed, 40, 25, 0.3, kind))


def test_a_small_problem_never_loads_a_compiler():
    script = (
        "import sys, scipy.sparse, matcher.assignment as a;"
        "a.assign(scipy.sparse.csr_array([[3, 2], [1, 4]]), [1, 1]);"
        "sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=HERE, check=False).returncode == 0


@pytest.mark.parametrize(
    ("pairs", "is_warm", "repays"),
    [(19_999, True, False), (20_000, True, True), (99_999, False, False), (100_000, False, True)],
)
def test_compiled_code_comes_into_play_where_it_repays(pairs, is_warm, repays, monkeypatch):
    monkeypatch.setattr(compiled, "is_available", lambda: True)
    monkeypatch.setattr(compiled.Kernel, "is_loaded", lambda _: False)
    monkeypatch.delitem(sys.modules, "numba", raising=False)
    monkeypatch.setattr(compiled.Kernel, "is_warm", lambda _: is_warm)
    assert MEND.repays(pairs) is repays


def test_without_numba_nothing_is_compiled(monkeypatch):
    monkeypatch.setattr(compiled, "is_available", lambda: False)
    assert not MEND.repays(10**9)
    assert not compiled.warm()


# What proves nothing


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


@settings(often, max_examples=4 * tries())
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
        (lambda a: {"pairs": a.pairs + np.array([0, 20])}, "there are 20 needs and 20 offers"),
    ],
)
def test_what_is_wrong_with_an_assignment_is_said(change: Any, message: str):
    case = large(6, 20, 20, 0.4)
    found = proved(case)
    with pytest.raises(NotProved, match=message):
        certify(case.worth, case.places, replace(found, **change(found)), case.priority)


def test_a_worse_assignment_is_not_proved_by_the_prices_of_the_best():
    found = assign(table([{0: 5, 1: 3}, {0: 4}], 2), [1, 1])
    worse = replace(found, pairs=np.array([[0, 0]]), total_priority=1, total_worth=5)
    with pytest.raises(NotProved, match=r"must be 0$"):
        certify(table([{0: 5, 1: 3}, {0: 4}], 2), [1, 1], worse)


# What is refused

TWO = table([{0: 4, 1: 5}, {1: 6}], 2)


@pytest.mark.parametrize(
    ("worth", "message"),
    [
        (TWO.toarray(), "ndarray; it must be a scipy.sparse CSR"),
        (TWO.tocsc(), "csc_array"),
        (coo_array(TWO), "coo_array"),
        (csr_array(np.array([1, 2])), "1-dimensional csr_array"),
        (TWO.astype(np.float64), "dtype float64"),
        (TWO.astype(np.bool_), "dtype bool"),
        (table([{0: 4, 1: -5}, {}], 2), r"worth\[0, 1\] is -5; it must be 0 to 1000000"),
        (table([{}, {1: 1_000_001}], 2), r"worth\[1, 1\] is 1000001"),
        (table([{}, {1: 2**64 - 1}], 2, "uint64"), r"worth\[1, 1\] is 18446744073709551615"),
        (csr_array(([1, 2, 3], [1, 0, 1], [0, 3, 3]), shape=(2, 2)), r"worth\[0, 1\] is stored twice"),
    ],
)
def test_a_worth_that_cannot_be_is_refused_by_its_position(worth: Any, message: str):
    with pytest.raises(InvalidInput, match=message):
        assign(worth, [1, 1])


@pytest.mark.parametrize(
    ("places", "priority", "message"),
    [
        ([1], None, r"places has the shape \(1,\); it must be \(2,\)"),
        ([[1, 1]], None, r"places has the shape \(1, 2\)"),
        ([1.0, 1.0], None, "places has the dtype float64"),
        ([True, False], None, "places has the dtype bool"),
        ([1, -1], None, r"places\[1\] is -1; it must be 0 or more"),
        ([1, 1], [1, 2, 3], r"priority has the shape \(3,\)"),
        ([1, 1], np.array([1.0, 2.0]), "priority has the dtype float64"),
        ([1, 1], [0, -3], r"priority\[1\] is -3; it must be 0 to 1000000"),
        ([1, 1], [1_000_001, 0], r"priority\[0\] is 1000001"),
        ([1, 1], ["a", "b"], "priority has the dtype"),
    ],
)
def test_places_and_priorities_that_cannot_be_are_refused_by_their_position(places, priority, message):
    for call in (lambda: assign(TWO, places, priority), lambda: certify(TWO, places, None, priority)):
        with pytest.raises(InvalidInput, match=message):
            call()


def test_indices_that_do_not_fit_are_refused():
    broken = TWO.copy()
    broken.indices[0] = 7
    with pytest.raises(InvalidInput, match="stores offer 7 for need 0; there are 2 offers"):
        assign(broken, [1, 1])
    broken = TWO.copy()
    broken.indptr[1] = 9
    with pytest.raises(InvalidInput, match=r"worth\.indptr"):
        assign(broken, [1, 1])


def test_a_priority_too_great_for_so_many_needs_is_refused():
    needs = 2_400_000
    priority = np.zeros(needs, dtype=np.int64)
    priority[5] = 1_000_000
    with pytest.raises(InvalidInput, match=r"priority\[5\] is 1000000; with 2400000 needs"):
        assign(csr_array((needs, 1), dtype=np.int64), [needs], priority)
