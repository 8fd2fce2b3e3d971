"""The spreadsheet page: a list is looked at, then brought whole or not at all; lists are taken out."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from matcher.faults import SENTENCES
from models import accounts, casework, sessions
from models.people_sheets import OF_A_PERSON
from models.tables import Draft, LedgerLine, Need, Person
from tests.models import office
from tests.web.desk import twice
from tests.web.pages import Page, Visitor
from web import sheet_faults

if TYPE_CHECKING:
    from flask import Flask

    from models.database import Database

HOME = "/coordination/tableur"
TRIAL = f"{HOME}/essai"
GOOD = "Identifiant;Prénom;Nom;Langues\n1;Amina;Tremblante;français:B1\n2;Lina;;fra:A2\n"
BAD = "Identifiant;Prénom;Langues;Durée (mois);Religion\n1;Amina;klingon:B1;99;x\n2;;fra;x;\n"
JSON_ONLY = {
    "bad_pair",
    "bad_weeks",
    "doubled_key",
    "lock_crosses",
    "lock_doubled",
    "lock_forbidden",
    "lock_no_place",
    "not_json",
    "not_list",
    "not_object",
    "not_text",
    "too_deep",
    "unknown_field",
    "unknown_id",
    "wrong_format",
}


def staff(
    app: Flask, database: Database, email: str = "coordination@example.org", language: str = "fr"
) -> Visitor:
    """Give a coordinator who is signed in."""
    with database.writing() as session:
        account = accounts.open_account(
            session,
            email=email,
            password_hash="set elsewhere",
            role="coordinator",
            language=language,
            at=office.AT,
            name="Hélène",
        )
        token = sessions.start_session(session, account, office.AT)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    return Visitor(client)


@pytest.fixture
def coordinator(app, database) -> Visitor:
    return staff(app, database)


def sends(visitor: Visitor, text: str | bytes, name: str = "liste.csv", **fields: str) -> str:
    """Send a list and say where it leads."""
    data = text.encode() if isinstance(text, str) else text
    asked = {"side": "need", "program": "sponsorship", **fields}
    return visitor.goes_to(HOME, list=(io.BytesIO(data), name), **asked)


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_page_offers_ways_in_and_out(coordinator):
    page = coordinator.open(HOME)
    assert page.h1 == "Tableur"
    assert page.field("list").attrs["type"] == "file"
    assert len(page.all("form", action=f"{HOME}/export")) == 4


def test_nobody_else_may_open_it(visitor, database, signed_in):
    assert visitor.client.get(HOME).status_code == 303
    with database.writing() as session:
        person = office.sign_up(session)
    assert signed_in(person).client.get(HOME).status_code == 403


def test_a_list_is_looked_at_before_anything_is_created(coordinator, database):
    assert sends(coordinator, GOOD) == TRIAL
    page = coordinator.open(TRIAL)
    assert "Amina Tremblante" in page.text
    assert page.text.count("nouvelle personne") >= 2
    assert count(database, Person) == 0


def test_a_list_is_brought_whole_and_forgotten(coordinator, database):
    sends(coordinator, GOOD)
    assert coordinator.goes_to(f"{HOME}/apporter") == "/coordination/personnes"
    assert "2 besoins sont entrés" in coordinator.open("/coordination/personnes").text
    assert (count(database, Person), count(database, Need), count(database, Draft)) == (2, 2, 0)


def test_the_same_list_twice_creates_nothing_twice(coordinator, database):
    for _ in range(2):
        sends(coordinator, GOOD)
        page = coordinator.open(TRIAL)
        coordinator.goes_to(f"{HOME}/apporter")
    assert "déjà là" in page.text
    assert not page.all("form", action=f"{HOME}/apporter")
    assert count(database, Person) == 2


def test_a_second_click_brings_nothing_twice_and_is_told_how_many_all_the_same(coordinator, database):
    sends(coordinator, GOOD)
    first, second = twice(coordinator, f"{HOME}/apporter", "/coordination/personnes")
    assert first == second
    assert "2 besoins sont entrés" in second[2]
    assert count(database, Person) == 2


def test_every_fault_is_shown_by_row_and_column(coordinator, database):
    sends(coordinator, BAD)
    page = coordinator.open(TRIAL)
    assert "6 choses à corriger" in page.text
    for words in (
        "Religion",
        "« klingon » n’est pas un choix connu",
        "Langues, nº 1",
        "de 1 à 24",
        "une case vide",
    ):
        assert words in page.text
    assert not page.all("form", action=f"{HOME}/apporter")
    assert coordinator.goes_to(f"{HOME}/apporter") == TRIAL
    assert count(database, Person) == 0


def test_faults_are_said_in_english_too(app, database):
    visitor = staff(app, database, language="en")
    sends(visitor, BAD)
    page = visitor.open(TRIAL)
    assert "“klingon” is not a known choice" in page.text
    assert "6 things to correct" in page.text


@pytest.mark.parametrize("data", [b"", b"\x93\xe4\x8d\xff" * 1000, b"PK\x03\x04 no workbook", b"Nom\nx\n"])
def test_a_file_that_is_no_list_is_said_to_be_none(coordinator, data):
    sends(coordinator, data)
    assert "à corriger" in coordinator.open(TRIAL).text


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({}, "side"),
        ({"side": "need"}, "program"),
        ({"side": "need", "program": "sponsorship"}, "list"),
        ({"side": "both", "program": "sponsorship"}, "side"),
    ],
)
def test_what_is_not_filled_in_is_named(coordinator, fields, fault):
    page = coordinator.refused(HOME, **fields)
    assert page.all("a", href=f"#{fault}")


def test_a_list_that_is_too_large_is_refused(coordinator, monkeypatch):
    monkeypatch.setattr("web.views.sheets.LARGEST_LIST", 1000)
    too_large = (io.BytesIO(b"x" * 1001), "liste.csv")
    page = coordinator.refused(HOME, side="need", program="support", list=too_large)
    assert "4 Mo au plus" in page.text


def test_a_list_is_sealed_and_only_its_sender_s(coordinator, app, database):
    sends(coordinator, GOOD)
    with database.reading() as session:
        assert b"Tremblante" not in session.scalars(select(Draft.answers_sealed)).one()
    other = staff(app, database, "autre@example.org")
    cookie = coordinator.client.get_cookie("list", path=HOME)
    other.client.set_cookie("list", cookie.value, path=HOME)
    assert other.client.get(TRIAL).headers["Location"] == HOME


def test_a_list_can_be_dropped(coordinator, database):
    sends(coordinator, GOOD)
    assert coordinator.goes_to(f"{HOME}/laisser") == HOME
    assert count(database, Draft) == 0
    assert coordinator.client.get(TRIAL).headers["Location"] == HOME
    assert coordinator.goes_to(f"{HOME}/apporter") == HOME


def test_a_name_cannot_become_a_mark_of_the_page(coordinator):
    sends(coordinator, "Identifiant;Prénom\n1;<b>Amina</b>\n", name="<i>.csv")
    assert not coordinator.open(TRIAL).all("b")


@pytest.mark.parametrize("side", ["need", "offer"])
def test_a_template_filled_in_can_be_sent(coordinator, side):
    book = load_workbook(io.BytesIO(coordinator.client.get(f"{HOME}/modele-{side}.xlsx").data))
    book.worksheets[0]["A2"], book.worksheets[0]["B2"] = 1, "Amina"
    data = io.BytesIO()
    book.save(data)
    sends(coordinator, data.getvalue(), "liste.xlsx", side=side)
    assert "Amina" in coordinator.open(TRIAL).text


def test_needs_are_taken_out_with_a_line_in_the_ledger(coordinator, database):
    sends(coordinator, GOOD)
    coordinator.goes_to(f"{HOME}/apporter")
    answer = coordinator.send(f"{HOME}/export", status=200, side="need", program="sponsorship")
    page = load_workbook(io.BytesIO(answer.data)).active
    assert [row[1].value for row in page.iter_rows(min_row=2)] == ["Amina", "Lina"]
    with database.reading() as session:
        assert session.scalar(select(LedgerLine.facts).where(LedgerLine.verb == "export_people")) == {
            "count": 2
        }


@pytest.mark.parametrize("fields", [{}, {"side": "need"}, {"side": "x", "program": "sponsorship"}])
def test_an_export_of_nothing_known_is_refused(coordinator, fields):
    coordinator.send(f"{HOME}/export", status=400, **fields)


def test_a_round_is_taken_out(coordinator, database):
    with database.writing() as session:
        office.newcomer(session)
        office.sponsor(session)
        round_id = casework.run_round(session, "sponsorship", today=office.TODAY, **office.DO)
    answer = coordinator.client.get(f"{HOME}/ronde-{round_id}.xlsx")
    assert load_workbook(io.BytesIO(answer.data)).worksheets[0]["A2"].value.startswith("Amina")
    assert f"{HOME}/ronde-{round_id}.xlsx" in coordinator.open(HOME).html
    assert coordinator.client.get(f"{HOME}/ronde-unknown.xlsx").status_code == 404


def test_every_fault_of_a_sheet_has_words_in_both_languages():
    wanted = {*SENTENCES, *OF_A_PERSON} - JSON_ONLY
    assert set(sheet_faults.WRONG) == set(sheet_faults.RIGHT) == wanted


def test_a_page_without_a_list_leads_back(coordinator):
    with coordinator.client.get(TRIAL) as answer:
        assert Page(answer).status == 303
