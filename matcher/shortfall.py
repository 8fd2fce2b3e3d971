"""Why a need stays unpaired: staying unpaired is a result, with its reason."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from matcher.columns import AnyInts, Ints, PoolColumns
from matcher.pairs import Pairs
from matcher.programs import Program
from matcher.records import Nearest, Unpaired
from matcher.scoring import floor_of, worth_of
from matcher.search import Search
from matcher.search.bounds import NEAREST, Reasons, room_for
from matcher.search.candidates import PAIRS_IN_A_BLOCK
from matcher.search.reasons import REASONS
from matcher.search.tables import Tables

PEOPLE_COUNTED = 20_000
"""On larger pools the counts per barrier are left out."""


def unpaired(search: Search, columns: PoolColumns, program: Program, needs: Ints) -> Iterator[Unpaired]:
    """Give each of some needs, by position, the reasons why nobody was proposed."""
    if len(columns.needs) + len(columns.offers) > PEOPLE_COUNTED:
        yield from (_uncounted(columns.needs.ids[need]) for need in needs)
        return
    told = 0
    if search.tables is not None and REASONS.repays(len(needs) * len(columns.offers)):
        reasons, told = _looked_up(search.tables, needs, len(columns.offers))
        yield from _told(columns, tuple(program.barriers), needs[:told], reasons)
    height = max(PAIRS_IN_A_BLOCK // max(len(columns.offers), 1), 1)
    for first in range(told, len(needs), height):
        yield from _counted(columns, program, needs[first : first + height])


def _looked_up(tables: Tables, needs: Ints, offers: int) -> tuple[Reasons, int]:
    """Give the reasons of as many needs as the tables tell surely, and how many these are."""

    def room(length: int, number: int = 0) -> AnyInts:
        return np.full(length, number, dtype=np.int32)

    count = len(needs)
    reasons = Reasons(
        barred=room(count * tables.numbers.barriers),
        below_floor=room(count),
        compatible=room(count),
        nearest=room(count * NEAREST),
        nearest_worth=room(count * NEAREST, -1),
        nearest_barrier=room(count * NEAREST),
        crossed=room(offers),
        by=room(offers),
    )
    return reasons, REASONS.compiled()(tables, room_for(offers, offers, 0), needs, reasons)


def _told(columns: PoolColumns, codes: tuple[str, ...], needs: Ints, reasons: Reasons) -> Iterator[Unpaired]:
    """Put the reasons of some needs into words of the record."""
    barred = reasons.barred.reshape(-1, len(codes)).tolist()
    near = (column.reshape(-1, NEAREST).tolist() for column in reasons[3:6])
    rest = (reasons.below_floor.tolist(), reasons.compatible.tolist())
    for need, counts, offers, worths, by, below, compatible in zip(
        needs.tolist(), barred, *near, *rest, strict=False
    ):
        yield Unpaired(
            need=columns.needs.ids[need],
            barriers={code: count for code, count in zip(codes, counts, strict=True) if count},
            below_floor=below,
            compatible=compatible,
            nearest=tuple(
                Nearest(offer=columns.offers.ids[offer], barriers=(codes[barrier],))
                for offer, worth, barrier in zip(offers, worths, by, strict=True)
                if worth >= 0
            ),
        )


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
