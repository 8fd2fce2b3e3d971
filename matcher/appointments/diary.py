"""Who is booked when: what fits beside it, and which bookings stand in the way of another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from matcher.appointments.bank import MINUTE, NO_LIMIT, Bank
from matcher.appointments.options import Options, way_seconds


@dataclass(frozen=True, slots=True)
class Booking:
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
    worth: int


def bookings_of(options: Options) -> Iterator[Booking]:
    """Give options one by one."""
    columns = (getattr(options, name).tolist() for name in Booking.__slots__)
    return (Booking(*row) for row in zip(*columns, strict=True))


class Diary:
    """The bookings of everyone, changed one at a time."""

    def __init__(self, bank: Bank, bookings: Iterable[Booking] = ()) -> None:
        self._pause = bank.policy.pause_minutes * MINUTE
        self._speed = bank.speed.tolist()
        self._ways = {speed: way_seconds(bank.policy, speed).tolist() for speed in set(self._speed)}
        self._left, self._in_a_day = bank.left_minutes.tolist(), bank.day_minutes.tolist()
        self._booked: dict[int, list[Booking]] = defaultdict(list)
        for one in bookings:
            self.add(one)

    def add(self, one: Booking) -> None:
        """Write a booking down."""
        self._booked[one.interpreter].append(one)

    def remove(self, one: Booking) -> None:
        """Strike a booking out."""
        self._booked[one.interpreter].remove(one)

    def of(self, interpreter: int) -> tuple[Booking, ...]:
        """Give the bookings of an interpreter."""
        return tuple(self._booked[interpreter])

    def fits(self, one: Booking) -> bool:
        """Say whether a booking fits beside those that stand."""
        return self.has_hours(one) and not self.in_the_way(one)

    def in_the_way(self, one: Booking) -> list[Booking]:
        """Give the bookings that leave too little time for another."""
        return [other for other in self._booked[one.interpreter] if self._clash(one, other)]

    def _clash(self, one: Booking, other: Booking) -> bool:
        way = self._ways[self._speed[one.interpreter]][one.place][other.place]
        pause = max(way, self._pause)
        return bool(one.begin < other.end + pause and other.begin < one.end + pause)

    def has_hours(self, one: Booking, without: Collection[Booking] = ()) -> bool:
        """Say whether an interpreter has the hours for a booking, some others struck out."""
        hers = [other for other in self._booked[one.interpreter] if other not in without]
        limit, left = self._in_a_day[one.interpreter], self._left[one.interpreter]
        on_day = sum(other.minutes for other in hers if other.day == one.day)
        in_all = sum(other.minutes for other in hers)
        fits_day = limit == NO_LIMIT or on_day + one.minutes <= limit
        return bool(fits_day and (left == NO_LIMIT or in_all + one.minutes <= left))
