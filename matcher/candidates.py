"""The pairs that can matter: no barrier, and a score at or above the floor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from matcher.columns import Flags, Ints, PoolColumns
from matcher.pairs import Pairs, block
from matcher.programs import Program
from matcher.rows import Rows
from matcher.scoring import floor_of, worth_of
from matcher.sweep import SWEEP, UNSURE, Bound, room_for
from matcher.tables import Tables

PAIRS_IN_A_BLOCK = 1 << 20
ROOM = 1 << 20


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs at or above the floor without any barrier, by need, then offer; columns of one length."""

    need: Ints
    offer: Ints
    worth: Ints

    def where(self, kept: Flags) -> Candidates:
        """Give some of them only."""
        return Candidates(self.need[kept], self.offer[kept], self.worth[kept])


class Source(Protocol):
    """Finds the candidates of some needs."""

    def rows(self, begin: int, end: int, bound: Bound | None = None) -> Rows:
        """Give those of the needs from ``begin`` up to ``end``, as far as a bound does not rule them out."""


def _no_bound(columns: PoolColumns) -> Bound:
    return Bound(np.zeros(len(columns.offers), dtype=np.int64), np.ones(len(columns.needs), dtype=np.int64))


@dataclass(frozen=True, slots=True)
class ByDefinition:
    """Asks the barriers and criteria themselves, about blocks of pairs."""

    columns: PoolColumns
    program: Program

    def rows(self, begin: int, end: int, bound: Bound | None = None) -> Rows:
        """Find them block by block."""
        bound = bound or _no_bound(self.columns)
        height = max(PAIRS_IN_A_BLOCK // max(len(self.columns.offers), 1), 1)
        some = [
            _in_block(block(self.columns, first, min(first + height, end)), self.program, bound)
            for first in range(begin, end, height)
        ]
        need, offer, worth = (np.concatenate(column) for column in zip(*some, strict=True))
        start = np.searchsorted(need, np.arange(begin, end + 1))
        return Rows(begin, start, offer.astype(np.int32), worth.astype(np.int32))


def _in_block(pairs: Pairs, program: Program, bound: Bound) -> tuple[Ints, Ints, Ints]:
    barred = bound.of_offer[pairs.j] >= bound.of_need[pairs.i]
    for barrier in program.barriers.values():
        barred |= barrier(pairs)
    rows, offers = np.nonzero(~barred)
    needs = pairs.i[rows, 0]
    worth = worth_of(Pairs(pairs.columns, needs, offers), program)
    good = worth >= floor_of(pairs.columns.policy)
    return needs[good], offers[good], worth[good]


@dataclass(frozen=True, slots=True)
class BySweep:
    """Looks up, in a compiled loop, what the definitions say of each two kinds of people."""

    columns: PoolColumns
    program: Program
    tables: Tables

    def rows(self, begin: int, end: int, bound: Bound | None = None) -> Rows:
        """Find them in one loop, as long as there is room."""
        bound = bound or _no_bound(self.columns)
        width = len(self.columns.offers)
        found = room_for(ROOM + width, width, end - begin)
        some, reached = [], begin
        while reached < end:
            last = SWEEP.compiled()(self.tables, bound, found, reached, end)
            counts = np.diff(found.start[: last - reached + 1])
            some.append((counts, *(column[: counts.sum()].copy() for column in (found.offer, found.worth))))
            reached = last
        counts, offer, worth = (np.concatenate(column) for column in zip(*some, strict=True))
        return self._sure(Rows(begin, np.concatenate(([0], np.cumsum(counts))), offer, worth))

    def _sure(self, rows: Rows) -> Rows:
        """Score by definition the few pairs of which the loop was not sure."""
        unsure = np.flatnonzero(rows.worth >= UNSURE)
        if not len(unsure):
            return rows
        need = rows.first + np.searchsorted(rows.start, unsure, side="right") - 1
        rows.worth[unsure] = worth_of(
            Pairs(self.columns, need, rows.offer[unsure].astype(np.int64)), self.program
        )
        good = rows.worth >= floor_of(self.columns.policy)
        start = np.concatenate(([0], np.cumsum(good)))[rows.start]
        return Rows(rows.first, start, rows.offer[good], rows.worth[good])


def blocks(columns: PoolColumns) -> Iterator[Pairs]:
    """Cut the pairs of a pool into blocks of needs that fit in memory."""
    needs, offers = len(columns.needs), len(columns.offers)
    height = max(PAIRS_IN_A_BLOCK // max(offers, 1), 1)
    for first in range(0, needs if offers else 0, height):
        yield block(columns, first, min(first + height, needs))
