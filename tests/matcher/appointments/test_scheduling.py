"""The best plan, against every plan that a small agenda has, and what must hold of plans of any size."""

from __future__ import annotations

import csv
import os
from collections import Counter
from dataclasses import replace
from math import ceil
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array, hstack

from fixtures.appointments import generate_agenda
from fixtures.builders import free, speaks
from matcher.appointments import narrowing, scheduling, solving
from matcher.appointments.checks import verify
from matcher.appointments.constraints import at_most_one, at_one_instant, joined_rows
from matcher.appointments.greedy import greedy, with_exchanges
from matcher.appointments.policy import shipped_interpreting_policy
from matcher.appointments.problem import NO_TIME_LIMIT, better
from matcher.appointments.scheduling import schedule
from matcher.appointments.writing import plan_to_json
from matcher.errors import FaultyInput
from matcher.records import Travel
from tests.matcher.appointments.plain import agenda, appointment, interpreter, shuffled
from tests.matcher.often import often
from tests.oracle import appointments as oracle

PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "smptsp"
SLOW = "data_11_24_119_33"
"""The published instance that is left to `make soak`."""
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


# Published instances


def _published():
    if not PUBLISHED.exists():
        return [("", "", 0)]
    rows = list(csv.DictReader((PUBLISHED / "known.csv").read_text().splitlines()))
    found = [(row["set"], row["instance"], int(row["known_optimum"])) for row in rows]
    return [row for row in found if row[1] != SLOW or os.environ.get("PASSERELLE_TRIES") == "full"]


def _read(path: Path):
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    count = int(lines[1].split("=")[1])
    jobs = np.array([line.split() for line in lines[2 : 2 + count]], dtype=np.int64)
    return jobs, [list(map(int, line.split(":")[1].split())) for line in lines[3 + count :]]


def _seats(worker: Any, row: Any, jobs: int, workers: int) -> csr_array:
    """Give the columns that count workers: in each row of an instant, its worker is there at most."""
    numbers, first = np.unique(row, return_index=True)
    places = (np.arange(len(numbers)) + jobs, worker[first])
    return csr_array((-np.ones(len(numbers)), places), shape=(jobs + len(numbers), workers))


@pytest.mark.parametrize(("folder", "name", "fewest"), _published())
def test_fewest_workers_of_the_published_instances(folder, name, fewest):
    if not folder:
        pytest.skip("the smptsp instances are not beside the repository")
    jobs, able = _read(PUBLISHED / folder / f"{name}.dat")
    worker = np.array([at for at, own in enumerate(able) for _ in own])
    job = np.array([one for own in able for one in sorted(own)])
    row, member = at_one_instant(worker, jobs[job, 0], jobs[job, 1])
    rows = joined_rows((at_most_one(job, np.arange(len(job))), at_most_one(row, member)))
    matrix = hstack([rows.matrix(len(job)), _seats(worker[member], row, len(jobs), len(able))]).tocsr()
    limit = np.where(np.arange(len(rows)) < len(jobs), 1, 0)
    least = np.where(np.arange(len(rows)) < len(jobs), 1.0, -np.inf)
    gain = np.append(np.zeros(len(job)), np.ones(len(able)))
    limits = LinearConstraint(matrix, least, limit)
    relaxed = milp(gain, bounds=Bounds(0, 1), constraints=limits)
    assert ceil(relaxed.fun - 1e-6) == fewest  # nobody could do with fewer
    whole = milp(
        np.zeros(len(gain)),
        integrality=np.ones(len(gain)),
        bounds=Bounds(0, 1),
        constraints=[limits, LinearConstraint(gain, -np.inf, fewest)],
    )
    assert whole.success
    assert (matrix @ np.round(whole.x) <= limit).all()


# What a plan may not do


def test_an_hour_between_two_is_enough_and_a_quarter_is_not():
    person = interpreter()
    for gap, filled in ((30, 2), (29, 1)):
        two = [appointment("a1"), appointment("a2", start=f"2026-03-09T11:{gap}")]
        assert schedule(agenda(two, person)).totals.filled == filled


@pytest.mark.parametrize(("mode", "filled"), [("car", 2), ("bus", 1)])
def test_the_way_between_two_places_makes_the_pause_longer(mode, filled):
    person = interpreter(travel=Travel(mode=mode, limit_km=100), sector="arvida")
    two = [
        appointment("a1", modes=("in_person",), sector="chicoutimi_centre"),
        appointment("a2", modes=("in_person",), sector="jonquiere_centre", start="2026-03-09T11:40"),
    ]
    assert schedule(agenda(two, person)).totals.filled == filled
    by_phone = [replace(one, modes=("in_person", "phone")) for one in two]
    assert schedule(agenda(by_phone, person)).totals.filled == 2


def test_hours_of_a_day_and_hours_left_are_kept():
    hours = [
        appointment(f"a{at}", start=f"2026-03-{9 + at // 3:02}T{8 + 3 * (at % 3):02}:30") for at in range(6)
    ]
    assert schedule(agenda(hours, interpreter())).totals.filled == 6
    assert schedule(agenda(hours, interpreter(max_hours_day=2))).totals.filled == 4
    assert schedule(agenda(hours, interpreter(hours_left=3))).totals.filled == 3


def test_the_pressing_come_before_a_better_score():
    both = [
        appointment("good", prefer=("i1",)),
        appointment("pressing", priority=2),
    ]
    assert who(schedule(agenda(both, interpreter()))) == {"pressing": "i1"}


def test_the_one_who_interpreted_much_is_spared():
    rested, tired = interpreter("rested", hours_last_30d=1), interpreter("tired", hours_last_30d=12)
    assert who(schedule(agenda(appointment(), [tired, rested]))) == {"a1": "rested"}


def test_the_same_interpreter_as_before_is_kept_where_it_was_wished():
    two = [interpreter("i1", hours_last_30d=0), interpreter("i2", hours_last_30d=8)]
    assert who(schedule(agenda(appointment(), two))) == {"a1": "i1"}
    assert who(schedule(agenda(appointment(prefer=("i2",)), two))) == {"a1": "i2"}


def test_the_mode_that_the_person_put_first_is_taken_where_it_is_near():
    near = appointment(modes=("in_person", "phone"), sector="arvida")
    assert schedule(agenda(near, interpreter())).assigned[0].mode == "in_person"
    far = replace(near, sector="la_baie_port_alfred")
    assert schedule(agenda(far, interpreter())).assigned[0].mode == "phone"


def test_someone_who_only_writes_a_language_does_not_interpret_it():
    writes = interpreter(languages=speaks("spa:native:written", "fra:C1"))
    assert schedule(agenda(appointment(), writes)).unfilled[0].barriers == {"blocked_language": 1}


def test_a_setting_asks_more_than_the_appointment_says():
    school = appointment(setting="school_meeting", level="B1")
    low = interpreter(languages=speaks("spa:B1", "fra:C1"))
    assert schedule(agenda(school, low)).unfilled[0].barriers == {"blocked_language": 1}


def test_who_said_nothing_is_not_booked():
    nothing = interpreter(languages=(), settings=(), modes=(), availability=None)
    assert schedule(agenda(appointment(), nothing)).unfilled[0].barriers == {
        "blocked_language": 1,
        "blocked_setting": 1,
        "blocked_schedule": 1,
        "blocked_mode": 1,
    }


# Confirmed bookings


def test_a_confirmed_booking_stands_across_hour_and_place_and_takes_her_time():
    late = appointment("late", start="2026-03-09T22:00")
    next_one = appointment("next", start="2026-03-10T10:00")
    person = interpreter(hours_left=1)
    plan = schedule(agenda([late, next_one], person, confirmed=(("late", "i1"),)))
    assert who(plan) == {"late": "i1"}
    assert plan.proved
    verify(agenda([late, next_one], person, confirmed=(("late", "i1"),)), plan)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"avoid": ("i1",)}, "blocked_exclusion"),
        ({"gender_request": "m"}, "blocked_gender"),
        ({"setting": "police"}, "refer_professional"),
    ],
)
def test_no_booking_is_confirmed_across_safety_or_a_wish(changes, code):
    with pytest.raises(FaultyInput, match=code):
        schedule(agenda(appointment(**changes), interpreter(), confirmed=(("a1", "i1"),)))


def test_an_empty_agenda_has_a_plan():
    plan = schedule(agenda())
    assert (reached(plan), plan.proved, plan.unfilled) == ((0, 0), True, ())
    assert schedule(agenda(appointment())).unfilled[0].barriers == {}


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


def test_two_weeks_in_turn_are_read_by_the_calendar():
    person = interpreter(availability=(free("mon_am")[0], (), free("mon_am")[0], ()))
    asked = [appointment(f"a{day}", start=f"2026-03-{day:02}T10:00") for day in (2, 9, 16, 23)]
    assert set(who(schedule(agenda(asked, person)))) == {"a2", "a16"}
