"""What proves a round: prices that no pair in play passes, or that no two would both gain together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from matcher.checks.scrutiny import MOST_WORTH, NOWHERE, Bound, Held
from matcher.checks.view import View, require
from matcher.records import Round

ANY_WORTH = -1
MOST_COUNTED = 1 << 62
WORTH_MORE = "worth more than its prices, so the round is not proved best"
WORTH_LESS = "paired, and worth less than its prices"


def check_keys(view: View, found: Round, proves: str | None) -> None:
    """Check that a certificate says what its method proves, in numbers that can be, with a price for all or for nobody."""
    certificate = found.certificate
    require(certificate.proves == proves, f"method {found.method!r} proves otherwise")
    most = MOST_WORTH * min(len(view.needs), int(view.places.sum())) + 1
    require(certificate.scale <= most, f"the scale is {certificate.scale}, with these people at most {most}")
    needs, places = certificate.need_prices, certificate.place_prices
    if found.method != "optimal":
        require(not needs and not places, f"method {found.method!r} has no prices")
        return
    require(needs.keys() == view.need_at.keys(), "a need has no price, or someone unknown has one")
    require(places.keys() == view.offer_at.keys(), "an offer has no price, or someone unknown has one")
    require(min((*needs.values(), *places.values()), default=0) >= 0, "a price is under 0")


def wrong_price(view: View, found: Round, held: Held) -> str | None:
    """Say which price the pairings alone show to be wrong, if any."""
    return next(_wrong_prices(view, found, held), None) if found.method == "optimal" else None


def _wrong_prices(view: View, found: Round, held: Held) -> Iterator[str]:
    certificate, free = found.certificate, ~held.locked
    served = np.bincount(held.need[free], minlength=len(view.needs)) > 0
    full = (view.places > 0) & (np.bincount(held.offer[free], minlength=len(view.offers)) == view.places)
    for need, is_served in zip(view.needs, served.tolist(), strict=True):
        if certificate.need_prices[need.id] and not is_served:
            yield f"need {need.id!r}: unpaired or not in play, its price must be 0"
    for offer, is_full in zip(view.offers, full.tolist(), strict=True):
        if certificate.place_prices[offer.id] and not is_full:
            yield f"offer {offer.id!r}: with a place left or not in play, its price must be 0"
    priority = view.priority.tolist()
    for at, offer_at, worth in zip(
        *(it[free].tolist() for it in (held.need, held.offer, held.worth)), strict=True
    ):
        need, offer = view.needs[at].id, view.offers[offer_at].id
        value = certificate.scale * priority[at] + worth
        slack = certificate.need_prices[need] + certificate.place_prices[offer] - value
        if slack:
            yield f"pair {need} – {offer}: {WORTH_MORE if slack < 0 else WORTH_LESS}"
        if value >= MOST_COUNTED:
            yield f"pair {need} – {offer}: of more value than can be checked"


def bound_of(view: View, found: Round, held: Held) -> Bound | None:
    """Give the worth that no pair in play may pass, where the method says that there is one.

    Once no price of the pairings is wrong, each is at most the value of a pair, and whole numbers hold it.
    """
    if found.method == "optimal":
        return _bound_of_prices(view, found)
    return _bound_of_stability(view, held) if found.method == "stable" else None


def _bound_of_prices(view: View, found: Round) -> Bound:
    certificate = found.certificate
    need_prices = np.array([certificate.need_prices[need.id] for need in view.needs], dtype=np.int64)
    place_prices = np.array([certificate.place_prices[offer.id] for offer in view.offers], dtype=np.int64)
    beyond_priority = need_prices - certificate.scale * view.priority
    return lambda need, offer: beyond_priority[need] + place_prices[offer]


def _bound_of_stability(view: View, held: Held) -> Bound:
    """Both would gain only above the more of two: what the need has, and the least that fills the offer's places."""
    has = np.full(len(view.needs), ANY_WORTH, dtype=np.int64)
    has[held.need] = held.worth
    least = np.full(len(view.offers), np.iinfo(np.int64).max)
    np.minimum.at(least, held.offer[~held.locked], held.worth[~held.locked])
    used = np.bincount(held.offer[~held.locked], minlength=len(view.offers))
    least[used < view.places] = ANY_WORTH
    return lambda need, offer: np.maximum(has[need], least[offer])


def past_the_bound(view: View, found: Round, pair: tuple[int, int]) -> str | None:
    """Say which pair in play makes the round wrong, if there is one."""
    if pair == NOWHERE:
        return None
    need, offer = view.needs[pair[0]].id, view.offers[pair[1]].id
    if found.method == "stable":
        return f"need {need!r} and offer {offer!r} would both score higher together"
    return f"pair {need} – {offer}: {WORTH_MORE}"
