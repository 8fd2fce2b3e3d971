"""« Chiffres » as the council reads it: tens alone, in both languages the same, and the same tomorrow."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from models import casework, figures
from models.actor import SYSTEM
from models.figures import WAIT
from models.tables import Need, PublishedQuarter
from tests.models import office
from tests.models.office import AT
from tests.web.desk import coordinator
from web.chores import do_chores

COUNTED = (*office.ALL_CONSENTS, "statistics")
CLOSED = datetime(2026, 4, 20, 14, tzinfo=UTC)
NUMBER = re.compile(r"(?<=>)(\d+)(?=<)")
PAGES = (
    "/coordination/chiffres",
    "/coordination/chiffres?trimestre=2026-1",
    "/coordination/chiffres/tableau.csv",
)


def register(database, count, name="N", **changes):
    with database.writing() as session:
        return [
            office.newcomer(session, f"{name}{number}", **{"consents": COUNTED} | changes)
            for number in range(count)
        ]


def publish(database, at=CLOSED):
    with database.writing() as session:
        figures.publish(session, by=SYSTEM, at=at)


def read(visitor):
    """Everything that somebody can be shown or take out."""
    return [re.sub(rb'name="csrf_token" value="[^"]*"', b"", visitor.client.get(path).data) for path in PAGES]


def table(visitor):
    text = visitor.client.get(PAGES[-1]).get_data(as_text=True).lstrip("\ufeff")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_an_empty_city_is_told_kindly(app, database):
    helene = coordinator(app, database)
    assert "Pas encore de chiffres" in helene.open("/coordination/chiffres").text
    assert table(helene) == [["Trimestre", "Ce qui est compté", "Répartition", "Groupe", "Au moins"]]
    register(database, 9)
    publish(database)
    page = helene.open("/coordination/chiffres")
    assert "Un petit trimestre" in page.text
    assert NUMBER.findall(page.html) == []
    assert len(table(helene)) == 1


def test_what_is_shown_is_what_is_taken_out(app, database):
    register(database, 13)
    register(database, 4, "M", sector="bagotville")
    publish(database)
    helene = coordinator(app, database)
    assert table(helene)[1:] == [
        ["janvier à mars 2026", "Ont demandé", part, group, "10"]
        for part, group in [
            ("Tous les groupes", "Personnes"),
            ("Par mois", "Mars"),
            ("Par arrondissement", "L’arrondissement de Chicoutimi"),
            ("Par langue", "Espagnol"),
            ("Par séjour", "Aucun départ annoncé"),
            ("Par programme", "Parrainage interculturel"),
        ]
    ]
    page = helene.open("/coordination/chiffres")
    assert set(NUMBER.findall(page.html)) == {"10"}
    for _period, _measure, part, group, number in table(helene)[2:]:
        assert part in page.text
        assert f'<th scope="row">{group}</th><td>{number}</td>' in page.html
    assert "Bagotville" not in page.text
    assert "La Baie" not in page.text


def test_both_languages_tell_the_same_numbers(app, database):
    register(database, 10)
    publish(database)
    french, english = (table(coordinator(app, database, language)) for language in ("fr", "en"))
    assert french[1][:2] == ["janvier à mars 2026", "Ont demandé"]
    assert english[1][:2] == ["January to March 2026", "Asked"]
    assert [row[-1] for row in french[1:]] == [row[-1] for row in english[1:]]


AFTERWARDS = {
    "erased": lambda session, one: casework.erase(session, one.person, **one.does),
    "left": lambda session, one: casework.withdraw_consent(session, one.person, "program", **one.does),
    "no longer agrees": lambda session, one: casework.withdraw_consent(
        session, one.person, "statistics", **one.does
    ),
    "changed": lambda session, one: setattr(session.get_one(Need, one.wish), "program", "support"),
    "came": lambda session, _: office.newcomer(session, "Late", consents=COUNTED),
}


@pytest.mark.parametrize("count", [10, 20])
def test_whoever_keeps_yesterdays_pages_learns_nothing_today(app, database, count):
    """One after the other comes, changes or goes, where each group stands at the edge of a ten: not a byte is otherwise."""
    people = register(database, count)
    publish(database)
    readers = [coordinator(app, database, language) for language in ("fr", "en")]
    before = [read(reader) for reader in readers]
    for one, act in zip(people, AFTERWARDS.values(), strict=False):
        with database.writing() as session:
            act(session, one)
        publish(database, CLOSED + timedelta(days=60))
        assert [read(reader) for reader in readers] == before
    publish(database, CLOSED + timedelta(days=91))
    with database.reading() as session:
        assert session.get_one(PublishedQuarter, "2026-2").figures == {}


def test_nothing_is_counted_while_a_quarter_runs(app, database):
    register(database, 30)
    helene = coordinator(app, database)
    before = read(helene)
    for days in (0, 29, 43):
        publish(database, AT + timedelta(days=days))
        assert read(helene) == before
    publish(database, datetime(2026, 4, 1, 4, tzinfo=UTC) + WAIT)
    assert read(helene) != before


def test_the_chores_publish(app, database):
    register(database, 10)
    with time_machine.travel(CLOSED, tick=False):
        do_chores(database, app.config["SETTINGS"])
    with database.reading() as session:
        assert session.get_one(PublishedQuarter, "2026-1").figures["asked"]["total"] == 10
