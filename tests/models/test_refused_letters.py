"""A server that is away costs no letter anything; one that refuses a letter is asked eight times, then its reader is called."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import accounts, calls, casework, interpreting, outbox, team
from models.actor import SYSTEM
from models.queries.calls import owed as calls_owed
from models.tables import Account, Call, Letter
from tests.models import office
from tests.models.interpreting import bank
from tests.models.office import AT, DO

LATER = timedelta(minutes=11)
MANY = 3 * outbox.MOST_ATTEMPTS


@pytest.fixture
def proposed(db):
    """A proposal whose letters are owed, and both its people."""
    with db.writing() as session:
        couple = office.newcomer(session), office.sponsor(session)
        pairing = office.approved(session, *couple).id
    return db, couple, pairing


class Post:
    """Carries letters, but for those of some people, of whom it says what it is told to."""

    def __init__(self, error=None, *names):
        self.error, self.names, self.tried, self.left = error, names, [], []

    def __call__(self, letter):
        self.tried.append(letter.to)
        if self.error and letter.to.startswith(self.names or ""):
            raise self.error
        self.left.append((letter.to.partition("@")[0], letter.kind))


def deliver_often(database, post, times=MANY, after=timedelta()):
    for turn in range(times):
        outbox.deliver(database, post, AT + after + turn * LATER)
    return post


def attempts(database):
    with database.reading() as session:
        return set(session.scalars(select(Letter.attempts)))


def test_a_letter_that_is_refused_holds_nobody_back_and_is_tried_again_later(owed):
    assert outbox.deliver(owed, Post(outbox.Refused, "amina"), AT) == 1
    assert outbox.deliver(owed, Post(), AT + timedelta(minutes=1)) == 0
    assert outbox.deliver(owed, Post(), AT + LATER) == 1


def test_a_letter_that_is_always_refused_is_given_up(owed):
    deliver_often(owed, Post(outbox.Refused), outbox.MOST_ATTEMPTS - 1)
    with owed.reading() as session:
        assert outbox.given_up(session) == {}
    last = outbox.MOST_ATTEMPTS * LATER
    assert len(deliver_often(owed, Post(outbox.Refused), after=last).tried) == 2
    with owed.reading() as session:
        assert outbox.given_up(session) == {"registration_received": 2}
        assert session.scalars(select(Call.id)).all() == []


def test_while_nobody_can_be_reached_one_letter_is_tried_each_time_and_all_wait(owed):
    assert len(deliver_often(owed, Post(ConnectionRefusedError)).tried) == MANY
    assert attempts(owed) == {0}
    assert outbox.deliver(owed, Post(), AT + MANY * LATER) == 2
    with owed.reading() as session:
        assert outbox.given_up(session) == {}


def test_what_cannot_be_taken_for_now_waits_alone_and_uses_no_attempt(owed):
    post = deliver_often(owed, Post(outbox.Delayed, "amina"))
    assert (post.left, attempts(owed)) == ([("basile", "registration_received")], {0})
    assert outbox.deliver(owed, Post(), AT + MANY * LATER) == 1


def test_a_letter_of_a_closed_account_is_forgotten_and_holds_nobody_back(db, monkeypatch):
    monkeypatch.setattr(outbox, "BATCH", 1)
    with db.writing() as session:
        account = team.invite(
            session, "noe@example.org", role="coordinator", name="Noé", language="fr", **_now(SYSTEM)
        )
        session.get_one(Account, account.id).closed_at = AT
        office.sign_up(session, "Basile")
        session.flush()
        session.query(Letter).filter_by(kind="invitation").update({"created_at": AT - LATER})
    post = deliver_often(db, Post(), times=2)
    assert post.left == [("basile", "registration_received")]


def test_a_letter_whose_address_cannot_be_opened_counts_as_refused(owed):
    with owed.writing() as session:
        amina, basile = (accounts.of_address(session, f"{name}@example.org") for name in ("amina", "basile"))
        amina.email_sealed = basile.email_sealed
    assert deliver_often(owed, Post()).left == [("basile", "registration_received")]
    assert attempts(owed) == {0, outbox.MOST_ATTEMPTS}


def _now(by):
    return {"by": by, "at": AT}


def told(database):
    with database.reading() as session:
        return [(one.kind, one.name.split()[0]) for one in calls_owed(session, AT)]


@pytest.mark.parametrize("names", [("Amina",), ("Rosalie",), ("Amina", "Rosalie")])
def test_who_is_not_reached_by_a_letter_about_a_proposal_is_called_once(proposed, names):
    database, couple, pairing = proposed
    post = Post(outbox.Refused, *(name.lower() for name in names))
    deliver_often(database, post, outbox.MOST_ATTEMPTS - 1)
    assert told(database) == []
    deliver_often(database, post, 2, after=outbox.MOST_ATTEMPTS * LATER)
    expected = [("proposal_waiting", name) for name in names]
    assert sorted(told(database)) == expected
    called = [one.person for one, name in zip(couple, ("Amina", "Rosalie"), strict=True) if name in names]
    with database.writing() as session:
        calls.owe_to(session, called, "answer_waiting", at=AT, about=pairing)
    assert sorted(told(database)) == expected


def test_what_the_office_tells_anyhow_is_no_call(proposed):
    database, couple, pairing = proposed
    with database.writing() as session:
        for one in couple:
            casework.answer(session, pairing, one.person, "yes", **one.does)
    deliver_often(database, Post(outbox.Refused), outbox.MOST_ATTEMPTS)
    with database.reading() as session:
        assert outbox.given_up(session)["both_accepted"] == 2
    assert told(database) == []


def test_a_call_for_a_refused_letter_goes_when_its_cause_goes(proposed):
    database, (_, offer), pairing = proposed
    deliver_often(database, Post(outbox.Refused, "amina"))
    with database.writing() as session:
        casework.answer(session, pairing, offer.person, "no", **offer.does)
    assert told(database) == []


def test_nobody_is_called_for_a_letter_whose_cause_went_while_it_was_refused(proposed):
    database, (_, offer), pairing = proposed
    deliver_often(database, Post(outbox.Refused, "amina"), outbox.MOST_ATTEMPTS - 1)

    def refuse_after_closing(_letter):
        with database.writing() as session:
            casework.answer(session, pairing, offer.person, "no", **offer.does)
        raise outbox.Refused

    with database.writing() as session:
        session.query(Letter).filter_by(kind="registration_received").delete()
    outbox.deliver(database, refuse_after_closing, AT + MANY * LATER)
    assert told(database) == []


def test_who_answered_while_no_letter_left_is_not_asked_any_more(proposed):
    database, (need, _), pairing = proposed
    with database.writing() as session:
        casework.answer(session, pairing, need.person, "talk", **need.does)
    left = deliver_often(database, Post(), 1).left
    assert [name for name, kind in left if kind == "proposal_waiting"] == ["rosalie"]


def test_what_has_left_stays_written(proposed):
    database, (need, _), pairing = proposed
    deliver_often(database, Post(), 1)
    with database.writing() as session:
        casework.answer(session, pairing, need.person, "no", **need.does)
        assert session.query(Letter).filter_by(kind="proposal_waiting").count() == 2


def test_an_answer_takes_back_nothing_else_that_waits_for_her(proposed):
    database, (need, _), pairing = proposed
    with database.writing() as session:
        casework.answer(session, pairing, need.person, "no", **need.does)
    left = deliver_often(database, Post(), 1).left
    assert {("amina", "registration_received"), ("amina", "proposal_closed")} <= {*left}


def test_of_a_letter_to_the_office_about_an_appointment_nobody_is_called(db):
    with db.writing() as session:
        helene = accounts.open_account(
            session, email="helene@example.org", role="coordinator", language="fr", at=AT
        )
        outbox.owe(session, helene, "interpreting_news", at=AT, about=bank.request(session).id)
    deliver_often(db, Post(outbox.Refused))
    with db.reading() as session:
        assert outbox.given_up(session) == {"interpreting_news": 1}
        assert session.scalars(select(Call.id)).all() == []


@pytest.fixture
def booking(db):
    """An appointment that an interpreter took, each side with an address."""
    with db.writing() as session:
        booked = bank.confirmed(session, bank.interpreter(session), bank.newcomer(session))
        session.refresh(booked)
    return booked


def test_after_an_outage_nobody_is_reminded_of_what_is_over(db, booking):
    for at in (
        booking.begins - timedelta(hours=20),
        booking.begins - timedelta(hours=1),
        bank.after(booking),
    ):
        with db.writing() as session:
            interpreting.remind_bookings(session, by=SYSTEM, at=at)
    kinds = [kind for _, kind in deliver_often(db, Post(), 1).left]
    assert (kinds.count("interpreting_sign"), kinds.count("interpreting_news")) == (2, 2)
    assert {"interpreting_tomorrow", "interpreting_soon"}.isdisjoint(kinds)


def test_after_an_outage_nobody_is_asked_to_sign_what_she_signed(db, booking):
    at = bank.after(booking)
    with db.writing() as session:
        interpreting.remind_bookings(session, by=SYSTEM, at=at)
        interpreting.sign_service(session, booking.id, 60, side="requester", by=DO["by"], at=at)
    left = deliver_often(db, Post(), 1).left
    assert {name for name, kind in left if kind == "interpreting_sign"} == {"ximena"}
