"""A newcomer without an address signs in with a printed code, which a coordinator can renew."""

import pytest
from sqlalchemy import select

from models import cards, casework, outbox, sessions
from models.errors import Forbidden, NotAllowedNow, Stale
from models.tables import Account, LedgerLine, Letter
from tests.models import office
from tests.models.office import AT, DO


def without_address(session, **more):
    return casework.register(session, casework.Registration(profile=office.PROFILE, **more), **DO)


def test_a_card_opens_the_person_s_account_however_it_is_typed(session):
    person = without_address(session)
    code = cards.give_card(session, person, **DO)
    account = cards.account_of_card(session, f" {code.lower().replace('-', '')} ")
    assert (account.person_id, account.role, account.email_index) == (person, "participant", None)
    assert cards.account_of_card(session, code[:-1]) is None
    assert cards.account_of_card(session, "") is None


def test_a_renewed_card_voids_the_one_before_and_its_sessions(session):
    person = without_address(session)
    old = cards.give_card(session, person, **DO)
    token = sessions.start_session(session, cards.account_of_card(session, old), AT)
    new = cards.give_card(session, person, **DO)
    assert cards.account_of_card(session, old) is None
    assert cards.account_of_card(session, new).person_id == person
    assert sessions.account_of(session, token, AT) is None
    assert len(session.scalars(select(Account)).all()) == 1


def test_the_card_of_a_closed_account_opens_nothing(session):
    code = cards.give_card(session, without_address(session), **DO)
    cards.account_of_card(session, code).closed_at = AT
    session.flush()
    assert cards.account_of_card(session, code) is None


def test_the_code_is_kept_nowhere_and_no_two_are_alike(session):
    codes = [cards.give_card(session, without_address(session), **DO) for _ in range(3)]
    kept = session.scalars(select(Account.card_index)).all()
    assert len(set(codes)) == len(set(kept)) == 3
    assert all(len(code.replace("-", "")) == 12 for code in codes)
    assert all(len(index) == 64 for index in kept)


def test_only_the_office_gives_cards(session):
    person = without_address(session)
    with pytest.raises(Forbidden):
        cards.give_card(session, person, by=office.Someone(person, "").actor, at=AT)


def test_whoever_signs_in_with_an_address_holds_no_card(session):
    assert not cards.holder(session, office.sign_up(session)).has_card
    person = without_address(session)
    assert not cards.holder(session, person).has_card
    cards.give_card(session, person, **DO)
    assert cards.holder(session, person).has_card


def test_who_has_an_address_or_left_gets_none(session):
    reader, gone = office.sign_up(session, "Noor"), without_address(session, consents=("program",))
    for has_card in (False, True):
        found = cards.holder(session, gone)
        assert (found.may_have_one, found.has_card) == (True, has_card)
        cards.give_card(session, gone, **DO)
    casework.withdraw_consent(session, gone, "program", **DO)
    assert not any(cards.holder(session, one).may_have_one for one in (reader, gone))
    with pytest.raises(Stale):
        cards.give_card(session, reader, **DO)
    with pytest.raises(NotAllowedNow):
        cards.give_card(session, gone, **DO)


def test_nobody_writes_to_an_account_without_an_address(session):
    person = without_address(session)
    account = cards.account_of_card(session, cards.give_card(session, person, **DO))
    outbox.queue(session, [person], "proposal_waiting", at=AT)
    outbox.owe(session, account, "password_changed", at=AT)
    assert session.scalars(select(Letter)).all() == []


def test_giving_and_renewing_stand_in_the_history_of_the_person(db):
    with db.writing() as session:
        person = without_address(session)
        for _ in range(2):
            cards.give_card(session, person, **DO)
    with db.reading() as session:
        chosen = select(LedgerLine.verb).where(LedgerLine.entity_id == person).order_by(LedgerLine.seq)
        told = list(session.scalars(chosen))
    assert told[-2:] == ["give_card", "renew_card"]
