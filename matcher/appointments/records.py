"""Appointments, the interpreters who may take them, and the plan that says who takes which: never changed.

Instants are aware and in UTC. A field that is ``None`` is unknown; but an interpreter is only booked for what
she said of herself, so that languages, settings, modes and free time left out count as none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from matcher.records import WORTH_OF_A_POINT, Language, Travel


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """Something to interpret, at a fixed time: ``modes`` in the order in which the person prefers them."""

    id: str
    from_language: str
    to_language: str
    level: str | None = None
    """Asked beside the level that the setting asks; the higher of the two counts."""
    setting: str
    start: datetime
    minutes: int
    modes: tuple[str, ...]
    sector: str | None = None
    priority: int = 1
    also_speaks: tuple[Language, ...] = ()
    """Languages that the person agreed to be interpreted through."""
    gender_request: str | None = None
    avoid: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A volunteer of the bank: what she speaks, where and how she interprets, and when."""

    id: str
    languages: tuple[Language, ...] = ()
    settings: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    free: tuple[tuple[datetime, datetime], ...] | None = None
    availability: tuple[tuple[str, ...], ...] | None = None
    """In place of ``free``: four weeks of slot codes that come round, on the clock of ``zone``."""
    zone: str | None = None
    """Where her clock is another than that of the agenda."""
    sector: str | None = None
    travel: Travel | None = None
    gender: str | None = None
    max_hours_day: float | None = None
    hours_left: float | None = None
    """For all that the agenda asks."""
    hours_left_by_month: tuple[tuple[str, float], ...] = ()
    """In its place, or beside it, where the agenda asks in several months: ``("2026-03", 20)``, in their order."""
    hours_last_30d: float | None = None
    excludes: tuple[str, ...] = ()
    experience: tuple[str, ...] | None = None
    """Settings that she is trained for, or has interpreted in."""
    accepted: int | None = None
    """Appointments that she took, of which she came to ``done``."""
    done: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """All appointments of a horizon, the bank, and the bookings that stand already."""

    zone: str
    appointments: tuple[Appointment, ...] = ()
    interpreters: tuple[Interpreter, ...] = ()
    confirmed: tuple[tuple[str, str], ...] = ()
    """Pairs of an appointment id and an interpreter id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """An appointment with its interpreter; ``via`` is the language between, where it is a relay."""

    appointment: str
    interpreter: str
    mode: str
    via: str | None
    minutes: int
    worth: int

    @property
    def score(self) -> float:
        """Give the score that people see, 0 to 100."""
        return self.worth / WORTH_OF_A_POINT


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfilled:
    """An appointment without interpreter, and how many interpreters each barrier keeps from it."""

    appointment: str
    barriers: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An appointment that no volunteer may take, whatever the languages."""

    appointment: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTotals:
    """What a plan reaches, confirmed bookings included."""

    priority: int
    worth: int
    filled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What no plan can pass: more priority than this, or this priority with more worth."""

    priority: int
    worth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who interprets what, what stays without interpreter and why, and how far from the best it can be."""

    assigned: tuple[Assigned, ...]
    unfilled: tuple[Unfilled, ...]
    refused: tuple[Refused, ...]
    totals: PlanTotals
    bound: Bound
    proved: bool
