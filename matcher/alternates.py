"""Who else: the next best offers of each need, and the next best needs of each offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from matcher.candidates import Search
from matcher.columns import AnyInts, Columns, Ints
from matcher.compiled import kernel
from matcher.records import Alternate
from matcher.rows import Rows


class Best(NamedTuple):
    """For each person, the best others found so far, best first: ``most`` places a person, person by person."""

    other: Any
    worth: Any  # -1 where nobody stands yet


def note_best(rows: Rows, taken: Any, most: int, of_needs: Best, of_offers: Best) -> None:
    """Note each candidate that is among the best of its need or of its offer, unless the round takes it.

    ``taken`` holds the offer of each need, -1 where it has none. Of equals the first stand; rows come in
    the order of needs.
    """
    for row in range(len(rows.start) - 1):
        need = rows.first + row
        for at in range(rows.start[row], rows.start[row + 1]):
            offer, worth = rows.offer[at], rows.worth[at]
            if offer != taken[need]:
                put_in(of_needs, need * most, (need + 1) * most, offer, worth)
                put_in(of_offers, offer * most, (offer + 1) * most, need, worth)


def put_in(best: Best, first: int, end: int, other: int, worth: int) -> None:
    """Put someone among the best of a person, if better than the last of them."""
    if end > first and worth > best.worth[end - 1]:
        place = end - 1
        while place > first and worth > best.worth[place - 1]:
            best.worth[place] = best.worth[place - 1]
            best.other[place] = best.other[place - 1]
            place -= 1
        best.worth[place] = worth
        best.other[place] = other


def _examples() -> list[tuple[Any, ...]]:
    none = np.zeros(0, dtype=np.int32)
    nobody = Best(none, none)
    return [
        (Rows(0, np.zeros(1, dtype=np.int64), none, none), np.zeros(0, dtype=np.int64), 0, nobody, nobody)
    ]


NOTE_BEST = kernel(
    note_best,
    _examples,
    parts=(put_in,),
    changes=(3, 4),
    repays_loading=1_000_000,
    repays_compiling=20_000_000,
)


def best_others(search: Search, taken: Ints, offers: int, most: int) -> tuple[Best, Best]:
    """Give the best others of each need and of each offer, who are not taken together already."""
    of_needs, of_offers = (
        Best(np.full(people * most, -1, dtype=np.int32), np.full(people * most, -1, dtype=np.int32))
        for people in (len(taken), offers)
    )
    for rows in search.rows() if most else ():
        NOTE_BEST.run(search.size, rows, taken, most, of_needs, of_offers)
    return of_needs, of_offers


def named(best: Best, side: Columns, others: Columns) -> Mapping[str, tuple[Alternate, ...]]:
    """Give the best others by the ids of a side, in the order of ids."""
    most = len(best.other) // max(len(side), 1)
    if not most:
        return dict.fromkeys(sorted(side.ids), ())
    by_person = zip(*(_in_turn(column, most) for column in best), strict=True)
    found = [
        tuple(Alternate(id=others.ids[at], worth=value) for at, value in zip(*one, strict=True) if value >= 0)
        for one in by_person
    ]
    return dict(sorted(zip(side.ids, found, strict=True)))


def _in_turn(column: AnyInts, most: int) -> list[list[int]]:
    rows: list[list[int]] = column.reshape(-1, most).tolist()
    return rows
