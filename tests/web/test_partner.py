"""A partner's worker registers somebody beside her and follows how far the request has come; no more."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import accounts, cards, casework, organisations, sealed, sessions
from models.actor import SYSTEM, actor_of
from models.casework import Registration
from models.tables import Appointment, Clearance, Consent, LedgerLine, Person, Translation
from tests.models import office
from tests.models.office import AT, DO
from tests.web import desk
from tests.web.pages import Page, Visitor
from tests.web.test_interpreting_asking import FORM, PAPER
from tests.web.test_signup import SCREENS

HOME = "/partenaire"
ADMINISTRATOR = "/coordination/equipe"


@pytest.fixture
def noemie(app, database):
    """An agent of the first of two partners, signed in."""
    with database.writing() as session:
        here, _ = (organisations.open_organisation(session, name, by=SYSTEM, at=AT) for name in ("Ici", "Là"))
        account = accounts.open_account(
            session,
            email="noemie@example.org",
            role="agent",
            language="fr",
            name="Noémie",
            at=AT,
            organisation_id=here.id,
            password_hash="set elsewhere",
        )
        token = sessions.start_session(session, account, AT)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    visitor = Visitor(client)
    visitor.actor = actor_of(account)
    return visitor


def referred(database, by, name="Amina"):
    with database.writing() as session:
        sheet = Registration(
            profile=office.replace(office.PROFILE, first_name=name),
            needs=(office.NEED,),
            consents=("program", "matching"),
            consents_read_aloud=True,
            referred_by=by.organisation_id,
        )
        return casework.register(session, sheet, by=by, at=AT)


def test_with_nobody_yet_the_one_thing_to_do_is_to_register_somebody(noemie):
    page = noemie.open(HOME)
    assert "Inscrire une personne" in page.text
    assert "Vos personnes" in page.html


def test_the_same_form_makes_no_other_card_and_the_printed_one_still_opens(noemie, database, visitor):
    path = f"/coordination/personnes/{referred(database, noemie.actor)}/carte"
    card = Page(noemie.send(path, status=200, once=desk.KEY)).check()
    (code,) = re.findall(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", card.text)
    assert noemie.goes_to(path, once=desk.KEY) == path
    assert "La carte est déjà faite" in noemie.open(path).text
    assert visitor.goes_to("/connexion/carte", card=code) == "/moi"


def test_what_is_shown_once_offers_no_other_language(noemie, database):
    path = f"/coordination/personnes/{referred(database, noemie.actor)}/carte"
    assert noemie.open(path).all("form", action="/langue")
    assert not Page(noemie.send(path, status=200)).all("form", action="/langue")


def test_somebody_else_can_always_be_registered(noemie, database):
    for _ in range(2):
        assert noemie.open(HOME).all("a", href="/inscription/nouveau")
        referred(database, noemie.actor)


def test_a_card_comes_first_then_the_date_that_comes_next(noemie, database):
    person = referred(database, noemie.actor)
    assert "Faire la carte de Amina" in noemie.open(HOME).text
    card = Page(noemie.send(f"/coordination/personnes/{person}/carte", status=200)).check()
    assert "Retour à vos personnes" in card.text
    with database.writing() as session:
        casework.book_interview(session, person, AT + timedelta(days=3), **DO)
    page = noemie.open(HOME)
    assert "Rappelez sa date à Amina" in page.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "5 mars 2026" in page.text


def test_she_sees_a_first_name_a_step_and_a_date_and_nothing_of_the_other(noemie, database):
    person = referred(database, noemie.actor, "Amina")
    with database.writing() as session:
        office.make_ready(session, person)
        need = casework.rows.wishes_of(session, person)[0]
        rosalie = office.sponsor(session, "Rosalie")
        office.approved(session, office.Someone(person, need.id), rosalie)
    page = noemie.open(HOME)
    assert "Amina" in page.text
    assert "Réponses" in page.text
    for hidden in ("Rosalie", "Tremblante", "chicoutimi", "35 à 44"):
        assert hidden not in page.html


@pytest.mark.parametrize("how", ["another organisation", "stopped", "left"])
def test_whom_she_may_not_see_is_not_there(noemie, database, how):
    with database.reading() as session:
        there = organisations.organisations(session)[1].id
    person = referred(database, noemie.actor)
    with database.writing() as session:
        row = session.get_one(Person, person)
        if how == "another organisation":
            row.referred_by = there
        elif how == "stopped":
            casework.end_referral(session, person, **DO)
        else:
            casework.withdraw_consent(session, person, "program", **DO)
    assert "Amina" not in noemie.open(HOME).html
    noemie.open(f"/coordination/personnes/{person}/carte", status=404)
    noemie.send(f"/coordination/personnes/{person}/carte", status=404)


def typed(visitor):
    """Walk through the sign-up as far as its last page."""
    visitor.send("/inscription/jumelage")
    for name, fields in SCREENS.items():
        visitor.send(f"/inscription/etape/{name}", **fields)
    return visitor.open("/inscription/relecture")


def test_she_registers_somebody_beside_her_who_lets_her_follow(noemie, database):
    page = typed(noemie)
    assert "voix haute" in page.text
    other = referred(database, noemie.actor, "Amina")  # she waits for a card too
    to = noemie.goes_to("/inscription/avec-elle", read_aloud="yes", share="yes", language="en")
    assert noemie.open(to).h1 == "Carte de Zoé"
    with database.reading() as session:
        person = session.scalars(select(Person).where(Person.id != other)).one()
        consents = session.scalars(select(Consent)).all()
        line = session.scalars(
            select(LedgerLine).where(LedgerLine.verb == "register", LedgerLine.entity_id == person.id)
        ).one()
    assert (person.referred_by, person.reader_language) == (noemie.actor.organisation_id, "en")
    assert consents
    assert all(one.was_read_aloud for one in consents)
    assert line.role == "agent"
    assert person.first_name in noemie.open(HOME).text


def test_she_asks_for_an_interpreter_or_a_translation_for_somebody_whom_she_follows(noemie, database):
    person = referred(database, noemie.actor)
    for path, form, table in (
        ("rendez-vous", FORM, Appointment),
        ("traduction", PAPER, Translation),
    ):
        address = f"/interpretation/{path}?pour={person}"
        assert noemie.open(HOME).all("a", href=address)
        assert "Pour Amina" in noemie.open(address).text
        noemie.send(address, **form)
        with database.reading() as session:
            (asked,) = session.query(table)
        assert (asked.person_id, asked.organisation_id) == (person, noemie.actor.organisation_id)


def test_a_second_click_registers_nobody_twice_and_is_answered_alike(noemie, database):
    typed(noemie)
    fields = {"read_aloud": "yes", "share": "yes", "language": "fr"}
    first, second = desk.twice(noemie, "/inscription/avec-elle", HOME, **fields)
    assert first == second
    with database.reading() as session:
        assert session.query(Person).count() == 1


def test_nobody_is_registered_unread_and_sharing_is_hers_to_choose(noemie, database):
    typed(noemie)
    noemie.refused("/inscription/avec-elle", share="yes", language="fr")
    noemie.goes_to("/inscription/avec-elle", read_aloud="yes", language="fr")
    with database.reading() as session:
        person = session.scalars(select(Person)).one()
    assert person.referred_by is None
    assert person.first_name not in noemie.open(HOME).text.replace("Vos personnes", "")


def test_a_draft_that_a_worker_began_is_hers_alone(noemie):
    typed(noemie)
    with noemie.client.session_transaction() as cookie:
        cookie.pop("_user_id")
    with noemie.client.get("/inscription/relecture") as answer:
        assert answer.status_code == 303


def test_a_person_sees_who_follows_her_and_stops_it(noemie, database, signed_in):
    with database.writing() as session:
        amina = office.newcomer(session)
        session.get_one(Person, amina.person).referred_by = noemie.actor.organisation_id
    visitor = signed_in(amina.person)
    assert "Ici a fait votre inscription" in visitor.open("/moi").text
    visitor.send("/moi/organisme/arreter")
    assert "a fait votre inscription" not in visitor.open("/moi").text
    assert "Amina" not in noemie.open(HOME).html


def test_who_signs_in_with_a_card_that_a_partner_printed_is_told_until_the_office_makes_another(
    noemie, database, signed_in
):
    person = referred(database, noemie.actor)
    with database.writing() as session:
        cards.give_card(session, person, by=noemie.actor, at=AT)
    visitor, told = signed_in(person), "a été préparée par un organisme"
    assert told in visitor.open("/moi").text
    visitor.send("/moi/organisme/arreter")
    assert told in visitor.open("/moi").text
    with database.writing() as session:
        cards.give_card(session, person, **DO)
    assert told not in signed_in(person).open("/moi").text


@pytest.fixture
def volunteer(noemie, database):
    """Rosalie, who came through the organisation and would welcome families; all is noted, by one person."""
    with database.writing() as session:
        offer = office.replace(office.OFFER, accepts_children=True)
        rosalie = office.sign_up(session, "Rosalie", offers=(offer,))
        session.get_one(Person, rosalie).referred_by = noemie.actor.organisation_id
        office.make_ready(session, rosalie, level=1)
        casework.record_screening(session, rosalie, 2, issuer="Service de police", **DO)
    return rosalie


def screening_of(database, person, level=2):
    with database.reading() as session:
        rows = session.scalars(
            select(Clearance).where(Clearance.person_id == person, Clearance.kind == "screening")
        )
        holder = session.get_one(Person, person)
        return next(row for row in rows if sealed.take(session, holder, row, "outcome") == str(level))


def status_of(visitor, path):
    with visitor.client.get(path) as answer:
        return answer.status_code


def test_she_is_the_second_person_for_a_volunteer_of_hers(noemie, database, volunteer):
    page = noemie.open(HOME)
    address = f"{HOME}/verifications/{screening_of(database, volunteer).id}"
    assert len(page.all("a", href=address)) == 2
    asked = noemie.open(address)
    assert "Rosalie peut-elle rencontrer des enfants" in asked.text.replace("\N{NO-BREAK SPACE}", " ")
    for hidden in ("Tremblante", "Service de police", "Niveau"):
        assert hidden not in asked.html
    assert "Cochez la case" in noemie.refused(address).text
    assert screening_of(database, volunteer).confirmed_at is None
    assert noemie.goes_to(address, sure="yes") == HOME
    screening = screening_of(database, volunteer)
    assert (screening.confirmed_at, screening.confirmed_by) == (AT, noemie.actor.name)
    with database.reading() as session:
        assert casework.missing_of(session, session.get_one(Person, volunteer), office.TODAY) == ()
        line = session.scalars(select(LedgerLine).where(LedgerLine.verb == "confirm_screening")).one()
    assert (line.role, line.entity_id) == ("agent", volunteer)
    assert not noemie.open(HOME).all("a", href=address)
    assert status_of(noemie, address) == 303


@pytest.mark.parametrize("how", ["another organisation", "stopped", "left", "revoked", "first level", "over"])
def test_what_is_not_hers_to_confirm_is_not_offered(noemie, database, volunteer, how):
    with database.reading() as session:
        there = organisations.organisations(session)[1].id
    asked = screening_of(database, volunteer, 1 if how == "first level" else 2).id
    with database.writing() as session:
        if how == "another organisation":
            session.get_one(Person, volunteer).referred_by = there
        elif how == "stopped":
            casework.end_referral(session, volunteer, **DO)
        elif how == "left":
            casework.withdraw_consent(session, volunteer, "program", **DO)
        elif how == "revoked":
            casework.revoke_clearance(session, asked, **DO)
        elif how == "over":
            session.get_one(Clearance, asked).expires = office.TODAY - timedelta(days=1)
    address = f"{HOME}/verifications/{asked}"
    assert address not in noemie.open(HOME).html
    is_hers = how in {"revoked", "first level", "over"}
    assert status_of(noemie, address) == (303 if is_hers else 404)
    if not is_hers:
        noemie.send(address, status=404, sure="yes")
        assert screening_of(database, volunteer).confirmed_at is None


def test_the_volunteer_reads_what_the_organisation_sees_of_her(volunteer, signed_in):
    assert "elle voit aussi que votre vérification est faite" in signed_in(volunteer).open("/moi").text


def test_an_administrator_adds_an_organisation_and_invites_its_worker(app, database):
    sylvie = desk.coordinator(app, database, role="administrator")
    assert "Partenaire" not in sylvie.open(ADMINISTRATOR).text
    sylvie.refused(f"{ADMINISTRATOR}/organismes", organisation_name="")
    sylvie.send(f"{ADMINISTRATOR}/organismes", organisation_name="L’Escale")
    sylvie.refused(f"{ADMINISTRATOR}/organismes", organisation_name="l’escale")
    with database.reading() as session:
        place = organisations.organisations(session)[0].id
    invitation = {"name": "Noémie", "email": "n@example.org", "role": "agent", "language": "fr"}
    sylvie.refused(ADMINISTRATOR, **invitation)
    sylvie.send(ADMINISTRATOR, organisation=place, **invitation)
    page = sylvie.open(ADMINISTRATOR)
    assert "L’Escale" in page.text
    assert "un seul fichier" in page.text
