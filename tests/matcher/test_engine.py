import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.builders import TODAY, likes, need, offer, pool
from matcher.engine import propose
from matcher.errors import FaultyInput, InvalidInput
from matcher.formats import pool_from_json, pool_to_json, round_to_json
from matcher.policy import shipped_policy
from matcher.records import Need, Offer, Pool, Round
from matcher.search import candidates
from tests.matcher.judging import pairs_of
from tests.matcher.often import often, pools, seeded_pool
from tests.oracle.rounds import Oracle

every_method = pytest.mark.parametrize("method", ["optimal", "stable", "arrival"])


def written(found: Round) -> bytes:
    return json.dumps(round_to_json(found)).encode()


# Properties


@often
@given(pools, st.sampled_from(["optimal", "stable", "arrival"]))
def test_no_barred_pair_ever_and_no_place_twice(people, method):
    oracle, found = Oracle(people), propose(people, method=method)
    for pairing in found.pairings:
        pair = pairing.need, pairing.offer
        assert pairing.locked == (pair in people.locks)
        assert pairing.locked or oracle.in_play(*pair)
    assert max(Counter(pairing.need for pairing in found.pairings).values(), default=0) <= 1
    used = Counter(pairing.offer for pairing in found.pairings if not pairing.locked)
    assert all(used[name] <= oracle.places[name] for name in used)


@often
@given(pools)
def test_everyone_is_paired_or_told_why_not(people):
    found = propose(people)
    paired = [pairing.need for pairing in found.pairings]
    assert sorted(paired + [left.need for left in found.unpaired]) == sorted(one.id for one in people.needs)
    assert set(found.alternates) == {one.id for one in people.needs}
    assert set(found.offer_alternates) == {one.id for one in people.offers}


@often
@given(pools)
def test_contributions_sum_to_the_score_and_pairings_to_the_totals(people):
    oracle, found = Oracle(people), propose(people)
    for pairing in found.pairings:
        worths = {one.criterion: one.worth for one in pairing.contributions}
        assert worths == oracle.points[pairing.need, pairing.offer]
        assert pairing.worth == sum(worths.values())
        assert pairing.priority == oracle.priority[pairing.need]
    assert found.totals.paired == len(found.pairings)
    assert found.totals.priority == sum(pairing.priority for pairing in found.pairings)
    assert found.totals.worth == sum(pairing.worth for pairing in found.pairings)


def shuffled(value: Any, draw: Random) -> Any:
    """Shuffle every list of a JSON value but the weeks, whose order counts."""
    if isinstance(value, dict):
        return {
            name: [shuffled(week, draw) for week in inner]
            if name == "availability"
            else shuffled(inner, draw)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        if len(value) == 2 and all(isinstance(one, str) and one[0] in "no" for one in value):
            return value  # a pair of ids
        return draw.sample([shuffled(one, draw) for one in value], len(value))
    return value


@often
@given(pools, st.integers(0, 1000), st.sampled_from(["optimal", "stable", "arrival"]))
def test_shuffling_rows_gives_the_same_bytes(people, seed, method):
    again = Random(seed)
    other = replace(
        people,
        needs=tuple(again.sample(people.needs, len(people.needs))),
        offers=tuple(again.sample(people.offers, len(people.offers))),
        locks=people.locks[::-1],
        forbidden=people.forbidden[::-1],
    )
    assert written(propose(other, method=method)) == written(propose(people, method=method))


@often
@given(pools, st.integers(0, 1000))
def test_shuffling_what_a_person_lists_gives_the_same_bytes(people, seed):
    content = pool_to_json(people)
    content["needs"] = shuffled(content["needs"], Random(seed))
    content["offers"] = shuffled(content["offers"], Random(seed))
    other = pool_from_json(content)
    assert written(propose(other)) == written(propose(people))


def renamed(people: Pool) -> Pool:
    """Give everyone another name, so that another order favours nobody."""

    def called(name: str) -> str:
        return f"re {name}"

    def row(one: Any) -> Any:
        changes = {"id": called(one.id), "excludes": tuple(map(called, one.excludes))}
        if isinstance(one, Offer):
            changes["tied_to"] = tuple(map(called, one.tied_to))
        return replace(one, **changes)

    def pairs(named: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return tuple((called(one), called(other)) for one, other in named)

    return replace(
        people,
        needs=tuple(map(row, people.needs)),
        offers=tuple(map(row, people.offers)),
        locks=pairs(people.locks),
        forbidden=pairs(people.forbidden),
    )


@often
@given(pools)
def test_renaming_everyone_changes_no_total_and_nothing_else_where_the_best_round_is_unique(people):
    before, after = propose(people), propose(renamed(people))
    assert before.totals == after.totals
    if Oracle(people).best().ways == 1:
        unnamed = [
            replace(one, need=one.need.removeprefix("re "), offer=one.offer.removeprefix("re "))
            for one in after.pairings
        ]
        assert tuple(unnamed) == before.pairings


@often
@given(pools)
def test_adding_an_offer_never_lowers_what_is_served(people):
    served = propose(replace(people, locks=(), forbidden=()))
    for gone in people.offers:
        kept = tuple(one for one in people.offers if one is not gone)
        fewer = propose(replace(people, offers=kept, locks=(), forbidden=()))
        assert fewer.totals.priority <= served.totals.priority
        assert fewer.totals.paired <= served.totals.paired


@often
@given(pools)
def test_the_best_round_serves_as_much_priority_and_as_many_people_as_any_method(people):
    best = propose(people).totals
    for method in ("stable", "arrival"):
        other = propose(people, method=method).totals
        assert (best.priority, best.worth) >= (other.priority, other.worth)
        assert best.paired >= other.paired


def test_a_pool_cut_into_blocks_has_the_same_round(monkeypatch):
    people = seeded_pool(6, 40, 30)
    whole = propose(people)
    monkeypatch.setattr(candidates, "PAIRS_IN_A_BLOCK", 70)
    assert written(propose(people)) == written(whole)


# Locks and forbidden pairs


@often
@given(pools)
def test_locks_stand_whatever_their_score_and_forbidden_pairs_never(people):
    for method in ("optimal", "stable", "arrival"):
        found = propose(people, method=method)
        assert set(people.locks) <= pairs_of(found)
        assert not set(people.forbidden) & pairs_of(found)
        named = {(name, one.id) for name, others in found.alternates.items() for one in others}
        named |= {(one.id, name) for name, others in found.offer_alternates.items() for one in others}
        assert not named & {*people.forbidden, *pairs_of(found)}


STRANGER = {"interests": likes("cinema"), "goals": ("children",), "age_band": "65+", "meetings_per_month": 8}


@every_method
def test_a_lock_under_the_floor_and_across_barriers_stands(method):
    weak = need(
        availability=((),) * 4, languages=(), goals=("network",), interests=likes(not_for_me=["cinema"])
    )
    other = offer(**STRANGER)
    found = propose(pool([weak, need("n2")], [other], locks=(("n1", "o1"),)), method=method)
    assert pairs_of(found) == {("n1", "o1")}
    assert found.pairings[0].locked
    assert found.pairings[0].score < 40
    assert found.unpaired[0].need == "n2"


@pytest.mark.parametrize(
    "changes",
    [
        {"locks": (("n1", "o1"),), "forbidden": (("n1", "o1"),)},
        {"locks": (("n1", "o1"), ("n1", "o2"))},
        {"locks": (("n1", "o1"), ("n2", "o1"))},
        {"locks": (("n1", "full"),)},
        {"locks": (("n1", "nobody"),)},
        {"locks": (("nobody", "o1"),)},
        {"locks": (("n1", "unscreened"),)},
        {"forbidden": (("n1", "nobody"),)},
    ],
)
def test_a_lock_that_cannot_stand_is_a_fault(changes):
    offers = [offer("o1"), offer("o2"), offer("full", capacity=0), offer("unscreened", vetting_done=False)]
    with pytest.raises(FaultyInput):
        propose(pool([need("n1"), need("n2")], offers, **changes))


def test_a_lock_takes_a_place_and_its_need_is_paired_no_more():
    people = pool([need("n1"), need("n2")], [offer("o1"), offer("o2")], locks=(("n1", "o1"),))
    assert pairs_of(propose(people)) == {("n1", "o1"), ("n2", "o2")}


# Who, then with whom


@pytest.mark.parametrize(
    ("days", "pressing", "priority"),
    [
        (None, False, 1),
        (0, False, 1),
        (29, False, 1),
        (30, False, 2),
        (59, False, 2),
        (60, False, 3),
        (-40, False, 1),
        (3650, False, 122),
        (0, True, 13),
        (30, True, 14),
    ],
)
def test_each_thirty_days_of_waiting_count_and_pressing_counts_a_year(days, pressing, priority):
    since = None if days is None else TODAY - timedelta(days=days)
    found = propose(pool(need(waiting_since=since, pressing=pressing), offer()))
    assert found.totals.priority == found.pairings[0].priority == priority


def test_waiting_decides_who_is_served():
    poor_fit = need("waits", waiting_since=TODAY - timedelta(days=30), interests=likes("cinema"))
    found = propose(pool([need("new"), poor_fit], offer()))
    assert pairs_of(found) == {("waits", "o1")}
    assert [(one.need, one.compatible) for one in found.unpaired] == [("new", 1)]


def test_the_score_decides_with_whom():
    likely, unlikely = offer("likely"), offer("unlikely", interests=likes("cinema"))
    assert pairs_of(propose(pool(need(), [unlikely, likely]))) == {("n1", "likely")}


def test_two_are_served_before_one_who_fits_better():
    people = pool(
        [need("easy"), need("choosy", gender_request="f")],
        [offer("woman"), offer("man", gender="m", interests=likes("cinema"))],
    )
    assert pairs_of(propose(people)) == {("easy", "man"), ("choosy", "woman")}


def test_an_offer_takes_as_many_as_it_has_places():
    needs = [need(f"n{at}") for at in range(4)]
    found = propose(pool(needs, offer(capacity=4, active_pairings=2)))
    assert found.totals.paired == 2
    assert [one.compatible for one in found.unpaired] == [1, 1]


def nothing_known(**more: Any) -> Pool:
    """Give a pool of two of whom so little is known that their score is 50 exactly."""
    bare = Offer(id="o1", consent=True, capacity=1, vetting_done=True, training_done=True)
    return pool(Need(id="n1", consent=True), bare, **more)


@pytest.mark.parametrize(("floor", "paired"), [(50, 1), (51, 0)])
def test_the_floor_itself_is_high_enough(floor, paired):
    found = propose(nothing_known(), replace(shipped_policy("sponsorship"), floor=floor))
    assert found.totals.paired == paired
    assert [one.below_floor for one in found.unpaired] == [1] * (1 - paired)


def test_what_is_unknown_counts_at_the_neutral_value():
    pairing = propose(nothing_known()).pairings[0]
    assert pairing.score == 50
    assert not any(one.known for one in pairing.contributions)


# Ties, alternates, methods, edges


def test_ties_fall_anew_each_day_and_favour_nobody():
    winners = Counter(
        propose(pool([need("a"), need("b")], offer(), today=TODAY + timedelta(days=day))).pairings[0].need
        for day in range(30)
    )
    assert min(winners["a"], winners["b"]) > 5


@pytest.mark.parametrize("most", [0, 1, 3, 9])
def test_as_many_alternates_are_named_as_are_asked_for(most):
    needs, offers = [need("n1"), need("n2")], [offer(f"o{at}") for at in range(6)]
    found = propose(pool(needs, offers), alternates=most)
    assert {len(others) for others in found.alternates.values()} == {min(most, 5)}
    assert sum(len(others) for others in found.offer_alternates.values()) == min(most, 2) * 6 - 2 * (most > 1)


def test_three_alternates_are_named_where_nobody_says_how_many():
    found = propose(pool(need(), [offer(f"o{at}") for at in range(6)]))
    assert len(found.alternates["n1"]) == 3


def test_an_alternate_may_be_taken_by_another():
    found = propose(pool([need("n1"), need("n2")], [offer("o1"), offer("o2")]))
    taken = dict(pairs_of(found))
    assert {name: [one.id for one in others] for name, others in found.alternates.items()} == {
        "n1": [taken["n2"]],
        "n2": [taken["n1"]],
    }


def test_on_arrival_whoever_waits_longest_takes_the_best_offer_left():
    needs = [need(f"n{days}", waiting_since=TODAY - timedelta(days=days)) for days in (1, 3, 2)]
    offers = [offer(f"o{at}", age_band=band) for at, band in enumerate(["65+", "35-44", "45-54"])]
    found = propose(pool(needs, offers), method="arrival")
    assert pairs_of(found) == {("n3", "o1"), ("n2", "o2"), ("n1", "o0")}


@often
@given(pools)
def test_stable_leaves_no_two_who_would_both_score_higher_together(people):
    oracle, found = Oracle(people), propose(people, method="stable")
    has = {pairing.need: pairing.worth for pairing in found.pairings}
    held = {one.id: [p.worth for p in found.pairings if p.offer == one.id] for one in people.offers}
    for name, other in oracle.worth:
        if oracle.in_play(name, other) and (name, other) not in pairs_of(found):
            free = oracle.places[other] > sum(
                not pairing.locked for pairing in found.pairings if pairing.offer == other
            )
            gain = free or oracle.worth[name, other] > min(
                pairing.worth for pairing in found.pairings if pairing.offer == other and not pairing.locked
            )
            assert not (gain and oracle.worth[name, other] > has.get(name, -1)), held


@every_method
@pytest.mark.parametrize(
    "people", [pool(), pool(need()), pool((), offer()), pool(need(consent=False), offer())]
)
def test_a_pool_where_nothing_can_be_paired_has_a_round(people, method):
    found = propose(people, method=method)
    assert found.totals.paired == found.totals.worth == 0
    assert len(found.unpaired) == len(people.needs)
    assert found.certificate.scale == 1


def test_an_unknown_method_or_program_is_an_error():
    with pytest.raises(InvalidInput, match="method 'random' is unknown"):
        propose(pool(need(), offer()), method="random")
    with pytest.raises(InvalidInput, match="'internship' cannot be paired yet"):
        propose(pool(need(), offer(), program="internship"))
    with pytest.raises(InvalidInput, match="'support', and the pool is of"):
        propose(pool(need(), offer()), shipped_policy("support"))


def test_ids_that_stand_twice_are_faults():
    with pytest.raises(FaultyInput):
        propose(pool([need("n1"), need("n1")], offer()))
