"""`python -m tests.bench.plans`: plans of interpreters beside a greedy plan and beside OR-tools CP-SAT.

All begin with the same options and the same rows; what laying them out takes is told apart. Each contestant is alone
in its process, on one core. A plan is the best where its own bound says so; otherwise its gap to that bound is told.
MONTHS (such as ``1000x200``), PLAN_LIMIT (seconds) and PLAN_SEED in the environment change what is measured.

`python -m tests.bench.plans urgent` measures « dans l’heure » alone and leaves the plans as they were measured before;
URGENT (interpreters × appointments × questions, such as ``200x200x200``) says of what size.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

from fixtures.appointments import generate_agenda
from matcher.appointments.greedy import greedy, with_exchanges
from matcher.appointments.policy import shipped_interpreting_policy
from matcher.appointments.problem import Problem
from matcher.appointments.scheduling import Table, problem_of, table_of
from matcher.appointments.solving import solve
from matcher.columns import Ints
from tests.bench.machine import machine

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).with_name("plans.json")
MONTHS = "100x30 1000x200 5000x500"
URGENT = "200x200x200"
WITHIN_THE_HOUR = "urgent"
Row = dict[str, Any]
Bound = tuple[int, int]
Found = tuple[Ints, Bound | None]
"""Options chosen, and the priority and worth that no plan can pass, where that is known."""


def ours(table: Table, problem: Problem, seconds: float) -> Found:
    start = with_exchanges(*_parts(table), by_hand(table, problem, seconds)[0])
    solution = solve(problem, start, seconds)
    return solution.chosen, solution.bound


def by_hand(table: Table, problem: Problem, seconds: float) -> Found:  # noqa: ARG001 - all are asked alike
    return greedy(*_parts(table)), None


def _parts(table: Table) -> tuple[Any, Any, Any, Ints]:
    return table.bank, table.options, table.fixed.bookings, table.priority


def cp_sat(table: Table, problem: Problem, seconds: float) -> Found:  # noqa: ARG001
    from ortools.sat.python import cp_model  # noqa: PLC0415 - only who measures has it

    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in range(len(problem))]
    for row in range(problem.matrix.shape[0]):
        part = slice(problem.matrix.indptr[row], problem.matrix.indptr[row + 1])
        members = [chosen[at] for at in problem.matrix.indices[part].tolist()]
        if problem.limit[row] == 1:
            model.add_at_most_one(members)
        else:
            takes = problem.matrix.data[part].tolist()
            model.add(cp_model.LinearExpr.weighted_sum(members, takes) <= int(problem.limit[row]))
    lift = problem.most(problem.worth) + 1
    model.maximize(
        cp_model.LinearExpr.weighted_sum(chosen, (problem.priority * lift + problem.worth).tolist())
    )
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers = seconds, 1
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return np.zeros(0, dtype=np.int64), None
    found = [at for at, one in enumerate(chosen) if solver.boolean_value(one)]
    priority, worth = divmod(int(solver.best_objective_bound), lift)
    return np.array(found, dtype=np.int64), (priority, worth)


CONTESTANTS = {"Passerelle": ours, "by hand (greedy)": by_hand, "OR-tools CP-SAT": cp_sat}


def installed() -> list[str]:
    """Give who can take part here."""
    return [name for name in CONTESTANTS if name != "OR-tools CP-SAT" or find_spec("ortools")]


def instance(appointments: int, interpreters: int, seed: int) -> tuple[Table, Problem]:
    """Lay an invented month out."""
    month = generate_agenda(appointments=appointments, interpreters=interpreters, seed=seed)
    table = table_of(month, shipped_interpreting_policy())
    return table, problem_of(table)


def trial(name: str, appointments: int, interpreters: int, seed: int, seconds: float) -> Row:
    """Measure one contestant on one month, in this process."""
    before = process_time()
    table, problem = instance(appointments, interpreters, seed)
    laid_out = process_time() - before
    started = process_time(), perf_counter()
    chosen, bound = CONTESTANTS[name](table, problem, seconds)
    process, wall = process_time() - started[0], perf_counter() - started[1]
    priority, worth = problem.worth_of(chosen)
    row = {"contestant": name, "appointments": appointments, "interpreters": interpreters}
    row |= {
        "options": len(problem),
        "open": len(np.unique(problem.appointment)),
        "laid_out_s": round(laid_out, 3),
    }
    row |= {"process_s": round(process, 3), "wall_s": round(wall, 3)}
    row |= {"filled": len(chosen), "priority": priority, "worth": worth}
    return row | {"proved": bound == (priority, worth), "bound": bound}


def rows(settings: Mapping[str, str]) -> Iterator[Row]:
    """Measure everybody on every size, each in a process of its own."""
    for size in settings.get("MONTHS", MONTHS).replace(",", " ").split():
        appointments, interpreters = size.split("x")
        for name in installed():
            arguments = [
                name,
                appointments,
                interpreters,
                settings.get("PLAN_SEED", "1"),
                settings.get("PLAN_LIMIT", "30"),
            ]
            command = [sys.executable, "-m", "tests.bench.plans", *arguments]
            told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout
            row: Row = json.loads(told.splitlines()[-1])
            yield row


def urgent_row(settings: Mapping[str, str]) -> Row:
    """Measure answers within the hour, in a process of their own, and say when and on what."""
    size = settings.get("URGENT", URGENT).split("x")
    command = [sys.executable, "-m", "tests.bench.urgent", *size, settings.get("PLAN_SEED", "1")]
    told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout
    return measured() | json.loads(told.splitlines()[-1])


def measured() -> Row:
    """Say when and on what something is measured."""
    return {"date": datetime.now(UTC).date().isoformat(), "machine": machine(), "versions": versions()}


def gap_of(row: Row) -> str:
    """Say how far a plan may be from the best, by its own bound."""
    if row["proved"]:
        return "proved"
    if row["bound"] is None:
        return "no bound" if row["filled"] else "nothing found in time"
    priority, worth = row["bound"]
    if priority > row["priority"]:
        return f"at most {priority - row['priority']:,} of priority short"
    return f"at most {worth / row['worth'] - 1:.2%} of worth short"


def line(row: Row) -> str:
    """Give a row as a line of the table."""
    return (
        f"{row['appointments']:>6,} × {row['interpreters']:<5} {row['contestant']:<18}{row['options']:>9,}"
        f"{row['laid_out_s']:>8.2f}{row['process_s']:>9.2f}{row['wall_s']:>9.2f}{row['filled']:>7,} of {row['open']:<6,}"
        f"{row['priority']:>7,}{row['worth']:>15,}  {gap_of(row)}"
    )


def urgent_line(row: Row) -> str:
    """Give the answers within the hour as a line."""
    return (
        f"within the hour, {row['appointments']:,} appointments × {row['interpreters']:,}: {row['questions']:,} questions, "
        f"{row['with_nobody_free']:,} with nobody free; median {row['median_ms']} ms, worst {row['worst_ms']} ms "
        f"({row['worst_process_ms']} ms of the processor)"
    )


def main() -> None:
    """Measure, write plans.json, and print the table; with arguments, one trial, or what is asked within the hour."""
    if sys.argv[1:] == [WITHIN_THE_HOUR]:
        _keep(json.loads(RESULTS.read_text(encoding="utf-8")) | {WITHIN_THE_HOUR: _told_urgent()})
        return
    if len(sys.argv) > 1:
        name, appointments, interpreters, seed, seconds = sys.argv[1:]
        told = trial(name, int(appointments), int(interpreters), int(seed), float(seconds))
        sys.stdout.write(json.dumps(told) + "\n")
        return
    found = measured()
    head = f"{'month':<17}{'':18}{'options':>9}{'laid':>8}{'CPU s':>9}{'wall s':>9}{'filled':>17}{'prio':>7}{'worth':>15}"
    sys.stdout.write(head + "\n")
    plans = []
    for row in rows(os.environ):
        plans.append(row)
        sys.stdout.write(line(row) + "\n")
        sys.stdout.flush()
    _keep(found | {"plans": plans, WITHIN_THE_HOUR: _told_urgent()})


def _told_urgent() -> Row:
    row = urgent_row(os.environ)
    sys.stdout.write(urgent_line(row) + "\n")
    return row


def _keep(results: Row) -> None:
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def versions() -> dict[str, str]:
    """Say what measured."""
    return {"python": platform.python_version()} | {
        name: version(name) for name in ("scipy", "ortools") if find_spec(name)
    }


if __name__ == "__main__":
    main()
