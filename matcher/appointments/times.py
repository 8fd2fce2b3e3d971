"""Wall times of a zone and the instants that they are, through both clock changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from matcher.vocabulary import DAYS, FIRST_MONDAY, SLOTS, WEEKS

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1970, 2199

_SLOTS_OF = {day: [slot for slot, term in SLOTS.items() if term.row["day"] == day] for day in DAYS}

Spans = tuple[tuple[int, int], ...]
"""Stretches of time, begin and end in whole seconds since 1970, in order and apart."""


def zone_named(name: str) -> ZoneInfo | None:
    """Give a zone of the tz database, or None where there is none of this name."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # a path that leads out, a folder, no such zone
        return None


def moment(text: str) -> datetime | None:
    """Give a date and a time of day, aware where an offset is written; None where it is none."""
    if not MOMENT.fullmatch(text):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def instants_of(wall: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Give the instants, in UTC, at which the clocks of a zone show a wall time: one, two, or none.

    When clocks go back, an hour comes twice; when they go forward, an hour is left out.
    """
    if wall.tzinfo is not None:
        return (wall.astimezone(UTC),)
    both = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(one for one in both if one.astimezone(zone).replace(tzinfo=None) == wall))


def wall_text(instant: datetime, zone: ZoneInfo) -> str:
    """Write an instant as wall time; with its offset where the wall time alone would be ambiguous."""
    wall = instant.astimezone(zone)
    plain = wall.replace(tzinfo=None)
    if len(instants_of(plain, zone)) != 1:
        return wall.isoformat(timespec="minutes" if not wall.second else "seconds")
    return plain.isoformat(timespec="minutes" if not plain.second else "seconds")


def seconds_of(instant: datetime) -> int:
    """Give an instant in whole seconds since 1970."""
    return int(instant.timestamp())


def city_day(instant: datetime, zone: ZoneInfo) -> date:
    """Give the date in a zone at an instant."""
    return instant.astimezone(zone).date()


def month_of(day: date) -> int:
    """Give the month of a day as a whole number, far from those of days."""
    return day.year * 12 + day.month


def week_of(day: date) -> int:
    """Give which of the four weeks that come round a day belongs to, 0 to 3."""
    return (day - FIRST_MONDAY).days // 7 % WEEKS


def free_spans(weeks: tuple[tuple[str, ...], ...], zone: ZoneInfo, days: Iterable[date]) -> Spans:
    """Give when somebody is free on some days, from the slots of four weeks on the clocks of a zone."""
    return joined(_spans_of(weeks, zone, days))


def _spans_of(
    weeks: tuple[tuple[str, ...], ...], zone: ZoneInfo, days: Iterable[date]
) -> Iterator[tuple[int, int]]:
    for day in days:
        week = weeks[week_of(day)]
        yield from (_edges(slot, zone, day) for slot in _SLOTS_OF[DAYS[day.weekday()]] if slot in week)


@lru_cache(maxsize=1 << 16)
def _edges(slot: str, zone: ZoneInfo, day: date) -> tuple[int, int]:
    row = SLOTS[slot].row
    return _edge(row["start"], zone, day), _edge(row["end"], zone, day)


def _edge(clock: str, zone: ZoneInfo, day: date) -> int:
    """24:00 is midnight, when the next day begins; an hour that comes twice counts as its first."""
    hours, minutes = map(int, clock.split(":"))
    day += timedelta(days=hours // 24)
    return seconds_of(datetime.combine(day, time(hours % 24, minutes), tzinfo=zone))


def joined(spans: Iterable[tuple[int, int]]) -> Spans:
    """Put stretches of time in order, and make one of those that touch or overlap."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((begin, end))
    return tuple(found)
