"""What keeps options apart, as rows of a linear program: no sum of a row may pass its limit.

Where pauses are fixed, what an interpreter could do at one instant is one row, and not a row for every two: the
relaxed program then has whole answers nearly always. Where the way between places makes a pause longer, rows stand
for two bookings, and take in all others that could not be done with either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from matcher.appointments.bank import MINUTE, NO_LIMIT, Bank
from matcher.appointments.options import NOWHERE, Options, Standing, Ways
from matcher.columns import Flags, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Positions of options, how much each takes, and how much there is."""

    members: Ints
    takes: Ints
    limit: int


def one_of(members: Ints) -> Row:
    """Let at most one of some options be chosen."""
    return Row(members, np.ones(len(members), dtype=np.int64), 1)


def at_one_instant(begin: Ints, end: Ints) -> Iterator[Ints]:
    """Give the greatest sets of stretches of time, by position, that share an instant; [0, 1) and [1, 2) share none."""
    if not len(begin):
        return
    starts, ends = np.unique(begin), np.sort(end)
    passed = np.searchsorted(ends, starts, side="right")
    until = np.append(passed[1:], len(ends))
    for instant in starts[until > passed]:
        yield np.flatnonzero((begin <= instant) & (end > instant))


def rows_of(bank: Bank, options: Options, fixed: Standing) -> list[Row]:
    """Give every row: each appointment once, each interpreter in one place at a time and within her hours."""
    rows = [one_of(members) for members in groups(options.appointment)]
    ways = Ways(bank)
    for hers in groups(options.interpreter):
        rows += _of_one(bank, options, fixed, ways, hers)
    return rows


def groups(keys: Ints) -> list[Ints]:
    """Give the positions of each value in turn."""
    order = np.argsort(keys, kind="stable")
    _, first = np.unique(keys[order], return_index=True)
    return np.split(order, first[1:]) if len(keys) else []


def _of_one(bank: Bank, options: Options, fixed: Standing, ways: Ways, hers: Ints) -> Iterator[Row]:
    own = options.where(hers)
    pause = bank.policy.pause_minutes * MINUTE
    for members in at_one_instant(own.begin, own.end + pause):
        if (own.appointment[members] != own.appointment[members[0]]).any():
            yield one_of(hers[members])
    for members in _too_far(own, ways, pause):
        yield one_of(hers[members])
    yield from _hours(bank, own, fixed, hers)


def too_far_apart(own: Options, ways: Ways, pause: int) -> Flags:
    """Say which bookings of one interpreter, by row, come soon enough before others for a pause but not for the way."""
    gap = own.begin[None, :] - own.end[:, None]
    way = ways.seconds(int(own.interpreter[0]), own.place[:, None], own.place[None, :])
    found: Flags = (gap >= pause) & (gap < way)
    return found


def _too_far(own: Options, ways: Ways, pause: int) -> Iterator[Ints]:
    if (own.place == NOWHERE).all():
        return
    before = too_far_apart(own, ways, pause)
    for at in np.flatnonzero(before.any(axis=0)).tolist():
        earlier = np.flatnonzero(before[:, at])
        for members in at_one_instant(own.begin[earlier], own.end[earlier] + pause):
            yield np.append(earlier[members], at)


def _hours(bank: Bank, own: Options, fixed: Standing, hers: Ints) -> Iterator[Row]:
    """Give the rows of hours that could be passed, by day and in all."""
    interpreter, most = int(own.interpreter[0]), 0
    for members in groups(own.day):
        could = _most_minutes(own, members)
        limit = fixed.left_on(bank, interpreter, int(own.day[members[0]]))
        if limit != NO_LIMIT and could > limit:
            yield _rounded(hers[members], own.minutes[members], limit)
            could = limit
        most += could
    left = int(fixed.left[interpreter])
    if left != NO_LIMIT and most > left:
        yield _rounded(hers, own.minutes, left)


def _most_minutes(own: Options, members: Ints) -> int:
    """Give the minutes of every appointment once."""
    _, first = np.unique(own.appointment[members], return_index=True)
    return int(own.minutes[members][first].sum())


def _rounded(members: Ints, takes: Ints, limit: int) -> Row:
    """Give a row in the greatest unit that divides all it takes, which makes the relaxed program tighter."""
    unit = int(np.gcd.reduce(takes))
    return Row(members, takes // unit, limit // unit)


def matrix_of(rows: Sequence[Row], options: int) -> tuple[csr_array, Ints]:
    """Give the rows as a matrix, shape (rows, options), and their limits."""
    lengths = [len(row.members) for row in rows]
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    matrix = csr_array(
        (_joined(row.takes for row in rows), _joined(row.members for row in rows), starts),
        shape=(len(rows), options),
    )
    return matrix, np.array([row.limit for row in rows], dtype=np.int64)


def _joined(parts: Iterable[Ints]) -> Ints:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def without_idle_twins(bank: Bank, options: Options) -> Options:
    """Leave out who could be on the phone instead, where being there in person hinders no other booking."""
    ways, pause = Ways(bank), bank.policy.pause_minutes * MINUTE
    kept = np.ones(len(options), dtype=np.bool_)
    for hers in groups(options.interpreter):
        own = options.where(hers)
        present = own.place != NOWHERE
        if not present.any():
            continue
        before = too_far_apart(own, ways, pause)
        free_there = present & ~before.any(axis=0) & ~before.any(axis=1)
        kept[hers[np.isin(own.appointment, own.appointment[free_there]) & ~present]] = False
    return options.where(kept)
