"""Pairs that a coordinator has fixed: in the round whatever their score."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from matcher.columns import Ints, PoolColumns
from matcher.layout import columns_of
from matcher.pairs import Pairs, one
from matcher.policy import shipped_policy
from matcher.programs import PROGRAMS, Program
from matcher.records import Pool
from matcher.vocabulary import OVERRIDABLE_BARRIERS

Lock = tuple[str, str]

TOLD_ELSEWHERE = frozenset({"blocked_by_coordinator", "blocked_capacity"})
"""A lock that is forbidden or has no place is a fault of its own, whatever else it crosses."""


def positions_of(locks: Collection[Lock], columns: PoolColumns) -> Ints:
    """Give the positions of locked pairs, shape (k, 2), by need."""
    need_at = {identity: at for at, identity in enumerate(columns.needs.ids)}
    offer_at = {identity: at for at, identity in enumerate(columns.offers.ids)}
    locked = sorted((need_at[need], offer_at[offer]) for need, offer in locks)
    return np.array(locked, dtype=np.int64).reshape(-1, 2)


def crossing(pool: Pool, locks: Collection[Lock]) -> Iterator[tuple[Lock, list[str]]]:
    """Give those of some locks of a pool that cross a barrier that no person may override, and which.

    What they cross hangs on no policy: neither weights nor floors are looked at.
    """
    program = PROGRAMS.get(pool.program)
    if program is None or not locks:
        return
    needs, offers = map(frozenset, zip(*locks, strict=True))
    columns = columns_of(
        pool,
        [row for row in pool.needs if row.id in needs],
        [row for row in pool.offers if row.id in offers],
        shipped_policy(pool.program),
        rarity=np.zeros(0, dtype=np.int64),
    )
    at = positions_of(locks, columns)
    pairs = Pairs(columns, *at.T)
    crossed = {
        code: barrier(pairs)
        for code, barrier in program.barriers.items()
        if code not in OVERRIDABLE_BARRIERS | TOLD_ELSEWHERE
    }
    for nth, (need, offer) in enumerate(at.tolist()):
        codes = [code for code, flags in crossed.items() if flags[nth]]
        if codes:
            yield (columns.needs.ids[need], columns.offers.ids[offer]), codes


def barriers_of(columns: PoolColumns, program: Program, need: int, offer: int) -> tuple[str, ...]:
    """Give the codes of the barriers that one pair, by position, crosses."""
    pair = one(columns, need, offer)
    return tuple(code for code, barrier in program.barriers.items() if barrier(pair)[0])
