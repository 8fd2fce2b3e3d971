"""What must hold in a pool as a whole, whoever made it: ids, and what a coordinator has fixed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from matcher.faults import Faults, show

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from matcher.order import Named
    from matcher.records import Offer, Pool


def check_pool(pool: Pool) -> None:
    """Return where ids and locks of a pool hold.

    Raises
    ------
    FaultyInput
        With all that :func:`look_at` notes.
    """
    faults = Faults()
    look_at(pool, faults)
    faults.stop_if_any()


def look_at(pool: Pool, faults: Faults) -> None:
    """Note each id that stands twice, each lock or forbidden pair of someone unknown, and each lock that cannot stand.

    Of whom something could not be read, no more is said than that.
    """
    check_ids("needs", pool.needs, faults)
    check_ids("offers", pool.offers, faults)
    sides = {"need": {need.id for need in pool.needs}, "offer": {offer.id for offer in pool.offers}}
    check_pairs("locks", pool.locks, sides, faults)
    check_pairs("forbidden", pool.forbidden, sides, faults)
    if pool.locks:
        _check_locks(pool, faults)


def places_of(offer: Offer) -> int:
    """Give the places that an offer has before any lock; unknown capacity is none."""
    return max((offer.capacity or 0) - (offer.active_pairings or 0), 0)


def check_ids(side: str, rows: Iterable[Named], faults: Faults) -> None:
    """Note each id that stands twice in its list."""
    for given, times in Counter(row.id for row in rows).items():
        if times > 1:
            faults.add(side, "id", "doubled_id", given=show(given))


def check_pairs(
    name: str, pairs: Iterable[tuple[str, str]], sides: Mapping[str, Container[str]], faults: Faults
) -> None:
    """Note whom a list of pairs names and neither side holds; ``sides`` are the ids of the first and the second."""
    for pair in dict.fromkeys(pairs):
        for (side, known), named in zip(sides.items(), pair, strict=True):
            if named not in known and not faults.doubts(f"{side}s", named):
                faults.add(f"{name}, {both(pair)}", side, "unknown_id", side=side, given=show(named))


def both(pair: tuple[str, str]) -> str:
    """Name a pair by its ids: lists of pairs are sorted, and their rows have no number to go by."""
    return " with ".join(map(show, pair))


def _check_locks(pool: Pool, faults: Faults) -> None:
    from matcher.locks import crossing  # noqa: PLC0415 - few pools have locks, and only these need numbers loaded

    forbidden = frozenset(pool.forbidden)
    locks = dict.fromkeys(pool.locks)
    for lock in locks:
        if lock in forbidden:
            faults.add("locks", "", "lock_forbidden", given=both(lock))
    for need, times in Counter(need for need, _ in pool.locks).items():
        if times > 1:
            faults.add("locks", "", "lock_doubled", given=show(need))
    needs = {need.id for need in pool.needs if not faults.doubts("needs", need.id)}
    places = {offer.id: places_of(offer) for offer in pool.offers if not faults.doubts("offers", offer.id)}
    for offer, times in Counter(offer for _, offer in pool.locks).items():
        if times > places.get(offer, times):
            faults.add("locks", "", "lock_no_place", given=show(offer), places=places[offer], locks=times)
    of_known = [(need, offer) for need, offer in locks if need in needs and offer in places]
    for lock, codes in crossing(pool, of_known):
        faults.add("locks", "", "lock_crosses", given=both(lock), crossed=", ".join(codes))
