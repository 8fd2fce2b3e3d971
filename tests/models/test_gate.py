"""Nobody reaches a newcomer without each thing that was verified of her, today and for as long as they meet."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from models import casework, mapping
from models.actor import SYSTEM
from models.clearances import STEPS
from models.errors import Barred, Forbidden, Stale
from models.invariants import check_invariants
from models.lifecycle import TOGETHER, is_allowed
from models.queries.me import my_page
from models.queries.todo import todo
from models.queries.vetting import SOON
from models.tables import Clearance, Letter, Offer, Pairing, Person
from tests.models import office
from tests.models.office import AT, DO, TODAY

YESTERDAY = TODAY - timedelta(days=1)
KINDS = [step for step in STEPS if step not in ("interview", "second_person")]


def a_family_and_a_sponsor(session):
    family = {"household": office.Household(form="family", children_bands=("3-5",))}
    return office.newcomer(session, "Amina", **family), office.sponsor(session, accepts_children=True)


@pytest.fixture
def couple(session):
    """A family that waits, and a sponsor who was cleared for households with children."""
    return a_family_and_a_sponsor(session)


def drop(session, offer, step):
    """Take one step away from somebody, as if it had never been."""
    if step == "interview":
        session.get(Person, offer.person).interviewed_at = None
    elif step == "second_person":
        session.execute(update(Clearance).values(confirmed_by=None, confirmed_at=None))
    else:
        session.execute(delete(Clearance).where(Clearance.kind == step))
    session.flush()
    session.expire_all()


def clearance_of(session, offer, kind):
    chosen = select(Clearance).where(Clearance.person_id == offer.person, Clearance.kind == kind)
    return session.scalars(chosen).one()


def kinds(session, today=TODAY):
    return {task.kind for band in todo(session, today).bands for task in band.tasks}


def test_with_every_step_a_round_proposes_the_pair(session, couple):
    assert office.proposal(session, *couple).state == "under_review"


@pytest.mark.parametrize("step", STEPS)
def test_without_one_step_nobody_is_proposed_and_no_field_of_the_newcomer_is_seen(session, couple, step):
    need, offer = couple
    drop(session, offer, step)
    casework.run_round(session, "sponsorship", today=TODAY, **DO)
    assert session.scalars(select(Pairing)).all() == []
    with pytest.raises(Barred, match="blocked_"):
        casework.pair_by_hand(session, need.wish, offer.wish, "They asked.", **DO)
    assert [pairing for wish in my_page(session, offer.person, AT).wishes for pairing in wish.pairings] == []


@pytest.mark.parametrize("step", STEPS)
def test_without_one_step_no_proposal_is_approved(session, couple, step):
    pairing = office.proposal(session, *couple)
    drop(session, couple[1], step)
    with pytest.raises(Stale, match="barriers"):
        casework.approve(session, pairing.id, pairing.version, **DO)
    casework.lapse_clearances(session, by=SYSTEM, at=AT)
    assert session.scalars(select(Pairing.state)).all() == ["put_back"]


def refused(db, verb, *about, **does):
    """Call one verb in a unit of its own, which must be undone whole."""
    with pytest.raises(Barred), db.writing() as session:
        verb(session, *about, **does)


@pytest.mark.parametrize("step", STEPS)
def test_without_one_step_the_second_yes_opens_nothing(db, step):
    with db.writing() as session:
        need, offer = a_family_and_a_sponsor(session)
        pairing = office.approved(session, need, offer).id
        casework.answer(session, pairing, need.person, "yes", **need.does)
        drop(session, offer, step)
    refused(db, casework.answer, pairing, offer.person, "yes", **offer.does)
    with db.writing() as session:
        assert session.get(Pairing, pairing).state == "awaiting_answers"
        casework.lapse_clearances(session, by=SYSTEM, at=AT)
        assert session.get(Pairing, pairing).state == "expired"


@pytest.mark.parametrize("step", STEPS)
def test_without_one_step_a_pairing_is_suspended_and_its_contacts_close(session, couple, step):
    need, offer = couple
    pairing = office.active(session, need, offer)
    drop(session, offer, step)
    assert casework.lapse_clearances(session, by=SYSTEM, at=AT) == 1
    assert pairing.state == "suspended"
    [seen] = my_page(session, need.person, AT).wishes[0].pairings
    assert seen.contacts is None


GO_ON = {
    "accepted": (casework.plan_first_meeting, AT),
    "active": (casework.renew,),
    "in_trial": (casework.confirm_trial, "the sponsor"),
}


@pytest.mark.parametrize("stage", GO_ON)
def test_nothing_goes_a_step_further_once_a_clearance_is_over(db, stage):
    with db.writing() as session:
        need, offer = a_family_and_a_sponsor(session)
        pairing = getattr(office, stage)(session, need, offer)
        if stage == "in_trial":
            casework.confirm_trial(session, pairing.id, need.person, **need.does)
        clearance_of(session, offer, "conduct").expires = YESTERDAY
    verb, *about = GO_ON[stage]
    refused(db, verb, pairing.id, *(offer.person if one == "the sponsor" else one for one in about), **DO)
    with db.reading() as session:
        assert session.get(Pairing, pairing.id).state == pairing.state


@pytest.mark.parametrize("kind", KINDS)
def test_the_day_of_its_end_counts_and_the_day_after_does_not(session, couple, kind):
    pairing = office.active(session, *couple)
    clearance_of(session, couple[1], kind).expires = TODAY
    assert casework.lapse_clearances(session, by=SYSTEM, at=AT) == 0
    assert pairing.state == "active"
    assert casework.lapse_clearances(session, by=SYSTEM, at=AT + timedelta(days=1)) == 1
    assert pairing.state == "suspended"


def test_a_round_takes_back_what_is_no_longer_cleared_before_it_proposes(session, couple):
    pairing = office.proposal(session, *couple)
    clearance_of(session, couple[1], "identity").expires = YESTERDAY
    casework.run_round(session, "sponsorship", today=TODAY, **DO)
    assert [one.state for one in session.scalars(select(Pairing))] == ["put_back"]
    assert session.get(Pairing, pairing.id).state == "put_back"


STOPPED = {"proposal": "put_back", "approved": "expired"} | dict.fromkeys(
    ("accepted", "in_trial", "active"), "suspended"
)


@pytest.mark.parametrize("stage", STOPPED)
@pytest.mark.parametrize("kind", ["identity", "screening"])
def test_revoking_stops_everything_at_once_and_keeps_letters_back(session, couple, stage, kind):
    pairing = getattr(office, stage)(session, *couple)
    casework.revoke_clearance(session, clearance_of(session, couple[1], kind).id, **DO)
    assert pairing.state == STOPPED[stage]
    assert session.get(Offer, couple[1].wish).places_taken == (1 if pairing.state == "suspended" else 0)
    owed = set(session.scalars(select(Letter.kind).where(Letter.about == pairing.id)))
    assert owed == ({"proposal_closed"} if stage == "approved" else set())


def test_revoking_twice_is_revoking_once(session, couple):
    office.active(session, *couple)
    clearance = clearance_of(session, couple[1], "identity")
    for by in (office.COORDINATOR, office.OTHER_COORDINATOR):
        casework.revoke_clearance(session, clearance.id, by=by, at=AT)
    assert clearance.revoked_by == office.COORDINATOR.name


def test_a_missed_meeting_can_be_suspended_too():
    assert [state for state in TOGETHER if not is_allowed("pairing", state, "suspended")] == ["suspended"]


def test_a_renewal_lets_a_pairing_go_on_only_by_somebody_s_act(session, couple):
    pairing = office.active(session, *couple)
    casework.revoke_clearance(session, clearance_of(session, couple[1], "references").id, **DO)
    with pytest.raises(Barred):
        casework.resume(session, pairing.id, **DO)
    casework.record_clearance(session, couple[1].person, "references", **DO)
    assert casework.lapse_clearances(session, by=SYSTEM, at=AT) == 0
    assert pairing.state == "suspended"
    with pytest.raises(Forbidden):
        casework.resume(session, pairing.id, by=SYSTEM, at=AT)
    assert casework.resume(session, pairing.id, **DO).state == "active"


def test_a_new_screening_needs_a_second_person_of_its_own(session, couple):
    pairing = office.active(session, *couple)
    casework.revoke_clearance(session, clearance_of(session, couple[1], "screening").id, **DO)
    casework.record_screening(session, couple[1].person, 2, **DO)
    with pytest.raises(Barred):
        casework.resume(session, pairing.id, **DO)
    office.confirm(session, couple[1].person)
    assert casework.resume(session, pairing.id, **DO).state == "active"


def test_children_who_come_later_stop_a_pairing_that_was_cleared_for_adults(session):
    need, offer = office.newcomer(session), office.sponsor(session, level=1)
    pairing = office.active(session, need, offer)
    session.get(Person, need.person).children_bands = ["0-2"]
    casework.lapse_clearances(session, by=SYSTEM, at=AT)
    assert pairing.state == "suspended"


def test_until_both_said_yes_an_offer_is_held_to_the_children_it_promises_to_welcome(session):
    need, offer = office.newcomer(session), office.sponsor(session, level=1)
    pairing = office.approved(session, need, offer)
    session.get(Offer, offer.wish).accepts_children = True
    assert casework.lapse_clearances(session, by=SYSTEM, at=AT) == 1
    assert pairing.state == "expired"


def test_who_offers_to_welcome_children_keeps_her_pairing_with_an_adult(session):
    need, offer = office.newcomer(session), office.sponsor(session, level=1)
    pairing = office.active(session, need, offer)
    session.get(Offer, offer.wish).accepts_children = True
    assert casework.lapse_clearances(session, by=SYSTEM, at=AT) == 0
    assert pairing.state == "active"


def test_what_is_missing_ends_soon_or_waits_for_a_second_person_stands_on_the_list(session, couple):
    assert kinds(session) == set()
    clearance_of(session, couple[1], "training").expires = TODAY + SOON - timedelta(days=1)
    session.flush()
    [task] = [task for band in todo(session, TODAY).bands for task in band.tasks]
    assert (task.kind, task.due, task.missing) == ("renewal", TODAY + SOON - timedelta(days=1), ())
    clearance_of(session, couple[1], "training").expires = YESTERDAY
    session.flush()
    [task] = [task for band in todo(session, TODAY).bands for task in band.tasks]
    assert (task.kind, task.due, task.missing) == ("renewal", TODAY, ("training",))
    clearance_of(session, couple[1], "training").expires = None
    drop(session, couple[1], "second_person")
    assert kinds(session) == {"second_person"}


def test_who_asks_to_stop_is_on_top_of_the_list_and_what_a_clearance_stopped_is_not(session, couple):
    pairing = office.active(session, *couple)
    casework.suspend(session, pairing.id, **couple[0].does)
    session.flush()
    casework.rows.ledger.write_pending(session)
    first = todo(session, TODAY).bands[0]
    assert (first.code, [task.kind for task in first.tasks]) == ("urgent", ["concern"])
    casework.resume(session, pairing.id, **DO)
    casework.revoke_clearance(session, clearance_of(session, couple[1], "identity").id, **DO)
    casework.rows.ledger.write_pending(session)
    assert kinds(session) == {"suspended", "renewal"}


def test_the_doctor_lets_a_suspended_pairing_wait_and_names_one_that_goes_on(session, couple):
    pairing = office.active(session, *couple)
    clearance_of(session, couple[1], "identity").expires = YESTERDAY
    casework.rows.ledger.write_pending(session)
    assert [found.code for found in check_invariants(session, TODAY)] == ["not_cleared"]
    casework.suspend(session, pairing.id, **DO)
    casework.rows.ledger.write_pending(session)
    assert check_invariants(session, TODAY) == []


def test_the_pool_says_vetted_and_trained_apart(session, couple):
    drop(session, couple[1], "training")
    [offer] = mapping.read_pool(session, "sponsorship", TODAY).offers
    assert (offer.vetting_done, offer.training_done) == (True, False)
    drop(session, couple[1], "references")
    [offer] = mapping.read_pool(session, "sponsorship", TODAY).offers
    assert (offer.vetting_done, offer.training_done) == (False, False)
