"""Verify a round, however it was made, sharing with its maker only what barriers and criteria mean.

Nothing of candidates, assignment or engine is used: each field of the round is computed again, plainly.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from matcher.columns import Flags, Ints, PoolColumns, columns_of
from matcher.criteria import rarity_of
from matcher.digest import pool_digest
from matcher.errors import NotProved
from matcher.locks import locks_of
from matcher.order import in_fair_order
from matcher.pairs import Pairs
from matcher.policy import Policy, shipped_policy
from matcher.programs import Program, program_of
from matcher.records import Alternate, Contribution, Nearest, Need, Offer, Pairing, Pool, Round, Unpaired
from matcher.scoring import contributions_of, floor_of, worth_of
from matcher.validity import check_pool
from matcher.waiting import priority_of

MOST_WORTH = 1_000_000
PEOPLE_COUNTED = 20_000
PAIRS_AT_ONCE = 1 << 20
PROVES = {"optimal": "optimal", "stable": "stable", "arrival": None}


def verify(pool: Pool, found: Round, policy: Policy | None = None) -> None:
    """Return where a round is right for a pool.

    Parameters
    ----------
    pool : the pool that the round is said to be of
    found : the round, whoever made it
    policy : what it must have been scored by; the shipped one of the program where not given

    Raises
    ------
    NotProved
        With the first thing that is wrong.
    FaultyInput
        Where the pool itself cannot stand.
    """
    expected = policy or shipped_policy(pool.program)
    check_pool(pool)
    view = _view(pool, expected)
    _require(
        found.program == pool.program,
        f"the round is of program {found.program!r}, the pool of {pool.program!r}",
    )
    _require(found.pool_digest == pool_digest(pool), "the round is of another pool: the digests differ")
    _require(found.policy == expected, "the round was scored by another policy")
    _require(found.method in PROVES, f"method {found.method!r} is unknown")
    _check_pairings(view, found)
    _check_unpaired(view, found)
    _check_alternates(view, found)
    _check_totals(found)
    _check_certificate(view, found)


@dataclass(frozen=True, slots=True)
class _View:
    """A pool as the check sees it: people in the fair order, and each need's row judged on demand."""

    pool: Pool
    needs: list[Need]
    offers: list[Offer]
    need_at: dict[str, int]
    offer_at: dict[str, int]
    columns: PoolColumns
    program: Program
    floor: int
    rows: list[_Row]


@dataclass(frozen=True, slots=True)
class _Row:
    """One need against every offer: offers that it may have, by position, with their worth; and what bars the rest."""

    worth: dict[int, int]
    barriers: dict[str, int]
    below_floor: int
    nearest: tuple[tuple[int, str], ...]


def _require(holds: object, otherwise: str) -> None:
    if not holds:
        raise NotProved(otherwise)


def _view(pool: Pool, policy: Policy) -> _View:
    program = program_of(policy)
    needs, offers = in_fair_order(pool.needs, pool.today), in_fair_order(pool.offers, pool.today)
    columns = columns_of(pool, needs, offers, policy, rarity_of(pool, policy))
    locks_of(pool, columns, program)
    floor = floor_of(policy)
    return _View(
        pool=pool,
        needs=needs,
        offers=offers,
        need_at={need.id: at for at, need in enumerate(needs)},
        offer_at={offer.id: at for at, offer in enumerate(offers)},
        columns=columns,
        program=program,
        floor=floor,
        rows=_rows(columns, program, floor),
    )


def _rows(columns: PoolColumns, program: Program, floor: int) -> list[_Row]:
    """Judge every need against every offer, some needs at a time."""
    offers = np.arange(len(columns.offers), dtype=np.int64)
    height = max(PAIRS_AT_ONCE // max(len(offers), 1), 1)
    rows = []
    for first in range(0, len(columns.needs), height):
        needs = np.arange(first, min(first + height, len(columns.needs)), dtype=np.int64)
        everyone = Pairs(columns, needs[:, None], offers[None, :])
        barred = {
            code: np.broadcast_to(barrier(everyone), everyone.shape)
            for code, barrier in program.barriers.items()
        }
        crossed = np.sum([*barred.values()], axis=0)
        judged = np.nonzero(crossed <= 1)
        worth = np.full(everyone.shape, -1, dtype=np.int64)
        worth[judged] = worth_of(Pairs(columns, needs[judged[0]], judged[1]), program)
        rows += [
            _row({code: flags[at] for code, flags in barred.items()}, crossed[at], worth[at], floor)
            for at in range(len(needs))
        ]
    return rows


def _row(barred: Mapping[str, Flags], crossed: Ints, worth: Ints, floor: int) -> _Row:
    free, good = crossed == 0, worth >= floor
    alone = np.flatnonzero((crossed == 1) & good).tolist()
    nearest = sorted(alone, key=lambda at: (-worth[at], at))[:3]
    allowed = np.flatnonzero(free & good)
    return _Row(
        worth=dict(zip(allowed.tolist(), worth[allowed].tolist(), strict=True)),
        barriers={code: int(flags.sum()) for code, flags in barred.items() if flags.any()},
        below_floor=int((free & ~good).sum()),
        nearest=tuple((at, next(code for code in barred if barred[code][at])) for at in nearest),
    )


def _check_pairings(view: _View, found: Round) -> None:
    locks = set(view.pool.locks)
    for name, count in Counter(pairing.need for pairing in found.pairings).items():
        _require(name in view.need_at, f"need {name!r} is not in the pool")
        _require(count == 1, f"need {name!r} is paired {count} times")
    for name, count in Counter(pairing.offer for pairing in found.pairings).items():
        _require(name in view.offer_at, f"offer {name!r} is not in the pool")
        places = int(view.columns.offers.places[view.offer_at[name]])
        _require(count <= places, f"offer {name!r} has {places} places and {count} pairings")
    missing = locks - {(pairing.need, pairing.offer) for pairing in found.pairings}
    _require(not missing, f"the lock {sorted(missing)[:1]} is not in the round")
    paired = [(view.need_at[pairing.need], view.offer_at[pairing.offer]) for pairing in found.pairings]
    needs, offers = np.array(paired, dtype=np.int64).reshape(-1, 2).T
    explained = contributions_of(Pairs(view.columns, needs, offers), view.program)
    for pairing, right in zip(found.pairings, explained, strict=True):
        _check_pairing(view, pairing, right, is_locked=(pairing.need, pairing.offer) in locks)


def _check_pairing(
    view: _View, pairing: Pairing, right: tuple[Contribution, ...], *, is_locked: bool
) -> None:
    name = f"pairing {pairing.need} – {pairing.offer}"
    need, offer = view.need_at[pairing.need], view.offer_at[pairing.offer]
    _require(pairing.locked == is_locked, f"{name}: locked is {pairing.locked}")
    _require(is_locked or offer in view.rows[need].worth, f"{name}: may not be proposed")
    _require(
        pairing.contributions == right and _spelt(pairing.contributions) == _spelt(right),
        f"{name}: the contributions are not those of the two people",
    )
    worth = sum(contribution.worth for contribution in right)
    _require(
        pairing.worth == worth,
        f"{name}: the score is {pairing.score}, its contributions give {worth / 10_000}",
    )
    priority = priority_of(view.needs[need], view.pool.today, view.columns.policy)
    _require(
        pairing.priority == priority, f"{name}: the priority is {pairing.priority}, waiting gives {priority}"
    )


def _spelt(contributions: Iterable[Contribution]) -> str:
    """Write details out: JSON tells true from 1, and 4 from 4.0, where an equality does not."""
    return json.dumps([dict(contribution.detail) for contribution in contributions], sort_keys=True)


def _check_unpaired(view: _View, found: Round) -> None:
    paired = {pairing.need for pairing in found.pairings}
    left = [result.need for result in found.unpaired]
    _require(len(left) == len(set(left)), "a need stands twice among the unpaired")
    _require(set(left) == view.need_at.keys() - paired, "the unpaired are not the needs without a pairing")
    for result in found.unpaired:
        _require(
            result in _reasons(view, result),
            f"need {result.need!r}: the reasons why it is unpaired are wrong",
        )


def _reasons(view: _View, result: Unpaired) -> Iterator[Unpaired]:
    """Give what may be said of an unpaired need: all, or in a very large pool, nothing."""
    row = view.rows[view.need_at[result.need]]
    yield Unpaired(
        need=result.need,
        barriers=row.barriers,
        below_floor=row.below_floor,
        compatible=len(row.worth),
        nearest=tuple(Nearest(offer=view.offers[at].id, barriers=(code,)) for at, code in row.nearest),
    )
    if len(view.needs) + len(view.offers) > PEOPLE_COUNTED:
        yield Unpaired(need=result.need, barriers=None, below_floor=None, compatible=None, nearest=())


def _check_alternates(view: _View, found: Round) -> None:
    paired = {(pairing.need, pairing.offer) for pairing in found.pairings}
    of_offers: list[dict[int, int]] = [{} for _ in view.offers]
    for need, row in enumerate(view.rows):
        for offer, worth in row.worth.items():
            of_offers[offer][need] = worth
    given = (*found.alternates.values(), *found.offer_alternates.values())
    most = max(map(len, given), default=0)
    _require(
        found.alternates.keys() == view.need_at.keys(),
        "the alternates are not those of the needs of the pool",
    )
    _require(
        found.offer_alternates.keys() == view.offer_at.keys(), "the alternates are not those of the offers"
    )
    for name, at in view.need_at.items():
        taken = {view.offer_at[offer] for need, offer in paired if need == name}
        right = _best(view.rows[at].worth, taken, most, [offer.id for offer in view.offers])
        _require(found.alternates[name] == right, f"need {name!r}: the alternates are wrong")
    for name, at in view.offer_at.items():
        taken = {view.need_at[need] for need, offer in paired if offer == name}
        right = _best(of_offers[at], taken, most, [need.id for need in view.needs])
        _require(found.offer_alternates[name] == right, f"offer {name!r}: the alternates are wrong")


def _best(worth: Mapping[int, int], taken: set[int], most: int, ids: list[str]) -> tuple[Alternate, ...]:
    best = sorted((at for at in worth if at not in taken), key=lambda at: (-worth[at], at))
    return tuple(Alternate(id=ids[at], worth=worth[at]) for at in best[:most])


def _check_totals(found: Round) -> None:
    totals = found.totals
    _require(
        totals.paired == len(found.pairings),
        f"paired is {totals.paired}, the pairings are {len(found.pairings)}",
    )
    for name in ("priority", "worth"):
        right = sum(getattr(pairing, name) for pairing in found.pairings)
        _require(
            getattr(totals, name) == right,
            f"total {name} is {getattr(totals, name)}, the pairings give {right}",
        )


def _check_certificate(view: _View, found: Round) -> None:
    playing = _playing(view)
    places = _places_left(view)
    offers = {offer for row in playing.values() for offer in row}
    scale = MOST_WORTH * min(len(playing), sum(places[offer] for offer in offers)) + 1
    _require(found.certificate.scale == scale, f"the scale is {found.certificate.scale}, it must be {scale}")
    _require(found.certificate.proves == PROVES[found.method], f"method {found.method!r} proves otherwise")
    if found.method == "optimal":
        _check_prices(view, found, playing, places, offers)
    else:
        no_prices = not found.certificate.need_prices and not found.certificate.place_prices
        _require(no_prices, f"method {found.method!r} has no prices")
    if found.method == "stable":
        _check_stability(view, found, playing, places)


def _places_left(view: _View) -> Ints:
    places: Ints = view.columns.offers.places.copy()
    for _, offer in view.pool.locks:
        places[view.offer_at[offer]] -= 1
    return places


def _playing(view: _View) -> dict[int, dict[int, int]]:
    """Give, by need in play, its offers in play with their worth."""
    places, locked = _places_left(view), {view.need_at[need] for need, _ in view.pool.locks}
    playing = {
        need: {offer: worth for offer, worth in row.worth.items() if places[offer] > 0}
        for need, row in enumerate(view.rows)
        if need not in locked
    }
    return {need: row for need, row in playing.items() if row}


def _check_prices(
    view: _View, found: Round, playing: dict[int, dict[int, int]], places: Ints, offers: set[int]
) -> None:
    """Check that no round is better: every pair in play is worth at most its prices, those taken exactly that."""
    certificate = found.certificate
    _require(
        certificate.need_prices.keys() == view.need_at.keys(),
        "a need has no price, or someone unknown has one",
    )
    _require(
        certificate.place_prices.keys() == view.offer_at.keys(),
        "an offer has no price, or someone unknown has one",
    )
    price = [certificate.need_prices[need.id] for need in view.needs]
    place_price = [certificate.place_prices[offer.id] for offer in view.offers]
    _require(min(price + place_price, default=0) >= 0, "a price is under 0")
    taken = {
        view.need_at[pairing.need]: view.offer_at[pairing.offer]
        for pairing in found.pairings
        if not pairing.locked
    }
    used = Counter(taken.values())
    for at, need in enumerate(view.needs):
        _require(
            at in taken or price[at] == 0, f"need {need.id!r}: unpaired or not in play, its price must be 0"
        )
    for at, host in enumerate(view.offers):
        full = at in offers and used[at] == places[at]
        _require(
            full or place_price[at] == 0,
            f"offer {host.id!r}: with a place left or not in play, its price must be 0",
        )
    for at, row in playing.items():
        lift = certificate.scale * priority_of(view.needs[at], view.pool.today, view.columns.policy)
        for offer, worth in row.items():
            _check_price(view, (at, offer), price[at] + place_price[offer] - lift - worth, taken)


def _check_price(view: _View, pair: tuple[int, int], slack: int, taken: dict[int, int]) -> None:
    need, offer = pair
    name = f"pair {view.needs[need].id} – {view.offers[offer].id}"
    _require(slack >= 0, f"{name}: worth more than its prices, so the round is not proved best")
    _require(slack == 0 or taken.get(need) != offer, f"{name}: paired, and worth less than its prices")


def _check_stability(view: _View, found: Round, playing: dict[int, dict[int, int]], places: Ints) -> None:
    """Check that no need and offer in play would both score higher together than with what they have."""
    has = {view.need_at[pairing.need]: pairing.worth for pairing in found.pairings}
    held: dict[int, list[int]] = {at: [] for at in range(len(view.offers))}
    for pairing in found.pairings:
        if not pairing.locked:
            held[view.offer_at[pairing.offer]].append(pairing.worth)
    for need, row in playing.items():
        for offer, worth in row.items():
            wanted = len(held[offer]) < places[offer] or worth > min(held[offer])
            _require(
                not wanted or worth <= has.get(need, -1),
                f"need {view.needs[need].id!r} and offer {view.offers[offer].id!r} would both score higher together",
            )
