"""What is handed in to the bank: typed sheets, as forms, commands and the demonstration fill them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from matcher.records import Language

CITY = "America/Toronto"

__all__ = [
    "CITY",
    "AppointmentSheet",
    "Arrangement",
    "InterpreterSheet",
    "Language",
    "Reply",
    "TranslationSheet",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpreterSheet:
    """What an interpreter or a translator gives.

    ``languages`` hold how well she speaks (or signs) each, and with mode ``written`` how well she writes it;
    ``availability`` is one to four weeks of slot codes on the clocks of ``zone``.
    """

    languages: tuple[Language, ...]
    settings: tuple[str, ...] = ()
    modes: tuple[str, ...] = ("in_person", "phone", "video")
    availability: tuple[tuple[str, ...], ...] = ((),)
    zone: str = CITY
    trained_for: tuple[str, ...] = ()
    """Settings; those in which she interpreted are added by themselves."""
    max_hours_day: int | None = None
    max_hours_month: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentSheet:
    """What is asked of an interpreter.

    ``start`` is an aware instant (see :func:`models.interpreting.instant_of`), ``zone`` the clocks it was said on;
    ``modes`` stand in the order of preference; ``avoid``, ``only`` and ``prefer`` are person ids of interpreters.
    """

    from_language: str
    to_language: str = "fra"
    setting: str
    start: datetime
    zone: str = CITY
    minutes: int
    modes: tuple[str, ...] = ("in_person",)
    person_id: str | None = None
    """For whom; None for somebody who is not registered."""
    sector: str | None = None
    dialect: str | None = None
    """A language code of its own, such as ``apc`` where « arabe » was said; it counts in place of the language."""
    level: str | None = None
    gender_request: str | None = None
    same_as_before: bool = False
    also_speaks: tuple[Language, ...] = ()
    relay_agreed: bool = False
    """Whether the person agreed, beforehand, to be interpreted through ``also_speaks``."""
    avoid: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()
    urgency: int = 1
    """1 to 12; more than 1 is for the office to say."""
    note: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """When, how and where an appointment is: what may still change; the columns are those of `AppointmentSheet`."""

    start: datetime
    minutes: int
    modes: tuple[str, ...]
    sector: str | None
    place: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationSheet:
    """What is asked of a translator."""

    from_language: str
    to_language: str = "fra"
    setting: str = "everyday"
    pages: int
    deadline: date
    second_reader: bool = False
    person_id: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a request came to: its id and state; ``refer_to`` says where to turn where no volunteer may take it."""

    id: str
    state: str
    refer_to: str | None = None
