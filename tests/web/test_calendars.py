"""Calendar feeds: the right instant in any calendar, across both changes of the hour, and nothing besides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from web.calendars import Entry, feed

TORONTO = ZoneInfo("America/Toronto")
AT = datetime(2026, 3, 2, 15, tzinfo=UTC)


def entry(start, minutes=60, **more):
    told = {"id": "a1", "title": "Espagnol ; école, Arvida", "place": "", "changed_at": AT} | more
    return Entry(start=start, minutes=minutes, **told)


def lines(*entries):
    return feed(entries, name="Mes mandats", host="example.org").decode().split("\r\n")


def offset_by_the_rules(wall, text):
    """Give the offset that the rules of the feed's own zone say for a wall time: the latest onset before it."""
    onsets = []
    for part in Calendar.from_ical(text).walk("VTIMEZONE")[0].subcomponents:
        first, rule = part["DTSTART"].dt, part["RRULE"]
        for year in range(first.year, wall.year + 1):
            day = datetime(year, rule["BYMONTH"][0], 1, tzinfo=UTC)
            sundays = [
                day + timedelta(days=at) for at in range(14) if (day + timedelta(days=at)).weekday() == 6
            ]
            onset = sundays[int(rule["BYDAY"][0][0]) - 1].replace(hour=first.hour)
            onsets.append((onset - part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td))
    return max(one for one in onsets if one[0] <= wall)[1]


@pytest.mark.parametrize(
    "change",
    [
        datetime(2026, 3, 8, 7, tzinfo=UTC),
        datetime(2026, 11, 1, 6, tzinfo=UTC),
        datetime(2031, 3, 9, 7, tzinfo=UTC),
    ],
)
def test_the_rules_of_the_zone_change_at_the_very_minute(change):
    text = feed([], name="x", host="example.org")
    assert b"REFRESH-INTERVAL" in text
    assert b"X-WR-CALNAME:x" in text
    for minutes in (-61, -60, -1, 0, 1, 59, 60):
        instant = change + timedelta(minutes=minutes)
        expected = instant.astimezone(TORONTO).utcoffset()
        assert offset_by_the_rules(instant, text) == expected, minutes


@pytest.mark.parametrize("hour", range(4, 10))
@pytest.mark.parametrize("day", [datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)])
def test_every_hour_around_a_change_comes_back_as_the_same_instant(day, hour):
    start = day.replace(hour=hour, minute=30)
    event = Calendar.from_ical(feed([entry(start)], name="x", host="example.org")).walk("VEVENT")[0]
    assert event["DTSTART"].dt.astimezone(UTC) == start
    assert event["DURATION"].dt == timedelta(hours=1)


def test_the_hour_that_comes_twice_is_told_in_utc_the_second_time():
    first, second = (datetime(2026, 11, 1, hour, 30, tzinfo=UTC) for hour in (5, 6))
    assert "DTSTART;TZID=America/Toronto:20261101T013000" in lines(entry(first))
    assert "DTSTART:20261101T063000Z" in lines(entry(second))


def test_signs_are_escaped_and_what_is_cancelled_says_so():
    told = lines(entry(AT, is_cancelled=True))
    assert r"SUMMARY:Espagnol \; école\, Arvida" in told
    assert {"STATUS:CANCELLED", "UID:a1@example.org", "CLASS:PRIVATE"} <= set(told)
    assert "DTSTAMP:20260302T150000Z" in told
    assert "LOCATION:Arvida" in lines(entry(AT, place="Arvida"))


def test_no_line_is_longer_than_calendars_can_read():
    assert max(len(line.encode()) for line in lines(entry(AT, title="é" * 200))) <= 75
