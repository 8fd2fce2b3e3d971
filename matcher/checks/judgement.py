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

NEEDS_AT_ONCE = 256
OFFERS_AT_ONCE = 512
PEOPLE_TRIED = 256
WORTH_KEEPING = 3 / 4
WORTH_A_LIST = 1 / 4
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
        found = [
            self._worth_of_each(needs[first : first + size], offers[first : first + size])
            for size in [NEEDS_AT_ONCE * OFFERS_AT_ONCE]
            for first in range(0, len(needs), size)
        ]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def _worth_of_each(self, needs: Ints, offers: Ints) -> Ints:
        pairs = Pairs(self.columns, needs, offers)
        free = np.ones(len(needs), dtype=np.bool_)
        for barrier in self.program.barriers.values():
            free &= ~barrier(pairs)
        worth = worth_of(pairs, self.program)
        return np.where(free & (worth >= floor_of(self.columns.policy)), worth, NO_WORTH)

    def of_all(self, look: Callable[[Judged], Found]) -> Iterator[Found]:
        """Give what ``look`` finds in each block of the pairs that may be proposed, blocks in a fixed order.

        Neighbours stand together, so that whole blocks fall to the first barriers; so do offers that
        something bars whoever asks.
        """
        layout = _layout(self)
        blocks = [
            (needs, offers)
            for needs in _cut(layout.needs, NEEDS_AT_ONCE)
            for offers in _cut(layout.offers, OFFERS_AT_ONCE)
        ]
        yield from at_once(lambda block: look(layout.judged(*block)), blocks)


Work = TypeVar("Work")


def at_once(judge: Callable[[Work], Found], blocks: list[Work]) -> Iterator[Found]:
    """Judge blocks on a thread for each processor, and give what is found in their order."""
    if len(blocks) <= 1:
        yield from map(judge, blocks)
        return
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        yield from threads.map(judge, blocks)


@dataclass(frozen=True, slots=True)
class _Layout:
    """A pool laid out for its blocks: ``needs`` and ``offers`` are the positions that its columns had."""

    needs: Ints
    offers: Ints
    columns: PoolColumns
    program: Program
    barriers: list[Barrier]

    def judged(self, needs: slice, offers: slice) -> Judged:
        """Judge a block, barriers first, leaving out people as soon as nothing is open to them."""
        columns = _of_block(self.columns, needs, offers)
        rows, cols = np.arange(len(columns.needs)), np.arange(len(columns.offers))
        barred = np.zeros((len(rows), len(cols)), dtype=np.bool_)
        for barrier in self.barriers:
            barred |= barrier(Pairs(columns, rows[:, None], cols[None, :]))
            open_rows, open_cols = ~barred.all(axis=1), ~barred.all(axis=0)
            if open_rows.mean() * open_cols.mean() < WORTH_KEEPING:
                rows, cols = rows[open_rows], cols[open_cols]
                barred = barred[np.ix_(open_rows, open_cols)]
            if not barred.size:
                break
        row, column, worth = _worth(columns, self.program, rows, cols, ~barred)
        good = worth >= floor_of(columns.policy)
        return Judged(self.needs[needs], self.offers[offers], row[good], column[good], worth[good])


def _worth(
    columns: PoolColumns, program: Program, rows: Ints, cols: Ints, free: Flags
) -> tuple[Ints, Ints, Ints]:
    """Give row, column and worth of the pairs without a barrier: few one by one, many as a whole block."""
    at = np.nonzero(free)
    if len(at[0]) < WORTH_A_LIST * free.size:
        worth = worth_of(Pairs(columns, rows[at[0]], cols[at[1]]), program)
    else:
        worth = worth_of(Pairs(columns, rows[:, None], cols[None, :]), program)[at] if free.size else at[0]
    return rows[at[0]], cols[at[1]], worth


def _layout(judge: Judge) -> _Layout:
    columns, program = judge.columns, judge.program
    needs, offers = (
        np.lexsort((side.limit_um, side.drives, side.sector)) for side in (columns.needs, columns.offers)
    )
    offers = offers[~_barred_from_all(columns, program, offers)]
    return _Layout(needs, offers, columns.at(needs, offers), program, _most_excluding_first(columns, program))


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


def _cut(people: Ints, size: int) -> list[slice]:
    return [slice(first, min(first + size, len(people))) for first in range(0, len(people), size)]


def _of_block(columns: PoolColumns, needs: slice, offers: slice) -> PoolColumns:
    """Give the columns of a block without copying them, and the pairs named in it."""

    def named(pairs: Ints) -> Ints:
        need, offer = pairs[:, 0], pairs[:, 1]
        inside = (need >= needs.start) & (need < needs.stop) & (offer >= offers.start) & (offer < offers.stop)
        kept: Ints = pairs[inside] - (needs.start, offers.start)
        return kept

    return replace(
        columns,
        needs=columns.needs.at(needs),
        offers=columns.offers.at(offers),
        excluded=named(columns.excluded),
        tied=named(columns.tied),
        forbidden=named(columns.forbidden),
    )
