"""Wall times and instants: what a person says on her clocks, what is stored, and the hours that clocks leave out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from matcher.appointments.times import free_spans, instants_of, joined, seconds_of, zone_named
from matcher.vocabulary import WEEKS
from models.errors import NoSuchTime, WrongValue
from models.instants import CITY_ZONE

Spans = tuple[tuple[datetime, datetime], ...]


def zone_of(name: str) -> ZoneInfo:
    """Give a zone by its name.

    Raises
    ------
    WrongValue
        There is none of this name.
    """
    zone = zone_named(name)
    if zone is None:
        raise WrongValue("zone", name)
    return zone


def instant_of(wall: datetime, zone: str = CITY_ZONE.key) -> datetime:
    """Give the instant at which the clocks of a zone show a wall time.

    Raises
    ------
    NoSuchTime
        No clock shows it (``skipped``), or they show it twice (``twice``; then ``choices`` holds both instants).
    """
    found = instants_of(wall, zone_of(zone))
    if len(found) != 1:
        raise NoSuchTime(wall, zone, found)
    return found[0]


def spans_of(
    weeks: Iterable[Iterable[str]],
    zone: str,
    days: Iterable[date],
    *,
    away: Iterable[tuple[datetime, datetime]] = (),
    also: Iterable[tuple[datetime, datetime]] = (),
) -> Spans:
    """Give when somebody is free on some days: her week on her clocks, and what dated exceptions change.

    What she is away for is taken out of all the rest.
    """
    given = [tuple(week) for week in weeks] or [()]
    four = tuple(given[week % len(given)] for week in range(WEEKS))
    weekly = free_spans(four, zone_of(zone), sorted(days))
    free = joined([*weekly, *_seconds(also)])
    for begin, end in _seconds(away):
        free = tuple(part for span in free for part in _without(span, begin, end))
    return tuple((_instant(begin), _instant(end)) for begin, end in free)


def city_midnight(day: date) -> datetime:
    """Give the instant at which a day begins in the city."""
    return datetime.combine(day, time(), CITY_ZONE).astimezone(UTC)


def month_of(at: datetime) -> tuple[datetime, datetime]:
    """Give when the city's month of an instant begins, and when the next one does."""
    first = at.astimezone(CITY_ZONE).date().replace(day=1)
    return city_midnight(first), city_midnight((first + timedelta(days=32)).replace(day=1))


def _without(span: tuple[int, int], begin: int, end: int) -> list[tuple[int, int]]:
    before, after = (span[0], min(span[1], begin)), (max(span[0], end), span[1])
    return [part for part in (before, after) if part[0] < part[1]]


def _seconds(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[int, int]]:
    return [(seconds_of(begin), seconds_of(end)) for begin, end in spans]


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
