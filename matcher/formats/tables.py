"""A sheet as a table of texts: CSV as people save it, or the first fitting sheet of an XLSX workbook."""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from matcher.errors import FaultyInput
from matcher.faults import Faults, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MOST_ROWS = 100_000
"""Under the names of the columns, empty ones not counted."""
LAST_ROW = 1_048_576
"""The number of the last row that a spreadsheet has."""
MOST_COLUMNS = 200
MOST_UNPACKED = 200_000_000
LONGEST_CELL = 32_767
"""Of a workbook, in characters: whoever writes more loses the rest without a word."""
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
SEPARATORS = ";,\t"
SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n")
ZIP = b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
DEFUSED = re.compile(r"\A'+[\s=+\-@|%]")


@dataclass(frozen=True, slots=True)
class Table:
    """The names of the columns, and rows of texts with the number that a spreadsheet shows beside them."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_table(
    data: bytes, faults: Faults, where: str, is_column: Callable[[str], bool], titles: Iterable[str] = ()
) -> Table:
    """Give the table of a file.

    Parameters
    ----------
    where : the name of the file, for faults
    is_column : tells the names of columns, so that the right separator is found
    titles : names of the sheet that is meant, where a workbook has several

    Raises
    ------
    FaultyInput
        Where the file can't be read at all.
    """
    if data.startswith((ZIP, OLD_WORKBOOK)):
        rows = _read_workbook(data, faults, where, titles)
    else:
        rows = _read_text(data, faults, where, is_column)
    if not rows:
        faults.add(where, "", "empty_file")
    elif len(rows) > MOST_ROWS + 1 or rows[-1][0] > LAST_ROW:
        faults.add(where, "", "too_large", given="rows", most=f"{MOST_ROWS} rows")
    elif max(len(cells) for _, cells in rows) > MOST_COLUMNS:
        faults.add(where, "", "too_large", given="columns", most=f"{MOST_COLUMNS} columns")
    else:
        return Table(tuple(name.strip() for name in rows[0][1]), tuple(rows[1:]))
    raise FaultyInput(faults.found)


def _read_text(
    data: bytes, faults: Faults, where: str, is_column: Callable[[str], bool]
) -> list[tuple[int, tuple[str, ...]]]:
    text = _decode(data, faults, where)
    marked = SEPARATOR_LINE.match(text)
    if marked:
        text = text[marked.end() :]
    separator = marked[1] if marked else _separator(text, is_column)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return _filled((_as_written(cell) for cell in cells) for cells in reader)
    except csv.Error as error:
        faults.add(f"{where}, line {reader.line_num}", "", "not_csv", given=error)
    raise FaultyInput(faults.found)


def _decode(data: bytes, faults: Faults, where: str) -> str:
    """Decode UTF-8, or Windows-1252 as French Excel saves it; neither holds control characters."""
    text = ""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        faults.add(where, "", "wrong_encoding", given="UTF-16", or_else=" or Windows-1252")
        faults.stop_if_any()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError as error:
            at = f"byte {error.start + 1}"
            faults.add(where, "", "wrong_encoding", given=at, or_else=" or Windows-1252")
    control = CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        faults.add(f"{where}, line {line}", "", "not_unicode", given=f"U+{ord(control[0]):04X}")
    faults.stop_if_any()
    return text


def _separator(text: str, is_column: Callable[[str], bool]) -> str:
    """Give the separator under which most names of the first line are columns; then the most frequent one."""
    lines = text.lstrip("\r\n").splitlines()
    first = lines[0][:50_000] if lines else ""

    def columns(separator: str) -> tuple[int, int, int]:
        cells = [cell.strip(' "') for cell in first.split(separator)]
        return sum(map(is_column, cells)), len(cells), text.count(separator, 0, 50_000)

    return max(SEPARATORS, key=columns)


def _as_written(cell: str) -> str:
    """Take off the apostrophe that keeps a cell from being a formula."""
    return cell[1:] if DEFUSED.match(cell) else cell


def _filled(rows: Iterable[Iterable[str]]) -> list[tuple[int, tuple[str, ...]]]:
    """Leave out rows without content and keep the numbers of the others; one too many or too far down tells."""
    found = []
    for number, cells in enumerate(rows, 1):
        texts = tuple(cells)
        if number > LAST_ROW or any(text.strip() for text in texts):
            found.append((number, texts))
        if number > LAST_ROW or len(found) > MOST_ROWS + 1:
            break
    return found


def _read_workbook(
    data: bytes, faults: Faults, where: str, titles: Iterable[str]
) -> list[tuple[int, tuple[str, ...]]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - a tenth of a second that only workbooks pay

    try:
        if _unpacked_size(data) > MOST_UNPACKED:
            faults.add(where, "", "too_large", given="unpacked", most=f"{MOST_UNPACKED // 1_000_000} MB")
            faults.stop_if_any()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on styles and validations, which are not read
            book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            return _filled(_sheet_rows(book, titles, faults, where))
    except FaultyInput:
        raise
    except Exception as error:  # noqa: BLE001 - whatever the library raises, the workbook can't be read
        faults.add(where, "", "damaged_file", given=type(error).__name__)
    raise FaultyInput(faults.found)


def _unpacked_size(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return sum(entry.file_size for entry in archive.infolist())


def _sheet_rows(book: Any, titles: Iterable[str], faults: Faults, where: str) -> Iterator[list[str]]:
    wanted = {title.casefold() for title in titles}
    sheets = [sheet for sheet in book.worksheets if sheet.title.strip().casefold() in wanted]
    sheet = (sheets or book.worksheets)[0]
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(), 1):
        yield [_text(cell, faults, f"{where}, row {number}") for cell in cells]


def _text(cell: Any, faults: Faults, where: str) -> str:
    value = cell.value
    if getattr(cell, "data_type", "") == "f":
        faults.add(where, f"column {cell.column}", "formula", given=show(str(value)))
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    text = "" if value is None else CONTROL.sub("\N{REPLACEMENT CHARACTER}", str(value))
    if len(text) >= LONGEST_CELL:
        faults.add(where, f"column {cell.column}", "full_cell", most=LONGEST_CELL)
    return text
