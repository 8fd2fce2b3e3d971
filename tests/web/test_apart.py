"""« Ne pas me jumeler avec… »: her page, which never tells who is here, and the coordinator who looks for a name."""

from __future__ import annotations

import re

import pytest

from models import casework
from models.tables import ApartWish, Exclusion
from tests.models import office
from tests.web import desk

HOME = "/moi/ne-pas-jumeler"
DESK = "/coordination/ne-pas-jumeler"
OWN_IDS = re.compile(r'value="[^"]*"|retirer/[a-z2-7]{26}')


@pytest.fixture
def couple(database):
    with database.writing() as session:
        return office.newcomer(session, "Amina"), office.sponsor(session, "Rosalie")


@pytest.fixture
def amina(couple, signed_in):
    return signed_in(couple[0].person)


def exclusions(database):
    with database.reading() as session:
        return session.query(Exclusion).count()


def wish_of(database):
    with database.reading() as session:
        return session.query(ApartWish.id).scalar()


def test_from_her_page_and_from_a_no_she_comes_to_her_list(amina, database, couple):
    pairing = desk.stage(database, "approved", *couple)
    for path in (
        "/moi",
        "/moi/accords",
        f"/moi/propositions/{pairing}/non",
        f"/moi/jumelages/{pairing}/probleme",
    ):
        assert amina.open(path).all("a", href=HOME), path
    assert "Votre liste est vide" in amina.open(HOME).text


def test_one_click_parts_the_two_and_the_other_reads_what_she_reads_after_any_end(
    amina, database, couple, signed_in
):
    pairing = desk.stage(database, "accepted", *couple)
    assert "Rosalie" in amina.open(HOME).text
    assert amina.goes_to(f"{HOME}/{pairing}") == HOME
    page = amina.open(HOME)
    assert "C’est noté" in page.html
    assert page.text.count("Rosalie") == 2  # the line, and what its button says aloud
    assert desk.pairing(database, pairing).ended_at
    assert exclusions(database) == 1
    other = signed_in(couple[1].person)
    assert "Amina" not in other.open("/moi").text
    assert "Amina" not in other.open(HOME).text
    assert "Votre liste est vide" in other.open(HOME).text


def test_a_pairing_that_is_over_is_named_by_its_date_alone(amina, database, couple):
    pairing = desk.stage(database, "approved", *couple)
    with database.writing() as session:
        casework.answer(session, pairing, couple[1].person, "no", **couple[1].does)
    page = amina.open(HOME)
    assert "La personne proposée le 2 mars 2026" in page.text
    assert "Rosalie" not in page.text
    amina.send(f"{HOME}/{pairing}")
    assert "Rosalie" not in amina.open(HOME).text
    assert exclusions(database) == 1


def test_a_name_is_answered_alike_whoever_bears_it_and_whatever_came_of_it(app, database, couple, signed_in):
    helene, pages = desk.coordinator(app, database), []
    with database.writing() as session:
        noor = office.newcomer(session, "Noor")
    for someone, other in ((couple[0], couple[1].person), (noor, "")):
        reader = signed_in(someone.person)
        answer = reader.send(HOME, name="Rosalie Tremblante")
        first = reader.open(HOME).html
        with database.reading() as session:
            apart_id = session.query(ApartWish.id).filter_by(person_id=someone.person).scalar()
        helene.send(f"{DESK}/{apart_id}", other=other)
        second = reader.open(HOME).html
        pages.append([answer.headers["Location"], *(OWN_IDS.sub("", page) for page in (first, second))])
        reader.send(f"{HOME}/retirer/{apart_id}")
        pages[-1].append(OWN_IDS.sub("", reader.open(HOME).html))
    assert pages[0] == pages[1]


def test_an_empty_or_endless_name_comes_back_with_what_to_do(amina, database):
    assert "Écrivez un nom" in amina.refused(HOME, name="  ").text
    assert "80 caractères" in amina.refused(HOME, name="a" * 81).text
    assert wish_of(database) is None


def test_a_full_list_says_whom_to_call(amina, monkeypatch):
    monkeypatch.setattr("web.views.apart.MOST_WISHES", 1)
    amina.send(HOME, name="Bruno")
    assert "appelez-nous" in amina.refused(HOME, name="Awa").text


def test_the_coordinator_finds_who_is_meant_from_what_she_has_to_do(app, amina, database, couple):
    amina.send(HOME, name="Rosalie T.")
    helene, apart_id = desk.coordinator(app, database), wish_of(database)
    todo = helene.open("/coordination?genre=apart")
    assert todo.all("a", href=f"{DESK}/{apart_id}")
    assert "Amina Tremblante" in todo.text
    assert "« Rosalie T. »" not in todo.text
    page = helene.open(f"{DESK}/{apart_id}")
    assert "ne veut pas de jumelage avec « Rosalie T. »" in page.text
    assert "Rosalie Tremblante" in page.text
    assert "« Rosalie T. »" in helene.open(f"/coordination/personnes/{couple[0].person}").text
    assert helene.goes_to(f"{DESK}/{apart_id}", other=couple[1].person) == "/coordination"
    assert exclusions(database) == 1
    assert not helene.open("/coordination?genre=apart").all("a", href=f"{DESK}/{apart_id}")
    assert "« Rosalie T. »" not in helene.open(f"/coordination/personnes/{couple[0].person}").text


def test_a_name_that_nobody_bears_stays_on_her_file(app, amina, database, couple):
    amina.send(HOME, name="Zorglub")
    helene, apart_id = desk.coordinator(app, database), wish_of(database)
    assert "0 personne" in helene.open(f"{DESK}/{apart_id}").text
    assert "1 personne" in helene.open(f"{DESK}/{apart_id}?nom=rosal").text
    helene.send(f"{DESK}/{apart_id}", other="")
    assert (
        "personne de ce nom pour le moment" in helene.open(f"/coordination/personnes/{couple[0].person}").text
    )
    assert "Personne ne portait ce nom" in helene.open(f"{DESK}/{apart_id}").text
    assert exclusions(database) == 0


def test_a_proposal_says_why_it_waits(app, amina, database, couple):
    pairing = desk.stage(database, "proposal", *couple)
    amina.send(HOME, name="Bruno")
    helene = desk.coordinator(app, database)
    version = desk.pairing(database, pairing).version
    helene.send(f"/coordination/propositions/{pairing}/approuver", version=version)
    assert "a nommé quelqu’un" in helene.open(f"/coordination/propositions/{pairing}").html
    assert desk.pairing(database, pairing).state == "under_review"


def test_who_left_is_asked_about_no_more(app, amina, database, couple):
    amina.send(HOME, name="Rosalie")
    apart_id = wish_of(database)
    with database.writing() as session:
        casework.withdraw_consent(session, couple[0].person, "program", **couple[0].does)
    helene = desk.coordinator(app, database)
    assert "Rosalie" not in helene.open(f"{DESK}/{apart_id}", status=404).html
    assert "Rosalie" in amina.open(HOME).text


def test_a_line_of_another_is_not_there(amina, database, couple, signed_in):
    amina.send(HOME, name="Bruno")
    rosalie, apart_id = signed_in(couple[1].person), wish_of(database)
    rosalie.send(f"{HOME}/retirer/{apart_id}", status=404)
    amina.send(f"{HOME}/retirer/{apart_id}")
    assert wish_of(database) is None


def test_in_english(amina, database, couple):
    desk.stage(database, "approved", *couple)
    amina.send("/langue", language="en", next=HOME)
    page = amina.open(HOME)
    assert page.h1 == "Do not pair me with…"
    assert "Somebody who was proposed to you" in page.text


def test_the_office_excludes_for_good_whatever_she_takes_back(app, amina, database, couple):
    pairing = desk.stage(database, "approved", *couple)
    amina.send(f"{HOME}/{pairing}")
    desk.coordinator(app, database).send(
        f"/coordination/personnes/{couple[0].person}/exclusions", other=couple[1].person
    )
    amina.send(f"{HOME}/retirer/{wish_of(database)}")
    assert exclusions(database) == 1
