"""Gates let through exactly whom barriers do, and few rows of them are enough."""

from dataclasses import replace

import numpy as np
import pytest

from fixtures.generate import generate_pool
from matcher import barriers
from matcher.columns import Flags, PoolColumns
from matcher.pairs import Pairs, block
from matcher.programs import PROGRAMS, program_of
from matcher.search import gates
from matcher.search.alike import Judge
from matcher.search.gates import Gate, gates_of, order_of, sieve_of
from tests.matcher.judging import columns

PROGRAM_CODES = sorted(PROGRAMS)


def let_through(gate: Gate) -> Flags:
    return gate.passes[gate.needs][:, gate.offers]


def city(program: str) -> PoolColumns:
    return columns(generate_pool(needs=90, offers=70, seed=4, program=program))


def all_of(laid_out: PoolColumns) -> Pairs:
    return block(laid_out, 0, len(laid_out.needs))


@pytest.mark.parametrize("program", PROGRAM_CODES)
def test_a_gate_lets_through_whom_its_barrier_does(program: str):
    laid_out = city(program)
    bars = list(program_of(laid_out.policy).barriers.values())
    found, named = gates_of(Judge(laid_out), program_of(laid_out.policy))
    for at, gate in found.items():
        assert (let_through(gate) == ~bars[at](all_of(laid_out))).all()
    left_out = {at for at in range(len(bars)) if at not in found and bars[at] is not barriers.no_common_slot}
    assert {int(pair[2]) for pairs in named for pair in pairs} <= left_out


@pytest.mark.parametrize("most", [1, 12, 10**6])
@pytest.mark.parametrize("program", PROGRAM_CODES)
def test_a_sieve_lets_through_whom_all_gates_and_a_week_of_one_slot_do(program: str, most: int, monkeypatch):
    monkeypatch.setattr(gates, "MOST_ROWS", most)
    laid_out = city(program)
    found, _ = gates_of(Judge(laid_out), program_of(laid_out.policy))
    sieve = sieve_of(found.values(), laid_out, program_of(laid_out.policy))
    by_all = np.all([let_through(gate) for gate in found.values()], axis=0)
    watches = barriers.no_common_slot in program_of(laid_out.policy).barriers.values()
    through = np.all([let_through(gate) for gate in sieve], axis=0)
    weeks = [(side.availability != 0).T.astype(np.int64) for side in (laid_out.needs, laid_out.offers)]
    known = np.outer(laid_out.needs.knows_availability, laid_out.offers.knows_availability)
    too_few = known & (weeks[0] @ weeks[1].T < laid_out.policy.least_weeks)
    assert (through == by_all & ~(watches & too_few)).all()
    assert (by_all & too_few).any()
    rows = sorted(len(gate.passes) for gate in sieve)
    assert len(rows) == 1 or rows[0] * rows[1] > most
    assert [gate.share for gate in sieve] == sorted(gate.share for gate in sieve)


def test_offers_whom_nobody_may_have_stand_last_and_alike_side_by_side():
    laid_out = city("sponsorship")
    never = replace(laid_out.offers, availability=laid_out.offers.availability.copy())
    never.availability[:, ::7] = 0
    laid_out = replace(laid_out, offers=never)
    found, _ = gates_of(Judge(laid_out), program_of(laid_out.policy))
    sieve = sieve_of(found.values(), laid_out, program_of(laid_out.policy))
    order = order_of(sieve, len(laid_out.offers))
    assert sorted(order) == list(range(70))
    of_somebody = np.all([let_through(gate).any(axis=0) for gate in sieve], axis=0)[order]
    assert not of_somebody.all()
    assert (np.diff(of_somebody.astype(int)) <= 0).all()
    first = sieve[0].offers[order][of_somebody]
    assert np.count_nonzero(np.diff(first)) == len(np.unique(first)) - 1


def test_a_pool_without_barriers_has_a_sieve_that_lets_everybody_through():
    laid_out = city("sponsorship")
    free = replace(program_of(laid_out.policy), barriers={})
    [gate] = sieve_of([], laid_out, free)
    assert let_through(gate).all()
    assert let_through(gate).shape == (90, 70)


def test_rows_of_bits_are_whole_blocks():
    flags = np.zeros((2, 33), dtype=np.bool_)
    flags[0, 0] = flags[1, 32] = True
    rows = gates.rows_of_bits(flags)
    assert rows.shape == (2, gates.WORDS)
    assert rows[:, :2].tolist() == [[1, 0], [0, 1]]
    assert gates.blocks_of(rows)[:, 0].tolist() == [1, 1]
    assert gates.blocks_of(rows[:1] * 0)[:, 0].tolist() == [0]
