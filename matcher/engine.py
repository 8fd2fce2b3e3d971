"""One round: records → columns → candidates → assignment → Round."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from matcher.assignment import assign
from matcher.candidates import Candidates, best_of, find
from matcher.columns import Ints, PoolColumns, columns_of
from matcher.criteria import rarity_of
from matcher.digest import pool_digest
from matcher.errors import InvalidInput
from matcher.locks import locks_of
from matcher.order import in_fair_order
from matcher.pairs import Pairs
from matcher.policy import Policy, shipped_policy
from matcher.programs import Program, program_of
from matcher.records import Alternate, Certificate, Need, Pairing, Pool, Round, Totals, Unpaired
from matcher.scoring import contributions_of
from matcher.shortfall import unpaired
from matcher.validity import check_pool
from matcher.waiting import priority_of

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
    field = _lay_out(pool, policy or shipped_policy(pool.program))
    if method not in METHODS:
        raise InvalidInput(f"method {method!r} is unknown; methods: {', '.join(METHODS)}")
    chosen, certificate = METHODS[method](field)
    paired = np.concatenate([field.locked, chosen])
    pairings = _pairings(field, paired)
    return Round(
        program=pool.program,
        pool_digest=pool_digest(pool),
        engine=ENGINE,
        policy=field.columns.policy,
        method=method,
        pairings=pairings,
        unpaired=_unpaired(field, paired),
        **_alternates(field, paired, alternates),
        totals=Totals(
            paired=len(pairings),
            priority=sum(pairing.priority for pairing in pairings),
            worth=sum(pairing.worth for pairing in pairings),
        ),
        certificate=certificate,
    )


@dataclass(frozen=True, slots=True)
class _Field:
    """A pool laid out: columns in an order that favours nobody, and the pairs that can be proposed.

    ``playing`` are the candidates whose need is not locked and whose offer has a place left.
    """

    needs: list[Need]
    columns: PoolColumns
    program: Program
    priority: Ints
    locked: Ints
    places: Ints
    candidates: Candidates
    playing: Candidates


def _lay_out(pool: Pool, policy: Policy) -> _Field:
    if policy.program != pool.program:
        raise InvalidInput(f"the policy is for {policy.program!r}, the pool for {pool.program!r}")
    check_pool(pool)
    program = program_of(policy)
    needs, offers = in_fair_order(pool.needs, pool.today), in_fair_order(pool.offers, pool.today)
    columns = columns_of(pool, needs, offers, policy, rarity_of(pool, policy))
    locked = locks_of(pool, columns, program)
    places = columns.offers.places - np.bincount(locked[:, 1], minlength=len(offers))
    candidates = find(columns, program)
    is_locked = np.isin(candidates.need, locked[:, 0])
    return _Field(
        needs=needs,
        columns=columns,
        program=program,
        priority=np.array([priority_of(need, pool.today, policy) for need in needs], dtype=np.int64),
        locked=locked,
        places=places,
        candidates=candidates,
        playing=candidates.where(~is_locked & (places[candidates.offer] > 0)),
    )


def _optimal(field: _Field) -> tuple[Ints, Certificate]:
    """Assign exactly, with the prices that prove it."""
    playing = field.playing
    needs, rows = np.unique(playing.need, return_inverse=True)
    offers, cols = np.unique(playing.offer, return_inverse=True)
    worth = csr_array((playing.worth, (rows, cols)), shape=(len(needs), len(offers)))
    best = assign(worth, field.places[offers], field.priority[needs])
    chosen = np.stack([needs[best.pairs[:, 0]], offers[best.pairs[:, 1]]], axis=1)
    return chosen, Certificate(
        scale=best.scale,
        need_prices=_prices(field.columns.needs.ids, needs, best.need_prices),
        place_prices=_prices(field.columns.offers.ids, offers, best.place_prices),
        proves="optimal",
    )


def _prices(ids: tuple[str, ...], at: Ints, prices: Ints) -> Mapping[str, int]:
    priced = dict(zip(at.tolist(), prices.tolist(), strict=True))
    return {
        identity: priced.get(position, 0)
        for position, identity in sorted(enumerate(ids), key=lambda it: it[1])
    }


def _stable(field: _Field) -> tuple[Ints, Certificate]:
    """Take pairs by falling score, so that no two people would both score higher together."""
    playing = field.playing
    order = np.lexsort((playing.offer, playing.need, -playing.worth))
    return _taken_in_turn(field, order), _unproved(field, "stable")


def _arrival(field: _Field) -> tuple[Ints, Certificate]:
    """Let each need, longest waiting first, take its best offer left, as offices do by hand."""
    playing = field.playing
    since = np.array(
        [need.waiting_since.toordinal() if need.waiting_since else 10**9 for need in field.needs]
    )
    order = np.lexsort((playing.offer, -playing.worth, playing.need, since[playing.need]))
    return _taken_in_turn(field, order), _unproved(field, None)


def _taken_in_turn(field: _Field, order: Ints) -> Ints:
    places, served, taken = field.places.copy(), set[int](), []
    for need, offer in zip(
        field.playing.need[order].tolist(), field.playing.offer[order].tolist(), strict=True
    ):
        if need not in served and places[offer] > 0:
            served.add(need)
            places[offer] -= 1
            taken.append((need, offer))
    return np.array(taken, dtype=np.int64).reshape(-1, 2)


def _unproved(field: _Field, proves: str | None) -> Certificate:
    return Certificate(scale=_scale(field), need_prices={}, place_prices={}, proves=proves)


def _scale(field: _Field) -> int:
    needs, offers = np.unique(field.playing.need), np.unique(field.playing.offer)
    return MOST_WORTH * min(len(needs), int(field.places[offers].sum())) + 1


METHODS: Mapping[str, Callable[[_Field], tuple[Ints, Certificate]]] = {
    "optimal": _optimal,
    "stable": _stable,
    "arrival": _arrival,
}


def _pairings(field: _Field, paired: Ints) -> tuple[Pairing, ...]:
    columns, locked = field.columns, {tuple(pair) for pair in field.locked.tolist()}
    explained = contributions_of(Pairs(columns, paired[:, 0], paired[:, 1]), field.program)
    found = [
        Pairing(
            need=columns.needs.ids[need],
            offer=columns.offers.ids[offer],
            worth=sum(contribution.worth for contribution in contributions),
            priority=int(field.priority[need]),
            locked=(need, offer) in locked,
            contributions=contributions,
        )
        for (need, offer), contributions in zip(paired.tolist(), explained, strict=True)
    ]
    return tuple(sorted(found, key=lambda pairing: pairing.need))


def _unpaired(field: _Field, paired: Ints) -> tuple[Unpaired, ...]:
    left = np.setdiff1d(np.arange(len(field.needs)), paired[:, 0])
    return tuple(sorted(unpaired(field.columns, field.program, left), key=lambda result: result.need))


def _alternates(field: _Field, paired: Ints, most: int) -> dict[str, Mapping[str, tuple[Alternate, ...]]]:
    columns, width = field.columns, len(field.columns.offers)
    found = field.candidates
    others = found.where(~np.isin(found.need * width + found.offer, paired[:, 0] * width + paired[:, 1]))
    of_needs = best_of(others.need, others.offer, others.worth, most, columns.offers.ids)
    of_offers = best_of(others.offer, others.need, others.worth, most, columns.needs.ids)
    return {
        "alternates": {name: of_needs.get(at, ()) for at, name in _by_id(columns.needs.ids)},
        "offer_alternates": {name: of_offers.get(at, ()) for at, name in _by_id(columns.offers.ids)},
    }


def _by_id(ids: tuple[str, ...]) -> list[tuple[int, str]]:
    return sorted(enumerate(ids), key=lambda person: person[1])
