"""Vetting at the coordinator's desk: what is missing, who confirms, what is taken back."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from models import casework
from models.tables import Clearance, Pairing, Person
from tests.models import office
from tests.web import desk
from web.chores import do_chores

HOME = "/coordination/personnes"


@pytest.fixture
def helene(app, database):
    return desk.coordinator(app, database)


@pytest.fixture
def sylvie(app, database):
    """An administrator, who may be the second person."""
    return desk.coordinator(app, database, role="administrator")


@pytest.fixture
def rosalie(database):
    """Somebody who was interviewed and would welcome a family."""
    with database.writing() as session:
        offer = replace(office.OFFER, accepts_children=True)
        person = office.sign_up(session, "Rosalie", offers=(offer,))
        casework.book_interview(session, person, office.AT, **office.DO)
        casework.record_interview(session, person, **office.DO)
        return person


def state(database, person):
    with database.reading() as session:
        return session.get(Person, person).state


def clearances(database, person):
    with database.reading() as session:
        chosen = select(Clearance).where(Clearance.person_id == person)
        return {row.kind: row for row in session.scalars(chosen)}


def note_all(visitor, person):
    for kind in ("identity", "references", "conduct", "training"):
        visitor.send(f"{HOME}/{person}/verifications", kind=kind)
    visitor.send(f"{HOME}/{person}/filtrage", level="2", issuer="Service de police")


def test_a_file_says_what_is_missing_and_takes_it_one_by_one(helene, rosalie):
    text = helene.open(f"{HOME}/{rosalie}").text
    assert (
        "l’identité, deux références, le filtrage, une deuxième personne, le code de conduite et la formation"
        in text
    )
    helene.send(
        f"{HOME}/{rosalie}/verifications",
        kind="identity",
        issuer_identity="Vu au bureau",
        expires_identity="2028-01-31",
    )
    text = helene.open(f"{HOME}/{rosalie}").text
    assert "Vu au bureau · valable jusqu’au 31 janv. 2028" in text
    assert "Il reste à noter : deux références" in text


def test_a_date_that_is_over_is_told_beside_its_field_and_nothing_is_noted(helene, database, rosalie):
    page = helene.refused(f"{HOME}/{rosalie}/verifications", kind="conduct", expires_conduct="2020-01-01")
    assert "ce ne serait déjà plus valable" in page.all("p", id="expires_conduct-fault")[0].text
    assert clearances(database, rosalie) == {}


def test_what_is_not_on_the_list_is_not_noted(helene, database, rosalie):
    helene.refused(f"{HOME}/{rosalie}/verifications", kind="portrait")
    assert clearances(database, rosalie) == {}


def test_who_noted_a_screening_is_asked_to_find_somebody_else_and_cannot_confirm_it(
    helene, database, rosalie
):
    note_all(helene, rosalie)
    page = helene.open(f"{HOME}/{rosalie}")
    assert "Vous l’avez noté : demandez à une collègue" in page.text
    assert not [tag for tag in page.all("form") if tag.attrs["action"].endswith("/confirmer")]
    screening = clearances(database, rosalie)["screening"].id
    helene.send(f"{HOME}/{rosalie}/verifications/{screening}/confirmer")
    assert "Une autre personne que vous doit confirmer." in helene.open(f"{HOME}/{rosalie}").text
    assert state(database, rosalie) == "vetting"


def test_a_second_person_finds_it_on_her_list_and_confirms(helene, sylvie, database, rosalie):
    note_all(helene, rosalie)
    assert "À confirmer par une deuxième personne" in sylvie.open("/coordination").text
    [form] = [
        tag for tag in sylvie.open(f"{HOME}/{rosalie}").all("form") if "confirmer" in tag.attrs["action"]
    ]
    sylvie.send(form.attrs["action"])
    assert state(database, rosalie) == "ready"
    assert "confirmé par Hélène" in sylvie.open(f"{HOME}/{rosalie}").text


def test_taking_back_asks_once_more_then_suspends_and_says_what_to_do(helene, database):
    with database.writing() as session:
        need, offer = office.newcomer(session), office.sponsor(session)
        pairing = office.active(session, need, offer).id
    identity = clearances(database, offer.person)["identity"].id
    to = f"{HOME}/{offer.person}/verifications/{identity}/retirer"
    helene.refused(to)
    assert desk.pairing(database, pairing).state == "active"
    helene.send(to, **{f"sure_{identity}": "yes"})
    assert desk.pairing(database, pairing).state == "suspended"
    assert (
        "Pour reprendre, il manque au dossier de Rosalie : l’identité."
        in helene.open(f"/coordination/jumelages/{pairing}").text
    )
    assert "Vérification à refaire" in helene.open("/coordination").text
    helene.send(f"{HOME}/{offer.person}/verifications", kind="identity")
    helene.send(f"/coordination/jumelages/{pairing}/reprendre")
    assert desk.pairing(database, pairing).state == "active"


def test_the_chores_stop_what_ran_out_overnight(app, database):
    with database.writing() as session:
        pairing = office.active(session, office.newcomer(session), office.sponsor(session)).id
        session.scalars(
            select(Clearance).where(Clearance.kind == "conduct")
        ).one().expires = office.TODAY.replace(day=1)
    assert do_chores(database, app.config["SETTINGS"]).stopped == 1
    with database.reading() as session:
        assert session.get(Pairing, pairing).state == "suspended"
