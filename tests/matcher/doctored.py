"""Rounds of a small office, doctored in every way that a hand or a bug could."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from fixtures.builders import TODAY, free, likes, need, offer, pool, speaks
from matcher import engine
from matcher.engine import propose
from matcher.play import play_of
from matcher.records import Alternate, Nearest, Pairing, Pool, Round


def waited(days: int) -> Any:
    return TODAY - timedelta(days=days)


def busy_office() -> Pool:
    """Give a pool with someone in every situation: served, locked, passed over, barred, under the floor."""
    needs = [
        need("amal", waiting_since=waited(70)),
        need("bao", languages=speaks("vie:native", "fra:A2"), waiting_since=waited(40)),
        need("carla", interests=likes("soccer", "cinema"), age_band="18-24"),
        need("dina", sector="arvida", goals=("friendship",)),
        need("locked", availability=free("mon_am")),
        need("passed_over", interests=likes("soccer"), goals=("network",), meetings_per_month=6),
        need("unheard", languages=speaks("vie:native")),
        need("unscreened_only", gender_request="m"),
    ]
    offers = [
        offer("one", age_band="45-54"),
        offer("two", sector="arvida", interests=likes("fishing", "soccer")),
        offer("twice", capacity=3, active_pairings=1, availability=free("sat_am", "sun_pm")),
        offer("held", capacity=1),
        offer("late", vetting_done=False, gender="m"),
    ]
    return pool(
        needs, offers, locks=(("locked", "held"),), forbidden=(("amal", "two"), ("passed_over", "one"))
    )


OFFICE = busy_office()
MADE = propose(OFFICE)
FREE = [pairing for pairing in MADE.pairings if not pairing.locked]


def with_pairing(at: int, **changes: Any) -> Round:
    pairing = replace(FREE[at], **changes)
    return replace(MADE, pairings=tuple(pairing if one is FREE[at] else one for one in MADE.pairings))


def with_contribution(criterion: str, /, **changes: Any) -> Round:
    """Change what one criterion brings to the first pairing; its score follows, and so does the total."""
    contributions = tuple(
        replace(one, **changes) if one.criterion == criterion else one for one in FREE[0].contributions
    )
    worth = sum(one.worth for one in contributions)
    found = with_pairing(0, contributions=contributions, worth=worth)
    return with_totals(found)


def with_totals(found: Round, **changes: int) -> Round:
    right = {
        "paired": len(found.pairings),
        "priority": sum(pairing.priority for pairing in found.pairings),
        "worth": sum(pairing.worth for pairing in found.pairings),
    }
    return replace(found, totals=replace(found.totals, **(right | changes)))


def with_unpaired(name: str, **changes: Any) -> Round:
    return replace(
        MADE, unpaired=tuple(replace(one, **changes) if one.need == name else one for one in MADE.unpaired)
    )


def with_alternates(side: str, name: str, change: Callable[[Any], Any]) -> Round:
    return replace(MADE, **{side: {**getattr(MADE, side), name: change(getattr(MADE, side)[name])}})


def with_certificate(**changes: Any) -> Round:
    return replace(MADE, certificate=replace(MADE.certificate, **changes))


def with_price(side: str, name: str, by: int) -> Round:
    prices = dict(getattr(MADE.certificate, side))
    return with_certificate(**{side: {**prices, name: prices[name] + by}})


def of_pairs(pairs: Iterable[tuple[str, str]], people: Pool = OFFICE, like: Round = MADE) -> Round:
    """Make a round of other pairs, and the locks, that is right in all but that: only the proof can refuse it."""
    field = play_of(people, like.policy)
    needs, offers = field.columns.needs.ids, field.columns.offers.ids
    wanted = [(needs.index(name), offers.index(other)) for name, other in {*pairs, *people.locks}]
    paired = np.array(wanted, dtype=np.int64).reshape(-1, 2)
    return with_totals(
        replace(
            like,
            pairings=engine._pairings(field, paired),
            unpaired=engine._unpaired(field, paired),
            **engine._alternates(field, paired, 3),
        )
    )


def free_pairs() -> dict[str, str]:
    return {pairing.need: pairing.offer for pairing in FREE}


def swapped() -> Round:
    """Exchange the offers of two needs who may have each other's."""
    held = free_pairs()
    held["bao"], held["carla"] = held["carla"], held["bao"]
    return of_pairs(held.items())


def dropped(name: str) -> Round:
    return of_pairs(pair for pair in free_pairs().items() if pair[0] != name)


def taken_by(name: str, other: str) -> Round:
    """Give one need's place to another, who is passed over."""
    held = free_pairs()
    held[other] = held.pop(name)
    return of_pairs(held.items())


def with_pair(name: str, other: str) -> Round:
    """Add a pairing that looks like the first."""
    more: Pairing = replace(FREE[0], need=name, offer=other)
    left = tuple(one for one in MADE.unpaired if one.need != name)
    return with_totals(replace(MADE, pairings=(*MADE.pairings, more), unpaired=left))


def reasons(name: str) -> Any:
    return next(one for one in MADE.unpaired if one.need == name)


def full_place() -> str:
    return next(name for name, price in MADE.certificate.place_prices.items() if price)


def of_forbidden() -> Round:
    """Pair two whom the coordinator keeps apart, right in everything else."""
    held = {**free_pairs(), "amal": "two"}
    held = {name: other for name, other in held.items() if name == "amal" or other != "two"}
    return of_pairs(held.items(), people=replace(OFFICE, forbidden=OFFICE.forbidden[1:]))


def moved_price() -> Round:
    """Take the whole price of a need over to its place: their sum stays, and another pair is worth more."""
    name = next(name for name in free_pairs() if MADE.certificate.place_prices[free_pairs()[name]])
    by = MADE.certificate.place_prices[free_pairs()[name]]
    found = with_price("place_prices", free_pairs()[name], -by)
    prices = {**MADE.certificate.need_prices, name: MADE.certificate.need_prices[name] + by}
    return replace(found, certificate=replace(found.certificate, need_prices=prices))


DOCTORED: dict[str, tuple[Callable[[], Round], str]] = {
    "two people swapped": (swapped, "not proved best|worth less than its prices"),
    "a place given to someone who has waited less": (
        lambda: taken_by("bao", "passed_over"),
        "price must be 0|not proved best|worth less",
    ),
    "a pairing dropped": (lambda: dropped("carla"), "unpaired or not in play, its price must be 0"),
    "a pairing dropped and nothing else changed": (
        lambda: replace(MADE, pairings=MADE.pairings[1:]),
        "the unpaired are not the needs",
    ),
    "a place doubled": (lambda: with_pair("passed_over", FREE[0].offer), "places and"),
    "a need paired twice": (lambda: with_pair("amal", "twice"), "need 'amal' is paired 2 times"),
    "a need who is not in the pool": (lambda: with_pair("nobody", "one"), "'nobody' is not in the pool"),
    "an offer that is not in the pool": (
        lambda: with_pairing(0, offer="nobody"),
        "'nobody' is not in the pool",
    ),
    "a barred pair": (lambda: with_pair("unscreened_only", "late"), "may not be proposed|places"),
    "a forbidden pair": (of_forbidden, "may not be proposed"),
    "a score raised": (lambda: with_totals(with_pairing(0, worth=FREE[0].worth + 1)), "the score is"),
    "a priority raised": (
        lambda: with_totals(with_pairing(0, priority=FREE[0].priority + 1)),
        "the priority is",
    ),
    "a lock that is none": (lambda: with_pairing(0, locked=True), "locked is True"),
    "a lock hidden": (
        lambda: replace(MADE, pairings=tuple(replace(one, locked=False) for one in MADE.pairings)),
        "locked is False",
    ),
    "a lock left out": (
        lambda: replace(MADE, pairings=tuple(FREE)),
        r"the lock \[\('locked', 'held'\)\] is not in the round",
    ),
    "a contribution's points raised": (lambda: with_contribution("age_gap", worth=29_999), "contributions"),
    "a contribution's value changed": (lambda: with_contribution("age_gap", value=0.5), "contributions"),
    "a contribution's weight changed": (lambda: with_contribution("age_gap", weight=4), "contributions"),
    "a contribution said to be unknown": (lambda: with_contribution("age_gap", known=False), "contributions"),
    "a contribution's reasons changed": (
        lambda: with_contribution("interests", detail={"shared": ["fishing"]}),
        "contributions",
    ),
    "a contribution renamed": (lambda: with_contribution("age_gap", criterion="origin"), "contributions"),
    "a contribution left out": (
        lambda: with_pairing(0, contributions=FREE[0].contributions[:-1]),
        "contributions",
    ),
    "contributions in another order": (
        lambda: with_pairing(0, contributions=FREE[0].contributions[::-1]),
        "contributions",
    ),
    "a barrier hidden": (lambda: with_unpaired("unheard", barriers={}), "'unheard': the reasons"),
    "a barrier counted once too often": (
        lambda: with_unpaired("unheard", barriers={"blocked_language": 9}),
        "'unheard': the reasons",
    ),
    "a barrier invented": (
        lambda: with_unpaired("unheard", barriers={**reasons("unheard").barriers, "blocked_household": 1}),
        "'unheard': the reasons",
    ),
    "offers under the floor miscounted": (
        lambda: with_unpaired("passed_over", below_floor=7),
        "'passed_over': the reasons",
    ),
    "compatible offers denied": (
        lambda: with_unpaired("passed_over", compatible=0),
        "'passed_over': the reasons",
    ),
    "the nearest left out": (lambda: with_unpaired("unheard", nearest=()), "'unheard': the reasons"),
    "the nearest kept away by another barrier": (
        lambda: with_unpaired("unheard", nearest=(Nearest(offer="one", barriers=("blocked_household",)),)),
        "'unheard': the reasons",
    ),
    "reasons left out of a pool small enough to count": (
        lambda: with_unpaired("unheard", barriers=None, below_floor=None, compatible=None, nearest=()),
        "'unheard': the reasons",
    ),
    "an unpaired need left out": (lambda: replace(MADE, unpaired=MADE.unpaired[1:]), "the unpaired are not"),
    "an unpaired need told of twice": (
        lambda: replace(MADE, unpaired=MADE.unpaired * 2),
        "stands twice among the unpaired",
    ),
    "an alternate removed": (
        lambda: with_alternates("alternates", "amal", lambda best: best[:-1]),
        "'amal': the alternates",
    ),
    "alternates reordered": (
        lambda: with_alternates("alternates", "passed_over", lambda best: best[::-1]),
        "'passed_over': the alternates",
    ),
    "an alternate's score raised": (
        lambda: with_alternates(
            "alternates", "amal", lambda best: (replace(best[0], worth=best[0].worth + 1), *best[1:])
        ),
        "'amal': the alternates",
    ),
    "an alternate who is barred": (
        lambda: with_alternates("alternates", "unheard", lambda _: (Alternate(id="one", worth=900_000),)),
        "'unheard': the alternates",
    ),
    "the alternates of a need left out": (
        lambda: replace(MADE, alternates={}),
        "the alternates are not those of the needs",
    ),
    "an offer's alternate removed": (
        lambda: with_alternates("offer_alternates", "one", lambda best: best[1:]),
        "'one': the alternates",
    ),
    "an offer's alternate's score lowered": (
        lambda: with_alternates(
            "offer_alternates", "one", lambda best: (replace(best[0], worth=best[0].worth - 1), *best[1:])
        ),
        "'one': the alternates",
    ),
    "the alternates of someone unknown": (
        lambda: replace(MADE, offer_alternates={**MADE.offer_alternates, "nobody": ()}),
        "the alternates are not those of the offers",
    ),
    "more paired than there are": (lambda: with_totals(MADE, paired=9), "paired is 9"),
    "total priority raised": (lambda: with_totals(MADE, priority=99), "total priority is 99"),
    "total worth raised": (lambda: with_totals(MADE, worth=MADE.totals.worth + 1), "total worth is"),
    "a scale changed": (lambda: with_certificate(scale=MADE.certificate.scale + 1), "the scale is"),
    "a need's price raised": (lambda: with_price("need_prices", "amal", 1), "worth less than its prices"),
    "a need's price lowered": (lambda: with_price("need_prices", "amal", -1), "worth more than its prices"),
    "a place's price raised": (
        lambda: with_price("place_prices", full_place(), 1),
        "worth less than its prices",
    ),
    "a place's price lowered": (
        lambda: with_price("place_prices", full_place(), -1),
        "worth more than its prices",
    ),
    "a price moved from a need to its place": (moved_price, "price"),
    "a price for someone unpaired": (lambda: with_price("need_prices", "unheard", 1), "price must be 0"),
    "a price for an offer not in play": (lambda: with_price("place_prices", "late", 1), "price must be 0"),
    "a price under nothing": (lambda: with_price("place_prices", "late", -1), "a price is under 0"),
    "no prices": (
        lambda: with_certificate(need_prices={}, place_prices={}),
        "a need has no price",
    ),
    "a price for nobody": (
        lambda: with_certificate(place_prices={**MADE.certificate.place_prices, "nobody": 0}),
        "an offer has no price, or someone unknown",
    ),
    "proved something else": (lambda: with_certificate(proves="stable"), "proves otherwise"),
    "the method renamed": (lambda: replace(MADE, method="stable"), "method 'stable' proves otherwise"),
    "a method that there is not": (lambda: replace(MADE, method="fair"), "method 'fair' is unknown"),
    "passed off as made by hand": (
        lambda: replace(with_certificate(proves=None), method="arrival"),
        "method 'arrival' has no prices",
    ),
    "another program": (lambda: replace(MADE, program="support"), "the round is of program 'support'"),
    "another pool's digest": (
        lambda: replace(MADE, pool_digest=propose(pool(need(), offer())).pool_digest),
        "the digests differ",
    ),
    "another policy": (
        lambda: replace(MADE, policy=replace(MADE.policy, floor=39)),
        "scored by another policy",
    ),
    "a policy of the same name with other weights": (
        lambda: replace(MADE, policy=replace(MADE.policy, weights={**MADE.policy.weights, "age_gap": 4})),
        "scored by another policy",
    ),
}
