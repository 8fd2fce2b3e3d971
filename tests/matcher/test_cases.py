"""The seven cases that published practice suggests an answer for, and what they ask of the core."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from fixtures.builders import Case, case, cases, speaks
from matcher.engine import propose
from matcher.explanation import Explanation, judge
from matcher.formats import read_pool
from matcher.records import Pool
from tests.oracle.pairs import distance_km

every_case = pytest.mark.parametrize("given", cases(), ids=lambda given: given.id)


def only_need(given: Case) -> str:
    return str(given.pool["needs"][0]["id"])


def judged(name: str, offer: str) -> Explanation:
    given = case(name)
    return judge(read_pool(given.pool_bytes), only_need(given), offer)


def detail(name: str, offer: str, criterion: str) -> dict:
    return {found.criterion: dict(found.detail) for found in judged(name, offer).contributions}[criterion]


def points(name: str, offer: str, criterion: str) -> float:
    return {found.criterion: found.points for found in judged(name, offer).contributions}[criterion]


def with_need(pool: Pool, **changes: object) -> Pool:
    return replace(pool, needs=(replace(pool.needs[0], **changes),))


@every_case
def test_the_first_is_proposed(given):
    found = propose(read_pool(given.pool_bytes))
    assert [pairing.offer for pairing in found.pairings] == ([given.first] if given.first else [])


@every_case
def test_the_acceptable_come_next_in_order(given):
    found = propose(read_pool(given.pool_bytes))
    assert [other.id for other in found.alternates[only_need(given)]] == list(given.acceptable)


@every_case
def test_those_who_may_never_be_proposed_are_barred_by_name(given):
    pool = read_pool(given.pool_bytes)
    for offer, code in given.never:
        assert code in judge(pool, only_need(given), offer).barriers
    assert {other["id"] for other in given.pool["offers"]} == {
        *([given.first] if given.first else []),
        *given.acceptable,
        *(offer for offer, _ in given.never),
    }


@every_case
def test_without_the_first_the_next_is_proposed_and_at_last_nobody(given):
    pool = read_pool(given.pool_bytes)
    for expected in (given.first, *given.acceptable, None):
        found = propose(pool)
        assert [pairing.offer for pairing in found.pairings] == ([expected] if expected else [])
        pool = replace(pool, offers=tuple(offer for offer in pool.offers if offer.id != expected))


# Case 01, no French at all


def test_c01_louise_is_offered_as_a_triad_with_an_interpreter():
    assert detail("C01", "v1", "language_comfort")["interpreter"] is True
    assert points("C01", "v1", "language_comfort") == 0.35 * 20


def test_c01_nadia_is_not_raised_because_she_speaks_another_arabic():
    assert points("C01", "v2", "language_comfort") == points("C01", "v1", "language_comfort")
    assert detail("C01", "v2", "language_comfort") == {
        "language": None,
        "level": None,
        "via": None,
        "interpreter": True,
    }


def test_c01_children_are_ages_and_never_speakers():
    content = case("C01").pool["needs"][0]
    content = json.loads(json.dumps(content))
    assert set(content["household"]) == {"form", "children_bands"}
    assert detail("C01", "v1", "life_stage")["children_bands"] == ["6-11"]


# Case 03, a family with three children


def test_c03_the_ages_of_the_children_stand_in_the_reason():
    assert detail("C03", "v1", "life_stage") == {"household": "same", "children_bands": ["6-11", "12-14"]}
    assert points("C03", "v1", "life_stage") > points("C03", "v3", "life_stage")


# Case 05, rotating shifts


def test_c05_four_different_weeks_are_read_and_three_stand_in_the_reason():
    pool = read_pool(case("C05").pool_bytes)
    assert detail("C05", "v1", "availability")["weeks"] == 3
    first_week_only = with_need(pool, availability=pool.needs[0].availability[:1] * 4)
    told = {one.criterion: one.detail for one in judge(first_week_only, "r05", "v1").contributions}
    assert told["availability"]["weeks"] == 4


def test_c05_the_third_is_tied_by_authority_and_the_second_is_never_free_when_he_is():
    assert judged("C05", "v2").barriers == ("blocked_schedule",)
    assert judged("C05", "v3").barriers == ("blocked_conflict",)
    assert judged("C05", "v2").worth < judged("C05", "v3").worth  # his boss would have been the best of all
    assert judged("C05", "v1").worth < judged("C05", "v3").worth


# Case 07, a farm worker, four months, no car


def test_c07_distance_is_measured_from_the_sponsor_who_drives():
    found = detail("C07", "v1", "proximity")
    distance = distance_km("shipshaw", "jonquiere_centre")
    assert found == {"distance_km": round(distance, 1), "limit_km": 25.0, "driver": "offer"}
    assert points("C07", "v1", "proximity") == round(7 * (1 - distance / 25), 4)


def test_c07_a_sponsor_who_would_not_drive_is_too_far():
    pool = read_pool(case("C07").pool_bytes)
    offers = (replace(pool.offers[0], will_drive=False), *pool.offers[1:])
    assert judge(replace(pool, offers=offers), "r07", "v1").barriers == ("blocked_distance",)


@pytest.mark.parametrize("stay", [{}, {"months": 12, "stay_until": None}, {"months": 1}])
def test_c07_a_short_stay_is_accepted_and_counts_for_nothing(stay):
    pool = read_pool(case("C07").pool_bytes)
    found, longer = propose(pool), propose(with_need(pool, **stay))
    assert found.pairings == longer.pairings
    assert found.pairings[0].priority == 1


# Case 10, consent withdrawn


def test_c10_nobody_is_proposed_and_the_other_keeps_her_turn():
    pool = read_pool(case("C10").pool_bytes)
    found = propose(pool)
    assert found.unpaired[0].barriers == {"blocked_consent": 1}
    assert found.offer_alternates["v1"] == found.alternates["r10"] == ()


def test_c10_consent_given_again_is_without_penalty():
    pool = read_pool(case("C10").pool_bytes)
    again = propose(with_need(pool, consent=True)).pairings
    assert [(pairing.offer, pairing.priority) for pairing in again] == [("v1", 2)]


# Case 12, a sponsor of the same origin


def test_c12_spanish_lifts_diego_by_no_more_than_three_points_over_french():
    pool = read_pool(case("C12").pool_bytes)
    diego = replace(pool.offers[0], languages=speaks("fra:C1"))
    lift = judge(pool, "r12", "v1").worth - judge(replace(pool, offers=(diego,)), "r12", "v1").worth
    assert 0 < lift <= 0.15 * 20 * 10_000


def test_c12_diego_is_neither_lifted_nor_lowered_for_anything_else():
    pool = read_pool(case("C12").pool_bytes)
    elsewhere = replace(pool.offers[0], languages=speaks("por:native", "spa:B2"))
    worth = judge(replace(pool, offers=(elsewhere,)), "r12", "v1").worth
    assert worth == judge(pool, "r12", "v1").worth


# Case 14, distress


def test_c14_no_volunteer_is_proposed_while_the_flag_is_up():
    pool = read_pool(case("C14").pool_bytes)
    willing = tuple(
        replace(pool.offers[0], id=f"v{at}", languages=speaks("apc:native", "fra:native")) for at in range(5)
    )
    found = propose(replace(pool, offers=willing))
    assert not found.pairings
    assert found.unpaired[0].barriers == {"refer_professional": 5}


def test_c14_the_flag_lowered_she_is_paired_where_there_is_a_language():
    pool = read_pool(case("C14").pool_bytes)
    calm = with_need(pool, crisis_flag=False, languages=speaks("apc:native", "fra:B1"))
    assert [pairing.offer for pairing in propose(calm).pairings] == ["v1"]


# All of them


@every_case
def test_waiting_thirty_days_more_is_worth_one(given):
    pool = read_pool(given.pool_bytes)
    since = pool.needs[0].waiting_since - timedelta(days=30)
    before, after = propose(pool), propose(with_need(pool, waiting_since=since))
    assert after.totals.priority == before.totals.priority + len(before.pairings)
    assert after.totals.worth == before.totals.worth
