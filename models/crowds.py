"""Figures that speak of crowds alone: what may be shown of a count, and what must not.

Every number is cut down to a multiple of ten, so that a group of fewer than ten people is 0, as is a group of none. That
alone would not do: tables of the same people share their total, and where the others say much, a group that is not
shown could be told from nothing. So the total never says more than every table could hold with one group empty, and no
table says more than the total. Then, whoever reads all of them, a group of fewer than ten may have any size from 0
to 9: ``tests/models/test_crowds.py`` holds the proof. A number that is shown means « at least ».
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SMALLEST = 10
"""How many people are a crowd."""

Table = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people there are, and how many of each group; each table has everybody in one of its groups."""

    total: int
    tables: Mapping[str, Table]


def crowds(counted: Counts, smallest: int = SMALLEST) -> Counts:
    """Give what may be shown of people who were counted; 0 stands for what is not shown.

    Raises
    ------
    ValueError
        A table leaves somebody out, or counts her twice.
    """
    if wrong := [name for name, table in counted.tables.items() if sum(table.values()) != counted.total]:
        raise ValueError(f"not everybody stands once in {', '.join(wrong)}")
    tables = {
        name: {group: _down(count, smallest) for group, count in table.items()}
        for name, table in counted.tables.items()
    }
    could_hold = (
        sum(table.values()) + (smallest - 1) * (len(table) - 1) for table in tables.values()
    )  # all but one of the groups at their fullest
    total = min(_down(count, smallest) for count in (counted.total, *could_hold))
    return Counts(total, {name: _held_to(total, table, smallest) for name, table in tables.items()})


def _down(count: int, smallest: int) -> int:
    return count - count % smallest


def _held_to(total: int, table: Table, smallest: int) -> Table:
    """Take from the smallest groups, the last of them first, until they are no more than the total."""
    held = dict(table)
    while sum(held.values()) > total:
        least = min(filter(None, held.values()))
        held[[group for group, count in held.items() if count == least][-1]] -= smallest
    return held
