"""The pairs that can matter: no barrier, and a score at or above the floor."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np

from matcher.columns import Flags, Ints, PoolColumns
from matcher.pairs import Pairs, block
from matcher.programs import Program
from matcher.rows import Rows
from matcher.scoring import floor_of, worth_of
from matcher.sweep import SWEEP, UNSURE, room_for
from matcher.tables import Tables, tables_of

PAIRS_IN_A_BLOCK = 1 << 20
PAIRS_IN_A_STRETCH = 1 << 27
"""Looked through in one go by compiled code."""
STRETCHES = 8
"""At least so many, so that every core has work to the end."""
ROOM = 1 << 20
KEPT = 60_000_000
"""Pairs kept in memory, at 8 bytes each; what does not fit is looked for anew each time."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs at or above the floor without any barrier, by need, then offer; columns of one length."""

    need: Ints
    offer: Ints
    worth: Ints

    def where(self, kept: Flags) -> Candidates:
        """Give some of them only."""
        return Candidates(self.need[kept], self.offer[kept], self.worth[kept])


class _Source(Protocol):
    """Finds the candidates of some needs."""

    def rows(self, begin: int, end: int) -> Rows: ...


@dataclass(frozen=True, slots=True)
class _ByDefinition:
    """Asks the barriers and criteria themselves, about blocks of pairs."""

    columns: PoolColumns
    program: Program

    def rows(self, begin: int, end: int) -> Rows:
        height = max(PAIRS_IN_A_BLOCK // max(len(self.columns.offers), 1), 1)
        some = [
            _in_block(block(self.columns, first, min(first + height, end)), self.program)
            for first in range(begin, end, height)
        ]
        need, offer, worth = (np.concatenate(column) for column in zip(*some, strict=True))
        start = np.searchsorted(need, np.arange(begin, end + 1))
        return Rows(begin, start, offer.astype(np.int32), worth.astype(np.int32))


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
class _BySweep:
    """Looks up, in a compiled loop, what the definitions say of each two kinds of people."""

    columns: PoolColumns
    program: Program
    tables: Tables

    def rows(self, begin: int, end: int) -> Rows:
        width = len(self.columns.offers)
        found = room_for(ROOM + width, width, end - begin)
        some, reached = [], begin
        while reached < end:
            last = SWEEP.compiled()(self.tables, found, reached, end)
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


class _Stretch(NamedTuple):
    """Some needs whose candidates are not in memory."""

    source: _Source
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Search:
    """All candidates of a pool, by needs that follow one another; asked anything, it asks each piece.

    Pieces are kept in memory as far as they fit, else found anew for each question. They may be asked by
    the threads of this process, by other processes or by other machines: whatever ``executor`` has; the
    answers come in the order of needs, the same in whatever order they were found.
    """

    pieces: list[Rows | _Stretch]
    size: int = 0
    """How many candidates there are."""
    executor: Executor | None = None
    tables: Tables | None = None
    """What the pairs were looked up in, where they were."""

    def ask(
        self, question: Callable[..., Answer], arguments: Callable[[slice], tuple[Any, ...]]
    ) -> Iterator[Answer]:
        """Give the answer of each piece to ``question(rows, *arguments(needs))``."""
        more = [arguments(_needs_of(piece)) for piece in self.pieces]
        return _mapped(self.executor, partial(_ask, question), self.pieces, more)

    def rows(self) -> Iterator[Rows]:
        """Give the candidates themselves."""
        return _mapped(self.executor, _rows_of, self.pieces)

    def all(self) -> Candidates:
        """Give all candidates in columns; for pools of which they fit in memory."""
        columns = [
            (
                np.repeat(np.arange(rows.needs.start, rows.needs.stop), np.diff(rows.start)),
                rows.offer,
                rows.worth,
            )
            for rows in self.rows()
        ]
        if not columns:
            return Candidates(*[np.zeros(0, dtype=np.int64)] * 3)
        return Candidates(*(np.concatenate(each).astype(np.int64) for each in zip(*columns, strict=True)))


def _needs_of(piece: Rows | _Stretch) -> slice:
    return piece.needs if isinstance(piece, Rows) else slice(piece.begin, piece.end)


def _rows_of(piece: Rows | _Stretch) -> Rows:
    return piece if isinstance(piece, Rows) else piece.source.rows(piece.begin, piece.end)


def _ask(question: Callable[..., Answer], piece: Rows | _Stretch, more: tuple[Any, ...]) -> Answer:
    return question(_rows_of(piece), *more)


def search(columns: PoolColumns, program: Program, executor: Executor | None = None) -> Search:
    """Look through all pairs of a pool: a large one by compiled code and, where none are given, by all cores."""
    needs, offers = len(columns.needs), len(columns.offers)
    if not needs or not offers:
        return Search([])
    source: _Source = _ByDefinition(columns, program)
    tables = None
    if SWEEP.repays(needs * offers):
        tables = tables_of(columns, program)
        source, executor = _BySweep(columns, program, tables), executor or _all_cores()
    pieces: list[Rows | _Stretch] = list(_stretches(source, needs, offers))
    size, kept = 0, 0
    for at, rows in enumerate(_mapped(executor, _rows_of, list(pieces))):
        size += len(rows.offer)
        if kept + len(rows.offer) <= KEPT:
            pieces[at] = rows
            kept += len(rows.offer)
    return Search(pieces, size, executor, tables)


def _stretches(source: _Source, needs: int, offers: int) -> Iterator[_Stretch]:
    height = -(-needs // max(STRETCHES, needs * offers // PAIRS_IN_A_STRETCH))
    for first in range(0, needs, height):
        yield _Stretch(source, first, min(first + height, needs))


def _mapped(
    executor: Executor | None, question: Callable[..., Answer], *columns: list[Any]
) -> Iterator[Answer]:
    return map(question, *columns) if executor is None else executor.map(question, *columns)


@cache
def _all_cores() -> Executor:
    return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="pairs")


def find(columns: PoolColumns, program: Program) -> Candidates:
    """Score a pool, barriers first, and keep what can be proposed."""
    return search(columns, program).all()


def blocks(columns: PoolColumns) -> Iterator[Pairs]:
    """Cut the pairs of a pool into blocks of needs that fit in memory."""
    needs, offers = len(columns.needs), len(columns.offers)
    height = max(PAIRS_IN_A_BLOCK // max(offers, 1), 1)
    for first in range(0, needs if offers else 0, height):
        yield block(columns, first, min(first + height, needs))
