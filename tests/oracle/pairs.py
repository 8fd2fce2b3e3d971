"""Barriers and criteria of a pair in plain Python: slow, obvious, and written before reading the core.

Numbers stand here as the documents print them; only records and vocabulary files are shared with the core.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from importlib.resources import files
from math import asin, cos, exp, floor, log, radians, sin, sqrt

from matcher.records import Interests, Need, Offer, Participant, Pool

WEIGHTS = {
    "sponsorship": {
        "interests": 35,
        "language_comfort": 20,
        "availability": 15,
        "expectations": 10,
        "life_stage": 10,
        "proximity": 7,
        "age_gap": 3,
    },
    "support": {
        "language_comfort": 35,
        "need_fit": 25,
        "availability": 15,
        "stability": 10,
        "proximity": 10,
        "life_stage": 5,
    },
}
FLOOR = 40
NEUTRAL = 0.5
POINT = 10_000
RANKS = {level: rank for rank, level in enumerate(("A0", "A1", "A2", "B1", "B2", "C1", "C2", "native"))}
EASE = {"A0": 0.0, "A1": 0.25, "A2": 0.55, "B1": 0.85, "B2": 1.0, "C1": 1.0, "C2": 1.0, "native": 1.0}
BANDS = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
NEAR_FORMS = ({"single", "couple"}, {"couple", "family"}, {"single", "shared"})
USUAL_LIMIT = {"car": 25, "bus": 10, "walk": 2}


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("matcher.vocabulary") / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


FAMILY = {row["code"]: row["family"] for row in _rows("interests")}
CENTRE = {row["code"]: (float(row["lat"]), float(row["lon"])) for row in _rows("sectors")}
BRIDGES = {
    (row["from_iso639_3"], row["via_iso639_3"]): float(row["factor"]) for row in _rows("language_bridges")
}


# --- Languages ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Channel:
    """A way to talk: the lower of the two levels, and how much of it a bridge keeps."""

    level: str
    factor: float
    language: str
    via: str | None

    @property
    def ease(self) -> float:
        """Give 0 (none) to 1 (at ease)."""
        return EASE[self.level] * self.factor


def channels(need: Need, offer: Offer) -> list[Channel]:
    """Give every common spoken or signed language and every bridge, good enough or not."""
    return [
        *_direct(need, offer),
        *_bridged(need, offer),
        *_bridged(offer, need),
    ]


def _direct(one: Participant, other: Participant) -> list[Channel]:
    return [
        Channel(_lower(a.level, b.level), 1.0, a.code, None)
        for a in one.languages or ()
        for b in other.languages or ()
        if (a.code, a.mode) == (b.code, b.mode) and a.mode != "written"
    ]


def _bridged(one: Participant, other: Participant) -> list[Channel]:
    """Give what ``one`` may understand of the other's languages through a close language of hers."""
    listed = {language.code for language in one.languages or ()}
    return [
        Channel(_lower(a.level, b.level), BRIDGES[a.code, b.code], b.code, a.code)
        for a in one.languages or ()
        for b in other.languages or ()
        if (a.code, b.code) in BRIDGES and b.code not in listed and a.mode == b.mode == "spoken"
    ]


def _lower(one: str, other: str) -> str:
    return min(one, other, key=RANKS.__getitem__)


def _at_least(level: str, found: list[Channel]) -> bool:
    return any(RANKS[channel.level] >= RANKS[level] for channel in found)


def by_interpreter(program: str, need: Need, offer: Offer) -> bool:
    """Say whether the two can talk through an interpreter only."""
    least = "B1" if program == "support" else "A2"
    return offer.accepts_interpreter is True and not _at_least(least, channels(need, offer))


# --- Distance -------------------------------------------------------------------------------------------


def distance_km(one: str, other: str) -> float:
    """Give the distance between two sector centres, by the usual detour."""
    lat, lon = map(radians, CENTRE[one])
    lat2, lon2 = map(radians, CENTRE[other])
    chord = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * 6371 * asin(sqrt(chord)) * 1.3


def limit_km(need: Need, offer: Offer) -> float | None:
    """Give how far the two may live apart, or None where a side does not say."""
    own = [_own_limit(side) for side in (need, offer)]
    if own[0] is None or own[1] is None:
        return None
    driven = [
        limit for side, limit in zip((need, offer), own, strict=True) if limit is not None and _drives(side)
    ]
    return max(driven) if driven else min(own[0], own[1])


def _own_limit(side: Participant) -> float | None:
    if side.travel is None:
        return None
    if side.travel.limit_km is None and side.travel.mode is not None:
        return USUAL_LIMIT[side.travel.mode]
    return side.travel.limit_km


def _drives(side: Participant) -> bool:
    by_car = side.travel is not None and side.travel.mode == "car"
    return by_car and not (isinstance(side, Offer) and side.will_drive is False)


def _both_remote(need: Need, offer: Offer) -> bool:
    return all(side.travel is not None and side.travel.remote_ok is True for side in (need, offer))


# --- Barriers -------------------------------------------------------------------------------------------


def barriers(pool: Pool, need: Need, offer: Offer) -> set[str]:
    """Give the reason codes that keep the two apart, the coordinator's own included."""
    found = _everywhere(need, offer)
    found |= _support(need, offer) if pool.program == "support" else _sponsorship(need, offer)
    if (need.id, offer.id) in pool.forbidden:
        found.add("blocked_by_coordinator")
    return found


def _everywhere(need: Need, offer: Offer) -> set[str]:
    asked = ((need.gender_request, offer.gender), (offer.gender_request, need.gender))
    tests = {
        "blocked_consent": not (need.consent and offer.consent),
        "blocked_vetting": not offer.vetting_done,
        "blocked_training": not offer.training_done,
        "blocked_capacity": places(offer) <= 0,
        "blocked_exclusion": offer.id in need.excludes or need.id in offer.excludes,
        "blocked_conflict": need.id in offer.tied_to,
        "blocked_gender": any(wish is not None and wish != gender for wish, gender in asked),
    }
    return {code for code, barred in tests.items() if barred}


def places(offer: Offer) -> int:
    """Give the places left before any lock; unknown capacity is none."""
    return (offer.capacity or 0) - (offer.active_pairings or 0)


def _sponsorship(need: Need, offer: Offer) -> set[str]:
    tests = {
        "blocked_language": _no_channel(need, offer),
        "blocked_schedule": _no_time(need, offer),
        "blocked_distance": _too_far(need, offer),
        "blocked_household": has_children(need) and offer.accepts_children is False,
        "blocked_access": _access_lacks(need, offer),
    }
    return {code for code, barred in tests.items() if barred}


def _no_channel(need: Need, offer: Offer) -> bool:
    if not need.languages or not offer.languages:
        return False
    return not (offer.accepts_interpreter is True or _at_least("A2", channels(need, offer)))


def common_slots(need: Need, offer: Offer) -> list[set[str]]:
    """Give the common slots week by week."""
    weeks = zip(need.availability or (), offer.availability or (), strict=True)
    return [set(mine) & set(theirs) for mine, theirs in weeks]


def _no_time(need: Need, offer: Offer) -> bool:
    if need.availability is None or offer.availability is None:
        return False
    return sum(bool(slots) for slots in common_slots(need, offer)) < 2


def _too_far(need: Need, offer: Offer) -> bool:
    limit = limit_km(need, offer)
    if need.sector is None or offer.sector is None or limit is None or _both_remote(need, offer):
        return False
    return distance_km(need.sector, offer.sector) > limit


def has_children(side: Participant) -> bool:
    """Say whether children live there; a family of unknown ages has some."""
    if side.household is None:
        return False
    if side.household.children_bands is None:
        return side.household.form == "family"
    return bool(side.household.children_bands)


def _access_lacks(need: Need, offer: Offer) -> bool:
    asked = set(need.access_needs or ())
    if "signed_language" in asked and need.languages and offer.languages:
        signed = {language.code for language in need.languages if language.mode == "signed"}
        common = [channel for channel in _direct_signed(need, offer) if channel.language in signed]
        if not _at_least("A2", common):
            return True
    met = offer.meets_access
    return met is not None and not asked - {"signed_language"} <= set(met)


def _direct_signed(need: Need, offer: Offer) -> list[Channel]:
    return [
        Channel(_lower(a.level, b.level), 1.0, a.code, None)
        for a in need.languages or ()
        for b in offer.languages or ()
        if a.code == b.code and a.mode == b.mode == "signed"
    ]


def _support(need: Need, offer: Offer) -> set[str]:
    found = set()
    if need.languages and offer.languages and not _at_least("B1", _direct(need, offer)):
        found.add("blocked_language")
    if need.crisis_flag:
        found.add("refer_professional")
    return found


# --- Criteria: a value in [0, 1], or None where a side left something out ---------------------------------


def tastes(side: Participant) -> set[str]:
    """Give what a person likes or wants to try."""
    chosen = side.interests or Interests()
    return {*chosen.like, *chosen.want_to_try}


def rarity(pool: Pool) -> dict[str, float]:
    """Give how much a shared interest says, by code."""
    people: list[Participant] = [*pool.needs, *pool.offers]
    count = len(people)
    if count < 50:
        return dict.fromkeys(FAMILY, 1.0)
    drawn = Counter(code for side in people for code in tastes(side))
    return {
        code: min(1.0, max(0.5, log((count + 1) / (drawn[code] + 1)) / log((count + 1) / 2)))
        for code in FAMILY
    }


def interests(rare: dict[str, float], need: Need, offer: Offer) -> float | None:
    """Give the value of common tastes."""
    if need.interests is None or offer.interests is None:
        return None
    mine, theirs = need.interests, offer.interests
    total = 0.0
    for code in tastes(need) & tastes(offer):
        liked = (code in mine.like) + (code in theirs.like)
        total += rare[code] * (0.5, 0.8, 1.0)[liked]
    families = [{FAMILY[code] for code in tastes(side)} for side in (need, offer)]
    total += 0.15 * len(families[0] & families[1])
    clashes = [set(mine.like) & set(theirs.not_for_me), set(theirs.like) & set(mine.not_for_me)]
    total -= 0.5 * sum(map(len, clashes))
    return 1 - exp(-max(total, 0.0) / 1.8)


def language_comfort(program: str, need: Need, offer: Offer) -> float | None:
    """Give the value of the best channel."""
    if not need.languages or not offer.languages:
        return None
    best = max((channel.ease for channel in channels(need, offer)), default=0.0)
    return max(best, 0.35) if by_interpreter(program, need, offer) else best


def availability(need: Need, offer: Offer) -> float | None:
    """Give the value of common time: three slots a week are enough."""
    if need.availability is None or offer.availability is None:
        return None
    return min(1.0, sum(map(len, common_slots(need, offer))) / 4 / 3)


def need_fit(need: Need, offer: Offer) -> float | None:
    """Give the share of the need's goals that the offer shares."""
    if not need.goals or not offer.goals:
        return None
    return len(set(need.goals) & set(offer.goals)) / len(set(need.goals))


def expectations(need: Need, offer: Offer) -> float | None:
    """Give the value of common goals and a common rhythm."""
    shared = need_fit(need, offer)
    if shared is None or need.meetings_per_month is None or offer.meetings_per_month is None:
        return None
    gap = abs(need.meetings_per_month - offer.meetings_per_month)
    return (shared + max(0.0, 1 - gap / 4)) / 2


def life_stage(need: Need, offer: Offer) -> float | None:
    """Give the value of like households and children of like ages."""
    mine, theirs = need.household, offer.household
    if mine is None or theirs is None or mine.form is None or theirs.form is None:
        return None
    if mine.children_bands is None or theirs.children_bands is None:
        return None
    form = 1.0 if mine.form == theirs.form else 0.5 if {mine.form, theirs.form} in NEAR_FORMS else 0.0
    every = {*mine.children_bands, *theirs.children_bands}
    if not every:
        return form
    return (form + len({*mine.children_bands} & {*theirs.children_bands}) / len(every)) / 2


def proximity(need: Need, offer: Offer) -> float | None:
    """Give the value of living close."""
    limit = limit_km(need, offer)
    if need.sector is None or offer.sector is None or limit is None:
        return None
    return max(0.0, 1 - distance_km(need.sector, offer.sector) / limit) if limit else 0.0


def age_gap(need: Need, offer: Offer) -> float | None:
    """Give the value of being of an age."""
    if need.age_band is None or offer.age_band is None:
        return None
    return 1 - abs(BANDS.index(need.age_band) - BANDS.index(offer.age_band)) / 5


def stability(need: Need, offer: Offer) -> float | None:
    """Give the value of staying as long as is needed."""
    if not need.months or not offer.months:
        return None
    return min(1.0, offer.months / need.months)


def values(pool: Pool, rare: dict[str, float], need: Need, offer: Offer) -> dict[str, float | None]:
    """Give the value of each criterion of the program; None is unknown."""
    every = {
        "interests": interests(rare, need, offer),
        "language_comfort": language_comfort(pool.program, need, offer),
        "availability": availability(need, offer),
        "expectations": expectations(need, offer),
        "need_fit": need_fit(need, offer),
        "stability": stability(need, offer),
        "life_stage": life_stage(need, offer),
        "proximity": proximity(need, offer),
        "age_gap": age_gap(need, offer),
    }
    return {criterion: every[criterion] for criterion in WEIGHTS[pool.program]}


def worths(pool: Pool, rare: dict[str, float], need: Need, offer: Offer) -> dict[str, int]:
    """Give the ten-thousandths of a point that each criterion brings, rounded half up."""
    weights = WEIGHTS[pool.program]
    found = values(pool, rare, need, offer)
    return {
        criterion: floor(weights[criterion] * (NEUTRAL if value is None else value) * POINT + 0.5)
        for criterion, value in found.items()
    }
