"""A form that is sent twice acts once and is answered alike."""

import pytest
from sqlalchemy import func, select

from models import casework
from models.tables import Clearance, LedgerLine, Pairing
from tests.models import office
from tests.web import desk

KEY = "one key of one form"


@pytest.fixture
def helene(app, database):
    return desk.coordinator(app, database)


@pytest.fixture
def couple(database):
    with database.writing() as session:
        return office.newcomer(session), office.sponsor(session)


def twice(visitor, path, shown, **fields):
    """Send one form twice; give where each answer leads and what is said there."""
    answers = []
    for _ in range(2):
        answer = visitor.send(path, once=KEY, **fields)
        answers.append((answer.status_code, answer.headers["Location"], visitor.open(shown).text))
    return answers


def count(database, table):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_each_form_of_a_page_carries_a_key_of_its_own_and_a_visitor_s_carry_none(app, helene, couple):
    page = helene.open(f"/coordination/personnes/{couple[1].person}")
    keys = [tag.attrs["value"] for tag in page.all("input") if tag.attrs.get("name") == "once"]
    forms = [
        tag
        for tag in page.all("form")
        if tag.attrs["action"].startswith("/coordination") and tag.attrs["method"] == "post"
    ]
    assert len(set(keys)) == len(keys) == len(forms) > 5
    assert b'name="once"' not in app.test_client().get("/connexion").data


def test_an_approval_sent_twice_is_one_and_both_are_told_that_it_was_done(helene, database, couple):
    pairing = desk.stage(database, "proposal", *couple)
    version, to = desk.pairing(database, pairing).version, f"/coordination/propositions/{pairing}"
    first, second = twice(
        helene, f"{to}/approuver", f"/coordination/jumelages/{pairing}", version=str(version)
    )
    assert first == second
    assert desk.pairing(database, pairing).state == "awaiting_answers"


def test_a_pair_made_by_hand_twice_is_one_and_both_lead_to_it(helene, database, couple):
    to = f"/coordination/composer/{couple[0].wish}/{couple[1].wish}"
    first, second = twice(helene, to, "/coordination", reason="Both asked.")
    assert first == second
    assert count(database, Pairing) == 1


def test_what_is_noted_twice_by_one_form_stands_once(helene, database, couple):
    person, before = couple[1].person, count(database, Clearance)
    page = f"/coordination/personnes/{person}"
    first, second = twice(helene, f"{page}/verifications", "/coordination", kind="identity")
    assert first == second
    assert count(database, Clearance) == before + 1


def test_an_answer_sent_twice_is_one_and_thanks_twice(database, signed_in, couple):
    pairing, amina = desk.stage(database, "approved", *couple), signed_in(couple[0].person)
    first, second = twice(amina, f"/moi/propositions/{pairing}", "/moi", said="yes")
    assert first == second
    with database.reading() as session:
        assert len(session.scalars(select(LedgerLine).where(LedgerLine.verb == "answer")).all()) == 1


def test_a_refused_form_is_judged_anew(helene, database):
    with database.writing() as session:
        person = office.sign_up(session, "Zoé")
    helene.send(f"/coordination/personnes/{person}/entrevue-faite", once=KEY)
    assert "ce n’est plus possible" in helene.open("/coordination").text
    with database.writing() as session:
        casework.book_interview(session, person, office.AT, **office.DO)
    helene.send(f"/coordination/personnes/{person}/entrevue-faite", once=KEY)
    assert "L’entrevue est notée." in helene.open("/coordination").text


@pytest.mark.parametrize("key", ["", "k" * 65])
def test_a_form_without_a_key_of_ours_acts_each_time(helene, database, couple, key):
    before = count(database, Clearance)
    for _ in range(2):
        helene.send(f"/coordination/personnes/{couple[1].person}/verifications", once=key, kind="identity")
    assert count(database, Clearance) == before + 2


def test_the_same_key_of_another_form_or_another_person_acts(app, helene, database, couple):
    sylvie = desk.coordinator(app, database, role="administrator")
    before = count(database, Clearance)
    for visitor, someone in ((helene, couple[1]), (sylvie, couple[1]), (helene, couple[0])):
        visitor.send(f"/coordination/personnes/{someone.person}/verifications", once=KEY, kind="identity")
    assert count(database, Clearance) == before + 3
