"""Retention: what is over goes, on its day and not before, in batches, once, and stopped midway it goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from models import casework, interpreting, ledger, outbox, privacy, retention
from models.actor import SYSTEM
from models.drafts import save_draft
from models.errors import Forbidden
from models.instants import city_date
from models.lifecycle import OVER
from models.tables import (
    Account,
    Appointment,
    Draft,
    LedgerLine,
    Letter,
    Need,
    Offer,
    Pairing,
    Person,
    Translation,
)
from tests.models import office
from tests.models.interpreting import bank
from tests.models.office import AT, COORDINATOR, DO

DAY = timedelta(days=1)


def keep(db, at):
    return {name: count for name, count in retention.keep_to_the_rules(db, by=SYSTEM, at=at).items() if count}


def a_file(db, how):
    """A file that ends in one of three ways today, beside one that goes on."""
    with db.writing() as session:
        amina = office.newcomer(session)
        if how == "left":
            casework.withdraw_consent(session, amina.person, "program", **amina.does)
        elif how == "declined":
            basile = office.sign_up(session, "Basile", needs=(office.NEED,))
            casework.decline_person(session, basile, **DO)
            return basile, amina.person
        else:
            pairing = office.active(session, amina, office.sponsor(session))
            casework.end_pairing(session, pairing.id, "goal_reached", **DO)
        other = office.newcomer(session, "Noor")
    return amina.person, other.person


def erased_at(db, person):
    with db.reading() as session:
        return session.get_one(Person, person).erased_at


@pytest.mark.parametrize("how", ["left", "declined", "ended"])
def test_a_file_that_is_over_goes_on_its_day_and_not_before(db, how):
    person, other = a_file(db, how)
    last = AT + timedelta(days=privacy.rules()[how].days)
    assert how not in keep(db, last - DAY)
    assert erased_at(db, person) is None
    assert keep(db, last)[how] == 1
    assert erased_at(db, person) == last
    assert erased_at(db, other) is None
    assert how not in keep(db, last + DAY)


@pytest.mark.parametrize("asks", ["an interpreter", "a translation", "nothing"])
def test_whoever_asks_something_of_the_bank_stays_though_her_pairing_is_long_over(db, asks):
    person, _ = a_file(db, "ended")
    last = AT + timedelta(days=privacy.rules()["ended"].days)
    with db.writing() as session:
        if asks == "an interpreter":
            sheet = replace(bank.ASKED, person_id=person, start=last + DAY)
            interpreting.request_appointment(session, sheet, by=COORDINATOR, at=last - DAY)
        elif asks == "a translation":
            sheet = interpreting.TranslationSheet(
                person_id=person, from_language="spa", pages=1, deadline=(last + 9 * DAY).date()
            )
            interpreting.request_translation(session, sheet, by=COORDINATOR, at=last - DAY)
    assert ("ended" in keep(db, last)) == (asks == "nothing")


@pytest.mark.parametrize("of_late", [None, Need, Offer, Pairing, Appointment, Translation])
def test_whatever_of_hers_ended_of_late_keeps_her_file(db, of_late):
    person, _ = a_file(db, "ended")
    last = AT + timedelta(days=privacy.rules()["ended"].days)
    with db.writing() as session:
        casework.publish_offer(session, person, office.OFFER, **DO)
        bank.request(session, office.Someone(person, ""))
        sheet = interpreting.TranslationSheet(
            person_id=person, from_language="spa", pages=1, deadline=(AT + DAY).date()
        )
        interpreting.request_translation(session, sheet, **DO)
        session.execute(update(Offer).where(Offer.person_id == person).values(state=OVER[0]))
        for table in (Appointment, Translation):
            session.execute(update(table).values(state="cancelled"))
        bank.request(session)  # for nobody whose file is here
        if of_late:
            session.execute(update(of_late).values(state_since=last - DAY))
    assert ("ended" in keep(db, last)) == (of_late is None)


def test_a_pairing_that_ended_of_late_keeps_the_file_of_whoever_gave_as_of_whoever_asked(db):
    a_file(db, "ended")
    last = AT + timedelta(days=privacy.rules()["ended"].days)
    with db.writing() as session:
        session.execute(update(Offer).values(state=OVER[0]))
        session.execute(update(Pairing).values(state_since=last - DAY))
    assert "ended" not in keep(db, last)
    with db.writing() as session:
        session.execute(update(Pairing).values(state_since=AT))
    assert keep(db, last)["ended"] == 2


def test_who_came_back_in_time_stays(db):
    person, _ = a_file(db, "left")
    last = AT + timedelta(days=privacy.rules()["left"].days)
    with db.writing() as session:
        casework.give_consent(session, person, "program", by=COORDINATOR, at=last - DAY)
    assert "left" not in keep(db, last)


def test_who_comes_back_at_the_instant_that_her_file_is_taken_in_hand_stays(db):
    person, _ = a_file(db, "left")

    def come_back(asked):
        if asked.is_select and asked.statement._for_update_arg is not None:
            asked.session.execute(update(Person).where(Person.id == person).values(state="ready"))

    event.listen(Session, "do_orm_execute", come_back)
    try:
        done = keep(db, AT + timedelta(days=privacy.rules()["left"].days))
    finally:
        event.remove(Session, "do_orm_execute", come_back)
    assert erased_at(db, person) is None
    assert "left" not in done


def test_the_letter_of_the_day_about_the_ledger_is_no_night_s_work(db):
    with db.writing() as session:
        ledger.record(session, AT, SYSTEM, "send_anchor", "ledger", city_date(AT).isoformat())
    with db.reading() as session:
        assert not retention.was_done(session, AT)


def test_a_dry_run_counts_and_changes_nothing(db):
    a_file(db, "left")
    last = AT + timedelta(days=400)
    with db.reading() as session:
        counted = retention.due(session, last)
        before = session.scalar(select(func.count()).select_from(LedgerLine))
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(LedgerLine)) == before
        assert session.scalar(select(func.count()).select_from(Letter)) == counted["letter"] > 0
    assert {name: count for name, count in counted.items() if count} == keep(db, last)


def test_letters_and_drafts_go_in_batches(db, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 3)
    with db.writing() as session:
        office.newcomer(session)
        account = session.scalars(select(Account)).one()
        for _ in range(9):
            outbox.owe(session, account, "answer_waiting", at=AT)
        save_draft(session, "token", {"x": 1}, AT)
    done = keep(db, AT + timedelta(days=91))
    assert (done["letter"], done["draft"]) == (10, 1)
    with db.reading() as session:
        assert session.scalars(select(Letter)).all() == session.scalars(select(Draft)).all() == []


def test_letters_and_drafts_whose_time_is_not_over_stay(db):
    with db.writing() as session:
        office.newcomer(session)
        account = session.scalars(select(Account)).one()
        outbox.owe(session, account, "answer_waiting", at=AT + 91 * DAY)
        save_draft(session, "old", {"x": 1}, AT)
        save_draft(session, "new", {"x": 1}, AT + 91 * DAY)
    done = keep(db, AT + 91 * DAY)
    assert (done["letter"], done["draft"]) == (1, 1)
    with db.reading() as session:
        assert len(session.scalars(select(Letter)).all()) == len(session.scalars(select(Draft)).all()) == 1


def test_the_ledger_tells_counts_by_rule_and_nobody_s_name(db):
    a_file(db, "left")
    keep(db, AT + timedelta(days=400))
    with db.reading() as session:
        line = session.scalars(select(LedgerLine).where(LedgerLine.verb == "retain")).one()
        assert line.facts == {"left": 1, "letter": 2}
        assert retention.was_done(session, AT + timedelta(days=400))
        assert not retention.was_done(session, AT + timedelta(days=401))


@pytest.mark.parametrize(("how", "days"), [("left", 400), (None, 400), ("left", 100)])
def test_the_files_are_cleaned_where_somebody_was_erased_and_else_nobody_waits_for_it(
    db, monkeypatch, how, days
):
    cleaned = []
    monkeypatch.setattr(retention, "clean_up", cleaned.append)
    if how:
        a_file(db, how)
    else:
        with db.writing() as session:
            office.newcomer(session)
    done = keep(db, AT + timedelta(days=days))
    assert "letter" in done
    assert cleaned == ([db] if "left" in done else [])


def test_killed_in_the_middle_it_goes_on_where_it_was(db, monkeypatch):
    people = []
    with db.writing() as session:
        for name in ("Amina", "Noor", "Zoé"):
            someone = office.newcomer(session, name)
            casework.withdraw_consent(session, someone.person, "program", **someone.does)
            people.append(someone.person)
    erase, erased = retention.erase, []

    def killed(session, person_id, **how):
        if erased:
            raise KeyboardInterrupt
        erased.append(person_id)
        return erase(session, person_id, **how)

    monkeypatch.setattr(retention, "erase", killed)
    last = AT + timedelta(days=400)
    with pytest.raises(KeyboardInterrupt):
        keep(db, last)
    assert sum(erased_at(db, person) is not None for person in people) == 1
    monkeypatch.setattr(retention, "erase", erase)
    assert keep(db, last)["left"] == 2
    assert all(erased_at(db, person) for person in people)


def test_whoever_cannot_be_erased_holds_up_nobody_and_nothing_else(db, monkeypatch):
    with db.writing() as session:
        people = sorted(office.newcomer(session, name).person for name in ("Amina", "Noor", "Zoé"))
        for person in people:
            casework.withdraw_consent(session, person, "program", **office.Someone(person, "").does)
    erase = retention.erase

    def stuck(session, person_id, **how):
        if person_id == people[0]:
            raise OSError("nothing of hers can be written")
        return erase(session, person_id, **how)

    monkeypatch.setattr(retention, "erase", stuck)
    last = AT + timedelta(days=400)
    with pytest.raises(OSError, match="nothing of hers"):
        keep(db, last)
    assert [erased_at(db, person) for person in people] == [None, last, last]
    with db.reading() as session:
        line = session.scalars(select(LedgerLine).where(LedgerLine.verb == "retain")).one()
        assert line.facts == {"left": 2, "letter": 3}
        assert session.scalars(select(Letter)).all() == []
    monkeypatch.setattr(retention, "erase", erase)
    assert keep(db, last + DAY) == {"left": 1}


def test_only_the_house_keeps_to_the_rules(db):
    with pytest.raises(Forbidden):
        retention.keep_to_the_rules(db, by=office.Someone("p", "w").actor, at=AT)
