"""Whoever opens a file leaves a line, and the person whose file it is can see it."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
import time_machine
from sqlalchemy import select

from models import accounts, casework, sessions
from models.invariants import check_invariants
from models.tables import Account, LedgerLine, Pairing, Round
from tests.models import office
from tests.models.office import DO
from tests.tries import FULL, tries
from tests.web import canaries, desk
from tests.web.canaries import PEOPLE as EVERYBODY
from tests.web.canaries import word
from tests.web.pages import Visitor
from tests.web.test_canaries import STATES, bring_to

PEOPLE = "/coordination/personnes"


@pytest.fixture
def couple(database):
    with database.writing() as session:
        return office.newcomer(session, "Amina"), office.sponsor(session, "Rosalie")


@pytest.fixture
def helene(app, database):
    return desk.coordinator(app, database)


WORDS = ("first name", "surname", "email", "phone")
ASKED_FOR = (
    "/coordination/personnes?nom=zq",
    "/coordination/comprendre/sponsorship/pourquoi-pas?nom=zq",
    "/coordination/comprendre/sponsorship/libertes?calculer",
    "/coordination/comprendre/sponsorship/methodes?calculer",
    "/coordination/jumelages?groupe=answering",
    "/coordination?genre=answers",
)
"""Addresses that name people only where something is asked for."""


@pytest.fixture
def world(app, database, monkeypatch):
    """The world of the canaries, in which every look at a name is told, not the first of a day alone."""
    monkeypatch.setattr("web.service_sheet.draw", lambda sheet: repr(sheet).encode())
    monkeypatch.setattr("models.reads.city_midnight", lambda _day: office.AT + timedelta(days=1))
    return canaries.prepare(app, database)


def looks(world, reader):
    """Open every address as a reader; give the address, whom the answer names, and whom the ledger tells of, and as what."""
    before = len(lines(world.database))
    for path, data in world.sent_to(reader, *ASKED_FOR):
        text = data.decode(errors="replace").lower()
        named = {
            one for one in EVERYBODY if one != reader and any(word(one, field) in text for field in WORDS)
        }
        found = lines(world.database)
        new = {
            (name, what)
            for person, what, _ in found[before:]
            for name in EVERYBODY
            if world.people[name].person == person
        }
        yield path, named, new
        before = len(found)


@pytest.mark.parametrize("state", ["awaiting answers", "withdrawn"] if tries() < FULL else STATES)
def test_no_name_is_shown_to_the_office_or_an_interpreter_without_a_line_and_no_list_tells_of_more(
    world, state
):
    bring_to(world, state)
    wrong, seen = [], 0
    for reader in ("coordinator", "administrator", "agent", "interpreter", "asked"):
        for path, named, told in looks(world, reader):
            seen += len(named)
            listed = {name for name, what in told if what in {"names", "search"}}
            if not listed <= named <= {name for name, _ in told}:
                wrong.append(f"{reader} {path}: names {sorted(named)}, the ledger tells of {sorted(told)}")
    assert not wrong, "\n".join(wrong)
    assert seen > 60


def test_a_name_in_a_list_is_told_once_a_day_for_each_reader_and_a_search_each_time(
    app, helene, database, couple
):
    for _ in range(3):
        helene.open(PEOPLE)
    assert lines(database) == sorted((one.person, "names", "coordinator") for one in couple)
    helene.open("/coordination")
    assert len(lines(database)) == 2
    desk.coordinator(app, database, role="administrator").open(PEOPLE)
    assert len(lines(database)) == 4
    for looked in (1, 2):
        helene.open(f"{PEOPLE}?nom=rosalie")
        assert lines(database)[4:] == [(couple[1].person, "search", "coordinator")] * looked


def test_the_next_day_a_name_in_a_list_is_told_again(app, database, couple):
    for days in range(2):
        with time_machine.travel(office.AT + timedelta(days=days), tick=False):
            with database.writing() as session:
                account = session.query(Account).filter_by(
                    role="administrator"
                ).one_or_none() or accounts.open_account(
                    session,
                    email="sylvie@example.org",
                    password_hash="set elsewhere",
                    role="administrator",
                    language="fr",
                    at=office.AT,
                )
                token = sessions.start_session(session, account, office.AT + timedelta(days=days))
            client = app.test_client()
            with client.session_transaction() as cookie:
                cookie["_user_id"] = token
            Visitor(client).open(PEOPLE)
        assert len(lines(database)) == 2 * (days + 1), couple


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
