"""The vocabularies that pools are written in: codes, their labels, and the rules that come with them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from types import MappingProxyType

LEVELS = ("A0", "A1", "A2", "B1", "B2", "C1", "C2", "native")
MODES = ("spoken", "signed", "written")
AGE_BANDS = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
CHILDREN_BANDS = ("0-2", "3-5", "6-11", "12-14", "15-17")
GENDERS = ("f", "m", "x")
TRAVEL_MODES = ("car", "bus", "walk")
CONTACTS = ("any", "text_only")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BLOCKS = ("am", "pm", "ev", "nt")
WEEKS = 4
FIRST_MONDAY = date(2026, 1, 5)
"""Where the counting of weeks begins; everybody's week k is the same calendar week because of it."""
MEETING_MODES = ("in_person", "phone", "video")
MOST_INTERESTS = 10
MOST_PLACES = 100
MOST_MEETINGS, MOST_MONTHS = 8, 24
FARTHEST_KM = 500
DANGER = frozenset({"domestic_violence", "mental_health_crisis"})
"""Settings of an appointment that say that somebody may be in danger."""
LONGEST_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class Term:
    """A code, its labels by language (``fr``, ``en``), and the row of the file that it comes from."""

    code: str
    labels: Mapping[str, str]
    row: Mapping[str, str]


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """Give the rows of one vocabulary file, in file order."""
    text = (files(__name__) / f"{name}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _terms(name: str, code: str = "code") -> Mapping[str, Term]:
    return MappingProxyType(
        {
            row[code]: Term(row[code], MappingProxyType({"fr": row["label_fr"], "en": row["label_en"]}), row)
            for row in map(_labelled, rows_of(name))
        }
    )


def _labelled(row: dict[str, str]) -> dict[str, str]:
    """Place names are the same in both languages."""
    return {"label_en": row["label_fr"], **row}


LANGUAGES = _terms("languages", code="iso639_3")
INTERESTS = _terms("interests")
INTEREST_FAMILIES = _terms("interest_families")
SLOTS = _terms("availability_slots")
SECTORS = _terms("sectors")
GOALS = _terms("goals")
ACCESS_NEEDS = _terms("access_needs")
HOUSEHOLD_FORMS = _terms("household_forms")
FIELDS = _terms("occupation_fields")
PROGRAMS = _terms("programs")
REASONS = _terms("reasons")
SETTINGS = _terms("settings")
"""Where an interpreter is asked for: the level that it takes, and whether a volunteer may."""
BOROUGHS = tuple(dict.fromkeys(term.row["borough"] for term in SECTORS.values()))
LIFECYCLE = tuple(rows_of("lifecycle"))

APPOINTMENT_BARRIERS = (
    "refer_professional",
    "blocked_exclusion",
    "blocked_gender",
    "blocked_capacity",
    "blocked_language",
    "blocked_setting",
    "blocked_schedule",
    "blocked_mode",
)
"""Why an interpreter may not take an appointment, those of safety and wish first."""

OVERRIDABLE_BARRIERS = frozenset(
    {
        "blocked_language",
        "blocked_schedule",
        "blocked_distance",
        "blocked_household",
        "blocked_access",
        "blocked_field",
    }
)
"""What a coordinator may cross by hand, with a written reason."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """People of one language are understood, partly, through a close one."""

    language: str
    via: str
    hundredths: int


BRIDGES = tuple(
    Bridge(row["from_iso639_3"], row["via_iso639_3"], round(float(row["factor"]) * 100))
    for row in rows_of("language_bridges")
)
