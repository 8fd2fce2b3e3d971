"""The figures of the city: each quarter is counted and published once, a fortnight after its end, and stays as it is.

Nobody who comes, changes, leaves or is erased afterwards changes a number, and no two quarters count the same act. So
there is nothing to compare; and in one quarter :mod:`models.crowds` leaves every small group as it found it: unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import ledger, policy
from models.actor import Actor
from models.crowds import SMALLEST, Counts, crowds
from models.instants import city_date
from models.quarters import Quarter
from models.queries import figures
from models.tables import Person, PublishedQuarter

WAIT = timedelta(days=15)
"""After the end of a quarter, so that meetings and service sheets of its last days are noted."""
MINUTES_IN_AN_HOUR = 60


def publish(session: Session, *, by: Actor, at: datetime) -> int:
    """Publish every quarter that is over and was not published, and give how many.

    Of two who publish at once the key of the table refuses one, whose unit is undone.
    """
    policy.must(by, "do_chores")
    done = set(session.scalars(select(PublishedQuarter.quarter)))
    due = [quarter for quarter in _over(session, at) if quarter.code not in done]
    for quarter in due:
        session.add(PublishedQuarter(quarter=quarter.code, published_at=at, figures=_shown(session, quarter)))
        ledger.record(session, at, by, "publish_figures", "quarter", quarter.code)
    session.flush()
    return len(due)


def _over(session: Session, at: datetime) -> Iterator[Quarter]:
    """Give the quarters that are over, from the one in which the first person came."""
    first = session.scalar(select(func.min(Person.registered_at)))
    if first is None:
        return
    quarter = Quarter.of(city_date(first))
    while quarter.ends + WAIT <= at:
        yield quarter
        quarter = quarter.next


def _shown(session: Session, quarter: Quarter) -> dict[str, Any]:
    """Give what may be shown of a quarter; what may not is left out."""
    shown = {name: crowds(counted) for name, counted in figures.count(session, quarter).items()}
    document: dict[str, Any] = {name: _document(found) for name, found in shown.items() if found.total}
    hours = hours_of(figures.minutes_given(session, quarter))
    if hours and "helped" in document:
        document["helped"]["hours"] = hours
    return document


def _document(shown: Counts) -> dict[str, Any]:
    tables = {
        name: {group: count for group, count in table.items() if count}
        for name, table in shown.tables.items()
    }
    return {"total": shown.total, "tables": {name: table for name, table in tables.items() if table}}


def hours_of(minutes: Sequence[int]) -> int:
    """Give the hours that interpreters gave, in tens; 0 where few of them did, or one gave half or more of them."""
    total = sum(minutes)
    if len(minutes) < SMALLEST or 2 * max(minutes) >= total:
        return 0
    return total // MINUTES_IN_AN_HOUR // SMALLEST * SMALLEST
