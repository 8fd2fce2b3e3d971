"""What is forced and what is free: where a coordinator's judgement costs nothing, or little."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from matcher.columns import Flags, Ints
from matcher.digest import pool_digest
from matcher.errors import InvalidInput
from matcher.play import Play, play_of
from matcher.records import Pool, Round
from matcher.scoring import floor_of

DISTANCES_AT_ONCE = 1 << 22
Arcs = tuple[Ints, Ints, Ints]
"""Tails, heads and lengths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A pairing of the round, and what the best round without it loses.

    ``loss`` is in worth; ``None`` says that it passes the margin or leaves someone longer waiting unserved.
    """

    need: str
    offer: str
    loss: int | None

    @property
    def is_forced(self) -> bool:
        """Say whether the pairing stands in every best round."""
        return self.loss != 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """A pair that is not in the round, and what the best round with it loses: at most the margin."""

    need: str
    offer: str
    loss: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Freedom:
    """How firmly each pairing stands, and which pairs could stand for at most ``margin`` of worth.

    Attributes
    ----------
    margin : int
        in worth, ten-thousandths of a point
    held : tuple of Held
        every pairing that is not locked, by need
    instead : tuple of Instead
        pairs in play that the round does not hold, the least loss first, then by need and offer
    """

    margin: int
    held: tuple[Held, ...]
    instead: tuple[Instead, ...]


def freedom_of(pool: Pool, best: Round, margin: int = 0) -> Freedom:
    """Give what every best round holds, and what other rounds within a margin of it could hold.

    Parameters
    ----------
    pool : the pool of the round
    best : a round of method ``optimal``, with its certificate
    margin : how much worth the whole round may lose, 0 to the floor of the policy

    Raises
    ------
    InvalidInput
        Where the round is not of method ``optimal`` or not of this pool, or the margin is out of range.

    Notes
    -----
    By the prices of the certificate, every pair, every place left empty and every need left out costs a
    round its *slack*, which is never negative and is 0 for all that the best round does. Another round
    differs by rings: a pair comes in, its offer lets a need go, which takes another offer, and so on,
    until a need takes the place of the first, or is left out for it. A pair comes in for its slack and the
    shortest way back from its offer to its need; a pairing goes for the shortest way from its need to its
    offer [1]_. Under the floor, a loss of worth is never a gain of it paid for with priority: as each pair
    has the floor's worth, a unit of priority is worth more than the margin.

    References
    ----------
    .. [1] R. K. Ahuja, T. L. Magnanti, J. B. Orlin, "Network Flows", Prentice Hall, 1993, chapter 9
    """
    floor = floor_of(best.policy)
    if best.certificate.proves != "optimal":
        raise InvalidInput(f"the round is of method {best.method!r}; only an optimal one has the prices")
    if best.pool_digest != pool_digest(pool):
        raise InvalidInput("the round is of another pool")
    if not 0 <= margin <= floor:
        raise InvalidInput(f"margin is {margin}; it must be 0 to {floor}, the floor of the policy")
    rings = _rings_of(pool, best, margin)
    return Freedom(margin=margin, held=_held(rings), instead=_instead(rings))


@dataclass(frozen=True, slots=True, eq=False)
class _Rings:
    """What can change: an arc leads from who comes in or goes to who follows, as long as that costs.

    Nodes of ``arcs`` are needs, then offers, then one for all that is left out or left empty; what costs
    more than the margin is not there. ``taken`` says which pairs in play the round holds.
    """

    play: Play
    margin: int
    slack: Ints
    taken: Flags
    arcs: csr_array


def _rings_of(pool: Pool, best: Round, margin: int) -> _Rings:
    play, proof = play_of(pool, best.policy), best.certificate
    need_price = np.array([proof.need_prices[need.id] for need in play.needs], dtype=np.int64)
    place_price = np.array([proof.place_prices[offer.id] for offer in play.offers], dtype=np.int64)
    pairs = play.pairs
    value = proof.scale * play.priority[pairs.need] + pairs.worth
    slack = need_price[pairs.need] + place_price[pairs.offer] - value
    taken = _taken(play, best)
    arcs = [*_of_pairs(play, slack, taken), *_of_the_rest(play, taken, need_price, place_price)]
    tails, heads, lengths = (np.concatenate(ends) for ends in zip(*arcs, strict=True))
    kept, size = lengths <= margin, len(play.needs) + len(play.offers) + 1
    found = coo_array((lengths[kept].astype(float), (tails[kept], heads[kept])), shape=(size, size))
    return _Rings(play, margin, slack, taken, found.tocsr())


def _taken(play: Play, best: Round) -> Flags:
    held = {(pairing.need, pairing.offer) for pairing in best.pairings}
    pairs = zip(play.pairs.need.tolist(), play.pairs.offer.tolist(), strict=True)
    return np.array([(play.needs[n].id, play.offers[o].id) in held for n, o in pairs], dtype=np.bool_)


def _of_pairs(play: Play, slack: Ints, taken: Flags) -> Iterator[Arcs]:
    """A need goes to another offer for the slack; an offer lets go of a need that it has for nothing."""
    need, offer = play.pairs.need, len(play.needs) + play.pairs.offer
    yield need[~taken], offer[~taken], slack[~taken]
    yield offer[taken], need[taken], slack[taken]


def _of_the_rest(play: Play, taken: Flags, need_price: Ints, place_price: Ints) -> Iterator[Arcs]:
    """Leaving a need out or a place empty costs its price; taking what was left costs nothing."""
    rest = len(play.needs) + len(play.offers)
    load = np.bincount(play.pairs.offer[taken], minlength=len(play.offers))
    served = np.unique(play.pairs.need[taken])
    for needs, is_served in ((served, True), (np.setdiff1d(play.waiting, served), False)):
        ends = needs, np.full(len(needs), rest)
        yield *(ends if is_served else ends[::-1]), need_price[needs]
    for offers, is_full in ((np.flatnonzero(load > 0), False), (np.flatnonzero(load < play.places), True)):
        ends = np.full(len(offers), rest), len(play.needs) + offers
        yield *(ends[::-1] if is_full else ends), place_price[offers]


def _held(rings: _Rings) -> tuple[Held, ...]:
    play, pairs = rings.play, rings.play.pairs.where(rings.taken)
    ways = _ways(rings, pairs.need, len(play.needs) + pairs.offer)
    return tuple(
        Held(need=play.needs[need].id, offer=play.offers[offer].id, loss=loss)
        for need, offer, loss in zip(pairs.need.tolist(), pairs.offer.tolist(), ways, strict=True)
    )


def _instead(rings: _Rings) -> tuple[Instead, ...]:
    play, near = rings.play, ~rings.taken & (rings.slack <= rings.margin)
    pairs, slack = play.pairs.where(near), rings.slack[near].tolist()
    ways = _ways(rings, len(play.needs) + pairs.offer, pairs.need)
    found = [
        Instead(need=play.needs[need].id, offer=play.offers[offer].id, loss=own + way)
        for need, offer, own, way in zip(pairs.need.tolist(), pairs.offer.tolist(), slack, ways, strict=True)
        if way is not None and own + way <= rings.margin
    ]
    return tuple(sorted(found, key=lambda one: (one.loss, one.need, one.offer)))


def _ways(rings: _Rings, tails: Ints, heads: Ints) -> list[int | None]:
    """Give the length of the shortest way from each tail to its head; None where it passes the margin."""
    lengths = np.full(len(tails), np.inf)
    sources, row = np.unique(tails, return_inverse=True)
    height = max(DISTANCES_AT_ONCE // rings.arcs.shape[0], 1)
    for first in range(0, len(sources), height):
        some = (row >= first) & (row < first + height)
        found = dijkstra(rings.arcs, indices=sources[first : first + height], limit=rings.margin)
        lengths[some] = found[row[some] - first, heads[some]]
    return [None if length == np.inf else int(length) for length in lengths.tolist()]
