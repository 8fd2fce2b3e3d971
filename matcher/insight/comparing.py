"""Other ways to choose: what the best round, a stable one and one by arrival each give and give up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from matcher.engine import propose
from matcher.methods import METHODS
from matcher.play import Play, play_of
from matcher.policy import Policy
from matcher.records import Need, Pairing, Pool, Round

LONG_WAIT_DAYS = 60
"""Waiting longer than that is what an office should not let happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How long some needs have waited; whoever is not known to wait since a day is not counted.

    Attributes
    ----------
    longest : str or None
        the need that waits longest, the first by id of several
    days : int or None
        how long it waits
    over : int
        how many wait for more than ``LONG_WAIT_DAYS``
    """

    longest: str | None
    days: int | None
    over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one method makes of a pool, locks included.

    Attributes
    ----------
    method : str
        ``optimal``, ``stable`` or ``arrival``
    served, priority, worth : int
        totals of the round
    worst : Pairing or None
        the pairing of the least score, the first by need of several
    blocking : tuple of (need, offer)
        two in play who would both score higher together than with what they have, by need and offer
    left : Waiting
        of those whom the round does not serve
    """

    method: str
    served: int
    priority: int
    worth: int
    worst: Pairing | None
    blocking: tuple[tuple[str, str], ...]
    left: Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The same pool under each method; ``waiting`` is of all its needs, served or not."""

    needs: int
    places: int
    waiting: Waiting
    outcomes: tuple[Outcome, ...]

    def of(self, method: str) -> Outcome:
        """Give what one method makes of the pool."""
        return next(outcome for outcome in self.outcomes if outcome.method == method)


def compare_methods(pool: Pool, policy: Policy | None = None) -> Comparison:
    """Give what each method makes of a pool, the best round first.

    Raises
    ------
    InvalidInput
        Where the program is unknown, or the policy is for another one.
    FaultyInput
        Where a lock cannot stand.
    """
    play = play_of(pool, policy)
    made = [propose(pool, policy, method=method, alternates=0) for method in METHODS]
    return Comparison(
        needs=len(pool.needs),
        places=int(play.columns.offers.places.sum()),
        waiting=_waiting(pool.needs, pool.today),
        outcomes=tuple(_outcome(pool, play, one) for one in made),
    )


def blocking_pairs(play: Play, found: Round) -> tuple[tuple[str, str], ...]:
    """Give the pairs in play that both sides score higher than what they have in a round of this pool.

    An offer has room for a better need where a place is left or where it holds a worse one that is not
    locked; a need without a pairing scores anybody higher. Those who score the same do not stir.
    """
    needs, offers, pairs = play.columns.needs.ids, play.columns.offers.ids, play.pairs
    has = {pairing.need: pairing.worth for pairing in found.pairings}
    held: dict[str, list[int]] = defaultdict(list)
    for pairing in found.pairings:
        if not pairing.locked:
            held[pairing.offer].append(pairing.worth)
    full = zip(offers, play.places.tolist(), strict=True)
    mine = np.array([has.get(name, -1) for name in needs], dtype=np.int64)
    least = [min(held[name]) if len(held[name]) >= places > 0 else -1 for name, places in full]
    theirs = np.array(least, dtype=np.int64)
    rather = pairs.where((pairs.worth > mine[pairs.need]) & (pairs.worth > theirs[pairs.offer]))
    return tuple(
        sorted(
            (needs[n], offers[o]) for n, o in zip(rather.need.tolist(), rather.offer.tolist(), strict=True)
        )
    )


def _outcome(pool: Pool, play: Play, found: Round) -> Outcome:
    left = {result.need for result in found.unpaired}
    return Outcome(
        method=found.method,
        served=found.totals.paired,
        priority=found.totals.priority,
        worth=found.totals.worth,
        worst=min(found.pairings, key=lambda pairing: (pairing.worth, pairing.need), default=None),
        blocking=blocking_pairs(play, found),
        left=_waiting((need for need in pool.needs if need.id in left), pool.today),
    )


def _waiting(needs: Iterable[Need], today: date) -> Waiting:
    days = {need.id: max((today - need.waiting_since).days, 0) for need in needs if need.waiting_since}
    longest = min(days, key=lambda name: (-days[name], name), default=None)
    return Waiting(
        longest=longest,
        days=days[longest] if longest is not None else None,
        over=sum(waited > LONG_WAIT_DAYS for waited in days.values()),
    )
