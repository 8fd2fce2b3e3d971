from datetime import timedelta

import pytest
from sqlalchemy import select

from models import calls, casework, disclosure
from models.errors import Forbidden, NotAllowedNow, WrongValue
from models.lifecycle import IN_FORCE, states
from models.queries.calls import owed
from models.tables import Account, Letter, Need, Offer, Person
from tests.models import office
from tests.models.office import AT, DO

SOON = AT + timedelta(days=5)


@pytest.fixture
def couple(session):
    return office.newcomer(session), office.sponsor(session)


def test_from_acceptance_to_an_active_pairing(session, couple):
    pairing = office.active(session, *couple)
    assert (pairing.state, pairing.first_meeting_on, pairing.first_meeting_at) == ("active", SOON, AT)
    assert session.get(Offer, couple[1].wish).places_taken == 1


@pytest.mark.parametrize("who", [0, 1])
def test_one_confirmation_is_not_enough(session, couple, who):
    pairing = office.in_trial(session, *couple)
    for _ in range(2):
        casework.confirm_trial(session, pairing.id, couple[who].person, **couple[who].does)
    assert pairing.state == "trial"


def test_a_missed_meeting_may_be_planned_again(session, couple):
    pairing = office.accepted(session, *couple)
    casework.plan_first_meeting(session, pairing.id, SOON, **couple[1].does)
    casework.record_no_show(session, pairing.id, **DO)
    casework.plan_first_meeting(session, pairing.id, SOON, **DO)
    assert casework.record_first_meeting(session, pairing.id, **couple[0].does).state == "trial"


def test_a_planned_meeting_may_be_moved(session, couple):
    pairing = office.accepted(session, *couple)
    for day in (1, 2):
        casework.plan_first_meeting(session, pairing.id, AT + timedelta(days=day), **DO)
    assert pairing.first_meeting_on == AT + timedelta(days=2)


def told(session, kind):
    """Whom a letter of this kind waits for, and who is to be called."""
    session.flush()
    written = select(Person.first_name).join(Account, Account.person_id == Person.id).join(Letter)
    called = [(one.name.split()[0], one.kind) for one in owed(session, AT)]
    return sorted(session.scalars(written.where(Letter.kind == kind))), called


def test_both_are_told_of_a_first_meeting_and_of_its_new_date(session, couple):
    pairing = office.accepted(session, *couple)
    casework.plan_first_meeting(session, pairing.id, SOON, **DO)
    assert told(session, "meeting_planned") == (["Amina", "Rosalie"], [])
    casework.plan_first_meeting(session, pairing.id, SOON, **DO)
    assert told(session, "meeting_moved") == ([], []), "the same date is no news"
    casework.plan_first_meeting(session, pairing.id, SOON + timedelta(days=1), **DO)
    assert told(session, "meeting_moved") == (["Amina", "Rosalie"], [])


def test_who_notes_a_first_meeting_herself_is_not_told_of_it(session, couple):
    pairing = office.accepted(session, *couple)
    casework.plan_first_meeting(session, pairing.id, SOON, **couple[1].does)
    assert told(session, "meeting_planned")[0] == ["Amina"]


def test_whom_no_letter_reaches_is_called_about_a_first_meeting_once_and_not_once_it_is_past(session):
    couple = office.newcomer(session, email=None), office.sponsor(session)
    pairing = office.accepted(session, *couple)
    casework.plan_first_meeting(session, pairing.id, SOON, **DO)
    casework.plan_first_meeting(session, pairing.id, SOON + timedelta(days=1), **DO)
    assert told(session, "meeting_moved") == (["Rosalie"], [("Amina", "meeting_planned")])
    (call,) = owed(session, AT + timedelta(days=2))
    assert call.about.meeting == SOON + timedelta(days=1)
    calls.note(session, call.id, **DO)
    casework.plan_first_meeting(session, pairing.id, SOON, **DO)
    assert told(session, "meeting_moved")[1] == [("Amina", "meeting_moved")]
    assert owed(session, SOON) == ()


@pytest.mark.parametrize("after", [casework.record_first_meeting, casework.record_no_show])
def test_nobody_hears_of_a_first_meeting_that_was(session, couple, after):
    pairing = office.accepted(session, *couple)
    casework.plan_first_meeting(session, pairing.id, SOON, **DO)
    after(session, pairing.id, **DO)
    assert told(session, "meeting_planned") == ([], [])


def test_a_pairing_that_ran_its_course_is_completed_and_its_need_finished(session, couple):
    pairing = office.active(session, *couple)
    casework.renew(session, pairing.id, **DO)
    casework.end_pairing(session, pairing.id, "goal_reached", **DO)
    assert (pairing.state, session.get(Need, couple[0].wish).state) == ("completed", "finished")
    assert session.get(Offer, couple[1].wish).state == "available"


@pytest.mark.parametrize(("stage", "reason"), [("active", "schedule"), ("in_trial", "goal_reached")])
def test_an_end_is_early_for_another_reason_or_before_the_pairing_is_active(session, couple, stage, reason):
    pairing = getattr(office, stage)(session, *couple)
    casework.end_pairing(session, pairing.id, reason, **DO)
    assert (pairing.state, session.get(Need, couple[0].wish).state) == ("ended_early", "available")


def test_a_pairing_runs_its_course_also_where_she_takes_a_break(session, couple):
    pairing = office.active(session, *couple)
    casework.pause(session, couple[0].person, **couple[0].does)
    casework.end_pairing(session, pairing.id, "goal_reached", **DO)
    casework.resume_person(session, couple[0].person, **couple[0].does)
    assert (pairing.state, session.get(Need, couple[0].wish).state) == ("completed", "finished")


def test_who_is_not_ready_has_nothing_to_pause(session):
    with pytest.raises(NotAllowedNow, match="submitted"):
        casework.pause(session, office.sign_up(session), **DO)


def test_an_early_end_puts_both_back_where_they_waited(session, couple):
    pairing = office.in_trial(session, *couple)
    casework.end_pairing(session, pairing.id, "schedule", **couple[0].does)
    assert (pairing.state, pairing.reason) == ("ended_early", "schedule")
    assert {session.get(Need, couple[0].wish).state, session.get(Offer, couple[1].wish).state} == {
        "available"
    }


def test_an_end_before_the_first_meeting_withdraws_it(session, couple):
    pairing = office.accepted(session, *couple)
    assert casework.end_pairing(session, pairing.id, "no_affinity", **couple[0].does).state == "withdrawn"


@pytest.mark.parametrize("who", [0, 1])
def test_anyone_concerned_suspends_and_the_place_stays_held(session, couple, who):
    pairing = office.active(session, *couple)
    casework.suspend(session, pairing.id, **couple[who].does)
    assert (pairing.state, session.get(Offer, couple[1].wish).places_taken) == ("suspended", 1)
    assert casework.resume(session, pairing.id, **DO).state == "active"


def test_a_stranger_touches_nothing(session, couple):
    pairing, stranger = office.active(session, *couple), office.newcomer(session, "Basile")
    for verb, more in ((casework.suspend, ()), (casework.end_pairing, ("safety",))):
        with pytest.raises(Forbidden):
            verb(session, pairing.id, *more, **stranger.does)


def test_an_end_has_a_reason_of_the_list(session, couple):
    pairing = office.active(session, *couple)
    for reason in ("too_far_in_practice", "because"):
        with pytest.raises(WrongValue):
            casework.end_pairing(session, pairing.id, reason, **DO)


def test_a_break_closes_what_is_not_accepted_and_keeps_what_is(session, couple):
    other = office.newcomer(session, "Basile")
    session.get(Offer, couple[1].wish).capacity = 2
    kept = office.accepted(session, *couple)
    closed = office.approved(session, other, couple[1])
    casework.pause(session, couple[1].person, **couple[1].does)
    assert (kept.state, closed.state) == ("accepted", "expired")
    assert (session.get(Offer, couple[1].wish).state, session.get(Need, other.wish).state) == (
        "paused",
        "available",
    )
    casework.resume_person(session, couple[1].person, **couple[1].does)
    assert session.get(Offer, couple[1].wish).state == "available"


PERSON = object()
VERBS = {
    "open_proposal": (casework.open_proposal,),
    "reject": (casework.reject, "timing"),
    "put_back": (casework.put_back,),
    "answer": (casework.answer, PERSON, "no"),
    "plan": (casework.plan_first_meeting, SOON),
    "meet": (casework.record_first_meeting,),
    "miss": (casework.record_no_show,),
    "confirm": (casework.confirm_trial, PERSON),
    "renew": (casework.renew,),
    "suspend": (casework.suspend,),
    "resume": (casework.resume,),
    "end": (casework.end_pairing, "moved_away"),
}
ALLOWED = {
    "open_proposal": {"suggested", "under_review"},
    "reject": {"under_review"},
    "put_back": {"under_review"},
    "answer": {"awaiting_answers"},
    "plan": {"accepted", "no_show", "first_meeting_planned"},
    "meet": {"first_meeting_planned"},
    "miss": {"first_meeting_planned"},
    "confirm": {"trial"},
    "renew": {"active"},
    "suspend": {"accepted", "first_meeting_planned", "no_show", "trial", "active", "renewed"},
    "resume": {"suspended"},
    "end": {"suggested", "under_review", *IN_FORCE},
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_refused_in_every_state_that_does_not_know_it(db, verb):
    act, *said = VERBS[verb]
    with db.writing() as session:
        need, offer = office.newcomer(session), office.sponsor(session)
        pairing = office.proposal(session, need, offer)
        pairing.approved_at = AT
        said = [need.person if word is PERSON else word for word in said]
        for state in sorted(set(states("pairing")) - ALLOWED[verb]):
            pairing.state = state
            with pytest.raises(NotAllowedNow):
                act(session, pairing.id, *said, **DO)
            assert pairing.state == state
        session.rollback()


def test_a_proposal_is_taken_back_in_words_of_ones_own_until_both_have_said_yes(session, couple):
    pairing = office.approved(session, *couple)
    for nothing in (None, " "):
        with pytest.raises(WrongValue):
            casework.end_pairing(session, pairing.id, "other_written", nothing, **DO)
    casework.end_pairing(session, pairing.id, "other_written", "Approuvée par erreur.", **DO)
    assert (pairing.state, pairing.reason) == ("withdrawn", "other_written")
    assert disclosure.pairing_note(session, pairing) == "Approuvée par erreur."


def test_what_both_accepted_ends_for_a_reason_of_the_list_only(session, couple):
    pairing = office.accepted(session, *couple)
    with pytest.raises(NotAllowedNow):
        casework.end_pairing(session, pairing.id, "other_written", "Approuvée par erreur.", **DO)
    assert pairing.state == "accepted"


def test_an_end_before_both_answered_is_a_withdrawal(session, couple):
    pairing = office.approved(session, *couple)
    assert casework.end_pairing(session, pairing.id, "no_contact", **DO).state == "withdrawn"
