"""One round: records → columns → candidates → assignment → Round."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from scipy.sparse import csr_array

from matcher.assignment import assign
from matcher.candidates import best_of
from matcher.columns import Ints
from matcher.digest import pool_digest
from matcher.errors import InvalidInput
from matcher.pairs import Pairs
from matcher.play import Play, play_of
from matcher.policy import Policy
from matcher.records import Alternate, Certificate, Pairing, Pool, Round, Totals, Unpaired
from matcher.scoring import contributions_of
from matcher.shortfall import unpaired

ENGINE = "passerelle 0.1"
MOST_WORTH = 1_000_000


def propose(
    pool: Pool, policy: Policy | None = None, *, method: str = "optimal", alternates: int = 3
) -> Round:
    """Pair the needs of a pool with its offers: waiting decides who is served, the score with whom.

    Parameters
    ----------
    pool : needs and offers of one program on one day
    policy : weights, floor and shapes; the shipped one of the program where not given
    method : ``optimal`` (proved best), ``stable`` or ``arrival`` (to compare with)
    alternates : how many other pairs to name for each need and each offer

    Raises
    ------
    InvalidInput
        Where the program or the method is unknown.
    FaultyInput
        Where a lock cannot stand.
    """
    play = play_of(pool, policy)
    if method not in METHODS:
        raise InvalidInput(f"method {method!r} is unknown; methods: {', '.join(METHODS)}")
    chosen, certificate = METHODS[method](play)
    paired = np.concatenate([play.locked, chosen])
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
        certificate=certificate,
    )


def _optimal(play: Play) -> tuple[Ints, Certificate]:
    """Assign exactly, with the prices that prove it."""
    pairs = play.pairs
    needs, rows = np.unique(pairs.need, return_inverse=True)
    offers, cols = np.unique(pairs.offer, return_inverse=True)
    worth = csr_array((pairs.worth, (rows, cols)), shape=(len(needs), len(offers)))
    best = assign(worth, play.places[offers], play.priority[needs])
    chosen = np.stack([needs[best.pairs[:, 0]], offers[best.pairs[:, 1]]], axis=1)
    return chosen, Certificate(
        scale=best.scale,
        need_prices=_prices(play.columns.needs.ids, needs, best.need_prices),
        place_prices=_prices(play.columns.offers.ids, offers, best.place_prices),
        proves="optimal",
    )


def _prices(ids: tuple[str, ...], at: Ints, prices: Ints) -> Mapping[str, int]:
    priced = dict(zip(at.tolist(), prices.tolist(), strict=True))
    return {name: priced.get(position, 0) for position, name in _by_id(ids)}


def _stable(play: Play) -> tuple[Ints, Certificate]:
    """Take pairs by falling score, so that no two people would both score higher together."""
    pairs = play.pairs
    order = np.lexsort((pairs.offer, pairs.need, -pairs.worth))
    return _taken_in_turn(play, order), _unproved(play, "stable")


def _arrival(play: Play) -> tuple[Ints, Certificate]:
    """Let each need, longest waiting first, take its best offer left, as offices do by hand."""
    pairs = play.pairs
    since = np.array([need.waiting_since.toordinal() if need.waiting_since else 10**9 for need in play.needs])
    order = np.lexsort((pairs.offer, -pairs.worth, pairs.need, since[pairs.need]))
    return _taken_in_turn(play, order), _unproved(play, None)


def _taken_in_turn(play: Play, order: Ints) -> Ints:
    places, served, taken = play.places.copy(), set[int](), []
    for need, offer in zip(play.pairs.need[order].tolist(), play.pairs.offer[order].tolist(), strict=True):
        if need not in served and places[offer] > 0:
            served.add(need)
            places[offer] -= 1
            taken.append((need, offer))
    return np.array(taken, dtype=np.int64).reshape(-1, 2)


def _unproved(play: Play, proves: str | None) -> Certificate:
    return Certificate(scale=_scale(play), need_prices={}, place_prices={}, proves=proves)


def _scale(play: Play) -> int:
    needs, offers = np.unique(play.pairs.need), np.unique(play.pairs.offer)
    return MOST_WORTH * min(len(needs), int(play.places[offers].sum())) + 1


METHODS: Mapping[str, Callable[[Play], tuple[Ints, Certificate]]] = {
    "optimal": _optimal,
    "stable": _stable,
    "arrival": _arrival,
}


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
    return tuple(sorted(unpaired(play.columns, play.program, left), key=lambda result: result.need))


def _alternates(play: Play, paired: Ints, most: int) -> dict[str, Mapping[str, tuple[Alternate, ...]]]:
    columns, width = play.columns, len(play.columns.offers)
    found = play.candidates
    others = found.where(~np.isin(found.need * width + found.offer, paired[:, 0] * width + paired[:, 1]))
    of_needs = best_of(others.need, others.offer, others.worth, most, columns.offers.ids)
    of_offers = best_of(others.offer, others.need, others.worth, most, columns.needs.ids)
    return {
        "alternates": {name: of_needs.get(at, ()) for at, name in _by_id(columns.needs.ids)},
        "offer_alternates": {name: of_offers.get(at, ()) for at, name in _by_id(columns.offers.ids)},
    }


def _by_id(ids: tuple[str, ...]) -> list[tuple[int, str]]:
    return sorted(enumerate(ids), key=lambda person: person[1])
