from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select

from models import casework
from models.errors import Forbidden, NotAllowedNow, WrongValue
from models.tables import Letter, Need, Offer
from tests.models import office
from tests.models.office import AT, DO

WEEK_AND_A_HALF = timedelta(days=10)


@pytest.fixture
def couple(session):
    return office.newcomer(session), office.sponsor(session)


@pytest.fixture
def awaited(session, couple):
    return office.approved(session, *couple)


def letters(session, pairing):
    session.flush()
    return sorted(session.scalars(select(Letter.kind).where(Letter.about == pairing.id)))


@pytest.mark.parametrize(("first", "second"), list(product(["yes", "no", "talk"], repeat=2)))
def test_two_yes_accept_and_one_no_closes(session, couple, awaited, first, second):
    casework.answer(session, awaited.id, couple[0].person, first, **couple[0].does)
    if first != "no":
        casework.answer(session, awaited.id, couple[1].person, second, **couple[1].does)
    said = {first} if first == "no" else {first, second}
    expected = "declined_by_one" if "no" in said else "accepted" if said == {"yes"} else "awaiting_answers"
    assert awaited.state == expected
    assert session.get(Offer, couple[1].wish).places_taken == (expected != "declined_by_one")


def test_an_acceptance_pairs_both_and_tells_both(session, couple, awaited):
    for one in couple:
        casework.answer(session, awaited.id, one.person, "yes", **one.does)
    assert {session.get(Need, couple[0].wish).state, session.get(Offer, couple[1].wish).state} == {"paired"}
    assert letters(session, awaited) == ["both_accepted", "both_accepted"]


@pytest.mark.parametrize("who", [0, 1])
def test_a_no_frees_both_and_spares_them_the_same_proposal(session, couple, awaited, who):
    casework.answer(session, awaited.id, couple[who].person, "no", **couple[who].does)
    assert {session.get(Need, couple[0].wish).state, session.get(Offer, couple[1].wish).state} == {
        "available"
    }
    casework.run_round(session, "sponsorship", today=office.TODAY, **DO)
    assert office.pairing_of(session, *couple).state == "declined_by_one"


@pytest.mark.parametrize("end", ["no", "lapse", "leave", "apart"])
def test_nothing_sent_tells_a_no_from_a_lapse_or_a_departure(session, couple, awaited, end):
    one, other = couple
    if end == "no":
        casework.answer(session, awaited.id, one.person, "no", **one.does)
    elif end == "lapse":
        casework.lapse(session, by=office.COORDINATOR, at=AT + WEEK_AND_A_HALF)
    elif end == "leave":
        casework.withdraw_consent(session, one.person, "program", **one.does)
    else:
        casework.exclude(session, one.person, other.person, **one.does)
    assert letters(session, awaited) == ["proposal_closed", "proposal_closed"]


def test_an_answer_may_change_until_both_have_said_yes(session, couple, awaited):
    for said in ("talk", "yes", "talk", "yes"):
        casework.answer(session, awaited.id, couple[0].person, said, **couple[0].does)
    casework.answer(session, awaited.id, couple[1].person, "yes", **couple[1].does)
    with pytest.raises(NotAllowedNow):
        casework.answer(session, awaited.id, couple[0].person, "no", **couple[0].does)


def test_only_the_two_answer_each_for_herself(session, couple, awaited):
    stranger = office.newcomer(session, "Basile")
    with pytest.raises(Forbidden):
        casework.answer(session, awaited.id, stranger.person, "yes", **stranger.does)
    with pytest.raises(Forbidden):
        casework.answer(session, awaited.id, couple[0].person, "yes", **couple[1].does)


def test_a_coordinator_notes_an_answer_given_by_telephone(session, couple, awaited):
    assert casework.answer(session, awaited.id, couple[0].person, "yes", **DO).need_answer == "yes"


def test_an_answer_that_does_not_exist_is_refused(session, couple, awaited):
    with pytest.raises(WrongValue):
        casework.answer(session, awaited.id, couple[0].person, "maybe", **couple[0].does)


def test_nothing_is_answered_before_the_approval(session, couple):
    pairing = office.proposal(session, *couple)
    with pytest.raises(NotAllowedNow):
        casework.answer(session, pairing.id, couple[0].person, "yes", **couple[0].does)


@pytest.mark.parametrize(
    ("after", "count"), [(WEEK_AND_A_HALF - timedelta(seconds=1), 0), (WEEK_AND_A_HALF, 1)]
)
def test_silence_for_ten_days_lets_a_proposal_lapse(session, couple, awaited, after, count):
    casework.answer(session, awaited.id, couple[0].person, "yes", **couple[0].does)
    assert casework.lapse(session, by=office.COORDINATOR, at=AT + after) == count
    assert awaited.state == ("expired" if count else "awaiting_answers")
    assert session.get(Offer, couple[1].wish).places_taken == 1 - count


@pytest.mark.parametrize("other", ["yes", None])
def test_whoever_wants_to_talk_first_does_not_lose_the_proposal_to_a_late_call(
    session, couple, awaited, other
):
    casework.answer(session, awaited.id, couple[0].person, "talk", **couple[0].does)
    if other:
        casework.answer(session, awaited.id, couple[1].person, other, **couple[1].does)
    assert casework.lapse(session, by=office.COORDINATOR, at=AT + 2 * WEEK_AND_A_HALF) == 0
    casework.answer(session, awaited.id, couple[0].person, "yes", **couple[0].does)
    assert casework.lapse(session, by=office.COORDINATOR, at=AT + 2 * WEEK_AND_A_HALF) == (other is None)
    assert awaited.state == ("accepted" if other else "expired")


def test_only_who_is_silent_is_reminded_and_once(session, couple, awaited):
    casework.answer(session, awaited.id, couple[0].person, "yes", **couple[0].does)
    does = {"by": office.COORDINATOR, "at": AT + timedelta(days=7)}
    assert [casework.remind(session, **does) for _ in range(2)] == [1, 0]
    assert letters(session, awaited).count("answer_waiting") == 1
