"""What there is to say of two people beside each value: why, in codes that a page makes into sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from matcher import channels
from matcher.columns import LIKES, NOT_FOR_ME, WANTS_TO_TRY, AnyInts
from matcher.criteria import NEARBY, OTHER, SAME, interpreted, likeness
from matcher.distances import MICROMETRES_IN_A_KM
from matcher.pairs import Pairs
from matcher.reach import reach_of
from matcher.vocabulary import CHILDREN_BANDS, GOALS, INTEREST_FAMILIES, INTERESTS, LEVELS, SLOTS

Detail = dict[str, Any]
"""Every function here takes a list of pairs and gives one of these for each."""

_CODES = tuple(INTERESTS)
_WELCOME = LIKES | WANTS_TO_TRY


def interests(pairs: Pairs) -> list[Detail]:
    """What both welcome, what one of them would try, the families, and what one likes and the other does not."""
    needs, offers = pairs.columns.needs, pairs.columns.offers
    mine, theirs = needs.interest[:, pairs.i], offers.interest[:, pairs.j]
    shared = (mine & _WELCOME != 0) & (theirs & _WELCOME != 0)
    clashing = (mine & LIKES != 0) & (theirs & NOT_FOR_ME != 0)
    clashing |= (theirs & LIKES != 0) & (mine & NOT_FOR_ME != 0)
    parts = (
        _lists(shared),
        _lists(shared & (mine & theirs & LIKES == 0)),
        _names_of(needs.families[pairs.i] & offers.families[pairs.j], tuple(INTEREST_FAMILIES)),
        _lists(clashing),
    )
    names = ("shared", "want_to_try", "families", "clashes")
    return [dict(zip(names, one, strict=True)) for one in zip(*parts, strict=True)]


def language_comfort(pairs: Pairs) -> list[Detail]:
    """The best channel, the lower level of the two in it, and whether an interpreter is needed."""
    ease, chosen = np.zeros(len(pairs.i), dtype=np.int64), np.full(len(pairs.i), -1)
    level, found = np.zeros(len(pairs.i), dtype=np.int8), list(channels.between(pairs))
    for at, channel in enumerate(found):
        better = channel.ease > ease[channel.where]
        here = channel.where[0][better]
        ease[here], level[here], chosen[here] = channel.ease[better], channel.level[better], at
    return [
        {
            "language": found[at].language if at >= 0 else None,
            "level": LEVELS[rank - 1] if at >= 0 else None,
            "via": found[at].via if at >= 0 else None,
            "interpreter": needs_one,
        }
        for at, rank, needs_one in _rows(chosen, level, interpreted(pairs))
    ]


def availability(pairs: Pairs) -> list[Detail]:
    """In how many weeks both are free at some time, and the slots."""
    common = pairs.columns.needs.availability[:, pairs.i] & pairs.columns.offers.availability[:, pairs.j]
    slots = _names_of(np.bitwise_or.reduce(common), tuple(SLOTS))
    return [
        {"weeks": weeks, "slots": names}
        for weeks, names in zip((common != 0).sum(axis=0).tolist(), slots, strict=True)
    ]


def stability(pairs: Pairs) -> list[Detail]:
    """For how many months both would go on."""
    asked, offered = pairs.columns.needs.months[pairs.i], pairs.columns.offers.months[pairs.j]
    return [
        {"months": min(mine, theirs) if mine > 0 and theirs >= 0 else None}
        for mine, theirs in _rows(asked, offered)
    ]


def goals(pairs: Pairs) -> list[Detail]:
    """What both wish."""
    common = pairs.columns.needs.goals[pairs.i] & pairs.columns.offers.goals[pairs.j]
    return [{"goals": names} for names in _names_of(common, tuple(GOALS))]


def expectations(pairs: Pairs) -> list[Detail]:
    """What both wish, and how many meetings a month lie between them."""
    asked, offered = pairs.columns.needs.meetings[pairs.i], pairs.columns.offers.meetings[pairs.j]
    return [
        {**shared, "frequency_gap": abs(mine - theirs) if min(mine, theirs) >= 0 else None}
        for shared, (mine, theirs) in zip(goals(pairs), _rows(asked, offered), strict=True)
    ]


def life_stage(pairs: Pairs) -> list[Detail]:
    """How alike the households are, and the bands in which both have children."""
    needs, offers = pairs.columns.needs, pairs.columns.offers
    known = (needs.household[pairs.i] >= 0) & (offers.household[pairs.j] >= 0)
    bands = _names_of(needs.children[pairs.i] & offers.children[pairs.j], tuple(CHILDREN_BANDS))
    words = {SAME: "same", NEARBY: "near", OTHER: "other"}
    return [
        {"household": words[like] if is_known else None, "children_bands": shared}
        for (is_known, like), shared in zip(_rows(known, likeness(pairs)), bands, strict=True)
    ]


def age_gap(pairs: Pairs) -> list[Detail]:
    """How many bands lie between the two."""
    ages = _rows(pairs.columns.needs.age_band[pairs.i], pairs.columns.offers.age_band[pairs.j])
    return [{"bands": abs(mine - theirs) if min(mine, theirs) >= 0 else None} for mine, theirs in ages]


def proximity(pairs: Pairs) -> list[Detail]:
    """How far the two live from each other, how far they would go, and who drives."""
    reach = reach_of(pairs)
    drives = pairs.columns.needs.drives[pairs.i], pairs.columns.offers.drives[pairs.j]
    drivers = {(True, True): "both", (True, False): "need", (False, True): "offer", (False, False): None}
    return [
        {
            "distance_km": _kilometres(distance) if known else None,
            "limit_km": _kilometres(limit) if known else None,
            "driver": drivers[mine, theirs],
        }
        for known, distance, limit, mine, theirs in _rows(reach.known, reach.distance, reach.limit, *drives)
    ]


def _kilometres(micrometres: int) -> float:
    return round(micrometres / MICROMETRES_IN_A_KM, 1)


def _rows(*columns: AnyInts) -> Iterator[Any]:
    return zip(*(column.tolist() for column in columns), strict=True)


def _lists(flags: AnyInts) -> list[list[str]]:
    """Give, for each pair, the interests flagged for it; flags of shape (interests, pairs)."""
    lists: list[list[str]] = [[] for _ in range(flags.shape[1])]
    for pair, interest in _rows(*np.nonzero(flags.T)):
        lists[pair].append(_CODES[interest])
    return lists


def _names_of(bits: AnyInts, known: tuple[str, ...]) -> list[list[str]]:
    return [list(_names(one, known)) for one in bits.tolist()]


@lru_cache(maxsize=1 << 16)
def _names(bits: int, known: Iterable[str]) -> tuple[str, ...]:
    return tuple(code for at, code in enumerate(known) if bits >> at & 1)
