"""Four weeks that come round again: which of them a given date belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from matcher.vocabulary import FIRST_MONDAY, WEEKS


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the cycle: its place (0 to 3) and the Monday when it next comes."""

    place: int
    monday: date


def coming_weeks(day: date) -> tuple[Week, ...]:
    """Give the four weeks from the one of ``day`` on."""
    monday = day - timedelta(days=day.weekday())
    mondays = (monday + timedelta(weeks=ahead) for ahead in range(WEEKS))
    return tuple(Week((start - FIRST_MONDAY).days // 7 % WEEKS, start) for start in mondays)
