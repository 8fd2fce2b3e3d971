"""Appointments as an iCalendar feed, on the clock of the city, both of its changes of hour included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from icalendar import Calendar, Event, Timezone

from web.clock import CITY_ZONE

if TYPE_CHECKING:
    from collections.abc import Iterable

MIME_TYPE = "text/calendar; charset=utf-8"
REFRESH = timedelta(hours=1)
TORONTO = """\
BEGIN:VTIMEZONE
TZID:America/Toronto
BEGIN:DAYLIGHT
TZNAME:EDT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:EST
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
END:VTIMEZONE
"""
"""The rules since 2007. The library's own list of them begins each spring an hour late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One appointment as a calendar shows it: who may read the feed may read every word of it."""

    id: str
    start: datetime
    minutes: int
    title: str
    place: str
    changed_at: datetime
    is_cancelled: bool = False


def feed(entries: Iterable[Entry], *, name: str, host: str) -> bytes:
    """Write a calendar that calendars may subscribe to; its times are wall time with the zone's own rules."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Passerelle//Saguenay//FR")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add_component(Timezone.from_ical(TORONTO))
    for entry in entries:
        calendar.add_component(_event(entry, host))
    return bytes(calendar.to_ical())


def _event(entry: Entry, host: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.id}@{host}")
    event.add("dtstamp", entry.changed_at)
    event.add("dtstart", _on_the_wall(entry.start))
    event.add("duration", timedelta(minutes=entry.minutes))  # an end on the wall could come before its start
    event.add("summary", entry.title)
    event.add("location", entry.place)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    return event


def _on_the_wall(instant: datetime) -> datetime:
    """Give wall time in the city; the hour that comes twice is told in UTC, since a zone alone means the first."""
    wall = instant.astimezone(CITY_ZONE)
    return instant.astimezone(UTC) if wall.fold else wall
