from contextlib import nullcontext

import pytest
from sqlalchemy import select

from models import casework, disclosure
from models.actor import SYSTEM
from models.casework import Household, Language
from models.errors import Barred, Forbidden, NoPlace, NotAllowedNow, Stale, Unknown, WrongValue
from models.tables import ForbiddenPair, Letter, Need, Offer, Pairing, Person
from tests.models import office
from tests.models.office import AT, DO, PROFILE, TODAY


@pytest.fixture
def couple(session):
    return office.newcomer(session), office.sponsor(session)


@pytest.fixture
def proposal(session, couple):
    return office.proposal(session, *couple)


def approve(session, pairing):
    return casework.approve(session, pairing.id, pairing.version, **DO)


def test_approving_holds_the_place_and_owes_both_a_letter(session, couple, proposal):
    pairing = approve(session, proposal)
    assert (pairing.state, pairing.approved_by) == ("awaiting_answers", "coordinator")
    assert (pairing.answers_due - AT).days == 10
    assert session.get(Offer, couple[1].wish).places_taken == 1
    assert {session.get(Need, couple[0].wish).state, session.get(Offer, couple[1].wish).state} == {"proposed"}
    session.flush()
    assert (
        session.scalars(select(Letter.kind).where(Letter.about == pairing.id)).all()
        == ["proposal_waiting"] * 2
    )


def test_what_was_not_opened_is_not_approved(session, couple):
    casework.run_round(session, "sponsorship", today=TODAY, **DO)
    with pytest.raises(Stale, match="state"):
        approve(session, office.pairing_of(session, *couple))


def test_the_same_proposal_is_approved_once(session, proposal):
    approve(session, proposal)
    with pytest.raises(Stale, match="state"):
        approve(session, proposal)


def test_a_page_shown_before_a_change_approves_nothing(session, proposal):
    shown = proposal.version
    casework.lock(session, proposal.id, **DO)
    with pytest.raises(Stale, match="version"):
        casework.approve(session, proposal.id, shown, **DO)


def test_the_last_place_goes_once(session, couple):
    other = office.newcomer(session, "Basile")
    by_hand = casework.pair_by_hand(session, other.wish, couple[1].wish, "They met.", **DO)
    casework.unlock(session, by_hand, **DO)
    first = session.get(Pairing, by_hand)
    second = casework.open_proposal(session, _suggest(session, couple).id, **DO)
    approve(session, first)
    with pytest.raises(NoPlace, match=couple[1].wish):
        approve(session, second)
    assert session.get(Offer, couple[1].wish).places_taken == 1


def _suggest(session, couple):
    """A second proposal for the same place, as a coordinator may have left it in review."""
    first = session.scalars(select(Pairing)).first()
    pairing = Pairing(
        **{
            column.key: getattr(first, column.key)
            for column in Pairing.__mapper__.column_attrs
            if column.key
            not in ("id", "need_id", "state", "origin", "version", "hand_reason_sealed", "locked")
        },
        id=casework.review.new_id(),
        need_id=couple[0].wish,
        state="suggested",
        origin="engine",
        version=1,
        locked=False,
    )
    session.add(pairing)
    facts = {"from": None, "to": "suggested"}
    casework.rows.ledger.record(session, AT, SYSTEM, "suggest", "pairing", pairing.id, facts)
    session.flush()
    return pairing


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"availability": ((),)}, "blocked_schedule"),
        ({"languages": (Language(code="vie", level="native"),)}, "blocked_language"),
    ],
)
def test_a_barrier_that_came_up_since_stops_the_approval(session, couple, proposal, change, code):
    profile = office.replace(PROFILE, **change)
    casework.update_profile(session, couple[0].person, profile, **couple[0].does)
    with pytest.raises(Stale, match=f"barriers {code}"):
        approve(session, proposal)


def test_a_screening_that_ran_out_since_stops_the_approval(session, proposal):
    for clearance in session.scalars(select(casework.vetting.Clearance)):
        clearance.expires = TODAY.replace(day=1) if clearance.kind == "screening" else None
    with pytest.raises(Stale, match="blocked_vetting"):
        approve(session, proposal)


def test_a_pair_forbidden_since_is_not_approved(session, couple, proposal):
    session.add(
        ForbiddenPair(need_id=couple[0].wish, offer_id=couple[1].wish, forbidden_by="coordinator", since=AT)
    )
    with pytest.raises(Stale, match="forbidden"):
        approve(session, proposal)


@pytest.mark.parametrize("who", [0, 1])
def test_a_person_on_a_break_is_not_approved(session, couple, proposal, who):
    casework.pause(session, couple[who].person, **couple[who].does)
    with pytest.raises(Stale, match="state"):
        approve(session, proposal)


def test_approving_one_puts_the_need_s_other_proposals_aside(session, couple):
    other = office.sponsor(session, "Sylvain")
    one = casework.pair_by_hand(session, couple[0].wish, couple[1].wish, "They met.", **DO)
    casework.unlock(session, one, **DO)
    two = casework.pair_by_hand(session, couple[0].wish, other.wish, "Or these.", **DO)
    approve(session, session.get(Pairing, one))
    assert session.get(Pairing, two).state == "put_back"


LOST = {
    "person": (lambda session, _, offer: session.get_one(Person, offer.person), "state", "vetting"),
    "need": (lambda session, need, _: session.get_one(Need, need.wish), "state", "paused"),
    "offer": (lambda session, _, offer: session.get_one(Offer, offer.wish), "state", "paused"),
    "consent": (
        lambda session, need, _: casework.consent_in_force(session, need.person, "matching"),
        "withdrawn_at",
        AT,
    ),
}


@pytest.mark.parametrize("code", LOST)
def test_an_approval_looks_at_each_thing_itself_and_names_what_no_longer_holds(
    session, couple, proposal, code
):
    find, column, value = LOST[code]
    row = find(session, *couple)
    before = getattr(row, column)
    for now, refusal in ((value, pytest.raises(Stale, match=f"^{code}$")), (before, nullcontext())):
        setattr(row, column, now)
        with refusal:
            approve(session, proposal)
    assert proposal.state == "awaiting_answers"


@pytest.mark.parametrize("actor", ["participant", "system"])
def test_only_a_person_of_the_office_decides(session, couple, proposal, actor):
    does = couple[0].does if actor == "participant" else {"by": SYSTEM, "at": AT}
    verbs = {
        casework.approve: (proposal.id, proposal.version),
        casework.reject: (proposal.id, "timing"),
        casework.put_back: (proposal.id,),
        casework.lock: (proposal.id,),
        casework.unlock: (proposal.id,),
        casework.forbid: (couple[0].wish, couple[1].wish),
        casework.allow: (couple[0].wish, couple[1].wish),
        casework.pair_by_hand: (couple[0].wish, couple[1].wish, "No reason."),
    }
    for verb, about in verbs.items():
        with pytest.raises(Forbidden):
            verb(session, *about, **does)


def test_a_rejection_has_a_reason_of_the_list_and_a_sealed_note(session, proposal):
    casework.reject(session, proposal.id, "other_written", "knows her cousin", **DO)
    assert (proposal.state, proposal.reason) == ("rejected", "other_written")
    assert disclosure.pairing_note(session, proposal) == "knows her cousin"
    assert b"cousin" not in proposal.note_sealed
    [line] = [one for one in casework.rows.ledger.write_pending(session) if one.verb == "reject"]
    assert line.facts == {"from": "under_review", "to": "rejected", "reason": "other_written"}


@pytest.mark.parametrize(
    ("reason", "note"),
    [("moved_away", None), ("because", None), ("other_written", " "), ("other_written", None)],
)
def test_a_rejection_without_a_true_reason_is_refused(session, proposal, reason, note):
    with pytest.raises(WrongValue):
        casework.reject(session, proposal.id, reason, note, **DO)


def test_who_is_put_back_is_proposed_again(session, couple, proposal):
    assert casework.put_back(session, proposal.id, **DO).state == "put_back"
    assert office.proposal(session, *couple).id != proposal.id


def test_a_doubt_on_safety_keeps_two_people_apart(session, couple, proposal):
    casework.reject(session, proposal.id, "safety_doubt", **DO)
    with pytest.raises(Barred, match="blocked_history"):
        casework.pair_by_hand(session, couple[0].wish, couple[1].wish, "Again?", **DO)


def test_a_forbidden_pair_is_not_proposed_until_it_is_allowed(session, couple, proposal):
    casework.forbid(session, couple[0].wish, couple[1].wish, **DO)
    assert proposal.state == "put_back"
    with pytest.raises(Barred, match="blocked_by_coordinator"):
        casework.pair_by_hand(session, couple[0].wish, couple[1].wish, "Again?", **DO)
    casework.allow(session, couple[0].wish, couple[1].wish, **DO)
    assert casework.pair_by_hand(session, couple[0].wish, couple[1].wish, "Again.", **DO)


def test_a_pairing_by_hand_may_cross_what_a_person_may_judge(session):
    need = office.newcomer(session, languages=(Language(code="vie", level="native"),), availability=((),))
    offer = office.sponsor(session)
    pairing = session.get(
        Pairing, casework.pair_by_hand(session, need.wish, offer.wish, "A neighbour interprets.", **DO)
    )
    assert (pairing.origin, pairing.state, pairing.locked) == ("hand", "under_review", True)
    assert pairing.crossed == ["blocked_language", "blocked_schedule"]
    assert disclosure.hand_reason(session, pairing) == "A neighbour interprets."
    assert approve(session, pairing).state == "awaiting_answers"


@pytest.mark.parametrize(
    ("need", "offer", "code"),
    [
        ({"gender_request": "m"}, {}, "blocked_gender"),
        ({"household": Household(form="family", children_bands=("3-5",))}, {"level": 1}, "blocked_vetting"),
        ({"consents": ()}, {}, "blocked_consent"),
    ],
)
def test_safety_and_consent_are_never_crossed(session, need, offer, code):
    one, other = office.newcomer(session, **need), office.sponsor(session, **offer)
    with pytest.raises(Barred, match=code):
        casework.pair_by_hand(session, one.wish, other.wish, "I insist.", **DO)


def test_a_pairing_by_hand_has_a_written_reason(session, couple):
    with pytest.raises(WrongValue):
        casework.pair_by_hand(session, couple[0].wish, couple[1].wish, "  ", **DO)


def test_who_is_not_ready_is_not_paired_by_hand(session, couple):
    zoe = office.sign_up(session, "Zoé", needs=(office.NEED,))
    [wish] = casework.rows.wishes_of(session, zoe)
    with pytest.raises(NotAllowedNow, match="submitted"):
        casework.pair_by_hand(session, wish.id, couple[1].wish, "They met.", **DO)


def test_a_need_that_is_paired_is_taken_for_every_other_offer(session, couple, proposal):
    approve(session, proposal)
    with pytest.raises(NoPlace):
        casework.pair_by_hand(session, couple[0].wish, office.sponsor(session, "Odile").wish, "Or she.", **DO)


@pytest.mark.parametrize("stage", ["proposal", "approved", "accepted"])
def test_what_has_its_state_already_is_settled_without_a_word(session, couple, stage):
    getattr(office, stage)(session, *couple)
    for table, one in zip((Need, Offer), couple, strict=True):
        wish = session.get_one(table, one.wish)
        before = (wish.state, wish.version)
        casework.places.settle(session, wish, **DO)
        assert (wish.state, wish.version) == before


def test_two_of_different_programs_are_not_paired_by_hand(session, couple):
    companion = office.sponsor(session, "Odile", program="support")
    with pytest.raises(WrongValue):
        casework.pair_by_hand(session, couple[0].wish, companion.wish, "Both asked.", **DO)


def test_a_need_is_locked_once_and_an_offer_as_often_as_it_has_places(session, couple):
    other, third = office.sponsor(session, "Sylvain"), office.newcomer(session, "Basile")
    casework.pair_by_hand(session, couple[0].wish, couple[1].wish, "They met.", **DO)
    with pytest.raises(NoPlace):
        casework.pair_by_hand(session, couple[0].wish, other.wish, "Or these.", **DO)
    with pytest.raises(NoPlace):
        casework.pair_by_hand(session, third.wish, couple[1].wish, "Or those.", **DO)


TAKEN_BACK = {"proposal": "put_back", "approved": "withdrawn", "accepted": "accepted"}


@pytest.mark.parametrize("stage", TAKEN_BACK)
def test_a_crisis_takes_back_what_both_have_not_accepted_until_it_is_over(session, couple, stage):
    pairing = getattr(office, stage)(session, *couple)
    assert casework.raise_crisis_flag(session, couple[0].wish, **DO).crisis_flag
    assert pairing.state == TAKEN_BACK[stage]
    assert not casework.lower_crisis_flag(session, couple[0].wish, **DO).crisis_flag


def test_what_was_decided_is_not_locked(session, proposal):
    approve(session, proposal)
    for verb in (casework.lock, casework.unlock, casework.put_back, casework.open_proposal):
        with pytest.raises(NotAllowedNow):
            verb(session, proposal.id, **DO)


def test_a_pairing_that_does_not_exist_is_unknown(session):
    with pytest.raises(Unknown, match="pairing"):
        casework.open_proposal(session, "nothing", **DO)
