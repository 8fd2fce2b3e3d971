"""Why a need stays unpaired: staying unpaired is a result, with its reason."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.columns import AnyInts, Ints, PoolColumns
from matcher.programs import Program
from matcher.records import Nearest, Unpaired
from matcher.search import Search
from matcher.search.reasons import NOBODY, Reasons


def unpaired(search: Search, columns: PoolColumns, program: Program, needs: Ints) -> Iterator[Unpaired]:
    """Give each of some needs, by position, the reasons why nobody was proposed."""
    for some, reasons in search.reasons(needs):
        yield from _told(columns, tuple(program.barriers), some, reasons)


def _told(columns: PoolColumns, codes: tuple[str, ...], needs: Ints, reasons: Reasons) -> Iterator[Unpaired]:
    """Put the reasons of some needs into words of the record."""
    told = (_by_need(column, len(needs)) for column in reasons)
    for need, counts, (below,), (compatible,), offers, by in zip(needs.tolist(), *told, strict=True):
        yield Unpaired(
            need=columns.needs.ids[need],
            barriers={code: count for code, count in zip(codes, counts, strict=True) if count},
            below_floor=below,
            compatible=compatible,
            nearest=tuple(
                Nearest(offer=columns.offers.ids[offer], barriers=(codes[barrier],))
                for offer, barrier in zip(offers, by, strict=True)
                if offer != NOBODY
            ),
        )


def _by_need(column: AnyInts, needs: int) -> list[list[int]]:
    rows: list[list[int]] = column.reshape(needs, -1).tolist()
    return rows
