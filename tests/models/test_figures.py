"""Figures of a quarter: who is counted, once; published once; and nothing that happens afterwards changes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from models import casework, figures, ledger
from models.actor import SYSTEM
from models.errors import Forbidden
from models.figures import hours_of
from models.quarters import Quarter
from models.queries.figures import count, published
from models.tables import Need, Offer
from tests.models import office
from tests.models.office import AT, DO

COUNTED = (*office.ALL_CONSENTS, "statistics")
THIS = Quarter(2026, 1)
CLOSED = datetime(2026, 4, 16, 4, tzinfo=UTC)
"""Midnight in the city, a fortnight after the quarter."""


def register(session, number, **changes):
    return office.newcomer(session, f"N{number}", **{"consents": COUNTED} | changes)


def publish(session, at=CLOSED):
    return figures.publish(session, by=SYSTEM, at=at)


def shown(session):
    return {one.quarter: one.figures for one in published(session)}


def test_whoever_agreed_is_counted_and_nobody_else(session):
    for number in range(3):
        register(session, number)
    register(session, "without", consents=office.ALL_CONSENTS)
    gone = register(session, "gone")
    casework.withdraw_consent(session, gone.person, "statistics", **gone.does)
    asked = count(session, THIS)["asked"]
    assert asked.total == 3
    assert asked.tables["language"]["spa"] == 3
    assert asked.tables["borough"]["chicoutimi"] == 3


def test_everybody_stands_in_one_group_of_each_table(session):
    register(session, 1, sector=None, languages=None)
    register(session, 2, sector="bagotville", stay_until=office.TODAY)
    met = office.in_trial(session, register(session, 3), office.sponsor(session, consents=COUNTED))
    assert met.first_meeting_at == AT
    for name, counted in count(session, THIS).items():
        for table in counted.tables.values():
            assert sum(table.values()) == counted.total, name
    assert count(session, THIS)["met"].tables["wait"]["30"] == 1


def test_an_act_counts_in_its_own_quarter_alone(session):
    register(session, 1)
    totals = [count(session, Quarter(2026, number))["asked"].total for number in (1, 2)]
    assert totals == [1, 0]
    need = session.scalars(select(Need)).one()
    for at, quarter in ((THIS.ends, THIS.next), (THIS.ends - timedelta(microseconds=1), THIS)):
        need.published_at = at
        session.flush()
        found = [one for one in (THIS, THIS.next) if count(session, one)["asked"].total]
        assert found == [quarter]


def test_who_asks_twice_counts_once(session):
    one = register(session, 1)
    casework.publish_need(
        session, one.person, casework.NeedSheet(program="support", **office.WISHES), **one.does
    )
    assert count(session, THIS)["asked"].total == 1


def test_how_pairings_end(session):
    ends = ("planned_end", "moved_away")
    pairings = [
        office.active(session, register(session, number), office.sponsor(session, f"R{number}"))
        for number in range(len(ends))
    ]
    for pairing, reason in zip(pairings, ends, strict=True):
        casework.end_pairing(session, pairing.id, reason, **DO)
    assert count(session, THIS)["ended"].tables["ending"] == {"completed": 1, "ended_early": 1}


def test_a_quarter_is_published_a_fortnight_after_its_end_and_once(session):
    for number in range(11):
        register(session, number)
    assert publish(session, CLOSED - timedelta(seconds=1)) == 0
    assert publish(session) == 1
    assert publish(session, CLOSED + timedelta(days=80)) == 0
    assert shown(session) == {
        "2026-1": {
            "asked": {
                "total": 10,
                "tables": {
                    "month": {"2026-03": 10},
                    "borough": {"chicoutimi": 10},
                    "language": {"spa": 10},
                    "stay": {"open": 10},
                    "program": {"sponsorship": 10},
                },
            }
        }
    }
    assert [line["verb"] for line in session.info[ledger.PENDING]][-1] == "publish_figures"


def test_a_young_city_publishes_that_there_is_nothing_to_show(session):
    assert publish(session) == 0
    register(session, 1)
    publish(session)
    assert shown(session) == {"2026-1": {}}


def test_offers_are_counted_as_needs_are(session):
    office.sponsor(session, consents=COUNTED)
    assert session.scalars(select(Offer)).one().published_at == AT
    assert count(session, THIS)["offered"].tables["program"]["sponsorship"] == 1


def test_hours_are_told_of_ten_interpreters_of_whom_none_gave_half():
    assert hours_of([60] * 9) == 0
    assert hours_of([60] * 10) == 10
    assert hours_of([119] * 10) == 10
    assert hours_of([540, *[60] * 9]) == 0
    assert hours_of([539, *[60] * 9]) == 10


def test_only_the_chores_publish(session):
    with pytest.raises(Forbidden):
        figures.publish(session, by=register(session, 1).actor, at=CLOSED)


def test_quarters_follow_one_another():
    assert Quarter.of(office.TODAY) == THIS == Quarter.named("2026-1")
    assert Quarter(2025, 4).next == THIS
    assert [day.month for day in Quarter(2025, 4).months] == [10, 11, 12]
    assert THIS.begins == datetime(2026, 1, 1, 5, tzinfo=UTC)
    assert THIS.ends == datetime(2026, 4, 1, 4, tzinfo=UTC) == THIS.next.begins
