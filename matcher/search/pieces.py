"""All candidates of a pool, by pieces that are kept as far as memory allows, and asked by whoever there is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, NamedTuple, TypeVar

import numpy as np

from matcher.assignment.rows import Rows
from matcher.columns import Flags, Ints, PoolColumns
from matcher.compiled import kernel
from matcher.programs import Program
from matcher.search.bounds import NOBODY_LEFT_OUT, Bound, Limits
from matcher.search.candidates import ByDefinition, BySweep, Candidates, Source
from matcher.search.reasons import Reasons
from matcher.search.sweep import SWEEP
from matcher.search.tables import tables_of

PAIRS_IN_A_PIECE = 1 << 29
PAIRS_IN_A_QUESTION = 1 << 26
"""Of needs whose reasons are asked for at once."""
PIECES = 8
"""At least so many, so that every core has work to the end."""
ALL_KEPT = 1 << 25
"""Of pools with no more pairs all candidates are kept, at 8 bytes each."""
KEPT = 100
"""Of others, so many of each need, the best."""
FEW = 8
"""One in so many pieces is looked through before the others for people whom no kept pair shows."""
FAR = 1 << 40
"""Above any worth."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Piece:
    """The candidates of needs that follow one another: all of them, or the best of each need.

    Nobody left out is worth more to need ``rows.first + k`` than ``beyond[k]``; -1 where nobody is left out.
    """

    source: Source
    rows: Rows
    beyond: Ints

    def all(self) -> Rows:
        """Give all candidates, kept or not."""
        needs = self.rows.needs
        is_whole = not (self.beyond >= 0).any()
        return self.rows if is_whole else self.source.rows(needs.start, needs.stop, NOBODY_LEFT_OUT)

    def within(self, bound: Bound) -> Rows:
        """Give the candidates that a bound does not rule out."""
        return self.source.within(bound, self.rows.needs.start, self.rows.needs.stop)


@dataclass(frozen=True, slots=True)
class Search:
    """The candidates of a pool; asked anything, it asks each piece, and answers in the order of needs.

    Pieces may be asked by the threads of this process, by other processes or by other machines: whatever
    ``executor`` has. The answers are the same, and so is what is kept.

    Attributes
    ----------
    has_offer, has_need : flags of shapes (needs,) and (offers,)
        who waits and has a candidate with a place; who has a place and a candidate that waits
    source : who finds candidates, and tells why there are none
    """

    pieces: list[Piece]
    has_offer: Flags
    has_need: Flags
    source: Source
    executor: Executor | None = None

    @property
    def work(self) -> int:
        """Give how many candidates are kept."""
        return sum(len(piece.rows.offer) for piece in self.pieces)

    @property
    def kept(self) -> list[Rows]:
        """Give the candidates that are kept."""
        return [piece.rows for piece in self.pieces]

    def rest(self, limits: Limits) -> Iterator[Rows]:
        """Give the candidates that limits do not rule out, of needs of whom some are not kept, kept ones too."""
        pieces = [piece for piece in self.pieces if (piece.beyond >= 0).any()]
        if not pieces:
            return iter(())
        beyond = np.full(len(self.has_offer), -FAR)
        for piece in pieces:
            beyond[piece.rows.needs] = np.where(piece.beyond < 0, -FAR, piece.beyond)
        bound = self.source.bound(limits)._replace(beyond=beyond)
        return _mapped(self.executor, partial(_within, bound), pieces)

    def reasons(self, needs: Ints) -> Iterator[tuple[Ints, Reasons]]:
        """Tell why some needs, by position, stay unpaired: some of them at a time, in their order."""
        height = max(PAIRS_IN_A_QUESTION // max(len(self.has_need), 1), 1)
        some = [needs[first : first + height] for first in range(0, len(needs), height)]
        return zip(some, _mapped(self.executor, self.source.reasons, some), strict=True)

    def ask(
        self,
        question: Callable[..., Answer],
        arguments: Callable[[slice], tuple[Any, ...]],
        rows: Iterable[Rows],
    ) -> Iterator[Answer]:
        """Give ``question(some, *arguments(needs))`` of these rows."""
        rows = list(rows)
        return _mapped(self.executor, partial(_ask, question), rows, [arguments(some.needs) for some in rows])

    def all(self) -> Candidates:
        """Give all candidates in columns; for pools of which they fit in memory."""
        if not self.pieces:
            return Candidates(*[np.zeros(0, dtype=np.int64)] * 3)
        found = [
            (
                np.repeat(np.arange(rows.needs.start, rows.needs.stop), np.diff(rows.start)),
                rows.offer,
                rows.worth,
            )
            for rows in (piece.all() for piece in self.pieces)
        ]
        return Candidates(*(np.concatenate(each).astype(np.int64) for each in zip(*found, strict=True)))


def _ask(question: Callable[..., Answer], rows: Rows, more: tuple[Any, ...]) -> Answer:
    return question(rows, *more)


def _within(bound: Bound, piece: Piece) -> Rows:
    return piece.within(bound)


def _mapped(
    executor: Executor | None, question: Callable[..., Answer], *columns: list[Any]
) -> Iterator[Answer]:
    return map(question, *columns) if executor is None else executor.map(question, *columns)


@cache
def _all_cores() -> Executor:
    return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="pairs")


def search(
    columns: PoolColumns,
    program: Program,
    is_waiting: Flags | None = None,
    places: Ints | None = None,
    executor: Executor | None = None,
) -> Search:
    """Look through all pairs of a pool: a large one by compiled code and, where none is given, by all cores.

    Parameters
    ----------
    is_waiting : flags of shape (needs,)
        whose pairs are in play; all where not given
    places : int64, shape (offers,)
        how many each offer has left; those of the columns where not given
    """
    needs, offers = len(columns.needs), len(columns.offers)
    is_waiting = np.ones(needs, dtype=np.bool_) if is_waiting is None else is_waiting
    has_place = (columns.offers.places if places is None else places) > 0
    has_offer, has_need = np.zeros(needs, dtype=np.bool_), np.zeros(offers, dtype=np.bool_)
    source: Source = ByDefinition(columns, program)
    if not needs or not offers:
        return Search([], has_offer, has_need, source)
    if SWEEP.repays(needs * offers):
        source, executor = BySweep(columns, program, tables_of(columns, program)), executor or _all_cores()
    most = offers if needs * offers <= ALL_KEPT else KEPT
    sight = _Sight(source, is_waiting, has_place, most)
    pieces = []
    for seen in _mapped(executor, partial(_look, sight), *_cut(needs, offers)):
        pieces.append(seen.piece)
        has_offer[seen.needs] = True
        has_need[seen.offers] = True
    found = Search(pieces, has_offer, has_need, source, executor)
    few = len(pieces) // FEW
    for some in (pieces[:few], pieces[few:]):  # the first show nearly all whom no kept pair does
        for rows in replace(found, pieces=some).rest(_not_seen(found, sight)):
            has_offer[rows.first + np.flatnonzero(np.diff(rows.start))] = True
            has_need[rows.offer] = True
    return found


def _not_seen(found: Search, sight: _Sight) -> Limits:
    """Rule out all pairs but those in play that show someone to be in play of whom no kept pair does."""
    of_offer = np.where(found.has_need, FAR, 0)
    of_need = np.where(found.has_offer, 1, FAR + 1)
    return Limits(np.where(sight.has_place, of_offer, 3 * FAR), np.where(sight.is_waiting, of_need, -FAR))


def _cut(needs: int, offers: int) -> tuple[list[int], list[int]]:
    """Give where pieces begin and end."""
    height = -(-needs // max(PIECES, needs * offers // PAIRS_IN_A_PIECE))
    begin = list(range(0, needs, height))
    return begin, [*begin[1:], needs]


class _Seen(NamedTuple):
    """A piece, and who stands in a kept pair that is in play."""

    piece: Piece
    needs: Ints
    offers: Ints


class _Sight(NamedTuple):
    """What it takes to look at any piece."""

    source: Source
    is_waiting: Flags
    has_place: Flags
    most: int


def _look(sight: _Sight, begin: int, end: int) -> _Seen:
    found = sight.source.rows(begin, end, sight.most + 1)  # one more, to know of who is left out
    rows, beyond = _best_of_each(found, sight.most)
    is_open = sight.has_place[rows.offer] & np.repeat(sight.is_waiting[rows.needs], np.diff(rows.start))
    in_play = rows.where(is_open)
    needs = begin + np.flatnonzero(np.diff(in_play.start))
    wanted = np.zeros(len(sight.has_place), dtype=np.bool_)
    wanted[in_play.offer] = True
    return _Seen(Piece(sight.source, rows, beyond), needs, np.flatnonzero(wanted))


def _best_of_each(rows: Rows, most: int) -> tuple[Rows, Ints]:
    """Give the best so many candidates of each need, and a bound on the worth of the others."""
    counts = np.diff(rows.start)
    beyond = np.full(len(counts), -1, dtype=np.int64)
    if int(counts.max(initial=0)) <= most:
        return rows, beyond
    kept = np.ones(len(rows.offer), dtype=np.uint8)
    coarse, fine = (np.zeros(length, dtype=np.int64) for length in (1 << 10, 1 << 10))
    LEAVE_OUT.run(len(rows.offer), rows, most, coarse, fine, kept, beyond)
    return rows.where(kept != 0), beyond


def leave_out(rows: Rows, most: int, coarse: Any, fine: Any, kept: Any, beyond: Any) -> None:
    """Unmark all but the ``most`` greatest worths of each need; note the greatest left out.

    Of equals each need keeps others than the need before it: a crowd of people alike would all keep the same few.
    """
    for row in range(len(rows.start) - 1):
        first, last = rows.start[row], rows.start[row + 1]
        if last - first > most:
            cut = find_cut(rows.worth, first, last, most, coarse, fine)
            room, equals = most, 0
            for at in range(first, last):
                room -= rows.worth[at] > cut
                equals += rows.worth[at] == cut
            beyond[row] = cut
            turn = (rows.first + row) * room % equals
            for at in range(first, last):
                if rows.worth[at] == cut:
                    kept[at] = 1 if turn < room else 0
                    turn = turn + 1 if turn + 1 < equals else 0
                elif rows.worth[at] < cut:
                    kept[at] = 0


def find_cut(worth: Any, first: int, last: int, most: int, coarse: Any, fine: Any) -> int:
    """Give the worth at which to cut, found by counting: first by its upper bits, then by its lower ones."""
    for at in range(len(coarse)):
        coarse[at] = 0
        fine[at] = 0
    for at in range(first, last):
        coarse[worth[at] >> 10] += 1
    room, upper = most, len(coarse) - 1
    while coarse[upper] <= room:
        room -= coarse[upper]
        upper -= 1
    for at in range(first, last):
        if worth[at] >> 10 == upper:
            fine[worth[at] & 1023] += 1
    lower = len(fine) - 1
    while fine[lower] <= room:
        room -= fine[lower]
        lower -= 1
    return upper * 1024 + lower


def _examples() -> list[tuple[Any, ...]]:
    none, start = np.zeros(0, dtype=np.int32), np.zeros(1, dtype=np.int64)
    return [(Rows(0, start, none, none), 0, start, start, np.zeros(0, dtype=np.uint8), start)]


LEAVE_OUT = kernel(
    leave_out,
    _examples,
    parts=(find_cut,),
    changes=(2, 3, 4, 5),
    repays_loading=1_000_000,
    repays_compiling=20_000_000,
)


def find(columns: PoolColumns, program: Program) -> Candidates:
    """Score a pool, barriers first, and keep what can be proposed."""
    return search(columns, program).all()
