"""Every pair of a pool, judged plainly: the definitions of barriers and criteria, and nothing else, block by block."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from matcher.columns import Flags, Ints, PoolColumns
from matcher.pairs import Pairs
from matcher.programs import Barrier, Program
from matcher.scoring import floor_of, worth_of

NEEDS_AT_ONCE = 512
OFFERS_AT_ONCE = 1024
PAIRS_IN_A_LIST = 1 << 16
PAIRS_AT_HAND = 1 << 15
PEOPLE_TRIED = 256
WORTH_KEEPING = 3 / 4
WORTH_A_LIST = 2 / 5
NO_WORTH = -1

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Judged:
    """The pairs of a block that may be proposed: a row of ``needs``, a column of ``offers``, and the worth."""

    needs: Ints
    offers: Ints
    row: Ints
    column: Ints
    worth: Ints


@dataclass(frozen=True, slots=True)
class Judge:
    """Who may be proposed to whom, by position in the columns of a pool."""

    columns: PoolColumns
    program: Program

    def worth_of_each(self, needs: Ints, offers: Ints) -> Ints:
        """Give the worth of each pair of a list; NO_WORTH where it may not be proposed."""
        found = [self._worth_of_each(needs[some], offers[some]) for some in _cut(len(needs), PAIRS_IN_A_LIST)]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def _worth_of_each(self, needs: Ints, offers: Ints) -> Ints:
        pairs = Pairs(self.columns, needs, offers)
        free = np.ones(len(needs), dtype=np.bool_)
        for barrier in self.program.barriers.values():
            free &= ~barrier(pairs)
        worth = worth_of(pairs, self.program)
        return np.where(free & (worth >= floor_of(self.columns.policy)), worth, NO_WORTH)

    def of_all(self, look: Callable[[Judged], Found]) -> Iterator[Found]:
        """Give what ``look`` finds in some of the pairs that may be proposed at a time, in a fixed order.

        Neighbours stand together, so that the first barriers leave few of them; offers that something bars
        whoever asks are left out.
        """
        strips = _strips(self)
        for found in at_once(lambda strip: [look(judged) for judged in strip.judged()], strips):
            yield from found


Work = TypeVar("Work")


def at_once(judge: Callable[[Work], Found], parts: list[Work]) -> Iterator[Found]:
    """Judge parts on a thread for each processor, and give what is found in their order."""
    if len(parts) <= 1:
        yield from map(judge, parts)
        return
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        yield from threads.map(judge, parts)


def _strips(judge: Judge) -> list[_Strip]:
    columns, program = judge.columns, judge.program
    needs, offers = (
        np.lexsort((*side.reach, side.limit_um, side.drives, side.remote_ok, side.sector))
        for side in (columns.needs, columns.offers)
    )
    offers = offers[~_barred_from_all(columns, program, offers)]
    barriers, laid_out = _most_excluding_first(columns, program), columns.at(needs, offers)
    return [
        _Strip(needs[rows], offers, _of_strip(laid_out, rows), program, barriers)
        for rows in _cut(len(needs), NEEDS_AT_ONCE)
    ]


def _cut(length: int, size: int) -> list[slice]:
    return [slice(first, min(first + size, length)) for first in range(0, length, size)]


@dataclass(frozen=True, slots=True)
class _Strip:
    """Some needs and all offers: their positions in the pool, their columns, and barriers in the order to ask."""

    needs: Ints
    offers: Ints
    columns: PoolColumns
    program: Program
    barriers: list[Barrier]

    def judged(self) -> Iterator[Judged]:
        """Judge a block of offers at a time; where few pairs have no barrier, score those of many blocks at once."""
        few: list[tuple[Ints, Ints]] = []
        for block in _cut(len(self.offers), OFFERS_AT_ONCE):
            rows, cols, free = self._free(block)
            row, col = np.nonzero(free)
            if len(row) <= WORTH_A_LIST * free.size:
                few.append((rows[row], cols[col]))
            else:
                yield self._good(rows[row], cols[col], self._worth_of_block(rows, cols)[free])
            if sum(len(pairs) for pairs, _ in few) > PAIRS_IN_A_LIST:
                yield self._of_list(few)
                few = []
        yield self._of_list(few)

    def _free(self, block: slice) -> tuple[Ints, Ints, Flags]:
        """Give rows, columns, and which of their pairs have no barrier; whom nothing is open to is left out."""
        rows, cols = np.arange(len(self.needs)), np.arange(block.start, block.stop)
        barred = np.zeros((len(rows), len(cols)), dtype=np.bool_)
        left = int(barred.size)
        for barrier in self.barriers:
            barred |= barrier(Pairs(self.columns, rows[:, None], cols[None, :]))
            free = int(barred.size - np.count_nonzero(barred))
            if free < WORTH_KEEPING * left:
                open_rows, open_cols = ~barred.all(axis=1), ~barred.all(axis=0)
                rows, cols, left = rows[open_rows], cols[open_cols], free
                barred = barred[np.ix_(open_rows, open_cols)]
            if not free:
                break
        return rows, cols, ~barred

    def _worth_of_block(self, rows: Ints, cols: Ints) -> Ints:
        """Score every pair of a block, as many rows at a time as a processor keeps at hand."""
        near = replace(self.columns, offers=self.columns.offers.at(slice(cols[0], cols[-1] + 1)))
        height = max(PAIRS_AT_HAND // len(cols), 1)
        worths = [
            worth_of(Pairs(near, rows[some, None], (cols - cols[0])[None, :]), self.program)
            for some in _cut(len(rows), height)
        ]
        return np.concatenate(worths)

    def _of_list(self, few: list[tuple[Ints, Ints]]) -> Judged:
        row, column = (np.concatenate([pairs[at] for pairs in few]) if few else _NOBODY for at in (0, 1))
        return self._good(row, column, worth_of(Pairs(self.columns, row, column), self.program))

    def _good(self, row: Ints, column: Ints, worth: Ints) -> Judged:
        good = worth >= floor_of(self.columns.policy)
        return Judged(self.needs, self.offers, row[good], column[good], worth[good])


_NOBODY = np.zeros(0, dtype=np.int64)


def _barred_from_all(columns: PoolColumns, program: Program, offers: Ints) -> Flags:
    """Say which offers something bars whoever asks: a barrier that looks at no need answers in a single row."""
    some = np.arange(min(2, len(columns.needs)))
    barred = np.zeros(len(offers), dtype=np.bool_)
    for barrier in program.barriers.values():
        flags = barrier(Pairs(columns, some[:, None], offers[None, :]))
        if len(flags) == 1:
            barred |= flags[0]
    return barred


def _most_excluding_first(columns: PoolColumns, program: Program) -> list[Barrier]:
    """Order barriers by how many pairs of a few people they bar; any order gives the same answer."""
    some = Pairs(
        columns,
        np.arange(min(PEOPLE_TRIED, len(columns.needs)))[:, None],
        np.arange(min(PEOPLE_TRIED, len(columns.offers)))[None, :],
    )
    return sorted(
        program.barriers.values(), key=lambda barrier: -np.broadcast_to(barrier(some), some.shape).sum()
    )


def _of_strip(columns: PoolColumns, rows: slice) -> PoolColumns:
    """Give the columns of some needs and all offers without copying them, and the pairs named in them."""

    def named(pairs: Ints) -> Ints:
        inside = (pairs[:, 0] >= rows.start) & (pairs[:, 0] < rows.stop)
        kept: Ints = pairs[inside] - (rows.start, 0)
        return kept

    return replace(
        columns,
        needs=columns.needs.at(rows),
        excluded=named(columns.excluded),
        tied=named(columns.tied),
        forbidden=named(columns.forbidden),
    )
