"""« Votre marge de choix » : what is sure, what is nearly as good, and what it would cost, in words."""

from __future__ import annotations

import pytest

from models.queries.insight import freedom as freedom_pages
from tests.models import office
from tests.web import desk
from tests.web.test_insight_rules import words

HOME = "/coordination/comprendre/sponsorship/libertes"


@pytest.fixture
def helene(app, database):
    return desk.coordinator(app, database)


def alike(session):
    """Two who wait and two sponsors, all alike."""
    needs = [office.newcomer(session, name) for name in ("Amina", "Binta")]
    return needs, [office.sponsor(session, name) for name in ("Rosalie", "Denise")]


def test_a_choice_that_costs_nothing_is_told_with_what_could_be_instead(helene, database):
    with database.writing() as session:
        needs, offers = alike(session)
    page = helene.open(HOME)
    assert "Votre jugement compte pour 2 jumelages" in words(page)
    assert "Sans ce jumelage, la ronde serait aussi bonne." in words(page)
    assert "Tremblante : aussi bien" in words(page)
    links = {link.attrs["href"] for link in page.all("a")}
    assert {f"/coordination/personnes/{someone.person}" for someone in (*needs, *offers)} <= links
    assert any("/pourquoi-pas?need=" in link for link in links)


def test_a_pairing_that_stands_alone_is_sure(helene, database):
    with database.writing() as session:
        office.newcomer(session, "Amina")
        office.sponsor(session, "Rosalie")
    text = words(helene.open(HOME))
    assert "chaque jumelage de la ronde d’aujourd’hui s’impose" in text
    assert "Amina Tremblante et Rosalie Tremblante" in text


def test_the_margin_is_picked(helene, database):
    with database.writing() as session:
        alike(session)
    page = helene.open(f"{HOME}?marge=5")
    picked = [
        link for link in page.all("a") if "marge=" in link.attrs["href"] and "aria-current" in link.attrs
    ]
    assert [link.attrs["href"] for link in picked] == [f"{HOME}?marge=5"]


def test_the_page_is_in_english_too(app, database):
    with database.writing() as session:
        alike(session)
    text = words(desk.coordinator(app, database, "en").open(HOME))
    assert "Your judgement counts for 2 pairings" in text
    assert "Without this pairing, the round would be just as good." in text


@pytest.mark.parametrize("margin", ["3", "0", "x", "-1"])
def test_another_margin_is_no_page(helene, margin):
    helene.open(f"{HOME}?marge={margin}", status=404)


def test_an_empty_program_says_so(helene):
    assert "Rien à comparer pour le moment" in words(helene.open(HOME))


def test_where_nobody_may_be_paired_there_is_nothing_to_decide(helene, database):
    with database.writing() as session:
        office.newcomer(session, "Amina", gender_request="m")
        office.sponsor(session, "Rosalie")
    assert "n’a aucun jumelage à décider" in words(helene.open(HOME))


def test_a_large_pool_is_computed_on_demand(helene, database, monkeypatch):
    monkeypatch.setattr(freedom_pages, "PAIRS_AT_ONCE", 0)
    with database.writing() as session:
        alike(session)
    assert "Calculer" in words(helene.open(HOME))
    assert "Où votre jugement compte" in words(helene.open(f"{HOME}?calculer=oui"))


def test_participants_stay_out(database, signed_in):
    with database.writing() as session:
        someone = office.newcomer(session)
    signed_in(someone.person).open(HOME, status=403)
