from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.assignment import mending, pricing
from matcher.assignment.exact import assign, prove
from matcher.assignment.mending import Mending
from matcher.assignment.rows import Edges, Prices, Rows
from matcher.errors import InvalidInput, NotProved
from tests.matcher.markets import PRIORITIES, WORTHS, Case, cases, large, table
from tests.matcher.solving import tried


class Told:
    """A market kept as anyone would write it down, to solve afresh."""

    def __init__(self, case: Case) -> None:
        needs, offers = case.worth.shape
        self.worth = dict(case.instance.worth)
        self.places = [*case.places.tolist(), 0]
        self.priority = [*case.priority.tolist(), 0]
        self.needs = set(range(needs))
        self.nobody = offers

    def add_need(self, worths: dict[int, int], priority: int) -> None:
        need = len(self.priority)
        self.needs.add(need)
        self.priority.append(priority)
        self.worth |= {(need, offer): worth for offer, worth in worths.items()}

    def add_offer(self, worths: dict[int, int], places: int) -> None:
        self.worth |= {(need, len(self.places)): worth for need, worth in worths.items()}
        self.places.append(places)

    def withdraw_need(self, need: int) -> None:
        self.needs.discard(need)
        self.worth = {pair: worth for pair, worth in self.worth.items() if pair[0] != need}

    def withdraw_offer(self, offer: int) -> None:
        self.places[offer] = 0

    def forbid(self, need: int, offer: int) -> None:
        self.worth.pop((need, offer), None)

    def lock(self, need: int, offer: int) -> None:
        self.withdraw_need(need)
        self.places[offer] -= 1

    def set_places(self, offer: int, places: int) -> None:
        self.places[offer] = places

    @property
    def totals(self) -> tuple[int, int]:
        rows: list[dict[int, int]] = [{} for _ in self.priority]
        for (need, offer), worth in self.worth.items():
            rows[need][offer] = worth
        found = assign(table(rows, len(self.places)), self.places, self.priority)
        return found.total_priority, found.total_worth


def a_change(told: Told, draw: Any) -> tuple[str, tuple[Any, ...]]:
    """Draw a change that can be made: what it is called, and of whom."""
    need = st.sampled_from(sorted(told.needs) or [0])
    offer = st.sampled_from([offer for offer in range(len(told.places)) if offer != told.nobody] or [0])
    with_place = st.sampled_from([offer for offer, places in enumerate(told.places) if places] or [0])
    worths = draw(st.sampled_from([WORTHS, st.integers(0, 2), st.just(7)]))
    has_needs, has_offers = bool(told.needs), len(told.places) > 1
    some = {
        "add_need": (st.dictionaries(offer, worths) if has_offers else st.just({}), PRIORITIES),
        "add_offer": (st.dictionaries(need, worths) if has_needs else st.just({}), st.integers(0, 3)),
        "withdraw_need": (need,) if has_needs else None,
        "withdraw_offer": (offer,) if has_offers else None,
        "set_places": (offer, st.integers(0, 3)) if has_offers else None,
        "forbid": (need, offer) if has_needs and has_offers else None,
        "lock": (need, with_place) if has_needs and any(told.places) else None,
    }
    name = draw(st.sampled_from([name for name, whom in some.items() if whom is not None]))
    return name, tuple(draw(each) for each in some[name] or ())


@tried(10)
@given(cases(), st.data(), st.sampled_from([0, 1, 1_000]))
def test_after_any_changes_the_round_is_proved_and_its_total_is_that_of_solving_afresh(
    case: Case, data: Any, room: int
):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mending, "ROOM", room)
        mended, told = Mending(case.worth, case.places, case.priority), Told(case)
        for _ in range(data.draw(st.integers(1, 8))):
            name, whom = a_change(told, data.draw)
            getattr(mended, name)(*whom)
            getattr(told, name)(*whom)
            found = mended.assignment
            prove(mended.market, found)
            assert (found.total_priority, found.total_worth) == told.totals


@pytest.mark.parametrize("kind", ["spread", "popular", "equal", "ties"])
@pytest.mark.parametrize("block", [mending.PAIRS_A_BLOCK, 10])
def test_many_changes_of_a_larger_market_end_at_the_total_of_solving_afresh(
    kind: str, block: int, monkeypatch
):
    looked_through, look_through = [], mending.underpriced_in

    def counted(rows: Rows, prices: Prices, width: int) -> Edges:
        looked_through.append(len(rows.offer))
        return look_through(rows, prices, width)

    monkeypatch.setattr(mending, "underpriced_in", counted)
    monkeypatch.setattr(mending, "PAIRS_A_BLOCK", block)
    monkeypatch.setattr(pricing, "FIRST_WIDTH", 1)  # so that most pairs stay outside the graph
    monkeypatch.setattr(mending, "WIDTH", 1)
    case, chance = large(11, 90, 60, 0.6, kind), np.random.default_rng(2)
    mended, told = Mending(case.worth, case.places, case.priority), Told(case)
    for _ in range(30):
        change(mended, told, chance)
    prove(mended.market, mended.assignment)
    assert (mended.assignment.total_priority, mended.assignment.total_worth) == told.totals
    assert max(looked_through) < block + 90  # a row is never cut


def test_to_forbid_a_pair_that_was_not_made_moves_nobody():
    case = large(5, 40, 30, 0.5, "equal")
    mended = Mending(case.worth, case.places, case.priority)
    before = mended.assignment.pairs.tolist()
    paired_with = dict(before)
    for need in range(40):
        for offer in case.worth[[need]].indices[:4].tolist():
            if paired_with.get(need) != offer:
                mended.forbid(need, offer)
    assert mended.assignment.pairs.tolist() == before


def test_to_forbid_a_pair_of_somebody_who_came_later_bars_nobody_else():
    mended = Mending(table([{0: 5}], 1), [2])
    comes = mended.add_need({0: 6})
    mended.forbid(comes, 0)
    assert mended.assignment.pairs.tolist() == [[0, 0]]
    prove(mended.market, mended.assignment)


@pytest.mark.parametrize("block", [1, 10**6])
def test_of_those_who_are_asked_every_underpriced_pair_is_found(block: int, monkeypatch):
    monkeypatch.setattr(mending, "PAIRS_A_BLOCK", block)
    case, chance = large(4, 30, 20, 0.5, "spread"), np.random.default_rng(4)
    rows = mending._Table(
        case.worth.indptr.astype(np.int64), case.worth.indices, case.worth.data.astype(np.int32)
    )
    for _ in range(20):
        is_asked, needs = chance.random(30) < 0.4, chance.integers(0, 10**6, 30)
        prices = Prices(np.zeros(30, dtype=np.int64), needs, chance.integers(0, 10**6, 20))
        found = rows.underpriced(is_asked, prices)
        assert list(zip(*(column.tolist() for column in found), strict=True)) == [
            (need, offer, worth)
            for (need, offer), worth in sorted(case.instance.worth.items())
            if is_asked[need] and worth > needs[need] + prices.place[offer]
        ]


def test_a_small_change_looks_through_less_than_half_and_solves_nothing_afresh(monkeypatch):
    case = large(7, 300, 150, 0.4, "spread")
    mended = Mending(case.worth, case.places, case.priority)
    looked_through, look_through = [], mending.underpriced_in

    def counted(rows: Rows, prices: Prices, width: int) -> Edges:
        looked_through.append(len(rows.offer))
        return look_through(rows, prices, width)

    monkeypatch.setattr(mending, "underpriced_in", counted)
    with mock.patch.object(Mending, "_open") as opened:
        some = mended.assignment.pairs[::10].tolist()
        for need, offer in some:
            mended.forbid(need, offer)
            mended.withdraw_need(need)
            mended.add_need({offer: 500_000}, priority=3)
    assert not opened.called
    assert sum(looked_through) < 3 * len(some) * case.worth.nnz / 2


def change(mended: Mending, told: Told, chance: np.random.Generator) -> None:
    """Let somebody come and somebody go, and take a pair away from those who stay."""
    offers = [offer for offer in range(len(told.places)) if offer != told.nobody]
    needs = sorted(told.needs)
    pairs = mended.assignment.pairs
    paired = pairs[chance.integers(len(pairs))].tolist()
    for name, whom in (
        (
            "add_need",
            ({int(j): int(chance.integers(10**6)) for j in chance.choice(offers, 9, replace=False)}, 3),
        ),
        (
            "add_offer",
            ({int(i): int(chance.integers(10**6)) for i in chance.choice(needs, 9, replace=False)}, 1),
        ),
        ("forbid", paired),
        ("set_places", (paired[1], int(chance.integers(4)))),
        ("withdraw_need", (int(chance.choice(needs)),)),
    ):
        getattr(mended, name)(*whom)
        getattr(told, name)(*whom)


def test_the_proof_of_a_mended_market_is_refused_for_another_market():
    mended = Mending(table([{0: 5, 1: 3}, {0: 4}], 2), [1, 1])
    before = mended.assignment
    mended.withdraw_offer(0)
    with pytest.raises(NotProved):
        prove(mended.market, before)


def test_who_comes_gets_the_position_after_nobody():
    mended = Mending(table([{0: 5}], 1), [1])
    assert (mended.add_need({0: 6}), mended.add_offer({0: 1, 2: 1})) == (2, 2)
    assert mended.assignment.pairs.tolist() == [[0, 2], [2, 0]]
    assert mended.assignment.total_worth == 7


@pytest.mark.parametrize(
    ("name", "whom", "message"),
    [
        ("withdraw_need", (1,), "need 1 is not there"),
        ("withdraw_need", (-1,), "need -1 is not there"),
        ("withdraw_offer", (1,), "offer 1 is not there"),
        ("add_need", ({1: 5},), "offer 1 is not there"),
        ("add_need", ({0: 1_000_001},), "worth is 1000001; it must be 0 to 1000000"),
        ("add_need", ({0: 5}, -1), "priority is -1"),
        ("add_offer", ({7: 5},), "need 7 is not there"),
        ("add_offer", ({0: 5}, -1), "places is -1"),
        ("set_places", (0, -1), "places is -1"),
        ("lock", (0, 2), "offer 2 is not there"),
        ("forbid", (3, 0), "need 3 is not there"),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_changes_nothing(
    name: str, whom: tuple[Any, ...], message: str
):
    mended = Mending(table([{0: 5}], 1), [1])
    with pytest.raises(InvalidInput, match=message):
        getattr(mended, name)(*whom)
    prove(mended.market, mended.assignment)
    assert mended.assignment.pairs.tolist() == [[0, 0]]


def test_a_lock_needs_a_place():
    mended = Mending(table([{0: 5}, {0: 6}], 1), [1])
    mended.lock(0, 0)
    assert not len(mended.assignment.pairs)
    with pytest.raises(InvalidInput, match="offer 0 has no place left"):
        mended.lock(1, 0)
