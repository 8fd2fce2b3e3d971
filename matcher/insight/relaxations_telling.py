"""The fewest things that people could change, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.insight.acts import CHILDREN, DISTANCE, INTERPRETER, PLACE, SLOT, Act
from matcher.insight.relaxations import Relaxations

ACCEPTED = {CHILDREN: "children", INTERPRETER: "an interpreter", PLACE: "one need more"}


def lines_of(found: Relaxations) -> Iterator[str]:
    """Give the fewest acts that serve so many more, whom they serve, and each act that would do alone."""
    yield f"one round serves {found.served} of {found.waiting} needs not locked"
    if found.acts is None:
        yield f"no set of acts serves {found.more} more; {f'at most {found.most}' if found.most else 'none serves one'}"
    else:
        yield f"{len(found.acts)} {'act serves' if len(found.acts) == 1 else 'acts serve'} {found.more} more; no fewer do:"
        yield from (f"  {_told(act)}" for act in found.acts)
        yield from (f"  served then: {need} with {offer}" for need, offer in found.gained)
        yield from (f"  left out for someone who has waited longer: {need}" for need in found.left_out)
    if found.alone:
        yield "any one of these serves one more alone:"
        yield from (f"  {_told(act)}" for act in found.alone)


def _told(act: Act) -> str:
    who = f"{act.side} {act.id}"
    if act.kind == DISTANCE:
        return f"{who} goes up to {act.km} km ({act.size} more)"
    if act.kind == SLOT:
        return f"{who} is free on {act.slot} too"
    return f"{who} accepts {ACCEPTED[act.kind]}"
