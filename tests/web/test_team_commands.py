"""The first account of an office, and the way back for an office that lost every second factor."""

from __future__ import annotations

import re

import pytest

from models import accounts, passwords, second_factor, sessions, totp
from models.tables import Account
from tests.models.office import AT
from tests.web.test_commands import BAD_INPUT, DONE, environment, opened, run  # noqa: F401 - a fixture
from web.clock import now


@pytest.fixture
def office(environment):  # noqa: F811 - the fixture of the same name
    assert run("migrate").exit_code == DONE
    database = opened(environment)
    yield database
    database.dispose()


def test_a_new_office_has_no_account_until_one_is_invited(office, environment):  # noqa: F811
    with office.reading() as session:
        assert session.query(Account).all() == []
    done = run("invite", "sylvie@example.org", "--name", "Sylvie")
    assert (done.exit_code, "1 sent, as a file" in done.output) == (DONE, True)
    letter = next((environment / "outbox").glob("*.eml")).read_text("utf-8")
    token = re.search(r"/mot-de-passe/(\S+)", letter)[1]
    with office.writing() as session:
        account = passwords.choose_by_link(session, token, "a hash", at=now())
        assert (account.role, account.name) == ("administrator", "Sylvie")
    assert run("invite", "sylvie@example.org", "--name", "Sylvie").exit_code == BAD_INPUT


def test_what_is_no_address_is_refused(office):
    assert run("invite", "sylvie", "--name", "Sylvie").exit_code == BAD_INPUT
    with office.reading() as session:
        assert session.query(Account).all() == []


def test_a_lost_second_factor_is_forgotten_with_its_sessions(office):
    with office.writing() as session:
        account = accounts.open_account(
            session, email="sylvie@example.org", role="administrator", language="fr", at=AT, password_hash="x"
        )
        second_factor.begin(session, account)
        key = second_factor.pending_key(session, account)
        second_factor.confirm(session, account, totp.code_at(key, totp.step_of(AT)), at=AT)
        token = sessions.start_session(session, account, now())
    assert run("forget-factor", "sylvie@example.org").exit_code == DONE
    with office.reading() as session:
        assert not second_factor.has_one(session, account.id)
        assert sessions.account_of(session, token, now()) is None
    assert run("forget-factor", "sylvie@example.org").exit_code == BAD_INPUT
    assert run("forget-factor", "nobody@example.org").exit_code == BAD_INPUT
