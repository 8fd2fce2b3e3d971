"""Signing in and out: one answer that betrays nothing, a second factor for the office, sessions that end."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from unittest.mock import patch

import pytest
import time_machine

from models import accounts, cards, casework, limits, links, second_factor, sessions, totp
from models.limits import Limit
from models.tables import Account, AccountLink, KnownBrowser, SignIn, TryCount
from tests.models import office
from tests.models.office import AT, DO
from tests.web import desk
from tests.web.pages import Page, Visitor
from tests.web.routes import asked
from web.chores import do_chores
from web.entering import must_set_up
from web.settings import read_settings

PASSWORD = "quatre mots au hasard"
MARTHE = {"email": "marthe@example.org", "password": PASSWORD}
ZOE = {"email": "zoe@example.org", "password": PASSWORD}
SET_UP = "/compte/double-verification"


@pytest.fixture(scope="module")
def hashed():
    return accounts.hash_password(PASSWORD)


@pytest.fixture(autouse=True)
def people(database, hashed):
    """Marthe of the office, and Zoé, who takes part."""
    with database.writing() as session:
        person = office.sign_up(session, "Zoe")
        session.query(Account).filter_by(person_id=person).one().password_hash = hashed
        return accounts.open_account(
            session, email=MARTHE["email"], password_hash=hashed, role="coordinator", language="fr", at=AT
        ).id


@pytest.fixture
def in_demonstration(app):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], demonstration=True)


@pytest.fixture
def key(database, people):
    """Marthe's second factor, set up a while ago."""
    before = AT - timedelta(minutes=5)
    with database.writing() as session:
        account = accounts.get(session, people)
        second_factor.begin(session, account)
        made = second_factor.pending_key(session, account)
        second_factor.confirm(session, account, totp.code_at(made, totp.step_of(before)), at=before)
    return made


def code(key, at=AT):
    return totp.code_at(key, totp.step_of(at))


def token_of(visitor):
    with visitor.client.session_transaction() as cookie:
        return cookie.get("_user_id")


def is_in(visitor, page="/coordination"):
    with visitor.client.get(page) as answer:
        return answer.status_code == 200


def test_a_wrong_password_and_an_unknown_address_get_the_same_bytes(visitor):
    pages = []
    for email in ("marthe@example.org", "nobody@example.org"):
        page = visitor.refused("/connexion", email=email, password="not the right one")
        pages.append(page.html.replace(email, ""))
    assert pages[0] == pages[1]


def test_each_try_verifies_one_password_and_no_more(visitor):
    for email in ("marthe@example.org", "nobody@example.org"):
        with patch.object(accounts, "_verify", return_value=False) as verify:
            visitor.refused("/connexion", email=email, password="x")
        assert verify.call_count == 1


def test_signing_in_leads_where_one_was_going_and_never_elsewhere(visitor):
    assert visitor.goes_to("/connexion?next=/moi/profil", **ZOE) == "/moi/profil"
    visitor.send("/deconnexion")
    assert visitor.goes_to("/connexion?next=//evil.example", **ZOE) == "/moi"


@pytest.mark.parametrize(
    ("address", "name"), [("https://passerelle.example", "__Host-browser"), (None, "browser")]
)
def test_off_this_machine_a_browser_is_known_again_by_https_alone(app, visitor, address, name):
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, public_url=address or settings.public_url)
    [known] = [
        one for one in visitor.send("/connexion", **ZOE).headers.getlist("Set-Cookie") if "browser=" in one
    ]
    assert known.startswith(f"{name}=")
    assert ("Secure" in known, "HttpOnly" in known, "SameSite=Lax" in known) == (bool(address), True, True)
    assert "Max-Age=15552000" in known


def test_signing_in_gives_a_new_cookie_and_drops_what_was_planted(visitor):
    with visitor.client.session_transaction() as cookie:
        cookie["planted"] = "before"
    visitor.send("/connexion", **ZOE)
    with visitor.client.session_transaction() as cookie:
        assert "planted" not in cookie


def test_a_cookie_copied_before_signing_out_opens_nothing_after(visitor, app):
    visitor.send("/connexion", **ZOE)
    with visitor.client.session_transaction() as cookie:
        copied = dict(cookie)
        cookie["left"] = "on a shared computer"
    visitor.send("/deconnexion")
    with visitor.client.session_transaction() as cookie:
        assert "left" not in cookie
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(copied)
    assert not is_in(Visitor(thief), "/moi")


def test_signing_in_again_ends_the_session_that_this_browser_held(visitor, database):
    visitor.send("/connexion", **ZOE)
    first = token_of(visitor)
    visitor.send("/connexion", **ZOE)
    with database.reading() as session:
        assert sessions.account_of(session, first, AT) is None
        assert len(session.query(SignIn).all()) == 1


def test_a_weaker_hash_is_renewed_and_kept(visitor, database, hashed):
    with database.writing() as session:
        weak = accounts.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        session.query(Account).filter_by(role="participant").one().password_hash = weak
    visitor.send("/connexion", **ZOE)
    with database.reading() as session:
        kept = session.query(Account).filter_by(role="participant").one().password_hash
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert kept != hashed


# The second factor


def test_whoever_reads_cases_sets_one_up_before_any_page_opens(visitor):
    assert (
        visitor.goes_to("/connexion?next=/coordination/rondes", **MARTHE)
        == f"{SET_UP}?next=/coordination/rondes"
    )
    assert not is_in(visitor)
    key = visitor.open(f"{SET_UP}?next=/coordination/rondes").all("p", id="key")[0].text.replace(" ", "")
    assert visitor.refused(SET_UP, code="123").field("code").attrs["aria-invalid"] == "true"
    shown = Page(visitor.send(f"{SET_UP}?next=/coordination/rondes", status=200, code=code(key))).check()
    assert len(shown.all("li")) >= second_factor.RECOVERY_CODES
    assert shown.all("a", href="/coordination/rondes")
    assert is_in(visitor)


def test_the_drawing_is_in_the_page_and_nothing_of_the_key_leaves_for_elsewhere(visitor):
    visitor.send("/connexion", **MARTHE)
    page = visitor.open(SET_UP)
    assert page.all("svg", class_="qr")
    assert not [tag for tag in page.all("img") if not tag.attrs["src"].startswith("/static/")]
    assert "otpauth" not in page.html


def test_the_code_is_asked_after_the_password_and_the_session_is_new(visitor, key):
    assert visitor.goes_to("/connexion?next=/coordination/rondes", **MARTHE) == (
        "/connexion/code?next=/coordination/rondes"
    )
    assert not is_in(visitor)
    with visitor.client.session_transaction() as cookie:
        half = cookie["half"]
    assert (
        visitor.goes_to("/connexion/code?next=/coordination/rondes", code=code(key)) == "/coordination/rondes"
    )
    assert is_in(visitor)
    assert token_of(visitor) != half
    with visitor.client.session_transaction() as cookie:
        assert "half" not in cookie


@pytest.mark.usefixtures("key")
def test_half_a_session_opens_no_page_whatever_name_its_token_bears(visitor):
    visitor.send("/connexion", **MARTHE)
    with visitor.client.session_transaction() as cookie:
        cookie["_user_id"] = cookie["half"]
    assert not is_in(visitor)
    assert not is_in(visitor, "/compte")


def test_half_a_session_never_sets_up_another_factor_around_the_one_in_force(visitor, key, database, people):
    with database.writing() as session:  # she began to change telephones, and did not finish
        second_factor.begin(session, accounts.get(session, people))
        prepared = second_factor.pending_key(session, accounts.get(session, people))
    visitor.send("/connexion", **MARTHE)
    with visitor.client.get(SET_UP) as answer:
        assert answer.headers["Location"] == "/connexion"
        assert prepared[:4] not in answer.get_data(as_text=True)
    assert visitor.goes_to(SET_UP, code=code(prepared)) == "/connexion"
    assert visitor.goes_to(f"{SET_UP}/commencer", factor_password=PASSWORD).startswith("/connexion")
    assert not is_in(visitor)
    with database.writing() as session:
        assert second_factor.accept_code(session, accounts.get(session, people), code(key), at=AT)


@pytest.mark.usefixtures("key")
def test_every_route_is_to_half_a_session_what_it_is_to_nobody(app, visitor):
    visitor.send("/connexion", **MARTHE)
    closed = [
        (route, status, place[:10])
        for route, is_open, status, place in asked(app, "anonymous", lambda _role: visitor)
        if not is_open
    ]
    assert len(closed) > 50
    assert [one for one in closed if one[1:] != (303, "/connexion")] == []
    with visitor.client.session_transaction() as cookie:
        assert "half" in cookie, "it was half a session until the end"


def test_a_code_opens_one_session_and_no_second(visitor, key, app):
    visitor.send("/connexion", **MARTHE)
    visitor.send("/connexion/code", code=code(key))
    other = Visitor(app.test_client())
    other.send("/connexion", **MARTHE)
    other.refused("/connexion/code", code=code(key))


@pytest.mark.usefixtures("key")
def test_a_recovery_code_opens_and_says_how_many_are_left(visitor, database, people):
    with database.writing() as session:
        codes = second_factor.renew_recovery_codes(session, accounts.get(session, people), at=AT)
    visitor.send("/connexion", **MARTHE)
    assert visitor.goes_to("/connexion/code", recovery=codes[3]) == "/coordination"
    assert "Il vous reste 9 codes de secours" in visitor.open("/coordination").html
    visitor.send("/deconnexion")
    visitor.send("/connexion", **MARTHE)
    visitor.refused("/connexion/code", recovery=codes[3])


@pytest.mark.usefixtures("key")
def test_beginning_anew_ends_what_was_begun(visitor, database):
    for _ in range(2):
        visitor.send("/connexion", **MARTHE)
    with database.reading() as session:
        assert session.query(SignIn).count() == 1


def test_who_lingers_over_the_code_starts_again(visitor, key):
    visitor.send("/connexion", **MARTHE)
    with time_machine.travel(AT + timedelta(minutes=11), tick=False):
        assert visitor.goes_to("/connexion/code", code=code(key)) == "/connexion"
        with visitor.client.get("/connexion/code") as answer:
            assert answer.headers["Location"] == "/connexion"


def test_guessing_codes_is_held_back(visitor, key, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "code", Limit(2, limits.QUARTER))
    visitor.send("/connexion", **MARTHE)
    for _ in range(2):
        visitor.refused("/connexion/code", code="000000")
    answer = visitor.send("/connexion/code", status=429, code=code(key))
    assert answer.headers["Retry-After"] == "900"
    assert not is_in(visitor)


def test_whoever_gives_the_right_code_has_all_her_tries_again(visitor, key, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "code", Limit(2, limits.QUARTER))
    for at in (AT, AT + timedelta(seconds=30)):
        visitor.send("/connexion", **MARTHE)
        visitor.refused("/connexion/code", code="000000")
        visitor.send("/connexion/code", code=code(key, at))
        assert is_in(visitor)
        visitor.send("/deconnexion")


def test_a_participant_is_never_asked(visitor):
    assert visitor.goes_to("/connexion", **ZOE) == "/moi"
    with visitor.client.get(SET_UP) as answer:
        assert answer.headers["Location"] == "/compte"


@pytest.mark.usefixtures("in_demonstration")
def test_in_the_demonstration_a_password_alone_opens_the_office(visitor):
    assert visitor.goes_to("/connexion", **MARTHE) == "/coordination"
    assert is_in(visitor)
    assert "facultative" in visitor.open("/compte").text


@pytest.mark.usefixtures("in_demonstration", "key")
def test_in_the_demonstration_who_set_one_up_is_asked_for_it(visitor):
    assert visitor.goes_to("/connexion", **MARTHE) == "/connexion/code"


@pytest.mark.parametrize(
    "others", [{}, {"MAIL_FROM": "x@example.org", "OFFICE_PHONE": "418 555-0100", "PROXIES": "0"}]
)
def test_no_setting_but_the_demonstration_excuses_the_second_factor(app, others, tmp_path):
    given = {"INSTANCE": str(tmp_path)} | others
    for is_shown, excused in (("0", False), ("1", True)):
        app.config["SETTINGS"] = read_settings(given | {"DEMONSTRATION": is_shown})
        with app.test_request_context():
            asked = [must_set_up(Account(role=role)) for role in ("coordinator", "administrator")]
        assert asked == [not excused] * 2
    flags = [field.name for field in fields(app.config["SETTINGS"]) if field.type == "bool"]
    assert flags == ["demonstration"], "a new switch must not reach the second factor"


# Limits


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "account", Limit(3, limits.QUARTER))


@pytest.mark.usefixtures("few")
def test_too_many_tries_are_answered_alike_for_known_and_unknown_addresses(visitor):
    pages = []
    for email in ("marthe@example.org", "nobody@example.org"):
        for _ in range(3):
            visitor.refused("/connexion", email=email, password="x")
        with patch.object(accounts, "_verify") as verify:
            answer = visitor.send("/connexion", status=429, email=email, password=PASSWORD)
        verify.assert_not_called()
        pages.append((answer.get_data(), answer.headers["Retry-After"]))
    assert pages[0] == pages[1]
    assert pages[0][1] == "900"


@pytest.mark.usefixtures("few")
def test_a_stranger_s_tries_do_not_keep_her_from_her_own_browser(visitor, app):
    visitor.send("/connexion", **ZOE)
    visitor.send("/deconnexion")
    stranger = Visitor(app.test_client())
    for _ in range(3):
        stranger.refused("/connexion", email=ZOE["email"], password="x")
    stranger.send("/connexion", status=429, **ZOE)
    assert visitor.goes_to("/connexion", **ZOE) == "/moi"


@pytest.mark.usefixtures("few")
def test_who_comes_in_has_all_her_tries_again(visitor, database):
    for _ in range(2):
        visitor.refused("/connexion", email=ZOE["email"], password="x")
    visitor.send("/connexion", **ZOE)
    with database.reading() as session:
        assert sorted(session.query(TryCount.tries).all()) == [(2,), (2,)]


def test_behind_a_proxy_each_visitor_counts_for_herself(visitor, app, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "address", Limit(1, limits.QUARTER))
    app.wsgi_app.x_for, before = 1, app.wsgi_app.x_for
    try:
        for place in range(3):
            headers = {"X-Forwarded-For": f"198.51.100.7, 203.0.113.{place}"}
            with visitor.client.post(
                "/connexion",
                data={"csrf_token": visitor.token(), "email": f"{place}@example.org"},
                headers=headers,
            ) as answer:
                assert answer.status_code == 422
    finally:
        app.wsgi_app.x_for = before


def test_at_home_nobody_says_where_she_asks_from(visitor, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "address", Limit(1, limits.QUARTER))
    statuses = []
    for place in range(2):
        fields = {"csrf_token": visitor.token(), "email": f"{place}@example.org"}
        headers = {"X-Forwarded-For": f"203.0.113.{place}"}
        with visitor.client.post("/connexion", data=fields, headers=headers) as answer:
            statuses.append(answer.status_code)
    assert statuses == [422, 429]


# Printed cards


@pytest.fixture
def card(database):
    with database.writing() as session:
        person = casework.register(session, casework.Registration(profile=office.PROFILE), **DO)
        return cards.give_card(session, person, **DO)


def test_a_printed_code_opens_the_page_of_its_person_and_nothing_else_is_asked(visitor, card):
    assert visitor.goes_to("/connexion/carte", card=card.lower().replace("-", " ")) == "/moi"
    page = visitor.open("/compte")
    assert "carte imprimée" in page.text
    assert not page.all("input", type="password")


def test_a_wrong_code_is_refused_and_guessing_is_held_back(visitor, card, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "card", Limit(1, limits.QUARTER))
    visitor.refused("/connexion/carte", card=card[:-1] + "?")
    assert "Retry-After" in visitor.send("/connexion/carte", status=429, card=card).headers


@pytest.mark.parametrize("opened", [("/coordination", True), ("/static/passerelle.css", False)])
def test_whoever_works_stays_in_and_whoever_only_leaves_a_page_open_does_not(app, database, opened):
    helene, (path, stays) = desk.coordinator(app, database), opened
    with time_machine.travel(AT + timedelta(minutes=20), tick=False):
        helene.client.get(path).close()
    with time_machine.travel(AT + timedelta(minutes=40), tick=False):
        answer = helene.client.get("/coordination")
        assert (answer.status_code == 200) is stays


def test_the_chores_forget_what_is_over(app, visitor, database, people):
    visitor.refused("/connexion", email="nobody@example.org", password="x")
    visitor.send("/connexion", **MARTHE)
    with database.writing() as session:
        links.make_link(session, accounts.get(session, people), "invitation", AT)
    with time_machine.travel(AT + timedelta(days=200), tick=False):
        do_chores(database, app.config["SETTINGS"])
    with database.reading() as session:
        for table in (TryCount, SignIn, AccountLink, KnownBrowser):
            assert session.query(table).all() == []
