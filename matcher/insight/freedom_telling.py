"""What is forced and what is free, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.insight.freedom import Freedom, Held
from matcher.records import WORTH_OF_A_POINT


def lines_of(found: Freedom) -> Iterator[str]:
    """Give each pairing and how firmly it stands, then the pairs that could stand instead."""
    forced = sum(one.is_forced for one in found.held)
    yield f"{len(found.held)} pairings, {forced} of them in every best round"
    yield from (f"{one.need} with {one.offer}: {_firmness(one, found.margin)}" for one in found.held)
    if found.instead:
        yield f"could stand instead, the whole round losing at most {_points(found.margin)}:"
    yield from (f"  {one.need} with {one.offer}: {_points(one.loss)}" for one in found.instead)


def _firmness(one: Held, margin: int) -> str:
    if one.loss == 0:
        return "free; as good a round goes without it"
    if one.loss is not None:
        return f"in every best round; without it the round loses {_points(one.loss)}"
    if margin:
        return (
            f"in every best round; without it the round loses more than {_points(margin)}, or serves others"
        )
    return "in every best round"


def _points(worth: int) -> str:
    return f"{worth / WORTH_OF_A_POINT:g} points"
