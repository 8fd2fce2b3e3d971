"""R50–R52, R57: sessions on the server, half ones that open nothing, and what their holder sees and ends."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import accounts, sessions
from models.tables import KnownBrowser, LedgerLine, SignIn
from tests.models.office import AT

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def holder(session, email="zoe@example.org", role="coordinator"):
    return accounts.open_account(
        session, email=email, role=role, language="fr", at=AT, password_hash="set elsewhere"
    )


def test_half_a_session_opens_nothing_and_is_over_in_ten_minutes(session):
    account = holder(session)
    token = sessions.start_session(session, account, AT, stage="half")
    assert sessions.account_of(session, token, AT) is None
    assert sessions.half_open(session, token, AT + 10 * MINUTE) is account
    sessions.touch_session(session, token, AT + 9 * MINUTE)
    assert sessions.half_open(session, token, AT + 11 * MINUTE) is None


def test_a_whole_session_is_no_half_one(session):
    token = sessions.start_session(session, holder(session), AT)
    assert sessions.half_open(session, token, AT) is None


def test_signing_out_ends_that_session_alone(session):
    account, noor = holder(session), holder(session, "noor@example.org")
    token, *others = (sessions.start_session(session, one, AT) for one in (account, account, noor))
    sessions.end_session(session, token)
    assert sessions.account_of(session, token, AT) is None
    assert [sessions.account_of(session, other, AT) for other in others] == [account, noor]


def test_one_sees_her_own_living_sessions_the_latest_first(session):
    account = holder(session)
    old = sessions.start_session(session, account, AT - timedelta(hours=1), browser="Firefox · Mac")
    own = sessions.start_session(session, account, AT, browser="Chrome · Android")
    sessions.start_session(session, account, AT, stage="half")
    sessions.start_session(session, holder(session, "noor@example.org"), AT)
    assert [one.browser for one in sessions.open_sessions(session, account, own, AT)] == ["Chrome · Android"]
    sessions.touch_session(session, old, AT + MINUTE)
    seen = sessions.open_sessions(session, account, own, AT + MINUTE)
    assert [(one.browser, one.is_this) for one in seen] == [
        ("Firefox · Mac", False),
        ("Chrome · Android", True),
    ]


def test_one_ends_a_session_of_hers_by_its_handle_and_nobody_else_s(session):
    account, other = holder(session), holder(session, "noor@example.org")
    own, there = (sessions.start_session(session, account, AT) for _ in range(2))
    handle = next(one.handle for one in sessions.open_sessions(session, account, own, AT) if not one.is_this)
    sessions.end_one_session(session, other, handle, AT)
    assert sessions.account_of(session, there, AT) is account
    sessions.end_one_session(session, account, handle, AT)
    assert sessions.account_of(session, there, AT) is None
    assert sessions.account_of(session, own, AT) is account


def test_one_signs_out_everywhere_else_and_every_browser_is_forgotten(session):
    account, noor = holder(session), holder(session, "noor@example.org")
    own, there = (sessions.start_session(session, account, AT) for _ in range(2))
    known, another = (sessions.remember_browser(session, one, None, AT) for one in (account.id, noor.id))
    sessions.leave_elsewhere(session, account, own, AT)
    assert sessions.account_of(session, own, AT) is account
    assert sessions.account_of(session, there, AT) is None
    assert not sessions.knows_browser(session, account.id, known, AT)
    assert sessions.knows_browser(session, noor.id, another, AT)


def test_coming_in_and_going_out_leave_lines(db):
    with db.writing() as session:
        account = holder(session)
        token, _ = sessions.enter(session, account, AT, browser=None, known_as=None)
        sessions.leave_elsewhere(session, account, token, AT)
        other = sessions.start_session(session, account, AT)
        handle = sessions.fingerprint(other)[: sessions.HANDLE]
        sessions.end_one_session(session, account, handle, AT)
        sessions.leave(session, account, token, AT)
        assert sessions.account_of(session, token, AT) is None
    with db.reading() as session:
        told = list(session.scalars(select(LedgerLine.verb).order_by(LedgerLine.seq)))
    assert told == ["sign_in", "end_other_sessions", "end_session", "sign_out"]


@pytest.mark.parametrize("age", [timedelta(hours=13), timedelta(days=31)])
def test_what_nobody_can_use_any_more_is_forgotten(session, age):
    account = holder(session)
    sessions.start_session(session, account, AT - age)
    sessions.start_session(session, account, AT - 11 * MINUTE, stage="half")
    sessions.remember_browser(session, account.id, None, AT - timedelta(days=181))
    kept = sessions.start_session(session, account, AT)
    sessions.forget_old(session, AT)
    assert [row.token_hash for row in session.scalars(select(SignIn))] == [sessions.fingerprint(kept)]
    assert session.scalars(select(KnownBrowser)).all() == []


def test_what_somebody_uses_is_kept(session):
    account = holder(session, role="participant")
    used = sessions.start_session(session, account, AT - timedelta(days=20))
    sessions.touch_session(session, used, AT - timedelta(hours=1))
    half = sessions.start_session(session, account, AT - 9 * MINUTE, stage="half")
    known = sessions.remember_browser(session, account.id, None, AT - timedelta(days=179))
    sessions.forget_old(session, AT)
    assert sessions.account_of(session, used, AT) == sessions.half_open(session, half, AT) == account
    assert sessions.knows_browser(session, account.id, known, AT)


@pytest.mark.parametrize(
    ("role", "idle", "whole"),
    [("coordinator", 30 * MINUTE, 12 * HOUR), ("participant", 12 * HOUR, timedelta(days=30))],
)
def test_a_session_ends_when_nobody_moves_and_however_often_somebody_does(session, role, idle, whole):
    account = holder(session, role=role)
    left, used = (sessions.start_session(session, account, AT) for _ in range(2))
    assert sessions.account_of(session, left, AT + idle) is account
    assert sessions.account_of(session, left, AT + idle + MINUTE) is None
    sessions.touch_session(session, used, AT + whole)
    assert sessions.account_of(session, used, AT + whole) is account
    sessions.touch_session(session, used, AT + whole + MINUTE)
    assert sessions.account_of(session, used, AT + whole + MINUTE) is None


def test_a_token_that_we_never_gave_is_not_taken_whatever_others_are_known(session):
    account = holder(session)
    known = sessions.remember_browser(session, account.id, None, AT)
    assert sessions.remember_browser(session, account.id, known, AT) == known
    assert sessions.remember_browser(session, account.id, "planted", AT) != "planted"
    assert not sessions.knows_browser(session, account.id, "planted", AT)


def test_a_role_that_was_lost_ends_with_the_next_question(session):
    account = holder(session)
    token = sessions.start_session(session, account, AT)
    account.closed_at = AT
    session.flush()
    assert sessions.account_of(session, token, AT) is None
