"""Whom barriers let through, said once of all for whom they say the same, in as few rows of bits as can be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from matcher import barriers
from matcher.columns import AnyInts, Columns, Flags, Ints, PoolColumns
from matcher.pairs import Pairs
from matcher.programs import Program
from matcher.search.alike import ByName, Judge, Judged
from matcher.vocabulary import SLOTS

BITS = 32
WORDS = 16
"""A block: so many words of a row of bits are passed over together where all are empty."""
MOST_ROWS = 100
"""Gates are made one as long as it has no more rows."""
ANY_TIME = np.uint64((1 << len(SLOTS)) - 1)


class Gate(NamedTuple):
    """Whom one barrier or several let through."""

    needs: Ints  # (n): which row of flags is a need's
    offers: Ints  # (m): which column of flags is an offer's
    passes: Flags

    @classmethod
    def of(cls, needs: Ints, offers: Ints, passes: Flags) -> Gate:
        """Tell no two kinds apart of which flags say the same."""
        needs_of, passes = _distinct(passes)
        offers_of, turned = _distinct(passes.T)
        return cls(needs_of[needs], offers_of[offers], turned.T)

    @classmethod
    def judged(cls, judged: Judged[Flags]) -> Gate:
        """Let those through whom a barrier does not keep away."""
        kinds = len(judged.needs.first), len(judged.offers.first)
        return cls.of(judged.needs.of, judged.offers.of, ~np.broadcast_to(judged.answer, kinds))

    def beside(self, other: Gate) -> Gate:
        """Let those through whom both do."""
        passes = self.passes[:, None, :, None] & other.passes[None, :, None, :]
        height, width = other.passes.shape
        return Gate.of(
            self.needs * height + other.needs,
            self.offers * width + other.offers,
            passes.reshape(len(self.passes) * height, -1),
        )

    @property
    def share(self) -> float:
        """Give which part of all pairs it lets through."""
        needs, offers = (
            np.bincount(of, minlength=kinds) / len(of)
            for of, kinds in zip((self.needs, self.offers), self.passes.shape, strict=True)
        )
        return float(needs @ self.passes @ offers)

    def rows(self, order: Ints) -> AnyInts:
        """Give the rows of bits, of offers in some order."""
        offers = self.offers[order]
        return np.concatenate([rows_of_bits(row[offers][None]) for row in self.passes])


def _distinct(flags: Flags) -> tuple[Ints, Flags]:
    """Give which of the rows that differ each row is, and these rows, in the order of what stands in them."""
    packed = np.ascontiguousarray(np.packbits(flags, axis=1))
    _, first, of = np.unique(
        packed.view(f"V{packed.shape[1]}").ravel(), return_index=True, return_inverse=True
    )
    return of, flags[first]


def gates_of(judge: Judge, program: Program) -> tuple[dict[int, Gate], list[Ints]]:
    """Give whom each of the program's barriers lets through, but for time and for lists of names; and these lists.

    The named have the shape (k, 3): need, offer, and which barrier names them.
    """
    gates, named = dict[int, Gate](), list[Ints]()
    for at, barrier in enumerate(program.barriers.values()):
        if barrier is barriers.no_common_slot:
            continue
        try:
            gates[at] = Gate.judged(judge.ask(barrier))
        except ByName as list_of:
            pairs = getattr(judge.columns, list_of.field)
            named.append(np.column_stack((pairs, np.full(len(pairs), at))))
    return gates, named


def sieve_of(gates: Iterable[Gate], columns: PoolColumns, program: Program) -> list[Gate]:
    """Give gates that together let through whom all these do and time may; few, the one that lets fewest first."""
    some = sorted((_time_of(columns, program), *gates), key=lambda gate: len(gate.passes))
    while len(some) > 1 and len(some[0].passes) * len(some[1].passes) <= MOST_ROWS:
        some = sorted((some[0].beside(some[1]), *some[2:]), key=lambda gate: len(gate.passes))
    return sorted(some, key=lambda gate: gate.share)


def _time_of(columns: PoolColumns, program: Program) -> Gate:
    """Let those through who have time in enough weeks, were it only at the same hour."""
    watches = barriers.no_common_slot in program.barriers.values()
    judge = Judge(replace(columns, needs=_all_week(columns.needs), offers=_all_week(columns.offers)))
    return Gate.judged(judge.ask(barriers.no_common_slot if watches else _nobody))


def _all_week(side: Columns) -> Columns:
    """Let whoever is free in a week be free in all of it."""
    return replace(side, availability=np.where(side.availability == 0, np.uint64(0), ANY_TIME))


def _nobody(pairs: Pairs) -> Flags:
    return np.zeros(pairs.shape, dtype=np.bool_)


def order_of(sieve: list[Gate], offers: int) -> Ints:
    """Put offers side by side whom the same needs may have; last come those whom nobody may have."""
    useless = np.zeros(offers, dtype=np.bool_)
    for gate in sieve:
        useless |= ~np.any(gate.passes, axis=0)[gate.offers]
    return np.lexsort((*(gate.offers for gate in reversed(sieve)), useless))


def rows_of_bits(flags: Any) -> AnyInts:
    """Give rows of a bit an offer, the first offer in the lowest bit of a word, from flags of shape (rows, offers)."""
    height, width = flags.shape
    packed = np.zeros((height, words_of(width) * BITS // 8), dtype=np.uint8)
    packed[:, : -(-width // 8)] = np.packbits(flags, axis=1, bitorder="little")
    return packed.view("<u4").astype(np.uint32, copy=False)


def blocks_of(rows: AnyInts) -> AnyInts:
    """Give rows of a bit a block of WORDS words, 1 where it holds a mark, from rows of a bit an offer."""
    return rows_of_bits(np.any(rows.reshape(len(rows), -1, WORDS), axis=2))


def words_of(offers: int) -> int:
    """Give how many words a row of bits has."""
    return -(-offers // (BITS * WORDS)) * WORDS
