"""Signing up: one idea a screen, nothing lost, every fault at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from matcher.vocabulary import BLOCKS, INTERESTS, MOST_INTERESTS
from models import accounts, casework, sessions
from models.accounts import of_address
from models.queries import me
from models.tables import Account, Consent, Draft, Letter, Need, Offer, Person
from tests.models import office
from tests.web.pages import Visitor
from web.sentences import block_name

SCREENS = {
    "qui": {"first_name": "Zoé", "surname": "Invernal", "age_band": "25-34", "phone": "418 555-0123"},
    "langues": {"language__1": "spa", "level__1": "native", "language__2": "fra", "level__2": "A2"},
    "interets": {
        "interest__hiking": "like",
        "interest__cycling": "want_to_try",
        "interest__fishing": "not_for_me",
    },
    "quand": {"rhythm": "same", "week__usual": ["mon_ev", "sat_am"]},
    "ou": {"sector": "arvida", "travel_mode": "bus", "limit_km": "10"},
    "foyer": {"household": "family", "children_bands": ["3-5"], "access_needs": ["text_only"]},
    "souhaits": {"goals": ["friendship"], "gender_request": "f", "meetings_per_month": "2", "months": "6"},
    "accords": {"program": "yes", "matching": "yes"},
}
LOGIN = {"email": "zoe@example.org", "password": "quatre mots au hasard"}


def fill(visitor, door="jumelage", **changes):
    """Go through every screen of a door."""
    assert visitor.goes_to(f"/inscription/{door}") == "/inscription/etape/qui"
    for name, fields in SCREENS.items():
        place = visitor.goes_to(f"/inscription/etape/{name}", **fields | changes.get(name, {}))
    assert place == "/inscription/relecture"


@pytest.fixture
def registered(visitor, database):
    fill(visitor)
    visitor.send("/inscription/compte", **LOGIN)
    with database.reading() as session:
        yield session


def test_every_door_says_what_it_is_before_it_asks_anything(visitor):
    for door in ("parrainer", "accompagner", "jumelage", "ecoute"):
        assert "Aucun engagement financier ni juridique" in visitor.open(f"/inscription/{door}").text


def test_a_newcomer_who_signs_up_has_one_need_and_an_account(registered):
    person = registered.scalars(select(Person)).one()
    need = registered.scalars(select(Need)).one()
    assert (person.first_name, person.state, person.sector) == ("Zoé", "submitted", "arvida")
    assert (need.program, need.goals, need.gender_request, need.months) == (
        "sponsorship",
        ["friendship"],
        "f",
        6,
    )
    assert registered.scalars(select(Account.person_id)).one() == person.id


def test_what_was_chosen_on_each_screen_is_what_is_kept(registered):
    profile = me.profile_of(registered, registered.scalars(select(Person.id)).one())
    assert [(one.code, one.level, one.mode) for one in profile.languages] == [
        ("spa", "native", "spoken"),
        ("fra", "A2", "spoken"),
    ]
    assert (profile.interests.like, profile.interests.want_to_try) == (("hiking",), ("cycling",))
    assert profile.interests.not_for_me == ("fishing",)
    assert profile.availability == (("mon_ev", "sat_am"),) * 4
    assert (profile.travel.mode, profile.travel.limit_km) == ("bus", 10)
    assert (profile.household.children_bands, profile.contact) == (("3-5",), "text_only")


def test_only_the_consents_that_were_ticked_are_given(registered):
    assert set(registered.scalars(select(Consent.purpose))) == {"program", "matching"}


def test_the_confirmation_letter_is_owed_and_the_draft_is_gone(registered):
    assert registered.scalars(select(Letter.kind)).all() == ["registration_received"]
    assert registered.scalars(select(Draft)).all() == []


def test_a_sponsor_says_how_many_people_and_what_suits_him(visitor, database):
    wishes = {"capacity": "2", "accepts_interpreter": "yes", "meets_access": ["no_stairs"]}
    fill(visitor, "parrainer", souhaits=wishes)
    visitor.send("/inscription/compte", **LOGIN)
    with database.reading() as session:
        offer = session.scalars(select(Offer)).one()
    assert (offer.program, offer.capacity, offer.accepts_interpreter, offer.will_drive) == (
        "sponsorship",
        2,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("door", "side", "program"),
    [
        ("parrainer", Offer, "sponsorship"),
        ("accompagner", Offer, "support"),
        ("jumelage", Need, "sponsorship"),
        ("ecoute", Need, "support"),
    ],
)
def test_each_door_leads_to_its_program(visitor, database, door, side, program):
    fill(visitor, door, souhaits={"goals": []})
    visitor.send("/inscription/compte", **LOGIN)
    with database.reading() as session:
        assert session.scalars(select(side.program)).all() == [program]


def test_every_fault_of_a_screen_is_shown_at_once_beside_its_field_and_on_top(visitor):
    visitor.send("/inscription/jumelage")
    page = visitor.refused("/inscription/etape/qui", first_name=" ", phone="abc")
    links = {tag.attrs["href"] for tag in page.all("a")}
    assert {"#first_name", "#surname", "#age_band", "#phone"} <= links
    assert page.field("surname").attrs["aria-invalid"] == "true"
    assert "surname-fault" in page.field("surname").attrs["aria-describedby"].split()
    assert page.value("phone") == "abc"


def test_a_fault_does_not_lose_what_was_typed(visitor):
    visitor.send("/inscription/jumelage")
    visitor.refused("/inscription/etape/qui", first_name="Zoé")
    assert visitor.open("/inscription/etape/qui").value("first_name") == "Zoé"


def test_going_back_keeps_what_was_typed_and_complains_of_nothing(visitor):
    visitor.send("/inscription/jumelage")
    assert visitor.goes_to("/inscription/etape/ou", limit_km="loin", go="back") == "/inscription/etape/quand"
    page = visitor.open("/inscription/etape/ou")
    assert (page.value("limit_km"), page.all("div", id="error-summary")) == ("loin", [])


def test_every_screen_shows_again_what_was_chosen_there(visitor):
    fill(visitor)
    assert visitor.open("/inscription/etape/qui").value("age_band") == "25-34"
    assert visitor.open("/inscription/etape/langues").value("level-2") == "A2"
    assert visitor.open("/inscription/etape/interets").value("interest-cycling") == "want_to_try"
    assert visitor.open("/inscription/etape/quand").value("week-usual") == "mon_ev"
    assert visitor.open("/inscription/etape/ou").value("sector") == "arvida"
    assert visitor.open("/inscription/etape/foyer").value("children_bands") == "3-5"
    assert visitor.open("/inscription/etape/souhaits").value("gender_request") == "f"


def test_who_does_not_live_here_or_not_yet_says_so_and_is_placed_nowhere(visitor, database):
    fill(visitor, ou={"sector": "elsewhere"})
    assert visitor.open("/inscription/etape/ou").value("sector") == "elsewhere"
    assert "Ailleurs, ou pas encore choisi" in visitor.open("/inscription/relecture").text
    visitor.send("/inscription/compte", **LOGIN)
    with database.reading() as session:
        assert session.scalars(select(Person.sector)).one() is None


def test_what_looks_like_markup_stays_words(visitor):
    visitor.send("/inscription/jumelage")
    name = '"><img src=x onerror=alert(1)>{{ 7*7 }}'
    visitor.send("/inscription/etape/qui", first_name=name, surname="</dd>", age_band="18-24")
    assert visitor.open("/inscription/etape/qui").value("first_name") == name
    assert name in visitor.open("/inscription/relecture").text


def test_an_old_draft_is_forgotten(visitor, database):
    visitor.send("/inscription/jumelage")
    with time_machine.travel(office.AT + timedelta(days=31), tick=False):
        Visitor(visitor.client.application.test_client()).send("/inscription/parrainer")
    with database.reading() as session:
        assert len(session.scalars(select(Draft)).all()) == 1


def test_finishing_later_keeps_the_draft_for_the_same_browser_alone(visitor, app):
    visitor.send("/inscription/jumelage")
    assert visitor.goes_to("/inscription/etape/qui", first_name="Zoé", go="later") == "/inscription/plus-tard"
    assert visitor.open("/inscription/etape/qui").value("first_name") == "Zoé"
    assert app.test_client().get("/inscription/etape/qui").headers["Location"] == "/"


AGAIN = "/inscription/jumelage/recommencer"


def test_a_draft_is_erased_from_a_browser_that_others_share(visitor, database):
    visitor.send("/inscription/jumelage")
    visitor.send("/inscription/etape/qui", first_name="Zoé", go="later")
    page = visitor.open("/inscription/plus-tard")
    assert "Effacer ces réponses de cet appareil" in page.text
    assert page.all("form", action=AGAIN)
    assert visitor.goes_to(AGAIN) == "/inscription/jumelage"
    page = visitor.open("/inscription/jumelage")
    assert "Les réponses sont effacées" in page.text
    assert [tag.text for tag in page.all("button") if "btn-lg" in tag.attrs.get("class", "")] == ["Commencer"]
    assert not page.all("form", action=AGAIN)
    assert not visitor.open("/inscription/plus-tard").all("form", action=AGAIN)
    assert visitor.client.get_cookie("draft", path="/inscription") is None
    with database.reading() as session:
        assert session.scalars(select(Draft)).all() == []


def test_who_comes_next_to_a_shared_browser_begins_with_nothing_of_the_one_before(visitor):
    visitor.send("/inscription/parrainer")
    visitor.send("/inscription/etape/qui", first_name="Zoé", go="later")
    page = visitor.open("/inscription/jumelage")
    assert "Ce n’est pas moi, recommencer" in page.text
    assert page.all("form", action=AGAIN)
    visitor.send(AGAIN)
    visitor.send("/inscription/jumelage")
    assert visitor.open("/inscription/etape/qui").value("first_name") == ""


def test_a_draft_is_erased_by_the_form_of_its_page_alone(visitor):
    visitor.send("/inscription/jumelage")
    assert visitor.client.post(AGAIN).status_code == 400
    assert visitor.client.get(AGAIN).status_code == 405
    assert "Reprendre mon inscription" in visitor.open("/inscription/jumelage").text


def test_the_draft_of_somebody_signed_in_is_hers_to_erase_not_somebody_else_s(database, signed_in):
    with database.writing() as session:
        person = office.newcomer(session).person
    visitor = signed_in(person)
    visitor.send("/inscription/parrainer")
    page = visitor.open("/inscription/parrainer")
    assert "Effacer ces réponses de cet appareil" in page.text
    assert "Ce n’est pas moi" not in page.text


def test_no_consent_is_ticked_beforehand(visitor):
    visitor.send("/inscription/jumelage")
    page = visitor.open("/inscription/etape/accords")
    boxes = page.all("input", type_="checkbox")
    assert [box.attrs["name"] for box in boxes] == ["program", "matching", "share_contact", "statistics"]
    assert not [box for box in boxes if "checked" in box.attrs]


def test_what_was_typed_stays_where_the_language_of_the_page_is_changed(visitor):
    visitor.send("/inscription/jumelage")
    page = visitor.open("/inscription/etape/langues")
    [switch] = [tag for tag in page.all("button") if tag.attrs.get("value") == "en"]
    assert (switch.attrs["form"], switch.attrs["name"]) == ("ecran", "go")
    where = visitor.goes_to("/inscription/etape/langues", language__1="spa", go="en")
    page = visitor.open(where)
    assert page.value("language-1") == "spa"
    assert "Continue" in page.text
    assert 'href="#level-1"' not in page.html  # no fault is told yet
    [first, *_] = [tag for tag in visitor.open(where).all("button") if tag.attrs.get("form") == "ecran"]
    assert first.attrs["value"] == "next"  # what the key Enter presses


def test_a_row_for_one_more_language_needs_no_script(visitor):
    visitor.send("/inscription/jumelage")
    where = visitor.goes_to("/inscription/etape/langues", rows="2", language__1="spa", go="row")
    assert where == "/inscription/etape/langues#language-3"
    page = visitor.open("/inscription/etape/langues")
    assert (page.value("language-1"), page.value("language-3")) == ("spa", "")


@pytest.mark.parametrize(
    ("fields", "faulty"),
    [
        ({}, "language-1"),
        ({"language__1": "spa"}, "level-1"),
        ({"language__1": "fra", "level__1": "B1", "level__2": "A2"}, "language-2"),
        ({"rows": "3", "language__1": "fra", "level__1": "B1", "level__3": "A2"}, "language-3"),
        ({"language__1": "klingon", "level__1": "A1"}, "language-1"),
        ({"language__1": "fcs", "level__1": "B1", "mode__1": "spoken"}, "mode-1"),
        ({"language__1": "fra", "level__1": "B1", "language__2": "fra", "level__2": "C1"}, "language-1"),
    ],
)
def test_a_language_needs_a_level_and_a_way_that_exist(visitor, fields, faulty):
    visitor.send("/inscription/jumelage")
    page = visitor.refused("/inscription/etape/langues", **fields)
    assert f"#{faulty}" in {tag.attrs["href"] for tag in page.all("a")}


def test_a_level_without_its_language_is_told_on_its_row_alone_and_an_empty_row_is_left(visitor):
    visitor.send("/inscription/jumelage")
    said = {"rows": "4", "language__1": "fra", "level__1": "B1", "mode__2": "spoken", "mode__3": "spoken"}
    page = visitor.refused("/inscription/etape/langues", **said, level__3="A2")
    assert "Choisissez la langue" in page.all("p", id="language-3-fault")[0].text
    assert not page.all("p", id="language-1-fault") + page.all("p", id="language-2-fault")
    visitor.send("/inscription/etape/langues", **said)


def test_a_departure_is_not_past(visitor):
    visitor.send("/inscription/jumelage")
    page = visitor.refused("/inscription/etape/souhaits", stay_until="2026-03-01")
    assert "Ce jour est passé" in page.text
    assert page.value("stay_until") == "2026-03-01"
    visitor.send("/inscription/etape/souhaits", stay_until="2026-03-02")


def test_the_departure_is_read_again_before_it_is_sent(visitor):
    fill(visitor, souhaits={"stay_until": "2026-09-15"})
    said = [tag.text for tag in visitor.open("/inscription/relecture").all("dd")]
    assert "15 septembre 2026" in said


def test_a_departure_that_goes_by_while_the_draft_waits_is_told_at_the_end(visitor):
    fill(visitor, souhaits={"stay_until": "2026-03-10"})
    with time_machine.travel(office.AT + timedelta(days=20), tick=False):
        assert "Ce jour est passé" in visitor.open("/inscription/relecture").text


def test_at_most_ten_interests_of_a_kind_are_taken(visitor):
    visitor.send("/inscription/jumelage")
    chosen = {f"interest__{code}": "like" for code in list(INTERESTS)[: MOST_INTERESTS + 1]}
    page = visitor.refused("/inscription/etape/interets", **chosen)
    assert "#count-like" in {tag.attrs["href"] for tag in page.all("a")}


def test_each_part_of_the_day_is_called_the_same_to_the_eye_and_to_the_ear(visitor):
    visitor.send("/inscription/jumelage")
    page = visitor.open("/inscription/etape/quand")
    seen = [tag.text for tag in page.all("th", scope="col")][: len(BLOCKS)]
    heard = [tag.text for tag in page.all("label") if ", lundi " in tag.text][: len(BLOCKS)]
    for block, column, box in zip(BLOCKS, seen, heard, strict=True):
        assert box.endswith(f"lundi {block_name(block)}")
        assert column.lower().startswith(block_name(block))
    assert seen[-1] == "Fin de soirée21–24 h"


def test_weeks_that_differ_are_kept_as_four(visitor, database):
    weeks = {"rhythm": "changes", "week__0": ["mon_am"], "week__2": ["tue_nt"]}
    fill(visitor, quand=weeks)
    visitor.send("/inscription/compte", **LOGIN)
    with database.reading() as session:
        assert session.scalars(select(Person.availability)).one() == [["mon_am"], [], ["tue_nt"], []]


def test_nothing_is_sent_while_something_is_missing(visitor, database):
    visitor.send("/inscription/jumelage")
    page = visitor.open("/inscription/relecture")
    assert "Il manque encore quelque chose" in page.text
    assert visitor.goes_to("/inscription/compte", **LOGIN) == "/inscription/relecture"
    with database.reading() as session:
        assert session.scalars(select(Person)).all() == []


def test_a_short_password_and_a_half_address_are_both_named(visitor):
    fill(visitor)
    page = visitor.refused("/inscription/compte", email="zoe@", password="Xy7!")
    assert {"#email", "#password"} <= {tag.attrs["href"] for tag in page.all("a")}
    assert page.value("email") == "zoe@"
    assert "Xy7!" not in page.html


@pytest.mark.parametrize("at_once", [False, True])
def test_a_known_address_gets_the_same_answer_and_its_owner_a_letter(
    visitor, app, database, monkeypatch, at_once
):
    fill(visitor)
    first = visitor.send("/inscription/compte", **LOGIN)
    other = Visitor(app.test_client())
    fill(other, qui={"first_name": "Autre"})
    if at_once:  # she came in between the look and the registration
        seen = iter([None])
        monkeypatch.setattr(accounts, "of_address", lambda *about: next(seen, of_address(*about)))
    second = other.send("/inscription/compte", **LOGIN)
    assert (first.status, first.data, first.headers["Location"]) == (
        second.status,
        second.data,
        second.headers["Location"],
    )
    with database.reading() as session:
        assert session.scalars(select(Person.first_name)).all() == ["Zoé"]
        assert session.scalars(select(Letter.kind)).all() == ["registration_received"] * 2


def test_a_registered_person_adds_an_offer_without_typing_her_profile_again(database, signed_in):
    with database.writing() as session:
        person = office.newcomer(session).person
    visitor = signed_in(person)
    visitor.send("/inscription/parrainer")
    assert visitor.open("/inscription/etape/qui").value("first_name") == "Amina"
    visitor.send("/inscription/etape/souhaits", capacity="1", gender_request="any")
    assert visitor.goes_to("/inscription/relecture") == "/moi"
    with database.reading() as session:
        assert session.scalars(select(Offer.person_id)).all() == [person]
        assert session.scalars(select(Person.first_name)).all() == ["Amina"]


@pytest.mark.parametrize("door", ["jumelage", "interpreter"])
def test_the_door_of_what_a_person_asks_or_gives_already_leads_to_her_page(database, signed_in, door):
    with database.writing() as session:
        amina = office.newcomer(session)
        casework.publish_offer(
            session, amina.person, casework.OfferSheet(program="interpreting"), **amina.does
        )
    visitor = signed_in(amina.person)
    links = {tag.attrs["href"] for tag in visitor.open("/moi").all("a")}
    assert f"/inscription/{door}" not in links
    assert {"/inscription/parrainer", "/inscription/ecoute"} <= links
    assert visitor.goes_to(f"/inscription/{door}") == "/moi"
    assert "C’est déjà sur votre page" in visitor.open("/moi").text


def test_who_asked_meanwhile_is_told_at_the_end_and_asks_once(database, signed_in):
    with database.writing() as session:
        amina = office.newcomer(session)
        session.get(Need, amina.wish).state = "finished"
    visitor = signed_in(amina.person)
    visitor.send("/inscription/jumelage")
    visitor.send("/inscription/etape/souhaits", gender_request="any")
    with database.writing() as session:
        session.get(Need, amina.wish).state = "available"
    assert visitor.goes_to("/inscription/relecture") == "/moi"
    assert "C’est déjà sur votre page" in visitor.open("/moi").text
    with database.reading() as session:
        assert len(session.scalars(select(Need)).all()) == 1


def test_who_begins_and_then_signs_in_goes_on_with_what_she_began(visitor, database):
    with database.writing() as session:
        office.newcomer(session, "Amina")
        account = of_address(session, "amina@example.org")
        token = sessions.start_session(session, account, office.AT)
    visitor.goes_to("/inscription/ecoute")
    visitor.send("/inscription/etape/qui", **SCREENS["qui"])
    with visitor.client.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert visitor.open("/inscription/etape/qui").value("first_name") == "Zoé"


def test_the_draft_of_a_person_is_closed_to_the_next_one_on_the_same_machine(database, signed_in):
    with database.writing() as session:
        person = office.newcomer(session).person
    visitor = signed_in(person)
    visitor.send("/inscription/parrainer")
    visitor.send("/deconnexion")
    assert visitor.client.get("/inscription/etape/qui").headers["Location"] == "/"
