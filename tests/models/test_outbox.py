from datetime import timedelta

import pytest
from sqlalchemy import select

from models import outbox
from models.drafts import drop_draft, drop_old_drafts, read_draft, save_draft
from models.errors import CannotUnseal
from models.tables import Account, Draft, Letter
from tests.models import office
from tests.models.office import AT


def kept(database):
    with database.reading() as session:
        return session.scalars(select(Letter)).all()


def test_each_letter_leaves_once(owed):
    sent = []
    assert outbox.deliver(owed, sent.append, AT) == 2
    assert outbox.deliver(owed, sent.append, AT) == 0
    assert {letter.to for letter in sent} == {"amina@example.org", "basile@example.org"}
    assert {(letter.kind, letter.language) for letter in sent} == {("registration_received", "fr")}
    assert all(letter.sent_at == AT for letter in kept(owed))


def test_a_letter_is_not_owed_where_the_unit_failed(db):
    with db.writing() as session:
        office.sign_up(session)
        session.flush()
        session.rollback()
    assert outbox.deliver(db, pytest.fail, AT) == 0


def test_a_proposal_closed_before_its_letter_left_is_announced_by_nobody(session):
    couple = office.newcomer(session), office.sponsor(session)
    pairing = office.approved(session, *couple)
    office.casework.withdraw_consent(session, couple[0].person, "program", **couple[0].does)
    session.flush()
    about = session.scalars(select(Letter.kind).where(Letter.about == pairing.id))
    assert set(about) == {"proposal_closed"}


def test_whatever_waits_to_leave_for_one_person_is_dropped_and_nobody_else_s(session):
    couple = office.newcomer(session), office.sponsor(session)
    office.approved(session, *couple)
    outbox.drop_unsent_to(session, couple[0].person)
    kinds = select(Account.person_id, Letter.kind).join(Letter, Letter.account_id == Account.id)
    assert set(session.execute(kinds)) == {
        (couple[1].person, "registration_received"),
        (couple[1].person, "proposal_waiting"),
    }


@pytest.fixture
def proposed(db):
    """A proposal whose letters are owed, and both its people."""
    with db.writing() as session:
        couple = office.newcomer(session), office.sponsor(session)
        pairing = office.approved(session, *couple).id
    return db, couple, pairing


def close(database, leaver):
    with database.writing() as session:
        office.casework.withdraw_consent(session, leaver.person, "program", **leaver.does)


def test_a_letter_whose_proposal_closed_while_others_were_leaving_does_not_leave(proposed):
    database, (need, _), _ = proposed
    left = []

    def leave_then_close(letter):
        if letter.kind == "proposal_waiting" and not any(kind == "proposal_waiting" for kind in left):
            close(database, need)
        left.append(letter.kind)

    outbox.deliver(database, leave_then_close, AT)
    assert left.count("proposal_waiting") == 1
    outbox.deliver(database, lambda letter: left.append(letter.kind), AT + timedelta(minutes=11))
    assert (left.count("proposal_waiting"), left.count("proposal_closed")) == (1, 2)


def test_a_letter_claimed_by_a_sender_that_died_does_not_leave_once_its_proposal_closed(proposed):
    database, (need, _), _ = proposed

    class KilledError(BaseException):
        """As a kill would: nothing after it runs."""

    def die(_letter):
        raise KilledError

    with pytest.raises(KilledError):
        outbox.deliver(database, die, AT)
    close(database, need)
    left = []
    outbox.deliver(database, lambda letter: left.append(letter.kind), AT + timedelta(minutes=11))
    assert "proposal_waiting" not in left
    assert left.count("proposal_closed") == 2


def test_a_draft_comes_back_whole_to_the_bearer_of_its_token(db):
    with db.writing() as session:
        save_draft(session, "one", {"first_name": "Zoé"}, AT)
        save_draft(session, "one", {"first_name": "Zoé", "languages": ["fra"]}, AT)
    with db.reading() as session:
        assert read_draft(session, "one") == {"first_name": "Zoé", "languages": ["fra"]}
        assert read_draft(session, "another") is None
        assert b"Zo" not in session.scalars(select(Draft.answers_sealed)).one()


def test_a_draft_moved_under_another_token_does_not_open(session):
    for token in ("one", "other"):
        save_draft(session, token, {"whose": token}, AT)
    one, other = session.scalars(select(Draft)).all()
    one.answers_sealed = other.answers_sealed
    opened = 0
    for token in ("one", "other"):
        try:
            read_draft(session, token)
            opened += 1
        except CannotUnseal:
            pass
    assert opened == 1


def test_drafts_are_dropped_on_demand_and_when_old(session):
    save_draft(session, "one", {}, AT)
    save_draft(session, "old", {}, AT - timedelta(days=31))
    drop_old_drafts(session, AT - timedelta(days=30))
    assert (read_draft(session, "old"), read_draft(session, "one")) == (None, {})
    drop_draft(session, "one")
    assert read_draft(session, "one") is None
