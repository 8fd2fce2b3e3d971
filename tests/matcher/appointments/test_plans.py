"""What a plan may do and may not: pauses, hours, languages, wishes, and what is confirmed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.builders import free, speaks
from matcher.appointments.checks import verify
from matcher.appointments.scheduling import schedule
from matcher.errors import FaultyInput
from matcher.records import Travel
from tests.matcher.appointments.plain import agenda, appointment, interpreter


def who(plan) -> dict[str, str]:
    return {one.appointment: one.interpreter for one in plan.assigned}


def test_an_hour_between_two_is_enough_and_a_quarter_is_not():
    person = interpreter()
    for gap, filled in ((30, 2), (29, 1)):
        two = [appointment("a1"), appointment("a2", start=f"2026-03-09T11:{gap}")]
        assert schedule(agenda(two, person)).totals.filled == filled


@pytest.mark.parametrize(("mode", "filled"), [("car", 2), ("bus", 1)])
def test_the_way_between_two_places_makes_the_pause_longer(mode, filled):
    person = interpreter(travel=Travel(mode=mode, limit_km=100), sector="arvida")
    two = [
        appointment("a1", modes=("in_person",), sector="chicoutimi_centre"),
        appointment("a2", modes=("in_person",), sector="jonquiere_centre", start="2026-03-09T11:40"),
    ]
    assert schedule(agenda(two, person)).totals.filled == filled
    by_phone = [replace(one, modes=("in_person", "phone")) for one in two]
    assert schedule(agenda(by_phone, person)).totals.filled == 2


def test_hours_of_a_day_and_hours_left_are_kept():
    hours = [
        appointment(f"a{at}", start=f"2026-03-{9 + at // 3:02}T{8 + 3 * (at % 3):02}:30") for at in range(6)
    ]
    assert schedule(agenda(hours, interpreter())).totals.filled == 6
    assert schedule(agenda(hours, interpreter(max_hours_day=2))).totals.filled == 4
    assert schedule(agenda(hours, interpreter(hours_left=3))).totals.filled == 3


def test_hours_of_a_month_are_kept_in_each_month_alone():
    hours = [
        appointment(f"a{day}", start=f"2026-{day}T09:00") for day in ("03-30", "03-31", "04-01", "04-02")
    ]
    months = (("2026-03", 1), ("2026-04", 2))
    person = interpreter(hours_left_by_month=months)
    assert schedule(agenda(hours, person)).totals.filled == 3
    assert schedule(agenda(hours, replace(person, hours_left=2))).totals.filled == 2
    booked = agenda(hours, person, confirmed=(("a03-30", "i1"),))
    assert set(who(schedule(booked))) == {"a03-30", "a04-01", "a04-02"}
    long = agenda([replace(one, minutes=90) for one in hours], person)
    assert dict(schedule(long).unfilled[0].barriers) == {"blocked_capacity": 1}


def test_the_pressing_come_before_a_better_score():
    both = [
        appointment("good", prefer=("i1",)),
        appointment("pressing", priority=2),
    ]
    assert who(schedule(agenda(both, interpreter()))) == {"pressing": "i1"}


def test_the_one_who_interpreted_much_is_spared():
    rested, tired = interpreter("rested", hours_last_30d=1), interpreter("tired", hours_last_30d=12)
    assert who(schedule(agenda(appointment(), [tired, rested]))) == {"a1": "rested"}


def test_the_same_interpreter_as_before_is_kept_where_it_was_wished():
    two = [interpreter("i1", hours_last_30d=0), interpreter("i2", hours_last_30d=8)]
    assert who(schedule(agenda(appointment(), two))) == {"a1": "i1"}
    assert who(schedule(agenda(appointment(prefer=("i2",)), two))) == {"a1": "i2"}


def test_the_mode_that_the_person_put_first_is_taken_where_it_is_near():
    near = appointment(modes=("in_person", "phone"), sector="arvida")
    assert schedule(agenda(near, interpreter())).assigned[0].mode == "in_person"
    far = replace(near, sector="la_baie_port_alfred")
    assert schedule(agenda(far, interpreter())).assigned[0].mode == "phone"


def test_someone_who_only_writes_a_language_does_not_interpret_it():
    writes = interpreter(languages=speaks("spa:native:written", "fra:C1"))
    assert schedule(agenda(appointment(), writes)).unfilled[0].barriers == {"blocked_language": 1}


def test_a_setting_asks_more_than_the_appointment_says():
    school = appointment(setting="school_meeting", level="B1")
    low = interpreter(languages=speaks("spa:B1", "fra:C1"))
    assert schedule(agenda(school, low)).unfilled[0].barriers == {"blocked_language": 1}


def test_who_said_nothing_is_not_booked():
    nothing = interpreter(languages=(), settings=(), modes=(), availability=None)
    assert schedule(agenda(appointment(), nothing)).unfilled[0].barriers == {
        "blocked_language": 1,
        "blocked_setting": 1,
        "blocked_schedule": 1,
        "blocked_mode": 1,
    }


# Confirmed bookings


def test_a_confirmed_booking_stands_across_hour_and_place_and_takes_her_time():
    late = appointment("late", start="2026-03-09T22:00")
    next_one = appointment("next", start="2026-03-10T10:00")
    person = interpreter(hours_left=1)
    plan = schedule(agenda([late, next_one], person, confirmed=(("late", "i1"),)))
    assert who(plan) == {"late": "i1"}
    assert plan.proved
    verify(agenda([late, next_one], person, confirmed=(("late", "i1"),)), plan)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"avoid": ("i1",)}, "blocked_exclusion"),
        ({"gender_request": "m"}, "blocked_gender"),
        ({"setting": "police"}, "refer_professional"),
    ],
)
def test_no_booking_is_confirmed_across_safety_or_a_wish(changes, code):
    with pytest.raises(FaultyInput, match=code):
        schedule(agenda(appointment(**changes), interpreter(), confirmed=(("a1", "i1"),)))


def test_two_weeks_in_turn_are_read_by_the_calendar():
    person = interpreter(availability=(free("mon_am")[0], (), free("mon_am")[0], ()))
    asked = [appointment(f"a{day}", start=f"2026-03-{day:02}T10:00") for day in (2, 9, 16, 23)]
    assert set(who(schedule(agenda(asked, person)))) == {"a2", "a16"}
