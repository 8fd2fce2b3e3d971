"""The sign-up as a whole: its screens in order, its draft, and the registration that it ends in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from models.casework.sheets import NeedSheet, OfferSheet, Profile, Registration
from web.forms.answers import Answers
from web.forms.doors import DOORS, Door
from web.forms.interpreting import Giving
from web.forms.person import Home, Tastes, Tongues, When, Where, Who
from web.forms.prefill import changed, raw_of
from web.forms.wishes import Agreements, Login, Wishes
from web.words import PROMISES

if TYPE_CHECKING:
    from collections.abc import Mapping

Raw = dict[str, list[str]]


class Screen(Protocol):
    """What a screen was read into."""

    def profile(self) -> dict[str, Any]:
        """Give the fields of the profile that this screen fills."""


class Form(Protocol):
    """A screen that can be read."""

    def read(self, answers: Answers, door: Door) -> Screen:
        """Read a screen; faults are noted in ``answers``."""


FORMS: Mapping[str, Form] = {
    "qui": Who,
    "langues": Tongues,
    "interets": Tastes,
    "quand": When,
    "ou": Where,
    "foyer": Home,
    "souhaits": Wishes,
    "interpretation": Giving,
    "accords": Agreements,
}
FIELDS: Mapping[str, tuple[str, ...]] = {
    "qui": ("first_name", "surname", "age_band", "gender", "phone"),
    "langues": ("rows", "language-*", "level-*", "mode-*"),
    "interets": ("interest-*",),
    "quand": ("rhythm", "week-*"),
    "ou": ("sector", "travel_mode", "limit_km", "remote_ok"),
    "foyer": ("household", "children_bands", "access_needs"),
    "souhaits": (
        *("goals", "gender_request", "meetings_per_month", "months", "stay_until", "capacity"),
        *("accepts_interpreter", "will_drive", "accepts_children", "meets_access"),
    ),
    "interpretation": (
        "settings",
        "modes",
        "trained_for",
        "zone",
        "max_hours_day",
        "max_hours_month",
        "code",
    ),
    "accords": tuple(PROMISES),
}
"""What each screen may send; ``*`` stands for a row, a week or a code."""
ABOUT_PERSON = ("qui", "langues", "interets", "quand", "ou", "foyer")
"""The screens that a person can come back to from her own page."""


@dataclass(slots=True)
class Draft:
    """A sign-up under way: its door, what was typed on each screen, and whose page it started from."""

    door: Door
    raw: dict[str, Raw] = field(default_factory=dict)
    person_id: str | None = None
    agreed: tuple[str, ...] = ()
    """What a registered person agreed to before; it is not asked again."""
    agent_id: str | None = None
    """The account of the worker who registers somebody beside her."""

    def answers(self, screen: str) -> Answers:
        """Give what was typed on a screen, with the faults that it has as it stands."""
        answers = Answers(self.raw.get(screen))
        if screen == "accords":
            answers.raw |= {purpose: ["yes"] for purpose in self.agreed}
        return answers

    def read(self) -> tuple[dict[str, Any], dict[str, Answers]]:
        """Read every screen of the door; give what each one says, and the answers of those with faults."""
        typed, faulty = {}, {}
        for name in self.door.screens:
            answers = self.answers(name)
            typed[name] = FORMS[name].read(answers, self.door)
            if answers.faults:
                faulty[name] = answers
        return typed, faulty

    def to_json(self) -> dict[str, Any]:
        """Give the draft as it is kept."""
        return {
            "door": self.door.code,
            "raw": self.raw,
            "person": self.person_id,
            "agreed": list(self.agreed),
            "agent": self.agent_id,
        }


def draft_from_json(kept: Mapping[str, Any]) -> Draft:
    """Read a kept draft."""
    return Draft(DOORS[kept["door"]], kept["raw"], kept["person"], tuple(kept["agreed"]), kept.get("agent"))


def profile_of(typed: Mapping[str, Screen], **told: Any) -> Profile:
    """Put the screens together into one profile."""
    return Profile(**told | _said(typed))


def updated(known: Profile, typed: Mapping[str, Screen], door: Door) -> Profile:
    """Give what is known with what was changed on some screens."""
    raw = raw_of(known)
    shown = {name: FORMS[name].read(Answers(raw.get(name)), door) for name in typed}
    return changed(known, _said(typed), _said(shown))


def _said(typed: Mapping[str, Screen]) -> dict[str, Any]:
    return {name: value for screen in typed.values() for name, value in screen.profile().items()}


def registration_of(typed: Mapping[str, Any], login: Login, language: str) -> Registration:
    """Put a faultless sign-up together."""
    needs, offers = wishes_of(typed)
    return Registration(
        profile=profile_of(typed, email=login.email, reader_language=language),
        needs=needs,
        offers=offers,
        consents=typed["accords"].purposes,
        password=login.password,
    )


def wishes_of(typed: Mapping[str, Any]) -> tuple[tuple[NeedSheet, ...], tuple[OfferSheet, ...]]:
    """Give the needs and the offers of a sign-up; one of the two is empty, and both are for the bank."""
    if "souhaits" not in typed:
        return (), ()
    sheet = typed["souhaits"].sheet
    return ((sheet,), ()) if isinstance(sheet, NeedSheet) else ((), (sheet,))


def fields_of(name: str = "souhaits", **_named: str) -> tuple[str, ...]:
    """Give what a screen may send."""
    return FIELDS.get(name, ())


def neighbours(screen: str, door: Door) -> tuple[str | None, str | None]:
    """Give the screen before and the screen after."""
    names = [None, *door.screens, None]
    place = names.index(screen)
    return names[place - 1], names[place + 1]
