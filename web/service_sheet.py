"""The sheet that both sides sign, as a PDF: shaped and ordered by the scripts that it holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fpdf import FPDF

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

FONTS = Path(__file__).parent / "static" / "vendor"
MIME_TYPE = "application/pdf"
LEFT, LABEL, LINE = 20, 58, 8
"""Millimetres: the margin, the column of labels, a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the sheet says, in the reader's language."""

    title: str
    intro: str
    facts: Sequence[tuple[str, str]]
    signatures: Sequence[str]
    signed_on: str
    foot: str
    language: str
    at: datetime


def draw(sheet: Sheet) -> bytes:
    """Write the sheet on one page of letter paper."""
    paper = _paper(sheet)
    paper.set_font(style="B", size=20)
    _lines(paper, sheet.title, height=11)
    paper.set_font(size=11)
    _lines(paper, sheet.intro, height=6)
    paper.ln(6)
    for name, value in sheet.facts:
        _fact(paper, name, value)
    paper.ln(12)
    for name in sheet.signatures:
        _signature(paper, name, sheet.signed_on)
    paper.set_font(size=9)
    _lines(paper, sheet.foot, height=5)
    return bytes(paper.output())


def _paper(sheet: Sheet) -> FPDF:
    paper = FPDF(format="letter")
    paper.set_margin(LEFT)
    paper.set_title(sheet.title)
    paper.set_lang(sheet.language)
    paper.set_creation_date(sheet.at)
    paper.add_font("DejaVu", fname=FONTS / "DejaVuSans.ttf")
    paper.add_font("DejaVu", style="B", fname=FONTS / "DejaVuSans-Bold.ttf")
    paper.set_font("DejaVu", size=11)
    paper.set_text_shaping(use_shaping_engine=True)
    paper.add_page()
    return paper


def _lines(paper: FPDF, text: str, *, height: int) -> None:
    paper.multi_cell(0, height, text, align="L", new_x="LMARGIN", new_y="NEXT")


def _fact(paper: FPDF, name: str, value: str) -> None:
    """Write a label and its value, each in a cell of its own so that neither turns the other round."""
    paper.set_font(style="B", size=11)
    top = paper.get_y()
    paper.multi_cell(LABEL, LINE, name, align="L", new_x="LMARGIN", new_y="NEXT")
    below = paper.get_y()
    paper.set_xy(LEFT + LABEL, top)
    paper.set_font(size=11)
    paper.multi_cell(0, LINE, value, align="L", new_x="LMARGIN", new_y="NEXT")
    paper.set_y(max(paper.get_y(), below))


def _signature(paper: FPDF, name: str, signed_on: str) -> None:
    paper.ln(10)
    line, right = paper.get_y(), paper.w - LEFT
    paper.line(LEFT, line, LEFT + 110, line)
    paper.line(LEFT + 120, line, right, line)
    paper.set_font(size=9)
    paper.cell(120, 6, name)
    paper.cell(0, 6, signed_on, new_x="LMARGIN", new_y="NEXT")
    paper.ln(6)
