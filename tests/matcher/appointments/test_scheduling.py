"""The best plan, against every plan that a small agenda has, and what must hold of plans of any size."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import OptimizeResult

from fixtures.appointments import generate_agenda
from matcher.appointments import narrowing, scheduling, solving
from matcher.appointments.checks import verify
from matcher.appointments.greedy import greedy, with_exchanges
from matcher.appointments.policy import shipped_interpreting_policy
from matcher.appointments.problem import NO_TIME_LIMIT, better
from matcher.appointments.scheduling import schedule
from matcher.appointments.writing import plan_to_json
from tests.matcher.appointments.plain import agenda, appointment, interpreter, shuffled
from tests.matcher.often import often
from tests.oracle import appointments as oracle

crowded = st.builds(
    lambda seed, size: oracle.small_agenda(Random(seed), appointments=size),
    st.integers(0, 2**32),
    st.integers(0, 6),
)


def reached(plan) -> tuple[int, int]:
    return plan.totals.priority, plan.totals.worth


def who(plan) -> dict[str, str]:
    return {one.appointment: one.interpreter for one in plan.assigned}


# Small agendas, all plans tried


@often
@given(crowded)
def test_no_plan_of_a_small_agenda_is_better(given_agenda):
    plan = schedule(given_agenda)
    assert reached(plan) == oracle.best(given_agenda)
    assert plan.proved


@often
@given(crowded)
def test_who_is_left_out_is_told_which_barrier_keeps_how_many_away(given_agenda):
    asked = {one.id: one for one in given_agenda.appointments}
    for left in schedule(given_agenda).unfilled:
        counts = Counter(
            code
            for person in given_agenda.interpreters
            for code in oracle.barriers(asked[left.appointment], person)
        )
        assert left.barriers == counts


@often
@given(crowded, st.integers(0, 2**32))
def test_shuffled_rows_give_the_same_plan(given_agenda, seed):
    assert plan_to_json(schedule(shuffled(given_agenda, seed))) == plan_to_json(schedule(given_agenda))


@often
@given(crowded)
def test_what_was_assigned_and_is_confirmed_stays_and_costs_nothing(given_agenda):
    plan = schedule(given_agenda)
    kept = tuple((one.appointment, one.interpreter) for one in plan.assigned)[:2]
    again = schedule(replace(given_agenda, confirmed=kept))
    assert set(kept) <= set(who(again).items())
    assert again.totals.priority == plan.totals.priority


def test_an_empty_agenda_has_a_plan():
    plan = schedule(agenda())
    assert (reached(plan), plan.proved, plan.unfilled) == ((0, 0), True, ())
    assert schedule(agenda(appointment())).unfilled[0].barriers == {}


# Large components


@often
@given(crowded)
def test_a_component_searched_narrowly_is_as_good_in_the_end(given_agenda):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving, "LARGE", 0)
        patch.setattr(narrowing, "NARROW", 1)
        plan = schedule(given_agenda)
    assert reached(plan) == oracle.best(given_agenda)
    assert plan.proved


@often
@given(crowded)
def test_what_a_narrow_search_cannot_exclude_holds_for_the_whole(given_agenda):
    table = scheduling.table_of(given_agenda, shipped_interpreting_policy())
    problem = scheduling.problem_of(table)
    if len(problem):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(narrowing, "NARROW", 1)
            found = narrowing.narrowly(problem, np.zeros(0, dtype=np.int64), NO_TIME_LIMIT)
        assert problem.worth_of(found.chosen) <= oracle.best(given_agenda) <= found.bound


def test_a_narrow_search_of_a_month_comes_near():
    month = generate_agenda(appointments=250, interpreters=60, seed=3)
    problem = scheduling.problem_of(scheduling.table_of(month, shipped_interpreting_policy()))
    found = narrowing.narrowly(problem, np.zeros(0, dtype=np.int64), NO_TIME_LIMIT)
    priority, worth = problem.worth_of(found.chosen)
    assert found.bound[0] == priority
    assert worth <= found.bound[1] <= 1.001 * worth


def test_an_answer_of_the_solver_that_breaks_a_row_is_not_taken():
    two = agenda([appointment("a1"), appointment("a2")], interpreter())
    problem = scheduling.problem_of(scheduling.table_of(two, shipped_interpreting_policy()))
    start = np.array([0])
    assert better(problem, start, OptimizeResult(x=np.ones(2))) is start
    assert better(problem, start, OptimizeResult(x=None)) is start


@pytest.mark.parametrize("pressing", ["a1", "a2"])
def test_by_hand_the_pressing_come_first(pressing):
    two = [appointment(name, priority=2 if name == pressing else 1) for name in ("a1", "a2")]
    table = scheduling.table_of(agenda(two, interpreter()), shipped_interpreting_policy())
    (chosen,) = greedy(table.bank, table.options, table.fixed.bookings, table.priority)
    assert table.appointments[table.options.appointment[chosen]].id == pressing


def test_by_hand_then_with_exchanges_never_fills_less():
    filled = []
    for seed in range(4):
        month = generate_agenda(appointments=250, interpreters=50, seed=seed, days=14)
        table = scheduling.table_of(month, shipped_interpreting_policy())
        parts = (table.bank, table.options, table.fixed.bookings, table.priority)
        problem, start = scheduling.problem_of(table), greedy(*parts)
        after = with_exchanges(*parts, start)
        taken = np.zeros(len(problem), dtype=np.int64)
        taken[after] = 1
        assert (problem.matrix @ taken <= problem.limit).all()
        assert problem.worth_of(after) >= problem.worth_of(start)
        filled.append(len(after) - len(start))
    assert max(filled) > 0


@often
@given(crowded, st.floats(0, 0.01))
def test_a_bound_is_never_passed_however_short_the_time(given_agenda, seconds):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving, "LARGE", 8)
        patch.setattr(narrowing, "NARROW", 1)
        plan = schedule(given_agenda, seconds=seconds)
    best = oracle.best(given_agenda)
    assert reached(plan) <= best <= (plan.bound.priority, plan.bound.worth)
    assert plan.proved == (reached(plan) == (plan.bound.priority, plan.bound.worth))
    verify(given_agenda, plan)


def test_a_month_is_planned_and_proved():
    month = generate_agenda(appointments=250, interpreters=60, seed=3)
    plan = schedule(month)
    assert plan.proved
    assert plan.totals.filled > 0.5 * len(month.appointments)
    verify(month, plan)


def test_without_time_a_plan_as_made_by_hand_stands_with_its_gap():
    month = generate_agenda(appointments=250, interpreters=60, seed=3)
    plan, best = schedule(month, seconds=0), schedule(month)
    assert not plan.proved
    assert reached(plan) < reached(best) <= (plan.bound.priority, plan.bound.worth)
    verify(month, plan)


def test_components_share_neither_appointment_nor_hour():
    month = generate_agenda(appointments=120, interpreters=40, seed=2)
    table = scheduling.table_of(month, shipped_interpreting_policy())
    problem = scheduling.problem_of(table)
    parts = solving.components(problem)
    assert sorted(at for part in parts for at in part.tolist()) == list(range(len(problem)))
    part_of = np.empty(len(problem), dtype=np.int64)
    for number, part in enumerate(parts):
        part_of[part] = number
    for row in range(problem.matrix.shape[0]):
        members = problem.matrix.indices[problem.matrix.indptr[row] : problem.matrix.indptr[row + 1]]
        assert len(set(part_of[members].tolist())) == 1
