"""Changing the address that one signs in with: password, a word to the old one, a link to the new one."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from models import accounts, addresses, links, outbox, sessions
from models.casework import registration
from models.queries.me import profile_of
from models.tables import Account, AccountLink, LedgerLine, Person, SignIn
from tests.models import office

PASSWORD = "quatre mots au hasard"
NEW = "nouvelle.amina@example.org"


@pytest.fixture
def amina(database):
    with database.writing() as session:
        someone = office.newcomer(session, "Amina")
        account = session.query(Account).filter_by(person_id=someone.person).one()
        account.password_hash = accounts.hash_password(PASSWORD)
    return someone


@pytest.fixture
def zoe(database):
    """Somebody else, with a link on its way and a browser that is known."""
    with database.writing() as session:
        zoe = accounts.open_account(
            session, email="zoe@example.org", role="coordinator", language="fr", at=office.AT
        )
        link = links.make_link(session, zoe, "invitation", office.AT)
        return zoe.id, link, sessions.remember_browser(session, zoe.id, None, office.AT)


def letters(database):
    """Send what is owed, and give to whom what went, with its link."""
    sent = []
    outbox.deliver(database, sent.append, office.AT + timedelta(minutes=1))
    return [(letter.to, letter.kind, letter.token) for letter in sent if letter.kind.startswith("address")]


@pytest.fixture
def asked(signed_in, amina, monkeypatch):
    monkeypatch.setattr("web.mail.send_owed", lambda *_: 0)
    visitor = signed_in(amina.person)
    assert visitor.goes_to("/compte/adresse", new_email=NEW, address_password=PASSWORD) == "/compte"
    return visitor


@pytest.mark.usefixtures("asked")
def test_the_old_address_is_told_and_the_new_one_gets_the_link(database):
    (first, told, nothing), (second, kind, token) = letters(database)
    assert (first, told, nothing) == ("amina@example.org", "address_changed", None)
    assert (second, kind, bool(token)) == (NEW, "address_confirm", True)
    with database.reading() as session:
        assert session.query(LedgerLine).filter_by(verb="ask_new_address").count() == 1


@pytest.mark.usefixtures("asked")
def test_until_the_link_is_opened_the_old_address_signs_in(database):
    with database.reading() as session:
        assert accounts.sign_in(session, "amina@example.org", PASSWORD, office.AT)
        assert accounts.sign_in(session, NEW, PASSWORD, office.AT) is None


@pytest.mark.usefixtures("asked")
def test_the_link_changes_it_once_ends_all_sessions_and_her_contacts_follow(database, visitor, amina):
    token = letters(database)[1][2]
    visitor.open(f"/adresse/{token}")
    assert visitor.goes_to(f"/adresse/{token}") == "/connexion"
    visitor.send(f"/adresse/{token}", status=410)
    with database.reading() as session:
        assert accounts.sign_in(session, NEW, PASSWORD, office.AT)
        assert accounts.sign_in(session, "amina@example.org", PASSWORD, office.AT) is None
        assert session.query(SignIn).count() == session.query(AccountLink).count() == 0
        assert profile_of(session, amina.person).email == NEW
        account = session.query(Account).filter_by(person_id=amina.person).one()
        assert accounts.email_of(session, account) == NEW
        assert session.query(Account.new_email_sealed).filter_by(person_id=amina.person).scalar() is None
        assert session.get(Person, amina.person).version > 1
        assert session.query(LedgerLine).filter_by(verb="change_address").count() == 1


@pytest.mark.usefixtures("zoe", "asked")
def test_what_others_are_known_by_stays(database, visitor, zoe):
    token = letters(database)[1][2]
    assert visitor.goes_to(f"/adresse/{token}") == "/connexion"
    number, link, browser = zoe
    with database.reading() as session:
        assert links.open_link(session, link, office.AT)
        assert sessions.knows_browser(session, number, browser, office.AT)


def test_one_s_own_address_is_held_by_nobody_else(database, amina, zoe):
    with database.reading() as session:
        hers = session.query(Account).filter_by(person_id=amina.person).one().id
        assert not accounts.is_held(session, "AMINA@example.org", but=hers)
        assert accounts.is_held(session, "AMINA@example.org", but=zoe[0])


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("own", ["maison@example.org", None])
def test_an_address_of_hers_that_is_another_does_not_follow(database, visitor, amina, own):
    with database.writing() as session:
        registration.write_address(
            session,
            session.get(Person, amina.person),
            own,
            by=office.COORDINATOR,
            at=office.AT,
        )
    visitor.goes_to(f"/adresse/{letters(database)[1][2]}")
    with database.reading() as session:
        assert accounts.sign_in(session, NEW, PASSWORD, office.AT)
        assert profile_of(session, amina.person).email == own


def test_it_asks_the_password_and_a_whole_address(signed_in, amina):
    visitor = signed_in(amina.person)
    visitor.refused("/compte/adresse", new_email=NEW, address_password="not mine")
    visitor.refused("/compte/adresse", new_email="amina@", address_password=PASSWORD)


def test_an_address_of_somebody_else_stays_hers_and_nobody_is_told(database, asked):
    with database.writing() as session:
        office.newcomer(session, "nouvelle.amina")
    token = letters(database)[1][2]
    asked.open(f"/adresse/{token}")
    asked.send(f"/adresse/{token}", status=410)
    with database.reading() as session:
        assert accounts.sign_in(session, "amina@example.org", PASSWORD, office.AT)


@pytest.mark.usefixtures("asked")
def test_a_link_of_an_address_chooses_no_password_and_the_other_way_round(database, visitor):
    token = letters(database)[1][2]
    visitor.open(f"/mot-de-passe/{token}", status=410)
    with database.writing() as session:
        account = session.query(Account).one()
        other = links.make_link(session, account, "password_reset", office.AT)
    visitor.open(f"/adresse/{other}", status=410)
    visitor.send(f"/adresse/{other}", status=410)


def test_asking_again_voids_the_link_before_and_a_day_later_it_is_over(database, asked, visitor):
    first = letters(database)[1][2]
    asked.send("/compte/adresse", new_email="autre@example.org", address_password=PASSWORD)
    visitor.open(f"/adresse/{first}", status=410)
    second = letters(database)[1][2]
    with time_machine.travel(office.AT + timedelta(days=1, minutes=2), tick=False):
        visitor.open(f"/adresse/{second}", status=410)
    assert addresses.PURPOSE in links.LASTS
