"""The command line: what it answers, its statuses, and what it does with bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from fixtures.builders import case, cases
from fixtures.generate import generate_pool
from fixtures.territories import REGION
from matcher import files
from matcher.appointments.reading import read_agenda
from matcher.formats import pool_to_json, read_pool, read_round
from matcher.formats.writing import as_csv
from matcher.policy import shipped_policy
from tests.matcher.pool_sheets import pool_sheets
from web.cli import group

DONE, NO, BAD_INPUT = 0, 1, 2


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(group, [str(argument) for argument in arguments], prog_name="passerelle")
    assert "Traceback" not in result.output
    assert "should not happen" not in result.output
    return result


@pytest.fixture
def pool_file(tmp_path) -> Path:
    path = tmp_path / "pool.json"
    path.write_bytes(case("C03").pool_bytes)
    return path


@pytest.fixture
def round_file(pool_file, tmp_path) -> Path:
    path = tmp_path / "round.json"
    assert run("pair", pool_file, "--out", path).exit_code == DONE
    return path


def faulty(tmp_path, **changes) -> Path:
    """Give the file of a pool in which the first need has been changed."""
    value = case("C03").pool
    value["needs"][0] |= changes
    path = tmp_path / "faulty.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_a_round_is_proposed_verified_and_read(pool_file, round_file):
    assert read_round(round_file).program == "sponsorship"
    result = run("verify", pool_file, round_file)
    assert (result.exit_code, result.stderr) == (DONE, "")
    assert result.stdout.startswith("holds: ")


def test_without_out_the_round_goes_to_the_standard_output(pool_file, round_file):
    assert run("pair", pool_file).stdout_bytes == round_file.read_bytes()


def test_shuffled_rows_give_the_same_bytes(tmp_path, round_file):
    value = case("C03").pool
    value["offers"].reverse()
    path = tmp_path / "turned.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    assert run("pair", path).stdout_bytes == round_file.read_bytes()


def test_two_sheets_give_the_round_of_the_pool(tmp_path, round_file, pool_file):
    needs, offers = pool_sheets(read_pool(pool_file))
    (tmp_path / "needs.csv").write_bytes(as_csv(needs))
    (tmp_path / "offers.csv").write_bytes(as_csv(offers))
    given_sheets = ("--needs", tmp_path / "needs.csv", "--offers", tmp_path / "offers.csv")
    given_sheets += ("--program", "sponsorship", "--today", "2026-03-02")
    assert run("pair", *given_sheets).stdout_bytes == round_file.read_bytes()
    assert run("verify", *given_sheets, round_file).exit_code == DONE


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_round_is_written_as_a_sheet_by_the_ending(pool_file, tmp_path, ending):
    out = tmp_path / f"round.{ending}"
    assert run("pair", pool_file, "--out", out).exit_code == DONE
    first = load_workbook(out).active["A1"].value if ending == "xlsx" else out.read_text("utf-8-sig")[:6]
    assert first == "Besoin"


@pytest.mark.parametrize("method", ["optimal", "stable", "arrival"])
def test_each_method_makes_a_round_that_holds(pool_file, tmp_path, method):
    out = tmp_path / "round.json"
    assert run("pair", pool_file, "--method", method, "--out", out).exit_code == DONE
    assert read_round(out).method == method
    assert run("verify", pool_file, out).exit_code == DONE


def test_alternates_are_as_many_as_asked(pool_file):
    made = json.loads(run("pair", pool_file, "--alternates", 1).stdout)
    assert {len(others) for others in made["alternates"].values()} <= {0, 1}


def test_why_a_pair(pool_file):
    expected = case("C03")
    result = run("explain", pool_file, expected.pool["needs"][0]["id"], expected.first)
    assert result.exit_code == DONE
    assert "interests" in result.stdout


@pytest.mark.parametrize("name", [one.id for one in cases() if one.never])
def test_why_not_a_pair_names_each_barrier(tmp_path, name):
    expected = case(name)
    (tmp_path / "pool.json").write_bytes(expected.pool_bytes)
    for offer, reason in expected.never:
        result = run("explain", tmp_path / "pool.json", expected.pool["needs"][0]["id"], offer)
        assert result.exit_code == NO
        assert reason in result.stdout


def test_explaining_someone_unknown_is_bad_input(pool_file):
    result = run("explain", pool_file, "nobody", "no one")
    assert result.exit_code == BAD_INPUT
    assert result.stderr.splitlines() == [
        "there is no need 'nobody' in the pool",
        "there is no offer 'no one' in the pool",
    ]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"languages": [{"code": "fra", "level": "Z3"}]}, "languages[0].level"),
        ({"languages": [{"level": "B1"}]}, "languages[0].code"),
        ({"interests": {"like": ["nothing"]}}, "interests.like[0]"),
        ({"waiting_since": "2026-02-30"}, "waiting_since"),
        ({"id": ""}, "id"),
        ({"religion": "any"}, "religion"),
        ({"months": -3}, "months"),
    ],
)
def test_bad_input_has_status_2_its_row_and_field_and_writes_nothing(tmp_path, changes, named):
    path, out = faulty(tmp_path, **changes), tmp_path / "round.json"
    result = run("pair", path, "--out", out)
    (line,) = result.stderr.splitlines()
    assert (result.exit_code, result.stdout, out.exists()) == (BAD_INPUT, "", False)
    assert line.startswith(f"{path}, needs row 1")
    assert f", {named}: " in line


@pytest.mark.parametrize("name", ["é" * 120 + ".json", "a" * 250 + ".json"])
def test_a_file_may_have_as_long_a_name_as_the_disk_takes(name, tmp_path):
    files.write(str(tmp_path / name), b"{}")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {name: b"{}"}


def test_bad_input_leaves_an_older_round_as_it_was(tmp_path, round_file):
    before = round_file.read_bytes()
    assert run("pair", faulty(tmp_path, months=0), "--out", round_file).exit_code == BAD_INPUT
    assert round_file.read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[1]", b"\xff\xfe", b"\x93\xe4\x8d\xff" * 2_500_000], ids=range(5)
)
def test_a_file_that_is_no_pool_is_bad_input_for_every_command(tmp_path, data):
    path = tmp_path / "pool.json"
    path.write_bytes(data)
    for arguments in (("pair", path), ("verify", path, path), ("explain", path, "a", "b")):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
        assert result.stderr.startswith(f"{path}, ")


def test_a_missing_file_and_a_folder_are_bad_input(tmp_path):
    for path in (tmp_path / "none.json", tmp_path):
        result = run("pair", path)
        assert result.exit_code == BAD_INPUT
        assert result.stderr.startswith(f"{path}: ")


def test_a_folder_that_is_missing_is_no_place_for_a_round(pool_file, tmp_path):
    assert run("pair", pool_file, "--out", tmp_path / "none" / "round.json").exit_code == BAD_INPUT


def test_the_first_hundred_faults_are_shown_and_then_their_number(tmp_path):
    value = case("C03").pool
    value["needs"] = [{"id": f"n{number}", "months": 0} for number in range(250)]
    path = tmp_path / "faulty.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    lines = run("pair", path).stderr.splitlines()
    assert len(lines) == 101
    assert "250" in lines[-1]


def test_faults_of_both_sheets_are_shown_with_their_file(tmp_path):
    (tmp_path / "n.csv").write_text("id,months\nn1,99\n", encoding="utf-8")
    (tmp_path / "o.csv").write_text("id,capacity\no1,-1\n", encoding="utf-8")
    sheets = ("--needs", tmp_path / "n.csv", "--offers", tmp_path / "o.csv")
    result = run("pair", *sheets, "--program", "support", "--today", "2026-03-02")
    assert result.exit_code == BAD_INPUT
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "n.csv, row 2, months",
        "o.csv, row 2, capacity",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("pool.json", "other.json"),
        ("--needs", "n.csv"),
        ("--needs", "n.csv", "--offers", "o.csv", "--program", "sponsorship", "--today", "soon"),
        ("pool.json", "--method", "best"),
        ("pool.json", "--alternates", "-1"),
    ],
)
def test_wrong_arguments_are_bad_input(arguments):
    result = run("pair", *arguments)
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("passerelle pair: ")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--colour",), "passerelle: No such option '--colour'; passerelle --help says what it takes"),
        (("tango",), "passerelle: No such command 'tango'; passerelle --help says what it takes"),
        (
            ("generate", "--needs", 1),
            "passerelle generate: Missing option '--offers'; passerelle generate --help says what it takes",
        ),
    ],
)
def test_a_wrong_use_of_a_command_is_one_line(arguments, line):
    result = run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr.splitlines()) == (BAD_INPUT, "", [line])


def test_without_a_command_the_help_is_shown():
    assert "Commands:" in run().output


@pytest.mark.parametrize("text", ["2026-W10-1", "20260302", "2026-3-2", "2026-02-30", "٢٠٢٦-03-02", ""])
def test_a_day_is_written_in_one_way(tmp_path, text):
    out = tmp_path / "pool.json"
    result = run("generate", "--needs", 1, "--offers", 1, "--seed", 1, "--out", out, "--today", text)
    assert (result.exit_code, len(result.stderr.splitlines()), out.exists()) == (BAD_INPUT, 1, False)
    assert "a date such as 2026-03-02" in result.stderr


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "2180-01-01", "9999-12-31"])
@pytest.mark.parametrize("command", ["generate", "generate-appointments"])
def test_nothing_is_invented_at_the_ends_of_the_calendar(tmp_path, command, day):
    sizes = ("--needs", 3, "--offers", 3) if command == "generate" else ()
    result = run(command, *sizes, "--seed", 1, "--today", day, "--out", tmp_path / "out.json")
    assert result.exit_code == BAD_INPUT
    assert result.stderr == f"today: {day} is too far off; 1970-01-01 to 2179-12-31 would be right\n"


@pytest.mark.parametrize("day", ["1970-01-01", "2179-12-31"])
def test_what_is_invented_far_off_is_read_again(tmp_path, day):
    out = tmp_path / "out.json"
    assert (
        run("generate", "--needs", 9, "--offers", 9, "--seed", 1, "--today", day, "--out", out).exit_code == 0
    )
    assert run("pair", out).exit_code == DONE
    month = ("generate-appointments", "--appointments", 50, "--seed", 1, "--today", day, "--out", out)
    assert run(*month, "--days", 3660).exit_code == DONE
    assert len(read_agenda(out).appointments) == 50
    assert run(*month, "--days", 3661).exit_code == BAD_INPUT


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e999"])
@pytest.mark.parametrize(
    "command",
    [("freedom", "p.json", "--margin"), ("schedule", "a.json", "--seconds"), ("bank", "a.json", "--seconds")],
)
def test_a_number_that_is_none_is_no_option(command, number):
    result = run(*command, number)
    assert (result.exit_code, len(result.stderr.splitlines())) == (BAD_INPUT, 1)
    assert f"passerelle {command[0]}: Invalid value for '{command[-1]}'" in result.stderr


def test_a_terminal_of_few_letters_is_told_all(tmp_path):
    value = case("C03").pool
    value["offers"][0]["id"] = "Zoë–愛"
    (tmp_path / "pool.json").write_text(json.dumps(value), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "web.cli",
        "explain",
        tmp_path / "pool.json",
        value["needs"][0]["id"],
        "Zoë–愛",
    ]
    settings_ = os.environ | {"PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(command, capture_output=True, check=False, env=settings_)
    assert (done.returncode in {DONE, NO}, done.stderr) == (True, b"")
    assert "Zoë\\u2013\\u611b" in done.stdout.decode("latin-1")


def test_a_round_made_again_keeps_the_one_before(pool_file, round_file):
    result = run("pair", pool_file, "--previous", round_file)
    assert result.stdout_bytes == round_file.read_bytes()


def test_a_round_of_other_people_may_be_the_one_before(pool_file, round_file, tmp_path):
    made = json.loads(round_file.read_text(encoding="utf-8"))
    made["pairings"][0] |= {"need": "n-unknown", "offer": "o-unknown"}
    (tmp_path / "other.json").write_text(json.dumps(made), encoding="utf-8")
    result = run("pair", pool_file, "--previous", tmp_path / "other.json")
    assert result.exit_code == DONE
    assert result.stdout_bytes == round_file.read_bytes()


@pytest.mark.parametrize("written", ["{}", "no round", '{"format": "passerelle-round/1"}'])
def test_what_is_no_round_cannot_be_the_one_before(pool_file, tmp_path, written):
    (tmp_path / "before.json").write_text(written, encoding="utf-8")
    result = run("pair", pool_file, "--previous", tmp_path / "before.json")
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert "before.json" in result.stderr


@pytest.mark.parametrize("method", ["stable", "arrival"])
def test_only_the_best_method_keeps_a_round_before(pool_file, round_file, method):
    result = run("pair", pool_file, "--previous", round_file, "--method", method)
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")


@pytest.mark.parametrize(
    "command", [("pair",), ("verify", "ROUND"), ("explain", "NEED", "OFFER"), ("rules",)]
)
def test_a_policy_of_another_program_is_bad_input(pool_file, tmp_path, command):
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps(shipped_policy("support").to_json()), encoding="utf-8")
    value, made = json.loads(pool_file.read_bytes()), json.loads(run("pair", pool_file).stdout)
    other = tmp_path / "other.json"
    other.write_text(json.dumps(value | {"program": "support"}), encoding="utf-8")
    theirs = json.loads(run("pair", other).stdout)
    (tmp_path / "round.json").write_text(
        json.dumps(theirs | {"program": "sponsorship", "pool_digest": made["pool_digest"]}), encoding="utf-8"
    )
    names = {
        "ROUND": tmp_path / "round.json",
        "NEED": value["needs"][0]["id"],
        "OFFER": value["offers"][0]["id"],
    }
    result = run(command[0], pool_file, *(names[word] for word in command[1:]), "--policy", policy)
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
    assert result.stderr.startswith(
        f"{policy}, policy, program: is 'support', and the pool is of 'sponsorship'"
    )


def test_a_faulty_policy_is_bad_input(pool_file, tmp_path):
    (tmp_path / "policy.json").write_text('{"floor": 40}', encoding="utf-8")
    result = run("pair", pool_file, "--policy", tmp_path / "policy.json")
    assert result.exit_code == BAD_INPUT
    assert "weights" in result.stderr


@pytest.mark.parametrize(
    "doctor",
    [
        lambda made: made.update(format="passerelle-round/2"),
        lambda made: made.update(colour="red"),
        lambda made: made.pop("totals"),
        lambda made: made["pairings"][0].update(score=100),
        lambda made: made["pairings"][0].update(score=float("nan")),
        lambda made: made["totals"].update(paired=10**400),
        lambda made: made["policy"].update(floor=0),
        lambda made: made.update(pool_digest="sha256:0"),
    ],
)
def test_a_doctored_round_is_answered_with_no(pool_file, round_file, doctor):
    made = json.loads(round_file.read_bytes())
    doctor(made)
    round_file.write_text(json.dumps(made), encoding="utf-8")
    result = run("verify", pool_file, round_file)
    assert result.exit_code == NO
    assert result.stdout.startswith("does not hold: ")


@pytest.mark.parametrize(
    "text", ["[]", "{}", "3", "null", '"text"', '{"a": 1, "a": 2}', "[" * 999 + "]" * 999]
)
def test_any_json_that_is_no_round_is_answered_with_no(pool_file, tmp_path, text):
    (tmp_path / "round.json").write_text(text, encoding="utf-8")
    assert run("verify", pool_file, tmp_path / "round.json").exit_code == NO


@pytest.mark.parametrize("data", [b"", b"{", b"not json", b"\xff"])
def test_a_round_that_cannot_be_read_is_bad_input(pool_file, tmp_path, data):
    (tmp_path / "round.json").write_bytes(data)
    assert run("verify", pool_file, tmp_path / "round.json").exit_code == BAD_INPUT


def test_a_pool_is_no_appointments_and_appointments_are_no_pool(pool_file, tmp_path):
    (tmp_path / "a.json").write_text('{"format": "passerelle-appointments/1"}', encoding="utf-8")
    for arguments in (("schedule", pool_file), ("pair", tmp_path / "a.json")):
        result = run(*arguments)
        assert result.exit_code == BAD_INPUT
        assert "appointments" in result.stderr


def test_the_columns_of_a_sheet_are_listed_with_their_french_names():
    lines = run("columns", "offers").stdout.splitlines()
    assert "capacity" in {line.split()[0] for line in lines}
    assert any("Filtrage terminé" in line for line in lines)
    assert not any(line.startswith("waiting_since") for line in lines)


def test_an_invented_pool_is_the_one_of_its_seed(tmp_path):
    out = tmp_path / "pool.json"
    assert run("generate", "--needs", 5, "--offers", 4, "--seed", 9, "--out", out).exit_code == DONE
    assert json.loads(out.read_bytes()) == pool_to_json(generate_pool(needs=5, offers=4, seed=9))
    run("generate", "--needs", 5, "--offers", 4, "--seed", 9, "--region", "--out", out)
    elsewhere = generate_pool(needs=5, offers=4, seed=9, territory=REGION)
    assert json.loads(out.read_bytes()) == pool_to_json(elsewhere)


def test_an_empty_pool_gives_an_empty_round(tmp_path):
    out = tmp_path / "pool.json"
    run("generate", "--needs", 0, "--offers", 0, "--seed", 1, "--out", out)
    result = run("pair", out)
    assert result.exit_code == DONE
    assert json.loads(result.stdout)["pairings"] == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_noise_is_bad_input_and_no_more(tmp_path, data):
    path = tmp_path / "noise"
    path.write_bytes(data)
    sheets = ("--needs", path, "--offers", path, "--program", "sponsorship", "--today", "2026-03-02")
    assert run("pair", path).exit_code == BAD_INPUT
    assert run("pair", *sheets).exit_code in {DONE, BAD_INPUT}


def test_pairing_loads_neither_the_web_nor_the_database(pool_file):
    program = (
        "import sys; from web.cli import group; group(['pair', sys.argv[1]], standalone_mode=False);"
        "sys.exit(bool({'flask', 'sqlalchemy', 'openpyxl'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program, pool_file], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_reader_who_leaves_early_sees_no_traceback(pool_file):
    command = f'"{sys.executable}" -m web.cli pair "{pool_file}" | head -c 1'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""
