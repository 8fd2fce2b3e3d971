"""A plan as offices make it by hand: the pressing first, each with the best interpreter still free, then exchanges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matcher.appointments.bank import Bank
from matcher.appointments.constraints import groups
from matcher.appointments.diary import Booking, Diary, bookings_of
from matcher.appointments.exchanges import Desk
from matcher.appointments.options import Options
from matcher.columns import Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Choices:
    """The options of each appointment as bookings, the best first, and where each stands."""

    of: Mapping[int, list[Booking]]
    position: Mapping[Booking, int]


def greedy(bank: Bank, options: Options, fixed: Options, priority: Ints) -> Ints:
    """Give the positions of options that go together, chosen one after the other.

    The pressing first; among equals those whom few could take; then the option of greatest worth that is left.
    """
    choices = _choices(options)
    diary = Diary(bank, bookings_of(fixed))
    taken = [one for one in (_take_first(diary, choices.of[at]) for at in _in_turn(choices, priority)) if one]
    return np.array(sorted(choices.position[one] for one in taken), dtype=np.int64)


def with_exchanges(bank: Bank, options: Options, fixed: Options, priority: Ints, start: Ints) -> Ints:
    """Give a choice that fills more than ``start``, or is the same: who is left out takes a place that can be moved."""
    choices = _choices(options)
    filled = {one.appointment: one for one in bookings_of(options.where(start))}
    desk = Desk(
        diary=Diary(bank, (*bookings_of(fixed), *filled.values())),
        fixed=frozenset(fixed.appointment.tolist()),
        ways=lambda at: choices.of.get(at, ()),
        priority=lambda at: int(priority[at]),
    )
    for at in _in_turn(choices, priority):
        if at in filled:
            continue
        found = min(desk.exchanges(at), key=lambda it: it.cost, default=None)
        if found and found.priority_lost < priority[at]:
            desk.take(found)
            filled[at] = found.booking
            for move in found.moves:
                del filled[move.before.appointment]
                if move.after:
                    filled[move.after.appointment] = move.after
    return np.array(sorted(choices.position[one] for one in filled.values()), dtype=np.int64)


def _choices(options: Options) -> _Choices:
    bookings = list(bookings_of(options))
    of = {
        int(options.appointment[members[0]]): [
            bookings[at] for at in members[np.argsort(-options.worth[members], kind="stable")].tolist()
        ]
        for members in groups(options.appointment)
    }
    return _Choices(of, {one: at for at, one in enumerate(bookings)})


def _in_turn(choices: _Choices, priority: Ints) -> list[int]:
    return sorted(choices.of, key=lambda at: (-int(priority[at]), len(choices.of[at]), at))


def _take_first(diary: Diary, ways: list[Booking]) -> Booking | None:
    found = next((one for one in ways if diary.fits(one)), None)
    if found:
        diary.add(found)
    return found
