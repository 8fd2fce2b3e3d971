"""« À appeler »: whom no letter reaches, with her number and what there is to say, until it is ticked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from models import calls, casework, interpreting, reads
from models.interpreting.changing import arrangement_of
from models.tables import Call
from tests.models import office
from tests.models.interpreting import bank
from tests.web import desk

ROOM = "/coordination/appels"
LATER = office.AT + timedelta(minutes=5)


@pytest.fixture
def helene(app, database):
    return desk.coordinator(app, database)


def test_who_has_no_address_stands_on_the_list_to_call_with_her_number_until_it_is_ticked(database, helene):
    with database.writing() as session:
        paula = bank.interpreter(session, "Paula", email=None, phone="418 555-0142")
        bank.asked(session, bank.newcomer(session))
    assert "À appeler, faute de courriel" in helene.open("/coordination?genre=call").text
    page = helene.open(ROOM)
    assert "418 555-0142" in page.text
    assert (
        "Demander si c’est oui ou non · à titre d’interprète · mercredi 11 mars, 14 h 00 · espagnol"
        in page.text
    )
    with database.reading() as session:
        call = session.query(Call).one().id
    helene.send(f"{ROOM}/{call}/fait")
    page = helene.open(ROOM)
    assert "Personne à appeler" in page.text
    assert "Pas dit, finalement" in page.text
    helene.send(f"{ROOM}/{call}/defaire")
    assert "C’est dit" in helene.open(ROOM).text
    with database.reading() as session:
        assert {read.kind for read in reads.readings_of(session, paula.person)} == {"list", "names"}


def change(session, booking, **changes):
    stands = arrangement_of(session, bank.appointment_of(session, booking))
    verb, wanted = interpreting.change_appointment, replace(stands, **changes)
    verb(session, booking.appointment_id, wanted, by=office.COORDINATOR, at=LATER)


def test_another_place_is_said_as_a_change_to_both_and_a_confirmation_is_none(database, helene):
    with database.writing() as session:
        paula = bank.interpreter(session, "Paula", email=None, phone="418 555-0142")
        booking = bank.confirmed(session, paula, office.newcomer(session, "Amina", email=None))
    assert "a changé" not in helene.open(ROOM).text
    with database.writing() as session:
        for call in session.query(Call):
            calls.note(session, call.id, **office.DO)
        change(session, session.merge(booking), place="Local 12")
    said = "Dire que le rendez-vous a changé, et ce qu’il en est : confirmé"
    assert [tag.text.startswith(said) for tag in helene.open(ROOM).all("span", class_="task-due")][:2] == [
        True,
        True,
    ]


def test_what_changed_is_said_as_a_change_and_to_whoever_is_let_go_with_her_own_hour(database, helene):
    with database.writing() as session:
        paula = bank.interpreter(session, "Paula", email=None, phone="418 555-0142")
        amina = office.newcomer(session, "Amina", email=None)
        booking = bank.confirmed(session, paula, amina)
        for call in session.query(Call):
            calls.note(session, call.id, **office.DO)
        change(session, booking, start=booking.begins + timedelta(days=1))
    text = helene.open(ROOM).text
    assert "Dire ce qu’il en est : annulé · à titre d’interprète · mercredi 11 mars, 14 h 00" in text
    assert "Demander si c’est oui ou non · à titre d’interprète · jeudi 12 mars, 14 h 00" in text
    said = "Dire que le rendez-vous a changé, et ce qu’il en est : offert à un interprète"
    assert f"{said} · pour son rendez-vous · jeudi 12 mars, 14 h 00" in text


def test_a_proposal_that_waits_for_whom_no_letter_reaches_stands_on_the_list_to_call(database, helene):
    with database.writing() as session:
        amina, rosalie = office.newcomer(session, "Amina", email=None), office.sponsor(session, "Rosalie")
        pairing = office.proposal(session, amina, rosalie)
        casework.approve(session, pairing.id, pairing.version, **office.DO)
        address = f"/coordination/jumelages/{pairing.id}"
    page = helene.open(ROOM)
    assert "Dire qu’une proposition l’attend, et demander si c’est oui ou non" in page.text
    assert "Parrainage interculturel · avec Rosalie" in page.text
    assert page.all("a", href=address)
    helene.send(f"{address}/repondre", person=amina.person, answer="yes")
    assert "Personne à appeler" in helene.open(ROOM).text


def test_a_first_meeting_that_moves_stands_on_the_list_to_call_with_its_new_date(database, helene):
    with database.writing() as session:
        amina, rosalie = office.newcomer(session, "Amina", email=None), office.sponsor(session, "Rosalie")
        pairing = office.accepted(session, amina, rosalie).id
    address = f"/coordination/jumelages/{pairing}"
    helene.send(f"{address}/rencontre", meeting_on="2026-03-10T18:30")
    assert "Dire quand est la première rencontre · mardi 10 mars, 18 h 30 ·" in helene.open(ROOM).text
    with database.reading() as session:
        call = session.query(Call).one().id
    helene.send(f"{ROOM}/{call}/fait")
    helene.send(f"{address}/rencontre", meeting_on="2026-03-12T18:30")
    told = "Dire que la première rencontre a changé de date · jeudi 12 mars, 18 h 30"
    assert told in helene.open(ROOM).text
