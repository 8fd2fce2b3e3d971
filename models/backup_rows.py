"""The rows of a backup: read from the tables as they stand, whatever their schema, and entered into empty ones.

One line of JSON each: the name and the columns of a table, then its rows; at the end, how many there are of each.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Connection, MetaData, Table, delete, select

from models.errors import BackupUnreadable
from models.tables import Base, HouseKey, LedgerHead

VERSION = "alembic_version"
HOUSE = Base.metadata.tables[HouseKey.__tablename__]
AT_ONCE = 500

Tell = Callable[[str], None]


def dump(connection: Connection, counts: dict[str, int], tell: Tell) -> Iterator[bytes]:
    """Give every row of a database as lines; ``counts`` is filled with how many there are of each table."""
    for table in _tables(connection):
        tell(table.name)
        counts[table.name] = 0
        yield _line({"table": table.name, "columns": [column.name for column in table.columns]})
        with closing(connection.execute(select(table).execution_options(yield_per=AT_ONCE))) as rows:
            for row in rows:
                counts[table.name] += 1
                yield _line([_tagged(value) for value in row])
    yield _line({"counts": counts})


def enter(connection: Connection, lines: Iterable[bytes], tell: Tell) -> dict[str, int]:
    """Enter what :func:`dump` gave into tables of the same schema; give how many rows of each table came.

    Raises
    ------
    BackupUnreadable
        The lines are not those that were written: one is missing, or their number is another.
    """
    tables = {table.name: table for table in _tables(connection)}
    if HOUSE.name not in tables:  # an office that went back to an older schema kept its key
        HOUSE.create(connection)
        tables[HOUSE.name] = HOUSE
    connection.execute(delete(tables[LedgerHead.__tablename__]))  # the one that a new schema comes with
    counts: dict[str, int] = {}
    told = None
    for part in _parts(lines):  # to the very end, since only that proves the file whole
        if "counts" in part:
            told = part["counts"]
            continue
        name, columns, rows = part["table"], part["columns"], part["rows"]
        if not rows:
            tell(name)
        else:
            connection.execute(tables[name].insert(), [dict(zip(columns, row, strict=True)) for row in rows])
        counts[name] = counts.get(name, 0) + len(rows)
    if told != counts:
        raise BackupUnreadable("its rows are not all there")
    return counts


def _parts(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Give the beginning of each table, then its rows some hundreds at once, and the counts at the end."""
    head: dict[str, Any] = {}
    rows: list[list[Any]] = []
    for line in lines:
        read = json.loads(line)
        if isinstance(read, list):
            rows.append([_untagged(value) for value in read])
        if rows and (len(rows) == AT_ONCE or isinstance(read, dict)):
            yield head | {"rows": rows}
            rows = []
        if isinstance(read, dict):
            head = read
            yield head | {"rows": []}


def _tables(connection: Connection) -> list[Table]:
    """Give the tables as they are, in an order in which rows may be entered."""
    found = MetaData()
    found.reflect(connection)
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=True)
    return [table for table in found.sorted_tables if table.name != VERSION]


def _tagged(value: Any) -> Any:
    """Give a value as JSON; what JSON has no word for is tagged with its kind."""
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime):  # SQLite keeps no zone, and all our instants are in UTC
        return {"instant": (value.replace(tzinfo=UTC) if value.tzinfo is None else value).isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return {"json": value} if isinstance(value, dict | list) else value


def _untagged(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    [(kind, said)] = value.items()
    return KINDS[kind](said)


def _as_it_is(said: Any) -> Any:
    return said


KINDS: dict[str, Callable[[Any], Any]] = {
    "bytes": base64.b64decode,
    "instant": lambda said: datetime.fromisoformat(said).astimezone(UTC),
    "date": date.fromisoformat,
    "json": _as_it_is,
}


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode()
