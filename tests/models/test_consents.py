from datetime import date

import pytest
from sqlalchemy import select

from models import casework
from models.errors import Barred, Forbidden, NotAllowedNow, Stale, WrongValue
from models.tables import Consent, Exclusion, Letter, Need, Offer, Person
from tests.models import office
from tests.models.office import AT, DO, TODAY

STAGES = {
    "suggested": lambda *who: casework.run_round(who[0], "sponsorship", today=TODAY, **DO),
    "under_review": office.proposal,
    "awaiting_answers": office.approved,
    "accepted": office.accepted,
    "trial": office.in_trial,
    "active": office.active,
}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("who", [0, 1], ids=["the one who asks", "the one who offers"])
def test_leaving_ends_what_is_open_at_once_and_frees_the_place(session, stage, who):
    couple = office.newcomer(session), office.sponsor(session)
    STAGES[stage](session, *couple)
    leaver, other = couple[who], couple[1 - who]
    person = casework.withdraw_consent(session, leaver.person, "program", **leaver.does)
    pairing = office.pairing_of(session, *couple)
    assert (person.state, pairing.state, pairing.reason) == ("withdrawn", "withdrawn", "consent_withdrawn")
    assert session.get(Offer, couple[1].wish).places_taken == 0
    assert session.get((Need, Offer)[1 - who], other.wish).state == "available"


def test_leaving_after_a_missed_meeting_ends_it_early(session):
    couple = office.newcomer(session), office.sponsor(session)
    pairing = office.accepted(session, *couple)
    casework.plan_first_meeting(session, pairing.id, AT, **DO)
    casework.record_no_show(session, pairing.id, **DO)
    casework.withdraw_consent(session, couple[0].person, "program", **couple[0].does)
    assert pairing.state == "ended_early"


@pytest.mark.parametrize(
    ("stage", "after"),
    [
        ("under_review", "withdrawn"),
        ("awaiting_answers", "withdrawn"),
        ("accepted", "accepted"),
        ("active", "active"),
    ],
)
def test_turning_matching_off_takes_back_what_both_have_not_accepted(session, stage, after):
    need, offer = office.newcomer(session), office.sponsor(session)
    STAGES[stage](session, need, offer)
    casework.withdraw_consent(session, need.person, "matching", **need.does)
    assert office.pairing_of(session, need, offer).state == after
    assert session.get(Person, need.person).state == "ready"


def test_turning_matching_off_leaves_a_pairing_made_by_hand(session):
    need, offer = office.newcomer(session), office.sponsor(session)
    pairing = casework.pair_by_hand(session, need.wish, offer.wish, "They met at the fair.", **DO)
    casework.withdraw_consent(session, need.person, "matching", **need.does)
    row = office.pairing_of(session, need, offer)
    assert casework.approve(session, pairing, row.version, **DO).state == "awaiting_answers"


def test_a_proposal_is_not_approved_without_both_consents(session):
    need, offer = office.newcomer(session), office.sponsor(session)
    pairing = office.proposal(session, need, offer)
    consent = casework.consent_in_force(session, offer.person, "matching")
    consent.withdrawn_at = AT  # behind the verb's back
    with pytest.raises(Stale, match="consent"):
        casework.approve(session, pairing.id, pairing.version, **DO)


def test_a_consent_may_be_given_again(session):
    amina = office.newcomer(session)
    casework.withdraw_consent(session, amina.person, "matching", **amina.does)
    casework.give_consent(session, amina.person, "matching", read_in="en", read_aloud=True, **amina.does)
    given = session.scalars(select(Consent).where(Consent.purpose == "matching")).all()
    assert sorted(one.withdrawn_at is None for one in given) == [False, True]
    assert casework.consent_in_force(session, amina.person, "matching").was_read_aloud


def test_a_purpose_that_does_not_exist_is_refused(session):
    amina = office.newcomer(session).person
    for verb in (casework.give_consent, casework.withdraw_consent):
        with pytest.raises(WrongValue):
            verb(session, amina, "marketing", **DO)


@pytest.mark.parametrize("purpose", ["program", "matching"])
def test_agreeing_again_to_the_same_text_changes_nothing(session, purpose):
    amina = office.newcomer(session)
    given = casework.consent_in_force(session, amina.person, purpose).id
    assert casework.give_consent(session, amina.person, purpose, **amina.does).state == "ready"
    assert casework.consent_in_force(session, amina.person, purpose).id == given


def test_nobody_is_kept_apart_from_herself(session):
    amina = office.newcomer(session)
    for verb in (casework.exclude, casework.record_tie):
        with pytest.raises(WrongValue):
            verb(session, amina.person, amina.person, **DO)


def test_nobody_consents_for_another_participant(session):
    amina, rosalie = office.newcomer(session), office.sponsor(session)
    for verb in (casework.give_consent, casework.withdraw_consent):
        with pytest.raises(Forbidden):
            verb(session, amina.person, "matching", **rosalie.does)


def test_who_left_and_agrees_again_is_back_at_her_old_place_with_nothing_to_do_twice(session):
    since = date(2025, 11, 3)
    amina, rosalie = office.newcomer(session, waiting_since=since), office.sponsor(session)
    for one in (amina, rosalie):
        casework.withdraw_consent(session, one.person, "program", **one.does)
        assert casework.give_consent(session, one.person, "program", **one.does).state == "ready"
    need, offer = session.get(Need, amina.wish), session.get(Offer, rosalie.wish)
    assert (need.state, need.waiting_since, offer.state) == ("available", since, "available")


def test_who_left_before_the_interview_comes_back_before_it(session):
    person = office.sign_up(session, needs=(office.NEED,))
    casework.book_interview(session, person, AT, **DO)
    casework.withdraw_consent(session, person, "program", **DO)
    row = casework.give_consent(session, person, "program", **DO)
    assert (row.state, row.interview_on) == ("submitted", None)


@pytest.mark.parametrize("purpose", ["matching", "share_contact", "statistics"])
def test_who_left_agrees_to_nothing_but_coming_back(session, purpose):
    amina = office.newcomer(session)
    casework.withdraw_consent(session, amina.person, "program", **amina.does)
    with pytest.raises(NotAllowedNow):
        casework.give_consent(session, amina.person, purpose, **amina.does)


def test_who_was_declined_does_not_come_back(session):
    person = office.sign_up(session, needs=(office.NEED,))
    casework.decline_person(session, person, **DO)
    with pytest.raises(NotAllowedNow):
        casework.give_consent(session, person, "program", **DO)


@pytest.mark.parametrize(("stage", "who"), [*zip(STAGES, [0, 1] * 3, strict=True)])
def test_an_exclusion_works_both_ways_at_once_and_says_nothing(session, stage, who):
    couple = office.newcomer(session), office.sponsor(session)
    STAGES[stage](session, *couple)
    asker, other = couple[who], couple[1 - who]
    casework.exclude(session, asker.person, other.person, **asker.does)
    assert office.pairing_of(session, *couple).ended_at == AT
    assert office.pairing_of(session, *couple).reason is None
    assert {column.name for column in Exclusion.__table__.columns} == {
        "one_id",
        "other_id",
        "since",
        "is_lasting",
    }
    with pytest.raises(Barred, match="blocked_exclusion"):
        casework.pair_by_hand(session, couple[0].wish, couple[1].wish, "Try again.", **DO)


def test_both_get_the_same_words_whoever_closed_it(session):
    need, offer = office.newcomer(session), office.sponsor(session)
    office.approved(session, need, offer)
    casework.exclude(session, need.person, offer.person, **need.does)
    session.flush()
    kinds = session.execute(select(Letter.kind, Letter.account_id).where(Letter.about.is_not(None)))
    assert sorted(kind for kind, _ in kinds) == ["proposal_closed", "proposal_closed"]


def test_a_tie_of_authority_keeps_two_people_apart(session):
    need, offer = office.newcomer(session), office.sponsor(session)
    office.proposal(session, need, offer)
    casework.record_tie(session, offer.person, need.person, **DO)
    assert office.pairing_of(session, need, offer).state == "put_back"
    with pytest.raises(Barred, match="blocked_conflict"):
        casework.pair_by_hand(session, need.wish, offer.wish, "She asked.", **DO)
