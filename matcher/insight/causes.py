"""What people who are short of offers have in common, and what keeps the other offers away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.columns import Flags, Ints
from matcher.pairs import Pairs
from matcher.play import Play
from matcher.records import Need, Offer, Participant
from matcher.search.candidates import PAIRS_IN_A_BLOCK
from matcher.vocabulary import BLOCKS, DAYS, LEVELS

Held = tuple[str, str]
"""A kind of trait and its code, such as ``("language", "spa")``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """What more than half of the needs of a set share, and how many offers with a place answer it.

    Attributes
    ----------
    kind : str
        ``language`` (at the policy's least level or above), ``free_only`` (a block or a day outside which
        the person is never free), ``sector``, or ``gender_request``
    code : str
        a language, a block or a day, a sector, a gender
    needs : int
        how many needs of the set have it
    offers : int
        how many offers with a place, of the whole pool, are known to have the language, to be free then,
        to live there, or to be of that gender
    """

    kind: str
    code: str
    needs: int
    offers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What keeps the other offers away; only offers with a place are counted, and none is in the set.

    Attributes
    ----------
    others : int
        offers with a place that no need of the set may have
    barriers : tuple of (code, int)
        the offers that this barrier keeps away from every need of the set, most first; an offer counts
        under each of its barriers
    below_floor : int
        offers that no barrier keeps away from any need of the set, under the floor with all of them
    mixed : int
        the other offers left: kept away from some needs by one thing and from some by another
    shared : tuple of Trait
        most of the needs first, then the rarest among offers
    """

    others: int
    barriers: tuple[tuple[str, int], ...]
    below_floor: int
    mixed: int
    shared: tuple[Trait, ...]


def answers_of(play: Play) -> Counter[Held]:
    """Count how many offers with a place have each thing that a need may ask."""
    return Counter(held for offer in _open(play) for held in _answers(offer, _least_level(play)))


def cause_of(play: Play, needs: Ints, offers: Ints, answers: Counter[Held]) -> Cause:
    """Give what keeps other offers with a place from needs, by position, that only ``offers`` may take."""
    others = np.setdiff1d(np.flatnonzero(play.places > 0), offers)
    from_all, from_none = _kept_away(play, needs, others)
    counts = [(code, int(flags.sum())) for code, flags in zip(play.program.barriers, from_all, strict=True)]
    return Cause(
        others=len(others),
        barriers=tuple(sorted(((c, n) for c, n in counts if n), key=lambda it: (-it[1], it[0]))),
        below_floor=int(from_none.sum()),
        mixed=int((~from_none & ~from_all.any(axis=0)).sum()),
        shared=_shared([play.needs[at] for at in needs.tolist()], _least_level(play), answers),
    )


def _kept_away(play: Play, needs: Ints, others: Ints) -> tuple[Flags, Flags]:
    """Say which offers each barrier keeps from all the needs, and which no barrier keeps from any.

    Shapes (barriers, others) and (others,).
    """
    barriers = play.program.barriers.values()
    from_all = np.ones((len(barriers), len(others)), dtype=np.bool_)
    from_none = np.ones(len(others), dtype=np.bool_)
    height = max(PAIRS_IN_A_BLOCK // max(len(others), 1), 1)
    for first in range(0, len(needs), height):
        pairs = Pairs(play.columns, needs[first : first + height, None], others[None, :])
        for at, barrier in enumerate(barriers):
            barred: npt.NDArray[np.bool_] = np.broadcast_to(barrier(pairs), pairs.shape)
            from_all[at] &= barred.all(axis=0)
            from_none &= ~barred.any(axis=0)
    return from_all, from_none


def _shared(needs: list[Need], least: int, answers: Counter[Held]) -> tuple[Trait, ...]:
    counts = Counter(held for need in needs for held in _asks(need, least))
    found = [
        Trait(kind=held[0], code=held[1], needs=count, offers=answers[held])
        for held, count in counts.items()
        if 2 * count > len(needs)
    ]
    return tuple(sorted(found, key=lambda one: (-one.needs, one.offers, one.kind, one.code)))


def _asks(need: Need, least: int) -> set[Held]:
    """Give what a need has that narrows who may serve it."""
    slots = _free_in(need)
    only = [("free_only", part) for part in (*BLOCKS, *DAYS) if slots and all(part in slot for slot in slots)]
    wish = [("gender_request", need.gender_request)] if need.gender_request else []
    return {*_spoken(need, least), *_lives(need), *only, *wish}


def _answers(offer: Offer, least: int) -> set[Held]:
    """Give what an offer has of the things that needs ask."""
    free = [("free_only", part) for slot in _free_in(offer) for part in slot]
    gender = [("gender_request", offer.gender)] if offer.gender else []
    return {*_spoken(offer, least), *_lives(offer), *free, *gender}


def _spoken(person: Participant, least: int) -> Iterator[Held]:
    for language in person.languages or ():
        if language.mode != "written" and LEVELS.index(language.level) >= least:
            yield "language", language.code


def _lives(person: Participant) -> list[Held]:
    return [("sector", person.sector)] if person.sector else []


def _free_in(person: Participant) -> set[tuple[str, ...]]:
    """Give the slots, as (day, block), in which a person is free in any week."""
    return {tuple(slot.split("_")) for week in person.availability or () for slot in week}


def _open(play: Play) -> Iterable[Offer]:
    return (play.offers[at] for at in np.flatnonzero(play.places > 0).tolist())


def _least_level(play: Play) -> int:
    return LEVELS.index(play.columns.policy.least_level)
