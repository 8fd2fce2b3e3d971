"""Which volunteers could help at all: what each of many profiles would bring at most, from one solved round."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from matcher.assignment import Assignment, assign
from matcher.assignment.market import MOST_WORTH
from matcher.columns import Ints
from matcher.insight.profiles import Circle, Profile, offer_of
from matcher.layout import columns_of
from matcher.play import Play
from matcher.records import Offer, Pool
from matcher.search import find
from matcher.search.candidates import Candidates

LARGEST_GROUP = 4
MARGIN = 8
"""How many times over priority is weighed here: a few places more never let worth pass for it."""


@dataclass(frozen=True, slots=True, eq=False)
class Lead:
    """A profile worth solving.

    ``person`` lives where she helps least. ``gain`` is what so many such people bring at most, in needs,
    in priority and in worth: of one person exactly, as long as no score moves with the size of the pool.
    """

    profile: Profile
    person: Offer
    gain: tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Tries:
    """A person of each profile in each home where she may live, and whom she may take.

    ``owner`` is the position of the profile of each person; ``pairs`` have the needs of the play, and
    the persons as offers.
    """

    profiles: tuple[Profile, ...]
    people: tuple[Offer, ...]
    owner: Ints
    pairs: Candidates


def tries_of(
    pool: Pool,
    play: Play,
    profiles: Sequence[Profile],
    circle: Circle,
    needs: Collection[str] | None = None,
) -> Tries:
    """Score a person of each profile, in each home where she may live, with these needs or all not locked."""
    homes = [(profile.sector,) if profile.sector else circle.homes for profile in profiles]
    people = tuple(
        offer_of(profile, circle, home, f"{at} {home}")
        for at, profile in enumerate(profiles)
        for home in homes[at]
    )
    asked = np.array(
        [at for at in play.waiting.tolist() if needs is None or play.needs[at].id in needs], dtype=np.int64
    )
    columns = columns_of(
        pool, [play.needs[at] for at in asked.tolist()], people, play.columns.policy, play.columns.rarity
    )
    found = find(columns, play.program)
    return Tries(
        profiles=tuple(profiles),
        people=people,
        owner=np.repeat(np.arange(len(profiles)), [len(some) for some in homes]),
        pairs=Candidates(asked[found.need], found.offer, found.worth),
    )


def takers(tries: Tries) -> Mapping[int, Profile]:
    """Give, for each need by position, the first profile that may take it wherever its person lives."""
    width = max(len(tries.profiles), 1)
    homes = np.bincount(tries.owner, minlength=width)
    couples = tries.pairs.need * width + tries.owner[tries.pairs.offer]
    couple, times = np.unique(couples, return_counts=True)
    need, profile = np.divmod(couple, width)
    everywhere = times == homes[profile]
    who, first = np.unique(need[everywhere], return_index=True)
    which = profile[everywhere][first]
    return {one: tries.profiles[at] for one, at in zip(who.tolist(), which.tolist(), strict=True)}


def leads_of(tries: Tries, play: Play, number: int) -> list[Lead]:
    """Give the profiles of which so many people could help, the best first.

    A narrower profile is left out where a broader one could bring as much.
    """
    kept: list[Lead] = []
    for lead in where_they_help_least(tries, play, number):
        broader = (other for other in kept if other.profile.is_broader_than(lead.profile))
        if lead.gain > (0, 0, 0) and not any(other.gain[:2] >= lead.gain[:2] for other in broader):
            kept.append(lead)
    return sorted(kept, key=lambda lead: [-gain for gain in lead.gain])


def where_they_help_least(tries: Tries, play: Play, number: int) -> Iterator[Lead]:
    """Give a lead for each profile, in order."""
    scale, gains = _gains(tries, play)
    first = gains[:, :number]
    served, value = ((first + scale // 2) // scale > 0).sum(axis=1), first.sum(axis=1)
    order = np.lexsort((value, served, tries.owner))
    least = order[np.searchsorted(tries.owner[order], np.arange(len(tries.profiles)))]
    for profile, at in zip(tries.profiles, least.tolist(), strict=True):
        priority, worth = divmod(int(value[at]) + scale // 2, scale)
        yield Lead(profile, tries.people[at], (int(served[at]), priority, worth - scale // 2))


def _gains(tries: Tries, play: Play) -> tuple[int, Ints]:
    """Give the scale of values, and the four greatest gains of each person, shape (people, 4)."""
    scale, holds = _holds(play)
    pairs = tries.pairs
    value = scale * play.priority[pairs.need] + pairs.worth - holds[pairs.need]
    order = np.lexsort((-value, pairs.offer))
    person, value = pairs.offer[order], value[order]
    rank = np.arange(len(person)) - np.searchsorted(person, person)
    gains = np.zeros((len(tries.people), LARGEST_GROUP), dtype=np.int64)
    kept = rank < LARGEST_GROUP
    gains[person[kept], rank[kept]] = np.maximum(value[kept], 0)
    return scale, gains


def _holds(play: Play) -> tuple[int, Ints]:
    """Give the scale of values, and what the round loses without each need, by position: 0 where it waits."""
    holds = np.zeros(len(play.needs), dtype=np.int64)
    if not len(play.pairs.need):
        return MARGIN * MOST_WORTH, holds
    needs, rows = np.unique(play.pairs.need, return_inverse=True)
    offers, cols = np.unique(play.pairs.offer, return_inverse=True)
    worth = csr_array((play.pairs.worth, (rows, cols)), shape=(len(needs), len(offers)))
    best = assign(worth, play.places[offers], play.priority[needs] * MARGIN)
    scale = best.scale * MARGIN
    value = scale * play.priority[play.pairs.need] + play.pairs.worth
    slack = best.need_prices[rows] + best.place_prices[cols] - value
    holds[needs] = best.need_prices + _ways_from_the_rest(best, rows, cols, slack)
    return scale, holds


def _ways_from_the_rest(best: Assignment, rows: Ints, cols: Ints, slack: Ints) -> Ints:
    """Give, for each need, the least that it costs to fill the place that it leaves, or to leave it empty."""
    needs, offers = len(best.need_prices), len(best.place_prices)
    rest = needs + offers
    taken = np.isin(rows * offers + cols, best.pairs[:, 0] * offers + best.pairs[:, 1])
    waiting = np.setdiff1d(np.arange(needs), best.pairs[:, 0])
    arcs = (
        (np.full(len(waiting), rest), waiting, np.zeros(len(waiting))),
        (np.full(offers, rest), needs + np.arange(offers), best.place_prices),
        (rows[~taken], needs + cols[~taken], slack[~taken]),
        (needs + cols[taken], rows[taken], slack[taken]),
    )
    tails, heads, lengths = (np.concatenate(ends) for ends in zip(*arcs, strict=True))
    graph = coo_array((lengths.astype(float), (tails, heads)), shape=(rest + 1, rest + 1))
    ways: Ints = dijkstra(graph.tocsr(), indices=rest)[:needs].astype(np.int64)
    return ways
