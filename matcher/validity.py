"""What must hold in a pool as a whole, whoever made it: ids, and what a coordinator has fixed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from matcher.errors import Fault, FaultyInput
from matcher.faults import Faults, show

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matcher.records import Need, Offer, Pool


def check_pool(pool: Pool) -> None:
    """Return where ids and locks of a pool hold.

    Raises
    ------
    FaultyInput
        With each id that stands twice, each lock or forbidden pair of someone unknown, and each lock
        that is forbidden, doubled, or without a place.
    """
    faults = faults_of(pool)
    if faults:
        raise FaultyInput(faults)


def faults_of(pool: Pool) -> tuple[Fault, ...]:
    """Give all that does not hold in a pool as a whole."""
    faults = Faults()
    _check_ids("needs", pool.needs, faults)
    _check_ids("offers", pool.offers, faults)
    _check_pairs("locks", pool.locks, pool, faults)
    _check_pairs("forbidden", pool.forbidden, pool, faults)
    _check_locks(pool, faults)
    return tuple(faults.found)


def places_of(offer: Offer) -> int:
    """Give the places that an offer has before any lock; unknown capacity is none."""
    return max((offer.capacity or 0) - (offer.active_pairings or 0), 0)


def _check_ids(side: str, rows: Iterable[Need | Offer], faults: Faults) -> None:
    for given, times in Counter(row.id for row in rows).items():
        if times > 1:
            faults.add(side, "id", "doubled_id", given=show(given))


def _check_pairs(name: str, pairs: Iterable[tuple[str, str]], pool: Pool, faults: Faults) -> None:
    needs, offers = {need.id for need in pool.needs}, {offer.id for offer in pool.offers}
    for position, (need, offer) in enumerate(pairs, 1):
        where = f"{name} row {position}"
        if need not in needs:
            faults.add(where, "need", "unknown_id", side="need", given=show(need))
        if offer not in offers:
            faults.add(where, "offer", "unknown_id", side="offer", given=show(offer))


def _check_locks(pool: Pool, faults: Faults) -> None:
    forbidden = frozenset(pool.forbidden)
    for need, offer in pool.locks:
        if (need, offer) in forbidden:
            faults.add("locks", "", "lock_forbidden", given=f"{show(need)} with {show(offer)}")
    for need, times in Counter(need for need, _ in pool.locks).items():
        if times > 1:
            faults.add("locks", "", "lock_doubled", given=show(need))
    places = {offer.id: places_of(offer) for offer in pool.offers}
    for offer, locks in Counter(offer for _, offer in pool.locks).items():
        if locks > places.get(offer, locks):
            faults.add("locks", "", "lock_no_place", given=show(offer), places=places[offer], locks=locks)
