"""The columns of a sheet: how a cell of each is read, and how it is written.

Their names, in code and in French, stand in ``vocabulary/sheet_columns.csv``; accents, case and punctuation
do not count, and a field name of the contract is always understood.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matcher.formats import cells, fields
from matcher.formats.cells import Cell
from matcher.formats.words import (
    ACCESS_WORDS,
    AGE_WORDS,
    CHILDREN_WORDS,
    CONTACT_WORDS,
    FIELD_WORDS,
    GENDER_WORDS,
    GOAL_WORDS,
    HOUSEHOLD_WORDS,
    INTEREST_WORDS,
    LANGUAGE_WORDS,
    SECTOR_WORDS,
    SLOT_WORDS,
    TRAVEL_WORDS,
    UNKNOWN,
    Words,
    plain,
)
from matcher.vocabulary import WEEKS, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from matcher.faults import Spot

NAMES: Mapping[str, tuple[str, ...]] = {
    row["code"]: (row["label_fr"], *filter(None, row["also"].split(";"))) for row in rows_of("sheet_columns")
}
"""Column → its French name, and the other names that it answers to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    ``decode`` gives the JSON value of a text, ``reader`` the value of the records or a fault, ``encode``
    the way back; ``empty_is_none`` where an empty cell says « none » and not « unknown ».
    """

    name: str
    decode: Callable[[str], Any]
    reader: fields.Reader
    encode: Callable[[Any], Cell]
    empty_is_none: bool = False
    words: Words | None = None
    """The choices, where there are some."""

    @property
    def french(self) -> str:
        """Give the name that a coordinator reads."""
        return NAMES[self.name][0]

    def read(self, text: str, spot: Spot) -> Any:
        """Give the value of a cell; None is unknown."""
        bare = text.strip()
        if bare == UNKNOWN or (not bare and not self.empty_is_none):
            return None
        return self.reader(self.decode(text), spot)


def named(columns: Iterable[Column]) -> Mapping[str, Column]:
    """Give columns by every name that they answer to."""
    return {plain(name): column for column in columns for name in (column.name, *NAMES[column.name])}


def text_column(name: str, reader: fields.Reader) -> Column:
    """Make a column of texts that are taken as they stand."""
    return Column(name=name, decode=cells.as_text, reader=reader, encode=str)


def flag_column(name: str) -> Column:
    """Make a column of yes and no."""
    return Column(name=name, decode=cells.read_flag, reader=fields.flag, encode=cells.write_flag)


def _code(name: str, words: Words, reader: fields.Reader) -> Column:
    return Column(name=name, decode=cells.read_one(words), reader=reader, encode=words.french, words=words)


def _codes(name: str, words: Words, reader: fields.Reader, *, empty_is_none: bool = False) -> Column:
    return Column(
        name=name,
        decode=cells.read_many(words),
        reader=reader,
        encode=cells.write_many(words),
        empty_is_none=empty_is_none,
        words=words,
    )


def _number(name: str, reader: fields.Reader) -> Column:
    return Column(name=name, decode=cells.read_number, reader=reader, encode=cells.write_same)


def _day(name: str) -> Column:
    return Column(name=name, decode=cells.read_bare, reader=fields.day, encode=str)


def _ids(name: str) -> Column:
    return Column(
        name=name,
        decode=cells.read_ids,
        reader=fields.ids,
        encode=cells.write_ids,
        empty_is_none=True,
    )


INTEREST_COLUMNS = ("like", "want_to_try", "not_for_me")
WEEK_COLUMNS = tuple(f"availability_{number}" for number in range(1, WEEKS + 1))

ID = text_column("id", fields.identity)
FIRST_NAME = text_column("first_name", fields.ignored)
WISHES = (
    _codes("goals", GOAL_WORDS, fields.NEED["goals"]),
    _number("meetings_per_month", fields.NEED["meetings_per_month"]),
    _number("months", fields.NEED["months"]),
    _code("gender_request", GENDER_WORDS, fields.NEED["gender_request"]),
    _code("field", FIELD_WORDS, fields.NEED["field"]),
)
LANGUAGES = Column(
    name="languages",
    decode=cells.read_languages,
    reader=fields.languages,
    encode=cells.write_languages,
    words=LANGUAGE_WORDS,
)
CHILDREN = Column(
    name="children_bands",
    decode=cells.read_children,
    reader=fields.HOUSEHOLD["children_bands"],
    encode=cells.write_many(CHILDREN_WORDS),
    words=CHILDREN_WORDS,
)
PROFILE = (
    LANGUAGES,
    *(
        _codes(name, INTEREST_WORDS, fields.INTEREST_KINDS[name], empty_is_none=True)
        for name in INTEREST_COLUMNS
    ),
    *(_codes(name, SLOT_WORDS, fields.week) for name in ("availability", *WEEK_COLUMNS)),
    _code("sector", SECTOR_WORDS, fields.NEED["sector"]),
    _code("travel_mode", TRAVEL_WORDS, fields.TRAVEL["mode"]),
    _number("limit_km", fields.TRAVEL["limit_km"]),
    flag_column("remote_ok"),
    _code("household", HOUSEHOLD_WORDS, fields.HOUSEHOLD["form"]),
    CHILDREN,
    _code("age_band", AGE_WORDS, fields.NEED["age_band"]),
    _code("gender", GENDER_WORDS, fields.NEED["gender"]),
    _codes("access_needs", ACCESS_WORDS, fields.NEED["access_needs"], empty_is_none=True),
    _code("contact", CONTACT_WORDS, fields.NEED["contact"]),
    _day("stay_until"),
)
PARTICIPANT = (ID, FIRST_NAME, *PROFILE, *WISHES, _ids("excludes"), flag_column("consent"))
WAITING = _day("waiting_since")
NEED = (*PARTICIPANT, WAITING, flag_column("pressing"), flag_column("crisis_flag"))
GIVING = (
    _number("capacity", fields.OFFER["capacity"]),
    flag_column("accepts_interpreter"),
    flag_column("will_drive"),
    _codes("meets_access", ACCESS_WORDS, fields.OFFER["meets_access"]),
    flag_column("accepts_children"),
    _number("years_in_field_here", fields.OFFER["years_in_field_here"]),
)
OFFER = (
    *PARTICIPANT,
    *GIVING,
    _number("active_pairings", fields.OFFER["active_pairings"]),
    flag_column("vetting_done"),
    flag_column("training_done"),
    _ids("tied_to"),
    _number("hours_last_30d", fields.OFFER["hours_last_30d"]),
)
