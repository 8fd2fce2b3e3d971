from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from models import casework, organisations
from models.actor import SYSTEM, Actor
from models.errors import Forbidden, NotAllowedNow, NotYourself, WrongValue
from models.tables import Clearance, LedgerLine, Person
from tests.models import office
from tests.models.office import AT, DO, NEED, OFFER, TODAY

ADMINISTRATOR = Actor(account_id="administrator", role="administrator")


def _interviewed(session, **wishes):
    person = office.sign_up(session, **wishes)
    casework.book_interview(session, person, AT, **DO)
    return casework.record_interview(session, person, **DO)


def test_who_only_asks_is_ready_after_the_interview(session):
    assert _interviewed(session, needs=(NEED,)).state == "ready"


def _note(session, person, *kinds):
    for kind in kinds:
        casework.record_clearance(session, person.id, kind, **DO)


def test_who_offers_shows_each_thing_and_is_then_ready(session):
    person = _interviewed(session, offers=(OFFER,))
    assert person.state == "vetting"
    for kind in ("identity", "references", "conduct"):
        _note(session, person, kind)
        assert person.state == "vetting"
    assert casework.record_screening(session, person.id, 1, **DO).state == "training"
    assert casework.record_training(session, person.id, **DO).state == "ready"


@pytest.mark.parametrize("last", ["identity", "references", "conduct", "training"])
def test_the_order_of_the_steps_does_not_matter_but_none_may_be_left_out(session, last):
    person = _interviewed(session, offers=(OFFER,))
    casework.record_screening(session, person.id, 1, **DO)
    _note(session, person, *({"identity", "references", "conduct", "training"} - {last}))
    assert casework.missing_of(session, person, TODAY) == (last,)
    assert person.state == ("training" if last == "training" else "vetting")
    _note(session, person, last)
    assert (person.state, casework.missing_of(session, person, TODAY)) == ("ready", ())


def test_what_is_taken_back_while_she_trains_is_asked_again_before_she_is_ready(session):
    person = _interviewed(session, offers=(OFFER,))
    _note(session, person, "identity", "references", "conduct")
    casework.record_screening(session, person.id, 1, **DO)
    identity = session.scalars(select(Clearance.id).where(Clearance.kind == "identity")).one()
    casework.revoke_clearance(session, identity, **DO)
    _note(session, person, "conduct", "training")
    assert (person.state, casework.missing_of(session, person, TODAY)) == ("training", ("identity",))
    _note(session, person, "identity")
    assert person.state == "ready"


@pytest.mark.parametrize(
    "offer",
    [replace(OFFER, accepts_children=True), replace(OFFER, program="support")],
    ids=["children", "support"],
)
def test_children_and_support_ask_the_second_level(session, offer):
    person = _interviewed(session, offers=(offer,))
    _note(session, person, "identity", "references", "conduct")
    assert casework.asked_of(session, person).screening_level == 2
    assert casework.record_screening(session, person.id, 1, **DO).state == "vetting"
    assert "screening" in casework.missing_of(session, person, TODAY)
    casework.record_screening(session, person.id, 2, **DO)
    assert "screening" not in casework.missing_of(session, person, TODAY)


def test_two_people_clear_a_volunteer_for_households_with_children(session):
    person = _interviewed(session, offers=(replace(OFFER, accepts_children=True),))
    _note(session, person, "identity", "references", "conduct", "training")
    casework.record_screening(session, person.id, 2, **DO)
    assert (person.state, casework.missing_of(session, person, TODAY)) == ("vetting", ("second_person",))
    with pytest.raises(NotYourself):
        casework.confirm_screening(session, _noted(session, person.id).id, **DO)
    with pytest.raises(NotYourself):
        casework.confirm_screening(session, _noted(session, person.id).id, by=SYSTEM, at=AT)
    assert person.state == "vetting"
    office.confirm(session, person.id)
    assert (person.state, _noted(session, person.id).confirmed_by) == ("ready", office.OTHER_COORDINATOR.name)


def test_an_administrator_or_the_agent_of_her_partner_may_be_the_second_person(session):
    partner = organisations.open_organisation(session, "Portes ouvertes", by=ADMINISTRATOR, at=AT).id
    for by, may in (
        (ADMINISTRATOR, True),
        (Actor(account_id="agent", role="agent", organisation_id=partner), True),
        (Actor(account_id="stranger", role="agent", organisation_id="another"), False),
    ):
        person = session.get(Person, office.sign_up(session, f"R{by.name}", offers=(OFFER,)))
        person.referred_by = partner
        casework.record_screening(session, person.id, 2, **DO)
        if may:
            casework.confirm_screening(session, _noted(session, person.id).id, by=by, at=AT)
            assert _noted(session, person.id).confirmed_by == by.name
        else:
            with pytest.raises(Forbidden):
                casework.confirm_screening(session, _noted(session, person.id).id, by=by, at=AT)


def test_what_a_command_noted_is_confirmed_by_nobody(session):
    person = office.sign_up(session, offers=(OFFER,))
    casework.record_screening(session, person, 2, by=SYSTEM, at=AT)
    with pytest.raises(NotYourself):
        casework.confirm_screening(session, _noted(session, person).id, **DO)


def test_the_database_itself_refuses_one_person_in_place_of_two(db):
    with db.writing() as session:
        office.sponsor(session)
    with pytest.raises(IntegrityError, match="two_people"), db.writing() as session:
        session.execute(update(Clearance).values(confirmed_by=Clearance.recorded_by))


def test_a_screening_that_was_revoked_or_is_no_screening_is_not_confirmed(session):
    person = office.sign_up(session, offers=(OFFER,))
    casework.record_clearance(session, person, "identity", **DO)
    with pytest.raises(NotAllowedNow):
        casework.confirm_screening(
            session, _noted(session, person, "identity").id, by=office.OTHER_COORDINATOR, at=AT
        )
    casework.record_screening(session, person, 2, **DO)
    casework.revoke_clearance(session, _noted(session, person).id, **DO)
    with pytest.raises(NotAllowedNow):
        office.confirm(session, person)


def test_a_screening_that_ran_out_does_not_count(session):
    person = _interviewed(session, offers=(OFFER,))
    yesterday = (AT - timedelta(days=1)).date()
    assert casework.record_screening(session, person.id, 2, expires=yesterday, **DO).state == "vetting"


def test_the_interview_is_booked_before_it_is_held(session):
    person = office.sign_up(session, needs=(NEED,))
    with pytest.raises(NotAllowedNow):
        casework.record_interview(session, person, **DO)


def test_who_left_is_not_brought_back_by_an_interview(session):
    amina = office.newcomer(session)
    casework.withdraw_consent(session, amina.person, "program", **amina.does)
    with pytest.raises(NotAllowedNow):
        casework.record_interview(session, amina.person, **DO)
    assert session.get(Person, amina.person).state == "withdrawn"


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


@pytest.mark.parametrize("kind", ["screening", "portrait"])
def test_a_kind_that_is_not_noted_by_a_word_alone_is_refused(session, kind):
    with pytest.raises(WrongValue):
        casework.record_clearance(session, office.sign_up(session), kind, **DO)


def test_nobody_clears_herself(session):
    rosalie = office.sponsor(session)
    at_her_desk = {"by": Actor(account_id="x", role="coordinator", person_id=rosalie.person), "at": AT}
    for does in (rosalie.does, at_her_desk):
        with pytest.raises(Forbidden):
            casework.record_screening(session, rosalie.person, 2, **does)
        with pytest.raises(Forbidden):
            casework.record_clearance(session, rosalie.person, "identity", **does)
        with pytest.raises(Forbidden):
            casework.confirm_screening(session, _noted(session, rosalie.person).id, **does)
    with pytest.raises(Forbidden):
        casework.revoke_clearance(session, _noted(session, rosalie.person).id, **rosalie.does)


def _noted(session, person_id, kind="screening"):
    session.flush()
    return session.scalars(
        select(Clearance).where(Clearance.person_id == person_id, Clearance.kind == kind)
    ).one()


def test_only_level_date_issuer_and_end_are_kept_and_the_first_and_third_are_sealed(session):
    person = office.sign_up(session)
    casework.record_screening(session, person, 2, issuer="Service de filtrage", **DO)
    session.flush()
    kept = session.scalars(select(Clearance)).one()
    assert kept.outcome_sealed != b"2"
    assert b"Service" not in kept.issuer_sealed
    assert {column.name for column in Clearance.__table__.columns} == {
        "id", "person_id", "kind", "outcome_sealed", "issuer_sealed", "recorded_at", "recorded_by", "expires",
        "confirmed_at", "confirmed_by", "revoked_at", "revoked_by",
    }  # fmt: skip


def test_each_step_towards_ready_has_its_line(db):
    with db.writing() as session:
        person = _interviewed(session, needs=(NEED,)).id
    with db.reading() as session:
        chosen = select(LedgerLine).where(LedgerLine.entity_id == person).order_by(LedgerLine.seq)
        steps = [line.facts["to"] for line in session.scalars(chosen) if "to" in line.facts]
    assert steps == ["submitted", "interview_booked", "interviewed", "ready"]
