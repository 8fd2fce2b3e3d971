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
from matcher.formats.writing import as_csv, as_xlsx, pool_sheets
from matcher.records import Household, Interests, Pool, Travel


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
