"""Components too large to search whole: a few options for each appointment, and a bound that holds for all.

The search sees the best options of each appointment only. The bound comes from prices of a relaxed program that is
just as narrow, and whose rows are added as they are broken: whatever the prices, what all rows and all options are
worth at them is more than any choice can reach.
"""

from __future__ import annotations

from math import floor
from time import monotonic

import numpy as np
from scipy.optimize import linprog

from matcher.appointments.problem import (
    NO_TIME_LIMIT,
    SLACK,
    Floats,
    Problem,
    Solution,
    best_of_each,
    better,
    search,
)
from matcher.columns import Flags, Ints
from matcher.records import WORTH_OF_A_POINT

NARROW = 4
"""Options kept for each appointment, the best by worth."""
LIFT = 1000
"""What one of priority counts beside points of worth, where both are searched at once."""
LONGEST_SECONDS = 120
"""What one narrow search takes at most, however much time there is."""
MOST_ROUNDS = 12
EPSILON = 1e-6


def narrowly(problem: Problem, start: Ints, deadline: float) -> Solution:
    """Give the best choice of a narrow search, never worse than ``start``, with a bound for the whole."""
    kept = _kept(problem, start)
    half = monotonic() + min((deadline - monotonic()) / 2, LONGEST_SECONDS)
    own = problem.where(kept)
    begin = np.flatnonzero(np.isin(kept, start))
    chosen = kept[better(own, begin, search(_lifted(own), own.matrix, own.limit, half))]
    priority, worth = problem.worth_of(chosen)
    rest = min((deadline - monotonic()) / 2, LONGEST_SECONDS)
    most = bound_of(problem, problem.priority.astype(float), kept, monotonic() + rest, enough=priority)
    if most > priority:
        return Solution(chosen=chosen, bound=(most, problem.most(problem.worth)))
    both = bound_of(
        problem, _lifted(problem), kept, min(deadline, monotonic() + LONGEST_SECONDS), WORTH_OF_A_POINT
    )
    richest = both - priority * LIFT * WORTH_OF_A_POINT
    return Solution(chosen=chosen, bound=(priority, max(min(richest, problem.most(problem.worth)), worth)))


def _lifted(problem: Problem) -> Floats:
    gain: Floats = problem.priority * LIFT + problem.worth / WORTH_OF_A_POINT
    return gain


def _kept(problem: Problem, start: Ints) -> Ints:
    """Give the best options of each appointment by worth, and those of a choice."""
    kept = _rank(problem.appointment, -problem.worth) < NARROW
    kept[start] = True
    return np.flatnonzero(kept)


def _rank(appointment: Ints, key: Ints | Floats) -> Ints:
    """Give the place of each option among those of its appointment, the least key first."""
    order = np.lexsort((key, appointment))
    place = np.arange(len(order))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = appointment[order][1:] != appointment[order][:-1]
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = place - np.maximum.accumulate(np.where(first, place, 0))
    return rank


def bound_of(
    problem: Problem, gain: Floats, kept: Ints, deadline: float, unit: int = 1, *, enough: int = 0
) -> int:
    """Give what no choice of the whole problem can pass, in whole units; no lower once it is ``enough``."""
    options = np.zeros(len(problem), dtype=np.bool_)
    options[kept] = True
    rows = _first_rows(problem)
    best = problem.most(gain) * unit + unit
    for _ in range(MOST_ROUNDS):
        prices = _prices(problem, gain, np.flatnonzero(rows), np.flatnonzero(options), deadline)
        if prices is None:
            break
        price, taken = prices
        over = gain - problem.matrix.T @ price
        bound = float(problem.limit @ price + best_of_each(problem.appointment, over).sum())
        best = min(best, floor(bound * unit + SLACK))
        wanted = (over > EPSILON) & ~options
        broken = (problem.matrix @ taken > problem.limit + EPSILON) & ~rows
        if best <= enough or not (wanted.any() or broken.any()):
            break
        options |= wanted & (_rank(problem.appointment, -over) < NARROW)
        rows |= broken
    return best


def _first_rows(problem: Problem) -> Flags:
    """Give the rows that a program begins with: appointments and hours; instants follow where they are broken."""
    sizes = np.diff(problem.matrix.indptr)
    first = problem.matrix.indices[problem.matrix.indptr[:-1]]
    same = problem.appointment[problem.matrix.indices] == np.repeat(problem.appointment[first], sizes)
    one_appointment = np.add.reduceat(same.astype(np.int64), problem.matrix.indptr[:-1]) == sizes
    first_rows: Flags = one_appointment | (problem.limit != 1)
    return first_rows


def _prices(
    problem: Problem, gain: Floats, rows: Ints, options: Ints, deadline: float
) -> tuple[Floats, Floats] | None:
    """Give the prices of all rows and the shares of all options in a narrow program; None for lack of time."""
    seconds = deadline - monotonic()
    if seconds <= 0:
        return None
    found = linprog(
        -gain[options],
        A_ub=problem.matrix[rows][:, options],
        b_ub=problem.limit[rows],
        bounds=(0, None),
        method="highs-ds",
        options={"time_limit": seconds} if seconds < NO_TIME_LIMIT else {},
    )
    if found.x is None or found.status != 0:
        return None
    price, taken = np.zeros(len(problem.limit)), np.zeros(len(problem))
    price[rows] = np.maximum(-found.ineqlin.marginals, 0)
    taken[options] = found.x
    return price, taken
