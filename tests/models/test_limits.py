"""R45: tries are counted by account, by address and in all; no stranger locks anybody out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models import accounts, limits, sessions
from models.limits import LIMITS, QUARTER, Limit
from models.tables import TryCount
from tests.models.office import AT

MARTHE = "marthe@example.org"
SECOND = timedelta(seconds=1)
HOUSEHOLD = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")
"""Two addresses of one network."""


def holder(session):
    return accounts.open_account(
        session, email=MARTHE, role="coordinator", language="fr", at=AT, password_hash="set elsewhere"
    )


def knock(session, email=MARTHE, *, browser=None, address="203.0.113.5", at=AT):
    counts = limits.sign_in_counts(session, email, browser=browser, address=address, at=at)
    return limits.count(session, counts, at)


@pytest.mark.parametrize("kind", LIMITS)
def test_each_limit_lets_its_number_through_and_then_says_how_long_to_wait(session, kind):
    limit = LIMITS[kind]
    counts = [(kind, "somebody")]
    for _ in range(min(limit.most, 70)):
        assert limits.count(session, counts, AT) is None
    session.query(TryCount).update({"tries": limit.most})
    assert limits.count(session, counts, AT + SECOND) == limit.within - SECOND
    assert limits.count(session, [(kind, "somebody else")], AT) is None
    assert limits.count(session, counts, AT + limit.within) is None


def test_trying_on_while_held_back_does_not_make_the_wait_longer(session):
    for _ in range(LIMITS["account"].most):
        knock(session)
    assert knock(session, at=AT + SECOND) == QUARTER - SECOND
    assert knock(session, at=AT + 2 * SECOND) == QUARTER - 2 * SECOND


def test_an_address_without_an_account_is_held_back_just_the_same(session):
    holder(session)
    waits = [
        [knock(session, email, address=f"203.0.113.{place}") for _ in range(LIMITS["account"].most + 1)]
        for place, email in enumerate((MARTHE, "nobody@example.org"))
    ]
    assert waits[0] == waits[1]
    assert waits[0][-1] == QUARTER


@pytest.mark.parametrize("kind", ["address", "site"])
def test_many_addresses_tried_from_one_place_are_held_back(session, monkeypatch, kind):
    monkeypatch.setitem(LIMITS, kind, Limit(3, QUARTER))
    tried = [knock(session, f"{turn}@example.org", address=HOUSEHOLD[turn % 2]) for turn in range(4)]
    assert tried == [None] * 3 + [QUARTER]


def test_whatever_strangers_try_she_comes_in_from_a_browser_she_used_before(session, monkeypatch):
    monkeypatch.setitem(LIMITS, "site", Limit(30, QUARTER))
    own = sessions.remember_browser(session, holder(session).id, None, AT)
    for place in range(100):
        knock(session, address=f"203.0.113.{place % 3}")
    assert knock(session, address="203.0.113.0")
    assert knock(session, browser=own, address="203.0.113.0") is None


def test_her_own_browser_has_a_limit_too_which_nobody_else_uses_up(session):
    own = sessions.remember_browser(session, holder(session).id, None, AT)
    for _ in range(LIMITS["browser"].most):
        assert knock(session, browser=own) is None
    assert knock(session, browser=own) == QUARTER
    assert knock(session, browser=None) is None


def test_a_browser_known_to_another_account_is_a_stranger_here(session):
    other = accounts.open_account(
        session,
        email="x@example.org",
        role="coordinator",
        language="fr",
        at=AT,
        password_hash="set elsewhere",
    )
    holder(session)
    browser = sessions.remember_browser(session, other.id, None, AT)
    for _ in range(LIMITS["account"].most):
        knock(session, browser=browser)
    assert knock(session, browser=browser)


def test_naming_another_browser_each_time_makes_nobody_known(session):
    holder(session)
    waits = [knock(session, browser=f"invented {turn}") for turn in range(LIMITS["account"].most + 1)]
    assert waits[-1] == QUARTER


def test_who_shares_a_browser_shares_no_tries(session):
    own = sessions.remember_browser(session, holder(session).id, None, AT)
    other = accounts.open_account(session, email="x@example.org", role="participant", language="fr", at=AT)
    sessions.remember_browser(session, other.id, own, AT)
    for _ in range(LIMITS["browser"].most):
        knock(session, "x@example.org", browser=own)
    assert knock(session, "x@example.org", browser=own)
    assert knock(session, browser=own) is None
    assert knock(session, browser=sessions.remember_browser(session, other.id, None, AT)) is None


@pytest.mark.parametrize("written", ["MARTHE@Example.org", " marthe@example.org "])
def test_however_an_address_is_written_its_tries_and_letters_are_counted_together(session, written):
    for _ in range(LIMITS["account"].most):
        knock(session, written)
    assert knock(session)
    for _ in range(LIMITS["letters"].most):
        limits.count(session, limits.letter_counts(written), AT)
    assert limits.count(session, limits.letter_counts(MARTHE), AT)


@pytest.mark.parametrize(
    ("kind", "tried"),
    [
        ("card", limits.card_counts),
        ("site", limits.card_counts),
        ("asking", limits.asking_counts),
    ],
)
def test_what_comes_from_one_household_is_counted_together(session, monkeypatch, kind, tried):
    monkeypatch.setitem(LIMITS, kind, Limit(3, QUARTER))
    waits = [limits.count(session, tried(HOUSEHOLD[turn % 2]), AT) for turn in range(4)]
    assert waits == [None] * 3 + [QUARTER]


def test_each_kind_counts_for_itself(session):
    for _ in range(LIMITS["account"].most):
        limits.count(session, [("account", "one name")], AT)
    assert limits.count(session, [("letters", "one name")], AT) is None


def test_of_two_waits_the_longer_is_told(session, monkeypatch):
    monkeypatch.setitem(LIMITS, "site", Limit(0, QUARTER))
    monkeypatch.setitem(LIMITS, "asking", Limit(0, 2 * QUARTER))
    assert limits.count(session, [("site", ""), ("asking", "x")], AT) == 2 * QUARTER


def test_a_browser_that_we_never_named_is_given_a_name_of_ours(session):
    account = holder(session)
    given = sessions.remember_browser(session, account.id, "planted", AT)
    assert given != "planted"
    assert sessions.remember_browser(session, account.id, given, AT) == given
    assert not sessions.knows_browser(session, account.id, given, AT + timedelta(days=181))


def test_who_comes_in_starts_anew_and_gives_her_try_back_to_the_house(session):
    counts = limits.sign_in_counts(session, MARTHE, browser=None, address="203.0.113.5", at=AT)
    for _ in range(4):
        limits.count(session, counts, AT)
    limits.forgive(session, counts)
    assert sorted(session.scalars(select(TryCount.tries))) == [3, 3]


@pytest.mark.parametrize("times", [1, 5])
def test_whoever_comes_in_by_a_card_gives_back_one_try_and_no_more(session, times):
    counts = limits.card_counts("203.0.113.5")
    for _ in range(4):
        limits.count(session, counts, AT)
    for _ in range(times):
        limits.forgive(session, counts)
    assert list(session.scalars(select(TryCount.tries))) == [max(4 - times, 0)] * 2


def test_tries_at_the_same_instant_are_all_counted(db):
    def one(_turn):
        with db.writing() as session:
            return limits.count(session, [("account", MARTHE)], AT)

    with ThreadPoolExecutor(8) as crowd:
        waits = list(crowd.map(one, range(25)))
    assert waits.count(None) == LIMITS["account"].most


def test_what_is_counted_is_unreadable_and_soon_forgotten(session):
    knock(session)
    told = session.scalars(select(TryCount.counted)).all()
    assert all(MARTHE not in kept and "." not in kept for kept in told), (
        "no address, of letters or of a browser"
    )
    limits.forget_old(session, AT + QUARTER - SECOND)
    assert session.scalar(select(func.count()).select_from(TryCount)) == 3
    limits.forget_old(session, AT + QUARTER)
    assert session.scalar(select(func.count()).select_from(TryCount)) == 0


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("203.0.113.5", "203.0.113.6", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.5", "203.0.113.5", True),
        ("", "", True),
    ],
)
def test_a_household_is_one_address(one, other, is_same):
    assert (limits.network(one) == limits.network(other)) is is_same
