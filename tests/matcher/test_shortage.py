"""Who cannot be served together: every set is counted, and the maximum is found in another way."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random

import networkx as nx
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from fixtures.builders import free, need, offer, pool, speaks
from fixtures.generate import generate_pool
from matcher.engine import propose
from matcher.errors import InvalidInput
from matcher.formats import pool_to_json
from matcher.insight.causes import Cause, Trait
from matcher.insight.shortage import Shortage, shortages_of
from matcher.insight.shortage_telling import lines_of
from matcher.policy import shipped_policy
from matcher.records import Pool
from tests.matcher.often import often, pools
from tests.oracle.rounds import Oracle
from web.cli import group


def web(seed: int) -> Pool:
    """Give people whom a gender asked for, a language and chance keep apart: sets within sets."""
    draw = Random(seed)
    tongues = (speaks("fra:native"), speaks("eng:native"), speaks("fra:native", "eng:native"))
    needs = [
        need(f"n{at:02}", languages=draw.choice(tongues), gender_request=draw.choice(("f", None, None)))
        for at in range(draw.randint(3, 12))
    ]
    offers = [
        offer(
            f"o{at}",
            languages=draw.choice(tongues),
            gender=draw.choice(("f", "m")),
            capacity=draw.choice((1, 1, 2, 3)),
        )
        for at in range(draw.randint(2, 6))
    ]
    kept = draw.choice((0.3, 0.6, 0.9))
    barred = [(one.id, other.id) for one in needs for other in offers if draw.random() >= kept]
    return pool(needs, offers, forbidden=tuple(barred))


crowds = st.one_of(pools, st.builds(web, st.integers(0, 2**32)))
EVENING, SATURDAY = free("tue_ev", "wed_ev"), free("sat_am", "sat_pm")


def in_play(oracle: Oracle) -> dict[str, set[str]]:
    """Give the offers that each waiting need may have."""
    return {
        name: {other for other in oracle.offers if oracle.in_play(name, other)}
        for name in oracle.needs
        if name not in oracle.partner
    }


def most_served(oracle: Oracle, allowed: dict[str, set[str]]) -> tuple[int, set[str]]:
    """Give the greatest number served, with a copy of each place, and who may be left out of it."""
    graph = nx.Graph()
    graph.add_nodes_from(("need", name) for name in allowed)
    for name, offers in allowed.items():
        graph.add_edges_from(
            (("need", name), (other, place)) for other in offers for place in range(oracle.places[other])
        )
    side = {("need", name) for name in allowed}
    served = len(nx.bipartite.hopcroft_karp_matching(graph, side)) // 2
    without = {
        name
        for name in allowed
        if len(
            nx.bipartite.hopcroft_karp_matching(
                graph.subgraph(set(graph) - {("need", name)}), side - {("need", name)}
            )
        )
        // 2
        == served
    }
    return served, without


def is_set_of_hall(one: Shortage, oracle: Oracle, allowed: dict[str, set[str]]) -> bool:
    return (
        set().union(*(allowed[name] for name in one.needs)) == set(one.offers)
        and one.places == sum(oracle.places[other] for other in one.offers)
        and one.deficiency == len(one.needs) - one.places > 0
    )


@often
@given(crowds)
def test_every_set_has_these_offers_alone_and_too_few_places(people):
    oracle = Oracle(people)
    allowed = in_play(oracle)
    found = shortages_of(people)
    for one in found.sets:
        assert is_set_of_hall(one, oracle, allowed)
    assert [one.needs for one in found.alone] == sorted(
        (name,) for name, offers in allowed.items() if not offers
    )
    assert all((one.offers, one.places, one.deficiency) == ((), 0, 1) for one in found.alone)


@often
@given(crowds)
def test_the_sets_are_exactly_those_whom_a_greatest_round_may_leave_out(people):
    oracle = Oracle(people)
    allowed = in_play(oracle)
    served, without = most_served(oracle, allowed)
    found = shortages_of(people)
    assert (found.waiting, found.servable) == (len(allowed), served)
    assert found.in_play == sum(bool(offers) for offers in allowed.values())
    assert found.places == sum(oracle.places.values())
    assert sum(one.deficiency for one in found.wholes) == found.in_play - served
    assert {name for one in (*found.wholes, *found.alone) for name in one.needs} == without


@often
@given(crowds)
def test_wholes_share_nobody_and_are_listed_smallest_first(people):
    found = shortages_of(people)
    for side in ("needs", "offers"):
        ids = [name for one in found.wholes for name in getattr(one, side)]
        assert len(ids) == len(set(ids))
    assert set(found.wholes) <= set(found.sets)
    assert [len(one.needs) for one in found.sets] == sorted(len(one.needs) for one in found.sets)


@often
@given(crowds)
def test_a_set_inside_another_has_more_needs_to_a_place(people):
    found = shortages_of(people)
    for one in found.sets:
        around = [each for each in found.sets if set(one.needs) < set(each.needs)]
        assert bool(around) == (one not in found.wholes)
        for each in around:
            assert len(one.needs) * each.places > len(each.needs) * one.places


@often
@given(crowds)
def test_no_set_in_a_set_that_has_none_inside_is_tighter(people):
    oracle = Oracle(people)
    allowed = in_play(oracle)
    found = shortages_of(people).sets
    for one in found:
        if any(set(each.needs) < set(one.needs) for each in found):
            continue
        for offers in subsets(one.offers):
            inside = [name for name in one.needs if allowed[name] <= offers]
            places = sum(oracle.places[other] for other in offers)
            assert len(inside) * one.places <= len(one.needs) * places


def subsets(names: tuple[str, ...]) -> list[set[str]]:
    return [{name for at, name in enumerate(names) if 1 << at & kept} for kept in range(1 << len(names))]


@often
@given(crowds)
def test_the_cause_is_counted_pair_by_pair(people):
    oracle = Oracle(people)
    found = shortages_of(people)
    for one in (*found.sets, *found.alone):
        others = [other for other, places in oracle.places.items() if places > 0 and other not in one.offers]
        crossed = {other: [oracle.barriers[name, other] for name in one.needs] for other in others}
        from_all = {other: frozenset.intersection(*map(frozenset, sets)) for other, sets in crossed.items()}
        codes = [code for held in from_all.values() for code in held]
        free_of = {other for other, sets in crossed.items() if not any(sets)}
        cause = one.cause
        assert cause.others == len(others)
        assert dict(cause.barriers) == {code: codes.count(code) for code in codes}
        assert [n for _, n in cause.barriers] == sorted((n for _, n in cause.barriers), reverse=True)
        assert cause.below_floor == len(free_of)
        assert cause.mixed == sum(not held and other not in free_of for other, held in from_all.items())


@often
@given(crowds, st.integers(0, 2**32))
def test_shuffled_rows_give_the_same_answer(people, seed):
    draw = Random(seed)
    turned = replace(
        people,
        **{
            name: tuple(draw.sample(rows, len(rows)))
            for name in ("needs", "offers", "locks", "forbidden")
            for rows in [getattr(people, name)]
        },
    )
    assert shortages_of(turned) == shortages_of(people)


@pytest.mark.parametrize("sizes", [(40, 15), (60, 30)])
def test_the_best_round_of_a_city_leaves_out_as_many_as_the_shortage_says(sizes):
    people = generate_pool(needs=sizes[0], offers=sizes[1], seed=3)
    found = shortages_of(people)
    assert propose(people, alternates=0).totals.paired == found.servable
    assert found.sets


def spanish_evening() -> Pool:
    """Three who speak Spanish and are free in the evening, one to welcome them; two others are served."""
    spanish = {"languages": speaks("spa:native"), "availability": EVENING}
    french = {"languages": speaks("fra:native"), "availability": SATURDAY}
    return pool(
        [
            need("a", **spanish),
            need("b", **spanish),
            need("c", **spanish, sector="arvida"),
            need("d", **french),
        ],
        [
            offer("one", languages=speaks("spa:B2", "fra:native"), availability=EVENING),
            offer("two", languages=speaks("fra:native"), availability=SATURDAY),
            offer("three", languages=speaks("eng:native"), availability=EVENING),
            offer("full", languages=speaks("spa:B2"), availability=EVENING, active_pairings=1),
        ],
    )


def test_a_shortage_names_who_and_why():
    found = shortages_of(spanish_evening())
    assert (found.waiting, found.in_play, found.servable, found.places) == (4, 4, 2, 3)
    assert (
        found.wholes
        == found.sets
        == (
            Shortage(
                needs=("a", "b", "c"),
                offers=("one",),
                places=1,
                cause=Cause(
                    others=2,
                    barriers=(("blocked_language", 2), ("blocked_schedule", 1)),
                    below_floor=0,
                    mixed=0,
                    shared=(
                        Trait(kind="language", code="spa", needs=3, offers=1),
                        Trait(kind="free_only", code="ev", needs=3, offers=2),
                        Trait(kind="sector", code="chicoutimi_centre", needs=2, offers=3),
                    ),
                ),
            ),
        )
    )
    assert found.alone == ()


def test_a_tighter_set_is_told_before_the_whole_around_it():
    crowd = [need(name, gender_request="f") for name in "abcd"]
    people = pool(
        [*crowd, need("e"), need("f")], [offer("woman"), offer("m1", gender="m"), offer("m2", gender="m")]
    )
    found = shortages_of(replace(people, offers=people.offers[:2]))
    assert [(one.needs, one.places) for one in found.sets] == [(tuple("abcd"), 1), (tuple("abcdef"), 2)]
    assert [one.deficiency for one in found.wholes] == [4]
    assert Trait(kind="gender_request", code="f", needs=4, offers=1) in found.sets[0].cause.shared
    alone = shortages_of(people).sets
    assert [(one.needs, one.offers) for one in alone] == [(tuple("abcd"), ("woman",))]


def test_a_part_with_more_shares_than_the_flow_can_count_is_told_as_a_whole(monkeypatch):
    crowd = [need(name, gender_request="f") for name in "abcd"]
    people = pool([*crowd, need("e"), need("f")], [offer("woman"), offer("m1", gender="m")])
    assert len(shortages_of(people).sets) == 2
    monkeypatch.setattr("matcher.insight.shortage.MOST_SHARES", 2)  # the whole asks for 3 shares a place
    found = shortages_of(people)
    assert found.sets == found.wholes


def test_offers_under_the_floor_are_told_apart_from_barriers():
    policy = replace(shipped_policy("sponsorship"), floor=100)
    found = shortages_of(pool(need(), [offer(), offer("o2", capacity=0)]), policy)
    assert [one.needs for one in found.alone] == [("n1",)]
    assert (found.alone[0].cause.others, found.alone[0].cause.below_floor) == (1, 1)
    assert found.alone[0].cause.barriers == ()


def test_locks_take_their_need_and_their_place():
    people = pool([need("a"), need("b")], offer(capacity=2))
    assert shortages_of(people).sets == ()
    found = shortages_of(replace(people, offers=(offer(capacity=1),), locks=(("a", "o1"),)))
    assert (found.waiting, found.places) == (1, 0)
    assert [one.needs for one in found.alone] == [("b",)]


def test_what_half_of_a_set_shares_is_not_told_nor_what_is_only_written():
    written = speaks("fra:native", "deu:C1:written")
    (one,) = shortages_of(
        pool([need("a", sector="arvida", languages=written), need("b", languages=written)], offer())
    ).sets
    assert [(trait.kind, trait.code) for trait in one.cause.shared] == [("language", "fra")]


def test_many_places_with_one_person_count_each():
    people = pool([need(f"n{at}") for at in range(5)], offer(capacity=3))
    (one,) = shortages_of(people).sets
    assert (one.places, one.deficiency) == (3, 2)


@pytest.mark.parametrize("people", [pool(), pool(need()), pool((), offer())])
def test_an_empty_side_is_no_fault(people):
    found = shortages_of(people)
    assert (found.sets, found.servable, len(found.alone)) == ((), 0, len(people.needs))


def test_a_policy_of_another_program_is_refused():
    with pytest.raises(InvalidInput, match="is 'support', and the pool is of"):
        shortages_of(pool(), shipped_policy("support"))


def run(people: Pool, path) -> tuple[int, list[str]]:
    path.write_text(json.dumps(pool_to_json(people)), encoding="utf-8")
    done = CliRunner().invoke(group, ["shortage", str(path)])
    return done.exit_code, done.stdout.splitlines()


def test_the_command_says_who_and_why(tmp_path):
    status, lines = run(spanish_evening(), tmp_path / "pool.json")
    assert status == 0
    assert lines[:4] == [
        "4 needs wait for 3 places; one round can serve 2",
        "these 3 needs can only be served by 1 offer with 1 place: 2 places too few",
        "  needs: a, b, c",
        "  offers: one",
    ]
    assert "  in common: language spa, 3 of 3 needs; 1 of 3 offers with a place answer that" in lines
    assert any("blocked_language keeps 2 of them from all of them" in line for line in lines)


def test_the_command_says_that_nobody_is_short(tmp_path):
    for people in (pool(), pool(need(), offer())):
        assert run(people, tmp_path / "pool.json")[1][-1] == "all of them can be served together"


def test_a_need_that_nobody_may_serve_is_told_alone():
    lines = list(lines_of(shortages_of(pool(need(consent=False), offer()))))
    assert "need n1 can be served by no offer with a place" in lines
    assert any("blocked_consent keeps 1 of them from it" in line for line in lines)
