"""What is forced and what is free, against every round that a small pool has."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from fixtures.builders import need, offer, pool
from fixtures.generate import generate_pool
from matcher.engine import propose
from matcher.errors import InvalidInput
from matcher.formats import pool_to_json
from matcher.insight.freedom import Held, Instead, freedom_of
from matcher.records import Pool, Round
from tests.matcher.every_round import Pair, rounds, small
from tests.matcher.often import often
from tests.oracle.pairs import FLOOR, POINT
from tests.oracle.rounds import Oracle
from web.cli import group

margins = st.sampled_from([0, 1, 999, 10_000, 50_000, FLOOR * POINT])


def losses(oracle: Oracle, held: set[Pair]) -> tuple[dict[Pair, int], dict[Pair, int]]:
    """Give what is lost without each pairing held, and with each other pair, where priority is kept."""
    tried = list(rounds(oracle))
    priority, worth, _ = max((first, second, 0) for first, second, _ in tried)
    without: dict[Pair, int] = {}
    instead: dict[Pair, int] = {}
    for first, second, pairs in tried:
        if first == priority:
            for pair in held - pairs:
                without[pair] = min(without.get(pair, worth), worth - second)
            for pair in pairs - held:
                instead[pair] = min(instead.get(pair, worth), worth - second)
    return without, instead


def free_pairs(best: Round) -> set[Pair]:
    return {(pairing.need, pairing.offer) for pairing in best.pairings if not pairing.locked}


@often
@given(small, margins)
def test_every_loss_is_what_trying_all_rounds_finds(people, margin):
    best = propose(people, alternates=0)
    without, instead = losses(Oracle(people), free_pairs(best))
    found = freedom_of(people, best, margin)
    assert {(one.need, one.offer) for one in found.held} == free_pairs(best)
    for one in found.held:
        loss = without.get((one.need, one.offer))
        assert one.loss == (loss if loss is not None and loss <= margin else None)
    assert {(one.need, one.offer): one.loss for one in found.instead} == {
        pair: loss for pair, loss in instead.items() if loss <= margin
    }


@often
@given(small)
def test_forced_pairings_stand_in_every_best_round(people):
    best = propose(people, alternates=0)
    tried = list(rounds(Oracle(people)))
    top = max((first, second) for first, second, _ in tried)
    every = frozenset.intersection(*(pairs for *reached, pairs in tried if tuple(reached) == top))
    found = freedom_of(people, best)
    assert {(one.need, one.offer) for one in found.held if one.is_forced} == every


@often
@given(small, margins, st.integers(0, 2**32))
def test_shuffled_rows_give_the_same_answer(people, margin, seed):
    draw = Random(seed)
    turned = replace(
        people,
        needs=tuple(draw.sample(people.needs, len(people.needs))),
        offers=tuple(draw.sample(people.offers, len(people.offers))),
    )
    best = propose(people, alternates=0)
    assert freedom_of(turned, best, margin) == freedom_of(people, best, margin)


def test_a_near_tie_of_a_city_costs_what_locking_it_costs():
    people = generate_pool(needs=30, offers=20, seed=5)
    best = propose(people, alternates=0)
    found = freedom_of(people, best, 20_000)
    assert len(found.instead) > 3
    assert all(one.loss <= 20_000 for one in found.instead)
    for one in found.instead[::5]:
        locked = propose(replace(people, locks=((one.need, one.offer),)), alternates=0)
        assert locked.totals.priority == best.totals.priority
        assert best.totals.worth - locked.totals.worth == one.loss


def test_two_alike_may_change_places():
    people = pool([need("a"), need("b")], [offer("one"), offer("two")])
    best = propose(people)
    found = freedom_of(people, best)
    assert [one.loss for one in found.held] == [0, 0]
    assert not any(one.is_forced for one in found.held)
    assert {(one.need, one.offer) for one in found.instead} == {
        (name, other) for name in "ab" for other in ("one", "two")
    } - free_pairs(best)


def test_the_only_pair_is_forced_whatever_the_margin():
    people = pool(need(), offer())
    found = freedom_of(people, propose(people), FLOOR * POINT)
    assert found.held == (Held(need="n1", offer="o1", loss=None),)
    assert found.held[0].is_forced
    assert found.instead == ()


def test_a_place_left_over_makes_a_choice_of_two_alike():
    people = pool(need(), [offer("one"), offer("two")])
    (held,) = freedom_of(people, propose(people)).held
    assert held.loss == 0
    (other,) = freedom_of(people, propose(people)).instead
    assert other == Instead(need="n1", offer=({"one", "two"} - {held.offer}).pop(), loss=0)


def test_a_locked_pairing_is_not_judged():
    people = pool([need("a"), need("b")], [offer("one"), offer("two")], locks=(("a", "one"),))
    found = freedom_of(people, propose(people))
    assert [(one.need, one.offer) for one in found.held] == [("b", "two")]


def test_an_empty_pool_has_nothing_to_choose():
    found = freedom_of(pool(), propose(pool()))
    assert (found.held, found.instead) == ((), ())


@pytest.mark.parametrize("margin", [-1, FLOOR * POINT + 1])
def test_a_margin_out_of_range_is_refused(margin):
    with pytest.raises(InvalidInput, match=f"margin is {margin}"):
        freedom_of(pool(), propose(pool()), margin)


def test_a_round_without_prices_is_refused():
    with pytest.raises(InvalidInput, match="'stable'"):
        freedom_of(pool(), propose(pool(), method="stable"))


def test_the_round_of_another_pool_is_refused():
    with pytest.raises(InvalidInput, match="another pool"):
        freedom_of(pool(need()), propose(pool()))


def run(people: Pool, path, *options: object) -> tuple[int, list[str]]:
    path.write_text(json.dumps(pool_to_json(people)), encoding="utf-8")
    done = CliRunner().invoke(group, ["freedom", str(path), *map(str, options)])
    return done.exit_code, done.stdout.splitlines()


def test_the_command_tells_forced_from_free(tmp_path):
    people = pool(
        [need("a"), need("b", gender_request="m")], [offer("w"), offer("w2"), offer("m", gender="m")]
    )
    best = dict(free_pairs(propose(people)))
    status, lines = run(people, tmp_path / "pool.json", "--margin", 0)
    assert status == 0
    assert "b with m: in every best round" in lines
    assert f"a with {best['a']}: free; as good a round goes without it" in lines


def test_the_command_refuses_a_margin_over_the_floor(tmp_path):
    assert run(pool(), tmp_path / "pool.json", "--margin", 99)[0] == 2
