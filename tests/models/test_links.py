"""R49: links by letter serve once, for a while, are kept hashed, and are void once a password was chosen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from models import accounts, links, outbox, passwords, sessions
from models.errors import NotAllowedNow
from models.tables import AccountLink, LedgerLine, Letter
from tests.models.office import AT
from tests.tries import tries

HASH = "a hash made elsewhere"
SECOND = timedelta(seconds=1)
PATIENCE = 60


def holder(session, **more):
    wanted = {"email": "noor@example.org", "role": "coordinator", "language": "en", "password_hash": "old"}
    return accounts.open_account(session, **(wanted | more), at=AT)


def test_a_link_sets_a_password_once(session):
    account = holder(session)
    token = links.make_link(session, account, "password_reset", AT)
    assert passwords.choose_by_link(session, token, HASH, at=AT) is account
    assert account.password_hash == HASH
    with pytest.raises(NotAllowedNow):
        passwords.choose_by_link(session, token, "another", at=AT)
    assert account.password_hash == HASH


@pytest.mark.parametrize("purpose", ["invitation", "password_reset"])
def test_a_link_is_over_when_its_time_is(session, purpose):
    token = links.make_link(session, holder(session), purpose, AT)
    end = AT + links.LASTS[purpose]
    assert links.open_link(session, token, end - SECOND)
    assert links.open_link(session, token, end) is None
    with pytest.raises(NotAllowedNow):
        passwords.choose_by_link(session, token, HASH, at=end)


def test_looking_at_a_link_does_not_use_it(session):
    account = holder(session)
    token = links.make_link(session, account, "invitation", AT)
    assert [links.open_link(session, token, AT) for _ in range(2)] == [(account, "invitation")] * 2


def test_a_link_that_was_taken_shows_no_form_any_more(session):
    token = links.make_link(session, holder(session), "invitation", AT)
    links.take_link(session, token, AT)
    session.expire_all()
    assert links.open_link(session, token, AT) is None


@pytest.mark.parametrize("token", ["", "nothing", "x" * 300])
def test_what_was_never_given_opens_nothing(session, token):
    holder(session)
    assert links.open_link(session, token, AT) is None
    with pytest.raises(NotAllowedNow):
        passwords.choose_by_link(session, token, HASH, at=AT)


def test_the_database_never_holds_a_token(session):
    token = links.make_link(session, holder(session), "invitation", AT)
    kept = session.scalars(select(AccountLink.token_hash)).one()
    assert (len(token), len(kept)) == (43, 64)
    assert links.open_link(session, kept, AT) is None


def test_choosing_a_password_ends_sessions_links_and_known_browsers_and_says_so(session):
    account = holder(session)
    token = sessions.start_session(session, account, AT)
    known = sessions.remember_browser(session, account.id, None, AT)
    used, other = (links.make_link(session, account, "password_reset", AT) for _ in range(2))
    passwords.choose_by_link(session, used, HASH, at=AT)
    assert sessions.account_of(session, token, AT) is None
    assert not sessions.knows_browser(session, account.id, known, AT)
    assert links.open_link(session, other, AT) is None
    assert session.scalars(select(Letter.kind)).all() == ["password_changed"]


def test_a_password_changed_while_signed_in_ends_the_same(session):
    account = holder(session)
    token = sessions.start_session(session, account, AT)
    link = links.make_link(session, account, "password_reset", AT)
    zoe = holder(session, email="zoe@example.org")
    hers, known = (
        links.make_link(session, zoe, "password_reset", AT),
        sessions.remember_browser(session, zoe.id, None, AT),
    )
    passwords.change(session, account.id, HASH, at=AT)
    assert sessions.account_of(session, token, AT) is None
    assert links.open_link(session, link, AT) is None
    assert links.open_link(session, hers, AT)
    assert sessions.knows_browser(session, zoe.id, known, AT)


def test_a_closed_account_s_link_opens_nothing(session):
    account = holder(session)
    token = links.make_link(session, account, "password_reset", AT)
    account.closed_at = AT
    assert links.open_link(session, token, AT) is None


def choose(session, token):
    passwords.choose_by_link(session, token, HASH, at=AT)


def take(session, token):
    links.take_link(session, token, AT)


@pytest.mark.parametrize("act", [choose, take])
def test_of_two_who_use_a_link_at_the_same_instant_one_succeeds(db, act):
    with db.writing() as session:
        account = holder(session)
    for _ in range(tries()):
        with db.writing() as session:
            token = links.make_link(session, accounts.get(session, account.id), "password_reset", AT)
        assert sorted(at_once(db, act, token)) == ["done", "over"]


def at_once(db, act, token):
    barrier = Barrier(2)

    def one(_who):
        barrier.wait(PATIENCE)
        try:
            with db.writing() as session:
                act(session, token)
        except NotAllowedNow:
            return "over"
        return "done"

    with ThreadPoolExecutor(2) as pair:
        return [done.result(PATIENCE) for done in [pair.submit(one, who) for who in range(2)]]


def test_a_link_is_made_as_its_letter_leaves_and_anew_each_time_it_is_tried(db):
    carried = []

    def broken(letter):
        carried.append(letter.token)
        raise ConnectionError

    with db.writing() as session:
        holder(session)
        passwords.ask_letter(session, " NOOR@example.org", at=AT)
        assert session.scalars(select(AccountLink)).all() == []
    outbox.deliver(db, broken, AT)
    later = AT + outbox.CLAIM_LASTS + SECOND
    outbox.deliver(db, lambda letter: carried.append(letter.token), later)
    with db.reading() as session:
        assert len(set(carried)) == 2
        assert all(links.open_link(session, token, later) for token in carried)


def test_nobody_is_written_to_for_an_address_without_an_account_or_with_a_closed_one(db):
    with db.writing() as session:
        account = holder(session)
        passwords.ask_letter(session, "nobody@example.org", at=AT)
        passwords.ask_letter(session, "noor@example.org", at=AT)
        account.closed_at = AT
    assert outbox.deliver(db, lambda _letter: None, AT) == 0


def test_who_was_invited_and_forgets_gets_the_invitation_again(session):
    holder(session, password_hash=None)
    passwords.ask_letter(session, "noor@example.org", at=AT)
    assert session.scalars(select(Letter.kind)).all() == ["invitation"]


def test_each_choice_leaves_its_line(db):
    with db.writing() as session:
        account = holder(session, password_hash=None)
        for purpose in ("invitation", "password_reset"):
            passwords.choose_by_link(session, links.make_link(session, account, purpose, AT), HASH, at=AT)
        passwords.change(session, account.id, HASH, at=AT)
    with db.reading() as session:
        told = session.execute(select(LedgerLine.verb, LedgerLine.entity_id).order_by(LedgerLine.seq)).all()
    assert told == [(verb, account.id) for verb in ("accept_invitation", "reset_password", "change_password")]


def test_old_links_are_forgotten(session):
    account = holder(session)
    for at in (AT - timedelta(days=4), AT):
        links.make_link(session, account, "invitation", at)
    links.forget_old(session, AT)
    assert len(session.scalars(select(AccountLink)).all()) == 1
