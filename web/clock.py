"""The only place of the pages that looks at the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CITY_ZONE = ZoneInfo("America/Toronto")


def now() -> datetime:
    """Give the present instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Give today's date in the city."""
    return datetime.now(CITY_ZONE).date()
