"""A new appointment before a plan that stands: who is free, who could be freed, and what that costs.

The answer is exact for one exchange, and leaves all other bookings where they are: see
:mod:`matcher.appointments.exchanges`. A longer chain of moves, or a better plan for the whole, is for
:func:`matcher.appointments.scheduling.schedule`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nsmallest

import numpy as np

from matcher.appointments.bank import DIRECT, MINUTE, SECTOR_AT, Bank, ask, bank_of, days_of
from matcher.appointments.diary import Booking, Diary, bookings_of
from matcher.appointments.exchanges import Desk, Exchange
from matcher.appointments.judging import Suggestion, crossed_by, suggestions
from matcher.appointments.options import NOWHERE, Options, barriers_of, options_of
from matcher.appointments.policy import InterpretingPolicy, shipped_interpreting_policy
from matcher.appointments.records import Agenda, Appointment, Assigned, Plan
from matcher.appointments.scheduling import as_assigned
from matcher.appointments.times import city_day, month_of, seconds_of
from matcher.appointments.validity import is_for_professionals
from matcher.vocabulary import MEETING_MODES, SETTINGS

MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A booking that gives way, and the one that takes its place; None where the appointment is left without."""

    before: Assigned
    after: Assigned | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Freed:
    """An interpreter who could take it if some bookings moved, and what the plan loses by the moves."""

    assigned: Assigned
    moves: tuple[Moved, ...]
    priority_lost: int
    worth_lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Who could take a new appointment: the free, best first; who could be freed, the cheapest first.

    ``refer_to`` says where to turn where no volunteer may take it; ``suggestions`` hold whom a close language would
    let be asked; ``barriers`` count who is kept away.
    """

    appointment: str
    refer_to: str | None
    free: tuple[Assigned, ...]
    freed: tuple[Freed, ...]
    suggestions: tuple[Suggestion, ...]
    barriers: Mapping[str, int]


class Reception:
    """A plan kept ready to answer at once."""

    def __init__(self, agenda: Agenda, plan: Plan, policy: InterpretingPolicy | None = None) -> None:
        self._agenda, self._plan, self._policy = agenda, plan, policy or shipped_interpreting_policy()
        self._bank = bank_of(agenda, self._policy)
        self._days = frozenset(days_of(agenda.appointments, self._bank.zone))
        self._appointments = list(agenda.appointments)
        place = {one.id: at for at, one in enumerate(self._appointments)}
        booked = [
            booking_of(self._bank, place[one.appointment], self._appointments[place[one.appointment]], one)
            for one in plan.assigned
        ]
        self._diary = Diary(self._bank, booked)
        self._fixed = frozenset(place[appointment] for appointment, _ in agenda.confirmed)
        self._ways = lru_cache(maxsize=None)(self._ways_of)

    def answer(self, new: Appointment) -> Answer:
        """Say who could take an appointment that the plan does not fill yet."""
        if city_day(new.start, self._bank.zone) not in self._days:  # nobody's free time is known on that day
            others = tuple(one for one in self._agenda.appointments if one.id != new.id)
            wider = replace(self._agenda, appointments=(*others, new))
            return Reception(wider, self._plan, self._policy).answer(new)
        if is_for_professionals(new):
            return Answer(
                appointment=new.id,
                refer_to=SETTINGS[new.setting].row["refer_to"],
                free=(),
                freed=(),
                suggestions=(),
                barriers={"refer_professional": len(self._bank)},
            )
        return self._answer(new)

    def _answer(self, new: Appointment) -> Answer:
        position = len(self._appointments)
        question = ask(self._bank, new)
        barred = barriers_of(question)
        own = _best_first(options_of(question, position, barred))
        desk = Desk(
            diary=self._diary,
            fixed=self._fixed,
            ways=lambda at: bookings_of(own if at == position else self._ways(at)),
            priority=lambda at: self._appointments[at].priority,
        )
        free = desk.free(position)
        at_hand = {one.interpreter for one in free}
        exchanges = [it for it in desk.exchanges(position) if it.booking.interpreter not in at_hand]
        cheapest = nsmallest(
            MOST_NAMED, exchanges, key=lambda it: (it.priority_lost, it.worth_lost - it.booking.worth)
        )
        return Answer(
            appointment=new.id,
            refer_to=None,
            free=tuple(as_assigned(self._bank, new, one) for one in free),
            freed=tuple(self._freed(new, it) for it in cheapest),
            suggestions=tuple(suggestions(question, crossed_by(barred))),
            barriers={code: int(flags.sum()) for code, flags in barred.items() if flags.any()},
        )

    def _ways_of(self, position: int) -> Options:
        question = ask(self._bank, self._appointments[position])
        return _best_first(options_of(question, position, barriers_of(question)))

    def _freed(self, new: Appointment, found: Exchange) -> Freed:
        return Freed(
            assigned=as_assigned(self._bank, new, found.booking),
            moves=tuple(
                Moved(before=self._named(it.before), after=self._named(it.after) if it.after else None)
                for it in found.moves
            ),
            priority_lost=found.priority_lost,
            worth_lost=found.worth_lost,
        )

    def _named(self, one: Booking) -> Assigned:
        return as_assigned(self._bank, self._appointments[one.appointment], one)


def without(agenda: Agenda, plan: Plan, appointment: str) -> tuple[Agenda, Plan]:
    """Give an agenda and its plan as they stand without one appointment; its bound is left as it was."""
    rest = replace(
        agenda,
        appointments=tuple(one for one in agenda.appointments if one.id != appointment),
        confirmed=tuple(pair for pair in agenda.confirmed if pair[0] != appointment),
    )
    assigned = tuple(one for one in plan.assigned if one.appointment != appointment)
    unfilled = tuple(one for one in plan.unfilled if one.appointment != appointment)
    return rest, replace(plan, assigned=assigned, unfilled=unfilled)


def _best_first(options: Options) -> Options:
    return options.where(np.argsort(-options.worth, kind="stable"))


def booking_of(bank: Bank, position: int, appointment: Appointment, one: Assigned) -> Booking:
    """Give what a plan assigned as a booking, by positions."""
    languages = [spoken.code for spoken in appointment.also_speaks]
    begin, day = seconds_of(appointment.start), city_day(appointment.start, bank.zone)
    here = one.mode == "in_person" and appointment.sector
    return Booking(
        appointment=position,
        interpreter=bank.at[one.interpreter],
        mode=MEETING_MODES.index(one.mode),
        via=languages.index(one.via) if one.via else DIRECT,
        minutes=one.minutes,
        begin=begin,
        end=begin + one.minutes * MINUTE,
        place=SECTOR_AT[appointment.sector] if here and appointment.sector else NOWHERE,
        day=day.toordinal(),
        month=month_of(day),
        worth=one.worth,
    )
