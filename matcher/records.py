"""What goes into the matcher and what comes out of it: frozen records, never changed.

A field that is ``None`` is unknown. No field holds origin, religion, status or free text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from matcher.policy import Policy

WORTH_OF_A_POINT = 10_000
"""Worths are whole ten-thousandths of a point, so that « equal » and « optimal » are exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language, how well, and how: ``spoken``, ``signed`` or ``written``."""

    code: str
    level: str
    mode: str = "spoken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interests:
    """Interest codes in the three kinds that a person sorts them into."""

    like: tuple[str, ...] = ()
    want_to_try: tuple[str, ...] = ()
    not_for_me: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """How a person gets around, how far in kilometres, and whether meeting remotely is fine."""

    mode: str | None = None
    limit_km: float | None = None
    remote_ok: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """Who a person lives with; an empty ``children_bands`` says that there are no children."""

    form: str | None = None
    children_bands: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """What a need and an offer share."""

    id: str
    languages: tuple[Language, ...] | None = None
    interests: Interests | None = None
    availability: tuple[tuple[str, ...], ...] | None = None
    """Four weeks of slot codes; week k of everyone is the same calendar week."""
    sector: str | None = None
    travel: Travel | None = None
    household: Household | None = None
    age_band: str | None = None
    gender: str | None = None
    gender_request: str | None = None
    goals: tuple[str, ...] | None = None
    access_needs: tuple[str, ...] | None = None
    contact: str | None = None
    excludes: tuple[str, ...] = ()
    meetings_per_month: int | None = None
    months: int | None = None
    stay_until: date | None = None
    consent: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need(Participant):
    """What a person asks for, under one program."""

    waiting_since: date | None = None
    pressing: bool = False
    crisis_flag: bool = False
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Participant):
    """What a person gives, under one program."""

    capacity: int | None = None
    active_pairings: int | None = None
    vetting_done: bool | None = None
    training_done: bool | None = None
    accepts_interpreter: bool | None = None
    will_drive: bool | None = None
    meets_access: tuple[str, ...] | None = None
    accepts_children: bool | None = None
    tied_to: tuple[str, ...] = ()
    field: str | None = None
    years_in_field_here: float | None = None
    hours_last_30d: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The needs and offers of one program on one day, with what a coordinator has fixed."""

    program: str
    today: date
    needs: tuple[Need, ...] = ()
    offers: tuple[Offer, ...] = ()
    locks: tuple[tuple[str, str], ...] = ()
    forbidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one criterion brings to a score: ``worth`` of at most ``weight`` points."""

    criterion: str
    weight: int
    known: bool
    value: float
    worth: int
    detail: Mapping[str, Any]

    @property
    def points(self) -> float:
        """Give the points, 0 to ``weight``."""
        return self.worth / WORTH_OF_A_POINT


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """A need and an offer together, and why."""

    need: str
    offer: str
    worth: int
    priority: int
    locked: bool
    contributions: tuple[Contribution, ...]

    @property
    def score(self) -> float:
        """Give the score that people see, 0 to 100."""
        return self.worth / WORTH_OF_A_POINT


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """An offer that one barrier alone keeps away from a need."""

    offer: str
    barriers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaired:
    """Why a need has no pairing: offers behind each barrier, under the floor, and compatible but taken."""

    need: str
    barriers: Mapping[str, int] | None
    below_floor: int | None
    compatible: int | None
    nearest: tuple[Nearest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """The next best other side, by id, and what the pair would be worth."""

    id: str
    worth: int

    @property
    def score(self) -> float:
        """Give the score that people see, 0 to 100."""
        return self.worth / WORTH_OF_A_POINT


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a round reaches, locks included."""

    paired: int
    priority: int
    worth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Prices that prove a round: no other pairs more priority, nor as much with a greater worth."""

    scale: int
    need_prices: Mapping[str, int]
    place_prices: Mapping[str, int]
    proves: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One proposal for a whole pool: who is paired, who is not and why, and the proof."""

    program: str
    pool_digest: str
    engine: str
    policy: Policy
    method: str
    pairings: tuple[Pairing, ...]
    unpaired: tuple[Unpaired, ...]
    alternates: Mapping[str, tuple[Alternate, ...]] = field(default_factory=dict)
    offer_alternates: Mapping[str, tuple[Alternate, ...]] = field(default_factory=dict)
    totals: Totals
    certificate: Certificate
