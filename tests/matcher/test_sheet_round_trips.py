"""A pool written as sheets and read again is the same pool, whatever its ids and numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fixtures.builders import CASES, case, free_by_week, need, offer, pool, speaks
from fixtures.generate import generate_pool
from matcher.digest import pool_digest
from matcher.formats import read_pool
from matcher.formats.sheets import pool_of_sheets
from matcher.formats.writing import as_csv, as_xlsx
from matcher.records import Household, Interests, Pool, Travel
from tests.matcher.pool_sheets import pool_sheets


def again(made: Pool) -> tuple[Pool, Pool]:
    """Give a pool as it is read back from CSV and from a workbook."""
    needs, offers = pool_sheets(made)
    book = as_xlsx([needs, offers])
    given_with = {"program": made.program, "today": made.today}
    return (
        pool_of_sheets(("n", as_csv(needs)), ("o", as_csv(offers)), **given_with),
        pool_of_sheets(("n", book), ("o", book), **given_with),
    )


def stay_the_same(made: Pool) -> None:
    """See that nothing of a pool is lost in either kind of sheet."""
    assert [pool_digest(found) for found in again(made)] == [pool_digest(made)] * 2


@pytest.mark.parametrize("name", CASES)
def test_a_case_as_json_csv_and_xlsx_is_one_pool(name):
    made = replace(read_pool(case(name).pool_bytes), locks=(), forbidden=())
    assert again(made) == (made, made)
    stay_the_same(made)


def test_an_invented_pool_as_sheets_is_the_same_pool():
    stay_the_same(replace(generate_pool(needs=120, offers=80, seed=4), locks=(), forbidden=()))


def test_edges_of_what_is_known_survive_a_sheet():
    bare = dict.fromkeys(("interests", "travel", "household", "availability", "goals", "languages"))
    rows = [
        need("all unknown", **bare),
        need("no taste", interests=Interests()),
        need("never", availability=((), (), (), ())),
        need("one week", availability=free_by_week(("mon_am",), (), ("tue_ev",), ())),
        need("children unknown", household=Household(form="family")),
        need("grown children", household=Household(form="family", children_bands=())),
        need("single, children unknown", household=Household(form="single")),
        need("form unknown", household=Household(children_bands=())),
        need("far", travel=Travel(limit_km=2.5)),
        need("=1+1", excludes=("a;b", ' "', "=x")),
        need("writes", languages=speaks("fra:B1:written", "fcs:B1:signed")),
    ]
    stay_the_same(pool(rows, [offer("deaf", meets_access=(), languages=speaks("fcs:native:signed"))]))


HOSTILE = (
    "-",
    "?",
    "\N{EN DASH}",
    "none",
    "aucun",
    "(Aucun.)",
    "jamais",
    '"none"',
    "!",
    '"',
    "'-",
    "=1",
    " ",
    ";",
)
ids = st.sampled_from(HOSTILE) | st.text(st.characters(codec="utf-8"), min_size=1, max_size=8).filter(
    str.isprintable
)
years = st.floats(0, 100) | st.sampled_from((1 / 3, 1e-07, 0.1 + 0.2, 5e-324, 100 - 2**-46))


@settings(max_examples=40, deadline=None)
@given(ids, st.lists(ids, max_size=3), st.lists(ids, max_size=3), years)
@example("?", ["-"], ["aucun"], 1e-07)
@example("-", ["!", "none"], ['"none"'], 1 / 3)
@example(" ", ["?"], ["\N{EN DASH}"], 0.1 + 0.2)
def test_any_id_and_any_number_survive_a_sheet(name, apart, tied, number):
    """An exclusion or a tie that a sheet loses is a barrier that nobody sees go."""
    asks = need(name, excludes=tuple(apart), travel=Travel(mode="car", limit_km=number))
    gives = offer(name, tied_to=tuple(tied), years_in_field_here=number, hours_last_30d=number)
    stay_the_same(pool(asks, gives))
