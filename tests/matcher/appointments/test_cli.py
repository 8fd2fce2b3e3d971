"""The commands on appointments: what they answer, and their statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from matcher.appointments.plans import read_plan
from tests.matcher.appointments.plain import case_json
from tests.matcher.test_cli import BAD_INPUT, DONE, NO, run


@pytest.fixture
def appointments(tmp_path) -> Path:
    path = tmp_path / "appointments.json"
    path.write_text(json.dumps(case_json("C02")["appointments"]), encoding="utf-8")
    return path


@pytest.fixture
def plan(appointments, tmp_path) -> Path:
    path = tmp_path / "plan.json"
    assert run("schedule", appointments, "--out", path).exit_code == DONE
    return path


def test_a_plan_is_made_verified_and_read(appointments, plan):
    assert [one.interpreter for one in read_plan(plan).assigned] == ["i1"]
    result = run("verify", appointments, plan)
    assert (result.exit_code, result.stderr) == (DONE, "")
    assert result.stdout.startswith("holds: 1 filled")
    assert "proved" in result.stdout


def test_without_out_the_plan_goes_to_the_standard_output(appointments, plan):
    assert run("schedule", appointments).stdout_bytes == plan.read_bytes()


def test_a_doctored_plan_is_refused(appointments, plan):
    plan.write_text(plan.read_text().replace('"minutes":90', '"minutes":60'), encoding="utf-8")
    result = run("verify", appointments, plan)
    assert (result.exit_code, result.stdout.startswith("does not hold: ")) == (NO, True)


@pytest.mark.parametrize("text", ["{}", "[]", "7", '{"format": "passerelle-plan/1", "assigned": 3}'])
def test_any_json_that_is_no_plan_answers_no(appointments, plan, text):
    plan.write_text(text, encoding="utf-8")
    assert run("verify", appointments, plan).exit_code == NO


@pytest.mark.parametrize("text", ["", "{", "not json"])
def test_what_is_no_json_is_bad_input(appointments, plan, text):
    plan.write_text(text, encoding="utf-8")
    assert run("verify", appointments, plan).exit_code == BAD_INPUT


def test_all_faults_stand_together_and_nothing_is_written(appointments, tmp_path):
    value = json.loads(appointments.read_text())
    value["appointments"][0] |= {"start": "2026-03-08T02:30", "setting": "moon"}
    appointments.write_text(json.dumps(value), encoding="utf-8")
    result = run("schedule", appointments, "--out", tmp_path / "none.json")
    assert result.exit_code == BAD_INPUT
    assert [word in result.stderr for word in ("setting", "start", "clocks go forward")] == [True] * 3
    assert not (tmp_path / "none.json").exists()


def test_seconds_must_be_a_time(appointments):
    assert run("schedule", appointments, "--seconds", "-1").exit_code == BAD_INPUT


def test_a_plan_is_not_scored_by_the_policy_of_a_pool(appointments, plan):
    assert run("verify", appointments, plan, "--policy", plan).exit_code == BAD_INPUT
