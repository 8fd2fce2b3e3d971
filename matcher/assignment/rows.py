"""The pairs of some needs, and which of them matter at given prices: those underpriced, and those tight.

The kernels run on blocks of rows, so that no caller need ever hold all pairs, and several at a time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from matcher.compiled import kernel

Ints = npt.NDArray[np.int64]
NarrowInts = npt.NDArray[np.int32]

REPAYS_LOADING = 500_000
REPAYS_COMPILING = 5_000_000
"""Pairs looked through, once, from which it repays to load and to compile: a round does so some six times."""


class Rows(NamedTuple):
    """The allowed pairs of k needs that follow one another, by need and then by offer."""

    first: int
    """The position of the first of these needs."""
    start: Ints
    """Shape (k + 1,): the pairs of need ``first + i`` stand from ``start[i]`` to before ``start[i + 1]``."""
    offer: NarrowInts
    worth: NarrowInts

    @property
    def needs(self) -> slice:
        """Where columns of all needs hold those of these rows."""
        return slice(self.first, self.first + len(self.start) - 1)

    def where(self, kept: npt.NDArray[np.bool_]) -> Rows:
        """Give some of the pairs only."""
        start = np.concatenate(([0], np.cumsum(kept)))[self.start]
        return Rows(self.first, start, self.offer[kept], self.worth[kept])


class Edges(NamedTuple):
    """Some of the pairs, by need and then by offer, with their values; int64 columns of one length."""

    need: Ints
    offer: Ints
    value: Ints


class Prices(NamedTuple):
    """What the pairs of some rows are measured by; int64 columns."""

    lift: Ints
    """Of the needs of these rows: the value of a pair is the lift of its need + its worth."""
    need: Ints
    """Of the needs of these rows."""
    place: Ints
    """Of all offers."""


class Found(NamedTuple):
    """Where a kernel writes down pairs: the row of each, and its position among the pairs of all rows."""

    row: Ints
    at: Ints


class Room(NamedTuple):
    """What a kernel works in: as long as the longest row, and as the width."""

    passing: Ints
    excess: Ints
    best: Ints


def underpriced_in(rows: Rows, prices: Prices, width: int, work: int | None = None) -> Edges:
    """Give the pairs whose value passes their prices most, and about as many scattered over the rest.

    Parameters
    ----------
    rows, prices
    width : int
        Of each need at most so many most underpriced ones, and at most so many others.
    work : int
        Pairs in all that are looked through now, where these rows are a part.

    Notes
    -----
    Where it runs compiled, other threads run beside it.
    """
    counts = np.diff(rows.start)
    room = Room(*(np.zeros(size, dtype=np.int64) for size in (*[int(counts.max(initial=0))] * 2, width)))
    found = _nothing_found(int(np.minimum(counts, 2 * width).sum()))
    many = UNDERPRICED.run(len(rows.offer) if work is None else work, rows, prices, width, room, found)
    return _edges(rows, prices, found, many)


def tight_in(rows: Rows, prices: Prices, work: int | None = None) -> Edges:
    """Give the pairs whose value is exactly their prices; the parameters are those of `underpriced_in`."""
    found = _nothing_found(len(rows.offer))
    many = TIGHT.run(len(rows.offer) if work is None else work, rows, prices, found)
    return _edges(rows, prices, found, many)


def _nothing_found(room: int) -> Found:
    return Found(np.zeros(room, dtype=np.int64), np.zeros(room, dtype=np.int64))


def _edges(rows: Rows, prices: Prices, found: Found, many: int) -> Edges:
    row, at = found.row[:many], found.at[:many]
    return Edges(row + rows.first, rows.offer[at].astype(np.int64), prices.lift[row] + rows.worth[at])


def choose_underpriced(rows: Rows, prices: Prices, width: int, room: Room, found: Found) -> int:
    """Write down the pairs of `underpriced_in`, and give how many.

    The others are taken at equal steps through what passes, from a beginning that hangs on the need; ties
    among the best fall to the first after the same beginning. So needs that want the same few offers get
    different ones.
    """
    start, offer, worth, place_price = rows.start, rows.offer, rows.worth, prices.place
    passing, excess = room.passing, room.excess
    many = 0
    for row in range(len(start) - 1):
        over = prices.lift[row] - prices.need[row]
        count = 0
        for at in range(start[row], start[row + 1]):
            passes = over + worth[at] - place_price[offer[at]]
            if passes > 0:
                passing[count] = at
                excess[count] = passes
                count += 1
        if count > 2 * width:
            begin = (rows.first + row) * 40_503 % 65_536 * count // 65_536
            mark_best(excess, count, begin, width, room.best)
            for step in range(width):
                excess[(begin + step * count // width) % count] = -1
        for nth in range(count):
            if count <= 2 * width or excess[nth] < 0:
                found.row[many] = row
                found.at[many] = passing[nth]
                many += 1
    return many


def mark_best(excess: Any, count: int, begin: int, width: int, best: Any) -> None:
    """Negate the ``width`` greatest of ``count`` numbers above 0; of equal ones the first from ``begin``, around."""
    held = 0
    for turn in range(count):
        nth = begin + turn
        if nth >= count:
            nth -= count
        if held < width:
            slot = held
            held += 1
        elif excess[nth] > excess[best[width - 1]]:
            slot = width - 1
        else:
            continue
        while slot > 0 and excess[best[slot - 1]] < excess[nth]:
            best[slot] = best[slot - 1]
            slot -= 1
        best[slot] = nth
    for slot in range(width):
        excess[best[slot]] = -excess[best[slot]]


def choose_tight(rows: Rows, prices: Prices, found: Found) -> int:
    """Write down the pairs of `tight_in`, and give how many."""
    start, offer, worth, place_price = rows.start, rows.offer, rows.worth, prices.place
    many = 0
    for row in range(len(start) - 1):
        over = prices.lift[row] - prices.need[row]
        for at in range(start[row], start[row + 1]):
            if over + worth[at] == place_price[offer[at]]:
                found.row[many] = row
                found.at[many] = at
                many += 1
    return many


def _examples() -> tuple[Rows, Prices, Room, Found]:
    none, narrow = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32)
    rows = Rows(0, np.zeros(1, dtype=np.int64), narrow, narrow)
    return rows, Prices(none, none, none), Room(none, none, none), Found(none, none)


def _underpriced_examples() -> list[tuple[Any, ...]]:
    rows, prices, room, found = _examples()
    return [(rows, prices, 1, room, found)]


def _tight_examples() -> list[tuple[Any, ...]]:
    rows, prices, _, found = _examples()
    return [(rows, prices, found)]


UNDERPRICED = kernel(
    choose_underpriced,
    _underpriced_examples,
    parts=(mark_best,),
    changes=(4,),
    repays_loading=REPAYS_LOADING,
    repays_compiling=REPAYS_COMPILING,
)
TIGHT = kernel(
    choose_tight,
    _tight_examples,
    changes=(2,),
    repays_loading=REPAYS_LOADING,
    repays_compiling=REPAYS_COMPILING,
)
