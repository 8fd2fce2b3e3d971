"""What each rule costs: the round without one barrier, without one weight, without the floor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from matcher.assignment import assign
from matcher.columns import Flags, Ints
from matcher.errors import InvalidInput
from matcher.pairs import Pairs
from matcher.play import Play, play_of
from matcher.policy import Policy
from matcher.records import Pool, Totals
from matcher.scoring import floor_of, values_of, weighed, worth_of
from matcher.search.candidates import blocks
from matcher.vocabulary import OVERRIDABLE_BARRIERS

MOST_PAIRS = 1 << 22
"""The most pairs of a need and an offer: those that one barrier keeps apart are all held in memory."""
NONE = -1
PLACES = "blocked_capacity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a round has more without a rule; negative where it has less.

    Attributes
    ----------
    paired, priority : int
        pairings, and the priority of those served
    worth : int
        valued by the policy in force, whatever rule was left out
    served, left_out : tuple of str
        needs that only the other round serves, and needs that it no longer serves, by id
    moved : int
        needs that both rounds serve, each with another offer
    """

    paired: int
    priority: int
    worth: int
    served: tuple[str, ...]
    left_out: tuple[str, ...]
    moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BarrierCost:
    """What one barrier costs; ``alone`` pairs are kept apart by it only, at or above the floor."""

    code: str
    alone: int
    change: Change

    @property
    def is_liftable(self) -> bool:
        """Say whether a coordinator may cross it; consent, exclusions, screening and the like are for ever."""
        return self.code in OVERRIDABLE_BARRIERS


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorCost:
    """What the floor costs; ``below`` pairs without a barrier stand under it."""

    floor: int
    below: int
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightCost:
    """What one weight buys, and what the other criteria pay for it.

    Attributes
    ----------
    criterion, weight : str, int
        the criterion and its points
    shared : mapping of str to int
        the weights of the round without it: its points among the others, in proportion
    own : int
        what the criterion brings to the pairings of the round in force, in worth
    own_without : int
        what it would have brought, at its weight, to the pairings of the round without it
    """

    criterion: str
    weight: int
    shared: Mapping[str, int]
    own: int
    own_without: int
    change: Change

    @property
    def bought(self) -> int:
        """Give how much more of this criterion the round in force has, in worth."""
        return self.own - self.own_without

    @property
    def paid(self) -> int:
        """Give how much more of the others the round without it has, in worth."""
        return self.bought + self.change.worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the round in force reaches, locks included, and what each rule takes from it."""

    waiting: int
    totals: Totals
    barriers: tuple[BarrierCost, ...]
    floor: FloorCost
    weights: tuple[WeightCost, ...]


def rules_of(pool: Pool, policy: Policy | None = None) -> Rules:
    """Give what each rule costs, by solving the round again without it; locks stay.

    Parameters
    ----------
    pool : needs and offers of one program on one day, at most 4 million pairs (2,000 times 2,000)
    policy : the policy in force; the shipped one of the program where not given

    Raises
    ------
    InvalidInput
        Where the pool is too large, the program is unknown, or the policy is for another one.
    FaultyInput
        Where ids are doubled or a lock cannot stand.

    Notes
    -----
    Without a barrier, a pair that it alone keeps apart may be proposed, if it reaches the floor. That is
    counted for every barrier, also for those that nobody may ever lift. Without the barrier of places,
    each offer that has none left has one. Without the floor, any pair without a barrier may be proposed.

    Without a weight, its points are shared among the other criteria in proportion, in whole points by
    greatest remainder, so that a score is still out of 100 and the floor means the same. That other round
    is then valued by the policy in force: what it has less of the criterion is what the weight buys, what
    it has more of the others is what it costs.

    Each is the round that `matcher.engine.propose` makes of the same pool under the other rules.
    """
    if len(pool.needs) * len(pool.offers) > MOST_PAIRS:
        raise InvalidInput(
            f"the cost of rules is for pools of at most {MOST_PAIRS} pairs, needs times offers"
        )
    play = play_of(pool, policy)
    near = _near(play)
    free = near.barrier == NONE
    allowed = near.where(free & (near.worth >= _floor(play)))
    best = _solved(play, allowed, play.places)
    return Rules(
        waiting=len(play.waiting),
        totals=_totals(play, pool, best),
        barriers=tuple(_of_barriers(play, near, best)),
        floor=_of_floor(play, near.where(free), best),
        weights=tuple(_of_weights(play, near.where(free), best)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """Pairs that at most one barrier keeps apart, by need, then offer; ``barrier`` is its position or NONE."""

    need: Ints
    offer: Ints
    worth: Ints
    barrier: Ints

    def where(self, kept: Flags) -> _Near:
        return _Near(self.need[kept], self.offer[kept], self.worth[kept], self.barrier[kept])


def _near(play: Play) -> _Near:
    """Keep the pairs of whoever is still to be paired; one without a place counts for that barrier alone."""
    found = [_near_in(pairs, play) for pairs in blocks(play.columns)]
    empty = np.zeros(0, dtype=np.int64)
    near = (
        _Near(*(np.concatenate([empty, *column]) for column in zip(*found, strict=True))) if found else None
    )
    return near or _Near(empty, empty, empty, empty)


def _near_in(pairs: Pairs, play: Play) -> tuple[Ints, Ints, Ints, Ints]:
    crossed = np.zeros(pairs.shape, dtype=np.int8)
    sole = np.full(pairs.shape, NONE, dtype=np.int8)
    for at, barrier in enumerate(play.program.barriers.values()):
        flags = np.broadcast_to(barrier(pairs), pairs.shape)
        crossed += flags
        sole[flags] = at
    is_open = np.isin(pairs.i, play.waiting) & _has_room(play)[pairs.j]
    rows, offers = np.nonzero((crossed <= 1) & is_open)
    needs = pairs.i[rows, 0]
    worth = worth_of(Pairs(pairs.columns, needs, offers), play.program)
    barrier_of = sole[rows, offers].astype(np.int64)
    kept = (barrier_of == NONE) | (worth >= _floor(play))
    return needs[kept], offers[kept], worth[kept], barrier_of[kept]


def _has_room(play: Play) -> Flags:
    """Say which offers have a place left, or would without the barrier of places."""
    return (play.places > 0) | (play.columns.offers.places <= 0)


def _floor(play: Play) -> int:
    return floor_of(play.columns.policy)


def _solved(play: Play, pairs: _Near, places: Ints) -> _Near:
    """Give the pairs of a best round."""
    needs, rows = np.unique(pairs.need, return_inverse=True)
    offers, cols = np.unique(pairs.offer, return_inverse=True)
    worth = csr_array((pairs.worth, (rows, cols)), shape=(len(needs), len(offers)))
    chosen = assign(worth, places[offers], play.priority[needs]).pairs
    width = max(len(offers), 1)
    return pairs.where(np.isin(rows * width + cols, chosen[:, 0] * width + chosen[:, 1]))


def _totals(play: Play, pool: Pool, best: _Near) -> Totals:
    need, offer = play.locked[:, 0], play.locked[:, 1]
    locked = worth_of(Pairs(play.columns, need, offer), play.program)
    return Totals(
        paired=len(pool.locks) + len(best.need),
        priority=int(play.priority[need].sum() + play.priority[best.need].sum()),
        worth=int(locked.sum() + best.worth.sum()),
    )


def _change(play: Play, before: _Near, after: _Near) -> Change:
    served, left_out = (
        np.setdiff1d(one.need, other.need) for one, other in ((after, before), (before, after))
    )
    _, was, now = np.intersect1d(before.need, after.need, return_indices=True)
    return Change(
        paired=len(after.need) - len(before.need),
        priority=int(play.priority[after.need].sum() - play.priority[before.need].sum()),
        worth=int(after.worth.sum() - before.worth.sum()),
        served=_ids(play, served),
        left_out=_ids(play, left_out),
        moved=int((before.offer[was] != after.offer[now]).sum()),
    )


def _ids(play: Play, needs: Ints) -> tuple[str, ...]:
    return tuple(sorted(play.needs[at].id for at in needs.tolist()))


def _of_barriers(play: Play, near: _Near, best: _Near) -> Iterator[BarrierCost]:
    allowed = (near.barrier == NONE) & (near.worth >= _floor(play))
    for at, code in enumerate(play.program.barriers):
        alone = near.barrier == at
        places = np.where(play.columns.offers.places <= 0, 1, play.places) if code == PLACES else play.places
        after = _solved(play, near.where(allowed | alone), places) if alone.any() else best
        yield BarrierCost(code=code, alone=int(alone.sum()), change=_change(play, best, after))


def _of_floor(play: Play, free: _Near, best: _Near) -> FloorCost:
    below = int((free.worth < _floor(play)).sum())
    after = _solved(play, free, play.places) if below else best
    return FloorCost(floor=_floor(play), below=below, change=_change(play, best, after))


def _of_weights(play: Play, free: _Near, best: _Near) -> Iterator[WeightCost]:
    values = values_of(Pairs(play.columns, free.need, free.offer), play.program)
    for name, weight in play.columns.policy.weights.items():
        if weight:
            shared = shared_out(play.columns.policy.weights, name)
            worth = weighed(values, shared, play.columns.policy)
            other = replace(free, worth=worth).where(worth >= _floor(play))
            chosen = _solved(play, other, play.places)
            after = replace(chosen, worth=_worth_by(play, chosen, play.columns.policy.weights))
            own = [int(_worth_by(play, pairs, {name: weight}).sum()) for pairs in (best, after)]
            yield WeightCost(
                criterion=name,
                weight=weight,
                shared=shared,
                own=own[0],
                own_without=own[1],
                change=_change(play, best, after),
            )


def shared_out(weights: Mapping[str, int], name: str) -> dict[str, int]:
    """Give the weights with one at 0 and its points among the others, in proportion; alike where all are 0."""
    others = {other: weight for other, weight in weights.items() if other != name}
    total = sum(others.values())
    parts = {
        other: (100 * weight, total) if total else (100, len(others)) for other, weight in others.items()
    }
    shared = {other: part // whole for other, (part, whole) in parts.items()}
    by_remainder = sorted(parts, key=lambda other: -(parts[other][0] % parts[other][1]))
    for other in by_remainder[: 100 - sum(shared.values())]:
        shared[other] += 1
    return {other: shared.get(other, 0) for other in weights}


def _worth_by(play: Play, pairs: _Near, weights: Mapping[str, int]) -> Ints:
    columns = replace(play.columns, policy=replace(play.columns.policy, weights=weights))
    return worth_of(Pairs(columns, pairs.need, pairs.offer), play.program)
