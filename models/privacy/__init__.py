"""The privacy assessment, beside the code: what each column of each table is, why it is kept, for whom, how long.

Each file of ``models/tables/`` has a sheet of its own here; a new table only has to declare itself in one.

- ``class``: a line of ``classes.csv``; ``none`` tells nothing about anybody.
- ``erasure``: what erasing a person does: ``keep`` it, ``empty`` it, take the whole ``row`` away, ``scrub`` it by a
  rule of :mod:`models.casework.erasure`, or leave it to its ``time`` (nobody can tell whose it is).
- ``copy``: whether the person gets it among her data: ``yes``, ``secret`` (it opens something), ``asked`` (a note that
  may speak of others: on request); nothing where it is not about her.
- ``about``: where a row is of two people, the column that leads to the one whom this column is about.

A row is of whoever its columns of class ``link`` lead to, from key to key, down to a person.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import Table

from models.tables import Base

HERE = Path(__file__).parent
OTHER_SHEETS = frozenset({"classes", "retention"})
ERASURES = frozenset({"keep", "empty", "row", "scrub", "time"})
COPIES = frozenset({"", "yes", "secret", "asked"})
READERS = ("self", "office", "proposed", "common", "paired", "partner", "nobody")
ACTS = frozenset({"delete", "empty", "erase"})
SEALED = ("_sealed", "_index")
"""How the names of columns end that cannot be read without a key."""


@dataclass(frozen=True, slots=True)
class Column:
    """What one column is."""

    table: str
    name: str
    kind: str
    erasure: str
    copy: str
    about: str

    @property
    def is_personal(self) -> bool:
        """Whether it tells something about somebody."""
        return self.kind != "none"


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of columns: who reads it, whether it must be unreadable in the file, by which rule it goes."""

    name: str
    readers: tuple[str, ...]
    is_sealed: bool
    kept: str


@dataclass(frozen=True, slots=True)
class Rule:
    """After how many days, since what, rows of a table go, and how."""

    name: str
    days: int
    table: str
    since: str
    act: str


@cache
def columns() -> Mapping[tuple[str, str], Column]:
    """Give every declared column by its table and its name."""
    return {(one.table, one.name): one for sheet in _sheets() for one in _declared(sheet)}


@cache
def kinds() -> Mapping[str, Kind]:
    """Give the classes, in the order of the sheet."""
    return {
        row["class"]: Kind(
            row["class"], tuple(row["readers"].split(";")), row["sealed"] == "yes", row["kept"]
        )
        for row in _rows(HERE / "classes.csv")
    }


@cache
def rules() -> Mapping[str, Rule]:
    """Give the rules of retention, in the order of the sheet."""
    return {
        row["rule"]: Rule(row["rule"], int(row["days"]), row["table"], row["since"], row["act"])
        for row in _rows(HERE / "retention.csv")
    }


def columns_of(table: Table) -> list[Column]:
    """Give what the columns of a table are, in the table's order."""
    return [columns()[table.name, column.name] for column in table.columns]


def links_of(table: Table) -> list[Column]:
    """Give the columns that lead from a row to whom it is about."""
    keys = {column.name for column in table.columns if column.foreign_keys}
    return [one for one in columns_of(table) if one.kind == "link" and one.name in keys]


def faults() -> list[str]:
    """Give everything that the sheets leave out, or say of what is not there."""
    tables = Base.metadata.tables
    there = {(name, column.name) for name, table in tables.items() for column in table.columns}
    declared = [(one.table, one.name) for sheet in _sheets() for one in _declared(sheet)]
    return [
        *(f"not declared: {'.'.join(one)}; say what it is in models/privacy/" for one in there - {*declared}),
        *(f"declared, and no such column: {'.'.join(one)}" for one in {*declared} - there),
        *(f"declared twice: {'.'.join(one)}" for one in {*declared} if declared.count(one) > 1),
        *(fault for one in columns().values() if (one.table, one.name) in there for fault in _wrong(one)),
        *(f"half of the row goes: {name}" for name, table in tables.items() if _goes_by_halves(table)),
        *(f"class {kind.name}: no such reader or rule" for kind in kinds().values() if not _is_whole(kind)),
        *(f"rule {rule.name}: no such column or act" for rule in rules().values() if not _can_run(rule)),
    ]


def _wrong(one: Column) -> Iterator[str]:
    """Say what is wrong with the declaration of one column."""
    name, kind = f"{one.table}.{one.name}", kinds().get(one.kind)
    if kind is None:
        yield f"{name}: no class {one.kind!r}"
        return
    if one.erasure not in ERASURES:
        yield f"{name}: erasure {one.erasure!r}; one of {', '.join(sorted(ERASURES))}"
    if one.copy not in COPIES:
        yield f"{name}: copy {one.copy!r}; one of {', '.join(sorted(COPIES - {''}))}, or nothing"
    if one.about and one.about not in Base.metadata.tables[one.table].columns:
        yield f"{name}: is about {one.about!r}, which is no column"
    if kind.is_sealed and not one.name.endswith(SEALED):
        yield f"{name}: class {one.kind} is sealed, this column is not"
    if not kind.is_sealed and one.name.endswith("_sealed") and one.kind != "key":
        yield f"{name}: is sealed, class {one.kind} is not"
    if kind.is_sealed and one.erasure == "keep":
        yield f"{name}: class {one.kind} does not outlive its person"


def _goes_by_halves(table: Table) -> bool:
    found = [columns().get((table.name, column.name)) for column in table.columns]
    gone = {one.erasure == "row" for one in found if one}
    return len(gone) > 1


def _is_whole(kind: Kind) -> bool:
    if kind.name == "none":
        return kind.readers == ("",) and not kind.kept
    return set(kind.readers) <= {*READERS} and bool(kind.kept)


def _can_run(rule: Rule) -> bool:
    return (rule.table, rule.since) in columns() and rule.act in ACTS and rule.days >= 0


def _sheets() -> list[Path]:
    return sorted(path for path in HERE.glob("*.csv") if path.stem not in OTHER_SHEETS)


def _declared(sheet: Path) -> Iterator[Column]:
    for row in _rows(sheet):
        yield Column(
            row["table"], row["column"], row["class"], row["erasure"], row["copy"], row["about"] or ""
        )


def _rows(sheet: Path) -> list[dict[str, str]]:
    with sheet.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
