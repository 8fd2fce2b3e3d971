"""Why a need stays unpaired, looked up in tables, is what the barriers and criteria say."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from random import Random
from unittest import mock

import numpy as np
import pytest

from fixtures.builders import need, offer, pool, speaks
from fixtures.generate import generate_pool
from matcher.columns import PoolColumns
from matcher.compiled import Kernel
from matcher.engine import propose
from matcher.policy import shipped_policy
from matcher.programs import PROGRAMS, Program, program_of
from matcher.records import Pool
from matcher.search import candidates, pieces, sweep
from matcher.search.candidates import ByDefinition, BySweep
from matcher.search.reasons import NEAREST, NOBODY, Reasons
from matcher.search.tables import tables_of
from tests.matcher.judging import columns
from tests.matcher.often import POOLS
from tests.oracle.pools import small_pool

PROGRAM_CODES = sorted(PROGRAMS)


def looked_up(laid_out: PoolColumns, needs: np.ndarray, program: Program) -> Reasons:
    """Give the reasons of some needs, from tables."""
    source = BySweep(laid_out, program, tables_of(laid_out, program))
    with mock.patch.object(Kernel, "repays", return_value=True):
        return source.reasons(needs)


def assert_same_both_ways(people: Pool | PoolColumns, program: Program | None = None) -> Reasons:
    """Give the reasons of all needs, the same from tables and by definition."""
    laid_out = columns(people) if isinstance(people, Pool) else people
    program = program or program_of(laid_out.policy)
    needs = np.random.default_rng(1).permutation(len(laid_out.needs))
    by_definition = ByDefinition(laid_out, program).reasons(needs)
    for name, one, other in zip(
        Reasons._fields, looked_up(laid_out, needs, program), by_definition, strict=True
    ):
        assert one.tolist() == other.tolist(), name
    return by_definition


@pytest.mark.parametrize("program", PROGRAM_CODES)
def test_reasons_are_those_of_the_definitions_in_pools_full_of_near_misses(program):
    near, barred = 0, set[int]()
    for seed in range(POOLS // 2):
        some = Random(seed)
        people = small_pool(some, needs=12, offers=9, program=program)
        policy = replace(shipped_policy(program), floor=some.choice((0, 20, 40, 60)))
        if people.needs and people.offers:
            told = assert_same_both_ways(columns(people, policy))
            near += (told.nearest != NOBODY).sum()
            kept_away = told.barred.reshape(len(people.needs), -1).any(axis=0)
            barred |= set(np.flatnonzero(kept_away).tolist())
    assert near > POOLS
    assert barred == set(range(len(PROGRAMS[program].barriers)))


@pytest.mark.parametrize("program", PROGRAM_CODES)
@pytest.mark.parametrize("offers", [31, 513, 700])
def test_reasons_are_the_same_among_more_offers_than_a_block_has_bits(program, offers):
    told = assert_same_both_ways(generate_pool(needs=60, offers=offers, seed=3, program=program))
    assert (told.nearest.reshape(-1, NEAREST)[:, -1] != NOBODY).sum() > 5
    assert told.compatible.any()
    assert told.below_floor.any()


@pytest.mark.parametrize("code", sorted(PROGRAMS["sponsorship"].barriers))
def test_reasons_are_the_same_in_a_program_without_one_of_its_barriers(code):
    whole = PROGRAMS["sponsorship"]
    fewer = replace(whole, barriers={name: bars for name, bars in whole.barriers.items() if name != code})
    assert_same_both_ways(columns(small_pool(Random(11), needs=25, offers=25)), fewer)


def test_where_one_barrier_alone_is_watched_nobody_beyond_the_last_offer_is_counted():
    whole = PROGRAMS["sponsorship"]
    laid_out = columns(generate_pool(needs=10, offers=37, seed=2))
    for code in ("blocked_schedule", "blocked_exclusion", "blocked_language"):
        assert_same_both_ways(laid_out, replace(whole, barriers={code: whole.barriers[code]}))


def test_of_equals_the_first_in_order_are_the_nearest():
    """More are worth as much than are named, and the tables know them in another order."""
    strangers = [offer(f"o{at}", languages=speaks("spa:B2" if at % 3 else "wol:B2")) for at in range(90)]
    asked = [need("n", languages=speaks("prs:B2")), need("m", languages=speaks("wol:B2"))]
    people = columns(pool(asked, strangers))
    told = assert_same_both_ways(people)
    place = tables_of(people, program_of(people.policy)).offers.place
    assert place[3] < place[1], "in the tables, who comes later stands before"
    assert [0, 1, 2] in told.nearest.reshape(2, NEAREST).tolist()


@pytest.mark.usefixtures("in_plain_python")
@pytest.mark.parametrize("program", PROGRAM_CODES)
def test_the_loop_gives_the_same_where_it_is_not_compiled(program):
    assert_same_both_ways(generate_pool(needs=8, offers=37, seed=5, program=program))


@pytest.mark.usefixtures("in_plain_python")
def test_reasons_that_the_tables_cannot_tell_surely_are_told_by_definition():
    """Every other worth is taken for doubtful, as one whose rounding a float cannot tell, and told wrongly."""
    laid_out, right = columns(generate_pool(needs=20, offers=15, seed=4)), sweep.interests_worth
    program, asked = program_of(laid_out.policy), list[int]()

    def doubtful(total: int, saturation: float, weight: int) -> int:
        return sweep.UNSURE if total // 7 % 2 else right(total, saturation, weight)

    def noted(source: ByDefinition, needs: np.ndarray) -> Reasons:
        asked.append(len(needs))
        return by_definition(source, needs)

    by_definition = ByDefinition.reasons
    with (
        mock.patch.object(sweep, "interests_worth", doubtful),
        mock.patch.object(ByDefinition, "reasons", noted),
    ):
        assert_same_both_ways(laid_out, program)
    assert 0 < asked[-1] < 20, "some were doubtful, not all"


def test_reasons_are_the_same_asked_for_some_at_a_time_and_of_other_processes(monkeypatch):
    people = generate_pool(needs=80, offers=30, seed=2)
    at_once = propose(people).unpaired
    monkeypatch.setattr(pieces, "PAIRS_IN_A_QUESTION", 200)
    monkeypatch.setattr(candidates, "PAIRS_IN_A_BLOCK", 70)
    with ProcessPoolExecutor(2) as crew:
        assert propose(people, executor=crew).unpaired == propose(people).unpaired == at_once
    assert len(at_once) > 20


@pytest.mark.parametrize("sides", [(0, 3), (3, 0), (0, 0)])
def test_where_a_side_is_empty_nobody_is_kept_away(sides):
    needs, offers = (
        [make(f"p{at}") for at in range(many)] for make, many in zip((need, offer), sides, strict=True)
    )
    unpaired = propose(pool(needs, offers)).unpaired
    assert [(one.barriers, one.below_floor, one.compatible, one.nearest) for one in unpaired] == [
        ({}, 0, 0, ())
    ] * (sides[0] if not sides[1] else 0)
