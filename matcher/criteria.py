"""What is compared between two people: soft rules, one each, with a value in [0, 1].

Values are whole 10⁻¹² so that every machine gives the same digits. What either side leaves out makes
the criterion unknown, which is neither 0 nor a barrier: the policy's neutral value stands in its place.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import lru_cache
from itertools import product

import numpy as np

from matcher import channels
from matcher.columns import LIKES, NOT_FOR_ME, WANTS_TO_TRY, Bits, Flags, Ints, PoolColumns, Small
from matcher.pairs import Pairs
from matcher.policy import Policy
from matcher.reach import reach_of
from matcher.records import Pool
from matcher.vocabulary import HOUSEHOLD_FORMS, INTERESTS, WEEKS

ONE = 10**12
"""A value of 1."""
RARITY_ONE = 10**14
"""A rarity of 1; times hundredths it gives the unit of a sum of shared interests."""
EXACTLY = Context(prec=40)
"""How logarithms and exponentials are reckoned: with many more digits than are kept."""
NEAR_A_TIE = 0.001
"""Far above the error of a float near 10¹², far below a half: within it, exact arithmetic decides."""


@dataclass(frozen=True, slots=True)
class Values:
    """One criterion for many pairs: where it is known, and its value there, in whole 10⁻¹²."""

    known: Flags
    value: Ints


def share(part: Ints, whole: Ints) -> Ints:
    """Give part / whole, at most 1, in whole 10⁻¹², rounded half up; 0 where the whole is 0.

    Division of floats is exactly rounded on every machine, so no digit depends on where it runs.
    """
    ratio = np.minimum(part, whole) / np.maximum(whole, 1)
    return np.floor(ratio * ONE + 0.5).astype(np.int64)


def _mean(*values: Ints) -> Ints:
    return (2 * sum(values) + len(values)) // (2 * len(values))  # type: ignore[return-value]


def _told(mine: Small, theirs: Small) -> Flags:
    """Say where both sides told a number or a code; what is unknown stands as -1."""
    told: Flags = (mine >= 0) & (theirs >= 0)
    return told


def _counts(bits: Bits) -> Ints:
    return np.bitwise_count(bits).astype(np.int64)


# Interests


def rarity_of(pool: Pool, policy: Policy) -> Ints:
    """Measure on the pool how much each shared interest says, shape (interests,), in whole 10⁻¹⁴.

    ln((N+1)/(d+1)) / ln((N+1)/2) for the d of N people who like it or want to try it, never under the
    policy's floor; 1 in pools too small to measure.
    """
    people = len(pool.needs) + len(pool.offers)
    if people < policy.rarity_from_people:
        return np.full(len(INTERESTS), RARITY_ONE, dtype=np.int64)
    fans = Counter[str]()
    for person in (*pool.needs, *pool.offers):
        if person.interests:
            fans.update({*person.interests.like, *person.interests.want_to_try})
    return np.array([_rarity(fans[code], people, policy) for code in INTERESTS], dtype=np.int64)


def _rarity(fans: int, people: int, policy: Policy) -> int:
    with localcontext(EXACTLY):
        most = _ln(people + 1)
        rarity = (most - _ln(fans + 1)) / (most - _ln(2))
        return int(
            (
                min(max(rarity, Decimal(policy.rarity_floor) / 100), Decimal(1)) * RARITY_ONE
            ).to_integral_value()
        )


@lru_cache(maxsize=10_000)
def _ln(count: int) -> Decimal:
    """Give a logarithm to forty digits, reckoned once: a city asks for the same few counts again and again."""
    with localcontext(EXACTLY):
        return Decimal(count).ln()


def interests(pairs: Pairs) -> Values:
    """What both like or want to try, the rare more than the common; each dislike of a like takes away."""
    needs, offers = pairs.columns.needs, pairs.columns.offers
    families = _counts(needs.families[pairs.i] & offers.families[pairs.j])
    total = families * what_a_family_brings(pairs.columns.policy)
    brought = what_interests_bring(pairs.columns)
    for at in np.flatnonzero(needs.interest.any(axis=1) & offers.interest.any(axis=1)).tolist():
        mine, theirs = needs.interest[at], offers.interest[at]
        where, naming = pairs.both(mine != 0, theirs != 0)
        total[where] += brought[at][mine[naming.i] * 8 + theirs[naming.j]]
    known = needs.knows_interests[pairs.i] & offers.knows_interests[pairs.j]
    return Values(known, what_shared_interests_give(total, pairs.columns.policy))


def what_interests_bring(columns: PoolColumns) -> Ints:
    """Give what an interest adds where two kinds of it meet, shape (interests, 64), at 8 × mine + theirs."""
    gain, clash = _gains(columns.policy)
    return columns.rarity[:, None] * gain - clash * RARITY_ONE


def what_a_family_brings(policy: Policy) -> int:
    """Give what a family adds in which both have an interest."""
    return policy.shared_family * RARITY_ONE


def _gains(policy: Policy) -> tuple[Ints, Ints]:
    """Give what each meeting of two kinds brings, in hundredths, at 8 × mine + theirs; and how often it clashes."""
    brought = [_meeting(mine, theirs, policy) for mine, theirs in product(range(8), repeat=2)]
    gain, clash = np.array(brought, dtype=np.int64).T
    return gain, clash


def _meeting(mine: int, theirs: int, policy: Policy) -> tuple[int, int]:
    """Give what one interest brings that two have each in their way, and what its clashes take away."""
    gain = 0
    if mine & theirs & LIKES:
        gain = policy.both_like
    elif mine & (LIKES | WANTS_TO_TRY) and theirs & (LIKES | WANTS_TO_TRY):
        gain = policy.like_and_want_to_try if (mine | theirs) & LIKES else policy.both_want_to_try
    clashes = [bool(one & LIKES and other & NOT_FOR_ME) for one, other in ((mine, theirs), (theirs, mine))]
    return gain, policy.clash * sum(clashes)


def what_shared_interests_give(total: Ints, policy: Policy) -> Ints:
    """Give the value of all that shared interests bring together; it never falls where more is brought."""
    return _saturated(np.maximum(total, 0), policy.saturation)


def _saturated(total: Ints, saturation: int) -> Ints:
    """Give 1 − exp(−total / saturation), correctly rounded, whatever the machine's exp does in its last digit."""
    scaled = -np.expm1(-total / (saturation * RARITY_ONE)) * ONE
    value = np.floor(scaled + 0.5).astype(np.int64)
    near = np.abs(scaled - np.floor(scaled) - 0.5) < NEAR_A_TIE
    sums, where = np.unique(total[near], return_inverse=True)
    exact = [_saturated_exactly(one, saturation * RARITY_ONE) for one in sums.tolist()]
    value[near] = np.array(exact, dtype=np.int64)[where]
    return value


def _saturated_exactly(total: int, saturation: int) -> int:
    with localcontext(EXACTLY):
        return int(
            ((1 - (-Decimal(total) / saturation).exp()) * ONE + Decimal("0.5")).to_integral_value(
                "ROUND_FLOOR"
            )
        )


# Language


def language_comfort(pairs: Pairs) -> Values:
    """How easily the two talk, by their best channel, or through an interpreter."""
    ease = np.zeros(pairs.shape, dtype=np.int64)
    for channel in channels.between(pairs):
        ease[channel.where] = np.maximum(ease[channel.where], channel.ease)
    least = pairs.columns.policy.comfort_with_interpreter * 100
    ease = np.where(interpreted(pairs), np.maximum(ease, least), ease)
    return Values(channels.known(pairs), ease * (ONE // 10_000))


def interpreted(pairs: Pairs) -> Flags:
    """Say which pairs would talk through an interpreter; nobody knows where a language is unknown."""
    without = channels.known(pairs) & ~channels.exists(pairs, bridges=True)
    return without & pairs.columns.offers.accepts_interpreter[pairs.j]


# Time


def availability(pairs: Pairs) -> Values:
    """In how many slots of the four weeks both are free."""
    needs, offers = pairs.columns.needs, pairs.columns.offers
    slots = np.zeros(pairs.shape, dtype=np.int64)
    for mine, theirs in zip(needs.availability, offers.availability, strict=True):
        slots += _counts(mine[pairs.i] & theirs[pairs.j])
    known = needs.knows_availability[pairs.i] & offers.knows_availability[pairs.j]
    return Values(known, what_slots_are_worth(slots, pairs.columns.policy))


def what_slots_are_worth(slots: Ints, policy: Policy) -> Ints:
    """Give the value of so many common slots in all the weeks."""
    return share(slots, np.int64(policy.slots_a_week * WEEKS))  # type: ignore[arg-type]


def stability(pairs: Pairs) -> Values:
    """For how many of the months asked the offer stands."""
    asked, offered = pairs.columns.needs.months[pairs.i], pairs.columns.offers.months[pairs.j]
    return Values(_told(asked, offered), share(offered.astype(np.int64), asked.astype(np.int64)))


# Wishes


def goals(pairs: Pairs) -> Values:
    """Which share of what the need wishes the offer wishes too."""
    asked, offered = pairs.columns.needs.goals[pairs.i], pairs.columns.offers.goals[pairs.j]
    return Values((asked != 0) & (offered != 0), share(_counts(asked & offered), _counts(asked)))


def expectations(pairs: Pairs) -> Values:
    """Whether the two wish the same things, and to meet as often."""
    shared = goals(pairs)
    asked, offered = pairs.columns.needs.meetings[pairs.i], pairs.columns.offers.meetings[pairs.j]
    most = np.int64(pairs.columns.policy.frequency_gap)
    gap = np.abs(asked.astype(np.int64) - offered)
    known = shared.known & _told(asked, offered)
    return Values(known, _mean(shared.value, share(np.maximum(most - gap, 0), most)))  # type: ignore[arg-type]


# Life


_NEAR = {("single", "couple"), ("couple", "family"), ("single", "shared")}
_FORMS = tuple(HOUSEHOLD_FORMS)
SAME, NEARBY, OTHER = 2, 1, 0
_LIKENESS = np.array(
    [
        [SAME if a == b else NEARBY if (a, b) in _NEAR or (b, a) in _NEAR else OTHER for b in _FORMS]
        for a in _FORMS
    ],
    dtype=np.int64,
)


def life_stage(pairs: Pairs) -> Values:
    """Whether the two households are alike, and have children of the same ages."""
    needs, offers = pairs.columns.needs, pairs.columns.offers
    form = _form_values(pairs.columns)[likeness(pairs)]
    mine, theirs = needs.children[pairs.i], offers.children[pairs.j]
    bands = share(_counts(mine & theirs), _counts(mine | theirs))
    known = _told(needs.household[pairs.i], offers.household[pairs.j])
    known &= needs.knows_children[pairs.i] & offers.knows_children[pairs.j]
    return Values(known, np.where((mine | theirs) != 0, _mean(form, bands), form))


def likeness(pairs: Pairs) -> Ints:
    """Say how alike two households are: SAME, NEARBY or OTHER; of no use where one is unknown."""
    return _LIKENESS[pairs.columns.needs.household[pairs.i], pairs.columns.offers.household[pairs.j]]


def _form_values(columns: PoolColumns) -> Ints:
    return np.array([0, columns.policy.near_household * (ONE // 100), ONE], dtype=np.int64)


def age_gap(pairs: Pairs) -> Values:
    """How few age bands lie between the two."""
    mine, theirs = pairs.columns.needs.age_band[pairs.i], pairs.columns.offers.age_band[pairs.j]
    most = np.int64(pairs.columns.policy.age_bands_apart)
    apart = np.abs(mine.astype(np.int64) - theirs)
    return Values(_told(mine, theirs), share(np.maximum(most - apart, 0), most))  # type: ignore[arg-type]


# Place


def proximity(pairs: Pairs) -> Values:
    """How far within their reach the two live from each other."""
    reach = reach_of(pairs)
    return Values(reach.known, share(np.maximum(reach.limit - reach.distance, 0), reach.limit))
