"""Who would move where if one pair were made to stand: the shortest ring of a best round through it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.columns import Ints
from matcher.insight.rings import Arcs, Rings, rings_of
from matcher.records import Pool, Round

FAR = 2**62
"""Above any distance: prices are whole numbers far under it."""
FIRST_LIMIT = 50_000
"""Five points: most chains lose no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A need whose offer changes: the one it has in the best round and the one it would have, or None."""

    need: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the best round loses where one pair is made to stand: priority, worth, and who moves where.

    Attributes
    ----------
    priority, worth : int
        below nothing where the pair takes the place of a worse lock
    chain : tuple of Step
        nobody else moves. First the pair itself; then who gives way to it and to one another, until one
        stays without or takes a place that was free; then who takes the places left behind. Empty where
        the round holds the pair.
    """

    priority: int
    worth: int
    chain: tuple[Step, ...]

    @property
    def left_out(self) -> tuple[str, ...]:
        """Give the needs that the best round serves and this one does not."""
        return tuple(step.need for step in self.chain if step.after is None)

    @property
    def moved(self) -> tuple[str, ...]:
        """Give the needs, the pair's own apart, that would have another offer."""
        return tuple(step.need for step in self.chain[1:] if step.before and step.after)

    @property
    def brought_in(self) -> tuple[str, ...]:
        """Give the needs, the pair's own apart, that would be served and are not in the best round."""
        return tuple(step.need for step in self.chain[1:] if step.before is None)


def cost_of(pool: Pool, best: Round, need: str, offer: str, worth: int) -> Cost | None:
    """Give what a pair that a coordinator may lock would cost, and the fewest who must move for it.

    Parameters
    ----------
    pool : the pool of the round; a lock of this need gives way, others stay
    best : its round, of method ``optimal``, with the certificate
    need, offer : the pair
    worth : what it is worth

    Returns
    -------
    Cost or None
        None where the locks of others leave the offer no place.

    Raises
    ------
    InvalidInput
        Where the round is not of method ``optimal`` or not of this pool.

    Notes
    -----
    Any round with the pair differs from the best one by rings, of which one goes through the pair; the
    others, taken alone, are changes of the best round and so gain nothing. Hence a best round with the
    pair, and one that changes fewest, is the best round changed along a single ring: by the slacks of the
    certificate, which are never negative, the shortest way from the offer back to the need, of the shortest
    the one through the fewest needs, and of these one that leaves nobody out if there is one [1]_. Where the need is locked elsewhere, the place that it
    leaves has no price yet; who takes it is judged last, as the end of the ring.

    References
    ----------
    .. [1] R. K. Ahuja, T. L. Magnanti, J. B. Orlin, "Network Flows", Prentice Hall, 1993, chapter 9
    """
    held = {pairing.need: pairing for pairing in best.pairings}
    if need in held and held[need].offer == offer:
        return Cost(priority=0, worth=0, chain=())
    rings = rings_of(pool, best)
    play = rings.play
    asked, wanted = play.columns.needs.ids.index(need), play.columns.offers.ids.index(offer)
    if play.places[wanted] <= 0:
        return None
    before = {name: pairing.offer for name, pairing in held.items()}
    chain = (
        Step(need=need, before=before.get(need), after=offer),
        *_others(rings, asked, wanted, before),
    )
    after = worth + sum(_worth(rings, step) for step in chain[1:] if step.after)
    lost = {step.need: _priority(rings, step) for step in chain}
    return Cost(
        priority=sum(lost.values()),
        worth=sum(held[step.need].worth for step in chain if step.before) - after,
        chain=chain,
    )


def _priority(rings: Rings, step: Step) -> int:
    """Give the priority that a step loses; where somebody new is served, it is gained."""
    own = int(rings.play.priority[rings.play.columns.needs.ids.index(step.need)])
    return own * ((step.before is not None) - (step.after is not None))


def _worth(rings: Rings, step: Step) -> int:
    columns, pairs = rings.play.columns, rings.play.candidates
    need, offer = columns.needs.ids.index(step.need), columns.offers.ids.index(step.after or "")
    return int(pairs.worth[(pairs.need == need) & (pairs.offer == offer)][0])


def _others(rings: Rings, asked: int, wanted: int, before: dict[str, str]) -> list[Step]:
    """Give who gives way, one after another, then who takes the places left behind."""
    play = rings.play
    arcs, end = _closed(rings, asked)
    nodes = _way(rings, arcs, len(play.needs) + wanted, end)
    offers = dict(enumerate(play.columns.offers.ids, start=len(play.needs)))
    offers[rings.rest + 1] = before.get(play.columns.needs.ids[asked], "")
    steps = [
        (at, Step(need=name, before=before.get(name), after=offers.get(nodes[at + 1])))
        for at, node in enumerate(nodes[:-1])
        if node < len(play.needs)
        for name in (play.columns.needs.ids[node],)
    ]
    turn = nodes.index(rings.rest) if rings.rest in nodes else len(nodes)
    return [step for at, step in steps if at < turn] + [step for at, step in reversed(steps) if at > turn]


def _closed(rings: Rings, asked: int) -> tuple[Arcs, int]:
    """Give the arcs and the node where the ring ends: the need, or the place that its lock held."""
    play = rings.play
    if asked not in play.locked[:, 0]:
        return rings.arcs, asked
    (left,) = play.locked[play.locked[:, 0] == asked, 1]
    pairs, end = play.candidates, rings.rest + 1
    may = pairs.offer == left  # who is locked is on no way
    needs, worth = pairs.need[may], pairs.worth[may]
    slack = rings.need_price[needs] - rings.scale * play.priority[needs] - worth
    slack = np.append(slack, 0)  # the place stays empty
    tails, heads, lengths = rings.arcs
    return (
        np.concatenate([tails, needs, [rings.rest]]),
        np.concatenate([heads, np.full(len(slack), end)]),
        np.concatenate([lengths, slack - slack.min()]),  # one of them ends the ring, so that none is negative
    ), end


def _way(rings: Rings, arcs: Arcs, start: int, end: int) -> list[int]:
    """Give the nodes of the shortest way; of equal ones, through the fewest needs, then leaving nobody out.

    Arcs that are longer than the whole way are not on it: a limit is tried, and widened until it holds.
    """
    size, needs, limit = rings.rest + 2, len(rings.play.needs), FIRST_LIMIT
    while True:
        tails, heads, lengths = (ends[arcs[2] <= limit] for ends in arcs)
        far = _distances((tails, heads, lengths), start, size)
        if far[end] <= limit:
            break
        limit *= 16
    tight = (far[tails] < FAR) & (far[tails] + lengths == far[heads])
    tails, heads = tails[tight], heads[tight]
    leaves = (tails < needs) & (heads == rings.rest)  # at most once on a way, which has fewer arcs than size
    steps = np.where(heads < needs, 2 * size, np.where(leaves, size, 1))
    near = _distances((tails, heads, steps), start, size)
    way = [end]
    while way[-1] != start:
        before = tails[(heads == way[-1]) & (near[tails] + steps == near[way[-1]])]
        way.append(int(before.min()))
    return way[::-1]


def _distances(arcs: Arcs, start: int, size: int) -> Ints:
    """Give the exact distance of every node, by relaxing all arcs until none gains."""
    tails, heads, lengths = arcs
    found = np.full(size, FAR, dtype=np.int64)
    found[start] = 0
    while True:
        nearer = found.copy()
        reached = found[tails] < FAR
        np.minimum.at(nearer, heads[reached], found[tails[reached]] + lengths[reached])
        if np.array_equal(nearer, found):
            return found
        found = nearer
