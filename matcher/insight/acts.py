"""What people could change by their own choice: one act of one person, and a pool in which it is done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from typing import Any, TypeVar

from matcher.records import Need, Offer, Pool, Travel
from matcher.validity import places_of
from matcher.vocabulary import FARTHEST_KM, SLOTS

DISTANCE, SLOT, INTERPRETER, CHILDREN, PLACE = "distance", "slot", "interpreter", "children", "place"
KINDS = (DISTANCE, SLOT, INTERPRETER, CHILDREN, PLACE)
BARRIER_OF = {
    DISTANCE: "blocked_distance",
    SLOT: "blocked_schedule",
    INTERPRETER: "blocked_language",
    CHILDREN: "blocked_household",
}
"""The barrier that an act on a pair may lift; a wish for a woman or a man is nobody's to change."""
SIZES = {SLOT: 5, INTERPRETER: 10, CHILDREN: 20, PLACE: 25}
"""How much is asked by an act that is not a distance, in kilometres that would be as much to ask."""
SIZE_OF_A_WORKING_HOUR = 8
"""A morning or an afternoon from Monday to Friday is more to ask than an evening or a weekend."""
TIMES_AS_FAR = 2
WEEKEND = ("sat", "sun")
NOT_ASKED_FOR = "nt"
"""Nobody is asked to be free late in the evening."""

Wish = TypeVar("Wish", Need, Offer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that one person could change.

    Attributes
    ----------
    side, id : str
        ``need`` or ``offer``, and which
    kind : str
        one of ``KINDS``
    size : int
        how much is asked: the kilometres more, rounded up, or what stands in ``SIZES``
    km : int, optional
        the new limit, of a distance
    slot : str, optional
        what becomes free in each week, of a slot
    """

    side: str
    id: str
    kind: str
    size: int
    km: int | None = None
    slot: str | None = None


def acts_of(person: Need | Offer, limit_km: float | None) -> Iterator[Act]:
    """Give every act of a person, kind by kind.

    Parameters
    ----------
    limit_km : how far the person goes today, by word or by the policy's custom; ``None`` where unknown

    Notes
    -----
    A larger distance, in whole kilometres, at most twice as far as today; one slot more, free in each
    week, never late in the evening; and of an offer, accepting an interpreter or children, or one need
    more where there is a place already. What is unknown is no barrier, so that nobody is asked about it.
    """
    act = partial(Act, side="need" if isinstance(person, Need) else "offer", id=person.id)
    if limit_km is not None:
        most = min(int(limit_km * TIMES_AS_FAR), FARTHEST_KM)
        for km in range(int(limit_km) + 1, most + 1):
            yield act(kind=DISTANCE, km=km, size=ceil(km - limit_km))
    for slot in _slots_to_free(person):
        yield act(kind=SLOT, slot=slot, size=_size_of(slot))
    if isinstance(person, Offer) and not person.accepts_interpreter:
        yield act(kind=INTERPRETER, size=SIZES[INTERPRETER])
    if isinstance(person, Offer) and person.accepts_children is False:
        yield act(kind=CHILDREN, size=SIZES[CHILDREN])
    if isinstance(person, Offer) and places_of(person):
        yield act(kind=PLACE, size=SIZES[PLACE])


def _slots_to_free(person: Need | Offer) -> list[str]:
    weeks = person.availability
    if weeks is None:
        return []
    return [
        code
        for code, term in SLOTS.items()
        if term.row["block"] != NOT_ASKED_FOR and not all(code in week for week in weeks)
    ]


def _size_of(slot: str) -> int:
    day, block = SLOTS[slot].row["day"], SLOTS[slot].row["block"]
    return SIZES[SLOT] if block == "ev" or day in WEEKEND else SIZE_OF_A_WORKING_HOUR


def after(person: Wish, acts: Iterable[Act]) -> Wish:
    """Give the person with these acts done."""
    for act in acts:
        person = _done(person, act)
    return person


def _done(person: Wish, act: Act) -> Wish:
    if act.km is not None:
        return replace(person, travel=replace(person.travel or Travel(), limit_km=act.km))
    if act.slot is not None:
        return replace(person, availability=_with(act.slot, person.availability or ()))
    if act.kind == PLACE:
        more: Any = {"capacity": (getattr(person, "capacity", None) or 0) + 1}
        return replace(person, **more)
    accepted: Any = {f"accepts_{act.kind}": True}
    return replace(person, **accepted)


def _with(slot: str, weeks: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(sorted({*week, slot})) for week in weeks)


def pool_after(pool: Pool, acts: Collection[Act]) -> Pool:
    """Give the pool with these acts done, each by the person who may do it."""

    def side(name: str, people: tuple[Wish, ...]) -> tuple[Wish, ...]:
        return tuple(
            after(person, [act for act in acts if (act.side, act.id) == (name, person.id)])
            for person in people
        )

    return replace(pool, needs=side("need", pool.needs), offers=side("offer", pool.offers))
