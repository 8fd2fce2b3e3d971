"""What each rule costs, as lines for a terminal, with every code as it stands."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.insight.rules import BarrierCost, Change, Rules, WeightCost
from matcher.records import WORTH_OF_A_POINT
from matcher.telling import MEANINGS


def lines_of(found: Rules) -> Iterator[str]:
    """Give the round in force, then what would change without each barrier, the floor and each weight."""
    totals = found.totals
    yield (
        f"{_many(totals.paired, 'pairing')}, priority {totals.priority}, {_points(totals.worth)}; "
        f"{_many(found.waiting, 'need')} not locked"
    )
    yield "without one barrier:"
    costly = sorted(
        found.barriers, key=lambda one: (-one.change.paired, -one.change.priority, -one.alone, one.code)
    )
    for one in costly:
        yield from _barrier(one)
    below = f"{_many(found.floor.below, 'pair')} under it"
    yield f"without the floor of {_points(found.floor.floor)}: {below}; {_change(found.floor.change)}"
    yield "without one weight, its points shared among the others:"
    for weight in found.weights:
        yield from _weight(weight)


def _barrier(one: BarrierCost) -> Iterator[str]:
    never = "" if one.is_liftable else " (never lifted)"
    alone = f"{_many(one.alone, 'pair')} kept apart by it alone"
    yield f"  {one.code}{never}: {alone}; {_change(one.change)}"
    yield f"    {MEANINGS.get(one.code, 'barred')}"
    if one.is_liftable and one.change.served:
        yield f"    served then: {', '.join(one.change.served)}"


def _weight(one: WeightCost) -> Iterator[str]:
    yield f"  {one.criterion} ({one.weight} points): {_change(one.change)}"
    if one.change.moved or one.change.paired or one.change.priority:
        yield f"    the weight brings {_points(one.bought)} of it, and costs {_points(one.paid)} of the others"


def _change(change: Change) -> str:
    if not (change.paired or change.priority or change.worth or change.moved):
        return "the same round"
    return (
        f"pairings {change.paired:+d}, priority {change.priority:+d}, "
        f"{'+' if change.worth >= 0 else ''}{_points(change.worth)}, {_many(change.moved, 'need')} with another offer"
    )


def _points(worth: int) -> str:
    return f"{worth / WORTH_OF_A_POINT:g} points"


def _many(count: int, one: str) -> str:
    return f"{count} {one if count == 1 else one + 's'}"
