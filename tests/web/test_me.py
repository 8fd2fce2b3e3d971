"""« Ma page »: what a person sees, what she never sees, and what she can do there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from matcher.vocabulary import LANGUAGES
from models import casework, reads
from models.queries import me
from models.tables import Need, Offer, Pairing, Person
from tests.models import office


@pytest.fixture
def amina(database):
    with database.writing() as session:
        return office.newcomer(session, "Amina")


@pytest.fixture
def rosalie(database):
    with database.writing() as session:
        return office.sponsor(session, "Rosalie")


def at(stage, database, amina, rosalie):
    """Bring the two to a stage of the story and give the pairing."""
    with database.writing() as session:
        return getattr(office, stage)(session, amina, rosalie).id


def state_of(database, pairing_id):
    with database.reading() as session:
        return session.get(Pairing, pairing_id).state


def test_somebody_new_sees_what_comes_next(database, signed_in):
    with database.writing() as session:
        person = office.sign_up(session, "Zoé", needs=(office.NEED,))
    page = signed_in(person).open("/moi")
    assert page.h1 == "Bonjour, Zoé"
    assert [tag.text for tag in page.all("li", **{"aria-current": "step"})] == ["Entrevue"]
    assert "d’ici cinq jours" in page.text


def test_a_proposal_in_review_is_not_shown_to_anybody(database, signed_in, amina, rosalie):
    at("proposal", database, amina, rosalie)
    assert "Rosalie" not in signed_in(amina.person).open("/moi").text


def test_the_proposal_shows_what_is_shared_and_nothing_more(database, signed_in, amina, rosalie):
    at("approved", database, amina, rosalie)
    text = signed_in(amina.person).open("/moi").text
    for shown in (
        "Rosalie",
        "L’arrondissement de Chicoutimi",
        "35 à 44 ans",
        "français et espagnol",
        "Raquette",
    ):
        assert shown in text
    for hidden in ("Tremblante", "rosalie@example.org", "centre-ville", "Famille", "Seul"):
        assert hidden not in text


def test_interests_are_shown_only_where_both_let_them_count(database, signed_in, amina, rosalie):
    at("accepted", database, amina, rosalie)
    signed_in(rosalie.person).send("/moi/accords/matching/retirer")
    text = signed_in(amina.person).open("/moi").text
    assert "À découvrir ensemble" in text
    assert "Raquette" not in text


def test_both_yes_open_the_contact_details_to_the_two(database, signed_in, amina, rosalie):
    pairing = at("approved", database, amina, rosalie)
    for one in (amina, rosalie):
        assert "@example.org" not in signed_in(one.person).open("/moi").text
        assert signed_in(one.person).goes_to(f"/moi/propositions/{pairing}", said="yes") == "/moi"
    assert "rosalie@example.org" in signed_in(amina.person).open("/moi").text
    assert "amina@example.org" in signed_in(rosalie.person).open("/moi").text


def test_contact_details_close_again_when_the_other_takes_her_agreement_back(
    database, signed_in, amina, rosalie
):
    at("accepted", database, amina, rosalie)
    signed_in(rosalie.person).send("/moi/accords/share_contact/retirer")
    page = signed_in(amina.person).open("/moi")
    assert "rosalie@example.org" not in page.text
    assert "Les coordonnées ne sont pas ouvertes" in page.text


def test_contact_details_close_when_the_sponsor_s_screening_has_run_out(database, signed_in, amina, rosalie):
    at("accepted", database, amina, rosalie)
    with database.writing() as session:
        for clearance in session.query(office.casework.vetting.Clearance):
            clearance.expires = office.TODAY.replace(year=2020)
    assert "rosalie@example.org" not in signed_in(amina.person).open("/moi").text


def test_a_yes_is_not_told_to_the_other(database, signed_in, amina, rosalie):
    pairing = at("approved", database, amina, rosalie)
    before = signed_in(rosalie.person).open("/moi").text
    signed_in(amina.person).send(f"/moi/propositions/{pairing}", said="yes")
    assert signed_in(rosalie.person).open("/moi").text == before


def test_a_no_asks_once_more_and_the_other_only_learns_that_it_is_gone(database, signed_in, amina, rosalie):
    pairing = at("approved", database, amina, rosalie)
    visitor = signed_in(amina.person)
    assert visitor.open(f"/moi/propositions/{pairing}/non").h1 == "Dire non merci?"
    visitor.send(f"/moi/propositions/{pairing}", said="no")
    page = signed_in(rosalie.person).open("/moi")
    assert "Une proposition n’est plus disponible" in page.text
    assert "Amina" not in page.text
    assert "Une proposition n’est plus disponible" not in signed_in(amina.person).open("/moi").text


def test_answering_what_is_gone_says_so_and_changes_nothing(database, signed_in, amina, rosalie):
    pairing = at("approved", database, amina, rosalie)
    signed_in(rosalie.person).send(f"/moi/propositions/{pairing}", said="no")
    visitor = signed_in(amina.person)
    visitor.send(f"/moi/propositions/{pairing}", said="yes")
    assert "Cette proposition n’est plus disponible" in visitor.open("/moi").text
    assert state_of(database, pairing) == "declined_by_one"


def test_wanting_to_talk_first_keeps_the_proposal_open(database, signed_in, amina, rosalie):
    pairing = at("approved", database, amina, rosalie)
    visitor = signed_in(amina.person)
    visitor.send(f"/moi/propositions/{pairing}", said="talk")
    assert "la coordonnatrice vous appelle" in visitor.open("/moi").text
    assert state_of(database, pairing) == "awaiting_answers"


def test_nobody_answers_for_somebody_else(database, signed_in, amina, rosalie):
    pairing = at("approved", database, amina, rosalie)
    with database.writing() as session:
        stranger = office.newcomer(session, "Noor").person
    visitor = signed_in(stranger)
    visitor.send(f"/moi/propositions/{pairing}", status=404, said="yes")
    visitor.open(f"/moi/propositions/{pairing}/non", status=404)
    assert state_of(database, pairing) == "awaiting_answers"


def test_an_answer_that_does_not_exist_is_refused(database, signed_in, amina, rosalie):
    pairing = at("approved", database, amina, rosalie)
    signed_in(amina.person).send(f"/moi/propositions/{pairing}", status=400, said="maybe")


def test_the_story_goes_on_from_the_first_meeting_to_an_active_pairing(database, signed_in, amina, rosalie):
    pairing = at("accepted", database, amina, rosalie)
    one, other = signed_in(amina.person), signed_in(rosalie.person)
    one.send(f"/moi/jumelages/{pairing}/rencontre", day="2026-03-07", hour="14:00")
    assert "7 mars 2026, 14 h 00" in other.open("/moi").text
    other.send(f"/moi/jumelages/{pairing}/vus")
    one.send(f"/moi/jumelages/{pairing}/continuer")
    assert state_of(database, pairing) == "trial"
    other.send(f"/moi/jumelages/{pairing}/continuer")
    assert state_of(database, pairing) == "active"


@pytest.mark.parametrize(
    ("day", "hour"),
    [
        ("", ""),
        ("2020-01-01", "14:00"),
        ("2026-02-30", "14:00"),
        ("2026-03-07", "25:00"),
        ("2026-03-08", "02:30"),
    ],
)
def test_a_first_meeting_needs_a_day_to_come_and_an_hour(database, signed_in, amina, rosalie, day, hour):
    pairing = at("accepted", database, amina, rosalie)
    page = signed_in(amina.person).refused(
        f"/moi/jumelages/{pairing}/rencontre", pairing=pairing, day=day, hour=hour
    )
    assert page.value("day") == day
    assert state_of(database, pairing) == "accepted"


def test_of_a_meeting_hour_that_comes_twice_it_is_asked_which_is_meant(database, signed_in, amina, rosalie):
    pairing = at("accepted", database, amina, rosalie)
    visitor, path = signed_in(amina.person), f"/moi/jumelages/{pairing}/rencontre"
    twice = {"pairing": pairing, "day": "2026-11-01", "hour": "01:30"}
    page = visitor.refused(path, **twice)
    assert len(page.all("input", name_="hour-turn")) == 2
    visitor.send(path, **twice, **{"hour-turn": "second"})
    with database.reading() as session:
        assert session.get(Pairing, pairing).first_meeting_on == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert "1 h 30 (heure normale)" in visitor.open("/moi").text


def test_suspending_asks_for_no_reason_and_closes_the_contact_details(database, signed_in, amina, rosalie):
    pairing = at("in_trial", database, amina, rosalie)
    visitor = signed_in(amina.person)
    assert "Aucune raison n’est demandée" in visitor.open(f"/moi/jumelages/{pairing}/probleme").text
    visitor.send(f"/moi/jumelages/{pairing}/suspendre")
    assert state_of(database, pairing) == "suspended"
    assert "amina@example.org" not in signed_in(rosalie.person).open("/moi").text


def test_taking_back_the_program_says_what_it_changes_and_ends_everything(signed_in, amina):
    visitor = signed_in(amina.person)
    assert "prennent fin maintenant" in visitor.open("/moi/accords/program/retirer").text
    visitor.send("/moi/accords/program/retirer")
    assert "Vous avez quitté le programme" in visitor.open("/moi").text


def test_an_agreement_is_given_and_taken_back_from_the_page(signed_in, amina):
    visitor = signed_in(amina.person)
    visitor.send("/moi/accords/matching/retirer")
    assert "n’est pas activé" in visitor.open("/moi").text
    visitor.send("/moi/accords/matching")
    assert "n’est pas activé" not in visitor.open("/moi").text


def test_an_agreement_that_does_not_exist_is_not_found(signed_in, amina):
    signed_in(amina.person).send("/moi/accords/everything", status=404)


def test_a_break_and_the_way_back(signed_in, amina):
    visitor = signed_in(amina.person)
    visitor.send("/moi/pause")
    assert "En pause" in visitor.open("/moi").text
    visitor.send("/moi/reprendre")
    assert "En pause" not in visitor.open("/moi").text


def test_a_person_with_a_need_and_an_offer_sees_both(database, signed_in, amina):
    with database.writing() as session:
        casework.publish_offer(session, amina.person, office.OFFER, **amina.does)
    headings = {tag.text for tag in signed_in(amina.person).open("/moi").all("h2")}
    assert {"Je demande un jumelage", "Je parraine"} <= headings


def test_a_person_without_anything_under_way_is_told_so(database, signed_in):
    with database.writing() as session:
        person = office.sign_up(session, "Zoé")
    assert "pas de demande en cours" in signed_in(person).open("/moi").text


@pytest.mark.parametrize("screen", ["qui", "langues", "interets", "quand", "ou", "foyer"])
def test_saving_a_screen_of_the_profile_unchanged_changes_nothing(database, signed_in, amina, screen):
    from web.forms.prefill import raw_of  # noqa: PLC0415

    with database.reading() as session:
        before = raw_of(me.profile_of(session, amina.person))
    visitor = signed_in(amina.person)
    visitor.open(f"/moi/profil/{screen}")
    visitor.send(f"/moi/profil/{screen}", **before[screen])
    with database.reading() as session:
        assert raw_of(me.profile_of(session, amina.person)) == before


def test_a_changed_profile_is_kept_and_a_fault_is_shown(database, signed_in, amina):
    visitor = signed_in(amina.person)
    visitor.refused("/moi/profil/qui", first_name="")
    visitor.send("/moi/profil/ou", sector="arvida", travel_mode="walk")
    assert "Arvida" in visitor.open("/moi/profil").text
    with database.reading() as session:
        assert session.get(Person, amina.person).surname_sealed is not None


def test_wishes_are_changed_on_the_screen_of_the_sign_up(database, signed_in, amina, rosalie):
    visitor = signed_in(rosalie.person)
    path = f"/moi/profil/souhaits/offer/{rosalie.wish}"
    assert visitor.open(path).value("capacity") == "1"
    visitor.send(path, capacity="3", months="9", gender_request="any")
    with database.reading() as session:
        assert (session.get(Offer, rosalie.wish).capacity, session.get(Offer, rosalie.wish).months) == (3, 9)
        assert session.get(Need, amina.wish).months == 12


BROUGHT = {
    "capacity": 5,
    "field": "computing",
    "years_in_field_here": 4.5,
    "meetings_per_month": 5,
    "months": 10,
    "goals": ("network", "cv_interview"),
    "gender_request": "x",
    "meets_access": None,
}
"""What a list may say of an offer, and the screen of the sign-up does not ask, or asks otherwise."""


def test_wishes_saved_as_they_are_shown_keep_all_that_a_list_brought(database, signed_in):
    with database.writing() as session:
        rosalie = office.sponsor(session, "Rosalie", **BROUGHT, stay_until=date(2026, 1, 5))
    with database.reading() as session:
        before = me.sheet_of(session, "offer", rosalie.wish), me.profile_of(session, rosalie.person)
    assert {name: getattr(before[0], name) for name in BROUGHT} == BROUGHT
    visitor, path = signed_in(rosalie.person), f"/moi/profil/souhaits/offer/{rosalie.wish}"
    visitor.send(path, **visitor.open(path).filled())
    with database.reading() as session:
        after = me.sheet_of(session, "offer", rosalie.wish), me.profile_of(session, rosalie.person)
    assert after == before


def test_another_departure_that_is_past_is_refused_on_her_page_too(signed_in, rosalie):
    path = f"/moi/profil/souhaits/offer/{rosalie.wish}"
    page = signed_in(rosalie.person).refused(path, stay_until="2026-01-05", gender_request="any")
    assert "Ce jour est passé" in page.text


def test_what_a_list_brought_of_a_need_outlives_a_change_of_another_wish(database, signed_in):
    with database.writing() as session:
        amina = office.newcomer(session, "Amina", field="nursing")
    visitor, path = signed_in(amina.person), f"/moi/profil/souhaits/need/{amina.wish}"
    visitor.send(path, **visitor.open(path).filled() | {"months": "6"})
    with database.reading() as session:
        need = session.get_one(Need, amina.wish)
        assert (need.field, need.months) == ("nursing", 6)


@pytest.mark.parametrize("places", ["0", "100"])
def test_an_offer_takes_as_many_places_as_a_list_may_bring(database, signed_in, rosalie, places):
    visitor, path = signed_in(rosalie.person), f"/moi/profil/souhaits/offer/{rosalie.wish}"
    visitor.send(path, capacity=places, gender_request="any")
    with database.reading() as session:
        assert session.get_one(Offer, rosalie.wish).capacity == int(places)
    visitor.refused(path, capacity="101", gender_request="any")


KNOWN_OTHERWISE = {
    "languages": tuple(office.Language(code=code, level="B1") for code in list(LANGUAGES)[:14]),
    "interests": None,
    "availability": ((), (), (), ()),
    "travel": office.Travel(mode="car", limit_km=12.5, remote_ok=None),
    "household": office.Household(form="family", children_bands=()),
    "access_needs": None,
    "contact": "text_only",
}
"""What a list may say of a person, and the screens of the sign-up say otherwise or not at all."""


@pytest.mark.parametrize("screen", ["qui", "langues", "interets", "quand", "ou", "foyer"])
def test_a_screen_saved_as_it_is_shown_keeps_all_that_a_list_brought(database, signed_in, screen):
    with database.writing() as session:
        amina = office.newcomer(session, "Amina", **KNOWN_OTHERWISE)
    with database.reading() as session:
        before = me.profile_of(session, amina.person)
    visitor, path = signed_in(amina.person), f"/moi/profil/{screen}"
    visitor.send(path, **visitor.open(path).filled())
    with database.reading() as session:
        assert me.profile_of(session, amina.person) == before


def test_another_offer_of_a_registered_person_keeps_all_that_a_list_brought(database, signed_in):
    with database.writing() as session:
        amina = office.newcomer(session, "Amina", **KNOWN_OTHERWISE)
    with database.reading() as session:
        before = me.profile_of(session, amina.person)
    visitor = signed_in(amina.person)
    visitor.send("/inscription/parrainer")
    for name in ("qui", "langues", "interets", "quand", "ou", "foyer", "souhaits", "accords"):
        path = f"/inscription/etape/{name}"
        visitor.send(path, **visitor.open(path).filled())
    assert visitor.goes_to("/inscription/relecture") == "/moi"
    with database.reading() as session:
        assert me.profile_of(session, amina.person) == before


def test_who_read_her_file_is_shown_a_page_at_a_time(database, signed_in, amina):
    with database.writing() as session:
        for minute in range(reads.PAGE + 1):
            at = office.AT + timedelta(minutes=minute)
            reads.note(session, "file", [amina.person], by=office.COORDINATOR, at=at)
    visitor = signed_in(amina.person)
    first, last = visitor.open("/moi/lectures"), visitor.open("/moi/lectures?page=99")
    assert len(first.all("strong")) - len(last.all("strong")) == reads.PAGE - 1
    assert "Page 1 sur 2" in first.text
    assert "10 h 50" in first.text
    assert "10 h 00" in last.text


def test_the_wishes_of_somebody_else_are_not_found(signed_in, amina, rosalie):
    signed_in(amina.person).open(f"/moi/profil/souhaits/offer/{rosalie.wish}", status=404)


@pytest.mark.parametrize("path", ["/moi", "/moi/profil", "/moi/profil/quand", "/moi/accords/program/retirer"])
def test_every_page_is_said_in_english_too(signed_in, amina, path):
    visitor = signed_in(amina.person)
    french = visitor.open(path)
    visitor.send("/langue", language="en")
    english = visitor.open(path)
    assert (french.all("html")[0].attrs["lang"], english.all("html")[0].attrs["lang"]) == ("fr", "en")
    assert french.h1 != english.h1
