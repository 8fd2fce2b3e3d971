"""The records of a pool as columns of whole numbers, one position a person.

Everything that barriers and criteria read stands here, so that one definition of each serves a whole
pool and a single pair alike. Unknown is -1 in a column of codes and False in a column named ``knows_…``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.distances import MICROMETRES_IN_A_KM
from matcher.policy import Policy
from matcher.records import Need, Offer, Participant, Pool
from matcher.validity import places_of
from matcher.vocabulary import (
    ACCESS_NEEDS,
    AGE_BANDS,
    BRIDGES,
    CHILDREN_BANDS,
    GENDERS,
    GOALS,
    HOUSEHOLD_FORMS,
    INTEREST_FAMILIES,
    INTERESTS,
    LANGUAGES,
    LEVELS,
    SECTORS,
    SLOTS,
    WEEKS,
)

Ints = npt.NDArray[np.int64]
AnyInts = npt.NDArray[Any]
Bits = npt.NDArray[np.uint64]
Small = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]

CHANNELS: tuple[tuple[str, str], ...] = tuple(
    (code, mode)
    for mode in ("spoken", "signed")
    for code in sorted(LANGUAGES, key=lambda code: (code != "fra", code != "eng", code))
)
"""Every way to talk together; French, then English, come first, since ties go to them."""
CHANNEL_AT: Mapping[tuple[str, str], int] = {channel: at for at, channel in enumerate(CHANNELS)}
_BRIDGES_FROM = {
    (start, "spoken"): [at for at, bridge in enumerate(BRIDGES) if bridge.language == start]
    for start in {bridge.language for bridge in BRIDGES}
}
SIGNED_FROM = CHANNELS.index(("fra", "signed"))

LIKES, WANTS_TO_TRY, NOT_FOR_ME = 1, 2, 4
_FAMILY_OF = {code: list(INTEREST_FAMILIES).index(term.row["family"]) for code, term in INTERESTS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """One side of a pool. ``n`` people; a first axis of another length comes before the people."""

    ids: tuple[str, ...]
    consents: Flags
    gender: Small
    gender_request: Small
    age_band: Small
    sector: Small
    drives: Flags
    limit_um: Ints
    """Travel limit in micrometres; -1 where unknown."""
    remote_ok: Flags
    household: Small
    knows_children: Flags
    children: Bits
    has_children: Flags
    goals: Bits
    access: Bits
    meetings: Small
    months: Small
    knows_availability: Flags
    availability: Bits
    """Shape (weeks, n)."""
    knows_languages: Flags
    level: Small
    """Shape (channels, n): 0 where a channel is not listed, else 1 + the rank of the level."""
    bridged: Small
    """Shape (bridges, n): the level in the language that a bridge starts from; 0 for those who list its end."""
    reach: Bits
    """Shape (words, n): the channels at the policy's least level or above, 64 to a word."""
    reach_bridged: Bits
    """Shape (words, n): the channels reached through a bridge at that level or above."""
    knows_interests: Flags
    interest: npt.NDArray[np.uint8]
    """Shape (interests, n): the sum of LIKES, WANTS_TO_TRY and NOT_FOR_ME."""
    families: Bits
    crisis: Flags
    places: Ints
    vetted: Flags
    trained: Flags
    accepts_interpreter: Flags
    knows_meets: Flags
    meets: Bits
    refuses_children: Flags

    def __len__(self) -> int:
        return len(self.ids)

    def at(self, positions: slice | Ints) -> Columns:
        """Give the columns of some people only, in the order of ``positions``."""
        kept = {
            field.name: getattr(self, field.name)[..., positions]
            for field in fields(self)
            if field.name != "ids"
        }
        ids = self.ids[positions] if isinstance(positions, slice) else tuple(self.ids[at] for at in positions)
        return Columns(ids=ids, **kept)


@dataclass(frozen=True, slots=True)
class PoolColumns:
    """Both sides of a pool, the policy that reads them, and the pairs named by someone.

    ``excluded``, ``tied`` and ``forbidden`` hold (need position, offer position) in rows, shape (k, 2).
    """

    needs: Columns
    offers: Columns
    policy: Policy
    rarity: Ints
    excluded: Ints
    tied: Ints
    forbidden: Ints

    def at(self, needs: Ints, offers: Ints) -> PoolColumns:
        """Give the columns of some people only, in the order of the positions given."""

        def moved(pairs: Ints) -> Ints:
            kept = pairs[np.isin(pairs[:, 0], needs) & np.isin(pairs[:, 1], offers)]
            place = ({at: new for new, at in enumerate(side.tolist())} for side in (needs, offers))
            need_to, offer_to = place
            return np.array([(need_to[n], offer_to[o]) for n, o in kept.tolist()], dtype=np.int64).reshape(
                -1, 2
            )

        return PoolColumns(
            self.needs.at(needs),
            self.offers.at(offers),
            self.policy,
            self.rarity,
            *map(moved, (self.excluded, self.tied, self.forbidden)),
        )


def columns_of(
    pool: Pool, needs: Sequence[Need], offers: Sequence[Offer], policy: Policy, rarity: Ints
) -> PoolColumns:
    """Turn records, in the order given, into columns.

    Parameters
    ----------
    pool : the pool that holds them, for the pairs that it forbids
    needs, offers : the rows wanted, in the order wanted
    rarity : shape (interests,), as ``criteria.rarity_of`` measured it on the whole pool
    """
    need_at = {need.id: at for at, need in enumerate(needs)}
    offer_at = {offer.id: at for at, offer in enumerate(offers)}

    def positions(pairs: Iterable[tuple[str, str]]) -> Ints:
        found = [(need_at[n], offer_at[o]) for n, o in pairs if n in need_at and o in offer_at]
        return np.array(sorted(set(found)), dtype=np.int64).reshape(-1, 2)

    return PoolColumns(
        needs=_side(needs, policy),
        offers=_side(offers, policy),
        policy=policy,
        rarity=rarity,
        excluded=positions(
            [(need.id, other) for need in needs for other in need.excludes]
            + [(other, offer.id) for offer in offers for other in offer.excludes]
        ),
        tied=positions((other, offer.id) for offer in offers for other in offer.tied_to),
        forbidden=positions(pool.forbidden),
    )


def _side(people: Sequence[Need] | Sequence[Offer], policy: Policy) -> Columns:
    """Build the columns of one side; what only the other side has stays at its harmless value."""

    def flags(claim: Callable[[Any], object]) -> Flags:
        return np.array([bool(claim(person)) for person in people], dtype=np.bool_)

    def codes(field: str, known: Iterable[str]) -> Small:
        rank = {code: at for at, code in enumerate(known)}
        return np.array([rank.get(getattr(person, field), -1) for person in people], dtype=np.int8)

    def bits(known: Iterable[str], chosen: Callable[[Any], Iterable[str] | None]) -> Bits:
        return np.array([_bits(chosen(person) or (), tuple(known)) for person in people], dtype=np.uint64)

    def numbers(field: str) -> Small:
        values = (getattr(person, field) for person in people)
        return np.array([-1 if value is None else value for value in values], dtype=np.int8)

    def offered(field: str, *, value: bool = True) -> Flags:
        return flags(lambda person: getattr(person, field, None) is value)

    level, bridged, least = _levels(people), _bridged(people), 1 + LEVELS.index(policy.least_level)
    return Columns(
        ids=tuple(person.id for person in people),
        consents=flags(lambda person: person.consent),
        gender=codes("gender", GENDERS),
        gender_request=codes("gender_request", GENDERS),
        age_band=codes("age_band", AGE_BANDS),
        sector=codes("sector", SECTORS),
        drives=flags(_drives),
        limit_um=np.array([_limit_um(person, policy) for person in people], dtype=np.int64),
        remote_ok=flags(lambda person: person.travel and person.travel.remote_ok),
        household=np.array([_household(person) for person in people], dtype=np.int8),
        knows_children=flags(lambda person: _children(person) is not None),
        children=bits(CHILDREN_BANDS, _children),
        has_children=flags(_has_children),
        goals=bits(GOALS, lambda person: person.goals),
        access=bits(ACCESS_NEEDS, lambda person: person.access_needs),
        meetings=numbers("meetings_per_month"),
        months=numbers("months"),
        knows_availability=flags(lambda person: person.availability is not None),
        availability=_availability(people),
        knows_languages=flags(lambda person: person.languages),
        level=level,
        bridged=bridged,
        reach=in_words(level >= least),
        reach_bridged=in_words(_through_bridges(bridged >= least)),
        knows_interests=flags(lambda person: person.interests is not None),
        interest=_interests(people),
        families=np.array([_families(person) for person in people], dtype=np.uint64),
        crisis=offered("crisis_flag"),
        places=np.array(
            [places_of(person) if isinstance(person, Offer) else 0 for person in people], dtype=np.int64
        ),
        vetted=offered("vetting_done"),
        trained=offered("training_done"),
        accepts_interpreter=offered("accepts_interpreter"),
        knows_meets=flags(lambda person: getattr(person, "meets_access", None) is not None),
        meets=bits(ACCESS_NEEDS, lambda person: getattr(person, "meets_access", None)),
        refuses_children=offered("accepts_children", value=False),
    )


def _bits(chosen: Iterable[str], known: Sequence[str]) -> int:
    return sum(1 << known.index(code) for code in set(chosen))


def _drives(person: Participant) -> bool:
    return (
        bool(person.travel and person.travel.mode == "car")
        and getattr(person, "will_drive", None) is not False
    )


def _limit_um(person: Participant, policy: Policy) -> int:
    if not person.travel:
        return -1
    limit = person.travel.limit_km
    if limit is None:
        limit = policy.default_limit_km.get(person.travel.mode or "")
    return -1 if limit is None else round(limit * MICROMETRES_IN_A_KM)


def _household(person: Participant) -> int:
    form = person.household.form if person.household else None
    return list(HOUSEHOLD_FORMS).index(form) if form else -1


def _children(person: Participant) -> tuple[str, ...] | None:
    return person.household.children_bands if person.household else None


def _has_children(person: Participant) -> bool:
    household = person.household
    if household is None:
        return False
    return bool(household.children_bands) or (household.children_bands is None and household.form == "family")


def _availability(people: Sequence[Participant]) -> Bits:
    bit = {code: 1 << at for at, code in enumerate(SLOTS)}
    weeks = [
        [sum(bit[slot] for slot in set(week)) for week in person.availability or ((),) * WEEKS]
        for person in people
    ]
    return np.array(weeks, dtype=np.uint64).reshape(len(people), WEEKS).T.copy()


def _levels(people: Sequence[Participant]) -> Small:
    level = np.zeros((len(CHANNELS), len(people)), dtype=np.int8)
    for at, person in enumerate(people):
        for language in person.languages or ():
            channel = CHANNEL_AT.get((language.code, language.mode))
            if channel is not None:
                level[channel, at] = max(level[channel, at], 1 + LEVELS.index(language.level))
    return level


def _bridged(people: Sequence[Participant]) -> Small:
    """A bridge is a guess at what a person understands; who lists a language, if only in writing, has said it."""
    bridged = np.zeros((len(BRIDGES), len(people)), dtype=np.int8)
    for at, person in enumerate(people):
        listed = {language.code for language in person.languages or ()}
        for language in person.languages or ():
            for bridge in _BRIDGES_FROM.get((language.code, language.mode), ()):
                if BRIDGES[bridge].via not in listed:
                    bridged[bridge, at] = 1 + LEVELS.index(language.level)
    return bridged


def _through_bridges(crossed: Flags) -> Flags:
    """Turn flags by bridge, shape (bridges, n), into flags by the channel that each bridge ends in."""
    reached = np.zeros((len(CHANNELS), crossed.shape[1]), dtype=np.bool_)
    for bridge, flags in zip(BRIDGES, crossed, strict=True):
        reached[CHANNEL_AT[bridge.via, "spoken"]] |= flags
    return reached


def in_words(flags: Flags) -> Bits:
    """Pack flags of shape (k, n) into 64-bit words of shape (words, n)."""
    packed = np.packbits(flags, axis=0)
    padded = np.zeros((-(-len(packed) // 8) * 8, flags.shape[1]), dtype=np.uint8)
    padded[: len(packed)] = packed
    return np.ascontiguousarray(padded.T).view(np.uint64).T.copy()


def _interests(people: Sequence[Participant]) -> npt.NDArray[np.uint8]:
    place = {code: at for at, code in enumerate(INTERESTS)}
    interest = np.zeros((len(INTERESTS), len(people)), dtype=np.uint8)
    for at, person in enumerate(people):
        for kind, chosen in _kinds(person):
            for code in chosen:
                interest[place[code], at] |= kind
    return interest


def _kinds(person: Participant) -> tuple[tuple[int, tuple[str, ...]], ...]:
    if person.interests is None:
        return ()
    interests = person.interests
    return (LIKES, interests.like), (WANTS_TO_TRY, interests.want_to_try), (NOT_FOR_ME, interests.not_for_me)


def _families(person: Participant) -> int:
    welcome = [code for kind, chosen in _kinds(person) if kind != NOT_FOR_ME for code in chosen]
    return sum(1 << family for family in {_FAMILY_OF[code] for code in welcome})
