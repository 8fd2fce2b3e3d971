"""The methods beside each other, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.insight.comparing import LONG_WAIT_DAYS, Comparison, Outcome
from matcher.records import WORTH_OF_A_POINT

WIDTH = 34
"""Of the first column."""


def lines_of(found: Comparison) -> Iterator[str]:
    """Give a table, one column a method, and what it compares."""
    yield f"{found.needs} needs, {found.places} places; longest wait {_days(found.waiting.days)}"
    yield _row("", [outcome.method for outcome in found.outcomes])
    rows = [_cells(outcome) for outcome in found.outcomes]
    for name in rows[0]:
        yield _row(name, [row[name] for row in rows])


def _cells(outcome: Outcome) -> dict[str, str]:
    return {
        "served": str(outcome.served),
        "total priority": str(outcome.priority),
        "total points": _points(outcome.worth),
        "worst pair, points": _points(outcome.worst.worth) if outcome.worst else "–",
        "blocking pairs": str(len(outcome.blocking)),
        "longest wait left, days": _days(outcome.left.days, ""),
        f"left after {LONG_WAIT_DAYS} days of waiting": str(outcome.left.over),
    }


def _row(name: str, cells: list[str]) -> str:
    return f"{name:<{WIDTH}}{''.join(f'{cell:>12}' for cell in cells)}"


def _points(worth: int) -> str:
    return f"{worth / WORTH_OF_A_POINT:.10g}"


def _days(days: int | None, unit: str = " days") -> str:
    return "–" if days is None else f"{days}{unit}"
