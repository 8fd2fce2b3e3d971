"""Whoever opens a file leaves a line, and the person whose file it is can see it."""

from __future__ import annotations

import io

import openpyxl
import pytest
from sqlalchemy import select

from models import casework
from models.invariants import check_invariants
from models.tables import LedgerLine, Pairing, Round
from tests.models import office
from tests.models.office import DO
from tests.web import desk

PEOPLE = "/coordination/personnes"


@pytest.fixture
def couple(database):
    with database.writing() as session:
        return office.newcomer(session, "Amina"), office.sponsor(session, "Rosalie")


@pytest.fixture
def helene(app, database):
    return desk.coordinator(app, database)


def lines(database):
    """Every reading that the ledger tells of: whose file, what kind, in which role."""
    with database.reading() as session:
        rows = session.scalars(select(LedgerLine).where(LedgerLine.verb == "read").order_by(LedgerLine.seq))
        return [(line.entity_id, line.facts["what"], line.role) for line in rows]


def test_every_look_at_a_file_is_one_line_and_says_nothing_of_what_was_read(helene, database, couple):
    amina = couple[0].person
    for looks in (1, 2, 3):
        helene.open(f"{PEOPLE}/{amina}")
        assert lines(database) == [(amina, "file", "coordinator")] * looks
    with database.reading() as session:
        facts = [line.facts for line in session.query(LedgerLine).filter_by(verb="read")]
        assert facts == [{"what": "file"}] * 3
        assert check_invariants(session) == []


def test_a_note_is_told_apart_and_a_reader_of_no_notes_reads_a_file(app, helene, database, couple):
    amina = couple[0].person
    helene.send(f"{PEOPLE}/{amina}/note", note="À rappeler jeudi")
    helene.open(f"{PEOPLE}/{amina}")
    desk.coordinator(app, database, role="administrator").open(f"{PEOPLE}/{amina}")
    assert lines(database) == [(amina, "note", "coordinator"), (amina, "file", "administrator")]


def test_a_form_that_comes_back_shows_the_file_and_is_told_too(helene, database, couple):
    amina = couple[0].person
    helene.refused(f"{PEOPLE}/{amina}/entrevue", interview_on="")
    assert lines(database) == [(amina, "file", "coordinator")]


def test_two_people_side_by_side_are_two_readings(helene, database, couple):
    pairing = desk.stage(database, "approved", *couple)
    helene.open(f"/coordination/jumelages/{pairing}")
    both = sorted((one.person, "pair", "coordinator") for one in couple)
    assert sorted(lines(database)) == both
    with database.reading() as session:
        row = session.get_one(Pairing, pairing)
    helene.open(f"/coordination/composer/{row.need_id}/{row.offer_id}")
    assert sorted(lines(database)) == sorted(both * 2)


@pytest.mark.usefixtures("couple")
def test_a_list_taken_out_is_a_reading_of_each_person_in_it(helene, database):
    with database.writing() as session:
        office.newcomer(session, "Noor")
        casework.run_round(session, "sponsorship", today=office.TODAY, **DO)
    sheet = helene.send("/coordination/tableur/export", status=200, side="need", program="sponsorship")
    rows = openpyxl.load_workbook(io.BytesIO(sheet.data)).worksheets[0].max_row - 1
    assert rows == len(lines(database)) == 2
    with database.reading() as session:
        made = session.query(Round.id).scalar()
    with helene.client.get(f"/coordination/tableur/ronde-{made}.xlsx") as answer:
        assert answer.status_code == 200
    assert len([one for one in lines(database) if one[1] == "round"]) == 3


def test_a_person_sees_who_read_her_file_and_nobody_s_name(helene, couple, signed_in):
    amina = couple[0].person
    visitor = signed_in(amina)
    assert "Personne n’a encore ouvert" in visitor.open("/moi/lectures").text
    helene.open(f"{PEOPLE}/{amina}")
    page = visitor.open("/moi/lectures")
    assert "La coordination" in page.text
    assert "2 mars 2026" in page.text
    assert "Hélène" not in page.html
    assert "La coordination" not in signed_in(couple[1].person).open("/moi/lectures").text


def test_the_office_sees_who_read_with_a_first_name_and_the_story_stays_clear(helene, couple):
    amina = couple[0].person
    helene.open(f"{PEOPLE}/{amina}")
    page = helene.open(f"{PEOPLE}/{amina}")
    assert "La coordination, Hélène" in page.text
    assert "read" not in page.text


def test_where_a_reading_cannot_be_told_nothing_is_shown(helene, couple, monkeypatch):
    def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError("full")

    monkeypatch.setattr("models.reads.note", fail)
    page = helene.open(f"{PEOPLE}/{couple[0].person}", status=500)
    assert "Amina" not in page.html


def test_looking_at_one_s_own_page_is_no_reading(database, couple, signed_in):
    visitor = signed_in(couple[0].person)
    for path in ("/moi", "/moi/profil", "/moi/lectures"):
        visitor.open(path)
    assert lines(database) == []
