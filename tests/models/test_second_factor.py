"""R46–R48: codes of RFC 6238, each taken once even by twenty at the same instant; recovery codes for bad days."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from models import accounts, second_factor, sessions, totp
from models.actor import SYSTEM, Actor
from models.errors import Forbidden, NotAllowedNow, WrongValue
from models.tables import Account, LedgerLine, Letter, RecoveryCode, SecondFactor
from tests.models.office import AT
from tests.tries import tries

RFC_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
STEP = timedelta(seconds=totp.STEP_SECONDS)
ADMINISTRATOR = Actor(account_id="administrator", role="administrator")
CROWD = 20
PATIENCE = 60


def colleague(session, role="coordinator"):
    return accounts.open_account(
        session, email=f"{role}@example.org", role=role, language="fr", at=AT, password_hash="set elsewhere"
    )


def enrolled(session, account, at=AT):
    """Set up a second factor and give its key and recovery codes; its first code is two steps old."""
    second_factor.begin(session, account)
    key = second_factor.pending_key(session, account)
    before = at - 2 * STEP
    return key, second_factor.confirm(session, account, code(key, before), at=before)


def code(key, at=AT):
    return totp.code_at(key, totp.step_of(at))


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ],
)
def test_codes_are_those_of_the_standard(second, expected):
    assert totp.code_at(RFC_KEY, second // 30, digits=8) == expected


def test_the_address_for_an_authenticator_says_who_and_hides_no_sign():
    said = totp.address("ABC", issuer="Passerelle Saguenay", account="zoé@example.org")
    assert said.startswith("otpauth://totp/Passerelle%20Saguenay:zo%C3%A9%40example.org?secret=ABC&")
    assert "issuer=Passerelle%20Saguenay&" in said


def test_a_second_factor_is_in_force_once_its_first_code_was_given(session):
    enrolled(session, colleague(session, "administrator"))
    account = colleague(session)
    with pytest.raises(NotAllowedNow):
        second_factor.confirm(session, account, "000000", at=AT)
    second_factor.begin(session, account)
    assert not second_factor.has_one(session, account.id)
    with pytest.raises(WrongValue):
        second_factor.confirm(session, account, "000000", at=AT)
    codes = second_factor.confirm(session, account, code(second_factor.pending_key(session, account)), at=AT)
    assert second_factor.has_one(session, account.id)
    assert len(set(codes)) == second_factor.RECOVERY_CODES == second_factor.codes_left(session, account.id)
    with pytest.raises(NotAllowedNow):
        second_factor.confirm(session, account, "000000", at=AT)


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(session, steps, is_taken):
    account = colleague(session)
    key, _ = enrolled(session, account, AT - 10 * STEP)
    assert second_factor.accept_code(session, account, code(key, AT + steps * STEP), at=AT) is is_taken


def test_a_code_is_taken_once_and_no_older_one_after_it(session):
    account = colleague(session)
    key, _ = enrolled(session, account)
    now, before, spaced = code(key), code(key, AT - STEP), f" {code(key)[:3]} {code(key)[3:]} "
    assert second_factor.accept_code(session, account, spaced, at=AT)
    for again in (now, spaced, before):
        assert not second_factor.accept_code(session, account, again, at=AT)
    assert second_factor.accept_code(session, account, code(key, AT + STEP), at=AT + STEP)


def test_the_code_that_set_it_up_opens_nothing(session):
    account = colleague(session)
    second_factor.begin(session, account)
    key = second_factor.pending_key(session, account)
    second_factor.confirm(session, account, code(key), at=AT)
    assert not second_factor.accept_code(session, account, code(key), at=AT)


def together(db, account_id, accept):
    """Let a crowd do the same at the same instant, and give how many succeeded."""
    barrier = Barrier(CROWD)

    def one():
        barrier.wait(PATIENCE)
        with db.writing() as session:
            return accept(session, accounts.get(session, account_id))

    with ThreadPoolExecutor(CROWD) as crowd:
        return sum(done.result(PATIENCE) for done in [crowd.submit(one) for _ in range(CROWD)])


def test_of_twenty_who_give_a_code_at_the_same_instant_one_comes_in(db):
    with db.writing() as session:
        account = colleague(session)
        key, recovery = enrolled(session, account)
    for turn in range(max(tries() // 5, 1)):
        at = AT + turn * STEP
        given = code(key, at)
        came_in = together(
            db, account.id, lambda s, a, at=at, given=given: second_factor.accept_code(s, a, given, at=at)
        )
        assert came_in == 1
    for spare in recovery[:2]:
        came_in = together(
            db, account.id, lambda s, a, spare=spare: second_factor.accept_recovery_code(s, a, spare, at=AT)
        )
        assert came_in == 1


def test_of_twenty_who_begin_at_the_same_instant_none_fails_and_one_key_waits(db):
    with db.writing() as session:
        account = colleague(session)

    def begin(session, account):
        second_factor.begin(session, account)
        return True

    assert together(db, account.id, begin) == CROWD
    with db.reading() as session:
        assert second_factor.pending_key(session, accounts.get(session, account.id))
        assert len(session.scalars(select(SecondFactor)).all()) == 1


def test_a_recovery_code_serves_once_however_it_is_written_and_its_owner_is_told(session):
    account = colleague(session)
    _, codes = enrolled(session, account)
    assert second_factor.accept_recovery_code(session, account, codes[0].lower().replace("-", " "), at=AT)
    assert not second_factor.accept_recovery_code(session, account, codes[0], at=AT)
    assert second_factor.codes_left(session, account.id) == 9
    assert session.scalars(select(Letter.kind)).all().count("factor_changed") == 2


def test_recovery_codes_open_their_own_account_alone_and_die_with_new_ones(session):
    account, other = colleague(session), colleague(session, "administrator")
    (_, codes), (_, others) = enrolled(session, account), enrolled(session, other)
    assert not second_factor.accept_recovery_code(session, other, codes[0], at=AT)
    second_factor.renew_recovery_codes(session, account, at=AT)
    assert not second_factor.accept_recovery_code(session, account, codes[0], at=AT)
    assert second_factor.accept_recovery_code(session, other, others[0], at=AT)


def test_a_new_key_replaces_the_old_one_only_once_it_is_confirmed(session):
    account = colleague(session)
    old, _ = enrolled(session, account)
    second_factor.begin(session, account)
    new = second_factor.pending_key(session, account)
    assert second_factor.accept_code(session, account, code(old), at=AT)
    assert not second_factor.accept_code(session, account, code(new), at=AT)
    later = AT + 10 * STEP
    second_factor.confirm(session, account, code(new, later), at=later)
    after = later + STEP
    assert not second_factor.accept_code(session, account, code(old, after), at=after)
    assert second_factor.accept_code(session, account, code(new, after), at=after)


def test_a_key_that_was_not_confirmed_opens_nothing(session):
    account = colleague(session)
    assert second_factor.pending_key(session, account) is None
    assert not second_factor.accept_code(session, account, code(RFC_KEY), at=AT)
    second_factor.begin(session, account)
    key = second_factor.pending_key(session, account)
    assert not second_factor.accept_code(session, account, code(key), at=AT)


def test_the_database_holds_no_key_and_no_recovery_code(session):
    account = colleague(session)
    key, codes = enrolled(session, account)
    factor = session.scalars(select(SecondFactor)).one()
    assert key.encode() not in factor.secret_sealed
    assert factor.pending_sealed is None
    kept = set(session.scalars(select(RecoveryCode.code_index)))
    assert kept.isdisjoint(codes)
    assert all(len(index) == 64 for index in kept)


def test_an_administrator_takes_a_lost_one_away_with_a_line_a_letter_and_every_session(session):
    account = colleague(session)
    key, codes = enrolled(session, account)
    token = sessions.start_session(session, account, AT)
    other = colleague(session, "administrator")
    enrolled(session, other)
    told = session.scalars(select(Letter.kind)).all()
    second_factor.remove(session, account.id, by=ADMINISTRATOR, at=AT)
    assert not second_factor.has_one(session, account.id)
    assert second_factor.has_one(session, other.id)
    assert second_factor.codes_left(session, other.id) == second_factor.RECOVERY_CODES
    assert not second_factor.accept_code(session, account, code(key), at=AT)
    assert not second_factor.accept_recovery_code(session, account, codes[0], at=AT)
    assert sessions.account_of(session, token, AT) is None
    assert sorted(session.scalars(select(Letter.kind))) == sorted([*told, "factor_changed"])


def test_nobody_else_may_and_nobody_for_herself(session):
    account = colleague(session)
    for by in (
        Actor(account_id="other", role="coordinator"),
        Actor(account_id="someone", role="participant"),
        Actor(account_id=account.id, role="administrator"),
    ):
        with pytest.raises(Forbidden):
            second_factor.remove(session, account.id, by=by, at=AT)
    second_factor.remove(session, account.id, by=SYSTEM, at=AT)


def test_each_act_leaves_a_line_without_a_code_in_it(db):
    with db.writing() as session:
        account = colleague(session)
        _, codes = enrolled(session, account)
        second_factor.accept_recovery_code(session, account, codes[0], at=AT)
        enrolled(session, account)
        second_factor.remove(session, account.id, by=ADMINISTRATOR, at=AT)
    with db.reading() as session:
        told = session.scalars(select(LedgerLine).order_by(LedgerLine.seq)).all()
        assert [line.verb for line in told] == [
            "confirm_second_factor",
            "renew_recovery_codes",
            "use_recovery_code",
            "renew_second_factor",
            "renew_recovery_codes",
            "remove_second_factor",
        ]
        assert {(line.entity_id, str(line.facts)) for line in told} == {(account.id, "{}")}


def test_only_participants_do_without():
    asked = {role: second_factor.is_asked(Account(role=role)) for role in accounts.ROLES}
    assert asked == {"participant": False, "coordinator": True, "agent": True, "administrator": True}
