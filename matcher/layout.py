"""Records laid out as columns: what each column of a side is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.columns import (
    CHANNEL_AT,
    CHANNELS,
    LIKES,
    NOT_FOR_ME,
    WANTS_TO_TRY,
    AnyInts,
    Bits,
    Columns,
    Flags,
    Ints,
    PoolColumns,
    Small,
    in_words,
)
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
    LEVELS,
    SECTORS,
    SLOTS,
    WEEKS,
)

Side = Sequence[Need] | Sequence[Offer]
Maker = Callable[[Side], AnyInts | Flags]

_BRIDGES_FROM = {
    (start, "spoken"): [at for at, bridge in enumerate(BRIDGES) if bridge.language == start]
    for start in {bridge.language for bridge in BRIDGES}
}
_FAMILY_OF = {code: list(INTEREST_FAMILIES).index(term.row["family"]) for code, term in INTERESTS.items()}


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


def _side(people: Side, policy: Policy) -> Columns:
    """Build the columns of one side; what only the other side has stays at its harmless value."""
    made: dict[str, Any] = {name: make(people) for name, make in MAKERS.items()}
    least = 1 + LEVELS.index(policy.least_level)
    return Columns(
        ids=tuple(person.id for person in people),
        limit_um=np.array([_limit_um(person, policy) for person in people], dtype=np.int64),
        reach=in_words(made["level"] >= least),
        reach_bridged=in_words(_through_bridges(made["bridged"] >= least)),
        **made,
    )


def _flags(claim: Callable[[Any], object]) -> Maker:
    return lambda people: np.array([bool(claim(person)) for person in people], dtype=np.bool_)


def _offered(field: str, *, value: bool = True) -> Maker:
    """Flag who said so; the side without the field did not."""
    return _flags(lambda person: getattr(person, field, None) is value)


def _codes(known: Iterable[str], chosen: Callable[[Any], str | None]) -> Maker:
    rank = {code: at for at, code in enumerate(known)}
    return lambda people: np.array([rank.get(chosen(person) or "", -1) for person in people], dtype=np.int8)


def _bits(known: Iterable[Any], chosen: Callable[[Any], Iterable[Any] | None]) -> Maker:
    bit = {code: 1 << at for at, code in enumerate(known)}
    return lambda people: np.array(
        [sum(bit[code] for code in set(chosen(person) or ())) for person in people], dtype=np.uint64
    )


def _numbers(chosen: Callable[[Any], int | None]) -> Maker:
    def make(people: Side) -> Small:
        values = map(chosen, people)
        return np.array([-1 if value is None else value for value in values], dtype=np.int8)

    return make


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


def _form(person: Participant) -> str | None:
    return person.household.form if person.household else None


def _welcome(person: Participant) -> Iterable[int]:
    """Give the families of what a person likes or wants to try."""
    return (_FAMILY_OF[code] for kind, chosen in _kinds(person) if kind != NOT_FOR_ME for code in chosen)


def _meets(person: Participant) -> tuple[str, ...] | None:
    return getattr(person, "meets_access", None)


def _places(person: Participant) -> int:
    return places_of(person) if isinstance(person, Offer) else 0


MAKERS: Mapping[str, Maker] = {
    "consents": _flags(lambda person: person.consent),
    "gender": _codes(GENDERS, lambda person: person.gender),
    "gender_request": _codes(GENDERS, lambda person: person.gender_request),
    "age_band": _codes(AGE_BANDS, lambda person: person.age_band),
    "sector": _codes(SECTORS, lambda person: person.sector),
    "drives": _flags(_drives),
    "remote_ok": _flags(lambda person: person.travel and person.travel.remote_ok),
    "household": _codes(HOUSEHOLD_FORMS, _form),
    "knows_children": _flags(lambda person: _children(person) is not None),
    "children": _bits(CHILDREN_BANDS, _children),
    "has_children": _flags(_has_children),
    "goals": _bits(GOALS, lambda person: person.goals),
    "access": _bits(ACCESS_NEEDS, lambda person: person.access_needs),
    "meetings": _numbers(lambda person: person.meetings_per_month),
    "months": _numbers(lambda person: person.months),
    "knows_availability": _flags(lambda person: person.availability is not None),
    "availability": _availability,
    "knows_languages": _flags(lambda person: person.languages),
    "level": _levels,
    "bridged": _bridged,
    "knows_interests": _flags(lambda person: person.interests is not None),
    "interest": _interests,
    "families": _bits(range(len(INTEREST_FAMILIES)), _welcome),
    "crisis": _offered("crisis_flag"),
    "places": lambda people: np.array([_places(person) for person in people], dtype=np.int64),
    "vetted": _offered("vetting_done"),
    "trained": _offered("training_done"),
    "accepts_interpreter": _offered("accepts_interpreter"),
    "knows_meets": _flags(lambda person: _meets(person) is not None),
    "meets": _bits(ACCESS_NEEDS, _meets),
    "refuses_children": _offered("accepts_children", value=False),
}
"""The columns that no policy has a part in."""
