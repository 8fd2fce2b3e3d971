"""R51, R55, R57: one's own account: the password, the second factor, and what is open where."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from models import accounts, limits, links, second_factor, sessions, totp
from models.tables import Letter, SignIn
from tests.models.office import AT
from tests.web.desk import coordinator
from tests.web.pages import Page, Visitor
from tests.web.test_house import whole

PASSWORD = "quatre mots au hasard"
NEW = "un canot rouge sur la rivière"
FACTOR = "/compte/double-verification"


@pytest.fixture(scope="module")
def hashed():
    return accounts.hash_password(PASSWORD)


@pytest.fixture
def account(database, hashed):
    with database.writing() as session:
        return accounts.open_account(
            session,
            email="marthe@example.org",
            password_hash=hashed,
            role="coordinator",
            language="fr",
            at=AT,
        )


def enter(app, database, account, browser=None):
    with database.writing() as session:
        token = sessions.start_session(session, account, AT, browser=browser)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    return Visitor(client)


@pytest.fixture
def marthe(app, database, account):
    return enter(app, database, account)


def is_in(visitor):
    with visitor.client.get("/compte") as answer:
        return answer.status_code == 200


def letters(database):
    with database.reading() as session:
        return [kind for (kind,) in session.query(Letter.kind).order_by(Letter.created_at, Letter.id)]


def test_she_sees_where_she_is_signed_in_and_ends_one_session(marthe, app, database, account):
    there = enter(app, database, account, browser="Firefox · Windows")
    page = marthe.open("/compte")
    assert "Firefox · Windows" in page.text
    action = next(tag.attrs["action"] for tag in page.all("form") if tag.attrs["action"].endswith("/fermer"))
    assert marthe.goes_to(action) == "/compte"
    assert (is_in(marthe), is_in(there)) == (True, False)
    marthe.send(action)


def test_she_signs_out_everywhere_else_at_once(marthe, app, database, account):
    there = [enter(app, database, account) for _ in range(3)]
    assert marthe.goes_to("/compte/sessions/fermer") == "/compte"
    assert [is_in(one) for one in (marthe, *there)] == [True, False, False, False]


def test_nobody_ends_a_session_of_another(app, database, account, marthe, hashed):
    with database.writing() as session:
        other = accounts.open_account(
            session, email="x@example.org", password_hash=hashed, role="coordinator", language="fr", at=AT
        )
        handle = session.query(SignIn).filter_by(account_id=account.id).one().token_hash[: sessions.HANDLE]
    enter(app, database, other).send(f"/compte/sessions/{handle}/fermer")
    assert is_in(marthe)


def test_changing_the_password_asks_the_old_one_ends_the_others_and_is_told(marthe, app, database, account):
    there = enter(app, database, account)
    marthe.refused("/compte/mot-de-passe", password="not mine", new_password=NEW)
    assert marthe.goes_to("/compte/mot-de-passe", password=PASSWORD, new_password=NEW) == "/compte"
    assert (is_in(marthe), is_in(there)) == (True, False)
    assert letters(database) == ["password_changed"]
    with database.reading() as session:
        assert accounts.sign_in(session, "marthe@example.org", NEW, AT)
        assert accounts.sign_in(session, "marthe@example.org", PASSWORD, AT) is None


def test_the_session_that_changed_the_password_is_a_new_one(marthe):
    with marthe.client.session_transaction() as cookie:
        before = cookie["_user_id"]
    marthe.send("/compte/mot-de-passe", password=PASSWORD, new_password=NEW)
    with marthe.client.session_transaction() as cookie:
        assert cookie["_user_id"] != before


@pytest.mark.parametrize("weak", ["court", "motdepasse1234", "marthe marthe 1", "aaaaaaaaaaaaaaa", PASSWORD])
def test_a_weak_new_password_is_refused_beside_its_field(marthe, weak):
    page = marthe.refused("/compte/mot-de-passe", password=PASSWORD, new_password=weak)
    assert page.field("new_password").attrs["aria-invalid"] == "true"
    assert weak not in page.html


def test_setting_up_a_second_factor_asks_the_password_first(marthe):
    marthe.refused(f"{FACTOR}/commencer", factor_password="not mine")
    with marthe.client.get(FACTOR) as answer:
        assert answer.headers["Location"] == "/compte"
    assert marthe.goes_to(f"{FACTOR}/commencer", factor_password=PASSWORD) == FACTOR
    marthe.open(FACTOR)


def test_a_key_that_was_prepared_shows_in_that_browser_alone_and_for_ten_minutes(
    marthe, app, database, account
):
    marthe.send(f"{FACTOR}/commencer", factor_password=PASSWORD)
    with enter(app, database, account).client.get(FACTOR) as answer:
        assert answer.headers["Location"] == "/compte"
    with time_machine.travel(AT + timedelta(minutes=11), tick=False), marthe.client.get(FACTOR) as answer:
        assert answer.headers["Location"] == "/compte"


def set_up(marthe):
    marthe.send(f"{FACTOR}/commencer", factor_password=PASSWORD)
    key = marthe.open(FACTOR).all("p", id="key")[0].text.replace(" ", "")
    return Page(marthe.send(FACTOR, status=200, code=totp.code_at(key, totp.step_of(AT)))).check()


def test_setting_one_up_changes_the_session_and_is_told(marthe, database):
    with marthe.client.session_transaction() as cookie:
        before = cookie["_user_id"]
    set_up(marthe)
    with marthe.client.session_transaction() as cookie:
        assert cookie["_user_id"] != before
    with database.reading() as session:
        assert sessions.account_of(session, before, AT) is None
    assert letters(database) == ["factor_changed"]


def test_a_second_click_on_the_code_leads_back_and_breaks_nothing(marthe):
    set_up(marthe)
    assert marthe.goes_to(FACTOR, code="123456") == "/compte"


def test_new_recovery_codes_are_shown_once_to_whoever_gives_the_password(marthe):
    first = set_up(marthe)
    marthe.refused(f"{FACTOR}/codes", factor_password="not mine")
    second = Page(marthe.send(f"{FACTOR}/codes", status=200, factor_password=PASSWORD)).check()
    assert not second.all("form", action="/langue")  # the other language would lose them
    codes = [{tag.text for tag in page.all("li") if "-" in tag.text} for page in (first, second)]
    assert len(codes[0]) == len(codes[1]) == second_factor.RECOVERY_CODES
    assert codes[0].isdisjoint(codes[1])


def test_whoever_proves_herself_has_all_her_tries_again(marthe, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "code", limits.Limit(2, limits.QUARTER))
    for old, new in ((PASSWORD, NEW), (NEW, PASSWORD)):
        marthe.refused("/compte/mot-de-passe", password="not mine", new_password=new)
        marthe.send("/compte/mot-de-passe", password=old, new_password=new)


def test_there_are_no_recovery_codes_without_a_second_factor(marthe):
    marthe.send(f"{FACTOR}/codes", status=409, factor_password=PASSWORD)


def test_outside_the_demonstration_nobody_does_without(marthe, database, account):
    set_up(marthe)
    marthe.send(f"{FACTOR}/enlever", status=409, factor_password=PASSWORD)
    with database.reading() as session:
        assert second_factor.has_one(session, account.id)


def test_in_the_demonstration_it_can_be_taken_off_again(app, marthe, database, account):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], demonstration=True)
    set_up(marthe)
    assert marthe.goes_to(f"{FACTOR}/enlever", factor_password=PASSWORD) == "/compte"
    with database.reading() as session:
        assert not second_factor.has_one(session, account.id)
    assert is_in(marthe)


def test_guessing_the_password_of_an_open_session_is_held_back(marthe):
    for _ in range(10):
        marthe.refused("/compte/mot-de-passe", password="not mine", new_password=NEW)
    marthe.send("/compte/mot-de-passe", status=429, password=PASSWORD, new_password=NEW)


def test_looking_at_the_pages_of_accounts_never_changes_anything(app, marthe, database, account, visitor):
    marthe.send(f"{FACTOR}/commencer", factor_password=PASSWORD)
    visitor.send("/connexion", email="marthe@example.org", password=PASSWORD)
    with database.writing() as session:
        link = links.make_link(session, account, "password_reset", AT)
    sylvie = coordinator(app, database, role="administrator")
    before = whole(database)
    for reader, paths in (
        (marthe, ("/compte", FACTOR)),
        (sylvie, ("/coordination/equipe",)),
        (
            visitor,
            (
                FACTOR,
                f"/mot-de-passe/{link}",
                "/mot-de-passe/oublie",
                "/mot-de-passe/envoye",
                "/connexion/carte",
            ),
        ),
    ):
        for path in paths:
            reader.open(path)
    assert whole(database) == before
