"""Wall times and instants, through both clock changes, midnight and another zone."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.builders import free
from matcher.appointments.scheduling import schedule
from matcher.appointments.times import free_spans, instants_of, joined, moment, wall_text, week_of, zone_named
from tests.matcher.appointments.plain import ZONE, agenda, appointment, at, interpreter
from tests.matcher.often import often

SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)
PACIFIC = ZoneInfo("America/Vancouver")


def clock(text: str) -> datetime:
    """Give what a clock shows, without zone."""
    return datetime.fromisoformat(text)


def hours(day: date, *slots: str, zone: ZoneInfo = ZONE) -> list[tuple[str, str]]:
    spans = free_spans(free(*slots), zone, [day])
    return [
        tuple(datetime.fromtimestamp(edge, tz=UTC).strftime("%d %H:%M") for edge in span) for span in spans
    ]


def is_filled(start, minutes, spans, **changes) -> bool:
    person = interpreter(availability=None, free=spans, **changes)
    return bool(schedule(agenda(appointment(start=start, minutes=minutes), person)).assigned)


def test_a_day_is_expanded_by_the_clock_of_that_day():
    assert hours(date(2026, 3, 7), "sat_am") == [("07 13:00", "07 17:00")]
    assert hours(SPRING, "sun_am") == [("08 12:00", "08 16:00")]
    assert hours(date(2026, 10, 31), "sat_am") == [("31 12:00", "31 16:00")]
    assert hours(AUTUMN, "sun_am") == [("01 13:00", "01 17:00")]


def test_slots_that_touch_are_one_stretch_and_the_night_ends_at_midnight():
    assert hours(date(2026, 3, 9), "mon_am", "mon_pm", "mon_nt") == [
        ("09 12:00", "09 21:00"),
        ("10 01:00", "10 04:00"),
    ]


def test_a_wall_time_is_one_instant_or_none_or_two():
    assert instants_of(clock("2026-03-08T02:30"), ZONE) == ()
    first, second = instants_of(clock("2026-11-01T01:30"), ZONE)
    assert second - first == timedelta(hours=1)
    assert instants_of(clock("2026-03-08T03:00"), ZONE) == (datetime(2026, 3, 8, 7, 0, tzinfo=UTC),)


@often
@given(st.integers(0, 365 * 24 * 60))
def test_an_instant_written_as_wall_time_is_read_as_itself(minutes):
    instant = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    assert instants_of(moment(wall_text(instant, ZONE)), ZONE) == (instant,)


@pytest.mark.parametrize(
    "text",
    ["2026-03-09", "2026-03-09T25:00", "2026-02-30T10:00", "2026-03-09 10:00", "0001-01-01T00:00", "x"],
)
def test_what_is_no_time_is_none(text):
    assert moment(text) is None


@pytest.mark.parametrize("name", ["", "Mars/Base", "../etc/passwd", "America", "/etc/localtime"])
def test_what_is_no_zone_is_none(name):
    assert zone_named(name) is None


def test_an_hour_across_the_spring_change_ends_by_the_clock_that_moved():
    spans = ((at("2026-03-08T00:30"), at("2026-03-08T04:00")),)
    assert is_filled("2026-03-08T01:30", 60, spans)  # 1:30 to 3:30 on the clock
    assert not is_filled("2026-03-08T01:30", 61, spans)


def test_an_hour_across_the_autumn_change_ends_by_the_clock_that_moved():
    spans = ((at("2026-10-31T23:30"), at("2026-11-01T02:00")),)
    assert is_filled("2026-11-01T00:30", 120, spans)  # 0:30 to the second 1:30 on the clock
    assert not is_filled("2026-11-01T00:30", 121, spans)


def test_an_appointment_across_midnight_counts_on_the_day_on_which_it_begins():
    night = ((at("2026-03-09T20:00"), at("2026-03-10T10:00")),)
    person = interpreter(availability=None, free=night, max_hours_day=2)
    across = appointment("a1", start="2026-03-09T23:30", minutes=120)
    morning = appointment("a2", start="2026-03-10T08:00", minutes=90)
    assert schedule(agenda([across, morning], person)).totals.filled == 2


def test_free_before_and_after_midnight_is_free_through_it():
    both = free("mon_nt", "tue_am")
    person = interpreter(availability=both)
    assert not schedule(agenda(appointment(start="2026-03-09T23:00", minutes=60), person)).assigned
    spans = (
        (at("2026-03-09T21:00"), at("2026-03-10T00:00")),
        (at("2026-03-10T00:00"), at("2026-03-10T02:00")),
    )
    assert is_filled("2026-03-09T23:00", 120 - 30, spans)


def test_an_interpreter_in_another_zone_is_free_by_her_own_clock():
    evening = appointment(start="2026-03-09T20:00")
    here, there = (
        interpreter(availability=free("mon_pm")),
        interpreter(availability=free("mon_pm"), zone="America/Vancouver"),
    )
    assert not schedule(agenda(evening, here)).assigned
    assert not schedule(
        agenda(evening, there)
    ).assigned  # 17:00 to 18:00 there, and the afternoon ends at 17:00
    assert schedule(agenda(appointment(start="2026-03-09T18:00"), there)).assigned
    assert hours(date(2026, 3, 9), "mon_pm", zone=PACIFIC) == [("09 19:00", "10 00:00")]


def test_weeks_are_counted_from_one_monday_for_everybody():
    assert [week_of(date(2026, 1, 4) + timedelta(days=days)) for days in (0, 1, 7, 8, 28, 29)] == [
        3,
        0,
        0,
        1,
        3,
        0,
    ]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda it: (it[0], it[0] + it[1]))))
def test_joined_stretches_hold_the_same_moments_and_lie_apart(spans):
    found = joined(spans)
    assert {now for a, b in spans for now in range(a, b)} == {now for a, b in found for now in range(a, b)}
    assert all(first[1] < then[0] for first, then in pairwise(found))
