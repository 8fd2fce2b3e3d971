"""Why a need stays unpaired: staying unpaired is a result, with its reason."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from matcher.candidates import PAIRS_IN_A_BLOCK
from matcher.columns import Ints, PoolColumns
from matcher.pairs import Pairs
from matcher.programs import Program
from matcher.records import Nearest, Unpaired
from matcher.scoring import floor_of, worth_of

NEAREST = 3
PEOPLE_COUNTED = 20_000
"""On larger pools the counts per barrier are left out."""


def unpaired(columns: PoolColumns, program: Program, needs: Ints) -> Iterator[Unpaired]:
    """Give each of some needs, by position, the reasons why nobody was proposed."""
    counted = len(columns.needs) + len(columns.offers) <= PEOPLE_COUNTED
    height = max(PAIRS_IN_A_BLOCK // max(len(columns.offers), 1), 1)
    for first in range(0, len(needs), height):
        some = needs[first : first + height]
        if counted:
            yield from _counted(columns, program, some)
        else:
            yield from (_uncounted(columns.needs.ids[need]) for need in some)


def _uncounted(need: str) -> Unpaired:
    return Unpaired(need=need, barriers=None, below_floor=None, compatible=None, nearest=())


def _counted(columns: PoolColumns, program: Program, needs: Ints) -> Iterator[Unpaired]:
    pairs = Pairs(columns, needs[:, None], np.arange(len(columns.offers), dtype=np.int64)[None, :])
    barred = np.stack([np.broadcast_to(barrier(pairs), pairs.shape) for barrier in program.barriers.values()])
    crossed = barred.sum(axis=0, dtype=np.int8)
    rows, offers = np.nonzero(crossed <= 1)
    worth = worth_of(Pairs(columns, needs[rows], offers), program)
    good, codes = worth >= floor_of(columns.policy), tuple(program.barriers)
    free = crossed[rows, offers] == 0
    starts = np.searchsorted(rows, np.arange(len(needs) + 1))
    for row, need in enumerate(needs.tolist()):
        mine = slice(starts[row], starts[row + 1])
        alone = starts[row] + np.flatnonzero(~free[mine] & good[mine])
        best = alone[np.lexsort((offers[alone], -worth[alone]))][:NEAREST]
        counts = barred[:, row].sum(axis=1).tolist()
        yield Unpaired(
            need=columns.needs.ids[need],
            barriers={code: count for code, count in zip(codes, counts, strict=True) if count},
            below_floor=int((free[mine] & ~good[mine]).sum()),
            compatible=int((free[mine] & good[mine]).sum()),
            nearest=tuple(
                Nearest(offer=columns.offers.ids[at], barriers=(codes[int(barred[:, row, at].argmax())],))
                for at in offers[best].tolist()
            ),
        )
