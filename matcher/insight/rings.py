"""What could be otherwise in a best round: arcs from who comes in or goes to who follows, at what loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matcher.columns import Flags, Ints
from matcher.digest import pool_digest
from matcher.errors import InvalidInput
from matcher.play import Play, play_of
from matcher.records import Pool, Round

Arcs = tuple[Ints, Ints, Ints]
"""Tails, heads and lengths."""


@dataclass(frozen=True, slots=True, eq=False)
class Rings:
    """A best round as a graph: each ring of arcs changes it into another round, and is as long as that loses.

    Nodes are needs, then offers, then one for all that is left out or left empty. Lengths are *slacks* by
    the prices of the certificate: never negative, and 0 for all that the round does.

    Attributes
    ----------
    play : Play
        the pool as the round saw it
    scale : int
        what a unit of priority is worth
    need_price, place_price : int64, by position in ``play``
    slack : int64
        of each pair in play
    taken : bool
        which pairs in play the round holds
    arcs : Arcs
        one pairing more or less a step, locked needs apart
    """

    play: Play
    scale: int
    need_price: Ints
    place_price: Ints
    slack: Ints
    taken: Flags
    arcs: Arcs

    @property
    def rest(self) -> int:
        """Give the node of all that is left out or left empty."""
        return len(self.play.needs) + len(self.play.offers)


def rings_of(pool: Pool, best: Round) -> Rings:
    """Give what could be otherwise in a round of method ``optimal``, by the prices of its certificate.

    Raises
    ------
    InvalidInput
        Where the round is not of method ``optimal`` or not of this pool.
    """
    proof = best.certificate
    if proof.proves != "optimal":
        raise InvalidInput(f"the round is of method {best.method!r}; only an optimal one has the prices")
    if best.pool_digest != pool_digest(pool):
        raise InvalidInput("the round is of another pool")
    play = play_of(pool, best.policy)
    need_price = np.array([proof.need_prices[need.id] for need in play.needs], dtype=np.int64)
    place_price = np.array([proof.place_prices[offer.id] for offer in play.offers], dtype=np.int64)
    pairs = play.pairs
    value = proof.scale * play.priority[pairs.need] + pairs.worth
    slack = need_price[pairs.need] + place_price[pairs.offer] - value
    taken = _taken(play, best)
    arcs = [*_of_pairs(play, slack, taken), *_of_the_rest(play, taken, need_price, place_price)]
    tails, heads, lengths = (np.concatenate(ends) for ends in zip(*arcs, strict=True))
    return Rings(play, proof.scale, need_price, place_price, slack, taken, (tails, heads, lengths))


def _taken(play: Play, best: Round) -> Flags:
    need_at = {need.id: at for at, need in enumerate(play.needs)}
    offer_at = {offer.id: at for at, offer in enumerate(play.offers)}
    held = [need_at[pairing.need] * len(play.offers) + offer_at[pairing.offer] for pairing in best.pairings]
    return np.isin(play.pairs.need * len(play.offers) + play.pairs.offer, np.array(held, dtype=np.int64))


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
