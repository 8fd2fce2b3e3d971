"""Verify a plan, however it was made, sharing with its maker only what barriers and criteria mean.

Nothing of options, constraints or solving is used. What is said of the bookings is checked to the last digit. That no
plan passes the bound is proved by prices of a program of the check's own, added up in whole numbers; where prices
leave a gap, a search of its own closes it or finds a better plan; on agendas too large for either, the bound stays
unproved, and the answer says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations
from math import ceil
from zoneinfo import ZoneInfo

import numpy as np

from matcher.appointments.bank import MINUTE, Bank, Question, ask, bank_of
from matcher.appointments.barriers import BARRIERS, mode_possible
from matcher.appointments.criteria import worth_of
from matcher.appointments.policy import InterpretingPolicy, shipped_interpreting_policy
from matcher.appointments.prices import MOST_WAYS, Claim, Proof, Row, Way, prove
from matcher.appointments.records import Agenda, Appointment, Assigned, Interpreter, Plan, Refused, Unfilled
from matcher.appointments.times import city_day
from matcher.appointments.validity import check_agenda, is_for_professionals
from matcher.distances import MICROMETRES_IN_A_KM, distances_um
from matcher.errors import NotProved
from matcher.vocabulary import MEETING_MODES, SECTORS

NOT_FOR_VOLUNTEERS = "refer_professional"
LONGEST_WAY = 24 * 60 * MINUTE
"""No way across the city takes as long."""


def verify(
    agenda: Agenda, found: Plan, policy: InterpretingPolicy | None = None, *, seconds: float = 60
) -> Proof:
    """Return what is proved of the bound of a plan that is right in all else.

    Parameters
    ----------
    agenda : what the plan is said to be of
    found : the plan, whoever made it
    policy : what it must have been scored by; the shipped one where not given
    seconds : how long to search, at most, where prices alone do not prove the bound

    Raises
    ------
    NotProved
        With the first thing that is wrong.
    FaultyInput
        Where the agenda itself cannot stand.
    """
    check_agenda(agenda)
    view = _view(agenda, policy or shipped_interpreting_policy())
    _check_who_is_where(view, found)
    for one in found.assigned:
        _check_assigned(view, one)
    for interpreter in {one.interpreter: None for one in found.assigned}:
        _check_diary(view, [one for one in found.assigned if one.interpreter == interpreter])
    _check_unfilled(view, found)
    _check_totals(view, found)
    return _check_bound(view, found, seconds)


@dataclass(frozen=True, slots=True)
class _View:
    """An agenda as the check sees it, by ids."""

    agenda: Agenda
    bank: Bank
    zone: ZoneInfo
    appointments: dict[str, Appointment]
    interpreters: dict[str, Interpreter]
    confirmed: dict[str, str]
    questions: dict[str, Question]


def _view(agenda: Agenda, policy: InterpretingPolicy) -> _View:
    bank = bank_of(agenda, policy)
    return _View(
        agenda=agenda,
        bank=bank,
        zone=ZoneInfo(agenda.zone),
        appointments={one.id: one for one in agenda.appointments},
        interpreters={one.id: one for one in agenda.interpreters},
        confirmed=dict(agenda.confirmed),
        questions={one.id: ask(bank, one) for one in agenda.appointments if not is_for_professionals(one)},
    )


def _require(holds: object, otherwise: str) -> None:
    if not holds:
        raise NotProved(otherwise)


def _check_who_is_where(view: _View, found: Plan) -> None:
    """Each appointment stands once: assigned, unfilled, or refused where no volunteer may take it."""
    standing: tuple[Assigned | Unfilled | Refused, ...] = (*found.assigned, *found.unfilled, *found.refused)
    named = [one.appointment for one in standing]
    for name, times in Counter(named).items():
        _require(name in view.appointments, f"appointment {name!r} is not in the agenda")
        _require(times == 1, f"appointment {name!r} stands {times} times")
    missing = view.appointments.keys() - set(named)
    _require(not missing, f"appointment {min(missing, default='')!r} is missing")
    refused = {one.appointment for one in found.refused}
    right = view.appointments.keys() - view.questions.keys()
    _require(refused == right, "the refused are not those that no volunteer may take")
    for one in found.refused:
        _require(
            one.reason == NOT_FOR_VOLUNTEERS, f"appointment {one.appointment!r}: the reason is {one.reason!r}"
        )
    assigned = {(one.appointment, one.interpreter) for one in found.assigned}
    lost = set(view.agenda.confirmed) - assigned
    _require(not lost, f"the confirmed booking {sorted(lost)[:1]} is not in the plan")


def _check_assigned(view: _View, one: Assigned) -> None:
    name = f"{one.appointment} – {one.interpreter}"
    _require(one.interpreter in view.interpreters, f"interpreter {one.interpreter!r} is not in the agenda")
    question, at = view.questions[one.appointment], view.bank.at[one.interpreter]
    _require(one.mode in MEETING_MODES, f"{name}: the mode is {one.mode!r}")
    if view.confirmed.get(one.appointment) == one.interpreter:
        _require(one.mode == _confirmed_mode(question, at), f"{name}: confirmed, but not {one.mode}")
    else:
        crossed = [code for code, barrier in BARRIERS.items() if barrier(question)[at]]
        _require(not crossed, f"{name}: crosses {', '.join(crossed)}")
        possible = one.mode in question.appointment.modes and mode_possible(question, one.mode)[at]
        _require(possible, f"{name}: not possible as {one.mode}")
    via = int(question.via[at])
    between = question.appointment.also_speaks[via].code if via >= 0 else None
    _require(one.via == between, f"{name}: via {one.via}, it must be {between}")
    minutes = int(question.minutes[at])
    _require(one.minutes == minutes, f"{name}: {one.minutes} minutes, it takes {minutes}")
    worth = int(worth_of(question, one.mode)[at])
    _require(one.worth == worth, f"{name}: the score is {one.score}, the criteria give {worth / 10_000}")


def _confirmed_mode(question: Question, at: int) -> str:
    modes = question.appointment.modes
    return next((mode for mode in modes if mode_possible(question, mode)[at]), modes[0])


def _check_diary(view: _View, bookings: list[Assigned]) -> None:
    """One place at a time, with the pause and the way between two; hours a day, and those left in a month and in all."""
    interpreter = view.interpreters[bookings[0].interpreter]
    for one, other in combinations(sorted(bookings, key=lambda it: _begin(view, it)), 2):
        both = view.confirmed.keys() >= {one.appointment, other.appointment}
        _require(
            both or _goes_together(view, one, other),
            f"{interpreter.id}: too little time between {one.appointment} and {other.appointment}",
        )
    by_day = defaultdict(list)
    for one in bookings:
        by_day[city_day(view.appointments[one.appointment].start, view.zone)].append(one)
    for day, own in by_day.items():
        _check_hours(view, own, interpreter.max_hours_day, f"{interpreter.id} on {day}")
    for month, hours in interpreter.hours_left_by_month:
        own = [one for one in bookings if _month(view, one) == month]
        _check_hours(view, own, hours, f"{interpreter.id} in {month}")
    _check_hours(view, bookings, interpreter.hours_left, f"{interpreter.id} in all")


def _begin(view: _View, one: Assigned) -> float:
    return view.appointments[one.appointment].start.timestamp()


def _goes_together(view: _View, first: Assigned, then: Assigned) -> bool:
    gap = _begin(view, then) - _begin(view, first) - first.minutes * MINUTE
    return gap >= max(view.bank.policy.pause_minutes * MINUTE, _way_seconds(view, first, then))


def _way_seconds(view: _View, first: Assigned, then: Assigned) -> int:
    places = [view.appointments[one.appointment].sector for one in (first, then)]
    travel = view.interpreters[first.interpreter].travel
    if first.mode != "in_person" or then.mode != "in_person" or None in places:
        return 0
    if travel is None or travel.mode is None:
        return 0
    here, there = (list(SECTORS).index(place) for place in places if place)
    distance = Fraction(int(distances_um(view.bank.policy.detour)[here, there]), MICROMETRES_IN_A_KM)
    return ceil(distance * 3600 / view.bank.policy.speed_km_h[travel.mode])


def _check_hours(view: _View, bookings: list[Assigned], hours: float | None, whose: str) -> None:
    """What is confirmed stands whatever it takes, but leaves no time for more."""
    chosen = [one for one in bookings if one.appointment not in view.confirmed]
    minutes = sum(one.minutes for one in bookings)
    within = hours is None or not chosen or minutes <= int(Fraction(str(hours)) * MINUTE)
    _require(within, f"{whose}: {minutes} minutes are more than {hours} hours")


def _check_unfilled(view: _View, found: Plan) -> None:
    for one in found.unfilled:
        question = view.questions[one.appointment]
        counts = {code: int(barrier(question).sum()) for code, barrier in BARRIERS.items()}
        right = {code: count for code, count in counts.items() if count}
        _require(
            dict(one.barriers) == right, f"appointment {one.appointment!r}: the barriers are not {right}"
        )


def _check_totals(view: _View, found: Plan) -> None:
    totals = found.totals
    priority = sum(view.appointments[one.appointment].priority for one in found.assigned)
    worth = sum(one.worth for one in found.assigned)
    for name, given, right in (
        ("filled", totals.filled, len(found.assigned)),
        ("priority", totals.priority, priority),
        ("worth", totals.worth, worth),
    ):
        _require(given == right, f"total {name} is {given}, the bookings give {right}")
    reached, bound = (priority, worth), (found.bound.priority, found.bound.worth)
    _require(bound >= reached, f"the bound {bound} is under what the plan reaches, {reached}")
    _require(
        found.proved == (bound == reached), f"proved is {found.proved}, the bound says {bound == reached}"
    )


def _check_bound(view: _View, found: Plan, seconds: float) -> Proof:
    """Prove that nobody could do better than the bound, or find who could."""
    fixed = [one for one in found.assigned if one.appointment in view.confirmed]
    base = (
        sum(view.appointments[one.appointment].priority for one in fixed),
        sum(one.worth for one in fixed),
    )
    claim = Claim(
        reached=(found.totals.priority - base[0], found.totals.worth - base[1]),
        bound=(found.bound.priority - base[0], found.bound.worth - base[1]),
    )
    ways = _ways(view, fixed)
    if len(ways) > MOST_WAYS:
        return Proof.NONE
    proof, best = prove(claim, ways, _rows(view, ways, fixed), seconds)
    _require(
        best <= claim.bound,
        f"another plan reaches priority {best[0] + base[0]} and worth {best[1] + base[1]}, over the bound",
    )
    return proof


def _ways(view: _View, fixed: list[Assigned]) -> list[Way]:
    """Give every way to fill an appointment that no confirmed booking stands against."""
    return [
        Way(one.appointment, question.appointment.priority, one.worth, one)
        for question in view.questions.values()
        if question.appointment.id not in view.confirmed
        for one in _possible(view, question)
        if all(_apart(view, one, other) for other in fixed if other.interpreter == one.interpreter)
    ]


def _rows(view: _View, ways: list[Way], fixed: list[Assigned]) -> Iterator[Row]:
    """Give what keeps the ways apart, written anew: by appointment, and by interpreter in time and in hours."""
    for own in _by(range(len(ways)), lambda at: ways[at].appointment):
        yield Row(own, [1] * len(own), 1)
    for own in _by(range(len(ways)), lambda at: ways[at].booking.interpreter):
        yield from _rows_in_time(view, ways, own)
        yield from _rows_of_hours(view, ways, own, fixed)


def _by(positions: Iterable[int], key: Callable[[int], object]) -> list[list[int]]:
    found: dict[object, list[int]] = {}
    for at in positions:
        found.setdefault(key(at), []).append(at)
    return list(found.values())


def _rows_in_time(view: _View, ways: list[Way], own: list[int]) -> Iterator[Row]:
    """Give who is busy whenever something begins, and pairs that the way between two places keeps apart."""
    pause = view.bank.policy.pause_minutes * MINUTE
    begin = {at: _begin(view, ways[at].booking) for at in own}
    end = {at: begin[at] + ways[at].booking.minutes * MINUTE for at in own}
    busy = {
        tuple(at for at in own if begin[at] <= moment < end[at] + pause) for moment in set(begin.values())
    }
    for members in sorted(busy):
        yield Row(list(members), [1] * len(members), 1)
    for first in own:
        for then in own:
            soon = end[first] + pause <= begin[then] < end[first] + LONGEST_WAY
            if soon and not _goes_together(view, ways[first].booking, ways[then].booking):
                yield Row([first, then], [1, 1], 1)


def _rows_of_hours(view: _View, ways: list[Way], own: list[int], fixed: list[Assigned]) -> Iterator[Row]:
    interpreter = view.interpreters[ways[own[0]].booking.interpreter]
    taken = [one for one in fixed if one.interpreter == interpreter.id]
    for members in _by(own, lambda at: _day(view, ways[at].booking)):
        day = _day(view, ways[members[0]].booking)
        used = sum(one.minutes for one in taken if _day(view, one) == day)
        yield from _row_of_hours(ways, members, interpreter.max_hours_day, used)
    for month, hours in interpreter.hours_left_by_month:
        members = [at for at in own if _month(view, ways[at].booking) == month]
        used = sum(one.minutes for one in taken if _month(view, one) == month)
        yield from _row_of_hours(ways, members, hours, used)
    yield from _row_of_hours(ways, own, interpreter.hours_left, sum(one.minutes for one in taken))


def _row_of_hours(ways: list[Way], members: list[int], hours: float | None, used: int) -> Iterator[Row]:
    if hours is not None and members:
        limit = max(int(Fraction(str(hours)) * MINUTE) - used, 0)
        yield Row(members, [ways[at].booking.minutes for at in members], limit)


def _day(view: _View, one: Assigned) -> date:
    return city_day(view.appointments[one.appointment].start, view.zone)


def _month(view: _View, one: Assigned) -> str:
    return f"{_day(view, one):%Y-%m}"


def _apart(view: _View, one: Assigned, other: Assigned) -> bool:
    first, then = sorted((one, other), key=lambda it: _begin(view, it))
    return _goes_together(view, first, then)


def _possible(view: _View, question: Question) -> list[Assigned]:
    free = ~np.any([barrier(question) for barrier in BARRIERS.values()], axis=0)
    found = []
    for mode in question.appointment.modes:
        can, worth = free & mode_possible(question, mode), worth_of(question, mode)
        for at in can.nonzero()[0].tolist():
            via = int(question.via[at])
            found.append(
                Assigned(
                    appointment=question.appointment.id,
                    interpreter=view.bank.interpreters[at].id,
                    mode=mode,
                    via=question.appointment.also_speaks[via].code if via >= 0 else None,
                    minutes=int(question.minutes[at]),
                    worth=int(worth[at]),
                )
            )
    return found
