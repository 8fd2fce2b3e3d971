"""A list of people from a spreadsheet: looked at, then entered whole or not at all, and never twice."""

from __future__ import annotations

import csv
import io
from datetime import date
from threading import Barrier, Thread

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from matcher.errors import FaultyInput
from models import casework, disclosure
from models.actor import SYSTEM, Actor
from models.errors import AlreadyRegistered, Forbidden
from models.exports import people_workbook, round_workbook, template_workbook
from models.imports import bring_in, dry_run
from models.tables import Consent, LedgerLine, Need, Offer, Person
from tests.models.office import AT, DO, TODAY, newcomer, sponsor

HEADER = ("Identifiant", "Prénom", "Nom", "Courriel", "Téléphone", "Langues", "J’aime", "Consentement")
ROW = ("1", "Amina", "Tremblante", "amina@example.org", "+1 418 555-0100", "français:B1", "Pêche", "oui")
TWO = (ROW, ("2", "Louise", "", "", "", "anglais:B2", "", "non"))
ASKED = {"side": "need", "program": "sponsorship"}


def listed(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([header, *rows])
    return text.getvalue().encode()


def changed(**changes: str) -> tuple[str, ...]:
    """Give the row with some of its cells changed, by their column."""
    return tuple(changes.get(name, cell) for name, cell in zip(HEADER, ROW, strict=True))


def bring(db, data: bytes, **asked):
    with db.writing() as session:
        return bring_in(session, data, "liste.csv", **(ASKED | asked), **DO)


def look(db, data: bytes, **asked):
    with db.reading() as session:
        return dry_run(session, data, "liste.csv", **(ASKED | asked))


def faults_of(db, *rows: tuple[str, ...], **asked) -> list[tuple[str, str, str]]:
    found = look(db, listed(*rows), **asked)
    assert found.lines == ()
    return [(fault.where, fault.field, fault.code) for fault in found.faults]


def count(db, *tables) -> list[int]:
    with db.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in tables]


def test_a_dry_run_says_what_would_come_and_writes_nothing(db):
    found = look(db, listed(*TWO))
    assert [(line.where, line.first_name, line.outcome) for line in found.lines] == [
        ("liste.csv, row 2", "Amina", "new"),
        ("liste.csv, row 3", "Louise", "new"),
    ]
    assert (found.creates, found.faults) == (2, ())
    assert count(db, Person, Need, LedgerLine) == [0, 0, 0]


def test_people_come_with_what_they_ask_for_and_agree_to(db):
    assert bring(db, listed(*TWO)).count("new") == 2
    with db.reading() as session:
        person = session.scalars(select(Person).where(Person.first_name == "Amina")).one()
        contacts = disclosure.contacts_of(session, person)
        need = session.scalars(select(Need).where(Need.person_id == person.id)).one()
        purposes = session.scalars(select(Consent.purpose)).all()
    assert (contacts.surname, contacts.email) == ("Tremblante", "amina@example.org")
    assert contacts.phone == "+1 418 555-0100"
    assert (person.like, person.state, need.program) == (["fishing"], "submitted", "sponsorship")
    assert need.waiting_since == TODAY
    assert purposes == ["program"]


def test_offers_come_with_their_places(db):
    header = (*HEADER, "Places", "Accepte un interprète")
    data = listed((*ROW, "2", "oui"), header=header)
    bring(db, data, side="offer", program="support")
    with db.reading() as session:
        offer = session.scalars(select(Offer)).one()
    assert (offer.capacity, offer.accepts_interpreter, offer.program) == (2, True, "support")


def test_the_same_file_twice_creates_nothing_twice(db):
    bring(db, listed(*TWO))
    before = count(db, Person, Need, Consent)
    again = bring(db, listed(*TWO))
    assert (again.creates, again.count("known")) == (0, 2)
    assert count(db, Person, Need, Consent) == before


def test_someone_under_another_id_is_known_by_her_address(db):
    bring(db, listed(ROW))
    found = look(db, listed(changed(Identifiant="77", Courriel="AMINA@example.org")))
    assert [line.outcome for line in found.lines] == ["known"]


def test_a_person_who_is_known_may_give_too(db):
    bring(db, listed(ROW))
    assert bring(db, listed(ROW), side="offer").count("joined") == 1
    assert count(db, Person, Need, Offer) == [1, 1, 1]


def test_a_person_who_withdrew_is_not_brought_back(db):
    bring(db, listed(ROW))
    with db.writing() as session:
        person_id = session.scalars(select(Person.id)).one()
        casework.withdraw_consent(session, person_id, "program", **DO)
    found = bring(db, listed(changed(Identifiant="9")))
    assert [line.outcome for line in found.lines] == ["left"]
    assert count(db, Person, Need) == [1, 1]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"Prénom": ""}, "Prénom", "bad_name"),
        ({"Prénom": "x" * 81}, "Prénom", "bad_name"),
        ({"Courriel": "amina@"}, "Courriel", "bad_email"),
        ({"Téléphone": "call me"}, "Téléphone", "bad_phone"),
        ({"Langues": "klingon:B1"}, "Langues[0].code", "not_code"),
        ({"J’aime": "Pêche;Nage"}, "J’aime[1]", "not_code"),
        ({"Consentement": "peut-être"}, "Consentement", "not_flag"),
        ({"Identifiant": "", "Courriel": ""}, "id", "nothing_to_know_by"),
    ],
)
def test_each_fault_is_named_by_row_and_column(db, changes, field, code):
    assert faults_of(db, changed(**changes)) == [("liste.csv, row 2", field, code)]


def test_one_person_in_two_rows_is_a_fault(db):
    doubled = changed(Identifiant="2"), changed(Courriel="autre@example.org")
    assert faults_of(db, ROW, *doubled) == [
        ("liste.csv, row 3", "email", "doubled_person"),
        ("liste.csv, row 4", "id", "doubled_person"),
    ]


def test_an_id_that_was_another_person_s_is_a_fault(db):
    bring(db, listed(ROW))
    assert faults_of(db, changed(Courriel="autre@example.org")) == [
        ("liste.csv, row 2", "id", "other_person")
    ]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"Nom\nx\n", b"PK\x03\x04 nothing"])
def test_a_file_that_cannot_be_read_is_all_fault(db, data):
    found = look(db, data)
    assert found.faults
    assert found.lines == ()


def test_one_fault_keeps_the_whole_list_out(db):
    with pytest.raises(FaultyInput):
        bring(db, listed(ROW, changed(Identifiant="2", Courriel="no address")))
    assert count(db, Person, Need, LedgerLine) == [0, 0, 0]


def test_what_fails_halfway_leaves_nothing(db, monkeypatch):
    register, calls = casework.register, []

    def register_once(*arguments, **details):
        calls.append(1)
        if len(calls) > 1:
            raise OSError
        return register(*arguments, **details)

    monkeypatch.setattr(casework, "register", register_once)
    with pytest.raises(OSError):  # noqa: PT011 - the one raised above
        bring(db, listed(*TWO))
    assert count(db, Person, Need, LedgerLine) == [0, 0, 0]


def test_two_coordinators_with_one_file_bring_it_once(db):
    start, refused = Barrier(2), []

    def attempt():
        start.wait()
        try:
            bring(db, listed(*TWO))
        except AlreadyRegistered as error:
            refused.append(error)

    threads = [Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(db, Person, Need) == [2, 2]
    assert len(refused) <= 1


@pytest.mark.parametrize("by", [SYSTEM, Actor(account_id="a", role="participant", person_id="p")])
def test_only_a_coordinator_brings_or_takes_a_list(db, by):
    with pytest.raises(Forbidden), db.writing() as session:
        bring_in(session, listed(ROW), "liste.csv", **ASKED, by=by, at=AT)
    with pytest.raises(Forbidden), db.writing() as session:
        people_workbook(session, "need", "sponsorship", by=by, at=AT)


def test_bringing_a_list_is_told_without_names(db):
    bring(db, listed(*TWO))
    with db.reading() as session:
        line = session.scalars(select(LedgerLine).where(LedgerLine.verb == "import_people")).one()
    assert line.facts == {"new": 2, "joined": 0, "known": 0, "left": 0}


def test_what_is_taken_out_is_what_was_brought_and_comes_back_as_known(db):
    bring(db, listed(*TWO))
    with db.writing() as session:
        data = people_workbook(session, "need", "sponsorship", **DO)
    page = load_workbook(io.BytesIO(data)).active
    names = [cell.value for cell in page[1]]
    first = dict(zip(names, [cell.value for cell in page[2]], strict=True))
    assert (first["Prénom"], first["Courriel"], first["J’aime"]) == ("Amina", "amina@example.org", "Pêche")
    assert first["Téléphone"] == "+1 418 555-0100"
    assert [line.outcome for line in look(db, data).lines] == ["known", "known"]


@pytest.mark.parametrize("side", ["need", "offer"])
def test_an_empty_list_to_fill_in_has_every_column_and_its_manual(db, side):
    book = load_workbook(io.BytesIO(template_workbook(side)))
    assert book.sheetnames[1] == "Mode d’emploi"
    page = book.worksheets[0]
    page.append([None] * page.max_column)
    page["B2"], page["A2"] = "Nadia", 7
    data = io.BytesIO()
    book.save(data)
    assert look(db, data.getvalue(), side=side).count("new") == 1


def test_a_date_of_waiting_is_kept(db):
    bring(db, listed((*ROW, "2025-11-03"), header=(*HEADER, "En attente depuis")))
    with db.reading() as session:
        assert session.scalars(select(Need.waiting_since)).one() == date(2025, 11, 3)


@pytest.mark.parametrize("column", ["En attente depuis", "Séjour jusqu’au"])
@pytest.mark.parametrize(
    ("typed", "is_refused"), [("0026-03-02", True), ("2000-01-01", False), ("2100-01-01", True)]
)
def test_nobody_waits_for_two_thousand_years(db, column, typed, is_refused):
    found = look(db, listed((*ROW, typed), header=(*HEADER, column)))
    assert [fault.code for fault in found.faults] == ["out_of_range"] * is_refused


def test_a_round_is_taken_out_with_names(db):
    with db.writing() as session:
        newcomer(session, "Amina")
        sponsor(session, "Rosalie")
        round_id = casework.run_round(session, "sponsorship", today=TODAY, **DO)
        data = round_workbook(session, round_id, **DO)
    page = load_workbook(io.BytesIO(data)).worksheets[0]
    assert [page["A1"].value, page["A2"].value, page["B2"].value] == [
        "Besoin",
        "Amina Tremblante",
        "Rosalie Tremblante",
    ]
