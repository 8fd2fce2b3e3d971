"""Who is booked when: what fits beside it, and which bookings stand in the way of another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from matcher.appointments.bank import MINUTE, NO_LIMIT, Bank
from matcher.appointments.options import Options, way_seconds

A_DAY = 24 * 60 * MINUTE
LONGEST = 4 * A_DAY
"""More than any booking takes, with the way after it."""
ALL_DAYS = 0
"""In place of a day or a month: no booking is on the first day of the calendar."""


class Booking(NamedTuple):
    """One option by itself, as in :class:`Options`."""

    appointment: int
    interpreter: int
    mode: int
    via: int
    minutes: int
    begin: int
    end: int
    place: int
    day: int
    month: int
    worth: int


def bookings_of(options: Options) -> Iterator[Booking]:
    """Give options one by one."""
    columns = (getattr(options, name).tolist() for name in Booking._fields)
    return map(Booking._make, zip(*columns, strict=True))


class Diary:
    """The bookings of everyone, changed one at a time."""

    def __init__(self, bank: Bank, bookings: Iterable[Booking] = ()) -> None:
        self._pause = bank.policy.pause_minutes * MINUTE
        self._speed = bank.speed.tolist()
        self._ways = {speed: way_seconds(bank.policy, speed).tolist() for speed in set(self._speed)}
        self._left, self._in_a_day = bank.left_minutes.tolist(), bank.day_minutes.tolist()
        self._in_month = {month: left.tolist() for month, left in bank.month_minutes.items()}
        self._booked: dict[int, dict[int, list[Booking]]] = defaultdict(lambda: defaultdict(list))
        self._minutes: dict[tuple[int, int], int] = defaultdict(int)
        for one in bookings:
            self.add(one)

    def add(self, one: Booking) -> None:
        """Write a booking down."""
        self._booked[one.interpreter][one.begin // A_DAY].append(one)
        self._count(one, one.minutes)

    def remove(self, one: Booking) -> None:
        """Strike a booking out."""
        self._booked[one.interpreter][one.begin // A_DAY].remove(one)
        self._count(one, -one.minutes)

    def _count(self, one: Booking, minutes: int) -> None:
        for period in (one.day, one.month, ALL_DAYS):
            self._minutes[one.interpreter, period] += minutes

    def of(self, interpreter: int) -> tuple[Booking, ...]:
        """Give the bookings of an interpreter."""
        return tuple(one for own in self._booked[interpreter].values() for one in own)

    def fits(self, one: Booking) -> bool:
        """Say whether a booking fits beside those that stand."""
        return self.has_hours(one) and not self.in_the_way(one)

    def in_the_way(self, one: Booking) -> list[Booking]:
        """Give the bookings that leave too little time for another."""
        first, last = (one.begin - LONGEST) // A_DAY, (one.end + A_DAY) // A_DAY
        hers = self._booked[one.interpreter]
        near = (hers.get(day, ()) for day in range(first, last + 1))
        return [other for own in near for other in own if self._clash(one, other)]

    def _clash(self, one: Booking, other: Booking) -> bool:
        way = self._ways[self._speed[one.interpreter]][one.place][other.place]
        pause = max(way, self._pause)
        return bool(one.begin < other.end + pause and other.begin < one.end + pause)

    def has_hours(self, one: Booking, without: Iterable[Booking] = ()) -> bool:
        """Say whether an interpreter has the hours for a booking, some others of hers struck out."""
        struck = list(without)
        in_month = self._in_month.get(one.month)
        limits = (
            (one.day, self._in_a_day[one.interpreter], [it for it in struck if it.day == one.day]),
            (
                one.month,
                in_month[one.interpreter] if in_month else NO_LIMIT,
                [it for it in struck if it.month == one.month],
            ),
            (ALL_DAYS, self._left[one.interpreter], struck),
        )
        return all(
            limit == NO_LIMIT
            or self._minutes[one.interpreter, period] - sum(it.minutes for it in freed) + one.minutes <= limit
            for period, limit, freed in limits
        )
