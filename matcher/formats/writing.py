"""Sheets as files: CSV that French spreadsheets open, XLSX of typed cells; no cell is ever a formula."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matcher.errors import FaultyInput
from matcher.faults import fault
from matcher.formats.tables import LONGEST_CELL
from matcher.formats.words import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matcher.formats.cells import Cell
    from matcher.formats.columns import Column

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
FORMULA = re.compile(r"\A'*[\s=+\-@|%]")
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
NUMBER_PATTERN = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
NARROWEST, WIDEST = 8, 48
ROWS_MEASURED = 200
DIGITS = 15
"""Of a number in a workbook."""
SAID_BY_NOTHING = frozenset({"access_needs", "excludes", "tied_to", "goals"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """A title, the names of the columns, and rows of cells."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def as_csv(sheet: Sheet) -> bytes:
    """Give a sheet as CSV: UTF-8 with its mark, semicolons, and an apostrophe before what could run."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([_inert(cell) for cell in row] for row in (sheet.header, *sheet.rows))
    return (BOM + text.getvalue()).encode()


def _inert(cell: Cell) -> Cell:
    """Keep a text from being taken for a formula; :mod:`matcher.formats.tables` takes the mark off again."""
    if not isinstance(cell, str):
        return cell
    cell = UNPRINTABLE.sub("", cell)
    return f"'{cell}" if FORMULA.match(cell) and not NUMBER_PATTERN.fullmatch(cell) else cell


def as_xlsx(sheets: Iterable[Sheet]) -> bytes:
    """Give sheets as a workbook: typed cells, a frozen header with filters, columns as wide as they need."""
    import xlsxwriter  # noqa: PLC0415 - only workbooks pay for it

    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:  # no names in files of its own on the disk
        book.set_properties({"title": "Passerelle"})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for sheet in sheets:
            _add(book.add_worksheet(sheet.title), sheet, bold, wrapped)
    return data.getvalue()


def _add(page: Any, sheet: Sheet, bold: Any, wrapped: Any) -> None:
    for row, cells in enumerate((sheet.header, *sheet.rows)):
        form = wrapped if row else bold
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                page.write_string(row, column, _whole(UNPRINTABLE.sub("", cell), sheet, row, column), form)
            elif float(f"{cell:.{DIGITS}g}") == cell:
                page.write_number(row, column, cell, form)
            else:  # as a number it would lose its last digits
                page.write_string(row, column, str(cell), form)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, len(sheet.rows), max(len(sheet.header) - 1, 0))
    for column, width in enumerate(_widths(sheet)):
        page.set_column(column, column, width)


def _whole(text: str, sheet: Sheet, row: int, column: int) -> str:
    """Refuse to write what a cell would cut: the end of a list of exclusions may be the one that matters."""
    if len(text) >= LONGEST_CELL:
        raise FaultyInput(
            [fault(f"{sheet.title}, row {row + 1}", sheet.header[column], "full_cell", most=LONGEST_CELL)]
        )
    return text


def _widths(sheet: Sheet) -> Iterable[int]:
    for column, name in enumerate(sheet.header):
        longest = max((len(str(row[column])) for row in sheet.rows[:ROWS_MEASURED]), default=0)
        yield min(max(longest, len(name), NARROWEST), WIDEST) + 2


def table_of(title: str, shown: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> Sheet:
    """Give rows, each a mapping of column names to values of the records, as a sheet."""
    kept = [column for column in shown if column.name != "availability"]
    return Sheet(title, [column.french for column in kept], [_cells(kept, row) for row in rows])


def _cells(shown: Sequence[Column], row: Mapping[str, Any]) -> list[Cell]:
    return [_cell(column, row.get(column.name), row) for column in shown]


def _cell(column: Column, value: Any, row: Mapping[str, Any]) -> Cell:
    if value is not None:
        return column.encode(value)
    if column.name == "children_bands":
        return UNKNOWN if row.get("household") else ""
    return UNKNOWN if column.empty_is_none and column.name not in SAID_BY_NOTHING else ""
