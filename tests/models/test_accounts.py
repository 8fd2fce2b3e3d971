import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from models import accounts, sessions
from models.errors import AlreadyRegistered, CannotUnseal, Unknown, WrongValue
from models.tables import SignIn
from tests.models.office import AT

PASSWORD = "une longue phrase facile à retenir"


def opened(session, **changes):
    wanted = {"email": "Agente@Example.org", "password": PASSWORD, "role": "coordinator", "language": "fr"}
    return accounts.open_account(session, **(wanted | changes), at=AT)


def test_the_right_password_opens_the_account_however_the_address_is_spelt(session):
    account = opened(session)
    assert accounts.sign_in(session, " agente@example.ORG", PASSWORD, AT) is account
    assert accounts.email_of(session, account) == "Agente@Example.org"


def test_nobody_has_an_account_that_is_not_there(session):
    with pytest.raises(Unknown):
        accounts.get(session, "nobody")


def test_a_password_is_kept_as_argon2id_at_the_chosen_cost(session):
    assert opened(session).password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    ("email", "password"),
    [("agente@example.org", "wrong"), ("nobody@example.org", PASSWORD), ("agente@example.org", "x" * 5000)],
)
def test_anything_else_opens_nothing(session, email, password):
    opened(session)
    assert accounts.sign_in(session, email, password, AT) is None


@pytest.mark.parametrize("case", ["right", "wrong", "unknown", "closed", "without a password"])
def test_every_path_verifies_exactly_one_password(session, monkeypatch, case):
    account = opened(session)
    account.closed_at = AT if case == "closed" else None
    account.password_hash = None if case == "without a password" else account.password_hash
    session.flush()
    accounts._nobody_s_hash()
    calls = []
    verify = accounts._verify
    monkeypatch.setattr(accounts, "_verify", lambda *parts: calls.append(parts) or verify(*parts))
    email = "nobody@example.org" if case == "unknown" else "agente@example.org"
    found = accounts.sign_in(session, email, "wrong" if case == "wrong" else PASSWORD, AT)
    assert (len(calls), found is account) == (1, case == "right")


def test_a_crowd_at_the_door_never_hashes_more_at_once_than_there_are_cores(monkeypatch):
    inside, most, lock = [], [], threading.Lock()

    class Slow:
        def verify(self, *_parts):
            with lock:
                inside.append(1)
                most.append(len(inside))
            time.sleep(0.005)
            with lock:
                inside.pop()
            return True

        hash = verify

    monkeypatch.setattr(accounts, "_hasher", Slow())
    with ThreadPoolExecutor(24) as crowd:
        list(
            crowd.map(
                lambda turn: accounts._verify("x", "y") if turn % 2 else accounts.hash_password("y"),
                range(24),
            )
        )
    assert max(most) <= (os.cpu_count() or 1)


def test_a_password_is_asked_again_with_one_verification_too(session, monkeypatch):
    account = opened(session)
    invited = opened(session, email="x@example.org", password=None)
    calls = []
    verify = accounts._verify
    monkeypatch.setattr(accounts, "_verify", lambda *parts: calls.append(parts) or verify(*parts))
    assert accounts.is_password_of(session, account.id, PASSWORD)
    assert not accounts.is_password_of(session, account.id, "wrong")
    assert not accounts.is_password_of(session, invited.id, "")
    assert len(calls) == 3


def test_an_account_without_a_password_or_an_address_is_opened_by_none(session):
    opened(session, password=None)
    opened(session, email=None, password=None)
    opened(session, email=None, password=None)
    for email in ("agente@example.org", ""):
        for password in ("", "None"):
            assert accounts.sign_in(session, email, password, AT) is None


def test_a_hash_of_weaker_times_is_renewed_at_sign_in(session):
    account = opened(session)
    account.password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    assert accounts.sign_in(session, "agente@example.org", PASSWORD, AT) is account
    assert account.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_address_has_one_account(session):
    opened(session)
    with pytest.raises(AlreadyRegistered):
        opened(session, email="AGENTE@example.org")


@pytest.mark.parametrize("changes", [{"role": "owner"}, {"password": ""}, {"password": "x" * 1025}])
def test_a_wrong_role_or_password_opens_no_account(session, changes):
    with pytest.raises(WrongValue):
        opened(session, **changes)


def test_a_password_of_the_greatest_length_opens_one(session):
    assert opened(session, password="x" * 1024).password_hash


def test_a_session_opens_its_account_until_it_is_ended(session):
    account = opened(session)
    token, other = (sessions.start_session(session, account, AT) for _ in range(2))
    assert sessions.account_of(session, token, AT) is account
    sessions.end_session(session, token)
    assert sessions.account_of(session, token, AT) is None
    assert sessions.account_of(session, other, AT) is account
    sessions.end_all_sessions(session, account.id)
    assert sessions.account_of(session, other, AT) is None


def test_the_database_never_holds_a_token(session):
    token = sessions.start_session(session, opened(session), AT)
    kept = session.scalars(select(SignIn)).one().token_hash
    assert (len(kept), len(token)) == (64, 43)
    assert sessions.account_of(session, kept, AT) is None


@pytest.mark.parametrize(
    ("role", "idle", "whole"),
    [
        ("coordinator", timedelta(minutes=30), timedelta(hours=12)),
        ("administrator", timedelta(minutes=30), timedelta(hours=12)),
        ("participant", timedelta(hours=12), timedelta(days=30)),
    ],
)
def test_a_session_grows_old(session, role, idle, whole):
    token = sessions.start_session(session, opened(session, role=role), AT)
    second = timedelta(seconds=1)
    assert sessions.account_of(session, token, AT + idle)
    assert sessions.account_of(session, token, AT + idle + second) is None
    for step in range(1, int(whole / idle) + 1):
        sessions.touch_session(session, token, AT + idle * step)
    assert sessions.account_of(session, token, AT + whole)
    assert sessions.account_of(session, token, AT + whole + second) is None


def test_a_closed_account_opens_nothing(session):
    account = opened(session)
    token = sessions.start_session(session, account, AT)
    account.closed_at = AT
    assert sessions.account_of(session, token, AT) is None
    assert accounts.sign_in(session, "agente@example.org", PASSWORD, AT) is None


def test_without_its_key_an_account_has_no_address(session):
    account = opened(session)
    account.email_sealed = None
    with pytest.raises(CannotUnseal):
        accounts.email_of(session, account)
