"""Invented needs, offers and worths for the proofs of the assignment: small by chance, large by seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from scipy.sparse import csr_array

from matcher.assignment.market import Market
from matcher.assignment.rows import Edges, Ints, Prices, tight_in
from tests.oracle.assignments import Instance

WORTHS = st.one_of(st.sampled_from([0, 1, 500_000, 1_000_000]), st.integers(0, 1_000_000))
PRIORITIES = st.one_of(st.sampled_from([0, 1, 2, 13, 1_000_000]), st.integers(0, 20))


@dataclass(frozen=True, eq=False)
class Case:
    """What `assign` is given."""

    worth: csr_array
    places: npt.NDArray[Any]
    priority: npt.NDArray[Any]

    @property
    def instance(self) -> Instance:
        need = np.repeat(np.arange(self.worth.shape[0]), np.diff(self.worth.indptr))
        pairs = zip(need.tolist(), self.worth.indices.tolist(), strict=True)
        return Instance(
            dict(zip(pairs, self.worth.data.tolist(), strict=True)),
            self.places.tolist(),
            self.priority.tolist(),
        )


def table(rows: list[dict[int, int]], offers: int, dtype: str = "int64") -> csr_array:
    """Give a CSR array whose rows keep the order, and the zeros, that they are given in."""
    start = np.cumsum([0] + [len(row) for row in rows])
    offer = np.array([at for row in rows for at in row], dtype=np.int32)
    worth = np.array([number for row in rows for number in row.values()], dtype=dtype)
    return csr_array((worth, offer, start), shape=(len(rows), offers))


@st.composite
def cases(draw: st.DrawFn, most: int = 5) -> Case:
    """Up to five needs and offers: ties, zeros, no places, empty sides, rows in any order."""
    needs, offers = draw(st.integers(0, most)), draw(st.integers(0, most))
    worths = draw(st.sampled_from([WORTHS, st.integers(0, 3), st.just(7)]))
    row = st.permutations(range(offers)).flatmap(
        lambda order: st.integers(0, offers).flatmap(
            lambda length: st.fixed_dictionaries(dict.fromkeys(order[:length], worths))
        )
    )
    rows = draw(st.lists(row, min_size=needs, max_size=needs))
    places = draw(st.lists(st.integers(0, 3), min_size=offers, max_size=offers))
    priority = draw(st.lists(PRIORITIES, min_size=needs, max_size=needs))
    return Case(
        table(rows, offers, draw(st.sampled_from(["int32", "int64", "uint64"]))),
        np.array(places, dtype=draw(st.sampled_from(["int8", "uint16", "int64"]))),
        np.array(priority, dtype=draw(st.sampled_from(["int32", "int64", "uint64"]))),
    )


KINDS = ("spread", "popular", "product", "equal", "ties")


def large(seed: int, needs: int, offers: int, allowed: float, kind: str = "spread") -> Case:
    """Give a market with 0 to 3 places and priorities 1 to 20, of one of several kinds of worth."""
    chance = np.random.default_rng(seed)
    keep = chance.random((needs, offers)) < allowed
    need, offer = np.nonzero(keep)
    count = len(need)
    worth = {
        "spread": lambda: chance.integers(0, 1_000_001, count),
        "popular": lambda: (
            chance.integers(0, 500_001, offers)[offer]
            + chance.integers(0, 300_001, needs)[need]
            + chance.integers(0, 200_001, count)
        ),
        "product": lambda: chance.integers(0, 1001, needs)[need] * chance.integers(0, 1001, offers)[offer],
        "equal": lambda: np.full(count, 700_000),
        "ties": lambda: chance.integers(0, 4, count) * 250_000,
    }[kind]()
    start = np.concatenate([[0], np.cumsum(keep.sum(axis=1))])
    return Case(
        csr_array((worth, offer.astype(np.int32), start), shape=(needs, offers)),
        chance.integers(0, 4, offers),
        chance.integers(1, 21, needs),
    )


def tight_of(market: Market, need_prices: Ints, place_prices: Ints) -> Iterator[Edges]:
    """Give the pairs of a market that are worth exactly their prices, block by block."""
    lift = market.scale * market.priority
    for rows in market.rows():
        yield tight_in(
            rows, Prices(lift[rows.needs], need_prices[rows.needs], place_prices), len(market.offer)
        )
