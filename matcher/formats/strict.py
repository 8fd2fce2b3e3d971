"""JSON read strictly: what two programs could understand differently is a fault."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matcher.faults import Faults, show
from matcher.undisturbed import undisturbed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DEEPEST = 20
CONTAINERS = (dict, list)
MARK = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
"""A text, which hides what it holds, or where an object or a list begins or ends."""
OPENING, CLOSING = frozenset("[{"), frozenset("]}")
ESCAPED_NONSENSE = re.compile(r"\\u(?:0000|d[89a-f])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NotANumber:
    """Stands for NaN, an infinity or a number too large: no field accepts it."""

    text: str

    def __str__(self) -> str:
        return self.text


def parse_source(source: Path | str | bytes, faults: Faults) -> Any:
    """Give the value of a JSON file, or of its bytes; raises ``OSError`` too, where the file can't be read."""
    return parse(source if isinstance(source, bytes) else Path(source).read_bytes(), faults)


def parse(data: bytes, faults: Faults) -> Any:
    """Give the value of a JSON document, and note every name that is doubled and every bad character.

    Numbers that are none become :class:`NotANumber`, which the reader of the field refuses by name.

    Raises
    ------
    FaultyInput
        Where the bytes are no JSON, or nested too deep.
    """
    text = _decode(data, faults)
    doubled: list[tuple[dict[str, Any], str]] = []
    with undisturbed():
        value = _load(text, doubled, faults)
        _check_depth(value, faults)
    if doubled:
        _refuse_doubled(doubled, value, faults)
    if ESCAPED_NONSENSE.search(text):
        _check_characters(value, faults)
    return value


def is_json(data: bytes) -> bool:
    """Say whether bytes are JSON of any kind, however deep it is nested and however long its numbers are."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    try:
        return _stands(text)
    except RecursionError:
        return _stands_unnested(text)


def _stands(text: str) -> bool:
    try:
        json.loads(text, parse_int=len)
    except json.JSONDecodeError:
        return False
    return True


def _stands_unnested(text: str) -> bool:
    """Judge each object and list by itself, from the inside out, a number in the place of what stands in it."""
    around: list[list[str]] = [[]]
    end = 0
    for match in MARK.finditer(text):
        mark, before = match[0], text[end : match.start()]
        end = match.end()
        if mark in OPENING:
            around[-1].append(before)
            around.append([mark])
            continue
        around[-1] += (before, mark)
        if mark in CLOSING:
            whole = "".join(around.pop())
            if not around or not _stands(whole):
                return False
            around[-1].append(" 0 ")
    return len(around) == 1 and _stands("".join(around[0]) + text[end:])


def _decode(data: bytes, faults: Faults) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.add("the file", "", "wrong_encoding", given=f"byte {error.start + 1}", or_else="")
    else:
        if not text.strip():
            faults.add("the file", "", "empty_file")
    faults.stop_if_any()
    return text


def _load(text: str, doubled: list[tuple[dict[str, Any], str]], faults: Faults) -> Any:
    def to_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            times = Counter(name for name, _ in pairs)
            doubled.extend((made, name) for name, count in times.items() if count > 1)
        return made

    try:
        return json.loads(
            text, object_pairs_hook=to_object, parse_constant=NotANumber, parse_float=_to_number
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        faults.add(where, "", "not_json", given=error.msg)
    except RecursionError:
        faults.add("the file", "", "too_deep", most=DEEPEST)
    except ValueError:  # Python refuses to read a whole number of thousands of digits
        faults.add("the file", "", "not_json", given="a number with too many digits")
    faults.stop_if_any()
    return None


def _to_number(text: str) -> float | NotANumber:
    number = float(text)
    return number if math.isfinite(number) else NotANumber(text[:20])


def _check_depth(value: Any, faults: Faults) -> None:
    level = [value] if type(value) in CONTAINERS else []
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer) if type(inner) in CONTAINERS]
        if not level:
            return
    faults.add("the file", "", "too_deep", most=DEEPEST)
    faults.stop_if_any()


def _inside(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _refuse_doubled(doubled: Iterable[tuple[dict[str, Any], str]], value: Any, faults: Faults) -> None:
    paths = {id(inner): path for path, inner in _walk(value) if isinstance(inner, dict)}
    for owner, name in doubled:
        faults.add(paths.get(id(owner)) or "the file", _plain(name), "doubled_key", given=show(name))


def _check_characters(value: Any, faults: Faults) -> None:
    for path, text in _walk(value):
        for letter in text if isinstance(text, str) else "":
            if letter == "\0" or "\ud800" <= letter <= "\udfff":
                faults.add(path or "the file", "", "not_unicode", given=f"U+{ord(letter):04X}")
                break


def _walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Give every value of a document, and the names in its objects, each with its path."""
    yield path, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield path, name
            yield from _walk(inner, f"{path}.{_plain(name)}".lstrip("."))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _walk(inner, f"{path}[{position}]")


def _plain(name: str) -> str:
    return show(name)[1:-1]
