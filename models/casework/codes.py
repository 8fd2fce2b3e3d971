"""The last gate before the tables: no code that the vocabularies do not hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from matcher.texts import one_line
from matcher.vocabulary import (
    ACCESS_NEEDS,
    CHILDREN_BANDS,
    FIELDS,
    GOALS,
    HOUSEHOLD_FORMS,
    INTERESTS,
    LANGUAGES,
    LEVELS,
    MODES,
    MOST_INTERESTS,
    PROGRAMS,
    SECTORS,
    SLOTS,
    WEEKS,
)
from models.casework.sheets import NeedSheet, OfferSheet, Profile
from models.errors import WrongValue

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
"""Days that may be told: a year that is mistyped would have somebody wait for two thousand years."""
LONGEST_NAME = 80
PHONE = re.compile(r"\+?[\d ().\-]{7,24}", re.ASCII)
MOST_TEXT = {"first_name": LONGEST_NAME, "surname": LONGEST_NAME, "email": 254, "phone": 40}

KINDS_OF_INTEREST = ("like", "want_to_try", "not_for_me")


def check_profile(profile: Profile) -> None:
    """Refuse a profile with an unknown code.

    Raises
    ------
    WrongValue
        The first one, with its field.
    """
    for field in ("first_name", "surname", "email", "phone"):
        _text(field, getattr(profile, field), must_be_given=field == "first_name")
    for language in profile.languages or ():
        _one("languages", language.code, LANGUAGES)
        _one("languages", language.level, LEVELS)
        _one("languages", language.mode, MODES)
    for kind in KINDS_OF_INTEREST:
        _many(kind, getattr(profile.interests, kind, ()), INTERESTS, most=MOST_INTERESTS)
    _many("availability", profile.availability or (), None, most=WEEKS)
    for week in profile.availability or ():
        _many("availability", week, SLOTS)
    _one("sector", profile.sector, SECTORS)
    if profile.household:
        _one("household", profile.household.form, HOUSEHOLD_FORMS)
        _many("children_bands", profile.household.children_bands or (), CHILDREN_BANDS)
    _many("access_needs", profile.access_needs or (), ACCESS_NEEDS)


def check_sheet(sheet: NeedSheet | OfferSheet) -> None:
    """Refuse a need or an offer with an unknown code.

    Raises
    ------
    WrongValue
        The first one, with its field.
    """
    _one("program", sheet.program, PROGRAMS)
    _one("field", sheet.field, FIELDS)
    _many("goals", sheet.goals or (), GOALS)
    _many("meets_access", getattr(sheet, "meets_access", None) or (), ACCESS_NEEDS)


def _text(field: str, text: str | None, *, must_be_given: bool) -> None:
    """Hold a text to what both databases and every page can carry."""
    text = text or ""
    is_given = bool(text.strip()) or not must_be_given
    if not (is_given and one_line(text) == text.strip() and len(text) <= MOST_TEXT[field]):
        raise WrongValue(field, f"{len(text)} characters")


def _one(field: str, code: str | None, known: Collection[str]) -> None:
    if code is not None and code not in known:
        raise WrongValue(field, code)


def _many(field: str, codes: Iterable[Any], known: Collection[str] | None, most: int | None = None) -> None:
    listed = list(codes)
    if most is not None and len(listed) > most:
        raise WrongValue(field, f"{len(listed)}, at most {most}")
    for code in listed:
        if known is not None:
            _one(field, code, known)
