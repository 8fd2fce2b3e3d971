"""Needs and offers as sheets: however they are saved they are the same pool; every fault by row and column."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from fixtures.builders import TODAY, likes, need, offer, pool
from matcher import vocabulary
from matcher.errors import Fault, FaultyInput
from matcher.formats import columns
from matcher.formats import words as wordings
from matcher.formats.sheets import pool_of_sheets
from matcher.formats.writing import Sheet, as_csv, as_xlsx
from matcher.records import Household, Interests, Language, Need, Travel
from tests.matcher.pool_sheets import pool_sheets

CHARACTERS = st.characters(exclude_categories=["Cs"])
DANGEROUS = (
    "=1+1",
    "+1 418 555-0100",
    "-5 cm",
    "@SUM(A1)",
    "|cmd",
    "%0A",
    "\t=1",
    " =1",
    "'=1",
    "=cmd|' /C calc'!A0",
)


def pool_of(needs: bytes, offers: bytes = b"id\n"):
    return pool_of_sheets(("needs", needs), ("offers", offers), program="sponsorship", today=TODAY)


def table(rows: list[list[str]], separator: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode(encoding)


def workbook(rows: list[list[object]]) -> bytes:
    book, data = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(data)
    return data.getvalue()


def read(header: str, *cells: str) -> Need:
    """Read one need from a header written with bars and its cells."""
    return pool_of(table([["id", *header.split("|")], ["n1", *cells]])).needs[0]


def faults_of(needs: bytes, offers: bytes = b"id\n") -> list[tuple[str, str, str]]:
    with pytest.raises(FaultyInput) as caught:
        pool_of(needs, offers)
    return [(fault.where, fault.field, fault.code) for fault in caught.value.faults]


def refusals(needs: bytes) -> tuple[Fault, ...]:
    """Give the faults of a sheet, none where it is read."""
    try:
        pool_of(needs)
    except FaultyInput as error:
        return error.faults
    return ()


def cell_faults(header: str, *cells: str) -> list[tuple[str, str, str]]:
    return faults_of(table([["id", *header.split("|")], ["n1", *cells]]))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_sheet_is_read_however_a_spreadsheet_saves_it(separator, encoding):
    rows = [["Identifiant", "J’aime", "Secteur"], ["né1", "Pêche;Vélo", "La Baie (Port-Alfred)"]]
    (found,) = pool_of(table(rows, separator, encoding)).needs
    assert (found.id, found.sector) == ("né1", "la_baie_port_alfred")
    assert found.interests == likes("cycling", "fishing")


def test_codes_french_labels_and_english_labels_are_one():
    codes = read("languages|sector|travel_mode|age_band", "fra:B1:spoken", "arvida", "car", "25-34")
    assert codes == read(
        "LANGUES|Secteur|deplacement|tranche d'age", "Français:b1", "ARVIDA", "Voiture", "25 à 34 ans"
    )
    assert codes == read(
        "Languages|Sector|travel mode|Age band", "French:B1:oral", "Arvida", "car", "25 to 34"
    )


def test_a_language_alone_keeps_its_usual_mode():
    assert read("languages", "fcs:B2").languages == (Language(code="fcs", level="B2", mode="signed"),)


def test_an_empty_cell_is_unknown_and_a_question_mark_too():
    assert read("sector|months|consent", "", "?", "") == Need(id="n1")


def test_an_empty_cell_of_interests_says_none_and_a_question_mark_unknown():
    assert read("like|want_to_try|not_for_me", "", "", "").interests == Interests()
    assert read("like|want_to_try|not_for_me", "?", "?", "?").interests is None
    assert read("months", "3").interests is None


@pytest.mark.parametrize(
    ("form", "cell", "bands"),
    [
        ("couple", "", ()),
        ("couple", "?", None),
        ("family", "", None),
        ("Famille avec enfants", " ", None),
        ("family", "?", None),
        ("family", "aucun", ()),
        ("family", "3-5", ("3-5",)),
    ],
)
def test_an_empty_cell_of_children_says_none_but_beside_a_family_with_children(form, cell, bands):
    code = "couple" if form == "couple" else "family"
    found = read("household|children_bands", form, cell)
    assert found.household == Household(form=code, children_bands=bands)


def test_a_household_is_known_by_its_form_alone_and_unknown_without_one():
    assert read("household", "family").household == Household(form="family")
    assert read("household|children_bands", "", "").household is None


def test_weeks_stand_in_one_column_or_in_up_to_four():
    assert read("availability", "mon_am;lundi soir").availability == (("mon_am", "mon_ev"),) * 4
    two = read("availability_1|availability_2", "mon_am", "")
    assert two.availability == (("mon_am",), (), ("mon_am",), ())
    assert read("availability", "jamais").availability == ((), (), (), ())
    assert read("availability_1|availability_2", "", "").availability is None


@pytest.mark.parametrize(
    ("text", "value"), [("oui", True), ("VRAI", True), ("1", True), ("non", False), ("0", False)]
)
def test_yes_and_no_are_read_in_both_languages(text, value):
    assert read("consent", text).consent is value


def test_a_comma_or_a_point_marks_decimals():
    assert read("limit_km", "2,5").travel == read("limit_km", "2.5").travel == Travel(limit_km=2.5)


@pytest.mark.parametrize(
    ("cell", "limit"), [("1E-07", 1e-07), ("2,5e+1", 25), ("0,30000000000000004", 0.1 + 0.2)]
)
def test_a_number_is_read_as_a_spreadsheet_shows_a_very_small_or_long_one(cell, limit):
    assert read("limit_km", cell).travel == Travel(limit_km=limit)


def test_dates_and_numbers_of_a_workbook_are_read_as_they_were_meant():
    rows = [
        ["id", "waiting_since", "months", "consent", "children_bands", "household"],
        [12, datetime.fromisoformat("2026-01-20"), 6.0, True, date(2026, 5, 3), "family"],
    ]
    (found,) = pool_of(workbook(rows)).needs
    assert (found.id, found.waiting_since, found.months, found.consent) == ("12", date(2026, 1, 20), 6, True)
    assert found.household == Household(form="family", children_bands=("3-5",))


def test_the_sheet_of_a_workbook_is_found_by_its_name():
    book = as_xlsx(pool_sheets(pool(need("a"), offer("b"))))
    found = pool_of(book, book)
    assert (found.needs[0].id, found.offers[0].id) == ("a", "b")


def test_rows_without_content_are_passed_over_and_the_others_keep_their_number():
    data = b"id,months\n\n,\nn1,99\n"
    assert faults_of(data) == [("needs, row 4", "months", "out_of_range")]


@pytest.mark.parametrize(
    ("header", "cell", "fault"),
    [
        ("languages", "fra", ("languages[0].level", "missing")),
        ("languages", "B1", ("languages[0].code", "no_language")),
        ("languages", ":B1", ("languages[0].code", "no_language")),
        ("languages", "fra:Z9", ("languages[0].level", "not_code")),
        ("languages", "klingon:B1", ("languages[0].code", "not_code")),
        ("J’aime", "Pêchee", ("J’aime[0]", "not_code")),
        ("sector", "Paris", ("sector", "not_code")),
        ("months", "six", ("months", "not_whole")),
        ("months", "6.5", ("months", "not_whole")),
        ("months", "1e-1", ("months", "not_whole")),
        ("limit_km", "1e999", ("limit_km", "not_number")),
        ("limit_km", "1" * 21, ("limit_km", "not_number")),
        ("limit_km", "nan", ("limit_km", "not_number")),
        ("limit_km", "-1", ("limit_km", "out_of_range")),
        ("waiting_since", "2026-02-30", ("waiting_since", "bad_day")),
        ("waiting_since", "02/03/2026", ("waiting_since", "bad_day")),
        ("consent", "peut-être", ("consent", "not_flag")),
        ("availability", "lundi", ("availability[0]", "not_code")),
        ("children_bands", "5", ("children_bands[0]", "not_code")),
        ("religion", "x", ("religion", "unknown_column")),
        ("capacity", "1", ("capacity", "unknown_column")),
    ],
)
def test_each_bad_cell_is_named_by_its_row_and_column(header, cell, fault):
    where = "needs, row 1" if fault[1] == "unknown_column" else "needs, row 2"
    assert cell_faults(header, cell) == [(where, *fault)]


def test_a_fault_of_a_number_says_what_was_written():
    assert [fault.facts["given"] for fault in refusals(table([["id", "months"], ["n1", "six"]]))] == ['"six"']


def test_a_language_of_four_parts_is_none():
    assert cell_faults("languages", "fra:B1:spoken:often")[0][2] == "not_code"


def test_a_negative_capacity_is_a_fault():
    assert faults_of(b"id\nn1\n", b"id,capacity\no1,-1\n") == [("offers, row 2", "capacity", "out_of_range")]


def test_faults_of_both_sheets_come_together():
    found = faults_of(b"id,months\nn1,99\nn1,\n,3\n", b"name\nx\n")
    assert found == [
        ("needs, row 2", "months", "out_of_range"),
        ("needs, row 4", "id", "bad_id"),
        ("needs, row 3", "id", "doubled_id"),
        ("offers, row 1", "name", "unknown_column"),
        ("offers, row 1", "id", "missing_column"),
    ]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([["id", "id"], ["a", "b"]], ("needs, row 1", "id", "doubled_column")),
        ([["id", "availability_2"], ["a", ""]], ("needs, row 1", "availability_1", "missing_column")),
        (
            [["id", "availability", "availability_1"], ["a", "", ""]],
            ("needs, row 1", "availability", "two_availabilities"),
        ),
        ([["id"], ["a", "b"]], ("needs, row 2", "column 2", "no_column")),
        ([["id", ""], ["a", "b"]], ("needs, row 1", "2", "unknown_column")),
    ],
)
def test_a_header_that_misleads_is_refused(rows, fault):
    assert faults_of(table(rows)) == [fault]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\n\n", "empty_file"),
        (b"\xff\xfe" + "id\nn1".encode("utf-16-le"), "wrong_encoding"),
        (b"id\n\x81\n", "wrong_encoding"),
        (b"id\n\x00\n", "not_unicode"),
        (b'id\n"open', "not_csv"),
        (b"id\n" + b"x" * 200_000, "not_csv"),
        (b"PK\x03\x04 no workbook", "damaged_file"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "damaged_file"),
        (b"id" + b",x" * 300, "too_large"),
        (b"\x93\xe4\x8d\xff" * 2_500_000, "wrong_encoding"),
        (b"a long noise " * 800_000, "not_csv"),
    ],
    ids=range(12),
)
def test_each_file_that_is_no_sheet_is_refused(data, code):
    assert [fault[2] for fault in faults_of(data)][:1] == [code]


@pytest.mark.parametrize("form", [table, workbook])
@pytest.mark.parametrize(
    ("rows", "people"),
    [
        ([["id"], *([f"n{number}"] for number in range(3))], 3),
        ([["id"], [""], ["n0"], [""], [""], [""], ["n1"], ["n2"]], 3),
        ([["id"], *([f"n{number}"] for number in range(4))], None),
        ([["id"], [""], *([f"n{number}"] for number in range(4))], None),
        ([["id"], *([""] for _ in range(9)), ["n0"]], 1),
        ([["id"], *([""] for _ in range(10)), ["n0"]], None),
        ([["id"], *([""] for _ in range(11)), ["n0"]], None),
    ],
)
def test_no_row_is_dropped_without_a_word(form, rows, people, monkeypatch):
    monkeypatch.setattr("matcher.formats.tables.MOST_ROWS", 3)
    monkeypatch.setattr("matcher.formats.tables.LAST_ROW", 11)
    data = form(rows)
    if people is None:
        assert faults_of(data) == [("needs", "", "too_large")]
    else:
        assert len(pool_of(data).needs) == people


def test_a_formula_is_refused_and_not_guessed():
    assert faults_of(workbook([["id", "months"], ["n1", "=1+1"]])) == [
        ("needs, row 2", "column 2", "formula")
    ]


def test_formulas_hide_no_other_fault():
    rows = [["id", "months", "sector"], ["n1", "=1+1", "paris"], ["n2", 99, ""]]
    assert faults_of(workbook(rows)) == [
        ("needs, row 2", "column 2", "formula"),
        ("needs, row 2", "sector", "not_code"),
        ("needs, row 3", "months", "out_of_range"),
    ]


def test_more_faults_than_are_noted_are_no_damage(monkeypatch):
    monkeypatch.setattr("matcher.faults.MOST_NOTED", 3)
    found = faults_of(workbook([["id"], *(["=1"] for _ in range(5))]))
    assert found == [(f"needs, row {row}", "column 1", "formula") for row in (2, 3, 4)]


def test_a_cell_that_may_have_been_cut_is_refused():
    names = ";".join(f"o{number:05}" for number in range(5_000))
    cut, whole = ([["id", "excludes"], ["n1", names[:length]]] for length in (32_767, 32_758))
    assert faults_of(workbook(cut)) == [("needs, row 2", "column 2", "full_cell")]
    assert len(pool_of(workbook(whole)).needs[0].excludes) == 4_680


def test_no_list_is_cut_where_it_is_written():
    wary = need("wary", excludes=tuple(f"o{number:05}" for number in range(4_682)))
    needs, _ = pool_sheets(pool(wary, offer()))
    with pytest.raises(FaultyInput) as refused:
        as_xlsx([needs])
    (fault,) = refused.value.faults
    assert (fault.where, fault.field) == ("Besoins, row 2", columns.NAMES["excludes"][0])
    assert pool_of(as_csv(needs)).needs[0].excludes == wary.excludes
    fewer = replace(wary, excludes=wary.excludes[:4_680])
    needs, _ = pool_sheets(pool(fewer, offer()))
    assert pool_of(as_xlsx([needs])).needs[0].excludes == fewer.excludes


def test_a_workbook_that_unpacks_beyond_measure_is_refused(monkeypatch):
    monkeypatch.setattr("matcher.formats.tables.MOST_UNPACKED", 1_000)
    assert faults_of(workbook([["id"]])) == [("needs", "", "too_large")]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_csv_can_run_and_each_is_read_back(text):
    data = as_csv(Sheet("Besoins", ["id", "excludes"], [[text, ""]]))
    cell = next(iter(list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))[1:]))[0]
    assert cell[0] == "'"
    if text.isprintable():
        assert pool_of(data).needs[0].id == text


@pytest.mark.parametrize("text", DANGEROUS)
def test_cells_of_a_workbook_are_texts(text):
    book = load_workbook(io.BytesIO(as_xlsx([Sheet("Besoins", ["id"], [[text]])])))
    cell = book.active["A2"]
    assert cell.data_type == "s"
    assert cell.value == text.replace("\t", "\t")


def test_numbers_stay_numbers_in_both():
    sheet = Sheet("Ronde", ["Pointage"], [[-2.5]])
    assert b"-2.5" in as_csv(sheet)
    assert load_workbook(io.BytesIO(as_xlsx([sheet]))).active["A2"].value == -2.5


@pytest.mark.parametrize("text", ["-5", "-2.5"])
def test_a_text_that_is_a_number_bears_no_mark(text):
    assert as_csv(Sheet("Ronde", ["Pointage"], [[text]])).endswith(f"\r\n{text}\r\n".encode())


@pytest.mark.parametrize("sign", ["\0", "\x1f", "\x7f", "\ud800", "\uffff"])
def test_what_a_sheet_cannot_hold_is_left_out_before_a_cell_is_looked_at(sign):
    sheet = Sheet("Ronde", ["Nom"], [[f"{sign}=1+1"]])
    assert as_csv(sheet).endswith(b"\r\n'=1+1\r\n")
    assert load_workbook(io.BytesIO(as_xlsx([sheet]))).active["A2"].value == "=1+1"


def test_a_workbook_is_made_without_a_file(monkeypatch):
    monkeypatch.setattr("tempfile.mkstemp", None)
    assert as_xlsx([Sheet("Besoins", ["Nom"], [["Amina"]])])


def test_the_header_of_a_workbook_stays_in_sight():
    page = load_workbook(io.BytesIO(as_xlsx(pool_sheets(pool(need(), offer()))))).worksheets[0]
    assert (page.freeze_panes, page.auto_filter.ref) == ("A2", f"A1:{page.dimensions.partition(':')[2]}")
    assert (page["A1"].value, page["A1"].font.bold, page["A2"].font.bold) == ("Identifiant", True, False)
    assert columns.FIRST_NAME.french not in [cell.value for cell in page["1"]]


def test_columns_are_as_wide_as_they_need_within_reason():
    sheet = Sheet("Ronde", ["a", "b", "c" * 12], [["1", "x" * 20, ""], ["", "x" * 90, ""]])
    page = load_workbook(io.BytesIO(as_xlsx([sheet]))).active
    assert [round(page.column_dimensions[name].width) for name in "ABC"] == [11, 51, 15]


@pytest.mark.parametrize(
    "name",
    ["LANGUAGES", "INTERESTS", "SLOTS", "SECTORS", "GOALS", "ACCESS_NEEDS", "HOUSEHOLD_FORMS", "FIELDS"],
)
def test_no_two_codes_share_a_label(name):
    terms = getattr(vocabulary, name)
    seen = {}
    for code, term in terms.items():
        for word in {wordings.plain(word) for word in (code, *term.labels.values())}:
            assert seen.setdefault(word, code) == code


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)))
def test_a_list_in_a_cell_is_read_back(entries):
    assert wordings.items(wordings.cell_of(entries)) == entries


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_noise_is_read_or_refused_and_never_breaks(data):
    for source in (data, b"id,months\n" + data, b"PK\x03\x04" + data):
        assert all(map(str, refusals(source)))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.text(CHARACTERS, max_size=12), st.text(CHARACTERS, max_size=12)), max_size=5))
def test_any_text_in_cells_is_read_or_refused(cells):
    assert all(
        fault.where.startswith("needs") for fault in refusals(table([["id", "like"], *map(list, cells)]))
    )
