"""What one more interpreter would fill: exact, by planning again what she could change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from matcher.appointments.policy import InterpretingPolicy, shipped_interpreting_policy
from matcher.appointments.problem import NO_TIME_LIMIT
from matcher.appointments.records import Agenda, Appointment, Interpreter, Plan
from matcher.appointments.scheduling import Table, problem_of, schedule, table_of
from matcher.appointments.solving import components
from matcher.columns import Ints
from matcher.records import Language
from matcher.vocabulary import DAYS, LANGUAGES, MEETING_MODES, SETTINGS, SLOTS, WEEKS

NEWCOMER = "one more interpreter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What an interpreter of one language, free in some slots every week, adds to the best plan.

    ``filled`` may be below ``len(newly)`` where the pressing take the place of others. ``proved`` says that both
    plans are best.
    """

    language: str
    slots: tuple[str, ...]
    filled: int
    priority: int
    newly: tuple[str, ...]
    proved: bool


def gains(
    agenda: Agenda,
    plan: Plan,
    profiles: Iterable[tuple[str, tuple[str, ...]]],
    policy: InterpretingPolicy | None = None,
    *,
    seconds: float = NO_TIME_LIMIT,
) -> Iterator[Gain]:
    """Give what each profile, a language and its slots, would add by itself."""
    rules = policy or shipped_interpreting_policy()
    table = table_of(agenda, rules)
    parts = _parts(table)
    for language, slots in profiles:
        newcomer = profile(language, slots)
        near = _near(agenda, parts, newcomer, rules)
        own = _only(agenda, near)
        found = schedule(replace(own, interpreters=(*own.interpreters, newcomer)), rules, seconds=seconds)
        before = frozenset(one.appointment for one in plan.assigned) & near
        after = frozenset(one.appointment for one in found.assigned) & near
        worth = {one.id: one.priority for one in own.appointments}
        yield Gain(
            language=language,
            slots=slots,
            filled=len(after) - len(before),
            priority=sum(worth[one] for one in after) - sum(worth[one] for one in before),
            newly=tuple(sorted(after - before)),
            proved=plan.proved and found.proved,
        )


def profile(language: str, slots: Iterable[str]) -> Interpreter:
    """Give an invented interpreter who is free in some slots every week and asks for nothing."""
    spoken = [Language(code=language, level="native", mode=LANGUAGES[language].row["modality"])]
    spoken += [Language(code="fra", level="native")] * (language != "fra")
    return Interpreter(
        id=NEWCOMER,
        languages=tuple(spoken),
        settings=tuple(code for code, term in SETTINGS.items() if term.row["volunteer_may"] == "yes"),
        modes=MEETING_MODES,
        availability=(tuple(slots),) * WEEKS,
    )


def profiles_of(agenda: Agenda, plan: Plan) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give the profiles worth asking about: each language left unfilled, in each slot in which it was asked."""
    zone = ZoneInfo(agenda.zone)
    left = {one.appointment for one in plan.unfilled}
    found = {
        (one.from_language, (slot,))
        for one in agenda.appointments
        if one.id in left
        for slot in _slots_of(one, zone)
    }
    return tuple(sorted(found))


def _slots_of(one: Appointment, zone: ZoneInfo) -> list[str]:
    wall: datetime = one.start.astimezone(zone)
    clock = f"{wall:%H:%M}"
    return [
        slot
        for slot, term in SLOTS.items()
        if term.row["day"] == DAYS[wall.weekday()] and term.row["start"] <= clock < term.row["end"]
    ]


def _parts(table: Table) -> list[frozenset[str]]:
    """Give the appointments of each component of what can be filled now."""
    problem = problem_of(table)
    return [_names(table, problem.appointment[part]) for part in components(problem)]


def _names(table: Table, positions: Ints) -> frozenset[str]:
    return frozenset(table.appointments[at].id for at in np.unique(positions).tolist())


def _near(
    agenda: Agenda,
    parts: list[frozenset[str]],
    newcomer: Interpreter,
    policy: InterpretingPolicy,
) -> frozenset[str]:
    """Give the appointments that she could take, and all that share a component with one of them."""
    alone = table_of(replace(agenda, interpreters=(newcomer,), confirmed=()), policy)
    hers = _names(alone, alone.options.appointment)
    return hers.union(*(part for part in parts if part & hers))


def _only(agenda: Agenda, near: frozenset[str]) -> Agenda:
    """Give the agenda of some appointments, with the confirmed ones that take their interpreters' time."""
    held = frozenset(appointment for appointment, _ in agenda.confirmed)
    return replace(agenda, appointments=tuple(one for one in agenda.appointments if one.id in near | held))
