"""A form that is sent twice acts once and is answered alike."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import func, select

import web.views
from models import casework
from models.tables import (
    Appointment,
    Booking,
    Clearance,
    Incident,
    LedgerLine,
    Letter,
    Organisation,
    Pairing,
    Plan,
    Round,
    TimeException,
    Translation,
)
from tests.models import office
from tests.models.interpreting import bank
from tests.web import desk
from tests.web.desk import KEY, twice
from tests.web.test_incidents import WHAT
from tests.web.test_interpreting_asking import FORM, PAPER
from tests.web.test_team import INVITED

WRITE_WITHOUT_A_KEY = {
    "account": "whoever signs in",
    "my_account.change_password": "her sessions end, and the page with them",
    "my_account.end_session": "what has ended stays so",
    "my_account.end_other_sessions": "what has ended stays so",
    "second_factor": "codes are shown once, and kept nowhere to be shown again",
    "feeds.renew": "the link is shown once",
    "home.in_language": "the same language",
    "password": "a link serves once, and has no session",
    "address": "a link serves once",
    "profile": "the same answers leave the same",
    "rights.take_copy": "each copy is told",
    "incidents.export": "each list is told",
    "sheets.export_people": "each list is told",
    "sheets.export_round": "each list is told",
    "sheets._keep": "one list is kept at a time",
    "sheets._forget": "nothing is left to forget",
    "rights.erase": "she is gone",
}
"""By view, or by module where it is all of them: why a second click needs no key."""


@pytest.fixture
def helene(app, database):
    return desk.coordinator(app, database)


@pytest.fixture
def couple(database):
    with database.writing() as session:
        return office.newcomer(session), office.sponsor(session)


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


def test_a_request_sent_twice_is_one_and_both_lead_to_it(database, signed_in, couple):
    amina = signed_in(couple[0].person)
    first, second = twice(amina, "/interpretation/rendez-vous", "/interpretation", **FORM)
    assert first == second
    assert count(database, Appointment) == 1
    twice(amina, "/interpretation/traduction", "/interpretation", **PAPER)
    assert count(database, Translation) == 1


def test_what_no_volunteer_may_take_is_refused_alike(database, signed_in, couple):
    amina = signed_in(couple[0].person)
    first, second = twice(
        amina, "/interpretation/rendez-vous", "/interpretation", **(FORM | {"setting": "court"})
    )
    assert first == second
    assert count(database, Appointment) == 1


def test_an_interpreter_who_clicks_twice_answers_once(database, signed_in, couple):
    with database.writing() as session:
        ximena = bank.interpreter(session)
        errand = bank.asked(session, couple[0]).id
    hers, page = signed_in(ximena.person), "/moi/interprete"
    first, second = twice(hers, f"{page}/mandats/{errand}", page, said="take")
    assert first == second
    assert "déjà fait" not in second[2]
    fields = {"kind": "away", "begins": "2026-03-10T08:00", "ends": "2026-03-12T08:00"}
    twice(hers, f"{page}/exceptions", page, **fields)
    assert (count(database, TimeException), count(database, Booking)) == (1, 1)


@pytest.mark.parametrize(
    ("path", "shown", "fields", "table"),
    [
        ("/coordination/incidents/nouveau", "/coordination/incidents", WHAT, Incident),
        ("/coordination/interpretes/plan", "/coordination/interpretes", {"days": "14"}, Plan),
        ("/coordination/rondes", "/coordination/rondes", {"program": "sponsorship"}, Round),
    ],
)
@pytest.mark.usefixtures("couple")
def test_what_the_office_makes_with_two_clicks_is_there_once(helene, database, path, shown, fields, table):
    first, second = twice(helene, path, shown, **fields)
    assert first[:2] == second[:2]
    assert count(database, table) == 1


def test_an_invitation_and_an_organisation_entered_twice_are_one(app, database):
    sylvie, page = desk.coordinator(app, database, role="administrator"), "/coordination/equipe"
    first, second = twice(sylvie, page, page, **INVITED)
    assert first == second
    assert count(database, Letter) == 1
    first, second = twice(sylvie, f"{page}/organismes", page, organisation_name="Le Phare")
    assert first == second
    assert count(database, Organisation) == 1


def test_no_view_writes_without_a_key_but_those_that_need_none():
    named = [{view, view.partition(".")[0]} & WRITE_WITHOUT_A_KEY.keys() for view in unkeyed()]
    assert all(named)
    assert set().union(*named) == WRITE_WITHOUT_A_KEY.keys()


def unkeyed():
    """Every function of a view that opens a unit of work and claims no key in it."""
    for file in Path(web.views.__file__).parent.rglob("*.py"):
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = {ast.unparse(one.func) for one in ast.walk(function) if isinstance(one, ast.Call)}
            if isinstance(function, ast.FunctionDef) and "writing" in called and "once.claim" not in called:
                yield f"{file.stem}.{function.name}"
