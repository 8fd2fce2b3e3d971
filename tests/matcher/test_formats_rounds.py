"""A round as JSON and as sheets: nothing is lost, and what is no round is refused by its field."""

from __future__ import annotations

import csv
import io
import json

import pytest
from openpyxl import load_workbook

from fixtures.builders import need, offer, pool
from fixtures.generate import generate_pool
from matcher.engine import propose
from matcher.errors import FaultyInput
from matcher.formats import read_round, round_from_json, round_to_json
from matcher.formats.round_sheets import round_sheet
from matcher.records import Round


@pytest.fixture(scope="module")
def made() -> Round:
    return propose(generate_pool(needs=30, offers=20, seed=5))


def code_of(value: object) -> tuple[str, str]:
    """Give field and code of the first fault of a round."""
    with pytest.raises(FaultyInput) as caught:
        round_from_json(value)
    return caught.value.faults[0].field, caught.value.faults[0].code


def changed(made: Round, *path: str | int, to: object) -> dict:
    """Give the JSON of a round with one value changed."""
    value = json.loads(json.dumps(round_to_json(made)))
    inner = value
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return value


@pytest.mark.parametrize("method", ["optimal", "stable", "arrival"])
def test_a_round_that_is_written_and_read_again_is_written_the_same(method):
    made = propose(generate_pool(needs=12, offers=8, seed=6), method=method)
    text = json.dumps(round_to_json(made))
    assert json.dumps(round_to_json(read_round(text.encode()))) == text


def test_a_round_has_the_names_of_the_contract(made):
    value = round_to_json(made)
    assert list(value) == [
        "format",
        "program",
        "pool_digest",
        "engine",
        "policy",
        "method",
        "pairings",
        "unpaired",
        "alternates",
        "offer_alternates",
        "totals",
        "certificate",
    ]
    assert list(value["pairings"][0]) == ["need", "offer", "score", "priority", "locked", "contributions"]
    assert list(value["certificate"]) == ["scale", "need_prices", "place_prices", "proves"]


def test_the_score_is_the_sum_of_the_points(made):
    for pairing in round_to_json(made)["pairings"]:
        whole = [round(part["points"] * 10_000) for part in pairing["contributions"]]
        assert sum(whole) == round(pairing["score"] * 10_000)


@pytest.mark.parametrize(
    ("path", "to", "fault"),
    [
        (("format",), "passerelle-round/2", ("format", "wrong_format")),
        (("pairings",), {}, ("pairings", "not_list")),
        (("pairings", 0), 3, ("pairings[0]", "not_object")),
        (("pairings", 0, "need"), 3, ("pairings[0].need", "not_text")),
        (("pairings", 0, "locked"), 0, ("pairings[0].locked", "not_flag")),
        (("pairings", 0, "priority"), 1.5, ("pairings[0].priority", "not_whole")),
        (("pairings", 0, "priority"), True, ("pairings[0].priority", "not_whole")),
        (("pairings", 0, "score"), 71.40001, ("pairings[0].score", "not_number")),
        (("pairings", 0, "score"), 10**400, ("pairings[0].score", "not_number")),
        (("pairings", 0, "colour"), "red", ("pairings[0].colour", "unknown_field")),
        (("totals", "worth"), -1, ("totals.worth", "not_whole")),
        (("certificate", "need_prices"), [], ("certificate.need_prices", "not_object")),
        (("alternates",), None, ("alternates", "not_object")),
    ],
)
def test_what_is_no_round_is_refused_by_its_field(made, path, to, fault):
    assert code_of(changed(made, *path, to=to)) == fault


@pytest.mark.parametrize("name", ["engine", "totals", "certificate", "unpaired"])
def test_a_round_without_one_of_its_parts_is_refused(made, name):
    value = round_to_json(made)
    del value[name]
    assert code_of(value) == (name, "missing")


def test_a_round_with_another_policy_s_form_is_refused(made):
    with pytest.raises(FaultyInput, match="floor"):
        round_from_json(changed(made, "policy", "floor", to="forty"))


def test_a_round_as_csv_has_a_row_for_each_need(made):
    rows = list(csv.DictReader(io.StringIO(round_sheet(made, ".csv").decode("utf-8-sig")), delimiter=";"))
    assert {row["Besoin"] for row in rows} == {
        *(one.need for one in made.pairings),
        *(one.need for one in made.unpaired),
    }
    assert float(rows[0]["Pointage"]) == made.pairings[0].score


def test_a_round_as_a_workbook_has_its_three_sheets(made):
    book = load_workbook(io.BytesIO(round_sheet(made, ".xlsx")))
    assert book.sheetnames == ["Jumelages", "Sans jumelage", "Autres choix"]
    assert book.worksheets[0].max_row == len(made.pairings) + 1
    assert book.worksheets[0]["C2"].value == made.pairings[0].score


def test_the_round_of_an_empty_side_is_written_too():
    for empty in (pool(), pool(need()), pool((), offer())):
        made = propose(empty)
        assert json.dumps(round_to_json(round_from_json(round_to_json(made))))
        assert round_sheet(made, ".xlsx")
