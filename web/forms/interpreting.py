"""What is typed about interpreting: what a volunteer gives, what is asked, when, and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from matcher.vocabulary import (
    GENDERS,
    LANGUAGES,
    LEVELS,
    LONGEST_MINUTES,
    MEETING_MODES,
    SECTORS,
    SETTINGS,
)
from models.interpreting import (
    AppointmentSheet,
    Arrangement,
    InterpreterSheet,
    Language,
    TranslationSheet,
)
from models.interpreting.bank import MOST_HOURS_A_DAY, MOST_HOURS_A_MONTH, VOLUNTARY
from models.interpreting.requests import FARTHEST, MOST_TEXT
from models.interpreting.sheets import CITY
from models.tables.interpreting import KINDS_OF_EXCEPTION, MOST_PAGES
from web.clock import CITY_ZONE, today
from web.forms.doors import DOORS
from web.forms.moments import A_YEAR, TWO_YEARS, instant, reach
from web.forms.person import Tongues, When

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from web.forms.answers import Answers
    from web.forms.doors import Door
    from web.forms.moments import Reach

ZONES = (
    "America/Toronto",
    "America/Halifax",
    "America/St_Johns",
    "America/Winnipeg",
    "America/Edmonton",
    "America/Vancouver",
    "America/Guatemala",
    "America/Bogota",
    "Europe/Paris",
    "Africa/Casablanca",
    "Asia/Beirut",
)
"""Where interpreters by video have been seen to live; the city comes first."""
SIDES = ("interpreter", "requester")
ARRANGEMENT = ("start", "start-turn", "minutes", "mode", "also_modes", "sector", "place")
"""The fields of when, how and where."""
DOOR = DOORS["interpreter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A stretch of time outside the usual week: away, or free as well."""

    kind: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Giving:
    """What an interpreter or a translator gives beside her languages and her week; the code of conduct, signed."""

    settings: tuple[str, ...]
    modes: tuple[str, ...]
    trained_for: tuple[str, ...]
    zone: str
    max_hours_day: int | None
    max_hours_month: int | None

    @classmethod
    def read(cls, answers: Answers, door: Door) -> Giving:  # noqa: ARG003 -- every screen is read alike
        """Read the screen; without the code of conduct nobody joins."""
        giving = cls.read_again(answers)
        if not answers.ticked("code"):
            answers.blame(
                "code", _("Lisez le code de conduite et cochez la case : personne n’interprète sans lui.")
            )
        return giving

    @classmethod
    def read_again(cls, answers: Answers) -> Giving:
        """Read what she gives from now on; the code was signed before."""
        settings = answers.several("settings", VOLUNTARY)
        modes = answers.several("modes", MEETING_MODES)
        if settings and not modes:
            answers.blame("modes", _("Cochez au moins une façon : en personne, par vidéo ou par téléphone."))
        return cls(
            settings,
            modes,
            answers.several("trained_for", VOLUNTARY),
            answers.choice("zone", ZONES) or CITY,
            answers.whole("max_hours_day", 1, MOST_HOURS_A_DAY),
            answers.whole("max_hours_month", 1, MOST_HOURS_A_MONTH),
        )

    def profile(self) -> dict[str, Any]:
        """What she gives is kept apart from her profile."""
        return {}


def interpreter_sheet_of(typed: Mapping[str, Any]) -> InterpreterSheet | None:
    """Put the screens of the door to the bank together; None for every other door."""
    giving: Giving | None = typed.get("interpretation")
    if giving is None:
        return None
    return _sheet(typed["langues"], typed["quand"], giving)


def _sheet(tongues: Tongues, when: When, giving: Giving) -> InterpreterSheet:
    return InterpreterSheet(
        languages=tongues.languages,
        availability=when.availability or ((),),
        settings=giving.settings,
        modes=giving.modes,
        trained_for=giving.trained_for,
        zone=giving.zone,
        max_hours_day=giving.max_hours_day,
        max_hours_month=giving.max_hours_month,
    )


def interpreter(answers: Answers) -> InterpreterSheet | None:
    """Read what an interpreter or a translator gives, all on one page."""
    tongues, when = Tongues.read(answers, DOOR), When.read(answers, DOOR)
    sheet = _sheet(tongues, when, Giving.read_again(answers))
    return None if answers.faults else sheet


def absence(answers: Answers, zone: str) -> Absence | None:
    """Read a dated exception on the interpreter's own clocks."""
    kind = answers.choice(
        "kind", KINDS_OF_EXCEPTION, missing=_("Dites si c’est une absence ou du temps libre.")
    )
    missing = {
        "begins": _("Indiquez le jour et l’heure du début."),
        "ends": _("Indiquez le jour et l’heure de la fin."),
    }
    begins, ends = (
        instant(answers, name, reach(A_YEAR, TWO_YEARS), zone, missing=told) for name, told in missing.items()
    )
    if begins and ends and ends <= begins:
        answers.blame("ends", _("La fin vient avant le début."))
    if answers.faults or kind is None or begins is None or ends is None:
        return None
    return Absence(kind=kind, begins=begins, ends=ends)


def appointment(
    answers: Answers, *, at: datetime, person_id: str | None, met: Collection[str] = ()
) -> AppointmentSheet | None:
    """Read a request to interpret, with whom to avoid of those she ``met``; everything that is wrong is told at once."""
    language, dialect = _pair(answers), answers.choice("dialect", LANGUAGES)
    if language and dialect == language[1]:
        answers.blame("dialect", _("C’est la langue vers laquelle on interprète."))
    setting = answers.choice("setting", SETTINGS, missing=_("Dites de quel genre de rendez-vous il s’agit."))
    settled = arrangement(answers, at=at)
    also = _also(answers)
    gender = answers.choice("gender_request", ("any", *GENDERS))
    note = answers.text("note", most=MOST_TEXT)
    avoid = answers.several("avoid", met)
    if answers.faults or language is None or setting is None or settled is None:
        return None
    return AppointmentSheet(
        from_language=language[0],
        to_language=language[1],
        dialect=dialect,
        setting=setting,
        start=settled.start,
        minutes=settled.minutes,
        modes=settled.modes,
        person_id=person_id,
        sector=settled.sector,
        place=settled.place,
        gender_request=None if gender == "any" else gender,
        same_as_before=answers.ticked("same_as_before"),
        avoid=avoid,
        also_speaks=also,
        relay_agreed=bool(also),
        note=note,
    )


def arrangement(answers: Answers, *, at: datetime, fixed: datetime | None = None) -> Arrangement | None:
    """Read when, how and where an appointment is; its hour is not asked where it is ``fixed`` elsewhere."""
    start = _to_come(answers, at) if fixed is None else fixed
    minutes = answers.whole(
        "minutes", 1, LONGEST_MINUTES, missing=_("Écrivez combien de minutes cela prendra.")
    )
    modes, sector, place = _modes(answers), answers.choice("sector", SECTORS), answers.text("place")
    if "in_person" in modes and sector is None:
        answers.blame(
            "sector", _("Choisissez le secteur du rendez-vous : l’interprète doit pouvoir s’y rendre.")
        )
    if answers.faults or start is None or minutes is None:
        return None
    return Arrangement(start=start, minutes=minutes, modes=modes, sector=sector, place=place)


def _to_come(answers: Answers, at: datetime) -> datetime | None:
    """Read when it begins, which is not past."""
    start = instant(answers, "start", _days_to_ask(at))
    if start is not None and start <= at:
        answers.blame("start", _("Ce moment est passé."))
        return None
    return start


def _days_to_ask(at: datetime) -> Reach:
    """Give the whole days from today on: a day that a refusal names is then accepted."""
    today_begins, beyond = (
        datetime.combine(edge.astimezone(CITY_ZONE), time.min, CITY_ZONE) for edge in (at, at + FARTHEST)
    )
    return today_begins, beyond - timedelta(minutes=1)


def _pair(answers: Answers) -> tuple[str, str] | None:
    """Read the two languages, which differ."""
    source = answers.choice("from_language", LANGUAGES, missing=_("Choisissez la langue de la personne."))
    target = answers.choice("to_language", LANGUAGES) or "fra"
    if source == target:
        answers.blame("to_language", _("Les deux langues sont la même."))
    return (source, target) if source and source != target else None


def _modes(answers: Answers) -> tuple[str, ...]:
    """Read how it is to be done: the way preferred first, then the others that would do."""
    first = answers.choice("mode", MEETING_MODES, missing=_("Choisissez la façon que vous préférez."))
    others = answers.several("also_modes", MEETING_MODES)
    return tuple(dict.fromkeys((first, *others))) if first else ()


def _also(answers: Answers) -> tuple[Language, ...]:
    """Read a second language that the person speaks; it counts only with her agreement to a relay."""
    # a level alone would be dropped without a word
    unnamed = _("Choisissez cette autre langue, ou effacez la réponse qui la suit.")
    has_level = bool(answers.value("also_level"))
    code = answers.choice("also_language", LANGUAGES, missing=unnamed if has_level else None)
    if code is None:
        return ()
    level = answers.choice("also_level", LEVELS, missing=_("Dites comment la personne connaît cette langue."))
    if not answers.ticked("relay_agreed"):
        answers.blame(
            "relay_agreed",
            _("Demandez d’abord à la personne : sans son accord, on ne passe pas par une autre langue."),
        )
    return (Language(code=code, level=level),) if level else ()


def translation(answers: Answers, *, person_id: str | None) -> TranslationSheet | None:
    """Read a request to translate."""
    language = _pair(answers)
    setting = answers.choice("setting", SETTINGS, missing=_("Dites de quoi parle le texte."))
    pages = answers.whole("pages", 1, MOST_PAGES, missing=_("Écrivez combien de pages il y a."))
    deadline = answers.day("deadline", missing=_("Dites pour quand."))
    if deadline is not None and deadline < today():
        answers.blame("deadline", _("Ce jour est passé."))
    if deadline is not None and deadline > today() + FARTHEST:
        answers.blame("deadline", _("Choisissez un jour à venir, d’ici un an."))
    note = answers.text("note", most=MOST_TEXT)
    if answers.faults or language is None or setting is None or pages is None or deadline is None:
        return None
    return TranslationSheet(
        from_language=language[0],
        to_language=language[1],
        setting=setting,
        pages=pages,
        deadline=deadline,
        second_reader=answers.ticked("second_reader"),
        person_id=person_id,
        note=note,
    )


def minutes_taken(answers: Answers, key: str) -> int | None:
    """Read how long it really took; several such fields stand on one page, each named after what it is about."""
    return answers.whole(
        f"minutes-{key}", 1, 2 * LONGEST_MINUTES, missing=_("Écrivez la durée réelle, en minutes.")
    )
