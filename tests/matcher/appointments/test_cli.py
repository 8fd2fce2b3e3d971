"""The commands on appointments: what they answer, and their statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fixtures.appointments import generate_agenda
from matcher.appointments.plans import read_plan
from matcher.appointments.reading import read_agenda
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


def test_who_can_take_it_and_why_the_others_cannot(appointments):
    result = run("who", appointments, "r02")
    assert result.exit_code == DONE
    assert "relay kek → spa → fra" in result.stdout
    assert "i2: no: blocked_language" in result.stdout


def test_who_is_free_beside_a_plan(appointments, plan):
    result = run("who", appointments, "r02", "--plan", plan)
    assert (result.exit_code, result.stdout.splitlines()[0][:9]) == (DONE, "i1: free;")


def test_nobody_for_what_is_refused_but_where_to_turn(appointments):
    value = json.loads(appointments.read_text())
    value["appointments"][0]["setting"] = "medical_consent"
    appointments.write_text(json.dumps(value), encoding="utf-8")
    result = run("who", appointments, "r02")
    assert result.exit_code == NO
    assert "refer_professional" in result.stdout
    assert "banque d’interprètes du réseau de la santé" in result.stdout


def test_an_unknown_appointment_or_a_plan_that_does_not_hold_is_bad_input(appointments, plan):
    assert run("who", appointments, "r99").exit_code == BAD_INPUT
    plan.write_text(plan.read_text().replace('"filled":1', '"filled":2'), encoding="utf-8")
    assert run("who", appointments, "r02", "--plan", plan).exit_code == BAD_INPUT


def test_what_the_bank_lacks(appointments):
    value = json.loads(appointments.read_text())
    value["appointments"][0]["also_speaks"] = []
    appointments.write_text(json.dumps(value), encoding="utf-8")
    result = run("bank", appointments)
    assert result.stdout.splitlines()[1:] == ["kek on fri_pm: 1 more filled, 1 of priority"]


def test_an_invented_month_is_the_one_of_its_seed(tmp_path):
    out = tmp_path / "month.json"
    given = ("--appointments", 5, "--interpreters", 4, "--seed", 9, "--out", out)
    assert run("generate-appointments", *given).exit_code == DONE
    assert read_agenda(out) == generate_agenda(appointments=5, interpreters=4, seed=9)
