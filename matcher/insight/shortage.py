"""Who cannot be served together: needs that too few places can serve, whatever a round decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import gcd

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow

from matcher.columns import Ints
from matcher.insight.causes import Cause, Held, answers_of, cause_of
from matcher.play import Play, play_of
from matcher.policy import Policy
from matcher.records import Pool
from matcher.search.candidates import Candidates

MOST_SHARES = 2**31 - 1
"""What the flow counts up to; a part that asks for more shares is told as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """Needs that only these offers can serve, and that outnumber their places; ids in order."""

    needs: tuple[str, ...]
    offers: tuple[str, ...]
    places: int
    cause: Cause

    @property
    def deficiency(self) -> int:
        """Give how many of the needs stay unserved in every round."""
        return len(self.needs) - self.places


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortages:
    """Everyone whom a pool is too short to serve.

    Attributes
    ----------
    waiting, in_play, servable : int
        needs not locked; those of them that some offer with a place may take; the most that one round
        can serve of them
    places : int
        those left after the locks, over all offers
    wholes : tuple of Shortage
        smallest first; no two share a need or an offer, and their deficiencies add up to what is in
        play and not servable
    sets : tuple of Shortage
        the wholes and every tighter set inside them, with more needs to a place, smallest first
    alone : tuple of Shortage
        needs that no offer with a place may take, each by itself, by id
    """

    waiting: int
    in_play: int
    servable: int
    places: int
    wholes: tuple[Shortage, ...]
    sets: tuple[Shortage, ...]
    alone: tuple[Shortage, ...]


def shortages_of(pool: Pool, policy: Policy | None = None) -> Shortages:
    """Give the sets of needs that cannot all be served, exactly: no more, no fewer.

    Parameters
    ----------
    pool : needs and offers of one program on one day
    policy : the floor and the shapes; the shipped one of the program where not given

    Raises
    ------
    InvalidInput
        Where the program is unknown, or the policy is for another one.
    FaultyInput
        Where ids are doubled or a lock cannot stand.

    Notes
    -----
    As many needs as can be are seated by a flow, an offer's places being the capacity of its arc. From the
    needs left out, walk to every offer that they may have, from there to the needs that hold its places,
    and so on. The needs reached are those that some greatest assignment leaves out, whichever one was
    found [1]_. All places of the offers reached are held by needs reached, and no need reached may have any
    other offer: each connected part has more needs than all its offers have places [2]_.

    In a city such a part is often large. A part of n needs and k places is looked through again with
    places that hold n / k needs each: what is left out then is packed more tightly than the part as a
    whole, and so on, until a set is as tight as all that is inside it. Each set found is the only one
    of its kind, so that neither order nor chance changes the answer. A part of which n times k passes
    2³¹ is not looked through again.

    References
    ----------
    .. [1] A. L. Dulmage, N. S. Mendelsohn, "Coverings of bipartite graphs", Canadian Journal of
       Mathematics 10, 1958, doi:10.4153/CJM-1958-052-0
    .. [2] P. Hall, "On representatives of subsets", Journal of the London Mathematical Society 10(1),
       1935, doi:10.1112/jlms/s1-10.37.26
    """
    play = play_of(pool, policy)
    parts = _left_out(play, play.waiting, play.pairs, 1, 1)
    wholes = [part for part in parts if len(part.offers)]
    answers = answers_of(play)
    told = {id(part): _shortage(play, part, answers) for part in (*parts, *_inside(play, wholes))}
    in_play = len(np.unique(play.pairs.need))
    whole = _smallest_first(told[id(part)] for part in wholes)
    return Shortages(
        waiting=len(play.waiting),
        in_play=in_play,
        servable=in_play - sum(one.deficiency for one in whole),
        places=int(np.maximum(play.places, 0).sum()),
        wholes=whole,
        sets=_smallest_first(one for one in told.values() if one.offers),
        alone=_smallest_first(one for one in told.values() if not one.offers),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Some needs, all the offers that they may have, by position, and the pairs between them."""

    needs: Ints
    offers: Ints
    pairs: Candidates


def _smallest_first(found: Iterable[Shortage]) -> tuple[Shortage, ...]:
    return tuple(sorted(found, key=lambda one: (len(one.needs), one.needs)))


def _inside(play: Play, wholes: list[_Part]) -> list[_Part]:
    """Give the sets inside others that have more needs to a place, down to the tightest."""
    found, to_do = list[_Part](), list(wholes)
    while to_do:
        part = to_do.pop()
        needs, places = len(part.needs), int(play.places[part.offers].sum())
        shared = gcd(needs, places)
        if needs * places // shared <= MOST_SHARES:
            tighter = _left_out(play, part.needs, part.pairs, places // shared, needs // shared)
            found += tighter
            to_do += tighter
    return found


def _left_out(play: Play, needs: Ints, pairs: Candidates, asked: int, held: int) -> list[_Part]:
    """Give, in connected parts, the needs that can be left out where each asks for so many shares.

    Of needs with ``asked`` shares each, and places that hold ``held`` shares each, this is the smallest
    set whose shares exceed what its offers hold by as much as any set's do.
    """
    offers, col = np.unique(pairs.offer, return_inverse=True)
    row, count = np.searchsorted(needs, pairs.need), len(needs)
    flow = _flow(row, col, np.full(count, asked), play.places[offers] * held)
    start = count + len(offers)
    short = np.flatnonzero(np.bincount(row, flow, count) < asked)
    taken = flow > 0
    onward = _graph(
        start + 1,
        (row, count + col),
        (count + col[taken], row[taken]),
        (np.full(len(short), start), short),
    )
    reached = breadth_first_order(onward, start, return_predecessors=False)
    is_reached = np.zeros(start + 1, dtype=np.bool_)
    is_reached[reached] = True
    kept = is_reached[row]
    return _connected(needs[is_reached[:count]], pairs.where(kept))


def _flow(row: Ints, col: Ints, asked: Ints, room: Ints) -> Ints:
    """Give how many shares each pair carries where as many as can be are; pairs by row, then by col."""
    needs, offers = len(asked), len(room)
    source, sink = needs + offers, needs + offers + 1
    tails = np.concatenate([np.full(needs, source), row, needs + np.arange(offers)])
    heads = np.concatenate([np.arange(needs), needs + col, np.full(offers, sink)])
    capacity = np.concatenate([asked, asked[row], np.minimum(room, asked.sum())]).astype(np.int32)
    network = csr_array((capacity, (tails, heads)), shape=(sink + 1, sink + 1))
    flow = maximum_flow(network, source, sink).flow
    runs = flow.tocoo()
    carried = (runs.data > 0) & (runs.row < needs) & (runs.col < source)
    shares = np.zeros(len(row), dtype=np.int64)
    at = runs.row[carried].astype(np.int64) * offers + runs.col[carried] - needs
    here = np.searchsorted(row * offers + col, at)
    shares[here] = runs.data[carried]
    return shares


def _connected(needs: Ints, pairs: Candidates) -> list[_Part]:
    """Cut needs, with the offers that they may have, into connected parts."""
    offers, col = np.unique(pairs.offer, return_inverse=True)
    row, count = np.searchsorted(needs, pairs.need), len(needs)
    _, part = connected_components(_graph(count + len(offers), (row, count + col)), directed=False)
    return [
        _Part(needs[part[:count] == at], offers[part[count:] == at], pairs.where(part[row] == at))
        for at in np.unique(part).tolist()
    ]


def _graph(size: int, *arcs: tuple[Ints, Ints]) -> csr_array:
    tails, heads = (np.concatenate(ends) for ends in zip(*arcs, strict=True))
    return coo_array((np.ones(len(tails), dtype=np.int8), (tails, heads)), shape=(size, size)).tocsr()


def _shortage(play: Play, part: _Part, answers: Counter[Held]) -> Shortage:
    return Shortage(
        needs=tuple(sorted(play.needs[at].id for at in part.needs.tolist())),
        offers=tuple(sorted(play.offers[at].id for at in part.offers.tolist())),
        places=int(play.places[part.offers].sum()),
        cause=cause_of(play, part.needs, part.offers, answers),
    )
