"""One more appointment in a plan that stands: who is free, and who could be freed by moving what she has.

Exact for one exchange: the new appointment takes an interpreter, and each booking that must give way goes to someone
who is free then, or is left without. Longer chains are for the solver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from matcher.appointments.diary import Booking, Diary

MOST_TOGETHER = 2
"""Bookings that give way together and are moved as well as they can be; of more, each takes its best in turn."""

Ways = Callable[[int], Iterable[Booking]]
Cost = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Move:
    """A booking that gives way, and where it goes; nowhere where nobody else is free."""

    before: Booking
    after: Booking | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A booking of the new appointment, the moves that make room for it, and what they lose."""

    booking: Booking
    moves: tuple[Move, ...]
    priority_lost: int
    worth_lost: int

    @property
    def cost(self) -> Cost:
        """Give what is lost, priority first."""
        return self.priority_lost, self.worth_lost


@dataclass(frozen=True, slots=True)
class Desk:
    """A plan that stands, what may not be moved, the ways to fill each appointment, best first, and its priority."""

    diary: Diary
    fixed: frozenset[int]
    ways: Ways
    priority: Callable[[int], int]

    def free(self, appointment: int) -> list[Booking]:
        """Give the bookings that fit as things stand, the best of each interpreter, the best first."""
        found: dict[int, Booking] = {}
        for one in self.ways(appointment):
            if one.interpreter not in found and self.diary.fits(one):
                found[one.interpreter] = one
        return list(found.values())

    def exchanges(self, appointment: int) -> Iterator[Exchange]:
        """Give, for each interpreter who is not free, the exchange that costs least."""
        best: dict[int, Exchange] = {}
        for one in self.ways(appointment):
            if self.diary.fits(one):
                continue
            for leaving in self._leaving(one):
                found = self._exchange(one, leaving)
                known = best.get(one.interpreter)
                if known is None or _loss(found) < _loss(known):
                    best[one.interpreter] = found
        yield from best.values()

    def take(self, exchange: Exchange) -> None:
        """Change the plan by an exchange."""
        for move in exchange.moves:
            self.diary.remove(move.before)
            if move.after:
                self.diary.add(move.after)
        self.diary.add(exchange.booking)

    def _leaving(self, one: Booking) -> Iterator[list[Booking]]:
        """Give the bookings that could give way: those in the way, and one more where hours lack."""
        clashing = self.diary.in_the_way(one)
        if any(other.appointment in self.fixed for other in clashing):
            return
        if self.diary.has_hours(one, clashing):
            yield clashing
            return
        for more in self.diary.of(one.interpreter):
            if more not in clashing and more.appointment not in self.fixed:
                both = [*clashing, more]
                if self.diary.has_hours(one, both):
                    yield both

    def _exchange(self, one: Booking, leaving: list[Booking]) -> Exchange:
        for other in leaving:
            self.diary.remove(other)
        self.diary.add(one)
        moves = self._moves(leaving)
        self.diary.remove(one)
        for other in leaving:
            self.diary.add(other)
        return Exchange(one, moves, *self._cost(moves))

    def _moves(self, leaving: list[Booking]) -> tuple[Move, ...]:
        """Give the moves of bookings already struck out that lose least: the best of each, where these go together."""
        alone = [self._first_way(it) for it in leaving]
        together = self._in_turn([[it] if it else [] for it in alone])
        if list(together) == alone:
            return _moved(leaving, alone)
        if len(leaving) <= MOST_TOGETHER:
            return self._shared_out(leaving, alone)
        return _moved(leaving, self._in_turn([list(self._ways_open(it)) for it in leaving]))

    def _shared_out(self, leaving: list[Booking], alone: list[Booking | None]) -> tuple[Move, ...]:
        """Try each way of the first with the best that it leaves to the second, until no other can lose less."""
        first, second = leaving
        best: tuple[Move, ...] = ()
        for way in (*self._ways_open(first), None):
            if best and self._cost(best) <= self._cost(_moved(leaving, (way, alone[1]))):
                break
            found = _moved(leaving, (way, self._first_way_beside(way, second)))
            if not best or self._cost(found) < self._cost(best):
                best = found
        return best

    def _ways_open(self, one: Booking) -> Iterator[Booking]:
        """Give the ways to fill the appointment of a booking that is struck out, the best first."""
        return (it for it in self.ways(one.appointment) if self.diary.fits(it))

    def _first_way(self, one: Booking) -> Booking | None:
        """Give the best of these ways, if there is one."""
        return next(self._ways_open(one), None)

    def _first_way_beside(self, way: Booking | None, one: Booking) -> Booking | None:
        """Give the best of these ways beside another booking, if there is one."""
        if way is None:
            return self._first_way(one)
        self.diary.add(way)
        found = self._first_way(one)
        self.diary.remove(way)
        return found

    def _in_turn(self, going: Sequence[Sequence[Booking]]) -> tuple[Booking | None, ...]:
        """Give to each the first way that fits beside those already given, if any does."""
        given: list[Booking | None] = []
        for ways in going:
            found = next((it for it in ways if self.diary.fits(it)), None)
            if found:
                self.diary.add(found)
            given.append(found)
        for one in filter(None, given):
            self.diary.remove(one)
        return tuple(given)

    def _cost(self, moves: Sequence[Move]) -> Cost:
        """A booking left without loses its priority and its worth; one that moves, the difference in worth."""
        priority = sum(self.priority(move.before.appointment) for move in moves if move.after is None)
        worth = sum(move.before.worth - (move.after.worth if move.after else 0) for move in moves)
        return priority, worth


def _moved(leaving: Sequence[Booking], after: Sequence[Booking | None]) -> tuple[Move, ...]:
    return tuple(Move(before, to) for before, to in zip(leaving, after, strict=True))


def _loss(found: Exchange) -> tuple[int, int, int]:
    return (found.priority_lost, found.worth_lost - found.booking.worth, found.booking.mode)
