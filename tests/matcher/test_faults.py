"""All that is wrong in a file comes at once, each fault once, and nothing is concluded from what could not be read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fixtures.builders import case
from matcher.formats.strict import is_json
from tests.matcher.appointments.plain import case_json
from tests.matcher.test_cli import BAD_INPUT, NO, run


@pytest.fixture
def refusal(tmp_path):
    """Give what a command says of a file that it refuses, line by line."""

    def refused(value: Any, *command: object) -> list[str]:
        path = tmp_path / "given.json"
        path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
        words = [path if word == "FILE" else word for word in command or ("pair", "FILE")]
        result = run(*words)
        assert (result.exit_code, result.stdout) == (BAD_INPUT, "")
        return [line.removeprefix(f"{path}, ") for line in result.stderr.splitlines()]

    return refused


def person(name: str, **changes: Any) -> dict[str, Any]:
    return {"id": name, "consent": True, **changes}


def giver(name: str, **changes: Any) -> dict[str, Any]:
    return person(name, capacity=2, vetting_done=True, training_done=True, **changes)


def people(needs: list[dict[str, Any]], offers: list[dict[str, Any]], **fixed: Any) -> dict[str, Any]:
    head = {"format": "passerelle-pool/1", "program": "sponsorship", "today": "2026-03-02"}
    return {**head, "needs": needs, "offers": offers, **fixed}


def test_every_lock_that_nobody_may_make_is_told_with_its_file_beside_all_other_faults(refusal):
    needs = [person("z"), person("silent", consent=False), person("wish", gender_request="f")]
    offers = [giver("o"), giver("raw") | {"vetting_done": False}, giver("full", active_pairings=2)]
    locks = [["wish", "o"], ["z", "raw"], ["silent", "o"], ["nobody", "o"], ["z", "full"]]
    value = people(needs, offers, locks=locks, colour="red")
    assert refusal(value) == [
        "pool, colour: no such field; one of format, program, today, needs, offers, locks, forbidden",
        'locks, "nobody" with "o", need: there is no need "nobody"; an id of the pool',
        'locks: "z" is locked twice; one lock a need',
        'locks: "o" has 2 places for 3 locks; as many locks as capacity allows',
        'locks: "full" has 0 places for 1 locks; as many locks as capacity allows',
        'locks: "z" with "raw" crosses blocked_vetting; no lock: no person may override this',
        'locks: "silent" with "o" crosses blocked_consent; no lock: no person may override this',
        'locks: "wish" with "o" crosses blocked_gender; no lock: no person may override this',
    ]


@pytest.mark.parametrize(
    "command", [("verify", "FILE", "FILE"), ("explain", "FILE", "z", "o"), ("shortage", "FILE")]
)
def test_a_lock_that_nobody_may_make_is_bad_input_for_every_command(refusal, command):
    value = people([person("z", excludes=["o"])], [giver("o")], locks=[["z", "o"]])
    (line,) = refusal(value, *command)
    assert line.startswith('locks: "z" with "o" crosses blocked_exclusion')


def test_nothing_is_concluded_from_a_row_that_could_not_be_read(refusal):
    needs = [person("n") | {"consent": "yes"}, {"id": 7}]
    offers = [giver("o") | {"capacity": -1}]
    value = people(needs, offers, locks=[["n", "o"]], forbidden=[["n", "o"]])
    assert [line.partition(": ")[0] for line in refusal(value)] == [
        "needs row 1 (n), consent",
        "needs row 2, id",
        "offers row 1 (o), capacity",
        "locks",
    ]


def test_pairs_are_named_by_their_ids_since_rows_are_sorted(refusal):
    value = people([person("n")], [giver("o")], forbidden=[["z", "o"], ["n", "o"], ["a", "o"]])
    assert [line.partition(": ")[0] for line in refusal(value)] == [
        'forbidden, "a" with "o", need',
        'forbidden, "z" with "o", need',
    ]


def test_a_doubled_name_and_a_bad_character_hide_no_other_fault(refusal):
    text = json.dumps(people([person("n", months=0)], [])).replace(
        '"months"', '"sector": "\\ud800", "id": "n", "months"'
    )
    assert [line.partition(": ")[0] for line in refusal(text)] == [
        "needs[0], id",
        "needs[0].sector",
        "needs row 1 (n), sector",
        "needs row 1 (n), months",
    ]


def test_an_appointment_without_id_hides_no_other_fault(refusal):
    value = case_json("C02")["appointments"]
    value["appointments"].append({name: it for name, it in value["appointments"][0].items() if name != "id"})
    value["confirmed"] = [["r77", "i1"], ["r02", "i99"]]
    assert [line.partition(": ")[0] for line in refusal(value, "schedule", "FILE")] == [
        "appointments row 2, id",
        'confirmed, "r02" with "i99", interpreter',
        'confirmed, "r77" with "i1", appointment',
    ]


def test_nothing_is_concluded_from_an_appointment_that_could_not_be_read(refusal):
    value = case_json("C02")["appointments"]
    value["appointments"][0]["setting"] = "moon"
    value["confirmed"] = [["r02", "i1"]]
    (line,) = refusal(value, "schedule", "FILE")
    assert line.startswith("appointments row 1 (r02), setting")


def test_faults_of_a_round_and_of_its_policy_come_together(refusal, tmp_path):
    (tmp_path / "pool.json").write_bytes(case("C03").pool_bytes)
    made = json.loads(run("pair", tmp_path / "pool.json").stdout)
    made["policy"] |= {"floor": -1, "neutral": 101}
    made["totals"]["paired"] = "many"
    lines = refusal(made, "pair", tmp_path / "pool.json", "--previous", "FILE")
    assert [line.partition(": ")[0] for line in lines] == [
        "policy, floor",
        "policy, neutral",
        "round, totals.paired",
    ]


def test_all_faults_of_a_policy_come_together_with_the_name_of_its_file(refusal, tmp_path):
    (tmp_path / "pool.json").write_bytes(case("C03").pool_bytes)
    policy = json.loads(run("pair", tmp_path / "pool.json").stdout)["policy"]
    policy["weights"]["age_gap"] = 9
    faulty = policy | {"floor": -1}
    lines = refusal(faulty, "pair", tmp_path / "pool.json", "--policy", "FILE")
    assert [line.partition(": ")[0] for line in lines] == ["policy, floor", "policy, weights"]
    policy["weights"] = {"interests": 100}
    (line,) = refusal(policy, "pair", tmp_path / "pool.json", "--policy", "FILE")
    assert line.startswith("policy, weights: name other criteria")


def test_a_file_of_more_faults_than_are_counted_says_so(refusal):
    value = people([{"id": f"n{number}", "months": 0} for number in range(10_001)], [])
    assert refusal(value)[-1] == "… 10000 faults or more"
    value = people([{"id": f"n{number}", "months": 0} for number in range(9_999)], [])
    assert refusal(value)[-1] == "… 9999 faults in all"


def test_faults_found_before_too_many_are_not_lost(refusal):
    locks = [[f"n{number}", "o"] for number in range(10_001)]
    assert refusal(people([person("n", months=0)], [giver("o")], locks=locks))[0].startswith(
        "needs row 1 (n), months"
    )


# What is no JSON, however deep


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "[" * 99_999 + "]" * 99_998,
        "[" * 99_999 + "]" * 100_000,
        '{"a":' * 50_000 + "1" + "}" * 49_999 + "]",
        "[" * 50_000 + '"]' + "]" * 50_000,
        "[" * 50_000 + "5[]" + "]" * 50_000,
        "[" * 50_000 + "{[]: 1}" + "]" * 50_000,
        "[" * 50_000 + "1,," + "]" * 50_000,
        "[" * 50_000 + "]" * 50_000 + "x",
        "[" * 50_000 + "\\" + "]" * 50_000,
    ],
    ids=range(10),
)
def test_what_is_deep_and_no_json_is_bad_input(tmp_path, text):
    assert not is_json(text.encode())
    (tmp_path / "pool.json").write_bytes(case("C03").pool_bytes)
    (tmp_path / "round.json").write_text(text, encoding="utf-8")
    result = run("verify", tmp_path / "pool.json", tmp_path / "round.json")
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 50_000 + "[1, -2.5e3]" + "}" * 50_000,
        "[" * 50_000 + r'"]\"[{", {"}": "\\"}' + "]" * 50_000 + "\n",
        " [" * 50_000 + "1" * 5_000 + "] " * 50_000,
    ],
    ids=range(4),
)
def test_json_of_any_depth_that_is_no_round_is_answered_with_no(tmp_path, text):
    assert is_json(text.encode())
    (tmp_path / "pool.json").write_bytes(case("C03").pool_bytes)
    (tmp_path / "round.json").write_text(text, encoding="utf-8")
    assert run("verify", tmp_path / "pool.json", tmp_path / "round.json").exit_code == NO
