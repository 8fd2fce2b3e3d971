"""Needs and offers as sheets, CSV or XLSX, read into the same records as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from matcher.errors import FaultyInput
from matcher.faults import Faults, Spot, meant, show
from matcher.formats import columns
from matcher.formats.columns import Column, named
from matcher.formats.fields import REPEATED
from matcher.formats.pools import keep_unique
from matcher.formats.tables import Table, read_table
from matcher.formats.words import UNKNOWN, plain
from matcher.records import Household, Interests, Need, Offer, Pool, Travel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

Row = TypeVar("Row", Need, Offer)

NEED_TITLES = ("besoins", "demandes", "needs")
OFFER_TITLES = ("offres", "offers")
TRAVEL = {"travel_mode": "mode", "limit_km": "limit_km", "remote_ok": "remote_ok"}


def pool_of_sheets(needs: tuple[str, bytes], offers: tuple[str, bytes], *, program: str, today: date) -> Pool:
    """Give the pool of two sheets.

    Parameters
    ----------
    needs, offers : the name of each file, for faults, and its bytes

    Raises
    ------
    FaultyInput
        With every fault of both files, by row and column.
    """
    faults = Faults()
    pool = Pool(
        program=program,
        today=today,
        needs=_side(Need, needs, columns.NEED, NEED_TITLES, faults),
        offers=_side(Offer, offers, columns.OFFER, OFFER_TITLES, faults),
    )
    faults.stop_if_any()
    return pool


def _side(
    kind: type[Row],
    source: tuple[str, bytes],
    known: Iterable[Column],
    titles: Iterable[str],
    faults: Faults,
) -> tuple[Row, ...]:
    """Read one file; what is wrong in it does not keep the other from being read."""
    found = Faults()
    rows: tuple[Row, ...] = ()
    try:
        read = read_sheet(source[1], found, source[0], known, required=("id",), titles=titles)
        rows = keep_unique(((where, _record(kind, values)) for where, values in read), found)
    except FaultyInput as error:
        faults.found.extend(error.faults)
    else:
        faults.found.extend(found.found)
    return rows


def read_sheet(
    data: bytes,
    faults: Faults,
    where: str,
    known: Iterable[Column],
    *,
    required: Iterable[str],
    titles: Iterable[str] = (),
) -> list[tuple[str, dict[str, Any]]]:
    """Give the values of each row by the names of the records, with the words that say where it stands.

    Raises
    ------
    FaultyInput
        Where the file can't be read, or a required column is missing.
    """
    names = named(known)
    table = read_table(data, faults, where, lambda name: plain(name) in names, titles)
    header = _header(table, names, Spot(faults, f"{where}, row 1"))
    missing = set(required) - {column.name for column in header if column}
    for name in sorted(missing):
        faults.add(f"{where}, row 1", name, "missing_column", given=name)
    if missing:
        faults.stop_if_any()
    rows = []
    for number, cells in table.rows:
        spot = Spot(faults, f"{where}, row {number}")
        rows.append((spot.where, _row(table.header, header, cells, spot)))
    return rows


def _header(table: Table, names: Mapping[str, Column], spot: Spot) -> list[Column | None]:
    """Give the column of each name; a name without a column is a fault unless nothing stands under it."""
    header: list[Column | None] = []
    for position, name in enumerate(table.header):
        column = names.get(plain(name))
        if column is None and (name or _any_under(table, position)):
            given = name or f"{position + 1}"
            known = meant(given, [column.name for column in names.values()])
            spot.of(show(given)[1:-1]).wrong("unknown_column", given=show(given), **known)
        elif column is not None and column in header:
            spot.of(name).wrong("doubled_column", given=show(name))
            column = None
        header.append(column)
    _check_weeks([column.name for column in header if column], spot)
    return header


def _any_under(table: Table, position: int) -> bool:
    return any(len(cells) > position and cells[position].strip() for _, cells in table.rows)


def _check_weeks(names: list[str], spot: Spot) -> None:
    weeks = [name for name in columns.WEEK_COLUMNS if name in names]
    if weeks and "availability" in names:
        spot.of("availability").wrong("two_availabilities")
    for name in columns.WEEK_COLUMNS[: len(weeks)]:
        if name not in weeks:
            spot.of(name).wrong("missing_column", given=name)


def _row(
    written: tuple[str, ...], header: list[Column | None], cells: tuple[str, ...], spot: Spot
) -> dict[str, Any]:
    """Read the cells of a row and put them together as the records hold them."""
    texts: dict[str, str] = {}
    found: dict[str, Any] = {}
    padding = ("",) * (len(header) - len(cells))
    for position, cell in enumerate((*cells, *padding)):
        if position >= len(header):
            if cell.strip():
                spot.of(f"column {position + 1}").wrong("no_column", given=show(cell))
        elif column := header[position]:
            texts[column.name] = cell
            at = spot.of(written[position])
            found[column.name] = column.reader(cell, at) if column is columns.ID else column.read(cell, at)
    return _together(found, texts)


def _together(found: dict[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    interests = _taken(found, {name: name for name in columns.INTEREST_COLUMNS})
    travel = _taken(found, TRAVEL)
    household = _taken(found, {"household": "form", "children_bands": "children_bands"})
    if household.get("form") not in {None, "family"} and not texts.get("children_bands", UNKNOWN).strip():
        household["children_bands"] = ()  # a family has children, of ages that an empty cell leaves unknown
    weeks = list(_weeks(found, texts))
    return {name: value for name, value in found.items() if value is not None} | {
        "interests": Interests(**interests) if interests else None,
        "travel": Travel(**travel) if travel else None,
        "household": Household(**household) if household else None,
        "availability": tuple(weeks[position] for position in REPEATED[len(weeks)]) if weeks else None,
    }


def _taken(found: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Take what is known of some columns out of a row, under the names of its record."""
    taken = {to: found.pop(name, None) for name, to in names.items()}
    return {name: value for name, value in taken.items() if value is not None}


def _weeks(found: dict[str, Any], texts: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Give the weeks of a row; beside a week that is filled, an empty one is a week without time."""
    names = [name for name in ("availability", *columns.WEEK_COLUMNS) if name in found]
    weeks = [found.pop(name) for name in names]
    if any(texts.get(name, "").strip() not in {"", UNKNOWN} for name in names):
        yield from (week or () for week in weeks)


def _record(kind: type[Row], values: dict[str, Any]) -> Row | None:
    return kind(**values) if "id" in values else None
