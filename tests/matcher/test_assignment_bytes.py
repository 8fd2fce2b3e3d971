"""The same input gives the same output: in any order, any dtype, compiled or not, by one thread or two."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from matcher.assignment import assign, pricing
from tests.matcher.markets import KINDS, Case, cases, large, table
from tests.matcher.solving import proved, solved, tried, written


def given_bytes(case: Case) -> list[bytes]:
    worth = case.worth
    return [c.tobytes() for c in (worth.data, worth.indices, worth.indptr, case.places, case.priority)]


@tried(20)
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


@tried(20)
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
    monkeypatch.setattr("matcher.assignment.market.PAIRS_A_BLOCK", 7)
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


def test_two_threads_at_once_give_what_each_would_alone():
    some = [large(seed, 80, 50, 0.3, kind) for seed, kind in enumerate(KINDS)]
    alone = [written(solved(case)) for case in some]
    with ThreadPoolExecutor(2) as crew:
        assert [written(found) for found in crew.map(solved, some * 2)] == alone * 2
