"""The page of the team, and printed cards: what an administrator and a coordinator do about accounts."""

from __future__ import annotations

import pytest

from models import accounts, casework, second_factor, sessions, totp
from models.tables import Account, Letter
from tests.models import office
from tests.models.office import AT, DO
from tests.web.desk import coordinator
from tests.web.pages import Page

INVITED = {"name": "Noé", "email": "noe@example.org", "role": "coordinator", "language": "fr"}


@pytest.fixture
def sylvie(app, database):
    return coordinator(app, database, role="administrator")


@pytest.fixture
def marthe(database):
    with database.writing() as session:
        account = accounts.open_account(
            session,
            email="marthe@example.org",
            password_hash="set elsewhere",
            role="coordinator",
            language="fr",
            name="Marthe",
            at=AT,
        )
        second_factor.begin(session, account)
        key = second_factor.pending_key(session, account)
        second_factor.confirm(session, account, totp.code_at(key, totp.step_of(AT)), at=AT)
        return account.id, sessions.start_session(session, account, AT)


def test_an_invitation_is_sent_and_its_guest_stands_in_the_list(sylvie, database):
    assert sylvie.goes_to("/coordination/equipe", **INVITED) == "/coordination/equipe"
    page = sylvie.open("/coordination/equipe")
    assert "noe@example.org" in page.text
    assert "pas encore acceptée" in page.text
    sylvie.send("/coordination/equipe", **INVITED)
    with database.reading() as session:
        assert session.query(Letter.kind).all() == [("invitation",)] * 2


def test_faults_stand_together_and_beside_their_fields(sylvie):
    page = sylvie.refused("/coordination/equipe", email="noe", role="owner")
    for name in ("name", "email"):
        assert page.field(name).attrs["aria-invalid"] == "true"
    assert "Ce choix n’existe pas." in page.text


@pytest.mark.usefixtures("marthe")
def test_an_address_with_an_account_is_not_invited(sylvie):
    page = sylvie.refused("/coordination/equipe", **(INVITED | {"email": "marthe@example.org"}))
    assert "déjà un compte" in page.text


def test_a_lost_second_factor_is_taken_away_once_the_identity_was_checked(sylvie, marthe, database):
    account_id, token = marthe
    act = f"/coordination/equipe/{account_id}/double-verification"
    sylvie.send(act)
    with database.reading() as session:
        assert second_factor.has_one(session, account_id)
    sylvie.send(act, sure="yes")
    with database.reading() as session:
        assert not second_factor.has_one(session, account_id)
        assert sessions.account_of(session, token, AT) is None


def test_roles_change_and_accounts_close_with_their_sessions(sylvie, marthe, database):
    account_id, token = marthe
    sylvie.send(f"/coordination/equipe/{account_id}/role", role="administrator")
    with database.reading() as session:
        assert session.get(Account, account_id).role == "administrator"
        assert sessions.account_of(session, token, AT) is None
    sylvie.send(f"/coordination/equipe/{account_id}/fermer")
    assert "marthe@example.org" not in sylvie.open("/coordination/equipe").text
    sylvie.send(f"/coordination/equipe/{account_id}/fermer")
    assert "Ce compte est déjà fermé" in sylvie.open("/coordination/equipe").text


def test_an_administrator_cannot_close_her_own_account(sylvie, database):
    with database.reading() as session:
        own = session.query(Account).filter_by(role="administrator").one().id
    sylvie.send(f"/coordination/equipe/{own}/fermer", status=403)


def test_only_an_administrator_sees_the_team(app, database):
    helene = coordinator(app, database)
    helene.open("/coordination/equipe", status=403)
    assert "/coordination/equipe" not in helene.open("/coordination").html


@pytest.mark.parametrize(("language", "words"), [("fr", "Tapez ce code"), ("en", "Type this code")])
def test_a_card_is_printed_in_the_language_of_its_holder(app, database, language, words):
    profile = office.replace(office.PROFILE, reader_language=language)
    with database.writing() as session:
        person = casework.register(session, casework.Registration(profile=profile), **DO)
    helene = coordinator(app, database)
    assert "Donner une carte" in helene.open(f"/coordination/personnes/{person}").text
    helene.open(f"/coordination/personnes/{person}/carte")
    card = Page(helene.send(f"/coordination/personnes/{person}/carte", status=200)).check()
    assert words in card.text
    assert card.all("section", lang=language)
    assert "Renouveler sa carte" in helene.open(f"/coordination/personnes/{person}").text


def test_who_has_an_address_is_given_no_card(app, database):
    with database.writing() as session:
        person = office.sign_up(session, "Noor")
    helene = coordinator(app, database)
    with helene.client.get(f"/coordination/personnes/{person}/carte") as answer:
        assert answer.headers["Location"] == f"/coordination/personnes/{person}"
    helene.send(f"/coordination/personnes/{person}/carte")
    with database.reading() as session:
        assert session.query(Account.card_index).filter(Account.card_index.is_not(None)).all() == []
