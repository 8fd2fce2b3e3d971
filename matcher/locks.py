"""Pairs that a coordinator has fixed: in the round whatever their score."""

from __future__ import annotations

import numpy as np

from matcher.columns import Ints, PoolColumns
from matcher.errors import Fault, FaultyInput
from matcher.pairs import one
from matcher.programs import Program
from matcher.records import Pool
from matcher.vocabulary import OVERRIDABLE_BARRIERS


def locks_of(pool: Pool, columns: PoolColumns, program: Program) -> Ints:
    """Give the positions of the locked pairs, shape (k, 2), by need.

    Raises
    ------
    FaultyInput
        Where a lock crosses a barrier that no person may override.
    """
    need_at = {identity: at for at, identity in enumerate(columns.needs.ids)}
    offer_at = {identity: at for at, identity in enumerate(columns.offers.ids)}
    locked = sorted((need_at[need], offer_at[offer]) for need, offer in pool.locks)
    faults = [
        Fault(
            f"lock {columns.needs.ids[need]} – {columns.offers.ids[offer]}",
            "locks",
            f"crosses {', '.join(crossed)}",
            "unlock it: no person may override this",
        )
        for need, offer in locked
        if (
            crossed := [
                code
                for code in barriers_of(columns, program, need, offer)
                if code not in OVERRIDABLE_BARRIERS
            ]
        )
    ]
    if faults:
        raise FaultyInput(faults)
    return np.array(locked, dtype=np.int64).reshape(-1, 2)


def barriers_of(columns: PoolColumns, program: Program, need: int, offer: int) -> tuple[str, ...]:
    """Give the codes of the barriers that one pair, by position, crosses."""
    pair = one(columns, need, offer)
    return tuple(code for code, barrier in program.barriers.items() if barrier(pair)[0])
