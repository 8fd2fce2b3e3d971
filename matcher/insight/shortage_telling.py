"""What a pool is too short of, as lines for a terminal, with every code as it stands."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.insight.shortage import Shortage, Shortages
from matcher.telling import MEANINGS


def lines_of(found: Shortages) -> Iterator[str]:
    """Give the shortages of a pool line by line, smallest sets first."""
    yield (
        f"{_many(found.waiting, 'need waits', 'needs wait')} for {_many(found.places, 'place')}; "
        f"one round can serve {found.servable}"
    )
    for one in found.sets:
        yield from _set(one, found)
    for one in found.alone:
        yield f"need {one.needs[0]} can be served by no offer with a place"
        yield from _cause(one, "it")
    if not (found.sets or found.alone):
        yield "all of them can be served together"


def _set(one: Shortage, found: Shortages) -> Iterator[str]:
    needs, offers = _many(len(one.needs), "need"), _many(len(one.offers), "offer")
    inside = "" if one in found.wholes else ", inside a larger set below"
    yield (
        f"these {needs} can only be served by {offers} with {_many(one.places, 'place')}: "
        f"{_many(one.deficiency, 'place')} too few{inside}"
    )
    yield f"  needs: {', '.join(one.needs)}"
    yield f"  offers: {', '.join(one.offers)}"
    yield from _cause(one, "all of them")


def _cause(one: Shortage, them: str) -> Iterator[str]:
    cause, needs = one.cause, len(one.needs)
    offers = _many(cause.others + len(one.offers), "offer")
    yield f"  other offers with a place: {cause.others}"
    for code, count in cause.barriers:
        yield f"    {code} keeps {count} of them from {them}: {MEANINGS.get(code, 'barred')}"
    if cause.below_floor:
        yield f"    {cause.below_floor} under the floor with {them}, without a barrier"
    if cause.mixed:
        yield f"    {cause.mixed} kept from some by one thing and from some by another"
    for trait in cause.shared:
        answer = f"{trait.offers} of {offers} with a place answer that"
        yield f"  in common: {trait.kind} {trait.code}, {trait.needs} of {_many(needs, 'need')}; {answer}"


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count} {one if count == 1 else more or one + 's'}"
