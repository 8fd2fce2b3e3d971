"""Calendar links and service sheets: who may read them, and what they never say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from icalendar import Calendar

from models import interpreting, organisations
from models.actor import SYSTEM
from models.queries.interpreting.feeds import Entry as FeedEntry
from models.tables import Booking
from tests.models import office
from tests.models.interpreting import bank
from tests.web import desk
from tests.web.pages import Page
from web import interpreting_papers

LINK = re.compile(r"https?://[^<\s]*(/calendrier/[\w-]+\.ics)")


@pytest.fixture
def amina(database):
    with database.writing() as session:
        return bank.newcomer(session)


@pytest.fixture
def ximena(database):
    with database.writing() as session:
        return bank.interpreter(session)


@pytest.fixture
def mandate(database, amina, ximena):
    with database.writing() as session:
        return bank.confirmed(session, ximena, amina, note="La maison", place="Salle 12").id


def link_of(visitor):
    """Make a link anew, and give it."""
    with visitor.client.post("/calendrier", data={"csrf_token": visitor.token()}) as answer:
        assert not Page(answer).all("form", action="/langue")  # the other language would lose it
        return LINK.search(answer.get_data(as_text=True))[1]


def read(visitor, link):
    with visitor.client.get(link) as answer:
        return answer.status_code, answer.get_data(as_text=True), answer.headers


def test_whoever_holds_the_link_reads_the_hours_and_no_name(signed_in, visitor, ximena, mandate):
    status, text, headers = read(visitor, link_of(signed_in(ximena.person)))
    assert (status, headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert event["UID"].startswith(mandate)
    assert event["SUMMARY"] == "espagnol → français · En personne"
    assert event["DTSTART"].dt.hour == 14
    for hidden in ("Amina", "Ximena", "Tremblante", "La maison", "Salle 12", "école"):
        assert hidden not in text


@pytest.mark.parametrize("zone", ["America/Toronto", "Europe/Paris"])
@pytest.mark.parametrize(
    "stretch",
    [
        (datetime(2026, 3, 8, 6, 30, tzinfo=UTC), 60),  # half past one; clocks go forward half an hour later
        (datetime(2026, 3, 8, 7, 0, tzinfo=UTC), 60),
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), 90),  # half past one, the first time
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), 60),  # half past one, the second time
        (datetime(2026, 3, 12, 3, 30, tzinfo=UTC), 60),  # half past eleven in the evening, past midnight
        (datetime(2026, 3, 27, 0, 30, tzinfo=UTC), 120),  # the week in which Paris has not changed its clocks
    ],
)
def test_any_calendar_reads_the_very_instants(database, signed_in, visitor, amina, stretch, zone):
    begins, minutes = stretch
    with time_machine.travel(begins - timedelta(days=2), tick=False), database.writing() as session:
        who = bank.interpreter(session, zone=zone)
        do = {"by": office.COORDINATOR, "at": begins - timedelta(days=2)}
        sheet = replace(bank.ASKED, start=begins, minutes=minutes, person_id=amina.person, modes=("video",))
        asked = interpreting.request_appointment(session, sheet, **do)
        interpreting.take(session, interpreting.ask(session, asked.id, who.person, **do).id, **do)
    link = link_of(signed_in(who.person))
    with time_machine.travel(begins - timedelta(days=1), tick=False):
        (event,) = Calendar.from_ical(read(visitor, link)[1]).walk("VEVENT")
    first = event["DTSTART"].dt.astimezone(UTC)
    assert (first, first + event["DURATION"].dt) == (begins, begins + timedelta(minutes=minutes))


def test_a_new_link_closes_the_old_one_and_closing_closes_all(signed_in, visitor, ximena):
    hers = signed_in(ximena.person)
    first, second = link_of(hers), link_of(hers)
    assert read(visitor, first)[0] == 404
    assert read(visitor, second)[0] == 200
    hers.send("/calendrier/fermer")
    assert read(visitor, second)[0] == 404
    assert read(visitor, "/calendrier/invented.ics")[0] == 404


def test_the_link_is_shown_once_and_looking_makes_none(signed_in, ximena):
    hers = signed_in(ximena.person)
    assert not LINK.search(hers.open("/calendrier").html)
    link_of(hers)
    assert not LINK.search(hers.open("/calendrier").html)


def test_the_calendar_of_the_office_holds_what_has_nobody_too(app, database, visitor, amina):
    with database.writing() as session:
        bank.request(session, amina, sector=None)
    helene = desk.coordinator(app, database, language="en")
    (event,) = Calendar.from_ical(read(visitor, link_of(helene))[1]).walk("VEVENT")
    assert event["SUMMARY"] == "Spanish → French · Searching"


@pytest.mark.parametrize(
    ("mode", "place"), [("in_person", "Chicoutimi"), ("phone", ""), (None, "Chicoutimi")]
)
def test_a_place_is_named_unless_it_is_done_from_afar(app, mode, place):
    one = FeedEntry(
        id="a1",
        begins=bank.START,
        ends=bank.START + timedelta(hours=1),
        mode=mode,
        from_language="spa",
        to_language="fra",
        via=None,
        setting="school_meeting",
        sector="chicoutimi_centre",
        state="confirmed",
        changed_at=bank.START,
        is_cancelled=False,
    )
    with app.test_request_context():
        assert interpreting_papers.entry(one).place[: len("Chicoutimi")] == place


def test_a_sheet_for_somebody_who_is_not_registered_has_a_dash_for_her_name(app, database, ximena):
    with database.writing() as session:
        booking = bank.confirmed(session, ximena).id
    helene = desk.coordinator(app, database)
    for path in ("feuille", "feuille.pdf"):
        page = helene.client.get(f"/interpretation/mandats/{booking}/{path}")
        assert page.status_code == 200
    assert "Personne—Interprète" in helene.open(f"/interpretation/mandats/{booking}/feuille").text


@pytest.mark.parametrize("side", ["amina", "ximena"])
def test_both_sides_read_the_sheet_and_print_it(request, signed_in, mandate, side):
    visitor = signed_in(request.getfixturevalue(side).person)
    text = visitor.open(f"/interpretation/mandats/{mandate}/feuille").text
    assert "espagnol → français" in text
    assert "Amina" in text
    assert "Ximena" in text
    assert "Tremblante" not in text
    with visitor.client.get(f"/interpretation/mandats/{mandate}/feuille.pdf") as paper:
        assert paper.headers["Content-Type"] == "application/pdf"
        assert paper.get_data().startswith(b"%PDF-")


def test_the_sheet_says_who_asked_for_it_and_who_signed_when(database, signed_in, amina, ximena, mandate):
    page = f"/interpretation/mandats/{mandate}/feuille"
    assert "Signé par" not in signed_in(ximena.person).open(page).text
    with database.writing() as session:
        booking = session.get_one(Booking, mandate)
        partner = organisations.open_organisation(session, "L’Escale", by=SYSTEM, at=office.AT)
        bank.appointment_of(session, booking).organisation_id = partner.id
        for hours, by in ((1, ximena.actor), (2, amina.actor)):
            interpreting.sign_service(session, mandate, 75, by=by, at=booking.ends + timedelta(hours=hours))
    shown = signed_in(ximena.person).open(page)
    facts = dict(zip([it.text for it in shown.all("dt")], [it.text for it in shown.all("dd")], strict=True))
    assert facts["Demandé par"] == "L’Escale"
    assert facts["De quelle façon"].startswith("En personne, Chicoutimi")
    assert facts["Durée réelle"] == "1 h 15"
    assert facts["Signé par l’interprète"].endswith("16 h 00")
    assert facts["Signé par l’autre côté"].endswith("17 h 00")


@pytest.mark.parametrize(
    ("way", "asked"),
    [
        ("En personne", {"sector": None, "modes": ("in_person",)}),
        ("Par téléphone", {"sector": "arvida", "modes": ("phone",)}),
    ],
)
def test_a_sheet_names_a_sector_only_where_two_meet_in_one(database, signed_in, ximena, amina, way, asked):
    with database.writing() as session:
        mandate = bank.confirmed(session, ximena, amina, **asked).id
    page = signed_in(ximena.person).open(f"/interpretation/mandats/{mandate}/feuille")
    assert way in [it.text for it in page.all("dd")]


def test_a_stranger_reads_no_sheet(database, signed_in, mandate):
    with database.writing() as session:
        stranger = office.newcomer(session, "Noor").person
    for path in ("feuille", "feuille.pdf"):
        answer = signed_in(stranger).client.get(f"/interpretation/mandats/{mandate}/{path}")
        assert answer.status_code in {403, 404}
