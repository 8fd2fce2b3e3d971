"""A pool as the two sheets that an office would keep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matcher.formats import columns
from matcher.formats.columns import Column
from matcher.formats.writing import Sheet, table_of
from matcher.records import Need, Offer, Pool


def pool_sheets(pool: Pool) -> tuple[Sheet, Sheet]:
    """Give the needs and the offers of a pool with French headers and labels; reading them gives the pool."""
    return (
        table_of("Besoins", _without_names(columns.NEED), map(_values_of, pool.needs)),
        table_of("Offres", _without_names(columns.OFFER), map(_values_of, pool.offers)),
    )


def _without_names(shown: Iterable[Column]) -> list[Column]:
    """A pool knows no first names."""
    return [column for column in shown if column is not columns.FIRST_NAME]


def _values_of(row: Need | Offer) -> dict[str, Any]:
    """Give the values of a need or an offer by the names of columns."""
    values = {
        name: getattr(row, name, None) for name in (column.name for column in (*columns.NEED, *columns.OFFER))
    }
    if row.interests is not None:
        values |= {name: getattr(row.interests, name) for name in columns.INTEREST_COLUMNS}
    if row.travel is not None:
        values |= {
            "travel_mode": row.travel.mode,
            "limit_km": row.travel.limit_km,
            "remote_ok": row.travel.remote_ok,
        }
    values["household"] = row.household.form if row.household else None
    values["children_bands"] = row.household.children_bands if row.household else None
    for name, week in zip(columns.WEEK_COLUMNS, row.availability or (), strict=False):
        values[name] = week
    return values
