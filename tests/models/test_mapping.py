from dataclasses import fields, replace

import pytest

from matcher import records
from matcher.digest import pool_digest
from models import casework, mapping
from models.casework import Household, Interests
from models.tables import Base, Person
from tests.models import office
from tests.models.office import AT, DO, PROFILE, TODAY

NEVER = ("origin", "birth", "country", "status", "religion", "ethnic", "permit", "orientation", "diagnosis")


def pool(session, program="sponsorship"):
    session.flush()
    return mapping.read_pool(session, program, TODAY)


def members(session):
    found = pool(session)
    return {row.id for row in (*found.needs, *found.offers)}


def test_who_is_ready_waits_and_agreed_is_in_the_pool(session):
    need, offer = office.newcomer(session), office.sponsor(session)
    assert members(session) == {need.wish, offer.wish}
    assert pool(session, "support") == records.Pool(program="support", today=TODAY)


def test_what_the_tables_hold_is_what_the_matcher_sees(session):
    office.newcomer(session, gender_request="f", field="engineering", stay_until=TODAY)
    office.sponsor(session, capacity=3, will_drive=True, meets_access=("wheelchair",), accepts_children=True)
    [need], [offer] = pool(session).needs, pool(session).offers
    assert (need.languages, need.interests, need.travel) == (
        PROFILE.languages,
        PROFILE.interests,
        PROFILE.travel,
    )
    assert (need.availability, need.household) == (PROFILE.availability * 4, PROFILE.household)
    assert (need.gender_request, need.field, need.stay_until, need.waiting_since) == (
        "f",
        "engineering",
        TODAY,
        TODAY,
    )
    assert (offer.capacity, offer.active_pairings, offer.will_drive) == (3, 0, True)
    assert (offer.meets_access, offer.accepts_children) == (("wheelchair",), True)
    assert (need.consent, offer.vetting_done, offer.training_done) == (True, True, True)


def test_what_a_person_left_out_stays_unknown(session):
    empty = dict.fromkeys(
        ("languages", "interests", "availability", "sector", "travel", "household", "age_band", "gender")
    )
    office.newcomer(session, **empty, goals=None, months=None, access_needs=None)
    [need] = pool(session).needs
    assert {
        name for name in (*empty, "goals", "months", "access_needs") if getattr(need, name) is not None
    } == set()


def test_an_empty_answer_is_not_an_unknown_one(session):
    office.newcomer(session, interests=Interests(), household=Household(form="single", children_bands=()))
    [need] = pool(session).needs
    assert (need.interests, need.household.children_bands, need.access_needs) == (Interests(), (), ())


@pytest.mark.parametrize("missing", ["program", "matching"])
def test_who_has_not_agreed_is_left_out(session, missing):
    agreed = tuple({"program", "matching"} - {missing})
    office.newcomer(session, consents=agreed)
    assert members(session) == set()


def test_who_has_not_turned_matching_on_is_to_be_paired_by_hand(session):
    by_hand = office.newcomer(session, "Basile", consents=("program",))
    office.newcomer(session, "Amina")
    office.newcomer(session, "Colombe", consents=())
    session.flush()
    assert [wish.id for wish in mapping.to_pair_by_hand(session, "sponsorship")] == [by_hand.wish]


def test_who_is_not_ready_is_left_out(session):
    office.sign_up(session, needs=(office.NEED,))
    assert members(session) == set()


def test_who_takes_a_break_is_left_out_until_she_is_back(session):
    need = office.newcomer(session)
    casework.pause(session, need.person, **need.does)
    assert members(session) == set()
    casework.resume_person(session, need.person, **need.does)
    assert members(session) == {need.wish}


def test_an_offer_without_a_place_is_left_out(session):
    need, offer = office.newcomer(session), office.sponsor(session)
    office.approved(session, need, offer)
    other = office.newcomer(session, "Basile")
    assert members(session) == {other.wish}


def test_an_offer_with_a_place_left_says_how_many_are_taken(session):
    need, offer = office.newcomer(session), office.sponsor(session, capacity=2)
    office.approved(session, need, offer)
    assert [(row.capacity, row.active_pairings) for row in pool(session).offers] == [(2, 1)]


def test_exclusions_reach_both_sides(session):
    need, offer = office.newcomer(session), office.sponsor(session)
    casework.exclude(session, offer.person, need.person, **offer.does)
    assert (pool(session).needs[0].excludes, pool(session).offers[0].excludes) == (
        (offer.wish,),
        (need.wish,),
    )


def test_nobody_is_paired_with_herself(session):
    need = office.newcomer(session)
    own = casework.publish_offer(session, need.person, office.OFFER, **need.does)
    assert pool(session).needs[0].excludes == (own,)


def test_ties_are_read_from_either_end(session):
    need, offer = office.newcomer(session), office.sponsor(session)
    casework.record_tie(session, need.person, offer.person, **DO)
    assert pool(session).offers[0].tied_to == (need.wish,)


def test_a_pair_forbidden_by_a_coordinator_is_forbidden(session):
    need, offer = office.newcomer(session), office.sponsor(session)
    casework.forbid(session, need.wish, offer.wish, **DO)
    assert pool(session).forbidden == ((need.wish, offer.wish),)


def test_two_people_who_are_paired_are_not_paired_again_elsewhere(session):
    need, offer = office.newcomer(session), office.sponsor(session)
    office.active(session, need, offer)
    asked = casework.publish_need(session, need.person, replace(office.NEED, program="support"), **need.does)
    given = casework.publish_offer(
        session, offer.person, replace(office.OFFER, program="support"), **offer.does
    )
    assert pool(session, "support").forbidden == ((asked, given),)


@pytest.mark.parametrize(
    ("reason", "is_forbidden"), [("safety", True), ("boundary_issue", True), ("schedule", False)]
)
def test_a_pairing_closed_for_safety_is_never_proposed_again(session, reason, is_forbidden):
    need, offer = office.newcomer(session), office.sponsor(session)
    casework.end_pairing(session, office.active(session, need, offer).id, reason, **need.does)
    assert bool(pool(session).forbidden) is is_forbidden


def test_a_low_screening_keeps_children_out(session):
    office.sponsor(session, level=1)
    [offer] = pool(session).offers
    assert (offer.vetting_done, offer.accepts_children) == (True, False)


def test_a_screening_that_runs_out_closes_the_gate(session):
    rosalie = office.sponsor(session, level=0)
    casework.record_screening(session, rosalie.person, 1, expires=TODAY, **DO)
    session.get(Person, rosalie.person).state = "ready"
    assert [row.vetting_done for row in pool(session).offers] == [True]
    later = TODAY.replace(day=TODAY.day + 1)
    assert [row.vetting_done for row in mapping.read_pool(session, "sponsorship", later).offers] == [False]


def test_locks_are_the_undecided_pairings_that_were_locked(session):
    need, offer = office.newcomer(session), office.sponsor(session)
    pairing = office.proposal(session, need, offer)
    assert pool(session).locks == ()
    casework.lock(session, pairing.id, **DO)
    assert pool(session).locks == ((need.wish, offer.wish),)


def test_a_place_promised_by_hand_to_someone_outside_the_pool_is_held(session):
    outside, offer = office.newcomer(session, consents=("program",)), office.sponsor(session)
    casework.pair_by_hand(session, outside.wish, offer.wish, "They met at the fair.", **DO)
    assert [(row.capacity, row.active_pairings) for row in pool(session).offers] == [(1, 1)]
    assert (pool(session).needs, pool(session).locks) == ((), ())


def test_a_need_promised_by_hand_to_someone_outside_the_pool_is_not_proposed(session):
    need, outside = office.newcomer(session), office.sponsor(session, consents=("program",))
    casework.pair_by_hand(session, need.wish, outside.wish, "They met at the fair.", **DO)
    assert members(session) == set()


def test_no_table_has_a_column_for_what_may_never_count():
    columns = {column.name for table in Base.metadata.tables.values() for column in table.columns}
    columns.remove("origin")  # of a pairing: the engine's or made by hand
    seen = {field.name for kind in (records.Need, records.Offer) for field in fields(kind)}
    assert not [name for name in columns | seen if any(word in name for word in NEVER)]


def test_name_address_and_notes_change_not_one_byte_of_the_pool(session):
    need = office.newcomer(session)
    before = pool_digest(pool(session))
    changed = office.replace(PROFILE, first_name="Zoé", surname="Autre", email="zoe@example.org", phone="1")
    casework.update_profile(session, need.person, changed, **DO)
    casework.write_note(session, need.person, "speaks softly", by=office.COORDINATOR, at=AT)
    assert pool_digest(pool(session)) == before
