"""The fewest things that people could change, by their own choice, for more of them to be served."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order

from matcher.columns import Flags, Ints
from matcher.engine import propose
from matcher.errors import InvalidInput, NotProved
from matcher.insight.acts import KINDS, Act, pool_after
from matcher.insight.fewest import programme_of
from matcher.insight.openings import NONE, NotAsked, Openings, openings_of
from matcher.play import Play, play_of
from matcher.policy import Policy
from matcher.records import Pool

MOST_PAIRS = 1 << 18
"""The most pairs of a waiting need and an offer with a place: every way to open each of them is tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxations:
    """The fewest acts for so many more needs to be served, and what the best round then is.

    Attributes
    ----------
    waiting, served : int
        needs not locked, and those of them that the best round serves today
    more : int
        how many more were asked for
    most : int
        how many more all acts that people could choose would serve
    acts : tuple of Act, optional
        the fewest, and of equally few those that ask least; ``None`` where no acts serve so many more
    gained : tuple of (need, offer)
        needs that the best round serves only once the acts are done, with their offers
    left_out : tuple of str
        needs served today that this round leaves out for someone who has waited longer
    alone : tuple of Act
        every act that serves one more all by itself: for each person the smallest of its kind
    """

    waiting: int
    served: int
    more: int
    most: int
    acts: tuple[Act, ...] | None
    gained: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    alone: tuple[Act, ...]


def relaxations_of(
    pool: Pool,
    more: int = 1,
    policy: Policy | None = None,
    *,
    kinds: Collection[str] = KINDS,
    not_asked: NotAsked = (),
) -> Relaxations:
    """Give the fewest acts of people that serve at least ``more`` needs more; locks stay.

    Parameters
    ----------
    pool : needs and offers of one program on one day, at most 262,144 pairs still to decide
    more : how many needs more, at least 1
    policy : the shipped one of the program where not given
    kinds : the kinds of act that may be asked; all of them where not given
    not_asked : ids, each with a kind of act that is not that person's to choose

    Raises
    ------
    InvalidInput
        Where the pool is too large, ``more`` is under 1, or the program is unknown.
    FaultyInput
        Where ids are doubled or a lock cannot stand.
    NotProved
        Where the search ends without a proof that no fewer acts would do.

    Notes
    -----
    An act is one thing that one person changes (`matcher.insight.acts.acts_of`), and nobody is asked for more
    than one. Of a need, it counts for one pair only; of an offer with several places it may open a pair for
    each. Needs flow to offers along the pairs that are open, or that acts open at a price: 1 for each act,
    paid once. The flow of so many needs at the lowest price is an integer programme, solved by branch and
    bound: the fewest acts, of these what asks least, of these what serves those who have waited longest.
    Before it is given, the answer is tried: the acts are done on the records and the round is proposed anew.
    """
    if more < 1:
        raise InvalidInput(f"more is {more}; it must be 1 at least")
    play = play_of(pool, policy)
    if len(play.waiting) * len(play.offers) > MOST_PAIRS:
        raise InvalidInput(f"relaxations are for pools of at most {MOST_PAIRS} pairs still to decide")
    before = _paired(pool, (), policy)
    seats = _seats(play, before)
    found = _Found(0, None, ())
    if len(seats[0]) < len(play.waiting):
        found = _search(play, openings_of(pool, play, kinds, not_asked), seats, more)
    after = _paired(pool, found.acts or (), policy)
    if len(after) < len(before) + more * bool(found.acts):
        raise NotProved(f"the acts serve {len(after) - len(before)} more, not {more}")
    return Relaxations(
        waiting=len(play.waiting),
        served=len(seats[0]),
        more=more,
        most=found.most,
        acts=found.acts,
        gained=tuple(sorted((need, offer) for need, offer in after.items() if need not in before)),
        left_out=tuple(sorted(before.keys() - after.keys())),
        alone=found.alone,
    )


def _paired(pool: Pool, acts: Sequence[Act], policy: Policy | None) -> dict[str, str]:
    """Give the best round once some acts are done."""
    made = propose(pool_after(pool, acts), policy, alternates=0)
    return {pairing.need: pairing.offer for pairing in made.pairings}


Seats = tuple[Ints, Ints]
"""Needs and their offers, by position, without the locks."""


def _seats(play: Play, paired: Mapping[str, str]) -> Seats:
    offer_at = {offer.id: at for at, offer in enumerate(play.offers)}
    free = [at for at in play.waiting.tolist() if play.needs[at].id in paired]
    offers = [offer_at[paired[play.needs[at].id]] for at in free]
    return np.array(free, dtype=np.int64), np.array(offers, dtype=np.int64)


class _Found(NamedTuple):
    most: int
    acts: tuple[Act, ...] | None
    alone: tuple[Act, ...]


def _search(play: Play, openings: Openings, seats: Seats, more: int) -> _Found:
    served, programme = len(seats[0]), programme_of(play.places, play.priority, openings)
    most = programme.most() - served
    acts = programme.fewest(served + more) if more <= most else None
    return _Found(most, acts, _alone(play, openings, seats))


def _alone(play: Play, openings: Openings, seats: Seats) -> tuple[Act, ...]:
    """Give the acts that serve one more, each by itself.

    They open a pair of a need that may stay out and an offer that may keep a place, or a place of an offer
    that a need could have, or free by letting another need go there.
    """
    is_free = openings.count == 0
    free = openings.need[is_free], openings.offer[is_free]
    (stays_out, wanted), keeps_place = _left_out(play, free, seats), _left_over(play, free, seats)
    single = openings.where((openings.count == 1) & stays_out[openings.need] & keeps_place[openings.offer])
    places = openings.places[wanted & (openings.places != NONE)]
    found = np.unique(np.concatenate([np.maximum(single.need_act, single.offer_act), places]))
    acts = sorted((openings.acts[at] for at in found.tolist()), key=lambda act: -act.size)
    smallest = {(act.id, act.side, act.kind): act for act in acts}
    return tuple(sorted(smallest.values(), key=lambda act: (act.size, act.id, act.kind)))


def _left_out(play: Play, free: Seats, seats: Seats) -> tuple[Flags, Flags]:
    """Say which needs some round that serves as many as can be leaves out, and which offers these could have."""
    count = len(play.needs)
    arcs = (free[0], count + free[1]), (count + seats[1], seats[0])
    reached = _reached(arcs, np.setdiff1d(play.waiting, seats[0]), count + len(play.offers))
    return reached[:count], reached[count:]


def _left_over(play: Play, free: Seats, seats: Seats) -> Flags:
    """Say which offers some round that serves as many as can be leaves with an empty place."""
    count = len(play.needs)
    has_room = np.flatnonzero(play.places > np.bincount(seats[1], minlength=len(play.offers)))
    arcs = (count + free[1], free[0]), (seats[0], count + seats[1])
    return _reached(arcs, count + has_room, count + len(play.offers))[count:]


def _reached(arcs: Sequence[tuple[Ints, Ints]], start: Ints, size: int) -> Flags:
    arcs = (*arcs, (np.full(len(start), size), start))
    tails, heads = (np.concatenate(ends) for ends in zip(*arcs, strict=True))
    graph = coo_array((np.ones(len(tails), dtype=np.int8), (tails, heads)), shape=(size + 1, size + 1))
    found = np.zeros(size + 1, dtype=np.bool_)
    found[breadth_first_order(graph.tocsr(), size, return_predecessors=False)] = True
    return found[:size]
