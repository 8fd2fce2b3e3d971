from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import casework
from models.errors import Forbidden, NotAllowedNow, WrongValue
from models.tables import Clearance, LedgerLine, Person
from tests.models import office
from tests.models.office import AT, DO, NEED, OFFER


def _interviewed(session, **wishes):
    person = office.sign_up(session, **wishes)
    casework.book_interview(session, person, AT, **DO)
    return casework.record_interview(session, person, **DO)


def test_who_only_asks_is_ready_after_the_interview(session):
    assert _interviewed(session, needs=(NEED,)).state == "ready"


def test_who_offers_is_screened_then_trained_then_ready(session):
    person = _interviewed(session, offers=(OFFER,))
    assert person.state == "vetting"
    assert casework.record_screening(session, person.id, 1, **DO).state == "training"
    assert casework.record_training(session, person.id, **DO).state == "ready"


def test_training_done_early_is_not_asked_again(session):
    person = _interviewed(session, offers=(OFFER,))
    assert casework.record_training(session, person.id, **DO).state == "vetting"
    assert casework.record_screening(session, person.id, 1, **DO).state == "ready"


@pytest.mark.parametrize(
    "offer",
    [replace(OFFER, accepts_children=True), replace(OFFER, program="support")],
    ids=["children", "support"],
)
def test_children_and_support_ask_the_second_level(session, offer):
    person = _interviewed(session, offers=(offer,))
    assert casework.asked_of(session, person).screening_level == 2
    assert casework.record_screening(session, person.id, 1, **DO).state == "vetting"
    assert casework.record_screening(session, person.id, 2, **DO).state == "training"


def test_a_screening_that_ran_out_does_not_count(session):
    person = _interviewed(session, offers=(OFFER,))
    yesterday = (AT - timedelta(days=1)).date()
    assert casework.record_screening(session, person.id, 2, expires=yesterday, **DO).state == "vetting"


def test_the_interview_is_booked_before_it_is_held(session):
    person = office.sign_up(session, needs=(NEED,))
    with pytest.raises(NotAllowedNow):
        casework.record_interview(session, person, **DO)


def test_a_booked_interview_may_be_moved(session):
    person = office.sign_up(session)
    casework.book_interview(session, person, AT, **DO)
    assert casework.book_interview(session, person, AT + timedelta(days=2), **DO).state == "interview_booked"
    assert session.get(Person, person).interview_on == AT + timedelta(days=2)


def test_a_declined_person_offers_nothing_any_more(session):
    person = office.sign_up(session, needs=(NEED,))
    assert casework.decline_person(session, person, **DO).state == "declined"
    assert [wish.state for wish in casework.rows.wishes_of(session, person)] == ["withdrawn"]


def test_a_level_that_does_not_exist_is_refused(session):
    with pytest.raises(WrongValue):
        casework.record_screening(session, office.sign_up(session), 3, **DO)


def test_nobody_clears_herself(session):
    rosalie = office.sponsor(session)
    with pytest.raises(Forbidden):
        casework.record_screening(session, rosalie.person, 2, **rosalie.does)


def test_only_level_date_issuer_and_end_are_kept_and_the_first_and_third_are_sealed(session):
    person = office.sign_up(session)
    casework.record_screening(session, person, 2, issuer="Service de filtrage", **DO)
    session.flush()
    kept = session.scalars(select(Clearance)).one()
    assert kept.outcome_sealed != b"2"
    assert b"Service" not in kept.issuer_sealed
    assert {column.name for column in Clearance.__table__.columns} == {
        "id", "person_id", "kind", "outcome_sealed", "issuer_sealed", "recorded_at", "recorded_by", "expires",
    }  # fmt: skip


def test_each_step_towards_ready_has_its_line(db):
    with db.writing() as session:
        person = _interviewed(session, needs=(NEED,)).id
    with db.reading() as session:
        lines = session.scalars(select(LedgerLine).where(LedgerLine.entity_id == person))
        steps = [line.facts["to"] for line in lines if "to" in line.facts]
    assert steps == ["submitted", "interview_booked", "interviewed", "ready"]
