"""Who would move where if a pair were made to stand, against every round that a small pool has."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.builders import TODAY, need, offer, pool, speaks
from fixtures.generate import generate_pool
from matcher.engine import propose
from matcher.errors import InvalidInput
from matcher.explanation import explain
from matcher.formats import pool_to_json
from matcher.insight.chain import Cost, Step, cost_of
from matcher.records import Pool
from tests.matcher.every_round import Pair, rounds, small
from tests.matcher.often import often
from tests.oracle.rounds import Oracle
from tests.tries import tries
from web.cli import group

seeds = st.integers(0, 2**32)
less_often = settings(often, max_examples=max(20, tries() // 2))
WAITS = TODAY - timedelta(days=60)


def held(people: Pool) -> dict[str, str]:
    return {pairing.need: pairing.offer for pairing in propose(people, alternates=0).pairings}


def with_pair(people: Pool, pair: Pair) -> Pool:
    """Lock a pair; what its need was locked to gives way."""
    return replace(people, locks=(*(lock for lock in people.locks if lock[0] != pair[0]), pair))


def best_with(people: Pool, pair: Pair) -> tuple[int, int, list[dict[str, str]]]:
    """Try every round that holds a pair: priority and worth of the best, and all that reach it."""
    oracle = Oracle(with_pair(people, pair))
    tried = list(rounds(oracle))
    top = max((first, second) for first, second, _ in tried)
    locks = oracle.partner
    return (
        top[0] + sum(oracle.priority[name] for name in locks),
        top[1] + sum(oracle.worth[lock] for lock in locks.items()),
        [dict(pairs) | locks for *reached, pairs in tried if tuple(reached) == top],
    )


def changes(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before | after if before.get(name) != after.get(name)}


def some_pairs(people: Pool, seed: int, most: int = 4) -> list[tuple[Pair, Cost]]:
    """Give a few pairs of a pool that a person may lock, with their cost."""
    draw = Random(seed)
    pairs = [(one.id, other.id) for one in people.needs for other in people.offers]
    found = ((pair, explain(people, *pair).cost) for pair in draw.sample(pairs, min(most, len(pairs))))
    return [(pair, cost) for pair, cost in found if cost]


@often
@given(small, seeds)
def test_a_chain_leads_to_a_best_round_with_the_pair_and_changes_fewest(people, seed):
    before = held(people)
    totals = propose(people).totals
    for pair, cost in some_pairs(people, seed):
        priority, worth, reached = best_with(people, pair)
        assert (totals.priority - cost.priority, totals.worth - cost.worth) == (priority, worth)
        after = {**before, **{step.need: step.after for step in cost.chain}}
        after = {name: other for name, other in after.items() if other}
        assert after in reached
        assert changes(before, after) == {step.need for step in cost.chain}
        assert (len(cost.chain), len(cost.left_out)) == min(
            (len(changes(before, other)), len(before.keys() - other.keys())) for other in reached
        )


@less_often
@given(small, seeds)
def test_a_chain_is_told_in_order(people, seed):
    before = held(people)
    for pair, cost in some_pairs(people, seed):
        assert all(step.before == before.get(step.need) for step in cost.chain)
        if cost.chain:
            assert (cost.chain[0].need, cost.chain[0].after) == pair
        for last, step in pairwise(cost.chain):
            gives_way = step.before is not None and step.before == last.after
            left_behind = {cost.chain[0].before, last.before}
            assert gives_way or (step.after is not None and step.after in left_behind)


@less_often
@given(small, seeds, seeds)
def test_shuffled_rows_give_the_same_chain(people, seed, order):
    draw = Random(order)
    turned = replace(
        people,
        needs=tuple(draw.sample(people.needs, len(people.needs))),
        offers=tuple(draw.sample(people.offers, len(people.offers))),
    )
    for pair, cost in some_pairs(people, seed, most=2):
        assert explain(turned, *pair).cost == cost


@less_often
@given(small, seeds)
def test_a_chain_starts_from_the_best_round_that_keeps_what_is_proposed(people, seed):
    draw = Random(seed)
    proposed = [(one.id, draw.choice(people.offers).id) for one in people.needs if people.offers]
    kept = propose(people, previous=proposed, alternates=0)
    before = {pairing.need: pairing.offer for pairing in kept.pairings}
    pairs = [(one.id, other.id) for one in people.needs for other in people.offers]
    for pair in draw.sample(pairs, min(2, len(pairs))):
        cost = explain(people, *pair, previous=proposed).cost
        for step in cost.chain if cost else ():
            assert step.before == before.get(step.need)


@pytest.mark.parametrize("seed", range(2))
def test_in_a_city_a_chain_costs_what_locking_the_pair_costs(seed):
    people = generate_pool(needs=60, offers=35, seed=seed)
    best = propose(people, alternates=0)
    for pair, cost in some_pairs(people, seed, most=6):
        locked = propose(
            with_pair(people, pair), alternates=0, previous=[(one.need, one.offer) for one in best.pairings]
        )
        lost = best.totals.priority - locked.totals.priority, best.totals.worth - locked.totals.worth
        assert (cost.priority, cost.worth) == lost
        assert len(cost.chain) <= len(
            changes(held(people), {pairing.need: pairing.offer for pairing in locked.pairings})
        )


def apart(needs, offers, *may: Pair) -> Pool:
    """Give people of whom only these pairs may be."""
    barred = {(one.id, other.id) for one in needs for other in offers} - set(may)
    return pool(needs, offers, forbidden=tuple(sorted(barred)))


def test_one_gives_way_to_another_until_one_takes_a_free_place():
    people = apart(
        [need("a", interests=None), need("b"), need("c")],
        [offer("p"), offer("q"), offer("r", interests=None)],
        *[("a", "p"), ("a", "r"), ("b", "p"), ("b", "q"), ("c", "q"), ("c", "r")],
    )
    assert held(people) == {"a": "r", "b": "p", "c": "q"}
    assert explain(people, "a", "p").cost.chain == (
        Step(need="a", before="r", after="p"),
        Step(need="b", before="p", after="q"),
        Step(need="c", before="q", after="r"),
    )


@pytest.mark.parametrize("day", range(6))
def test_of_equal_rounds_the_chain_leads_to_the_one_that_moves_fewest(day):
    people = pool([need(name) for name in "abc"], [offer(name) for name in "pqrs"])
    people = replace(people, today=TODAY + timedelta(days=day))  # who comes first falls anew
    before = held(people)
    people = replace(people, forbidden=(("b", before["a"]),))  # or the two would change places
    assert held(people) == before
    (free,) = set("pqrs") - set(before.values())
    assert explain(people, "a", before["b"]).cost.chain[1:] == (
        Step(need="b", before=before["b"], after=free),
    )


def test_the_last_one_stays_without():
    people = apart(
        [need("a"), need("b", waiting_since=WAITS), need("c", waiting_since=WAITS)],
        [offer("p"), offer("q")],
        *[("a", "p"), ("b", "p"), ("b", "q"), ("c", "q")],
    )
    cost = explain(people, "a", "p").cost
    assert (cost.priority, cost.left_out) == (2, (cost.chain[-1].need,))
    assert cost.chain[0] == Step(need="a", before=None, after="p")
    assert cost.chain[-1].after is None


def test_whoever_waits_gets_the_place_left_behind():
    people = apart(
        [need("a"), need("b", waiting_since=WAITS), need("c")],
        [offer("p"), offer("q", interests=None)],
        *[("b", "p"), ("b", "q"), ("a", "p"), ("c", "p")],
    )
    cost = explain(replace(people, locks=(("b", "p"),)), "b", "q").cost
    assert cost.chain[0] == Step(need="b", before="p", after="q")
    assert cost.brought_in == (cost.chain[1].need,)
    assert (cost.chain[1].before, cost.chain[1].after) == (None, "p")
    assert (cost.moved, cost.priority) == ((), -1), "the lock kept one more waiting"


def test_the_place_of_a_lock_goes_to_who_waits_even_where_another_must_go_far_for_it():
    """Who gives way fits the place left behind, and better; yet it is the only one for somebody unserved."""
    people = apart(
        [need("a"), need("x"), need("z")],
        [offer("p"), offer("q", interests=None, goals=()), offer("r")],
        *[("a", "p"), ("a", "r"), ("x", "p"), ("x", "q"), ("x", "r"), ("z", "r")],
    )
    people = replace(people, locks=(("a", "r"),))
    assert held(people) == {"a": "r", "x": "p"}
    assert explain(people, "a", "p").cost.chain == (
        Step(need="a", before="r", after="p"),
        Step(need="x", before="p", after="q"),
        Step(need="z", before=None, after="r"),
    )


def test_a_place_that_the_locks_of_others_hold_has_no_chain():
    people = pool([need("a"), need("b")], offer(), locks=(("a", "o1"),))
    assert cost_of(people, propose(people), "b", "o1", 0) is None


def test_a_round_without_prices_is_refused():
    people = pool([need("a"), need("b")], offer())
    with pytest.raises(InvalidInput, match="'stable'"):
        cost_of(
            people, propose(people, method="stable"), "a" if held(people) == {"b": "o1"} else "b", "o1", 0
        )


def told(people: Pool, path, *pair: str) -> tuple[int, list[str]]:
    path.write_text(json.dumps(pool_to_json(people)), encoding="utf-8")
    done = CliRunner().invoke(group, ["explain", str(path), *pair])
    return done.exit_code, [line.strip() for line in done.stdout.splitlines()]


def test_the_command_tells_people_first_then_numbers_then_who_moves(tmp_path):
    people = apart(
        [need("a"), need("b", waiting_since=WAITS), need("c", waiting_since=WAITS)],
        [offer("p"), offer("q")],
        *[("a", "p"), ("b", "p"), ("c", "q")],
    )
    status, lines = told(people, tmp_path / "pool.json", "a", "p")
    assert status == 0
    at = lines.index("choosing it:")
    assert lines[at + 1 :] == [
        "no longer served: b",
        "the round loses 2 of priority",
        "a goes to p",
        "b stays without, leaving p",
    ]


def test_the_command_says_what_a_worse_lock_keeps_back(tmp_path):
    people = pool(
        [need("a"), need("b", waiting_since=WAITS)],
        [offer("p"), offer("q", interests=None)],
        locks=(("a", "p"),),
        forbidden=(("b", "q"),),
    )
    _, lines = told(people, tmp_path / "pool.json", "a", "q")
    assert "served in their place: b" in lines
    assert any(line.startswith("the round gains 3 of priority and ") for line in lines)
    assert lines[-2:] == ["a goes to q, leaving p", "b goes to p"]


@pytest.mark.parametrize(
    ("people", "pair", "line"),
    [
        (pool(need(), offer()), ("n1", "o1"), "the best round holds it"),
        (
            pool([need("a"), need("b")], offer(), locks=(("a", "o1"),)),
            ("b", "o1"),
            "the locks of others leave the offer no place",
        ),
        (
            pool(need(languages=speaks("vie:C1")), offer()),
            ("n1", "o1"),
            "a person may choose it all the same, by a lock:",
        ),
    ],
)
def test_the_command_tells_of_a_pair_that_is_held_full_or_crossed(people, pair, line, tmp_path):
    assert line in told(people, tmp_path / "pool.json", *pair)[1]


def test_the_command_says_where_two_rounds_are_as_good(tmp_path):
    people = pool([need("a"), need("b")], [offer("p"), offer("q")])
    other = next(name for name in "pq" if name != held(people)["a"])
    _, lines = told(people, tmp_path / "pool.json", "a", other)
    assert "the round loses nothing: as good a one holds the pair" in lines


def test_the_command_tells_no_chain_of_a_pair_that_nobody_may_make(tmp_path):
    status, lines = told(pool(need(consent=False), offer()), tmp_path / "pool.json", "n1", "o1")
    assert status == 1
    assert not any("goes to" in line or "round" in line for line in lines)
