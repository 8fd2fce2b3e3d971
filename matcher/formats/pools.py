"""A pool as JSON, both ways."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from matcher.digest import FORMAT, canonical_row
from matcher.faults import Faults, Spot, meant, show
from matcher.formats import fields
from matcher.formats.strict import parse_source
from matcher.order import Named
from matcher.records import Need, Offer, Pool
from matcher.undisturbed import undisturbed
from matcher.validity import faults_of
from matcher.vocabulary import PROGRAMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


Row = TypeVar("Row", bound=Named)


def read_pool(source: Path | str | bytes) -> Pool:
    """Give the pool of a JSON file, or of its bytes.

    Raises
    ------
    FaultyInput
        With every fault of the file.
    OSError
        Where the file can't be read.
    """
    return pool_from_json(parse_source(source))


def pool_from_json(value: Any) -> Pool:
    """Give the pool that a JSON value describes, or raise ``FaultyInput`` with all its faults."""
    faults = Faults()
    with undisturbed():
        found = fields.parts(value, POOL, Spot(faults, "pool"))
    if found is None:
        faults.stop_if_any()
    pool = _pool(found or {}, faults)
    faults.found.extend(faults_of(pool))
    faults.stop_if_any()
    return pool


def pool_to_json(pool: Pool) -> dict[str, Any]:
    """Give the JSON value of a pool, its rows in their order; reading it gives the same pool."""
    with undisturbed():
        rows = {
            "needs": [canonical_row(need) for need in pool.needs],
            "offers": [canonical_row(offer) for offer in pool.offers],
        }
    fixed = {
        "locks": [list(pair) for pair in pool.locks],
        "forbidden": [list(pair) for pair in pool.forbidden],
    }
    head = {"format": FORMAT, "program": pool.program, "today": pool.today.isoformat()}
    return head | rows | {name: pairs for name, pairs in fixed.items() if pairs}


def _pool(found: Mapping[str, Any], faults: Faults) -> Pool:
    spot = Spot(faults, "pool")
    for name, wanted in REQUIRED.items():
        if name not in found:
            spot.of(name).wrong("missing", given=wanted)
    return Pool(
        program=found.get("program") or "",
        today=found.get("today") or date.min,
        needs=found.get("needs") or (),
        offers=found.get("offers") or (),
        locks=found.get("locks") or (),
        forbidden=found.get("forbidden") or (),
    )


def keep_unique(rows: Iterable[tuple[str, Row | None]], faults: Faults) -> tuple[Row, ...]:
    """Give the rows that could be read, each with the words that say where it stands, once by id."""
    found: dict[str, Row] = {}
    for where, row in rows:
        if row is not None and found.setdefault(row.id, row) is not row:
            faults.add(where, "id", "doubled_id", given=show(row.id))
    return tuple(found.values())


def rows_reader(
    side: str, readers: Mapping[str, fields.Reader], make: Callable[[dict[str, Any], Spot], Row | None]
) -> fields.Reader:
    """Make the reader of a list of rows: each is made of the fields that could be read, ids once only."""

    def read_row(value: Any, spot: Spot) -> Row | None:
        found = fields.parts(value, readers, spot)
        if found is None:
            return None
        if "id" not in found:
            spot.of("id").wrong("missing", given="1 to 64 printable characters")
        found.pop("first_name", None)
        return make(found, spot) if found.get("id") is not None else None

    def read(value: Any, spot: Spot) -> tuple[Row, ...]:
        if not isinstance(value, list):
            spot.wrong("not_list", given=show(value))
            return ()
        places = [_place(side, position, row) for position, row in enumerate(value, 1)]
        rows = [
            (where, read_row(row, Spot(spot.faults, where))) for where, row in zip(places, value, strict=True)
        ]
        return keep_unique(rows, spot.faults)

    return read


def _place(side: str, position: int, row: Any) -> str:
    """Say where a row stands: by its id where it has one that can be printed."""
    given = row.get("id") if isinstance(row, dict) else None
    if isinstance(given, str) and 0 < len(given) <= fields.LONGEST_ID and given.isprintable():
        return f"{side} row {position} ({given})"
    return f"{side} row {position}"


def pairs(value: Any, spot: Spot) -> tuple[tuple[str, str], ...]:
    """Read a list of pairs of ids."""
    if not isinstance(value, list):
        spot.wrong("not_list", given=show(value))
        return ()
    found = []
    for position, pair in enumerate(value):
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair):
            found.append((pair[0], pair[1]))
        else:
            spot.at(position).wrong("bad_pair", given=show(pair))
    return tuple(sorted(found))


def _pair_set(value: Any, spot: Spot) -> tuple[tuple[str, str], ...]:
    """Read pairs of which one that stands twice says no more than once."""
    return tuple(dict.fromkeys(pairs(value, spot)))


def _format(value: Any, spot: Spot) -> str | None:
    if value != FORMAT:
        spot.wrong("wrong_format", given=show(value), wanted=FORMAT)
    return FORMAT


POOL: Mapping[str, fields.Reader] = {
    "format": _format,
    "program": fields.code_of(PROGRAMS),
    "today": fields.day,
    "needs": rows_reader("needs", fields.NEED, lambda found, _: Need(**found)),
    "offers": rows_reader("offers", fields.OFFER, lambda found, _: Offer(**found)),
    "locks": pairs,
    "forbidden": _pair_set,
}
REQUIRED = {
    "format": FORMAT,
    "program": meant(None, PROGRAMS)["meant"],
    "today": "a date such as 2026-03-02",
    "needs": "a list of needs",
    "offers": "a list of offers",
}
