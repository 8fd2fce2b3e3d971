"""The service sheet on paper: one page, its own font, every script that people's names need."""

from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont
from fpdf import FPDF

from tests.models.office import AT
from web.service_sheet import FONTS, Sheet, draw


def sheet(*facts, **more):
    told = {"title": "Feuille de service", "intro": "À signer.", "signatures": ("Amina", "Rosalie")}
    told |= {"signed_on": "Date", "foot": "Passerelle", "language": "fr-CA", "at": AT} | more
    return Sheet(facts=facts, **told)


@pytest.mark.parametrize("font", ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"])
@pytest.mark.parametrize(
    "name", ["Réjeanne Œuvrard", "نور الدين", "qʼeqchiʼ", "q’eqchi’", "K'iche'", "Владимир", "Ştefan → ü"]
)
def test_every_sign_of_a_name_is_in_the_fonts_that_the_paper_brings(font, name):
    assert set(map(ord, name)) <= TTFont(FONTS / font).getBestCmap().keys()


def test_the_paper_carries_its_fonts():
    paper = draw(sheet(("Personne", "نور الدين")))
    assert paper.startswith(b"%PDF-")
    assert paper.count(b"/FontFile2") == 2


def test_letters_of_arabic_are_joined_and_turned(monkeypatch):
    shaped = draw(sheet(("Personne", "نور الدين")))
    monkeypatch.setattr(FPDF, "set_text_shaping", lambda *_, **__: None)
    assert draw(sheet(("Personne", "نور الدين"))) != shaped


def test_a_whole_sheet_is_one_page_and_the_same_each_time():
    facts = [(f"Un libellé assez long pour tourner {number}", "valeur " * 8) for number in range(8)]
    assert draw(sheet(*facts)).count(b"/Type /Page\n") == 1
    assert draw(sheet(*facts)) == draw(sheet(*facts))


def test_the_paper_says_all_of_the_sheet(monkeypatch):
    written = []
    for name in ("cell", "multi_cell"):
        plain = getattr(FPDF, name)

        def told(paper, width, height, text, *, plain=plain, **more):
            written.append((text, paper.font_style, paper.font_size_pt))
            return plain(paper, width, height, text, **more)

        monkeypatch.setattr(FPDF, name, told)
    draw(sheet(("Personne", "Amina"), ("Langues", "espagnol → français"), foot="Gardez-la."))
    assert [one for one in written if one[0]] == [
        ("Feuille de service", "B", 20),
        ("À signer.", "", 11),
        ("Personne", "B", 11),
        ("Amina", "", 11),
        ("Langues", "B", 11),
        ("espagnol → français", "", 11),
        ("Amina", "", 9),
        ("Date", "", 9),
        ("Rosalie", "", 9),
        ("Date", "", 9),
        ("Gardez-la.", "", 9),
    ]
