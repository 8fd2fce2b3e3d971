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
from matcher.validity import look_at
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
    faults = Faults()
    return pool_from_json(parse_source(source, faults), faults)


def pool_from_json(value: Any, faults: Faults | None = None) -> Pool:
    """Give the pool that a JSON value describes, or raise ``FaultyInput`` with all its faults.

    ``faults`` are those of the document that it was read from, told together with its own.
    """
    faults = faults or Faults()
    with undisturbed():
        found = fields.parts(value, POOL, Spot(faults, "pool"))
    if found is None:
        faults.stop_if_any()
    pool = _pool(found or {}, faults)
    look_at(pool, faults)
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
        rows, faults = [], spot.faults
        for position, row in enumerate(value, 1):
            name, found_before = _id_of(row), len(faults.found)
            where = f"{side} row {position} ({name})" if name else f"{side} row {position}"
            rows.append((where, read_row(row, Spot(faults, where))))
            if name and len(faults.found) > found_before:
                faults.doubt(side, name)
        return keep_unique(rows, faults)

    return read


def _id_of(row: Any) -> str | None:
    """Give the id of a row that is still to be read, where it has one."""
    given = row.get("id") if isinstance(row, dict) else None
    return given if fields.is_id(given) else None


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
