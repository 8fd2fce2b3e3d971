"""What only a look at every pair can tell of a round: who is in play, who is better, and whether any pair is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from matcher.checks.judgement import Judge, Judged
from matcher.columns import Flags, Ints

Bound = Callable[[Ints, Ints], Ints]
"""Gives, for pairs by position, the worth above which one of them makes the round wrong."""
MOST_WORTH = 1_000_000
NOWHERE = (np.iinfo(np.int64).max,) * 2


@dataclass(frozen=True, slots=True)
class Held:
    """The pairings of a round by position, with the worth of those that may be proposed, else NO_WORTH."""

    need: Ints
    offer: Ints
    worth: Ints
    locked: Flags


@dataclass(frozen=True, slots=True)
class Claims:
    """What a round says, as bounds that pairs are held against.

    Others of a rank of at least ``need_least`` or ``offer_least`` are the alternates and what is paired;
    open are needs without a lock and offers with a place left.
    """

    need_least: Ints
    offer_least: Ints
    open_needs: Flags
    open_offers: Flags
    bound: Bound | None


@dataclass(frozen=True, slots=True)
class Seen:
    """How many others rank that high for each person, who is in play, and the first pair past the bound."""

    need_better: Ints
    offer_better: Ints
    needs_in_play: Flags
    offers_in_play: Flags
    past: tuple[int, int] = NOWHERE


def ranked(worth: Ints, other: Ints, others: int) -> Ints:
    """Give how good others are to one person, as one number: the worth, then who comes first; from 0 up."""
    return (worth + 1) * others - 1 - other


def look_at_all(judge: Judge, claims: Claims) -> Seen:
    """Hold every pair of a pool that may be proposed against what a round says."""
    needs, offers = len(claims.need_least), len(claims.offer_least)
    all_seen = Seen(
        need_better=np.zeros(needs, dtype=np.int64),
        offer_better=np.zeros(offers, dtype=np.int64),
        needs_in_play=np.zeros(needs, dtype=np.bool_),
        offers_in_play=np.zeros(offers, dtype=np.bool_),
    )
    for need, offer, seen in judge.of_all(
        lambda judged: (judged.needs, judged.offers, _look(judged, claims))
    ):
        all_seen.need_better[need] += seen.need_better
        all_seen.offer_better[offer] += seen.offer_better
        all_seen.needs_in_play[need] |= seen.needs_in_play
        all_seen.offers_in_play[offer] |= seen.offers_in_play
        all_seen = replace(all_seen, past=min(all_seen.past, seen.past))
    return all_seen


def _look(judged: Judged, claims: Claims) -> Seen:
    """Look at a block; who is counted stands by position in it."""
    need, offer, worth = judged.needs[judged.row], judged.offers[judged.column], judged.worth
    height, width = len(judged.needs), len(judged.offers)
    for_need = ranked(worth, offer, len(claims.offer_least)) >= claims.need_least[need]
    for_offer = ranked(worth, need, len(claims.need_least)) >= claims.offer_least[offer]
    playing = claims.open_needs[need] & claims.open_offers[offer]
    past = playing & (worth > claims.bound(need, offer)) if claims.bound else np.zeros_like(playing)
    return Seen(
        need_better=np.bincount(judged.row[for_need], minlength=height),
        offer_better=np.bincount(judged.column[for_offer], minlength=width),
        needs_in_play=np.bincount(judged.row[playing], minlength=height) > 0,
        offers_in_play=np.bincount(judged.column[playing], minlength=width) > 0,
        past=min(zip(need[past].tolist(), offer[past].tolist(), strict=True), default=NOWHERE),
    )


def scale_of(seen: Seen, places: Ints) -> int:
    """Give the scale that a certificate has for who is in play."""
    return MOST_WORTH * min(int(seen.needs_in_play.sum()), int(places[seen.offers_in_play].sum())) + 1
