"""R44, R49: a link by letter, by a real server; the answer never says whether there is an account."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Event, current_thread
from unittest.mock import patch

import pytest
import time_machine

from models import accounts, limits, second_factor, team, totp
from models.actor import SYSTEM
from models.errors import NotAllowedNow
from models.limits import Limit
from models.tables import Letter
from tests.models import office
from tests.models.office import AT
from tests.web.pages import Visitor
from tests.web.test_mail import server  # noqa: F401 - a fixture
from web import mail
from web.settings import read_settings

NEW = "un canot rouge sur la rivière"
BESIDE = mail.apart
ASK = "/mot-de-passe/oublie"


@pytest.fixture
def post(app, server):  # noqa: F811 - the fixture of the same name
    """Let letters leave by a real mail server, and give what it received."""
    known = app.config["SETTINGS"]
    app.config["SETTINGS"] = read_settings(
        {
            "PASSERELLE_KEY": known.sealing_key,
            "SECRET_KEY": known.secret_key,
            "INSTANCE": str(known.instance),
            "DATABASE_URL": known.database_url,
            "MAIL_URL": f"smtp://127.0.0.1:{server.port}",
        }
    )
    return server.handler.letters


@pytest.fixture(autouse=True)
def zoe(database):
    with database.writing() as session:
        person = office.sign_up(session, "Zoe")
        session.query(Letter).delete()
        return person


def link_in(letter):
    return re.search(
        r"http://127\.0\.0\.1:8000(/mot-de-passe/\S+)", letter.get_payload(decode=True).decode()
    )[1]


def is_in(visitor, page="/moi"):
    with visitor.client.get(page) as answer:
        return answer.status_code == 200


def test_a_letter_brings_a_link_that_sets_a_password_once_and_lets_in(visitor, post, database):
    assert visitor.goes_to(ASK, email=" ZOE@example.org") == "/mot-de-passe/envoye"
    link = link_in(post[0])
    assert post[0]["To"] == "zoe@example.org"
    visitor.open(link)
    visitor.refused(link, new_password="court")
    assert visitor.goes_to(link, new_password=NEW) == "/moi"
    assert is_in(visitor)
    visitor.open(link, status=410)
    visitor.send(link, status=410, new_password="encore un autre, plus long")
    with database.reading() as session:
        assert accounts.sign_in(session, "zoe@example.org", NEW, AT)


def test_known_and_unknown_addresses_are_answered_alike(visitor):
    answers = []
    for email in ("zoe@example.org", "nobody@example.org"):
        answer = visitor.send(ASK, email=email)
        answers.append((answer.get_data(), answer.headers["Location"], len(answer.headers)))
    assert answers[0] == answers[1]


def test_no_letter_is_waited_for(visitor):
    with patch("web.mail.apart") as apart:
        for email in ("zoe@example.org", "nobody@example.org"):
            visitor.send(ASK, email=email)
    assert apart.call_count == 2


def test_what_is_no_address_is_said_so(visitor):
    visitor.refused(ASK, email="zoe")


def test_three_letters_an_hour_leave_and_the_answer_stays_the_same(visitor, database):
    places = {visitor.goes_to(ASK, email="zoe@example.org") for _ in range(5)}
    assert places == {"/mot-de-passe/envoye"}
    with database.reading() as session:
        assert session.query(Letter).count() == limits.LIMITS["letters"].most


def test_what_is_sent_beside_an_answer_is_sent(monkeypatch):
    monkeypatch.setattr(mail, "apart", BESIDE)  # other tests wait for it
    sent, left = [], Event()

    def send():
        sent.append(current_thread().name)
        left.set()

    mail.apart(send)
    assert left.wait(60)
    assert sent != [current_thread().name]


def test_asking_for_many_addresses_is_held_back(visitor, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "asking", Limit(2, limits.HOUR))
    for place in range(2):
        visitor.send(ASK, email=f"{place}@example.org")
    assert visitor.send(ASK, status=429, email="zoe@example.org").headers["Retry-After"] == "3600"


def test_who_is_kept_out_by_a_stranger_comes_in_by_letter_and_then_by_password(
    visitor, app, post, monkeypatch
):
    monkeypatch.setitem(limits.LIMITS, "account", Limit(2, limits.QUARTER))
    stranger = Visitor(app.test_client())
    for _ in range(2):
        stranger.refused("/connexion", email="zoe@example.org", password="x")
    visitor.send("/connexion", status=429, email="zoe@example.org", password=NEW)
    visitor.send(ASK, email="zoe@example.org")
    visitor.send(link_in(post[0]), new_password=NEW)
    visitor.send("/deconnexion")
    assert visitor.goes_to("/connexion", email="zoe@example.org", password=NEW) == "/moi"


def test_a_link_is_over_after_an_hour(visitor, post):
    visitor.send(ASK, email="zoe@example.org")
    with time_machine.travel(AT + timedelta(minutes=61), tick=False):
        assert visitor.open(link_in(post[0]), status=410).h1 == "Ce lien ne sert plus"


def test_an_invitation_leads_through_the_password_to_the_second_factor(visitor, post, database):
    with database.writing() as session:
        team.invite(
            session, "noe@example.org", role="coordinator", name="Noé", language="fr", by=SYSTEM, at=AT
        )
    visitor.send(ASK, email="nobody@example.org")
    link = link_in(post[0])
    assert visitor.open(link).h1 == "Bienvenue dans l’équipe"
    visitor.refused(link, new_password="noe@example.org")
    assert visitor.goes_to(link, new_password=NEW) == "/compte/double-verification"
    assert not is_in(visitor, "/coordination")


def test_a_link_never_leads_around_a_second_factor(visitor, post, database):
    with database.writing() as session:
        account = accounts.open_account(
            session, email="marthe@example.org", role="coordinator", language="fr", at=AT, password_hash="old"
        )
        second_factor.begin(session, account)
        key = second_factor.pending_key(session, account)
        second_factor.confirm(session, account, totp.code_at(key, totp.step_of(AT)), at=AT)
    visitor.send(ASK, email="marthe@example.org")
    link = next(link_in(one) for one in post if b"mot-de-passe/" in one.get_payload(decode=True))
    assert visitor.goes_to(link, new_password=NEW) == "/connexion/code"
    assert not is_in(visitor, "/coordination")


def test_who_is_slower_by_an_instant_is_told(visitor, post, database, monkeypatch):
    visitor.send(ASK, email="zoe@example.org")
    link = link_in(post[0])

    def faster(*_arguments, **_more):
        raise NotAllowedNow("link", "use")

    monkeypatch.setattr("models.passwords.choose_by_link", faster)
    visitor.send(link, status=410, new_password=NEW)
    with database.reading() as session:
        assert accounts.sign_in(session, "zoe@example.org", NEW, AT) is None
