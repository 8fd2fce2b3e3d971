"""One round: records → columns → candidates → assignment → Round."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import Executor

import numpy as np

from matcher.alternates import best_others, named
from matcher.changing import Couple, changing_least
from matcher.columns import Columns, Ints
from matcher.digest import pool_digest
from matcher.errors import InvalidInput
from matcher.methods import METHODS
from matcher.pairs import Pairs
from matcher.play import Play, play_of
from matcher.policy import Policy
from matcher.records import Alternate, Certificate, Pairing, Pool, Round, Totals, Unpaired
from matcher.scoring import contributions_of
from matcher.shortfall import unpaired
from matcher.undisturbed import undisturbed

ENGINE = "passerelle 0.1"


@undisturbed()
def propose(
    pool: Pool,
    policy: Policy | None = None,
    *,
    method: str = "optimal",
    alternates: int = 3,
    executor: Executor | None = None,
    previous: Collection[Couple] | None = None,
) -> Round:
    """Pair the needs of a pool with its offers: waiting decides who is served, the score with whom.

    Parameters
    ----------
    pool : needs and offers of one program on one day
    policy : weights, floor and shapes; the shipped one of the program where not given
    method : ``optimal`` (proved best), ``stable`` or ``arrival`` (to compare with)
    alternates : how many other pairs to name for each need and each offer
    executor : who looks through the pairs, block by block: threads, processes or other machines; this
        process where not given. The round is the same, byte for byte.
    previous : ids of needs and offers who were paired before: of all best rounds, keep the most of these pairs;
        who is not in the pool is ignored

    Raises
    ------
    InvalidInput
        Where the program or the method is unknown, or another method than ``optimal`` is to keep pairs.
    FaultyInput
        Where a lock cannot stand.
    """
    if method not in METHODS:
        raise InvalidInput(f"method {method!r} is unknown; methods: {', '.join(METHODS)}")
    if previous is not None and method != "optimal":
        raise InvalidInput(f"method {method!r} keeps no pairs of before; method 'optimal' does")
    play = play_of(pool, policy, executor)
    decision = METHODS[method](play)
    if previous is not None:
        decision = changing_least(play, decision, previous)
    paired = np.concatenate([play.locked, decision.chosen])
    pairings = _pairings(play, paired)
    return Round(
        program=pool.program,
        pool_digest=pool_digest(pool),
        engine=ENGINE,
        policy=play.columns.policy,
        method=method,
        pairings=pairings,
        unpaired=_unpaired(play, paired),
        **_alternates(play, paired, alternates),
        totals=Totals(
            paired=len(pairings),
            priority=sum(pairing.priority for pairing in pairings),
            worth=sum(pairing.worth for pairing in pairings),
        ),
        certificate=Certificate(
            scale=decision.scale,
            need_prices=_by_id(play.columns.needs, decision.need_price),
            place_prices=_by_id(play.columns.offers, decision.place_price),
            proves=decision.proves,
        ),
    )


def _by_id(side: Columns, prices: Ints) -> Mapping[str, int]:
    return dict(sorted(zip(side.ids, prices.tolist(), strict=False)))


def _pairings(play: Play, paired: Ints) -> tuple[Pairing, ...]:
    columns, locked = play.columns, {tuple(pair) for pair in play.locked.tolist()}
    explained = contributions_of(Pairs(columns, paired[:, 0], paired[:, 1]), play.program)
    found = [
        Pairing(
            need=columns.needs.ids[need],
            offer=columns.offers.ids[offer],
            worth=sum(contribution.worth for contribution in contributions),
            priority=int(play.priority[need]),
            locked=(need, offer) in locked,
            contributions=contributions,
        )
        for (need, offer), contributions in zip(paired.tolist(), explained, strict=True)
    ]
    return tuple(sorted(found, key=lambda pairing: pairing.need))


def _unpaired(play: Play, paired: Ints) -> tuple[Unpaired, ...]:
    left = np.setdiff1d(np.arange(len(play.needs)), paired[:, 0])
    return tuple(
        sorted(unpaired(play.search, play.columns, play.program, left), key=lambda result: result.need)
    )


def _alternates(play: Play, paired: Ints, most: int) -> dict[str, Mapping[str, tuple[Alternate, ...]]]:
    needs, offers = play.columns.needs, play.columns.offers
    taken = np.full(len(needs), -1, dtype=np.int64)
    taken[paired[:, 0]] = paired[:, 1]
    of_needs, of_offers = best_others(play.search, taken, most)
    return {
        "alternates": named(of_needs, needs, offers),
        "offer_alternates": named(of_offers, offers, needs),
    }
