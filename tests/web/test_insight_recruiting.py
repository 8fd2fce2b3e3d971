"""« Qui recruter » : whom to look for in words, who would be served, and a poster that names nobody."""

from __future__ import annotations

import pytest

from models.casework import Language
from models.queries.insight import recruiting as queries
from tests.models import office
from tests.models.test_insight import short_of_one
from tests.web import desk

HOME = "/coordination/comprendre/sponsorship/recruter"
ASKED = {"langue": "spa", "niveau": "B1", "quand": "sunday", "nombre": "2"}
SUNDAY = {"availability": (("sun_am", "sun_pm"),)}
SPANISH = {"languages": (Language(code="spa", level="native"),), **SUNDAY}


@pytest.fixture
def helene(app, database):
    return desk.coordinator(app, database)


@pytest.fixture
def waiting(database):
    """Three who speak Spanish and are free on Sundays, and nobody here who speaks it."""
    with database.writing() as session:
        office.sponsor(session, languages=(Language(code="fra", level="native"),))
        return [office.newcomer(session, name, **SPANISH) for name in ("Amina", "Carmen", "Lucia")]


def text(page):
    return page.text.replace("\N{NO-BREAK SPACE}", " ")


def poster(**changes):
    return f"{HOME}/affiche?" + "&".join(f"{name}={value}" for name, value in (ASKED | changes).items())


def test_three_spanish_speakers_on_sunday_make_three_more_pairings(helene, waiting):
    page = helene.open(HOME)
    said = "Trois personnes qui parlent espagnol (B1), libres le dimanche : 3 jumelages de plus"
    assert said in text(page)
    links = {link.attrs["href"] for link in page.all("a")}
    assert {f"/coordination/personnes/{one.person}" for one in waiting} <= links
    (to_print,) = (link for link in links if "affiche" in link and "nombre=3" in link)
    assert "3 jumelages de plus, dès maintenant" in text(helene.open(to_print))


@pytest.mark.usefixtures("waiting")
def test_a_poster_says_nothing_of_those_who_wait(helene):
    page = helene.open(poster())
    assert "deux personnes qui parlent espagnol (B1), libres le dimanche" in page.h1
    assert "2 jumelages de plus" in text(page)
    for name in ("Amina", "Carmen", "Lucia", "Tremblante"):
        assert name not in page.html


@pytest.mark.usefixtures("waiting")
def test_what_a_poster_may_ask_is_said(helene):
    page = helene.open(poster(genre="f", enfants="1", secteur="arvida", nombre="1"))
    assert (
        page.h1
        == "une femme qui parle espagnol (B1), libre le dimanche, qui accueille aussi des enfants, qui habite Arvida"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"langue": "xxx"},
        {"niveau": "D9"},
        {"quand": "never"},
        {"genre": "q"},
        {"secteur": "moon"},
        {"nombre": "0"},
        {"nombre": "5"},
        {"mode": "sung"},
    ],
    ids="-".join,
)
def test_a_poster_for_nobody_is_a_page_not_found(helene, wrong):
    helene.open(poster(**wrong), status=404)


@pytest.mark.usefixtures("waiting")
def test_the_page_and_the_poster_speak_english(app, database):
    visitor = desk.coordinator(app, database, language="en")
    said = "Three people who speak Spanish (B1), free on Sundays: 3 more pairings"
    assert said in text(visitor.open(HOME))
    assert "two people who speak Spanish (B1), free on Sundays" in visitor.open(poster()).h1


@pytest.mark.usefixtures("waiting")
def test_a_large_pool_is_computed_when_asked(helene, monkeypatch):
    monkeypatch.setattr(queries, "PAIRS_AT_ONCE", 2)
    page = helene.open(HOME)
    assert "Calculer" in page.text
    assert "jumelages de plus" not in page.text
    (button,) = (link.attrs["href"] for link in page.all("a") if "calculer" in link.attrs["href"])
    assert "3 jumelages de plus" in text(helene.open(button))


def test_where_everybody_is_served_the_page_says_so(helene, database):
    with database.writing() as session:
        office.newcomer(session)
        office.sponsor(session)
    assert "Une ronde sert déjà tout le monde." in helene.open(HOME).text


def test_a_program_without_people_has_nobody_to_look_for(helene):
    assert "Rien à comparer" in helene.open(HOME).text


def test_needs_alone_are_enough_to_say_whom_to_look_for(helene, database):
    with database.writing() as session:
        office.newcomer(session, **SPANISH)
    assert "Une personne qui parle espagnol (B1), libre le dimanche : 1 jumelage de plus" in text(
        helene.open(HOME)
    )


@pytest.mark.parametrize("page", [HOME, poster()])
def test_participants_stay_out(database, signed_in, page):
    with database.writing() as session:
        someone = office.newcomer(session)
    signed_in(someone.person).open(page, status=403)


def test_the_shortage_leads_to_whom_to_recruit(helene, database):
    with database.writing() as session:
        short_of_one(session)
    links = [
        link.attrs["href"] for link in helene.open("/coordination/comprendre/sponsorship/penuries").all("a")
    ]
    assert links.count(HOME) == 2
