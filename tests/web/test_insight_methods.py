"""« D’autres façons de choisir »: the three methods beside each other, in words, in a picture, in a table."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.queries.insight.methods import Method
from tests.models import office
from tests.web import desk
from web.methods_words import gains, gives_up

HOME = "/coordination/comprendre/sponsorship/methodes"
DULL = office.Interests(like=("home_cooking",))


@pytest.fixture
def helene(app, database):
    return desk.coordinator(app, database)


def regretted(session):
    """One who has waited, one who fits the only sponsor better."""
    office.newcomer(session, "Amina", interests=DULL, waiting_since=office.TODAY - timedelta(days=92))
    office.newcomer(session, "Binta")
    office.sponsor(session, "Rosalie")


def test_the_page_says_what_each_gives_up(helene, database):
    with database.writing() as session:
        regretted(session)
    text = helene.open(HOME).text
    assert "1 paire aurait un meilleur score ensemble, et n’est pas réunie." in text
    assert "1 personne de plus attend encore après 60 jours." in text
    assert "Ce qu’on y gagne" in text


def test_the_page_is_in_english_too(app, database):
    with database.writing() as session:
        regretted(session)
    text = desk.coordinator(app, database, "en").open(HOME).text
    assert "1 pair would score higher together, and is apart." in text


def test_the_picture_says_what_the_table_says(helene, database):
    with database.writing() as session:
        regretted(session)
    page = helene.open(HOME)
    pictures = [tag for tag in page.all("svg") if tag.attrs.get("role") == "img"]
    assert len(pictures) == 6
    for picture in pictures:
        named = picture.attrs["aria-labelledby"].split()
        assert {tag.attrs.get("id") for tag in [*page.all("title"), *page.all("desc")]} >= set(named)
    (described,) = [tag.text for tag in page.all("desc") if tag.attrs["id"] == "blocking-desc"]
    assert described == (
        "La meilleure ronde : 1; Le choix mutuel : 0; L’ordre d’arrivée : 1; l’axe va de 0 à 1"
    )


def test_bars_start_at_nothing_and_keep_to_one_axis(helene, database):
    with database.writing() as session:
        regretted(session)
    page = helene.open(HOME)
    bars = [tag for tag in page.all("rect") if tag.attrs["class"] != "chart-track"]
    assert len(bars) == 18
    assert {tag.attrs["x"] for tag in bars} == {"0"}
    assert [tag.attrs["width"] for tag in bars[:3]] == ["160.00"] * 3, "one of two is served"
    assert all(0 <= float(tag.attrs["width"]) <= 320 for tag in bars)
    assert "style=" not in page.html


def test_a_large_pool_is_compared_where_somebody_asks(helene, database, monkeypatch):
    monkeypatch.setattr("models.queries.insight.methods.MOST_AT_ONCE", 1)
    with database.writing() as session:
        regretted(session)
    assert "Comparer les trois façons" in helene.open(HOME).text
    assert "En image" in helene.open(f"{HOME}?calculer=oui").text


def test_an_empty_program_says_so(helene):
    assert "Rien à comparer pour le moment" in helene.open(HOME).text


def test_a_pool_where_nobody_may_be_paired_is_shown_all_the_same(helene, database):
    with database.writing() as session:
        office.newcomer(session, gender_request="m")
        office.sponsor(session)
    page = helene.open(HOME)
    assert "Ici, cette façon de choisir ne renonce à rien." in page.text
    assert [tag.text for tag in page.all("td")].count("–") == 3, "no weakest pair"


def method(**said):
    plain = {"code": "stable", "served": 5, "priority": 9, "worth": 300_0000, "worst_worth": 40_0000}
    none = {"worst": None, "blocking": 0, "longest": None, "longest_days": None, "over": 0}
    return Method(**(plain | none | said))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "ne renonce à rien"),
        ({"served": 3}, "2 personnes de moins sont servies."),
        ({"priority": 8}, "d’autres passent avant des personnes qui attendent depuis plus longtemps."),
        ({"worth": 290_0000}, "10 points de moins au total des scores."),
        ({"worst_worth": 35_0000}, "la paire la plus faible tombe à 35,0 points."),
        (
            {"served": 4, "over": 3, "worth": 0},
            "1 personne de moins est servie et 3 personnes de plus attendent",
        ),
    ],
)
def test_what_is_given_up_is_counted_against_the_best_round(app, said, words):
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert words in gives_up(method(**said), method(code="optimal"), 60)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, ""),
        ({"worth": 310_0000}, "10 points de plus"),
        ({"worst_worth": 45_0000}, "à 45,0 points"),
        ({"code": "optimal"}, "Aucune autre façon"),
    ],
)
def test_what_is_gained_is_counted_against_the_best_round(app, said, words):
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert words in gains(method(**said), method(code="optimal"))
