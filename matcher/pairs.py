"""The pairs that a barrier or a criterion is asked about: one, a list, or a whole block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.columns import Flags, Ints, PoolColumns


@dataclass(frozen=True, slots=True)
class Pairs:
    """Positions of needs and offers that broadcast against each other.

    ``i`` of shape (k,) with ``j`` of shape (k,) is a list of k pairs; ``i`` of shape (b, 1) with ``j``
    of shape (1, m) is every pair of a block.
    """

    columns: PoolColumns
    i: Ints
    j: Ints

    @property
    def shape(self) -> tuple[int, ...]:
        """Give the shape of one answer for each pair."""
        return np.broadcast_shapes(self.i.shape, self.j.shape)

    def both(self, needs: Flags, offers: Flags) -> tuple[tuple[Ints, ...], Pairs]:
        """Give the pairs whose two people are flagged, shapes (needs,) and (offers,), and where they stand here.

        What few people have then costs little, however many pairs are asked about.
        """
        here, there = needs[self.i], offers[self.j]
        if self.i.ndim == 1:
            at = np.flatnonzero(here & there)
            return (at,), Pairs(self.columns, self.i[at], self.j[at])
        rows, columns = np.flatnonzero(here), np.flatnonzero(there)
        return np.ix_(rows, columns), Pairs(self.columns, self.i[rows], self.j[:, columns])

    def among(self, named: Ints) -> Flags:
        """Say which pairs stand in a list of positions, shape (k, 2)."""
        if not len(named):
            return np.zeros(self.shape, dtype=np.bool_)
        width = len(self.columns.offers)
        return np.isin(self.i * width + self.j, named[:, 0] * width + named[:, 1])


def block(columns: PoolColumns, first: int, last: int) -> Pairs:
    """Give every pair of the needs from ``first`` up to ``last``, shape (last - first, offers)."""
    return Pairs(
        columns,
        np.arange(first, last, dtype=np.int64)[:, None],
        np.arange(len(columns.offers), dtype=np.int64)[None, :],
    )


def one(columns: PoolColumns, need: int, offer: int) -> Pairs:
    """Give a single pair, as a list of one, on columns that hold only these two people."""
    return Pairs(columns.at(np.array([need]), np.array([offer])), np.array([0]), np.array([0]))
