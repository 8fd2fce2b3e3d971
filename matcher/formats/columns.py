"""The columns of a sheet: their names in code and in French, how a cell is read, and how it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matcher.formats import fields
from matcher.formats.words import (
    ACCESS_WORDS,
    AGE_WORDS,
    CHILDREN_WORDS,
    CONTACT_WORDS,
    FIELD_WORDS,
    FLAG_WORDS,
    GENDER_WORDS,
    GOAL_WORDS,
    HOUSEHOLD_WORDS,
    INTEREST_WORDS,
    LANGUAGE_WORDS,
    LEVEL_WORDS,
    MODE_WORDS,
    NO_MATTER,
    SECTOR_WORDS,
    SLOT_WORDS,
    TRAVEL_WORDS,
    UNKNOWN,
    Words,
    cell_of,
    is_none,
    items,
    plain,
)
from matcher.vocabulary import LEVELS, WEEKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from matcher.faults import Spot
    from matcher.records import Language

Cell = str | int | float
"""What is written: a text, never a formula, or a number."""

NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?", re.ASCII)
DATE_CELL = re.compile(r"\d{4}-(\d{2})-(\d{2})", re.ASCII)
MOST_LANGUAGE_PARTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    ``decode`` gives the JSON value of a text, ``reader`` the value of the records or a fault, ``encode``
    the way back; ``empty_is_none`` where an empty cell says « none » and not « unknown ».
    """

    name: str
    french: str
    also: tuple[str, ...] = ()
    decode: Callable[[str], Any]
    reader: fields.Reader
    encode: Callable[[Any], Cell]
    empty_is_none: bool = False
    words: Words | None = None
    """The choices, where there are some."""

    def read(self, text: str, spot: Spot) -> Any:
        """Give the value of a cell; None is unknown."""
        bare = text.strip()
        if bare == UNKNOWN or (not bare and not self.empty_is_none):
            return None
        return self.reader(self.decode(text), spot)


def named(columns: Iterable[Column]) -> Mapping[str, Column]:
    """Give columns by every name that they answer to."""
    return {plain(name): column for column in columns for name in (*column.also, column.french, column.name)}


def as_text(text: str) -> str:
    """Give a text as it stands."""
    return text


def _number(text: str) -> Any:
    """Give the number that a person wrote, with a comma or a point; anything else stays a text."""
    text = text.strip().replace("\N{NO-BREAK SPACE}", "").replace("\N{NARROW NO-BREAK SPACE}", "")
    if not NUMBER.fullmatch(text):
        return text
    number = float(text.replace(",", "."))
    return int(number) if number.is_integer() else number


def _flag(text: str) -> Any:
    return FLAG_WORDS.get(plain(text), text.strip())


def _date(text: str) -> str:
    return text.strip()


def _one(words: Words) -> Callable[[str], Any]:
    return lambda text: None if plain(text) in NO_MATTER and words is GENDER_WORDS else words.code(text)


def _many(words: Words) -> Callable[[str], list[str]]:
    return lambda text: [] if is_none(text) else [words.code(item) for item in items(text)]


def _children(text: str) -> list[str]:
    """Read bands of age; a spreadsheet takes « 3-5 » for the third of May."""
    bands = _many(CHILDREN_WORDS)(text)
    return [
        _band_of_date(*match.groups()) if (match := DATE_CELL.fullmatch(band)) else band for band in bands
    ]


def _band_of_date(month: str, day: str) -> str:
    low, high = sorted((int(month), int(day)))
    return f"{low}-{high}"


def _ids(text: str) -> list[str]:
    return [] if is_none(text) else items(text)


def _languages(text: str) -> list[Any]:
    return [_language(item) for item in items(text)]


def _language(item: str) -> Any:
    """Give a language as JSON has it; a level alone is a level without a language."""
    parts = [part.strip() for part in item.split(":")]
    if len(parts) == 1 and LEVEL_WORDS.code(item) in LEVELS:
        parts = ["", item]
    if len(parts) > MOST_LANGUAGE_PARTS:
        return {"code": item}
    wordings = zip(("code", "level", "mode"), (LANGUAGE_WORDS, LEVEL_WORDS, MODE_WORDS), parts, strict=False)
    return {name: words.code(part) for name, words, part in wordings if part}


def _encoded_many(words: Words) -> Callable[[Any], Cell]:
    return lambda codes: cell_of(map(words.french, codes)) or "aucun"


def _encoded_ids(ids: Iterable[str]) -> Cell:
    return cell_of(ids)


def _encoded_languages(languages: Iterable[Language]) -> Cell:
    return cell_of(
        f"{LANGUAGE_WORDS.french(one.code)}:{LEVEL_WORDS.french(one.level)}:{MODE_WORDS.french(one.mode)}"
        for one in languages
    )


def _same(value: Any) -> Cell:
    kept: Cell = value
    return kept


def text_column(name: str, french: str, *also: str, reader: fields.Reader) -> Column:
    """Make a column of texts that are taken as they stand."""
    return Column(name=name, french=french, also=also, decode=as_text, reader=reader, encode=str)


def _code(name: str, french: str, *also: str, words: Words, reader: fields.Reader) -> Column:
    return Column(
        name=name,
        french=french,
        also=also,
        decode=_one(words),
        reader=reader,
        encode=words.french,
        words=words,
    )


def _codes(
    name: str, french: str, *also: str, words: Words, reader: fields.Reader, empty_is_none: bool = False
) -> Column:
    return Column(
        name=name,
        french=french,
        also=also,
        decode=_many(words),
        reader=reader,
        encode=_encoded_many(words),
        empty_is_none=empty_is_none,
        words=words,
    )


def flag_column(name: str, french: str, *also: str) -> Column:
    """Make a column of yes and no."""
    return Column(
        name=name,
        french=french,
        also=also,
        decode=_flag,
        reader=fields.flag,
        encode=lambda value: "oui" if value else "non",
    )


def _number_of(name: str, french: str, *also: str, reader: fields.Reader) -> Column:
    return Column(name=name, french=french, also=also, decode=_number, reader=reader, encode=_same)


def _day(name: str, french: str, *also: str) -> Column:
    return Column(name=name, french=french, also=also, decode=_date, reader=fields.day, encode=str)


def _ids_column(name: str, french: str, *also: str) -> Column:
    return Column(
        name=name,
        french=french,
        also=also,
        decode=_ids,
        reader=fields.ids,
        encode=_encoded_ids,
        empty_is_none=True,
    )


def _week(number: int) -> Column:
    return _codes(
        f"availability_{number}",
        f"Disponibilités, semaine {number}",
        f"semaine {number}",
        f"week {number}",
        words=SLOT_WORDS,
        reader=fields.week,
    )


INTEREST_COLUMNS = ("like", "want_to_try", "not_for_me")
WEEK_COLUMNS = tuple(f"availability_{number}" for number in range(1, WEEKS + 1))

ID = text_column("id", "Identifiant", "numéro", reader=fields.identity)
FIRST_NAME = text_column("first_name", "Prénom", reader=fields.ignored)
WISHES = (
    _codes("goals", "Buts", "objectifs", words=GOAL_WORDS, reader=fields.PARTICIPANT["goals"]),
    _number_of("meetings_per_month", "Rencontres par mois", reader=fields.PARTICIPANT["meetings_per_month"]),
    _number_of("months", "Durée (mois)", "mois", "durée", reader=fields.PARTICIPANT["months"]),
    _code(
        "gender_request",
        "Genre souhaité",
        "genre demandé",
        words=GENDER_WORDS,
        reader=fields.PARTICIPANT["gender_request"],
    ),
    _code("field", "Domaine", "domaine professionnel", words=FIELD_WORDS, reader=fields.NEED["field"]),
)
PROFILE = (
    Column(
        name="languages",
        french="Langues",
        also=("langue", "language"),
        decode=_languages,
        reader=fields.languages,
        encode=_encoded_languages,
        words=LANGUAGE_WORDS,
    ),
    *(
        _codes(
            name, french, *also, words=INTEREST_WORDS, reader=fields.INTEREST_KINDS[name], empty_is_none=True
        )
        for name, french, *also in (
            ("like", "J’aime", "aime", "intérêts", "likes"),
            ("want_to_try", "Je veux découvrir", "veut découvrir", "à découvrir"),
            ("not_for_me", "Pas pour moi"),
        )
    ),
    _codes("availability", "Disponibilités", "disponibilité", words=SLOT_WORDS, reader=fields.week),
    *(_week(number) for number in range(1, WEEKS + 1)),
    _code("sector", "Secteur", words=SECTOR_WORDS, reader=fields.PARTICIPANT["sector"]),
    _code(
        "travel_mode",
        "Déplacement",
        "mode de déplacement",
        "transport",
        words=TRAVEL_WORDS,
        reader=fields.TRAVEL["mode"],
    ),
    _number_of("limit_km", "Distance maximale (km)", "distance (km)", reader=fields.TRAVEL["limit_km"]),
    flag_column("remote_ok", "À distance possible", "à distance"),
    _code("household", "Ménage", "foyer", words=HOUSEHOLD_WORDS, reader=fields.HOUSEHOLD["form"]),
    Column(
        name="children_bands",
        french="Âges des enfants",
        also=("enfants", "children"),
        decode=_children,
        reader=fields.HOUSEHOLD["children_bands"],
        encode=_encoded_many(CHILDREN_WORDS),
        words=CHILDREN_WORDS,
    ),
    _code("age_band", "Tranche d’âge", "âge", "age", words=AGE_WORDS, reader=fields.PARTICIPANT["age_band"]),
    _code("gender", "Genre", "sexe", words=GENDER_WORDS, reader=fields.PARTICIPANT["gender"]),
    _codes(
        "access_needs",
        "Besoins d’accès",
        "accessibilité",
        words=ACCESS_WORDS,
        reader=fields.PARTICIPANT["access_needs"],
        empty_is_none=True,
    ),
    _code("contact", "Contact", words=CONTACT_WORDS, reader=fields.PARTICIPANT["contact"]),
    _day("stay_until", "Séjour jusqu’au", "fin du séjour"),
)
PARTICIPANT = (
    ID,
    FIRST_NAME,
    *PROFILE,
    *WISHES,
    _ids_column("excludes", "Exclusions", "ne pas jumeler avec"),
    flag_column("consent", "Consentement"),
)
WAITING = _day("waiting_since", "En attente depuis", "date d’inscription")
NEED = (
    *PARTICIPANT,
    WAITING,
    flag_column("pressing", "Pressant", "urgent"),
    flag_column("crisis_flag", "Signal de crise", "crise"),
)
GIVING = (
    _number_of("capacity", "Places", "capacité", reader=fields.OFFER["capacity"]),
    flag_column("accepts_interpreter", "Accepte un interprète"),
    flag_column("will_drive", "Peut conduire"),
    _codes("meets_access", "Accès offerts", words=ACCESS_WORDS, reader=fields.OFFER["meets_access"]),
    flag_column("accepts_children", "Accepte les enfants"),
    _number_of(
        "years_in_field_here", "Années dans le domaine ici", reader=fields.OFFER["years_in_field_here"]
    ),
)
OFFER = (
    *PARTICIPANT,
    *GIVING,
    _number_of("active_pairings", "Jumelages en cours", reader=fields.OFFER["active_pairings"]),
    flag_column("vetting_done", "Filtrage terminé", "filtrage fait"),
    flag_column("training_done", "Formation suivie", "formation faite"),
    _ids_column("tied_to", "Lien d’autorité avec"),
    _number_of("hours_last_30d", "Heures des 30 derniers jours", reader=fields.OFFER["hours_last_30d"]),
)
