"""The best plan for an agenda: as much priority filled as can be, then the greatest worth, with its proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matcher.appointments.bank import Bank, ask, bank_of, first_day
from matcher.appointments.constraints import rows_of, without_idle_twins
from matcher.appointments.diary import Booking, bookings_of
from matcher.appointments.greedy import greedy, with_exchanges
from matcher.appointments.options import (
    NONE,
    Options,
    Standing,
    barriers_of,
    open_beside,
    options_of,
    standing_of,
)
from matcher.appointments.policy import InterpretingPolicy, shipped_interpreting_policy
from matcher.appointments.problem import NO_TIME_LIMIT, Problem
from matcher.appointments.records import (
    Agenda,
    Appointment,
    Assigned,
    Bound,
    Plan,
    PlanTotals,
    Refused,
    Unfilled,
)
from matcher.appointments.solving import solve
from matcher.appointments.validity import check_agenda, is_for_professionals
from matcher.columns import Ints
from matcher.order import in_fair_order
from matcher.vocabulary import MEETING_MODES

REFUSAL = "refer_professional"


def schedule(
    agenda: Agenda, policy: InterpretingPolicy | None = None, *, seconds: float = NO_TIME_LIMIT
) -> Plan:
    """Give the best plan of an agenda.

    Parameters
    ----------
    agenda : appointments, interpreters and confirmed bookings
    policy : weights and rules; the shipped ones where not given
    seconds : how long to search; then the best plan found, with a bound that it may not reach

    Raises
    ------
    FaultyInput
        Where ids are doubled or a confirmed booking cannot stand.
    """
    check_agenda(agenda)
    table = table_of(agenda, policy or shipped_interpreting_policy())
    problem = problem_of(table)
    by_hand = greedy(table.bank, table.options, table.fixed.bookings, table.priority)
    start = with_exchanges(table.bank, table.options, table.fixed.bookings, table.priority, by_hand)
    solution = solve(problem, start, seconds)
    chosen = table.options.where(solution.chosen).then(table.fixed.bookings)
    fixed = table.totals(table.fixed.bookings)
    return _plan(table, chosen, (solution.bound[0] + fixed[0], solution.bound[1] + fixed[1]))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Table:
    """An agenda ready to be decided: open appointments in fair order, and every option that is left.

    ``positions`` gives the place of each appointment that volunteers may take, ``refused`` the others;
    ``barriers`` how many interpreters each barrier keeps from it, by position.
    """

    bank: Bank
    appointments: tuple[Appointment, ...]
    refused: tuple[Appointment, ...]
    options: Options
    fixed: Standing
    barriers: tuple[Mapping[str, int], ...]

    @property
    def priority(self) -> Ints:
        """Give the priority of each appointment."""
        return np.array([one.priority for one in self.appointments], dtype=np.int64)

    def totals(self, options: Options) -> tuple[int, int]:
        """Give priority and worth of some options together."""
        return int(self.priority[options.appointment].sum()), int(options.worth.sum())


def table_of(agenda: Agenda, policy: InterpretingPolicy) -> Table:
    """Put every appointment to the whole bank."""
    bank = bank_of(agenda, policy)
    in_turn = in_fair_order(agenda.appointments, first_day(agenda))
    appointments = tuple(one for one in in_turn if not is_for_professionals(one))
    places = {one.id: (at, one) for at, one in enumerate(appointments)}
    fixed = standing_of(bank, agenda, places)
    done = frozenset(fixed.bookings.appointment.tolist())
    found, barriers = [], []
    for at, one in enumerate(appointments):
        question = ask(bank, one)
        barred = barriers_of(question)
        barriers.append({code: int(flags.sum()) for code, flags in barred.items() if flags.any()})
        found.append(NONE if at in done else options_of(question, at, barred))
    options = _all(found)
    options = options.where(open_beside(bank, options, fixed))
    return Table(
        bank=bank,
        appointments=appointments,
        refused=tuple(one for one in in_turn if is_for_professionals(one)),
        options=without_idle_twins(bank, options),
        fixed=fixed,
        barriers=tuple(barriers),
    )


def _all(found: list[Options]) -> Options:
    return Options(
        **{
            name: np.concatenate([getattr(NONE, name), *(getattr(one, name) for one in found)])
            for name in Options.__slots__
        }
    )


def problem_of(table: Table) -> Problem:
    """Give what is to be solved: the open options and the rows that keep them apart."""
    rows = rows_of(table.bank, table.options, table.fixed)
    return Problem(
        appointment=table.options.appointment,
        priority=table.priority[table.options.appointment],
        worth=table.options.worth,
        matrix=rows.matrix(len(table.options)),
        limit=rows.limit,
    )


def _plan(table: Table, chosen: Options, bound: tuple[int, int]) -> Plan:
    """Write out a plan, its appointments by time and then by id."""
    assigned = {appointment.id: one for appointment, one in assigned_of(table, chosen)}
    in_time = sorted(table.appointments, key=_in_time)
    barriers = {one.id: counts for one, counts in zip(table.appointments, table.barriers, strict=True)}
    priority, worth = table.totals(chosen)
    return Plan(
        assigned=tuple(assigned[one.id] for one in in_time if one.id in assigned),
        unfilled=tuple(
            Unfilled(appointment=one.id, barriers=barriers[one.id])
            for one in in_time
            if one.id not in assigned
        ),
        refused=tuple(
            Refused(appointment=one.id, reason=REFUSAL) for one in sorted(table.refused, key=_in_time)
        ),
        totals=PlanTotals(priority=priority, worth=worth, filled=len(assigned)),
        bound=Bound(priority=bound[0], worth=bound[1]),
        proved=(priority, worth) == bound,
    )


def _in_time(one: Appointment) -> tuple[float, str]:
    return one.start.timestamp(), one.id


def assigned_of(table: Table, chosen: Options) -> list[tuple[Appointment, Assigned]]:
    """Give each chosen option as it stands in a plan."""
    return [
        (
            table.appointments[one.appointment],
            as_assigned(table.bank, table.appointments[one.appointment], one),
        )
        for one in bookings_of(chosen)
    ]


def as_assigned(bank: Bank, appointment: Appointment, one: Booking) -> Assigned:
    """Give a booking as it stands in a plan, by ids."""
    return Assigned(
        appointment=appointment.id,
        interpreter=bank.interpreters[one.interpreter].id,
        mode=MEETING_MODES[one.mode],
        via=appointment.also_speaks[one.via].code if one.via >= 0 else None,
        minutes=one.minutes,
        worth=one.worth,
    )
