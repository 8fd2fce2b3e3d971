"""« Ce que coûtent les règles » : what each one keeps apart, and the least to ask of people, in words."""

from __future__ import annotations

import pytest

from models.queries.insight import rules as rules_pages
from tests.models import office
from tests.models.test_leeway import FAMILY, apart
from tests.web import desk

HOME = "/coordination/comprendre/sponsorship/regles"
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def helene(app, database):
    return desk.coordinator(app, database)


def words(page):
    return " ".join(page.text.replace(NBSP, " ").split())


def test_the_page_says_what_a_barrier_costs_and_to_whom(helene, database):
    with database.writing() as session:
        amina, _ = apart(session)
    page = helene.open(HOME)
    assert "À lui seul, un obstacle prive 1 personne d’un jumelage." in words(page)
    assert "Pas de temps libre commun 1 jumelage de plus. 1 paire que lui seul sépare" in words(page)
    assert f"/coordination/personnes/{amina.person}" in {link.attrs["href"] for link in page.all("a")}


def test_the_least_to_ask_is_a_sentence_with_links(helene, database):
    with database.writing() as session:
        amina, rosalie = apart(session)
    page = helene.open(f"{HOME}?de-plus=1")
    assert "se libérait le mardi" in words(page)
    assert ": 1 jumelage de plus." in words(page)
    assert "Un seul changement suffit." in words(page)
    assert "&lt;a" not in page.html
    links = {link.attrs["href"] for link in page.all("a")}
    assert {f"/coordination/personnes/{someone.person}" for someone in (amina, rosalie)} <= links


@pytest.mark.parametrize(
    ("need", "offer", "said"),
    [
        (FAMILY, {"accepts_children": False}, "Rosalie Tremblante accueillait des enfants"),
        (
            {"languages": (office.Language(code="spa", level="native"),)},
            {"languages": (office.Language(code="fra", level="native"),)},
            "Rosalie Tremblante acceptait un interprète",
        ),
        (
            {"sector": "arvida", "travel": office.Travel(mode="walk", limit_km=2, remote_ok=False)},
            {"travel": office.Travel(mode="car", limit_km=9, remote_ok=False)},
            "Rosalie Tremblante allait jusqu’à 12 km",
        ),
    ],
)
def test_each_kind_of_change_has_its_words(helene, database, need, offer, said):
    with database.writing() as session:
        office.newcomer(session, "Amina", **need)
        office.sponsor(session, "Rosalie", **offer)
    assert f"Si {said} : 1 jumelage de plus." in words(helene.open(f"{HOME}?de-plus=1"))


def test_one_more_place_serves_who_has_none(helene, database):
    with database.writing() as session:
        for name in ("Amina", "Binta"):
            office.newcomer(session, name)
        office.sponsor(session, "Rosalie")
    page = helene.open(f"{HOME}?de-plus=1")
    assert "Si Rosalie Tremblante prenait un jumelage de plus : 1 jumelage de plus." in words(page)
    assert "Prendre un jumelage de plus : 1 personne" in words(page)
    none = words(helene.open(f"{HOME}?de-plus=1&acte=slot&acte=distance"))
    assert "Aucun ensemble de ces changements ne servirait 1 personne de plus." in none
    assert "Sans place de plus, aucun assouplissement n’y suffit." in none


def test_the_form_keeps_what_was_asked(helene, database):
    with database.writing() as session:
        apart(session)
    page = helene.open(f"{HOME}?de-plus=3&acte=slot")
    boxes = [tag for tag in page.all("input") if tag.attrs.get("name") == "acte"]
    assert [tag.attrs["value"] for tag in boxes if "checked" in tag.attrs] == ["slot"]
    assert [tag.attrs["value"] for tag in page.all("option") if "selected" in tag.attrs] == ["3"]


def test_the_page_is_in_english_too(app, database):
    with database.writing() as session:
        apart(session)
    text = words(desk.coordinator(app, database, "en").open(f"{HOME}?de-plus=1"))
    assert "By itself, one barrier costs 1 person a pairing." in text
    assert "were free on Tuesday" in text
    assert "A single change is enough." in text


def test_where_everybody_is_served_nothing_is_to_ask(helene, database):
    with database.writing() as session:
        office.newcomer(session)
        office.sponsor(session)
    assert "Une ronde sert déjà tout le monde." in words(helene.open(f"{HOME}?de-plus=1"))


def test_what_is_for_safety_is_counted_and_never_suggested(helene, database):
    with database.writing() as session:
        office.newcomer(session, "Amina", gender_request="m")
        office.sponsor(session, "Rosalie")
    text = words(helene.open(f"{HOME}?de-plus=1"))
    assert "Jamais levés : 1 obstacle" in text
    assert "Amina" not in text


def test_an_empty_program_says_so(helene):
    assert "Rien à comparer pour le moment" in words(helene.open(HOME))


def test_a_large_pool_is_computed_on_demand(helene, database, monkeypatch):
    monkeypatch.setattr(rules_pages, "PAIRS_AT_ONCE", 0)
    with database.writing() as session:
        apart(session)
    assert "refaire la ronde sans chaque règle peut prendre une minute" in words(helene.open(HOME))
    assert "Sans un obstacle" in words(helene.open(f"{HOME}?calculer=oui"))
    monkeypatch.setattr(rules_pages, "MOST_PAIRS", 0)
    assert "la commande passerelle rules le fait" in words(helene.open(HOME))
    assert "la commande passerelle relax le dit" in words(helene.open(f"{HOME}?de-plus=1"))


@pytest.mark.parametrize("query", ["de-plus=0", "de-plus=99", "de-plus=x", "de-plus=1&acte=gender"])
def test_what_is_none_of_the_questions_is_no_page(helene, query):
    helene.open(f"{HOME}?{query}", status=404)


def test_participants_stay_out(database, signed_in):
    with database.writing() as session:
        someone = office.newcomer(session)
    signed_in(someone.person).open(HOME, status=403)
