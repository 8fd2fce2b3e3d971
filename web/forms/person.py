"""The screens about a person: who, which languages, which tastes, when, where, with whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from matcher.vocabulary import (
    ACCESS_NEEDS,
    AGE_BANDS,
    BLOCKS,
    CHILDREN_BANDS,
    DAYS,
    FARTHEST_KM,
    GENDERS,
    HOUSEHOLD_FORMS,
    INTERESTS,
    LANGUAGES,
    LEVELS,
    MODES,
    MOST_INTERESTS,
    SECTORS,
    TRAVEL_MODES,
    WEEKS,
)
from models.casework.codes import LONGEST_NAME, PHONE
from models.casework.sheets import Household, Interests, Language, Travel
from web.words import TASTES

if TYPE_CHECKING:
    from web.forms.answers import Answers
    from web.forms.doors import Door

MOST_LANGUAGES = 12
"""Rows that can be asked for; who came with more, from a list, sees them all."""
FIRST_ROWS = 2
RHYTHMS = ("same", "changes")
ELSEWHERE = "elsewhere"
"""Answered in place of a sector by who does not live here, or not yet: how far she is, is not known."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who you are."""

    first_name: str | None
    surname: str | None
    age_band: str | None
    gender: str | None
    phone: str | None

    @classmethod
    def read(cls, answers: Answers, door: Door) -> Who:  # noqa: ARG003 -- every screen is read alike
        """Read the screen; faults are noted in ``answers``."""
        return cls(
            answers.text("first_name", missing=_("Écrivez votre prénom."), most=LONGEST_NAME),
            answers.text("surname", missing=_("Écrivez votre nom de famille."), most=LONGEST_NAME),
            answers.choice("age_band", AGE_BANDS, missing=_("Choisissez votre groupe d’âge.")),
            answers.choice("gender", GENDERS),
            _phone(answers),
        )

    def profile(self) -> dict[str, Any]:
        """Give the fields of the profile that this screen fills."""
        return {
            name: getattr(self, name) for name in ("first_name", "surname", "age_band", "gender", "phone")
        }


def _phone(answers: Answers) -> str | None:
    phone = answers.text("phone")
    if phone and not PHONE.fullmatch(phone):
        answers.blame("phone", _("Écrivez le numéro avec l’indicatif, par exemple 418 555-0123."))
    return phone


@dataclass(frozen=True, slots=True)
class Tongues:
    """The languages you speak, sign or write."""

    languages: tuple[Language, ...]

    @classmethod
    def read(cls, answers: Answers, door: Door) -> Tongues:
        """Read every row that names a language; who interprets passes from one to another."""
        rows = (_language(answers, row) for row in range(1, language_rows(answers) + 1))
        languages = tuple(language for language in rows if language)
        if not languages and not answers.faults:
            answers.blame("language-1", _("Nommez au moins une langue : c’est par là que tout commence."))
        if len({(language.code, language.mode) for language in languages}) < len(languages):
            answers.blame("language-1", _("La même langue est là deux fois, de la même façon."))
        if door.program == "interpreting" and len({language.code for language in languages}) == 1:
            answers.blame(
                "language-2",
                _("Interpréter ou traduire, c’est passer d’une langue à une autre : il en faut deux."),
            )
        return cls(languages)

    def profile(self) -> dict[str, Any]:
        """Give the fields of the profile that this screen fills."""
        return {"languages": self.languages}


def language_rows(answers: Answers) -> int:
    """Give how many rows of languages the screen shows."""
    text = answers.value("rows")
    rows = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else FIRST_ROWS
    return max(rows, FIRST_ROWS)


def _language(answers: Answers, row: int) -> Language | None:
    # a level alone would be dropped without a word
    unnamed = _(
        "Choisissez la langue, ou effacez votre réponse à « Comment la connaissez-vous? » sur cette ligne."
    )
    has_level = bool(answers.value(f"level-{row}"))
    code = answers.choice(f"language-{row}", LANGUAGES, missing=unnamed if has_level else None)
    if code is None:
        return None
    level = answers.choice(f"level-{row}", LEVELS, missing=_("Dites comment vous connaissez cette langue."))
    mode = answers.choice(f"mode-{row}", MODES) or LANGUAGES[code].row["modality"]
    if (mode == "signed") != (LANGUAGES[code].row["modality"] == "signed") and mode != "written":
        answers.blame(
            f"mode-{row}", _("Une langue des signes se signe, les autres se parlent ou s’écrivent.")
        )
    return Language(code=code, level=level, mode=mode) if level else None


@dataclass(frozen=True, slots=True)
class Tastes:
    """What you like, want to try, and would rather not do."""

    interests: Interests

    @classmethod
    def read(cls, answers: Answers, door: Door) -> Tastes:  # noqa: ARG003
        """Read the interests, at most ten of each kind."""
        kinds: dict[str, list[str]] = {kind: [] for kind in TASTES}
        for code in INTERESTS:
            if kind := answers.choice(f"interest-{code}", TASTES):
                kinds[kind].append(code)
        for kind, codes in kinds.items():
            if len(codes) > MOST_INTERESTS:
                answers.blame(f"count-{kind}", _too_many(kind, len(codes)))
        return cls(Interests(**{kind: tuple(codes) for kind, codes in kinds.items()}))

    def profile(self) -> dict[str, Any]:
        """Give the fields of the profile that this screen fills."""
        return {"interests": self.interests}


def _too_many(kind: str, number: int) -> str:
    text: str = _(
        "« %(kind)s » : vous en avez choisi %(number)s, gardez-en %(most)s au plus.",
        kind=TASTES[kind],
        number=number,
        most=MOST_INTERESTS,
    )
    return text


@dataclass(frozen=True, slots=True)
class When:
    """When you are free; nothing ticked is not known."""

    availability: tuple[tuple[str, ...], ...] | None

    @classmethod
    def read(cls, answers: Answers, door: Door) -> When:  # noqa: ARG003
        """Read one week that repeats, or four that differ."""
        slots = [f"{day}_{block}" for day in DAYS for block in BLOCKS]
        changes = answers.choice("rhythm", RHYTHMS) == "changes"
        weeks = tuple(
            answers.several(f"week-{week}", slots) for week in (range(WEEKS) if changes else ("usual",))
        )
        return cls(weeks if any(weeks) else None)

    def profile(self) -> dict[str, Any]:
        """Give the fields of the profile that this screen fills."""
        return {"availability": self.availability}


@dataclass(frozen=True, slots=True)
class Where:
    """Where you live, as a sector and never an address, and how you get around."""

    sector: str | None
    travel: Travel

    @classmethod
    def read(cls, answers: Answers, door: Door) -> Where:  # noqa: ARG003
        """Read the screen; faults are noted in ``answers``."""
        sector = answers.choice("sector", {*SECTORS, ELSEWHERE}, missing=_("Choisissez votre secteur."))
        return cls(
            None if sector == ELSEWHERE else sector,
            Travel(
                mode=answers.choice("travel_mode", TRAVEL_MODES),
                limit_km=answers.whole("limit_km", 0, FARTHEST_KM),
                remote_ok=answers.ticked("remote_ok"),
            ),
        )

    def profile(self) -> dict[str, Any]:
        """Give the fields of the profile that this screen fills."""
        return {"sector": self.sector, "travel": self.travel}


@dataclass(frozen=True, slots=True)
class Home:
    """Who you live with, and what makes a meeting possible for you."""

    household: Household
    access_needs: tuple[str, ...]

    @classmethod
    def read(cls, answers: Answers, door: Door) -> Home:  # noqa: ARG003
        """Read the screen; a household with nobody under 18 has an empty list of bands."""
        form = answers.choice("household", HOUSEHOLD_FORMS)
        bands = answers.several("children_bands", CHILDREN_BANDS)
        is_known = bool(bands) or form not in {None, "family"}
        return cls(
            Household(form=form, children_bands=bands if is_known else None),
            answers.several("access_needs", ACCESS_NEEDS),
        )

    def profile(self) -> dict[str, Any]:
        """Give the fields of the profile that this screen fills."""
        contact = "text_only" if "text_only" in self.access_needs else "any"
        return {"household": self.household, "access_needs": self.access_needs, "contact": contact}
