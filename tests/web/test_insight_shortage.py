"""« Pénuries » : who cannot be served, in words, for a coordinator."""

from __future__ import annotations

import pytest

from models.casework import Language
from tests.models import office
from tests.models.test_insight import short_of_one
from tests.web import desk

HOME = "/coordination/comprendre/sponsorship"


@pytest.fixture
def helene(app, database):
    return desk.coordinator(app, database)


def test_the_page_says_who_only_by_whom_and_links_to_them(helene, database):
    with database.writing() as session:
        spanish, only, alone = short_of_one(session)
    page = helene.open(f"{HOME}/penuries")
    assert "Quoi que décide une ronde, 3 personnes resteront en attente." in page.text
    assert (
        "Ces 3 personnes nouvellement arrivées ne peuvent être accueillies que par une seule personne"
        in page.text
    )
    assert "pour 3 personnes : il en manque 2." in page.text.replace("\N{NO-BREAK SPACE}", " ")
    links = {link.attrs["href"] for link in page.all("a")}
    for someone in (*spanish, only, alone):
        assert f"/coordination/personnes/{someone.person}" in links
    assert "parle roumain" in page.text
    assert "Il faudrait, par exemple, une personne qui parle roumain (B1), libre le samedi." in page.text


def test_the_page_speaks_english(app, database):
    with database.writing() as session:
        short_of_one(session)
    page = desk.coordinator(app, database, language="en").open(f"{HOME}/penuries")
    assert "These 3 newcomers can only be welcomed by a single person" in page.text
    assert "Whatever a round decides, 3 people will stay waiting." in page.text


def test_volunteers_of_support_are_called_so(helene, database):
    with database.writing() as session:
        support = {"program": "support", "goals": ("listening",)}
        for name in ("Amina", "Carmen"):
            office.newcomer(session, name, **support)
        office.sponsor(session, **support)
        office.sponsor(session, "Denise", **support, languages=(Language(code="ron", level="native"),))
    page = helene.open("/coordination/comprendre/support/penuries")
    assert "Ces 2 personnes ne peuvent être accompagnées que par une seule personne bénévole" in page.text


def test_where_nobody_is_short_the_page_says_so(helene, database):
    with database.writing() as session:
        office.newcomer(session)
        office.sponsor(session)
    assert "Personne ne manque de place" in helene.open(f"{HOME}/penuries").text


def test_needs_without_any_offer_are_short_too(helene, database):
    with database.writing() as session:
        office.newcomer(session)
    assert "Aucune offre ne leur convient" in helene.open(f"{HOME}/penuries").text


@pytest.mark.parametrize("page", ["", "/penuries"])
def test_a_program_without_people_says_that_nothing_is_to_compare(helene, page):
    assert "rien à comparer" in helene.open(HOME + page).text.lower()


def test_the_hub_leads_to_its_pages_and_the_rounds_lead_to_it(helene):
    links = [link.attrs["href"] for link in helene.open(HOME).all("a")]
    assert f"{HOME}/penuries" in links
    assert HOME in [link.attrs["href"] for link in helene.open("/coordination/rondes").all("a")]


@pytest.mark.parametrize("page", ["", "/penuries"])
def test_other_programs_are_no_page_and_participants_stay_out(database, helene, signed_in, page):
    helene.open(f"/coordination/comprendre/internship{page}", status=404)
    with database.writing() as session:
        someone = office.newcomer(session)
    signed_in(someone.person).open(HOME + page, status=403)
