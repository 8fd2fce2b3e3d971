"""The pairs that can matter: no barrier, and a score at or above the floor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matcher.columns import Flags, Ints, PoolColumns
from matcher.pairs import Pairs, block
from matcher.programs import Program
from matcher.records import Alternate
from matcher.scoring import floor_of, worth_of

PAIRS_IN_A_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs at or above the floor without any barrier, by need, then offer; columns of one length."""

    need: Ints
    offer: Ints
    worth: Ints

    def where(self, kept: Flags) -> Candidates:
        """Give some of them only."""
        return Candidates(self.need[kept], self.offer[kept], self.worth[kept])


def find(columns: PoolColumns, program: Program) -> Candidates:
    """Score a pool block by block, barriers first, and keep what can be proposed."""
    found = [_in_block(pairs, program) for pairs in blocks(columns)]
    if not found:
        empty = np.zeros(0, dtype=np.int64)
        return Candidates(empty, empty, empty)
    return Candidates(*(np.concatenate(column) for column in zip(*found, strict=True)))


def blocks(columns: PoolColumns) -> Iterator[Pairs]:
    """Cut the pairs of a pool into blocks of needs that fit in memory."""
    needs, offers = len(columns.needs), len(columns.offers)
    height = max(PAIRS_IN_A_BLOCK // max(offers, 1), 1)
    for first in range(0, needs if offers else 0, height):
        yield block(columns, first, min(first + height, needs))


def _in_block(pairs: Pairs, program: Program) -> tuple[Ints, Ints, Ints]:
    barred = np.zeros(pairs.shape, dtype=np.bool_)
    for barrier in program.barriers.values():
        barred |= barrier(pairs)
    rows, offers = np.nonzero(~barred)
    needs = pairs.i[rows, 0]
    worth = worth_of(Pairs(pairs.columns, needs, offers), program)
    good = worth >= floor_of(pairs.columns.policy)
    return needs[good], offers[good], worth[good]


def best_of(
    at: Ints, other: Ints, worth: Ints, most: int, ids: tuple[str, ...]
) -> dict[int, tuple[Alternate, ...]]:
    """Give, for each position in ``at``, at most ``most`` of its others, best first."""
    order = np.lexsort((other, -worth, at))
    at, other, worth = at[order], other[order], worth[order]
    rank = np.arange(len(at)) - np.searchsorted(at, at)
    best: dict[int, tuple[Alternate, ...]] = {}
    for here, there, value in zip(
        *(column[rank < most].tolist() for column in (at, other, worth)), strict=True
    ):
        best[here] = (*best.get(here, ()), Alternate(id=ids[there], worth=value))
    return best
