"""The best choice among options that exclude each other: priority first, then worth, with its bound.

The options fall into components that share neither an appointment nor an hour of an interpreter. Each is solved by
itself, by mixed-integer programming (HiGHS): first the greatest priority, then the greatest worth at that priority.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from time import monotonic

import numpy as np
from scipy.optimize import OptimizeResult
from scipy.sparse import bmat, csr_array, vstack
from scipy.sparse.csgraph import connected_components

from matcher.appointments.narrowing import narrowly
from matcher.appointments.problem import NO_TIME_LIMIT, SLACK, Problem, Solution, better, search
from matcher.columns import Flags, Ints
from matcher.records import WORTH_OF_A_POINT

LARGE = 20_000
"""Options beyond which a component is first solved on a few for each appointment."""


def solve(problem: Problem, start: Ints, seconds: float = NO_TIME_LIMIT) -> Solution:
    """Give the best choice, or the best found in the time given, with its bound.

    Parameters
    ----------
    problem : what may be chosen
    start : a choice that goes together; what is found is never worse
    seconds : shared among the components by their size, the smallest first
    """
    deadline = monotonic() + seconds
    is_start = np.zeros(len(problem), dtype=np.bool_)
    is_start[start] = True
    parts = components(problem)
    to_come = sum(len(part) for part in parts)
    found = []
    for part in parts:
        share = (deadline - monotonic()) * len(part) / to_come
        to_come -= len(part)
        own = problem.where(part)
        solution = _solve(own, np.flatnonzero(is_start[part]), max(share, 0.0))
        found.append((part[solution.chosen], solution.bound))
    return Solution(
        chosen=np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *(chosen for chosen, _ in found)])),
        bound=(sum(bound for _, (bound, _) in found), sum(bound for _, (_, bound) in found)),
    )


def components(problem: Problem) -> list[Ints]:
    """Give the options in parts that no row joins, the smallest first."""
    joint = csr_array(bmat([[None, problem.matrix.T], [problem.matrix, None]]))
    _, label = connected_components(joint, directed=False)
    own = label[: len(problem)]
    order = np.argsort(own, kind="stable")
    _, first = np.unique(own[order], return_index=True)
    parts = np.split(order, first[1:]) if len(problem) else []
    return sorted(parts, key=lambda part: (len(part), int(part[0])))


def _solve(problem: Problem, start: Ints, seconds: float) -> Solution:
    if (problem.appointment == problem.appointment[0]).all():
        first = np.lexsort((-problem.worth, -problem.priority))[:1]
        return Solution(chosen=first, bound=problem.worth_of(first))
    deadline = monotonic() + seconds
    if len(problem) <= LARGE:
        return _search(problem, start, deadline)
    found = narrowly(problem, start, deadline)
    if found.is_proved(problem) or monotonic() >= deadline:
        return found
    then = _search(problem, found.chosen, deadline)
    return Solution(chosen=then.chosen, bound=min(then.bound, found.bound))


def _search(problem: Problem, start: Ints, deadline: float) -> Solution:
    """Search for the greatest priority, then, where that is known, for the greatest worth that goes with it."""
    most, reached = problem.most(problem.priority), problem.worth_of(start)[0]
    served = _Found(start, most) if reached == most else _most_priority(problem, start, deadline)
    if problem.worth_of(served.chosen)[0] < served.bound:
        return Solution(chosen=served.chosen, bound=(served.bound, problem.most(problem.worth)))
    best = _most_worth(problem, served.chosen, served.bound, deadline)
    return Solution(chosen=best.chosen, bound=(served.bound, best.bound))


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What one search found, and what its objective can't pass."""

    chosen: Ints
    bound: int


def _most_priority(problem: Problem, start: Ints, deadline: float) -> _Found:
    found = search(problem.priority.astype(float), problem.matrix, problem.limit, deadline)
    chosen = better(problem, start, found)
    top = problem.most(problem.priority)
    return _Found(chosen, _bound(found, 1, top, problem.worth_of(chosen)[0]))


def _most_worth(problem: Problem, start: Ints, priority: int, deadline: float) -> _Found:
    """Search among the choices of one priority: where all can be filled, all are."""
    matrix, limit, least = problem.matrix, problem.limit, np.full(len(problem.limit), -np.inf)
    if priority == problem.most(problem.priority):
        pressing = problem.priority > 0
        least = np.where(_is_of_one_appointment(problem) & _touches(matrix, pressing), 1.0, least)
    else:
        matrix = csr_array(vstack([matrix, problem.priority[None, :]]))
        limit, least = np.append(limit, priority), np.append(least, priority)
    found = search(problem.worth / WORTH_OF_A_POINT, matrix, limit, deadline, least)
    chosen = better(problem, start, found)
    top = problem.most(problem.worth)
    return _Found(chosen, _bound(found, WORTH_OF_A_POINT, top, problem.worth_of(chosen)[1]))


def _is_of_one_appointment(problem: Problem) -> Flags:
    """Say which rows hold every option of one appointment and no other."""
    matrix = problem.matrix
    first = problem.appointment[matrix.indices[matrix.indptr[:-1]]]
    sizes = np.diff(matrix.indptr)
    same = np.add.reduceat(
        (problem.appointment[matrix.indices] == np.repeat(first, sizes)).astype(np.int64), matrix.indptr[:-1]
    )
    options = np.bincount(problem.appointment, minlength=problem.appointment.max() + 1)
    alone: Flags = (same == sizes) & (sizes == options[first]) & (problem.limit == 1)
    return alone


def _touches(matrix: csr_array, columns: Flags) -> Flags:
    touched: Flags = np.add.reduceat(columns[matrix.indices].astype(np.int64), matrix.indptr[:-1]) > 0
    return touched


def _bound(found: OptimizeResult | None, unit: int, top: int, reached: int) -> int:
    """Give the bound in whole units: what the search could not exclude, at most what each alone could reach."""
    dual = None if found is None else found.mip_dual_bound
    if dual is None or not np.isfinite(dual):
        return top
    return max(min(floor(float(-dual) * unit + SLACK), top), reached)
