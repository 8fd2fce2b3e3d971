"""Proofs that nothing better stands: prices of a relaxed program, added up in whole numbers, or a search.

This is the check's own model; the maker of plans has another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from math import ceil

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

from matcher.appointments.records import Assigned
from matcher.columns import Ints

MOST_WAYS = 30_000
"""Ways to fill appointments beyond which the bound is not proved again."""
FINE = 10**6
"""Prices are whole millionths of a unit of priority or of worth."""
DEAREST = 10**13
"""No price need be higher, and sums stay within 64 bits."""
WORTH_UNIT = 10_000

Floats = npt.NDArray[np.float64]
Reached = tuple[int, int]


class Proof(Enum):
    """How the bound of a plan was proved."""

    PRICES = "prices"
    SEARCH = "search"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to fill an appointment, and what it brings."""

    appointment: str
    priority: int
    worth: int
    booking: Assigned


@dataclass(frozen=True, slots=True)
class Row:
    """Ways of which the sum may not pass a limit."""

    members: list[int]
    takes: list[int]
    limit: int


@dataclass(frozen=True, slots=True)
class Claim:
    """Priority and worth that a plan reaches, and that no plan is said to pass."""

    reached: Reached
    bound: Reached


def prove(claim: Claim, ways: list[Way], rows: Iterable[Row], seconds: float) -> tuple[Proof, Reached]:
    """Give how the bound is proved, and the best that was found on the way."""
    if not ways:
        return (Proof.PRICES if claim.bound >= (0, 0) else Proof.NONE), claim.reached
    matrix, limit = _matrix(list(rows), len(ways))
    priority = np.array([way.priority for way in ways], dtype=np.int64)
    worth = np.array([way.worth for way in ways], dtype=np.int64)
    most = _price(priority, 1, matrix, limit)
    if most < claim.bound[0]:
        return Proof.PRICES, claim.reached
    if most == claim.bound[0]:
        at_most = csr_array(vstack([matrix, -priority[None, :]]))
        if _price(worth, WORTH_UNIT, at_most, np.append(limit, -most)) <= claim.bound[1]:
            return Proof.PRICES, claim.reached
    return _search(claim, (priority, worth), (matrix, limit), seconds)


def _matrix(rows: list[Row], ways: int) -> tuple[csr_array, Ints]:
    starts = np.concatenate([[0], np.cumsum([len(row.members) for row in rows])])
    takes = np.array([take for row in rows for take in row.takes], dtype=np.int64)
    members = np.array([at for row in rows for at in row.members], dtype=np.int64)
    return csr_array((takes, members, starts), shape=(len(rows), ways)), np.array(
        [row.limit for row in rows], dtype=np.int64
    )


def _price(gain: Ints, unit: int, matrix: csr_array, limit: Ints) -> int:
    """Give a bound in whole units, true whatever prices the relaxed program came back with.

    For any prices of 0 or more, no choice gains more than the limits at their prices and, for each way, what it
    gains over the prices of its rows, since a way is chosen once at most.
    """
    found = linprog(-gain / unit, A_ub=matrix, b_ub=limit, bounds=(0, 1))
    if found.ineqlin is None or found.x is None:
        return int(gain.sum())
    prices = [min(max(ceil(-price * unit * FINE), 0), DEAREST) for price in found.ineqlin.marginals.tolist()]
    over = np.maximum(gain * FINE - matrix.T @ np.array(prices, dtype=np.int64), 0)
    spent = sum(price * most for price, most in zip(prices, limit.tolist(), strict=True)) + sum(over.tolist())
    return int(spent // FINE)


def _search(
    claim: Claim, gains: tuple[Ints, Ints], rows: tuple[csr_array, Ints], seconds: float
) -> tuple[Proof, Reached]:
    """Look for the best by search, first in priority, then in worth at that priority."""
    (priority, worth), (matrix, limit) = gains, rows
    most, chosen = _best(priority, 1, matrix, limit, seconds)
    best = max(claim.reached, _reached(gains, chosen))
    if most > claim.bound[0]:
        return Proof.NONE, best
    if most < claim.bound[0]:
        return Proof.SEARCH, best
    served = csr_array(vstack([matrix, -priority[None, :]]))
    richest, chosen = _best(worth, WORTH_UNIT, served, np.append(limit, -most), seconds)
    best = max(best, _reached(gains, chosen))
    return (Proof.SEARCH if richest <= claim.bound[1] else Proof.NONE), best


def _best(gain: Ints, unit: int, matrix: csr_array, limit: Ints, seconds: float) -> tuple[int, Ints]:
    """Give what a search could not exclude, and the best choice that it found."""
    found = milp(
        -gain / unit,
        integrality=np.ones(len(gain)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, -np.inf, limit),
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    chosen = np.zeros(0, dtype=np.int64) if found.x is None else np.flatnonzero(found.x > 0.5)
    taken = np.zeros(len(gain), dtype=np.int64)
    taken[chosen] = 1
    if (matrix @ taken > limit).any():
        chosen = chosen[:0]
    if found.mip_dual_bound is None or not np.isfinite(found.mip_dual_bound):
        return int(gain.sum()), chosen
    return int(np.floor(-found.mip_dual_bound * unit + 0.01)), chosen


def _reached(gains: tuple[Ints, Ints], chosen: Ints) -> Reached:
    return int(gains[0][chosen].sum()), int(gains[1][chosen].sum())
