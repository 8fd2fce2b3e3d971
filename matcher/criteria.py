"""What is compared between two people: soft rules, one each, with a value in [0, 1] and its reasons.

Values are whole 10⁻¹² so that every machine gives the same digits. What either side leaves out makes
the criterion unknown, which is neither 0 nor a barrier: the policy's neutral value stands in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

import numpy as np

from matcher import channels
from matcher.columns import LIKES, NOT_FOR_ME, WANTS_TO_TRY, Bits, Flags, Ints, PoolColumns
from matcher.distances import MICROMETRES_IN_A_KM
from matcher.pairs import Pairs
from matcher.policy import Policy
from matcher.reach import reach_of
from matcher.records import Participant, Pool
from matcher.vocabulary import (
    CHILDREN_BANDS,
    GOALS,
    HOUSEHOLD_FORMS,
    INTEREST_FAMILIES,
    INTERESTS,
    LEVELS,
    SLOTS,
)

ONE = 10**12
"""A value of 1."""
RARITY_ONE = 10**14
"""A rarity of 1; times hundredths it gives the unit of a sum of shared interests."""
NEAR_A_TIE = 0.001
"""Far above the error of a float near 10¹², far below a half: within it, exact arithmetic decides."""

Detail = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Values:
    """One criterion for many pairs: where it is known, and its value there, in whole 10⁻¹²."""

    known: Flags
    value: Ints


@dataclass(frozen=True, slots=True)
class Criterion:
    """How a criterion is valued for any pairs, and what to say of a single one, in codes."""

    values: Callable[[Pairs], Values]
    detail: Callable[[Pairs], Detail]


def _share(part: Ints, whole: Ints) -> Ints:
    """Give part / whole, at most 1, rounded half up; 0 where the whole is 0.

    Division of floats is exactly rounded on every machine, so no digit depends on where it runs.
    """
    ratio = np.minimum(part, whole) / np.maximum(whole, 1)
    return np.floor(ratio * ONE + 0.5).astype(np.int64)


def _mean(*values: Ints) -> Ints:
    return (2 * sum(values) + len(values)) // (2 * len(values))  # type: ignore[return-value]


def _names(bits: Any, known: Iterable[str]) -> list[str]:
    return [code for at, code in enumerate(known) if int(bits) >> at & 1]


def _counts(bits: Bits) -> Ints:
    return np.bitwise_count(bits).astype(np.int64)


# Interests


def rarity_of(pool: Pool, policy: Policy) -> Ints:
    """Measure on the pool how much each shared interest says, shape (interests,), in whole 10⁻¹⁴.

    ln((N+1)/(d+1)) / ln((N+1)/2) for the d of N people who like it or want to try it, never under the
    policy's floor; 1 in pools too small to measure.
    """
    people: tuple[Participant, ...] = (*pool.needs, *pool.offers)
    if len(people) < policy.rarity_from_people:
        return np.full(len(INTERESTS), RARITY_ONE, dtype=np.int64)
    welcome = [
        set(person.interests.like + person.interests.want_to_try) for person in people if person.interests
    ]
    rarity = [_rarity(sum(code in liked for liked in welcome), len(people), policy) for code in INTERESTS]
    return np.array(rarity, dtype=np.int64)


def _rarity(fans: int, people: int, policy: Policy) -> int:
    with localcontext(prec=40):
        most = Decimal(people + 1)
        rarity = (most / (fans + 1)).ln() / (most / 2).ln()
        return int(
            (
                min(max(rarity, Decimal(policy.rarity_floor) / 100), Decimal(1)) * RARITY_ONE
            ).to_integral_value()
        )


def _interests(pairs: Pairs) -> Values:
    needs, offers = pairs.columns.needs, pairs.columns.offers
    gain, clash = _gains(pairs.columns.policy)
    total = np.zeros(pairs.shape, dtype=np.int64)
    for mine, theirs, rarity in zip(needs.interest, offers.interest, pairs.columns.rarity, strict=True):
        if mine.any() and theirs.any():
            total += (gain * rarity - clash * RARITY_ONE)[mine[pairs.i] * 8 + theirs[pairs.j]]
    families = _counts(needs.families[pairs.i] & offers.families[pairs.j])
    total += families * pairs.columns.policy.shared_family * RARITY_ONE
    known = needs.knows_interests[pairs.i] & offers.knows_interests[pairs.j]
    return Values(known, _saturated(np.maximum(total, 0), pairs.columns.policy.saturation))


def _gains(policy: Policy) -> tuple[Ints, Ints]:
    """Give what each meeting of two kinds brings, in hundredths, at 8 × mine + theirs; and how often it clashes."""
    gain, clash = np.zeros(64, dtype=np.int64), np.zeros(64, dtype=np.int64)
    for at in range(64):
        mine, theirs = divmod(at, 8)
        both, either = mine & theirs, mine | theirs
        if both & LIKES:
            gain[at] = policy.both_like
        elif mine & (LIKES | WANTS_TO_TRY) and theirs & (LIKES | WANTS_TO_TRY):
            gain[at] = policy.like_and_want_to_try if either & LIKES else policy.both_want_to_try
        clash[at] = policy.clash * sum(
            bool(one & LIKES and other & NOT_FOR_ME) for one, other in ((mine, theirs), (theirs, mine))
        )
    return gain, clash


def _saturated(total: Ints, saturation: int) -> Ints:
    """Give 1 − exp(−total / saturation), correctly rounded, whatever the machine's exp does in its last digit."""
    sums, where = np.unique(total, return_inverse=True)
    scaled = -np.expm1(-sums / (saturation * RARITY_ONE)) * ONE
    value = np.floor(scaled + 0.5).astype(np.int64)
    for at in np.flatnonzero(np.abs(scaled - np.floor(scaled) - 0.5) < NEAR_A_TIE):
        value[at] = _saturated_exactly(int(sums[at]), saturation * RARITY_ONE)
    return value[where].reshape(total.shape)


def _saturated_exactly(total: int, saturation: int) -> int:
    with localcontext(prec=40):
        return int(
            ((1 - (-Decimal(total) / saturation).exp()) * ONE + Decimal("0.5")).to_integral_value(
                "ROUND_FLOOR"
            )
        )


def _interests_detail(pairs: Pairs) -> Detail:
    mine, theirs = pairs.columns.needs.interest[:, pairs.i[0]], pairs.columns.offers.interest[:, pairs.j[0]]
    welcome = LIKES | WANTS_TO_TRY
    both = [
        (code, m, t)
        for code, m, t in zip(INTERESTS, mine, theirs, strict=True)
        if m & welcome and t & welcome
    ]
    return {
        "shared": [code for code, _, _ in both],
        "want_to_try": [code for code, m, t in both if not m & t & LIKES],
        "families": _names(
            (pairs.columns.needs.families[pairs.i] & pairs.columns.offers.families[pairs.j])[0],
            INTEREST_FAMILIES,
        ),
        "clashes": [
            code
            for code, m, t in zip(INTERESTS, mine, theirs, strict=True)
            if (m & LIKES and t & NOT_FOR_ME) or (t & LIKES and m & NOT_FOR_ME)
        ],
    }


# Language


def _language_comfort(pairs: Pairs) -> Values:
    needs, offers = pairs.columns.needs, pairs.columns.offers
    ease = np.zeros(pairs.shape, dtype=np.int64)
    for channel in channels.between(pairs):
        np.maximum(ease, channel.ease, out=ease)
    interpreted = pairs.columns.policy.comfort_with_interpreter * 100
    ease = np.where(_interpreted(pairs), np.maximum(ease, interpreted), ease)
    known = needs.knows_languages[pairs.i] & offers.knows_languages[pairs.j]
    return Values(known, ease * (ONE // 10_000))


def _interpreted(pairs: Pairs) -> Flags:
    return pairs.columns.offers.accepts_interpreter[pairs.j] & ~channels.exists(pairs, bridges=True)


def _language_detail(pairs: Pairs) -> Detail:
    best = max(channels.between(pairs), key=lambda channel: int(channel.ease[0]), default=None)
    interpreter = bool(_interpreted(pairs)[0])
    if best is None or not best.ease[0]:
        return {"language": None, "level": None, "via": None, "interpreter": interpreter}
    level = LEVELS[int(best.level[0]) - 1]
    return {"language": best.language, "level": level, "via": best.via, "interpreter": interpreter}


# Time


def _availability(pairs: Pairs) -> Values:
    needs, offers = pairs.columns.needs, pairs.columns.offers
    enough = pairs.columns.policy.slots_a_week
    slots = np.zeros(pairs.shape, dtype=np.int64)
    for mine, theirs in zip(needs.availability, offers.availability, strict=True):
        slots += _counts(mine[pairs.i] & theirs[pairs.j])
    known = needs.knows_availability[pairs.i] & offers.knows_availability[pairs.j]
    return Values(known, _share(slots, np.int64(enough * len(needs.availability))))  # type: ignore[arg-type]


def _availability_detail(pairs: Pairs) -> Detail:
    weeks = [
        int((mine[pairs.i] & theirs[pairs.j])[0])
        for mine, theirs in zip(
            pairs.columns.needs.availability, pairs.columns.offers.availability, strict=True
        )
    ]
    return {
        "weeks": sum(week != 0 for week in weeks),
        "slots": _names(weeks[0] | weeks[1] | weeks[2] | weeks[3], SLOTS),
    }


def _stability(pairs: Pairs) -> Values:
    asked, offered = pairs.columns.needs.months[pairs.i], pairs.columns.offers.months[pairs.j]
    known = (asked > 0) & (offered >= 0)
    return Values(known, _share(offered.astype(np.int64), np.maximum(asked, 0).astype(np.int64)))


def _stability_detail(pairs: Pairs) -> Detail:
    asked, offered = int(pairs.columns.needs.months[pairs.i][0]), int(pairs.columns.offers.months[pairs.j][0])
    return {"months": min(asked, offered) if asked > 0 and offered >= 0 else None}


# Wishes


def _goals(pairs: Pairs) -> Values:
    asked, offered = pairs.columns.needs.goals[pairs.i], pairs.columns.offers.goals[pairs.j]
    return Values((asked != 0) & (offered != 0), _share(_counts(asked & offered), _counts(asked)))


def _goals_detail(pairs: Pairs) -> Detail:
    common = (pairs.columns.needs.goals[pairs.i] & pairs.columns.offers.goals[pairs.j])[0]
    return {"goals": _names(common, GOALS)}


def _expectations(pairs: Pairs) -> Values:
    goals = _goals(pairs)
    asked, offered = pairs.columns.needs.meetings[pairs.i], pairs.columns.offers.meetings[pairs.j]
    most = np.int64(pairs.columns.policy.frequency_gap)
    gap = np.abs(asked.astype(np.int64) - offered)
    known = goals.known & (asked >= 0) & (offered >= 0)
    return Values(known, _mean(goals.value, _share(np.maximum(most - gap, 0), most)))  # type: ignore[arg-type]


def _expectations_detail(pairs: Pairs) -> Detail:
    asked, offered = (
        int(pairs.columns.needs.meetings[pairs.i][0]),
        int(pairs.columns.offers.meetings[pairs.j][0]),
    )
    return {
        **_goals_detail(pairs),
        "frequency_gap": abs(asked - offered) if min(asked, offered) >= 0 else None,
    }


# Life


_NEAR = {("single", "couple"), ("couple", "family"), ("single", "shared")}
_FORMS = tuple(HOUSEHOLD_FORMS)
_SAME, _NEARBY, _OTHER = 2, 1, 0
_LIKENESS = np.array(
    [
        [_SAME if a == b else _NEARBY if (a, b) in _NEAR or (b, a) in _NEAR else _OTHER for b in _FORMS]
        for a in _FORMS
    ],
    dtype=np.int64,
)


def _life_stage(pairs: Pairs) -> Values:
    needs, offers = pairs.columns.needs, pairs.columns.offers
    form = _form_values(pairs.columns)[_likeness(pairs)]
    mine, theirs = needs.children[pairs.i], offers.children[pairs.j]
    bands = _share(_counts(mine & theirs), _counts(mine | theirs))
    known = (needs.household[pairs.i] >= 0) & (offers.household[pairs.j] >= 0)
    known &= needs.knows_children[pairs.i] & offers.knows_children[pairs.j]
    return Values(known, np.where((mine | theirs) != 0, _mean(form, bands), form))


def _likeness(pairs: Pairs) -> Ints:
    return _LIKENESS[pairs.columns.needs.household[pairs.i], pairs.columns.offers.household[pairs.j]]


def _form_values(columns: PoolColumns) -> Ints:
    return np.array([0, columns.policy.near_household * (ONE // 100), ONE], dtype=np.int64)


def _life_stage_detail(pairs: Pairs) -> Detail:
    needs, offers = pairs.columns.needs, pairs.columns.offers
    known = needs.household[pairs.i][0] >= 0 and offers.household[pairs.j][0] >= 0
    words: Mapping[int, str] = {_SAME: "same", _NEARBY: "near", _OTHER: "other"}
    return {
        "household": words[int(_likeness(pairs)[0])] if known else None,
        "children_bands": _names((needs.children[pairs.i] & offers.children[pairs.j])[0], CHILDREN_BANDS),
    }


def _age_gap(pairs: Pairs) -> Values:
    mine, theirs = pairs.columns.needs.age_band[pairs.i], pairs.columns.offers.age_band[pairs.j]
    most = np.int64(pairs.columns.policy.age_bands_apart)
    apart = np.abs(mine.astype(np.int64) - theirs)
    return Values((mine >= 0) & (theirs >= 0), _share(np.maximum(most - apart, 0), most))  # type: ignore[arg-type]


def _age_gap_detail(pairs: Pairs) -> Detail:
    mine, theirs = (
        int(pairs.columns.needs.age_band[pairs.i][0]),
        int(pairs.columns.offers.age_band[pairs.j][0]),
    )
    return {"bands": abs(mine - theirs) if min(mine, theirs) >= 0 else None}


# Place


def _proximity(pairs: Pairs) -> Values:
    reach = reach_of(pairs)
    return Values(
        reach.known, _share(np.maximum(reach.limit - reach.distance, 0), np.maximum(reach.limit, 0))
    )


def _proximity_detail(pairs: Pairs) -> Detail:
    reach, drives = (
        reach_of(pairs),
        (pairs.columns.needs.drives[pairs.i][0], pairs.columns.offers.drives[pairs.j][0]),
    )
    driver = {(True, True): "both", (True, False): "need", (False, True): "offer"}.get(
        (bool(drives[0]), bool(drives[1]))
    )
    if not reach.known[0]:
        return {"distance_km": None, "limit_km": None, "driver": driver}
    kilometres = (round(int(length[0]) / MICROMETRES_IN_A_KM, 1) for length in (reach.distance, reach.limit))
    return {**dict(zip(("distance_km", "limit_km"), kilometres, strict=True)), "driver": driver}


INTERESTS_IN_COMMON = Criterion(_interests, _interests_detail)
LANGUAGE_COMFORT = Criterion(_language_comfort, _language_detail)
AVAILABILITY = Criterion(_availability, _availability_detail)
EXPECTATIONS = Criterion(_expectations, _expectations_detail)
LIFE_STAGE = Criterion(_life_stage, _life_stage_detail)
PROXIMITY = Criterion(_proximity, _proximity_detail)
AGE_GAP = Criterion(_age_gap, _age_gap_detail)
NEED_FIT = Criterion(_goals, _goals_detail)
STABILITY = Criterion(_stability, _stability_detail)
