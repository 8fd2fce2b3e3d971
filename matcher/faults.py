"""Faults in what a person gave: found one by one, raised all together."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from matcher.errors import Fault, FaultyInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST_SHOWN = 60
MOST_CHOICES_SHOWN = 12
NEAR_ENOUGH = 0.7
MOST_NOTED = 10_000
"""Faults after which reading stops: nobody mends more at once, and noise must not fill the memory."""

SENTENCES: Mapping[str, tuple[str, str]] = {
    "bad_day": ("{given} is not a date that exists", "a date such as 2026-03-02"),
    "bad_id": ("{given} is not an id", "1 to 64 printable characters"),
    "bad_pair": ("{given} is not a pair", "a list of a need id and an offer id"),
    "bad_weeks": ("{given} weeks", "1 to 4 weeks, each a list of slots; [[]] for never"),
    "damaged_file": ("the file is not a workbook that can be read ({given})", "save it again as XLSX or CSV"),
    "doubled_column": ("the column {given} stands twice", "each column once"),
    "doubled_id": ("the id {given} stands twice in its list", "each id once"),
    "doubled_key": ("the name {given} stands twice in one object", "each name once"),
    "doubled_language": ("{given} stands twice with different levels", "one level for a language and mode"),
    "empty_file": ("the file is empty", "a file with its content"),
    "formula": ("{given} is a formula", "its value"),
    "full_cell": (
        "it holds {most} characters, all that a cell can, and the rest may be lost",
        "a shorter list",
    ),
    "lock_crosses": ("{given} crosses {crossed}", "no lock: no person may override this"),
    "lock_doubled": ("{given} is locked twice", "one lock a need"),
    "lock_forbidden": ("{given} is locked and forbidden", "one or the other"),
    "lock_no_place": ("{given} has {places} places for {locks} locks", "as many locks as capacity allows"),
    "missing": ("it is missing", "{given}"),
    "missing_column": ("the column {given} is missing", "a first row with the names of the columns"),
    "no_language": ("a level without a language", "a language and its level, such as fra:B1"),
    "not_code": ("{given} is not a code", "{meant}"),
    "no_column": ("{given} stands under no column", "a name in the first row"),
    "not_csv": ("it is not CSV: {given}", "cells in quotes that open and close"),
    "not_flag": ("{given} is neither true nor false", "true or false"),
    "not_json": ("it is not JSON: {given}", "JSON as the contract describes it"),
    "not_list": ("{given} is not a list", "a list"),
    "not_number": ("{given} is not a number", "a number from {low} to {high}"),
    "not_object": ("{given} is not an object", "an object in braces"),
    "not_text": ("{given} is not text", "text"),
    "not_unicode": ("a character that is none ({given})", "text without it"),
    "not_whole": ("{given} is not a whole number", "a whole number from {low} to {high}"),
    "out_of_range": ("{given} is out of range", "{low} to {high}"),
    "too_deep": ("it is nested too deep", "at most {most} levels"),
    "too_large": ("it is too large ({given})", "at most {most}"),
    "too_many": ("{given} of them", "at most {most}"),
    "two_availabilities": ("two ways of giving weeks", "availability, or availability_1 to availability_4"),
    "unknown_column": ("there is no column {given}", "{meant}"),
    "unknown_field": ("no such field", "{meant}"),
    "unknown_id": ("there is no {side} {given}", "an id of the pool"),
    "wrong_encoding": ("its characters can't be read ({given})", "UTF-8{or_else}"),
    "wrong_format": ("{given} is not the format", "{wanted}"),
}
"""For each code what is wrong and what would be right, in English; pages say it in their own language."""


@dataclass(frozen=True, slots=True)
class FormatFault(Fault):
    """A fault with its code and facts beside the English words, so that a page can say it in French."""

    code: str
    facts: Mapping[str, str]


def fault(
    where: str, field: str, code: str, sentences: Mapping[str, tuple[str, str]] = SENTENCES, **facts: object
) -> FormatFault:
    """Give the fault that ``code`` names, in words."""
    shown = {name: str(value) for name, value in facts.items()}
    wrong, right = sentences[code]
    return FormatFault(where, field, wrong.format_map(shown), right.format_map(shown), code, shown)


def show(value: Any) -> str:
    """Give a value as it stands in a message: short, on one line, nothing unprintable."""
    if isinstance(value, str):
        value = value[: LONGEST_SHOWN + 1]
    elif isinstance(value, dict):
        return "an object"
    elif isinstance(value, list | tuple):
        return "a list"
    text = json.dumps(value, ensure_ascii=False, default=str)
    text = "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text)
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def meant(given: Any, known: Iterable[str]) -> dict[str, str]:
    """Give what could have been meant: the nearest code, or all of them where they are few.

    ``meant`` says it in English; ``near`` and ``few`` let a page say it in another language.
    """
    codes = list(dict.fromkeys(known))
    near = (
        get_close_matches(given[:LONGEST_SHOWN], codes, n=1, cutoff=NEAR_ENOUGH)
        if isinstance(given, str)
        else []
    )
    if near:
        return {"meant": f"perhaps {near[0]}", "near": near[0], "few": ""}
    if len(codes) <= MOST_CHOICES_SHOWN:
        few = ", ".join(codes)
        return {"meant": f"one of {few}", "near": "", "few": few}
    return {"meant": f"one of {len(codes)} codes such as {codes[0]}", "near": "", "few": ""}


class Faults:
    """Collects faults while a file is read, and raises them together at the end."""

    def __init__(self, sentences: Mapping[str, tuple[str, str]] = SENTENCES) -> None:
        self.sentences = sentences
        self.found: list[Fault] = []
        self._doubtful: set[tuple[str, str]] = set()

    def add(self, where: str, field: str, code: str, **facts: object) -> None:
        """Note one fault; after a great many, raise them without reading on."""
        if len(self.found) >= MOST_NOTED:
            self.stop_if_any()
        self.found.append(fault(where, field, code, self.sentences, **facts))

    def doubt(self, side: str, identity: str) -> None:
        """Note that a row of a list could not be read as a whole, so that nothing is concluded from its rest."""
        self._doubtful.add((side, identity))

    def doubts(self, side: str, identity: str) -> bool:
        """Say whether a row of a list could not be read as a whole."""
        return (side, identity) in self._doubtful

    def stop_if_any(self) -> None:
        """Raise all that were found, if any were."""
        if self.found:
            raise FaultyInput(self.found)


class Spot:
    """Where the reading stands: a row and a field of it, put into words only where something is wrong."""

    __slots__ = ("_outer", "_step", "faults", "where")

    def __init__(self, faults: Faults, where: str, step: str | int = "", outer: Spot | None = None) -> None:
        self.faults = faults
        self.where = where
        self._step = step
        self._outer = outer

    @property
    def field(self) -> str:
        """Give the path of the field, such as ``languages[2].level``."""
        outer = self._outer.field if self._outer else ""
        if isinstance(self._step, int):
            return f"{outer}[{self._step}]"
        return f"{outer}.{self._step}" if outer else self._step

    def of(self, name: str) -> Spot:
        """Go one field deeper."""
        return Spot(self.faults, self.where, name, self)

    def at(self, position: int) -> Spot:
        """Go to one entry of a list."""
        return Spot(self.faults, self.where, position, self)

    def wrong(self, code: str, **facts: object) -> None:
        """Note a fault here; the value counts as unknown from now on."""
        self.faults.add(self.where, self.field, code, **facts)
