"""Signing in and out: one answer that betrays nothing, and sessions that the server can end."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from models import accounts
from tests.models.office import AT

PASSWORD = "quatre mots au hasard"


@pytest.fixture(autouse=True)
def coordinator(database):
    with database.writing() as session:
        return accounts.open_account(
            session, email="marthe@example.org", password=PASSWORD, role="coordinator", language="fr", at=AT
        ).id


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
    right = {"email": "marthe@example.org", "password": PASSWORD}
    assert visitor.goes_to("/connexion?next=/coordination/personnes", **right) == "/coordination/personnes"
    visitor.send("/deconnexion")
    assert visitor.goes_to("/connexion?next=//evil.example", **right) == "/coordination"


def test_signing_in_gives_a_new_cookie_and_drops_what_was_planted(visitor):
    with visitor.client.session_transaction() as cookie:
        cookie["planted"] = "before"
    visitor.send("/connexion", email="marthe@example.org", password=PASSWORD)
    with visitor.client.session_transaction() as cookie:
        assert "planted" not in cookie


def test_a_cookie_copied_before_signing_out_opens_nothing_after(visitor, app):
    visitor.send("/connexion", email="marthe@example.org", password=PASSWORD)
    with visitor.client.session_transaction() as cookie:
        copied = dict(cookie)
    visitor.send("/deconnexion")
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(copied)
    assert thief.get("/coordination").headers["Location"].startswith("/connexion")
