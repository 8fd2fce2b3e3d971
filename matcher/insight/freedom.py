"""What is forced and what is free: where a coordinator's judgement costs nothing, or little."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from matcher.columns import Ints
from matcher.errors import InvalidInput
from matcher.insight.rings import Rings, rings_of
from matcher.records import Pool, Round
from matcher.scoring import floor_of

DISTANCES_AT_ONCE = 1 << 22


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
    rings = rings_of(pool, best)
    if not 0 <= margin <= floor:
        raise InvalidInput(f"margin is {margin}; it must be 0 to {floor}, the floor of the policy")
    near = _near(rings, margin)
    return Freedom(margin=margin, held=_held(rings, near, margin), instead=_instead(rings, near, margin))


def _near(rings: Rings, margin: int) -> csr_array:
    """Give the arcs that cost at most the margin."""
    tails, heads, lengths = (ends[rings.arcs[2] <= margin] for ends in rings.arcs)
    size = rings.rest + 1
    return coo_array((lengths.astype(float), (tails, heads)), shape=(size, size)).tocsr()


def _held(rings: Rings, arcs: csr_array, margin: int) -> tuple[Held, ...]:
    play, pairs = rings.play, rings.play.pairs.where(rings.taken)
    ways = _ways(arcs, margin, pairs.need, len(play.needs) + pairs.offer)
    return tuple(
        Held(need=play.needs[need].id, offer=play.offers[offer].id, loss=loss)
        for need, offer, loss in zip(pairs.need.tolist(), pairs.offer.tolist(), ways, strict=True)
    )


def _instead(rings: Rings, arcs: csr_array, margin: int) -> tuple[Instead, ...]:
    play, near = rings.play, ~rings.taken & (rings.slack <= margin)
    pairs, slack = play.pairs.where(near), rings.slack[near].tolist()
    ways = _ways(arcs, margin, len(play.needs) + pairs.offer, pairs.need)
    found = [
        Instead(need=play.needs[need].id, offer=play.offers[offer].id, loss=own + way)
        for need, offer, own, way in zip(pairs.need.tolist(), pairs.offer.tolist(), slack, ways, strict=True)
        if way is not None and own + way <= margin
    ]
    return tuple(sorted(found, key=lambda one: (one.loss, one.need, one.offer)))


def _ways(arcs: csr_array, margin: int, tails: Ints, heads: Ints) -> list[int | None]:
    """Give the length of the shortest way from each tail to its head; None where it passes the margin."""
    lengths = np.full(len(tails), np.inf)
    sources, row = np.unique(tails, return_inverse=True)
    height = max(DISTANCES_AT_ONCE // arcs.shape[0], 1)
    for first in range(0, len(sources), height):
        some = (row >= first) & (row < first + height)
        found = dijkstra(arcs, indices=sources[first : first + height], limit=margin)
        lengths[some] = found[row[some] - first, heads[some]]
    return [None if length == np.inf else int(length) for length in lengths.tolist()]
