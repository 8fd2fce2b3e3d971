"""What a person hands in: typed sheets, as the forms, the spreadsheet and the seeding fill them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from matcher.records import Household, Interests, Language, Travel

__all__ = [
    "Household",
    "Interests",
    "Language",
    "NeedSheet",
    "OfferSheet",
    "Profile",
    "Registration",
    "Travel",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Who a person is; ``None`` is unknown. ``availability`` holds one to four weeks of slot codes."""

    first_name: str
    surname: str | None = None
    email: str | None = None
    phone: str | None = None
    reader_language: str = "fr"
    languages: tuple[Language, ...] | None = None
    interests: Interests | None = None
    availability: tuple[tuple[str, ...], ...] | None = None
    sector: str | None = None
    travel: Travel | None = None
    household: Household | None = None
    age_band: str | None = None
    gender: str | None = None
    access_needs: tuple[str, ...] | None = None
    contact: str | None = None
    stay_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedSheet:
    """What a person asks for; ``import_ref`` is its id in the file that it came from."""

    program: str
    goals: tuple[str, ...] | None = None
    meetings_per_month: int | None = None
    months: int | None = None
    gender_request: str | None = None
    field: str | None = None
    waiting_since: date | None = None
    import_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferSheet:
    """What a person gives; ``import_ref`` is its id in the file that it came from."""

    program: str
    capacity: int = 1
    goals: tuple[str, ...] | None = None
    meetings_per_month: int | None = None
    months: int | None = None
    gender_request: str | None = None
    field: str | None = None
    accepts_interpreter: bool | None = None
    will_drive: bool | None = None
    meets_access: tuple[str, ...] | None = None
    accepts_children: bool | None = None
    years_in_field_here: float | None = None
    import_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A whole sign-up: the person, what she asks for and gives, what she agrees to, and her password.

    Without a password no account is opened: an agent registered her, or a spreadsheet did.
    """

    profile: Profile
    needs: tuple[NeedSheet, ...] = ()
    offers: tuple[OfferSheet, ...] = ()
    consents: tuple[str, ...] = ()
    consents_read_aloud: bool = False
    referred_by: str | None = None
    """The organisation that she lets see how far her request has come."""
    password: str | None = None
    password_hash: str | None = None
    """In place of ``password``, where it was hashed before the unit of work."""
