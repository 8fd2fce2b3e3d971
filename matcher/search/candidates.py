"""The pairs that can matter: no barrier, and a score at or above the floor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from matcher.assignment.rows import Rows
from matcher.columns import Flags, Ints, PoolColumns
from matcher.pairs import Pairs, block
from matcher.programs import Program
from matcher.scoring import floor_of, worth_of
from matcher.search.bounds import Bound, Limits, bound_of, room_for
from matcher.search.reasons import NEAREST, REASONS, Reasons, marks_for, reasons_for
from matcher.search.sweep import SWEEP, UNSURE
from matcher.search.tables import Tables

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

    def rows(self, begin: int, end: int, most: int) -> Rows:
        """Give those of the needs from ``begin`` up to ``end``: all, or at least the ``most`` best of each."""

    def bound(self, limits: Limits) -> Bound:
        """Give limits as `within` reads them."""

    def within(self, bound: Bound, begin: int, end: int) -> Rows:
        """Give those that a bound does not rule out, and maybe a few others."""

    def reasons(self, needs: Ints) -> Reasons:
        """Tell why some needs, by position, stay unpaired: of any they tell who else there is."""


@dataclass(frozen=True, slots=True)
class ByDefinition:
    """Asks the barriers and criteria themselves, about blocks of pairs."""

    columns: PoolColumns
    program: Program

    def rows(self, begin: int, end: int, _most: int) -> Rows:
        """Find all."""
        height = max(PAIRS_IN_A_BLOCK // max(len(self.columns.offers), 1), 1)
        some = [
            _in_block(block(self.columns, first, min(first + height, end)), self.program)
            for first in range(begin, end, height)
        ]
        need, offer, worth = (np.concatenate(column) for column in zip(*some, strict=True))
        start = np.searchsorted(need, np.arange(begin, end + 1))
        return Rows(begin, start, offer.astype(np.int32), worth.astype(np.int32))

    def bound(self, limits: Limits) -> Bound:
        """Give them for offers by position."""
        return bound_of(limits)

    def within(self, bound: Bound, begin: int, end: int) -> Rows:
        """Find all, and leave out whom the bound rules out."""
        rows = self.rows(begin, end, 0)
        need = np.repeat(np.arange(begin, end), np.diff(rows.start))
        return rows.where(bound.of_offer[rows.offer] < bound.of_need[need] + rows.worth)

    def reasons(self, needs: Ints) -> Reasons:
        """Ask about every offer, and score those whom one barrier at most keeps away."""
        height = max(PAIRS_IN_A_BLOCK // max(len(self.columns.offers), 1), 1)
        blocks = range(0, max(len(needs), 1), height)
        some = [self._reasons(needs[first : first + height]) for first in blocks]
        return Reasons(*(np.concatenate(column) for column in zip(*some, strict=True)))

    def _reasons(self, needs: Ints) -> Reasons:
        pairs = Pairs(self.columns, needs[:, None], np.arange(len(self.columns.offers))[None, :])
        barred = np.stack(
            [np.broadcast_to(barrier(pairs), pairs.shape) for barrier in self.program.barriers.values()],
            axis=1,
        )
        crossed = barred.sum(axis=1, dtype=np.int8)
        rows, offers = np.nonzero(crossed <= 1)
        worth = worth_of(Pairs(self.columns, needs[rows], offers), self.program)
        good, free = worth >= floor_of(self.columns.policy), crossed[rows, offers] == 0
        told = reasons_for(len(needs), barred.shape[1])
        told.barred[:] = barred.sum(axis=2).ravel()
        for column, are_counted in ((told.below_floor, free & ~good), (told.compatible, free & good)):
            column[:] = np.bincount(rows[are_counted], minlength=len(needs))
        alone = np.flatnonzero(~free & good)
        alone = alone[np.lexsort((offers[alone], -worth[alone], rows[alone]))]
        nth = np.arange(len(alone)) - np.searchsorted(rows[alone], rows[alone])
        best, nth = alone[nth < NEAREST], nth[nth < NEAREST]
        told.nearest[rows[best] * NEAREST + nth] = offers[best]
        told.nearest_by[rows[best] * NEAREST + nth] = barred[rows[best], :, offers[best]].argmax(axis=1)
        return told


def _in_block(pairs: Pairs, program: Program) -> tuple[Ints, Ints, Ints]:
    barred = np.zeros(pairs.shape, dtype=np.bool_)
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

    def rows(self, begin: int, end: int, most: int) -> Rows:
        """Find whoever may be among the best, looking through all."""
        return self._swept(self._everybody(end, most), begin, end)

    def bound(self, limits: Limits) -> Bound:
        """Give them for offers as they stand in the tables."""
        return bound_of(Limits(limits.of_offer[self.tables.offers.position], limits.of_need))

    def within(self, bound: Bound, begin: int, end: int) -> Rows:
        """Find them in one loop."""
        return self._swept(bound, begin, end)

    def reasons(self, needs: Ints) -> Reasons:
        """Look them up, and ask the definitions where the loop was not sure."""
        by_definition, width = ByDefinition(self.columns, self.program), len(self.columns.offers)
        if not REASONS.repays(len(needs) * width):
            return by_definition.reasons(needs)
        bound = self._everybody(len(self.columns.needs), NEAREST)
        marks, told = marks_for(len(needs), self.tables), reasons_for(len(needs), len(self.program.barriers))
        REASONS.compiled()(self.tables, bound, room_for(ROOM + 2 * width, width, 0), needs, marks, told)
        unsure = np.flatnonzero(marks.unsure)
        if len(unsure):
            for column, sure in zip(told, by_definition.reasons(needs[unsure]), strict=True):
                column.reshape(len(needs), -1)[unsure] = sure.reshape(len(unsure), -1)
        return told

    def _everybody(self, needs: int, most: int) -> Bound:
        """Give a bound that rules out no pair of the first so many needs, but who is worth less than so many others."""
        nothing = np.zeros(len(self.columns.offers), dtype=np.int64)
        return bound_of(Limits(nothing, np.ones(needs, dtype=np.int64)), most)

    def _swept(self, bound: Bound, begin: int, end: int) -> Rows:
        """Sweep on and on, as long as there is room each time."""
        width = len(self.columns.offers)
        found = room_for(ROOM + 2 * width, width, end - begin)
        some, reached = [], begin
        while reached < end:
            last = SWEEP.compiled()(self.tables, bound, found, reached, end)
            counts = np.diff(found.start[: last - reached + 1])
            pairs = slice(0, counts.sum())
            some.append((counts, found.offer[pairs].astype(np.int32), found.worth[pairs].copy()))
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
        return rows.where(rows.worth >= floor_of(self.columns.policy))


def blocks(columns: PoolColumns) -> Iterator[Pairs]:
    """Cut the pairs of a pool into blocks of needs that fit in memory."""
    needs, offers = len(columns.needs), len(columns.offers)
    height = max(PAIRS_IN_A_BLOCK // max(offers, 1), 1)
    for first in range(0, needs if offers else 0, height):
        yield block(columns, first, min(first + height, needs))
