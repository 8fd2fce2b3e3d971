"""The register of incidents: the eight things of the regulation, sealed, with its history, taken out as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from models import incidents
from models.errors import Forbidden, Stale, Unknown, WrongValue
from models.incidents import IncidentSheet
from models.tables import Incident, LedgerLine
from tests.models import office
from tests.models.office import AT, DO
from tests.web.desk import coordinator
from tests.web.pages import Page

WHAT = {
    "information": "Noms et téléphones",
    "circumstances": "=Liste au mauvais destinataire",
    "known_on": "2026-02-28",
}
WHOLE = IncidentSheet(
    information="Noms",
    circumstances="Liste perdue",
    known_on=date(2026, 2, 28),
    happened_from=date(2026, 2, 27),
    people=3,
    people_in_quebec=2,
    is_serious=True,
    weighing="Sensibles",
    commission_told_on=date(2026, 3, 1),
    people_told_on=date(2026, 3, 1),
    measures="Mots de passe changés",
)


def test_an_incident_is_entered_completed_and_taken_out(app, database):
    helene = coordinator(app, database)
    assert helene.open("/coordination/incidents").h1 == "Incidents de confidentialité"
    assert helene.goes_to("/coordination/incidents/nouveau", **WHAT) == "/coordination/incidents"
    with database.reading() as session:
        [entry] = incidents.register(session)
    assert "à compléter" in helene.open("/coordination/incidents").text
    path = f"/coordination/incidents/{entry.id}"
    assert "combien de personnes" in helene.open(path).text
    more = {"happened_from": "2026-02-27", "people": "3", "people_in_quebec": "2", "is_serious": "no"}
    helene.send(path, version="1", **WHAT, **more, weighing="Rien de sensible", measures="Liste rappelée")
    assert "complet" in helene.open("/coordination/incidents").text
    answer = helene.send("/coordination/incidents/registre", status=200)
    [head, row] = csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")), delimiter=";")
    told = dict(zip(head, row, strict=True))
    assert len(told) == len(IncidentSheet.__slots__) + 1
    assert told["circonstances"] == "'=Liste au mauvais destinataire"
    assert (told["personnes concernées"], told["risque de préjudice sérieux"], told["à compléter"]) == (
        "3",
        "non",
        "",
    )
    with database.reading() as session:
        lines = select(LedgerLine.verb).where(LedgerLine.entity == "incident").order_by(LedgerLine.seq)
        assert list(session.scalars(lines)) == ["enter_incident", "change_incident", "export_incidents"]


def test_every_fault_of_the_form_is_said_at_once(app, database):
    helene = coordinator(app, database)
    page = helene.refused(
        "/coordination/incidents/nouveau",
        happened_from="2026-02-03",
        happened_until="2026-02-01",
        known_on="2027-01-01",
        people="2",
        people_in_quebec="3",
    )
    for name in ("information", "circumstances", "happened_until", "known_on", "people_in_quebec"):
        assert page.all("a", href=f"#{name}"), name


def test_somebody_else_s_change_is_not_overwritten_and_history_tells_what_changed(app, database):
    helene = coordinator(app, database)
    with database.writing() as session:
        incident = incidents.enter(session, WHOLE, **DO)
    path = f"/coordination/incidents/{incident}"
    helene.send(path, version="1", **WHAT)
    late = Page(helene.send(path, version="1", status=409, **WHAT, measures="Trop tard")).check()
    assert "en même temps que vous" in late.text
    assert [tag.text for tag in late.all("dt")] == ["Les mesures prises"]
    assert late.all("textarea", name_="measures")[0].text == "Trop tard"
    assert late.value("version") == "2"
    with database.reading() as session:
        assert incidents.entry(session, incident).sheet.measures is None
        line = session.query(LedgerLine).filter_by(verb="change_incident").one()
    kept = {"known_on", "happened_until", "public_notice"}
    assert set(line.facts["changed"]) == set(IncidentSheet.__slots__) - kept
    assert "Liste" not in str(line.facts)


def test_its_texts_are_sealed_and_nobody_but_the_office_reads_it(database):
    with database.writing() as session:
        incidents.enter(session, WHOLE, **DO)
        with pytest.raises(Forbidden):
            incidents.enter(session, WHOLE, **office.newcomer(session).does)
        with pytest.raises(WrongValue):
            incidents.enter(session, replace(WHOLE, people=1), **DO)
    with database.reading() as session:
        row = session.query(Incident).one()
        assert b"Liste perdue" not in row.circumstances_sealed
        with pytest.raises(Stale), database.writing() as again:
            incidents.change(again, row.id, WHOLE, version=7, **DO)
        with pytest.raises(Unknown), database.writing() as again:
            incidents.change(again, "nowhere", WHOLE, version=1, **DO)
        with pytest.raises(WrongValue), database.writing() as again:
            incidents.change(again, row.id, replace(WHOLE, public_notice="later"), version=1, **DO)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, ()),
        ({"weighing": None}, ("weighing",)),
        ({"people_told_on": None}, ("people_told_on",)),
        ({"people_told_on": None, "public_notice": "instead"}, ()),
        ({"commission_told_on": None}, ("commission_told_on",)),
        ({"is_serious": False, "commission_told_on": None, "people_told_on": None}, ()),
    ],
)
def test_what_the_regulation_asks_and_is_missing_is_named(changes, missing):
    sheet = IncidentSheet(**{name: getattr(WHOLE, name) for name in IncidentSheet.__slots__} | changes)
    assert incidents.Entry(id="x", version=1, entered_at=AT, sheet=sheet).missing == missing
