"""One reader for each form that a field can take: a value of the records, or a fault and ``None``."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any, TypeGuard

from matcher.faults import Spot, meant, show
from matcher.records import Household, Interests, Language, Travel
from matcher.vocabulary import (
    ACCESS_NEEDS,
    AGE_BANDS,
    CHILDREN_BANDS,
    CONTACTS,
    FARTHEST_KM,
    FIELDS,
    GENDERS,
    GOALS,
    HOUSEHOLD_FORMS,
    INTERESTS,
    LANGUAGES,
    LEVELS,
    MODES,
    MOST_INTERESTS,
    MOST_MEETINGS,
    MOST_MONTHS,
    MOST_PLACES,
    SECTORS,
    SLOTS,
    TRAVEL_MODES,
    WEEKS,
)

Reader = Callable[[Any, Spot], Any]

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
LONGEST_ID = 64
MOST_YEARS = 100
HOURS_IN_30_DAYS = 720
REPEATED = {1: (0, 0, 0, 0), 2: (0, 1, 0, 1), 3: (0, 1, 2, 0), 4: (0, 1, 2, 3)}
"""How fewer than four weeks stand for four."""


def code_of(known: Collection[str]) -> Reader:
    """Make the reader of one code of a vocabulary."""

    def read(value: Any, spot: Spot) -> str | None:
        if isinstance(value, str) and value in known:
            return value
        spot.wrong("not_code", given=show(value), **meant(value, known))
        return None

    return read


def or_null(reader: Reader) -> Reader:
    """Let null stand for unknown, as two fields of the contract do."""
    return lambda value, spot: None if value is None else reader(value, spot)


def codes_of(known: Collection[str], most: int | None = None) -> Reader:
    """Make the reader of a set of codes; a code that stands twice says no more than once."""
    order = {code: position for position, code in enumerate(known)}
    read_code = code_of(order)

    def read(value: Any, spot: Spot) -> tuple[str, ...] | None:
        if not isinstance(value, list):
            spot.wrong("not_list", given=show(value))
            return None
        try:
            found = sorted(set(value), key=order.__getitem__)
        except (KeyError, TypeError):
            found = []
            for position, code in enumerate(value):
                read_code(code, spot.at(position))
        if most is not None and len(found) > most:
            spot.wrong("too_many", given=len(found), most=most)
        return tuple(found)

    return read


def ids(value: Any, spot: Spot) -> tuple[str, ...]:
    """Read a set of ids; whoever they name may have left the pool."""
    if not isinstance(value, list):
        spot.wrong("not_list", given=show(value))
        return ()
    found = {identity(one, spot.at(position)) for position, one in enumerate(value)}
    return tuple(sorted(one for one in found if one is not None))


def is_id(value: Any) -> TypeGuard[str]:
    """Say whether a value may be an id."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ID and value.isprintable()


def identity(value: Any, spot: Spot) -> str | None:
    """Read an id."""
    if is_id(value):
        return value
    spot.wrong("bad_id", given=show(value))
    return None


def whole(low: int, high: int) -> Reader:
    """Make the reader of a whole number; 3.0 is the same number as 3."""

    def read(value: Any, spot: Spot) -> int | None:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            spot.wrong("not_whole", given=show(value), low=low, high=high)
            return None
        return value if _is_between(value, low, high, spot) else None

    return read


def number(low: int, high: int) -> Reader:
    """Make the reader of a number; a whole one becomes an ``int``, so that 25.0 and 25 are one."""

    def read(value: Any, spot: Spot) -> float | None:
        if not isinstance(value, int | float) or isinstance(value, bool):
            spot.wrong("not_number", given=show(value), low=low, high=high)
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return value if _is_between(value, low, high, spot) else None

    return read


def _is_between(value: float, low: int, high: int, spot: Spot) -> bool:
    if low <= value <= high:
        return True
    spot.wrong("out_of_range", given=show(value), low=low, high=high)
    return False


def flag(value: Any, spot: Spot) -> bool | None:
    """Read true or false."""
    if isinstance(value, bool):
        return value
    spot.wrong("not_flag", given=show(value))
    return None


def day(value: Any, spot: Spot) -> date | None:
    """Read a date of the calendar."""
    try:
        if isinstance(value, str) and DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    spot.wrong("bad_day", given=show(value))
    return None


def ignored(value: Any, spot: Spot) -> None:
    """Accept a first name, or none, which keeps examples readable, and drop it."""
    if not isinstance(value, str | None):
        spot.wrong("not_text", given=show(value))


def parts(value: Any, readers: Mapping[str, Reader], spot: Spot) -> dict[str, Any] | None:
    """Read an object whose fields have readers of their own; a name without a reader is a fault."""
    if not isinstance(value, dict):
        spot.wrong("not_object", given=show(value))
        return None
    found = {}
    for name, inner in value.items():
        reader = readers.get(name)
        if reader is None:
            spot.of(show(name)[1:-1]).wrong("unknown_field", **meant(name, readers))
        else:
            found[name] = reader(inner, spot.of(name))
    return found


def languages(value: Any, spot: Spot) -> tuple[Language, ...] | None:
    """Read languages; none at all says as little as nothing said."""
    if not isinstance(value, list):
        spot.wrong("not_list", given=show(value))
        return None
    found: dict[tuple[str, str], Language] = {}
    for position, one in enumerate(value):
        read = _language(one, spot.at(position))
        if read is None:
            continue
        known = found.setdefault((read.code, read.mode), read)
        if known.level != read.level:
            spot.at(position).wrong("doubled_language", given=f"{read.code}:{read.mode}")
    return tuple(sorted(found.values(), key=_language_order)) or None


def _language_order(language: Language) -> tuple[int, int]:
    return LANGUAGE_ORDER[language.code], MODES.index(language.mode)


def _language(value: Any, spot: Spot) -> Language | None:
    found = parts(value, LANGUAGE, spot)
    if found is None:
        return None
    if "code" not in found:
        spot.of("code").wrong("no_language")
    if "level" not in found:
        spot.of("level").wrong("missing", given="one of " + ", ".join(LEVELS))
    code, level = found.get("code"), found.get("level")
    if code is None or level is None:
        return None
    return Language(code=code, level=level, mode=found.get("mode") or usual_mode(code))


def usual_mode(code: str) -> str:
    """Give the mode that a language has when none is said: sign languages are signed."""
    return LANGUAGES[code].row["modality"]


def availability(value: Any, spot: Spot) -> tuple[tuple[str, ...], ...] | None:
    """Read one to four weeks of slots and give four: A → AAAA, AB → ABAB, ABC → ABCA."""
    if not isinstance(value, list):
        spot.wrong("not_list", given=show(value))
        return None
    if not 1 <= len(value) <= WEEKS:
        spot.wrong("bad_weeks", given=len(value))
        return None
    weeks = [week(slots, spot.at(position)) or () for position, slots in enumerate(value)]
    return tuple(weeks[position] for position in REPEATED[len(weeks)])


def interests(value: Any, spot: Spot) -> Interests | None:
    """Read the three kinds of interests; a kind left out beside another is empty."""
    found = parts(value, INTEREST_KINDS, spot)
    return Interests(**{kind: codes or () for kind, codes in found.items()}) if found else None


def travel(value: Any, spot: Spot) -> Travel | None:
    """Read how a person gets around."""
    found = parts(value, TRAVEL, spot)
    return Travel(**found) if found else None


def household(value: Any, spot: Spot) -> Household | None:
    """Read whom a person lives with."""
    found = parts(value, HOUSEHOLD, spot)
    return Household(**found) if found else None


def or_unknown(reader: Reader) -> Reader:
    """Read an empty list as nothing said, where the two mean the same."""
    return lambda value, spot: reader(value, spot) or None


LANGUAGE_ORDER = {code: position for position, code in enumerate(LANGUAGES)}
week: Reader = codes_of(SLOTS)
LANGUAGE: Mapping[str, Reader] = {
    "code": code_of(LANGUAGES),
    "level": code_of(LEVELS),
    "mode": code_of(MODES),
}
INTEREST_KINDS: Mapping[str, Reader] = dict.fromkeys(
    ("like", "want_to_try", "not_for_me"), codes_of(INTERESTS, most=MOST_INTERESTS)
)
TRAVEL: Mapping[str, Reader] = {
    "mode": code_of(TRAVEL_MODES),
    "limit_km": number(0, FARTHEST_KM),
    "remote_ok": flag,
}
HOUSEHOLD: Mapping[str, Reader] = {
    "form": code_of(HOUSEHOLD_FORMS),
    "children_bands": codes_of(CHILDREN_BANDS),
}
PARTICIPANT: Mapping[str, Reader] = {
    "id": identity,
    "first_name": ignored,
    "languages": languages,
    "interests": interests,
    "availability": availability,
    "sector": code_of(SECTORS),
    "travel": travel,
    "household": household,
    "age_band": code_of(AGE_BANDS),
    "gender": or_null(code_of(GENDERS)),
    "gender_request": or_null(code_of(GENDERS)),
    "goals": or_unknown(codes_of(GOALS)),
    "access_needs": or_unknown(codes_of(ACCESS_NEEDS)),
    "contact": code_of(CONTACTS),
    "excludes": ids,
    "meetings_per_month": whole(1, MOST_MEETINGS),
    "months": whole(1, MOST_MONTHS),
    "stay_until": day,
    "consent": flag,
}
NEED: Mapping[str, Reader] = {
    **PARTICIPANT,
    "waiting_since": day,
    "pressing": flag,
    "crisis_flag": flag,
    "field": code_of(FIELDS),
}
OFFER: Mapping[str, Reader] = {
    **PARTICIPANT,
    "capacity": whole(0, MOST_PLACES),
    "active_pairings": whole(0, MOST_PLACES),
    "vetting_done": flag,
    "training_done": flag,
    "accepts_interpreter": flag,
    "will_drive": flag,
    "meets_access": codes_of(ACCESS_NEEDS),
    "accepts_children": flag,
    "tied_to": ids,
    "field": code_of(FIELDS),
    "years_in_field_here": number(0, MOST_YEARS),
    "hours_last_30d": number(0, HOURS_IN_30_DAYS),
}
