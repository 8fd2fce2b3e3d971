"""What keeps options apart, as rows of a linear program: no sum of a row may pass its limit.

Where pauses are fixed, what an interpreter could do at one instant is one row, and not a row for every two: the
relaxed program then has whole answers nearly always. Where the way between places makes a pause longer, rows stand
for two bookings, and take in all others that could not be done with either.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from matcher.appointments.bank import MINUTE, NO_LIMIT, Bank
from matcher.appointments.options import NOWHERE, Options, Standing, way_seconds
from matcher.columns import Flags, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows by number: which options stand in each, how much they take, and how much there is.

    ``row``, ``member`` and ``take`` have one entry for each option in a row; ``limit`` one a row.
    """

    row: Ints
    member: Ints
    take: Ints
    limit: Ints

    def __len__(self) -> int:
        return len(self.limit)

    def matrix(self, options: int) -> csr_array:
        """Give the rows as a matrix, shape (rows, options)."""
        order = np.lexsort((self.member, self.row))
        starts = np.searchsorted(self.row[order], np.arange(len(self) + 1))
        return csr_array((self.take[order], self.member[order], starts), shape=(len(self), options))


def joined_rows(parts: Iterable[Rows]) -> Rows:
    """Give rows one after the other."""
    found = list(parts)
    offsets = np.cumsum([0, *(len(part) for part in found)])[:-1].tolist()
    return Rows(
        *(
            np.concatenate([np.zeros(0, dtype=np.int64), *columns])
            for columns in (
                [part.row + offset for part, offset in zip(found, offsets, strict=True)],
                [part.member for part in found],
                [part.take for part in found],
                [part.limit for part in found],
            )
        )
    )


def at_most_one(row: Ints, member: Ints) -> Rows:
    """Let at most one option of each row be chosen; rows are numbered in their order, gaps closed."""
    numbers, row = np.unique(row, return_inverse=True)
    return Rows(row, member, np.ones(len(row), dtype=np.int64), np.ones(len(numbers), dtype=np.int64))


def at_one_instant(owner: Ints, begin: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Give the greatest sets of stretches of one owner that share an instant, as rows and members.

    [0, 1) and [1, 2) share none. Owners are laid out one behind the other, so that one sweep serves them all.
    """
    if not len(begin):
        return begin, begin
    apart = int(end.max() - begin.min()) + 1
    begin, end = begin + owner * apart, end + owner * apart
    order = np.argsort(begin, kind="stable")
    begin, end = begin[order], end[order]
    starts, ends = np.unique(begin), np.sort(end)
    passed = np.searchsorted(ends, starts, side="right")
    instants = starts[np.append(passed[1:], len(ends)) > passed]
    first = np.searchsorted(begin, instants - int((end - begin).max()), side="right")
    row, at = _ranges(first, np.searchsorted(begin, instants, side="right"))
    lasting = end[at] > instants[row]
    return row[lasting], order[at[lasting]]


def _ranges(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Give every whole number from each ``first`` up to its ``last``, and which of them it belongs to."""
    length = np.maximum(last - first, 0)
    row = np.repeat(np.arange(len(first)), length)
    at = np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length) + first[row]
    return row, at


def rows_of(bank: Bank, options: Options, fixed: Standing) -> Rows:
    """Give every row: each appointment once, each interpreter in one place at a time and within her hours."""
    pause = bank.policy.pause_minutes * MINUTE
    return joined_rows(
        (
            at_most_one(options.appointment, np.arange(len(options))),
            _in_time(options, pause),
            _in_place(bank, options, pause),
            joined_rows(_hours(bank, options, fixed)),
        )
    )


def _in_time(options: Options, pause: int) -> Rows:
    row, member = at_one_instant(options.interpreter, options.begin, options.end + pause)
    return at_most_one(*_of_several(options, row, member))


def _of_several(options: Options, row: Ints, member: Ints) -> tuple[Ints, Ints]:
    """Leave out rows of one appointment alone, which has a row already."""
    if not len(row):
        return row, member
    order = np.argsort(row, kind="stable")
    row, member = row[order], member[order]
    starts = np.flatnonzero(np.append(True, row[1:] != row[:-1]))
    least = np.minimum.reduceat(options.appointment[member], starts)
    most = np.maximum.reduceat(options.appointment[member], starts)
    kept = np.repeat(least != most, np.diff(np.append(starts, len(row))))
    return row[kept], member[kept]


def too_far_apart(bank: Bank, options: Options, pause: int) -> tuple[Ints, Ints]:
    """Give the pairs, earlier and later, of one interpreter with time enough for a pause but not for the way."""
    present = np.flatnonzero(options.place != NOWHERE)
    if not len(present):
        return present, present
    tables = {speed: way_seconds(bank.policy, speed) for speed in set(bank.speed.tolist())}
    speeds = np.array(sorted(tables), dtype=np.int64)
    table = np.stack([tables[speed] for speed in speeds.tolist()])
    begin, end, owner = options.begin[present], options.end[present], options.interpreter[present]
    order = np.lexsort((begin, owner))
    begin, end, owner, present = begin[order], end[order], owner[order], present[order]
    apart = int(end.max() - begin.min()) + int(table.max()) + 1
    moment = begin + owner * apart
    row, at = _ranges(
        np.searchsorted(moment, end + owner * apart + pause),
        np.searchsorted(moment, end + owner * apart + int(table.max())),
    )
    kind = np.searchsorted(speeds, bank.speed[owner[row]])
    way = table[kind, options.place[present[row]], options.place[present[at]]]
    short = begin[at] - end[row] < way
    return present[row[short]], present[at[short]]


def _in_place(bank: Bank, options: Options, pause: int) -> Rows:
    """Give, for each booking, those before it that it is too far from, as far as they share an instant."""
    earlier, later = too_far_apart(bank, options, pause)
    row, item = at_one_instant(later, options.begin[earlier], options.end[earlier] + pause)
    numbers, first = np.unique(row, return_index=True)
    return at_most_one(np.concatenate([row, numbers]), np.concatenate([earlier[item], later[item[first]]]))


def _hours(bank: Bank, options: Options, fixed: Standing) -> Iterator[Rows]:
    """Give the rows of hours that could be passed: by day, by month and in all."""
    could = _could_take(options)
    for hers in groups(options.interpreter):
        interpreter, in_all = int(options.interpreter[hers[0]]), 0
        for in_month in _by(options.month, hers):
            most = 0
            for members in _by(options.day, in_month):
                minutes = int(options.minutes[members][could[members]].sum())
                limit = fixed.left_on(bank, interpreter, int(options.day[members[0]]))
                most += yield from _row_of_hours(options, members, minutes, limit)
            limit = fixed.left_in(bank, interpreter, int(options.month[in_month[0]]))
            in_all += yield from _row_of_hours(options, in_month, most, limit)
        yield from _row_of_hours(options, hers, in_all, int(fixed.left[interpreter]))


def _row_of_hours(options: Options, members: Ints, most: int, limit: int) -> Generator[Rows, None, int]:
    """Give a row where ``most`` would pass the limit; and what can be taken then."""
    if limit == NO_LIMIT or most <= limit:
        return most
    yield _within(options, members, limit)
    return limit


def _could_take(options: Options) -> Flags:
    """Mark one option of each interpreter and appointment, so that its minutes count once."""
    key = options.interpreter * (options.appointment.max(initial=0) + 1) + options.appointment
    marked = np.zeros(len(options), dtype=np.bool_)
    marked[np.unique(key, return_index=True)[1]] = True
    return marked


def _by(period: Ints, hers: Ints) -> list[Ints]:
    return [hers[members] for members in groups(period[hers])]


def _within(options: Options, members: Ints, limit: int) -> Rows:
    """Give a row in the greatest unit that divides all it takes, which makes the relaxed program tighter."""
    takes = options.minutes[members]
    unit = int(np.gcd.reduce(takes))
    return Rows(np.zeros(len(members), dtype=np.int64), members, takes // unit, np.array([limit // unit]))


def groups(keys: Ints) -> list[Ints]:
    """Give the positions of each value in turn."""
    order = np.argsort(keys, kind="stable")
    _, first = np.unique(keys[order], return_index=True)
    return np.split(order, first[1:]) if len(keys) else []


def without_idle_twins(bank: Bank, options: Options) -> Options:
    """Leave out who could be on the phone instead, where being there in person hinders no other booking."""
    pairs = too_far_apart(bank, options, bank.policy.pause_minutes * MINUTE)
    present = options.place != NOWHERE
    at_ease = present.copy()
    at_ease[np.concatenate(pairs)] = False
    key = options.interpreter * (options.appointment.max(initial=0) + 1) + options.appointment
    return options.where(present | ~np.isin(key, key[at_ease]))
