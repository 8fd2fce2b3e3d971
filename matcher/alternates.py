"""Who else: the next best offers of each need, and the next best needs of each offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from matcher.assignment.rows import Rows
from matcher.columns import AnyInts, Columns, Ints
from matcher.compiled import kernel
from matcher.records import Alternate
from matcher.search import Search
from matcher.search.bounds import Limits

ANYBODY = 1 << 40
"""Above any worth."""


class Best(NamedTuple):
    """For each person, the best others found so far, best first: ``most`` places a person, person by person."""

    other: Any
    worth: Any  # -1 where nobody stands yet


def note_best(rows: Rows, taken: Any, most: int, of_needs: Best, of_offers: Best) -> None:
    """Note each candidate that is among the best of its need or of its offer, unless the round takes it.

    ``taken`` holds the offer of each need, -1 where it has none. Of equals the first in order stand.
    """
    for row in range(len(rows.start) - 1):
        need = rows.first + row
        for at in range(rows.start[row], rows.start[row + 1]):
            offer, worth = rows.offer[at], rows.worth[at]
            if offer != taken[need]:
                put_in(of_needs, need * most, (need + 1) * most, offer, worth)
                put_in(of_offers, offer * most, (offer + 1) * most, need, worth)


def put_in(best: Best, first: int, end: int, other: int, worth: int) -> None:
    """Put someone among the best of a person, if better than the last of them and not there yet."""
    place = end
    while place > first and is_ahead(other, worth, best.other[place - 1], best.worth[place - 1]):
        place -= 1
    if place == end or (place > first and best.other[place - 1] == other):
        return
    for moved in range(end - 1, place, -1):
        best.worth[moved] = best.worth[moved - 1]
        best.other[moved] = best.other[moved - 1]
    best.worth[place] = worth
    best.other[place] = other


def is_ahead(other: int, worth: int, than: int, than_worth: int) -> bool:
    """Tell who is better: worth more, or as much and first in order."""
    return worth > than_worth or (worth == than_worth and other < than)


def _examples() -> list[tuple[Any, ...]]:
    none = np.zeros(0, dtype=np.int32)
    nobody = Best(none, none)
    return [
        (Rows(0, np.zeros(1, dtype=np.int64), none, none), np.zeros(0, dtype=np.int64), 0, nobody, nobody)
    ]


NOTE_BEST = kernel(
    note_best,
    _examples,
    parts=(is_ahead, put_in),
    changes=(3, 4),
    repays_loading=1_000_000,
    repays_compiling=20_000_000,
)


def best_others(search: Search, taken: Ints, most: int) -> tuple[Best, Best]:
    """Give the best others of each need and of each offer, who are not taken together already.

    Candidates that are not kept are asked for as far as they may be among the best of somebody.
    """
    of_needs, of_offers = (
        Best(np.full(len(side) * most, -1, dtype=np.int32), np.full(len(side) * most, -1, dtype=np.int32))
        for side in (search.has_offer, search.has_need)
    )
    if not most or not search.pieces:
        return of_needs, of_offers
    for rows in search.kept:
        NOTE_BEST.run(search.work, rows, taken, most, of_needs, of_offers)
    for rows in search.rest(_may_be_better(search, of_needs, of_offers, most)):
        NOTE_BEST.run(search.work, rows, taken, most, of_needs, of_offers)
    return of_needs, of_offers


def _may_be_better(search: Search, of_needs: Best, of_offers: Best, most: int) -> Limits:
    """Rule out who is worth less to an offer than the last of its best, unless the need's own best are too few.

    Of equals the first in order are told, whoever was kept.
    """
    last_of_need, last_of_offer = (
        best.worth[most - 1 :: most].astype(np.int64) for best in (of_needs, of_offers)
    )
    beyond = np.concatenate([np.zeros(0, dtype=np.int64), *(piece.beyond for piece in search.pieces)])
    return Limits(last_of_offer, np.where(last_of_need <= beyond, ANYBODY, 1))


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
