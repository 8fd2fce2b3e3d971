"""The three methods beside each other: totals, waiting, and pairs that would rather be together."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given, settings

from fixtures.builders import TODAY, likes, need, offer, pool
from fixtures.generate import generate_pool
from matcher.engine import propose
from matcher.formats import pool_to_json
from matcher.insight.comparing import Waiting, blocking_pairs, compare_methods
from matcher.methods import METHODS
from matcher.play import play_of
from matcher.records import Pool, Round
from tests.matcher.every_round import small
from tests.matcher.often import often
from tests.oracle.rounds import Oracle
from tests.tries import tries
from web.cli import group


def would_rather(people: Pool, found: Round) -> set[tuple[str, str]]:
    """Count plainly: both would score higher together than with what they have."""
    oracle = Oracle(people)
    blocking = set()
    for name in oracle.needs:
        for other in oracle.offers:
            if oracle.in_play(name, other):
                together = oracle.worth[name, other]
                mine = [one.worth for one in found.pairings if one.need == name]
                theirs = [one.worth for one in found.pairings if one.offer == other and not one.locked]
                room = oracle.places[other] - len(theirs)
                if all(together > worth for worth in mine) and (room or together > min(theirs)):
                    blocking.add((name, other))
    return blocking


@often
@given(small)
def test_blocking_pairs_are_those_of_plain_counting(people):
    for method in METHODS:
        found = propose(people, method=method)
        blocking = blocking_pairs(play_of(people), found)
        assert set(blocking) == would_rather(people, found)
        assert list(blocking) == sorted(set(blocking))


@often
@given(small)
def test_each_method_keeps_what_it_promises(people):
    best, stable, arrival = compare_methods(people).outcomes
    assert [best.method, stable.method, arrival.method] == ["optimal", "stable", "arrival"]
    assert stable.blocking == ()
    for other in (stable, arrival):
        assert other.served <= best.served
        assert (other.priority, other.worth) <= (best.priority, best.worth)


@settings(often, max_examples=max(20, tries() // 2))
@given(small)
def test_totals_are_those_of_the_rounds(people):
    compared = compare_methods(people)
    for outcome in compared.outcomes:
        found = propose(people, method=outcome.method)
        assert (outcome.served, outcome.priority, outcome.worth) == (
            found.totals.paired,
            found.totals.priority,
            found.totals.worth,
        )
        assert bool(outcome.worst) == bool(found.pairings)
        assert all(outcome.worst.worth <= pairing.worth for pairing in found.pairings)
    assert (compared.needs, compared.of("stable").method) == (len(people.needs), "stable")


def waits(days: int) -> dict[str, object]:
    return {"waiting_since": TODAY - timedelta(days=days)}


def test_waiting_is_that_of_those_left_and_of_all():
    needs = [need("a", **waits(90)), need("b", **waits(61)), need("c", **waits(60)), need("d", **waits(200))]
    people = pool(needs, [offer("o")], forbidden=(("a", "o"),))
    compared = compare_methods(people)
    assert compared.waiting == Waiting(longest="d", days=200, over=3)
    assert compared.of("optimal").left == Waiting(longest="a", days=90, over=2)


def test_who_starts_waiting_tomorrow_has_waited_no_day_and_who_is_unknown_none():
    people = pool([need("a", waiting_since=TODAY + timedelta(days=3)), need("b", waiting_since=None)])
    assert compare_methods(people).waiting == Waiting(longest="a", days=0, over=0)
    assert compare_methods(pool(need(waiting_since=None))).waiting == Waiting(longest=None, days=None, over=0)


def two_who_would_rather() -> Pool:
    """Give a newcomer who has waited, and one who fits the only sponsor better."""
    soccer = likes("soccer", "cinema", "hiking")
    return pool(
        [need("old", **waits(90)), need("close", interests=soccer)], offer("player", interests=soccer)
    )


def test_what_waiting_decides_the_scores_may_regret():
    compared = compare_methods(two_who_would_rather())
    assert compared.of("optimal").blocking == (("close", "player"),)
    assert compared.of("arrival").blocking == (("close", "player"),)
    assert compared.of("stable").left.longest == "old"


def test_who_is_locked_does_not_stir():
    people = replace(two_who_would_rather(), locks=(("old", "player"),))
    assert all(outcome.blocking == () for outcome in compare_methods(people).outcomes)


def test_a_worse_pairing_that_is_locked_makes_no_room_for_another():
    plain = likes("soccer", "cinema", "hiking")
    needs = [
        need("kept", interests=likes("fishing")),
        need("best", interests=plain),
        need("between", interests=likes("soccer", "fishing")),
    ]
    people = pool(needs, offer("o", interests=plain, capacity=2), locks=(("kept", "o"),))
    assert all(outcome.blocking == () for outcome in compare_methods(people).outcomes)
    assert {one.served for one in compare_methods(people).outcomes} == {2}


def test_an_empty_pool_has_nothing_to_compare():
    compared = compare_methods(pool())
    assert (compared.needs, compared.places) == (0, 0)
    assert all((one.served, one.worst, one.blocking) == (0, None, ()) for one in compared.outcomes)


def test_in_a_city_the_best_round_serves_most():
    people = generate_pool(needs=60, offers=40, seed=5)
    best, stable, arrival = compare_methods(people).outcomes
    assert best.priority > max(stable.priority, arrival.priority)
    assert len(arrival.blocking) > 0
    assert best.left.over <= stable.left.over


@pytest.mark.parametrize("people", [two_who_would_rather(), pool()], ids=["two", "nobody"])
def test_the_command_prints_the_three_beside_each_other(people, tmp_path):
    path = tmp_path / "pool.json"
    path.write_text(json.dumps(pool_to_json(people)), encoding="utf-8")
    done = CliRunner().invoke(group, ["compare", str(path)])
    lines = done.stdout.splitlines()
    assert done.exit_code == 0
    assert lines[1].split() == ["optimal", "stable", "arrival"]
    assert lines[6].split() == ["blocking", "pairs", *("101" if people.needs else "000")]
