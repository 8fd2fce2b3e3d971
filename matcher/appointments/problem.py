"""Options that exclude each other, as numbers: what is to be chosen from, a choice, and one search for it."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array

from matcher.columns import Ints

NO_TIME_LIMIT = float("inf")
SLACK = 0.01
"""What a bound in floats may be off, in whole units of priority or worth."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Problem:
    """Options with the priority of their appointments and their worth, and the rows that keep them apart.

    ``matrix`` has shape (rows, options), whole numbers; no row may pass its ``limit``.
    """

    appointment: Ints
    priority: Ints
    worth: Ints
    matrix: csr_array
    limit: Ints

    def __len__(self) -> int:
        return len(self.worth)

    def worth_of(self, chosen: Ints) -> tuple[int, int]:
        """Give priority and worth of some options."""
        return int(self.priority[chosen].sum()), int(self.worth[chosen].sum())

    def most(self, gain: npt.NDArray[np.generic]) -> int:
        """Give what filling each appointment with its greatest whole gain would reach."""
        return int(best_of_each(self.appointment, gain).sum())

    def where(self, kept: Ints) -> Problem:
        """Give the problem of some options alone, with the rows that hold any of them."""
        columns = csr_array(self.matrix[:, kept])
        rows = np.flatnonzero(np.diff(columns.indptr))
        return Problem(
            appointment=self.appointment[kept],
            priority=self.priority[kept],
            worth=self.worth[kept],
            matrix=csr_array(columns[rows]),
            limit=self.limit[rows],
        )


def best_of_each(appointment: Ints, gain: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """Give the greatest gain of each appointment, 0 where none is greater."""
    _, at = np.unique(appointment, return_inverse=True)
    best = np.zeros(at.max(initial=-1) + 1, dtype=gain.dtype)
    np.maximum.at(best, at, gain)
    return best


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Solution:
    """Positions of the chosen options, and what no choice can pass: more priority, or as much with more worth."""

    chosen: Ints
    bound: tuple[int, int]

    def is_proved(self, problem: Problem) -> bool:
        """Say whether the choice reaches its bound."""
        return problem.worth_of(self.chosen) == self.bound


def search(
    gain: Floats, matrix: csr_array, limit: Ints, deadline: float, least: Floats | None = None
) -> OptimizeResult | None:
    """Look for the choice of the greatest gain, whole and without gap; None where there is no time."""
    seconds = deadline - monotonic()
    if seconds <= 0:
        return None
    options = {"mip_rel_gap": 0.0} | ({"time_limit": seconds} if seconds < NO_TIME_LIMIT else {})
    return milp(
        -gain,
        integrality=np.ones(len(gain)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, -np.inf if least is None else least, limit),
        options=options,
    )


def better(problem: Problem, start: Ints, found: OptimizeResult | None) -> Ints:
    """Give the better of two choices; floats are rounded to a choice that is then held against every row."""
    if found is None or found.x is None:
        return start
    chosen = np.flatnonzero(found.x > 0.5)
    taken = np.zeros(len(problem), dtype=np.int64)
    taken[chosen] = 1
    if (problem.matrix @ taken > problem.limit).any():
        return start
    return chosen if problem.worth_of(chosen) > problem.worth_of(start) else start
