"""Cells: what a person wrote as a JSON value, and a value of the records as a cell."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from matcher.formats.words import (
    CHILDREN_WORDS,
    FLAG_WORDS,
    GENDER_WORDS,
    LANGUAGE_WORDS,
    LEVEL_WORDS,
    MODE_WORDS,
    NO_MATTER,
    Words,
    cell_of,
    is_none,
    items,
    plain,
)
from matcher.vocabulary import LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from matcher.records import Language

Cell = str | int | float
"""What is written: a text, never a formula, or a number."""

NUMBER = re.compile(r"[+-]?\d{1,20}(?:[.,]\d{1,20})?(?:e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
"""As long as a number of 64 bits may be written."""
DATE_CELL = re.compile(r"\d{4}-(\d{2})-(\d{2})", re.ASCII)
MOST_LANGUAGE_PARTS = 3


def as_text(text: str) -> str:
    """Give a text as it stands."""
    return text


def read_number(text: str) -> Any:
    """Give the number that a person wrote, with a comma or a point; anything else stays a text."""
    text = text.strip().replace("\N{NO-BREAK SPACE}", "").replace("\N{NARROW NO-BREAK SPACE}", "")
    if not NUMBER.fullmatch(text):
        return text
    number = float(text.replace(",", "."))
    if not math.isfinite(number):
        return text
    return int(number) if number.is_integer() else number


def read_flag(text: str) -> Any:
    """Give true or false for yes and no in either language; anything else stays a text."""
    return FLAG_WORDS.get(plain(text), text.strip())


def read_bare(text: str) -> str:
    """Give a text without the spaces around it."""
    return text.strip()


def read_one(words: Words) -> Callable[[str], Any]:
    """Make the way to read one choice; « no matter » asks for nobody in particular."""
    return lambda text: None if plain(text) in NO_MATTER and words is GENDER_WORDS else words.code(text)


def read_many(words: Words) -> Callable[[str], list[str]]:
    """Make the way to read a list of choices."""
    return lambda text: [] if is_none(text) else [words.code(item) for item in items(text)]


def read_children(text: str) -> list[str]:
    """Read bands of age; a spreadsheet takes « 3-5 » for the third of May."""
    bands = read_many(CHILDREN_WORDS)(text)
    return [
        _band_of_date(*match.groups()) if (match := DATE_CELL.fullmatch(band)) else band for band in bands
    ]


def _band_of_date(month: str, day: str) -> str:
    low, high = sorted((int(month), int(day)))
    return f"{low}-{high}"


def read_ids(text: str) -> list[str]:
    """Give a list of ids."""
    return [] if is_none(text) else items(text)


def read_languages(text: str) -> list[Any]:
    """Give languages, each written ``code:level`` or ``code:level:mode``."""
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


def write_many(words: Words) -> Callable[[Any], Cell]:
    """Make the way to write a set of codes; an empty one is said, since an empty cell says nothing."""
    return lambda codes: cell_of(map(words.french, codes)) or "aucun"


def write_ids(ids: Iterable[str]) -> Cell:
    """Give ids as a cell."""
    return cell_of(ids)


def write_flag(value: bool) -> Cell:  # noqa: FBT001 - the value is the cell
    """Give yes or no."""
    return "oui" if value else "non"


def write_languages(languages: Iterable[Language]) -> Cell:
    """Give languages as :func:`read_languages` reads them."""
    return cell_of(
        f"{LANGUAGE_WORDS.french(one.code)}:{LEVEL_WORDS.french(one.level)}:{MODE_WORDS.french(one.mode)}"
        for one in languages
    )


def write_same(value: Any) -> Cell:
    """Give a value that is a cell as it stands."""
    kept: Cell = value
    return kept
