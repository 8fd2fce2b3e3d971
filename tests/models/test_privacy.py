"""The privacy assessment is whole: a column that nobody declared, or that is gone, is a fault."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Column, Integer

from models import privacy
from models.tables import Base
from tests import check_privacy


@pytest.fixture
def sheet(tmp_path, monkeypatch):
    """The sheets, with one line that may be changed."""

    def write(table, old, new):
        for path in privacy.HERE.glob("*.csv"):
            text = path.read_text("utf-8")
            if path.stem not in privacy.OTHER_SHEETS:
                text = text.replace(f"\n{table},{old}", f"\n{new}" if new else "")
            (tmp_path / path.name).write_text(text, "utf-8")
        monkeypatch.setattr(privacy, "HERE", tmp_path)
        privacy.columns.cache_clear()
        return privacy.faults()

    yield write
    privacy.columns.cache_clear()


def test_every_column_of_every_table_is_declared_and_no_other():
    assert privacy.faults() == []


def test_a_new_column_that_nobody_declared_is_a_fault():
    table = Base.metadata.tables["consent"]
    added = Column("mood", Integer)
    table.append_column(added)
    try:
        assert privacy.faults() == ["not declared: consent.mood; say what it is in models/privacy/"]
    finally:
        table._columns.remove(added)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("first_name,name,empty,yes,", "", "not declared: person.first_name"),
        ("first_name,", "person,given_name,", "no such column: person.given_name"),
        ("first_name,name", "person,first_name,nickname", "no class 'nickname'"),
        ("first_name,name,empty", "person,first_name,name,forget", "erasure 'forget'"),
        ("first_name,name,empty,yes", "person,first_name,name,empty,maybe", "copy 'maybe'"),
        ("first_name,name", "person,first_name,contact", "class contact is sealed, this column is not"),
        ("phone_sealed,contact,empty", "person,phone_sealed,contact,keep", "does not outlive its person"),
        ("phone_sealed,contact", "person,phone_sealed,profile", "is sealed, class profile is not"),
        ("sector,profile,empty,yes,", "person,sector,profile,empty,yes,mother", "about 'mother'"),
        ("sector,profile,empty", "person,sector,profile,row", "half of the row goes: person"),
    ],
)
def test_a_wrong_declaration_is_a_fault(sheet, old, new, said):
    assert any(said in fault for fault in sheet("person", old, new))


def test_whatever_names_somebody_or_tells_how_to_reach_her_is_sealed_or_nobody_s():
    for one in privacy.columns().values():
        if privacy.kinds()[one.kind].is_sealed:
            assert one.name.endswith(privacy.SEALED), one


def test_rows_lead_to_people_along_their_links():
    tables = Base.metadata.tables
    assert {one.name for one in privacy.links_of(tables["pairing"])} == {"need_id", "offer_id"}
    assert {one.name for one in privacy.links_of(tables["letter"])} == {"account_id"}
    assert privacy.links_of(tables["round"]) == []


def test_a_class_without_a_reader_and_a_rule_that_cannot_run_are_faults(monkeypatch):
    kinds, rule = dict(privacy.kinds()), privacy.rules()["draft"]
    kinds["name"] = replace(kinds["name"], kept="")
    monkeypatch.setattr(privacy, "kinds", lambda: kinds)
    monkeypatch.setattr(privacy, "rules", lambda: {"draft": replace(rule, since="born_at")})
    assert privacy.faults() == ["class name: no such reader or rule", "rule draft: no such column or act"]


def test_the_check_prints_faults_and_fails(monkeypatch, capsys):
    assert (check_privacy.main(), capsys.readouterr().out) == (0, "")
    monkeypatch.setattr(privacy, "faults", lambda: ["not declared: a.b"])
    assert (check_privacy.main(), capsys.readouterr().out) == (1, "not declared: a.b\n")
