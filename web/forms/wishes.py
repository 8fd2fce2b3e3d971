"""The screens about the pairing itself: wishes, agreements, and the account that follows it all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from matcher.vocabulary import (
    ACCESS_NEEDS,
    GENDERS,
    GOALS,
    MOST_MEETINGS,
    MOST_MONTHS,
    MOST_PLACES,
)
from models.casework.sheets import NeedSheet, OfferSheet
from web.clock import today
from web.forms.passwords import new_password
from web.words import PROMISES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from web.forms.answers import Answers
    from web.forms.doors import Door


@dataclass(frozen=True, slots=True)
class Wishes:
    """What you hope for, how often, for how long, and with whom."""

    kind: type[NeedSheet | OfferSheet]
    told: dict[str, Any]
    """The fields of the sheet that this screen fills; it has more, which a list may have brought."""
    stay_until: date | None

    @classmethod
    def read(cls, answers: Answers, door: Door, stored: date | None = None) -> Wishes:
        """Read the wishes of a need or of an offer, as the door says; ``stored`` is the departure known before."""
        shared: dict[str, Any] = {
            "program": door.program,
            "goals": answers.several("goals", GOALS),
            "gender_request": answers.choice("gender_request", ("any", *GENDERS)),
            "meetings_per_month": answers.whole("meetings_per_month", 1, MOST_MEETINGS),
            "months": answers.whole("months", 1, MOST_MONTHS),
        }
        if shared["gender_request"] == "any":
            shared["gender_request"] = None
        stay_until = _departure(answers, stored)
        if door.is_offer:
            return cls(OfferSheet, shared | _given(answers), stay_until)
        return cls(NeedSheet, shared, stay_until)

    @property
    def sheet(self) -> NeedSheet | OfferSheet:
        """Give a new need or offer that says this."""
        return self.kind(**self.told)

    def profile(self) -> dict[str, Any]:
        """Give the fields of the profile that this screen fills."""
        return {"stay_until": self.stay_until}


def goals_of(door: Door) -> tuple[str, ...]:
    """Give the goals that belong to a door's program."""
    return tuple(code for code, term in GOALS.items() if door.program in term.row["programs"].split(";"))


def _departure(answers: Answers, stored: date | None) -> date | None:
    """Read the day of leaving; one that is past stands only where it was stored, and is not what she changes."""
    day = answers.day("stay_until")
    if day and day < today() and day != stored:
        answers.blame("stay_until", _("Ce jour est passé. Si vous restez, laissez la case vide."))
    return day


def _given(answers: Answers) -> dict[str, Any]:
    capacity = answers.whole("capacity", 0, MOST_PLACES)
    return {
        "capacity": 1 if capacity is None else capacity,
        "accepts_interpreter": answers.ticked("accepts_interpreter"),
        "will_drive": answers.ticked("will_drive"),
        "accepts_children": answers.ticked("accepts_children"),
        "meets_access": answers.several("meets_access", ACCESS_NEEDS),
    }


@dataclass(frozen=True, slots=True)
class Agreements:
    """What you agree to, one use at a time."""

    purposes: tuple[str, ...]

    @classmethod
    def read(cls, answers: Answers, door: Door) -> Agreements:  # noqa: ARG003 -- every screen is read alike
        """Read the agreements; only the first is needed to take part."""
        purposes = tuple(purpose for purpose in PROMISES if answers.ticked(purpose))
        if "program" not in purposes:
            answers.blame("program", _("Sans cet accord, nous ne pouvons pas vous inscrire."))
        return cls(purposes)

    def profile(self) -> dict[str, Any]:
        """Agreements are kept apart from the profile."""
        return {}


@dataclass(frozen=True, slots=True)
class Login:
    """The address and the password of the account."""

    email: str
    password: str

    @classmethod
    def read(cls, answers: Answers, own: Iterable[str | None] = ()) -> Login:
        """Read the screen; ``own`` are names that a stranger would try as a password."""
        email = answers.text("email", missing=_("Écrivez votre adresse courriel.")) or ""
        if email and not is_address(email):
            answers.blame("email", _("Cette adresse n’est pas complète. Elle ressemble à nom@exemple.ca."))
        return cls(email, new_password(answers, "password", (email, *own)))


def is_address(email: str) -> bool:
    """Whether this reads as an e-mail address."""
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
