"""One more appointment in a plan that stands: who is free, and who could be freed by moving what she has.

Exact for one exchange: the new appointment takes an interpreter, and each booking that must give way goes to someone
who is free then, or is left without. Longer chains are for the solver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from matcher.appointments.diary import Booking, Diary

MOST_TOGETHER = 2
"""Bookings that give way together and are moved in every possible way; of more, each takes its best in turn."""

Ways = Callable[[int], Sequence[Booking]]
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
        """Give the moves of bookings already struck out that lose least.

        Where the best of each go together, they are it; else, up to a few, every combination is tried.
        """
        alone = [self._first_way(it) for it in leaving]
        best = self._in_turn([[it] if it else [] for it in alone])
        if list(best) != alone:
            going = [[it for it in self.ways(one.appointment) if self.diary.fits(it)] for one in leaving]
            if len(leaving) <= MOST_TOGETHER:
                tried = product(*([*ways, None] for ways in going))
                stand = (after for after in tried if self._stand(after))
                best = min(stand, key=lambda after: self._cost(_moved(leaving, after)))
            else:
                best = self._in_turn(going)
        return _moved(leaving, best)

    def _first_way(self, one: Booking) -> Booking | None:
        """Give the best way to fill the appointment of a booking that is struck out, if there is one."""
        return next((it for it in self.ways(one.appointment) if self.diary.fits(it)), None)

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

    def _stand(self, after: Sequence[Booking | None]) -> bool:
        """Say whether some bookings fit together beside those that stand."""
        return self._in_turn([[it] for it in after if it]) == tuple(it for it in after if it)

    def _cost(self, moves: Sequence[Move]) -> Cost:
        """A booking left without loses its priority and its worth; one that moves, the difference in worth."""
        priority = sum(self.priority(move.before.appointment) for move in moves if move.after is None)
        worth = sum(move.before.worth - (move.after.worth if move.after else 0) for move in moves)
        return priority, worth


def _moved(leaving: Sequence[Booking], after: Sequence[Booking | None]) -> tuple[Move, ...]:
    return tuple(Move(before, to) for before, to in zip(leaving, after, strict=True))


def _loss(found: Exchange) -> tuple[int, int, int]:
    return (found.priority_lost, found.worth_lost - found.booking.worth, found.booking.mode)
