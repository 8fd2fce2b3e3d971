"""An explanation as lines for a terminal, with every code as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matcher.records import WORTH_OF_A_POINT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matcher.explanation import Explanation
    from matcher.insight.chain import Cost, Step
    from matcher.records import Contribution

MEANINGS: Mapping[str, str] = {
    "blocked_consent": "one side has not agreed to take part, or no longer does",
    "blocked_by_coordinator": "a coordinator has forbidden this pair",
    "blocked_history": "an earlier pairing of the two ended for a reason of safety",
    "blocked_exclusion": "one side asked not to be paired with the other",
    "blocked_conflict": "the one giving has authority over the one asking",
    "refer_professional": "this calls for a professional, not for a volunteer",
    "blocked_vetting": "screening is not done",
    "blocked_training": "training is not done",
    "blocked_capacity": "the offer has no place left",
    "blocked_gender": "a wish for a woman or a man is not met",
    "blocked_language": "no common language is spoken or signed well enough, and no interpreter is accepted",
    "blocked_schedule": "too few weeks with a time that suits both",
    "blocked_distance": "the way is longer than the one who travels accepts",
    "blocked_household": "the households do not fit",
    "blocked_access": "a need of access is not met",
    "blocked_field": "the fields of work are neither the same nor close",
}
"""Each barrier in a few words."""


def lines_of(found: Explanation) -> Iterator[str]:
    """Give an explanation line by line."""
    pair = f"need {found.need} with offer {found.offer}"
    score = f"score {_points(found.worth)} of 100, floor {_points(found.floor)}"
    if found.barriers:
        yield f"{pair}: no"
        yield from (f"  {code}: {MEANINGS.get(code, 'barred')}" for code in found.barriers)
        yield f"without the barrier: {score}"
    elif found.worth < found.floor:
        yield f"{pair}: no barrier, but under the floor; {score}"
    else:
        yield f"{pair}: yes; {score}"
    yield from (_contribution(one) for one in found.contributions)
    yield from _cost(found)


def _contribution(one: Contribution) -> str:
    why = _detail(one.detail) if one.known else "not known, counted as the policy says"
    return f"  {one.criterion:<17} {_points(one.worth):>7} of {one.weight:<3} {why}".rstrip()


def _detail(detail: Mapping[str, Any]) -> str:
    said: dict[str, list[str]] = {
        name: value for name, value in detail.items() if value not in (None, (), [], "")
    }
    return "; ".join(f"{name} {_value(value)}" for name, value in said.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def _points(worth: int) -> str:
    return f"{worth / WORTH_OF_A_POINT:.10g}"


def _cost(found: Explanation) -> Iterator[str]:
    """Say what choosing the pair would cost: first in people, then in numbers, then who would move where."""
    cost = found.cost
    if cost is None:
        if found.may_be_locked:
            yield "the locks of others leave the offer no place"
        return
    if not cost.chain:
        yield "the best round holds it"
        return
    if found.is_proposable:
        yield "choosing it:"
    else:
        yield "a person may choose it all the same, by a lock:"
    yield f"  no longer served: {', '.join(cost.left_out) or 'nobody'}"
    if cost.brought_in:
        yield f"  served in their place: {', '.join(cost.brought_in)}"
    yield f"  the round {_loss(cost)}"
    yield from (f"  {line}" for line in _moves(cost.chain))


def _loss(cost: Cost) -> str:
    """Say what is lost or, in the place of a worse lock, gained."""
    if not (cost.priority or cost.worth):
        return "loses nothing: as good a one holds the pair"
    said: dict[str, list[str]] = {"loses": [], "gains": []}
    for lost, words in (
        (cost.priority, f"{abs(cost.priority)} of priority"),
        (cost.worth, f"{_points(abs(cost.worth))} points"),
    ):
        if lost:
            said["loses" if lost > 0 else "gains"].append(words)
    return " and ".join(f"{verb} {' and '.join(parts)}" for verb, parts in said.items() if parts)


def _moves(chain: Sequence[Step]) -> Iterator[str]:
    for step in chain:
        after = f"goes to {step.after}" if step.after else "stays without"
        yield f"{step.need} {after}, leaving {step.before}" if step.before else f"{step.need} {after}"
