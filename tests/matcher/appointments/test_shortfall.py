"""Why an appointment stays without interpreter, and that the same agenda gives the same bytes everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from fixtures.appointments import generate_agenda
from fixtures.builders import free, speaks
from matcher.appointments.scheduling import schedule
from matcher.appointments.shortfall import ASKED_IN_TURN, TAKEN, shortfalls_of
from matcher.appointments.writing import agenda_to_json
from matcher.vocabulary import APPOINTMENT_BARRIERS
from tests.matcher.appointments.plain import agenda, appointment, interpreter


def shortfall(asked, *people):
    given = agenda(asked, people)
    return shortfalls_of(given, schedule(given))[-1]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"languages": speaks("vie:native", "fra:native")}, "blocked_language"),
        ({"settings": ("work",)}, "blocked_setting"),
        ({"availability": free("mon_ev")}, "blocked_schedule"),
        ({"modes": ("in_person",)}, "blocked_mode"),
        ({"max_hours_day": 0.5}, "blocked_capacity"),
        ({"excludes": ("a1",)}, "blocked_exclusion"),
    ],
)
def test_the_reason_is_the_barrier_after_which_nobody_is_left(changes, reason):
    found = shortfall(appointment(), interpreter(**changes))
    assert (found.reason, found.left[-1]) == (reason, (reason, 0))
    assert found.nearest == (("i1", reason),)


def test_the_language_is_asked_before_the_hour():
    busy, other = interpreter("busy", availability=free("mon_ev")), interpreter("other", languages=())
    found = shortfall(appointment(), busy, other)
    assert found.left == (("blocked_language", 1), ("blocked_setting", 1), ("blocked_schedule", 0))
    assert set(found.nearest) == {("busy", "blocked_schedule"), ("other", "blocked_language")}


def test_who_could_and_is_booked_is_named():
    given = agenda([appointment("a1", priority=2), appointment("a2")], interpreter())
    (found,) = shortfalls_of(given, schedule(given))
    assert (found.appointment, found.reason, found.taken) == ("a2", TAKEN, ("i1",))


def test_an_empty_bank_has_nobody_of_the_language():
    assert shortfall(appointment()).reason == "blocked_language"


def test_every_barrier_is_asked():
    assert {*ASKED_IN_TURN, "refer_professional"} == set(APPOINTMENT_BARRIERS)


def test_the_same_agenda_gives_the_same_bytes_in_every_process(tmp_path):
    month = agenda_to_json(generate_agenda(appointments=60, interpreters=40, seed=8))
    (tmp_path / "a.json").write_text(json.dumps(month), encoding="utf-8")
    month["interpreters"].reverse()
    month["appointments"].reverse()
    (tmp_path / "b.json").write_text(json.dumps(month), encoding="utf-8")
    plans = []
    for seed, name in (("1", "a.json"), ("2", "b.json")):
        program = [sys.executable, "-c", "from web.cli import main; main()", "schedule", str(tmp_path / name)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        plans.append(subprocess.run(program, capture_output=True, env=environment, check=True).stdout)
    assert plans[0] == plans[1]
    assert json.loads(plans[0])["assigned"]
