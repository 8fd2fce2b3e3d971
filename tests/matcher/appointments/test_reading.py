"""Reading an agenda strictly: each kind of bad input, where it stands, and what would be right."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import example, given, settings

from fixtures.appointments import generate_agenda
from matcher.appointments.plans import plan_from_json, read_plan
from matcher.appointments.policy import interpreting_policy_from_json, shipped_interpreting_policy
from matcher.appointments.reading import agenda_from_json, read_agenda
from matcher.appointments.scheduling import schedule
from matcher.appointments.writing import agenda_to_json, as_text, plan_to_json
from matcher.errors import FaultyInput, NotProved
from matcher.faults import FormatFault
from tests.matcher.appointments.plain import agenda, appointment, at, case_json, interpreter, shuffled
from tests.matcher.test_formats_json import NOISE

APPOINTMENT = {
    "id": "a1",
    "from": "spa",
    "to": "fra",
    "setting": "everyday",
    "start": "2026-03-09T13:00",
    "minutes": 60,
    "modes": ["phone"],
}


def value(appointment_changes=None, interpreter_changes=None, **changes):
    """Give the JSON of one appointment and one interpreter; a field that is None is left out."""
    one = {name: it for name, it in (APPOINTMENT | (appointment_changes or {})).items() if it is not None}
    other = {"id": "i1", **(interpreter_changes or {})}
    head = {"format": "passerelle-appointments/1", "zone": "America/Toronto"}
    return head | {"appointments": [one], "interpreters": [other]} | changes


def faults(given_value) -> list[tuple[str, str]]:
    """Give field and code of each fault."""
    with pytest.raises(FaultyInput) as caught:
        agenda_from_json(given_value)
    return [(fault.field, fault.code) for fault in caught.value.faults if isinstance(fault, FormatFault)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"start": "2026-03-08T02:30"}, ("start", "missing_time")),
        ({"start": "2026-11-01T01:30"}, ("start", "ambiguous_time")),
        ({"start": "tomorrow"}, ("start", "bad_time")),
        ({"start": 5}, ("start", "bad_time")),
        ({"start": None}, ("start", "missing")),
        ({"setting": "moon"}, ("setting", "not_code")),
        ({"minutes": 0}, ("minutes", "out_of_range")),
        ({"minutes": 1.5}, ("minutes", "not_whole")),
        ({"modes": []}, ("modes", "no_mode")),
        ({"modes": ["letter"]}, ("modes[0]", "not_code")),
        ({"from": "fra"}, ("to", "same_language")),
        ({"to": None}, ("to", "missing")),
        ({"priority": -1}, ("priority", "out_of_range")),
        ({"gender_request": "any"}, ("gender_request", "not_code")),
        ({"color": "red"}, ("color", "unknown_field")),
        ({"also_speaks": [{"code": "spa"}]}, ("also_speaks[0].level", "missing")),
    ],
)
def test_a_fault_of_an_appointment_has_its_place(changes, expected):
    assert expected in faults(value(changes))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"free": [["2026-03-09T13:00", "2026-03-09T12:00"]]}, ("free[0]", "backward")),
        ({"free": [["2026-03-08T02:30", "2026-03-08T09:00"]]}, ("free[0][0]", "missing_time")),
        ({"free": [["2026-03-09T13:00"]]}, ("free[0]", "bad_span")),
        ({"free": "always"}, ("free", "not_list")),
        ({"free": [], "availability": [["mon_am"]]}, ("availability", "two_times")),
        ({"availability": []}, ("availability", "bad_weeks")),
        ({"zone": "Mars/Base"}, ("zone", "bad_zone")),
        ({"max_hours_day": 25}, ("max_hours_day", "out_of_range")),
        ({"hours_left": "ten"}, ("hours_left", "not_number")),
        ({"hours_left_by_month": 20}, ("hours_left_by_month", "not_object")),
        ({"hours_left_by_month": {"2026-13": 20}}, ("hours_left_by_month", "bad_month")),
        ({"hours_left_by_month": {"0000-01": 20}}, ("hours_left_by_month", "bad_month")),
        ({"hours_left_by_month": {"2026-03": "x"}}, ("hours_left_by_month.2026-03", "not_number")),
        ({"settings": ["moon"]}, ("settings[0]", "not_code")),
        ({"origin": "x"}, ("origin", "unknown_field")),
    ],
)
def test_a_fault_of_an_interpreter_has_its_place(changes, expected):
    assert expected in faults(value(interpreter_changes=changes))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"confirmed": [["a9", "i1"]]}, "unknown_id"),
        ({"confirmed": [["a1", "i1"], ["a1", "i1"]]}, "confirmed_doubled"),
        ({"confirmed": [["a1"]]}, "bad_pair"),
        ({"zone": "Nowhere"}, "bad_zone"),
        ({"zone": 7}, "bad_zone"),
        ({"format": "passerelle-pool/1"}, "wrong_format"),
        ({"appointments": [APPOINTMENT, APPOINTMENT]}, "doubled_id"),
        ({"today": "2026-03-02"}, "unknown_field"),
    ],
)
def test_a_fault_of_the_whole_is_told(changes, code):
    assert code in [found for _, found in faults(value(**changes))]


def test_two_confirmed_at_the_same_time_are_a_fault():
    both = [APPOINTMENT, APPOINTMENT | {"id": "a2", "start": "2026-03-09T13:30"}]
    assert faults(value(appointments=both, confirmed=[["a1", "i1"], ["a2", "i1"]])) == [
        ("", "confirmed_clash")
    ]


def test_two_confirmed_one_right_after_the_other_are_none():
    both = [APPOINTMENT, APPOINTMENT | {"id": "a2", "start": "2026-03-09T14:00"}]
    confirmed = [["a1", "i1"], ["a2", "i1"]]
    assert agenda_from_json(value(appointments=both, confirmed=confirmed)).confirmed == (
        ("a1", "i1"),
        ("a2", "i1"),
    )


def test_all_faults_stand_together():
    broken = value({"setting": "moon", "start": "x"}, {"modes": 3, "free": [["x", "y"]]})
    assert len(faults(broken)) == 5


@pytest.mark.parametrize("name", ["format", "zone", "appointments", "interpreters"])
def test_what_must_be_there_is_missed(name):
    assert (name, "missing") in faults({key: it for key, it in value().items() if key != name})


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(NOISE)
@example([])
def test_noise_is_refused_and_no_rows_are_no_noise(noise):
    assert faults(noise)
    assert faults(value({"start": noise}))
    for side in ("appointments", "interpreters"):
        if noise == []:
            assert getattr(agenda_from_json(value(**{side: noise})), side) == ()
        else:
            assert faults(value(**{side: noise}))


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(NOISE)
def test_noise_is_no_plan(noise):
    with pytest.raises((FaultyInput, NotProved)):
        plan_from_json(noise)


def test_a_time_with_an_offset_needs_no_zone():
    found = agenda_from_json(value({"start": "2026-11-01T01:30-05:00"}))
    assert found.appointments[0].start == at("2026-11-01T06:30", at("2026-01-01T00:00").tzinfo)


def test_wall_times_of_an_interpreter_are_those_of_her_zone():
    spans = {"free": [["2026-03-09T09:00", "2026-03-09T10:00"]]}
    here, there = (
        agenda_from_json(value(interpreter_changes=spans | zone)).interpreters[0].free
        for zone in ({}, {"zone": "America/Vancouver"})
    )
    assert (there[0][0] - here[0][0]).total_seconds() == 3 * 3600


@pytest.mark.parametrize("name", ["C02", "C13"])
def test_a_case_that_was_written_is_read_as_it_was(name):
    found = agenda_from_json(case_json(name)["appointments"])
    assert agenda_from_json(agenda_to_json(found)) == found


def test_hours_by_month_are_read_in_the_order_of_the_months_and_written_as_they_were():
    found = agenda_from_json(
        value(interpreter_changes={"hours_left_by_month": {"2026-04": 20, "2026-03": 6.5}})
    )
    assert found.interpreters[0].hours_left_by_month == (("2026-03", 6.5), ("2026-04", 20))
    assert agenda_from_json(agenda_to_json(found)) == found


def test_an_invented_month_and_its_plan_are_read_as_they_were_written():
    month = generate_agenda(appointments=40, interpreters=40, seed=5)
    assert read_agenda(as_text(agenda_to_json(month))) == month
    plan = schedule(month)
    assert read_plan(as_text(plan_to_json(plan))) == plan


def test_the_same_seed_invents_the_same_month_and_a_larger_one_begins_with_it():
    small, large = (generate_agenda(appointments=size, interpreters=30, seed=6) for size in (10, 20))
    assert large.appointments[:10] == small.appointments
    assert large.interpreters == small.interpreters
    assert len({language.code for one in generate_agenda().interpreters for language in one.languages}) >= 25


def test_what_may_never_count_is_no_field():
    for name in ("origin", "religion", "status", "notes", "phone"):
        assert (name, "unknown_field") in faults(value({name: "x"}))


def test_the_policy_of_the_bank_has_the_weights_of_the_documents():
    policy = shipped_interpreting_policy()
    assert dict(policy.weights) == {
        "language_quality": 40,
        "setting_competence": 20,
        "load_balance": 15,
        "continuity": 10,
        "travel": 10,
        "reliability": 5,
    }
    assert dict(policy.speed_km_h) == {"car": 40, "bus": 15, "walk": 5}


@pytest.mark.parametrize("weights", [{"language_quality": 100}, {"language_quality": 1}, {}])
def test_a_policy_weighs_what_the_bank_compares(weights):
    shipped = shipped_interpreting_policy()
    data = {name: getattr(shipped, name) for name in shipped.__slots__} | {"weights": weights}
    plain = {name: dict(it) if hasattr(it, "items") else it for name, it in data.items()}
    with pytest.raises(FaultyInput):
        interpreting_policy_from_json(json.loads(json.dumps(plain)))


def test_ties_fall_anew_by_day_and_not_by_the_order_of_rows():
    twins = [interpreter(f"i{at_}") for at_ in range(8)]
    chosen = {
        schedule(agenda(appointment(start=f"2026-03-{day:02}T10:00"), twins)).assigned[0].interpreter
        for day in (2, 3, 4, 5, 6)
    }
    assert len(chosen) > 1
    given_agenda = agenda(appointment(), twins)
    assert schedule(shuffled(given_agenda, 1)) == schedule(given_agenda)
    assert schedule(replace(given_agenda, zone="America/Toronto")) == schedule(given_agenda)
