"""What cannot be assigned is refused, by its position."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.sparse import coo_array, csr_array

from matcher.assignment import assign, certify, market
from matcher.errors import InvalidInput, NotProved
from tests.matcher.markets import table

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
        (table([{0: -1, 1: 5}, {}], 2), r"worth\[0, 0\] is -1; it must be 0 to 1000000"),
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
        (3, None, r"places has the shape \(\); it must be \(2,\)"),
        ([[1, 1]], None, r"places\[0\] is \[1, 1\]; it must be a whole number"),
        ([1, [1, 2]], None, r"places\[1\] is \[1, 2\]; it must be a whole number"),
        ([1, 1.0], None, r"places\[1\] is 1.0; it must be a whole number"),
        ([1, True], None, r"places\[1\] is True; it must be a whole number"),
        (np.array([[1, 1]]), None, r"places has the shape \(1, 2\)"),
        (np.array([1.0, 1.0]), None, "places has the dtype float64"),
        (np.array([True, False]), None, "places has the dtype bool"),
        (np.array([1, 1], dtype=object), None, "places has the dtype object"),
        ([10**30, -(10**30)], None, r"places\[1\] is -10{30}; it must be 0 or more"),
        ([1, 1], [2**63, 1], r"priority\[0\] is 9223372036854775808; it must be 0 to 1000000"),
        ([1, 1], [1, 10**30], r"priority\[1\] is 10{30}; it must be 0 to 1000000"),
        ([1, 1], [[1], [1, 2]], r"priority\[0\] is \[1\]; it must be a whole number"),
        ([1, -1], None, r"places\[1\] is -1; it must be 0 or more"),
        ([1, 1], [1, 2, 3], r"priority has the shape \(3,\)"),
        ([1, 1], np.array([1.0, 2.0]), "priority has the dtype float64"),
        ([1, 1], [0, -3], r"priority\[1\] is -3; it must be 0 to 1000000"),
        ([1, 1], [1_000_001, 0], r"priority\[0\] is 1000001"),
        ([1, 1], ["a", "b"], r"priority\[0\] is 'a'; it must be a whole number"),
    ],
)
def test_places_and_priorities_that_cannot_be_are_refused_by_their_position(places, priority, message):
    for call in (lambda: assign(TWO, places, priority), lambda: certify(TWO, places, None, priority)):
        with pytest.raises(InvalidInput, match=message):
            call()


@pytest.mark.parametrize("offer", [7, 2, -1])
def test_an_offer_that_there_is_not_is_refused(offer: int):
    broken = TWO.copy()
    broken.indices[0] = offer
    with pytest.raises(InvalidInput, match=f"stores offer {offer} for need 0; there are 2 offers"):
        assign(broken, [1, 1])


@pytest.mark.parametrize(
    "start", [[0, 9, 3], [1, 2, 3], [0, 3, 2], [0, 2, 4], [0, 2], [0, 2, 3, 3], [-1, 2, 3]]
)
def test_starts_that_do_not_fit_are_refused(start: list[int]):
    broken = TWO.copy()
    broken.indptr = np.array(start)
    with pytest.raises(InvalidInput, match=r"worth\.indptr does not fit"):
        assign(broken, [1, 1])


@pytest.mark.parametrize("short", ["data", "indices"])
def test_entries_that_are_missing_are_missed(short: str):
    broken = TWO.copy()
    setattr(broken, short, getattr(broken, short)[:-1])
    with pytest.raises(InvalidInput, match=r"worth\.indptr does not fit"):
        assign(broken, [1, 1])


def test_what_is_stored_after_the_last_need_is_nobodys():
    longer = TWO.copy()
    longer.indices, longer.data = np.append(TWO.indices, [0, 0]), np.append(TWO.data, [9, 9])
    assert assign(longer, [1, 1]).pairs.tolist() == assign(TWO, [1, 1]).pairs.tolist()


def test_an_empty_column_of_other_than_whole_numbers_is_refused():
    nobody = csr_array((0, 0), dtype=np.int64)
    assert assign(nobody, []).scale == 1
    with pytest.raises(InvalidInput, match="places has the dtype float64"):
        assign(nobody, np.zeros(0))


def test_a_priority_too_great_for_so_many_needs_is_refused():
    needs = 2_400_000
    priority = np.zeros(needs, dtype=np.int64)
    priority[5] = 1_000_000
    scale = market.MOST_WORTH * needs + 1
    most = (market.DEAREST - market.MOST_WORTH) // scale
    with pytest.raises(InvalidInput, match=rf"priority\[5\] is 1000000; with 2400000 needs .* under {most},"):
        assign(csr_array((needs, 1), dtype=np.int64), [needs], priority)
    assert scale * (most - 1) + market.MOST_WORTH < market.DEAREST


def test_pairs_are_looked_through_whole_needs_at_a_time_as_many_as_fit(monkeypatch):
    monkeypatch.setattr(market, "PAIRS_A_BLOCK", 4)
    monkeypatch.setattr(market, "NEEDS_A_BLOCK", 3)
    lengths = [2, 2, 1, 5, 0, 0, 0, 0, 4]
    rows = [dict.fromkeys(range(length), need) for need, length in enumerate(lengths)]
    found = list(market.read_market(table(rows, 5), [1] * 5, None).blocks())
    assert [sorted(set(block.need.tolist())) for block in found] == [[0, 1], [2], [3], [], [8]]
    assert [(block.worth == block.need).all() for block in found] == [True] * 5
    assert sum(len(block.offer) for block in found) == sum(lengths)


def test_a_price_above_the_dearest_pair_is_no_price():
    worth, places = table([{0: 1_000_000}], 1), [1]
    found = assign(worth, places)
    for dearest, refusal in (
        (found.scale + 1_000_000, "pass the value"),
        (found.scale + 1_000_001, "no price"),
    ):
        with pytest.raises(NotProved, match=refusal):
            certify(worth, places, replace(found, place_prices=np.array([dearest])))
