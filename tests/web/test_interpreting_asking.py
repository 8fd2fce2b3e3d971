"""Asking for an interpreter: what the form takes, what is refused at once, and what a person may still say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from models import interpreting
from models.queries.interpreting import asked
from models.tables import Appointment, Booking, Reserve, Translation
from tests.models import office
from tests.models.interpreting import bank

FORM = {
    "from_language": "spa",
    "to_language": "fra",
    "setting": "school_meeting",
    "start": "2026-03-11T14:00",
    "minutes": "60",
    "mode": "in_person",
    "also_modes": ["phone"],
    "sector": "chicoutimi_centre",
    "gender_request": "any",
}
PAPER = {
    "from_language": "spa",
    "to_language": "fra",
    "setting": "everyday",
    "pages": "2",
    "deadline": "2026-03-20",
}


@pytest.fixture
def amina(database):
    with database.writing() as session:
        return bank.newcomer(session)


@pytest.fixture
def ximena(database):
    with database.writing() as session:
        return bank.interpreter(session)


def rows(database, table):
    with database.reading() as session:
        return session.query(table).all()


def ask(visitor, status=303, **changes):
    return visitor.send("/interpretation/rendez-vous", status, **FORM | changes)


def booked(database, ximena, amina):
    with database.writing() as session:
        booking = bank.confirmed(session, ximena, amina)
        return booking.id, booking.appointment_id


def test_the_form_knows_her_language_and_her_sector(signed_in, amina):
    page = signed_in(amina.person).open("/interpretation/rendez-vous")
    assert (page.value("from_language"), page.value("to_language")) == ("spa", "fra")
    assert page.value("sector") == "chicoutimi_centre"


def test_a_request_is_hers_at_the_hour_of_the_city_and_searched_for(database, signed_in, amina):
    visitor = signed_in(amina.person)
    place = ask(visitor).headers["Location"]
    (asked,) = rows(database, Appointment)
    assert (asked.person_id, asked.state, asked.modes) == (amina.person, "searching", ["in_person", "phone"])
    assert asked.start == datetime(2026, 3, 11, 18, tzinfo=UTC)
    assert place == f"/interpretation/rendez-vous/{asked.id}"
    assert "Nous cherchons quelqu’un" in visitor.open(place).text
    assert "Nous cherchons" in visitor.open("/interpretation").text


@pytest.mark.usefixtures("ximena")
@pytest.mark.parametrize(
    ("setting", "where"),
    [
        ("court", "interprète judiciaire"),
        ("police", "interprète judiciaire"),
        ("medical_consent", "réseau de la santé"),
        ("mental_health_crisis", "811, option 2"),
        ("domestic_violence", "1 800 363-9010"),
        ("immigration_hearing", "interprète accrédité"),
    ],
)
def test_what_no_volunteer_may_take_is_refused_at_once_with_where_to_turn(
    database, signed_in, amina, setting, where
):
    visitor = signed_in(amina.person)
    page = visitor.open(ask(visitor, setting=setting).headers["Location"])
    assert where in page.text
    (asked,) = rows(database, Appointment)
    assert asked.state == "referred_professional"
    assert not rows(database, Booking)


@pytest.mark.parametrize("setting", ["mental_health_crisis", "domestic_violence"])
def test_who_may_be_in_danger_reads_whom_to_call_and_no_page_of_hers_names_it(signed_in, amina, setting):
    visitor = signed_in(amina.person)
    page = visitor.open(ask(visitor, setting=setting).headers["Location"])
    numbers = {tag.attrs["href"] for tag in page.all("a") if tag.attrs["href"].startswith("tel:")}
    assert {"tel:911", "tel:988", "tel:811", "tel:18003639010"} <= numbers
    listed = visitor.open("/interpretation").text
    assert "Pour un service spécialisé" in listed
    for named in ("Violence conjugale ou familiale", "Crise en santé mentale"):
        assert named not in page.text + listed


@pytest.mark.parametrize("setting", ["mental_health_crisis", "domestic_violence"])
def test_a_text_about_danger_shows_whom_to_call_until_its_day_is_over(database, signed_in, amina, setting):
    visitor = signed_in(amina.person)
    visitor.send("/interpretation/traduction", **PAPER | {"setting": setting, "deadline": "2026-03-04"})
    page = visitor.open("/interpretation")
    numbers = {tag.attrs["href"] for tag in page.all("a") if tag.attrs["href"].startswith("tel:")}
    assert {"tel:911", "tel:988", "tel:811", "tel:18003639010"} <= numbers
    assert "Pour un service spécialisé" in page.text
    for named in ("Violence conjugale ou familiale", "Crise en santé mentale"):
        assert named not in page.text
    for later, is_shown in ((timedelta(days=2, hours=12), True), (timedelta(days=3), False)):
        with database.reading() as session:
            page = asked.requests_of(session, amina.actor, office.AT + later)
        assert page.shows_whom_to_call == is_shown


@pytest.mark.parametrize(("path", "form"), [("rendez-vous", FORM), ("traduction", PAPER)])
def test_who_may_be_in_danger_is_called_first_of_all(signed_in, signed_in_as, amina, path, form):
    signed_in(amina.person).send(f"/interpretation/{path}", **form | {"setting": "domestic_violence"})
    coordinator = signed_in_as("coordinator")
    assert "Peut-être en danger : à appeler" in coordinator.open("/coordination").text
    assert "demander d’abord si elle peut parler" in coordinator.open("/coordination/appels").text


def test_every_fault_stands_at_its_field(database, signed_in, amina):
    page = signed_in(amina.person).refused(
        "/interpretation/rendez-vous", from_language="fra", to_language="fra"
    )
    faults = {tag.attrs["href"] for tag in page.all("a") if tag.attrs["href"].startswith("#")}
    assert {"#to_language", "#setting", "#start", "#minutes", "#mode"} <= faults
    assert not rows(database, Appointment)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"start": "9999-12-31T23:59"}, "Choisissez un moment du"),
        ({"start": "2026-03-08T02:30"}, "on avance l’heure"),
        ({"start": "2026-03-02T09:00"}, "Ce moment est passé"),
        ({"start": "2020-03-11T14:00"}, "du 2 mars 2026 au 2 mars 2027"),
        ({"start": "2026-03-01T23:59"}, "du 2 mars 2026 au 2 mars 2027"),
        ({"start": "2027-03-03T00:00"}, "du 2 mars 2026 au 2 mars 2027"),
        ({"start": "demain"}, "Écrivez-le ainsi"),
        ({"minutes": "9999"}, "Écrivez un nombre de 1 à 1440"),
        ({"sector": ""}, "Choisissez le secteur"),
        ({"dialect": "fra"}, "la langue vers laquelle on interprète"),
        ({"also_language": "eng", "also_level": "B1"}, "sans son accord"),
        ({"also_language": "eng", "relay_agreed": "yes"}, "Dites comment la personne connaît"),
        ({"also_level": "B1", "relay_agreed": "yes"}, "Choisissez cette autre langue"),
    ],
)
def test_one_wrong_answer_is_told_in_words(signed_in, amina, changes, said):
    assert said in signed_in(amina.person).refused("/interpretation/rendez-vous", **FORM | changes).text


@pytest.mark.parametrize("start", ["2026-03-02T10:01", "2027-03-02T23:59"])
def test_the_first_and_the_last_day_that_a_refusal_names_are_accepted(database, signed_in, amina, start):
    ask(signed_in(amina.person), start=start)
    assert rows(database, Appointment)


def test_an_hour_that_comes_twice_asks_which_one_is_meant(database, signed_in, amina):
    visitor, twice = signed_in(amina.person), FORM | {"start": "2026-11-01T01:30"}
    page = visitor.refused("/interpretation/rendez-vous", **twice)
    assert "Cette heure vient deux fois" in page.text
    visitor.send("/interpretation/rendez-vous", **twice, **{"start-turn": "second"})
    assert rows(database, Appointment)[0].start == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_a_relay_is_asked_for_with_the_person_s_agreement(database, signed_in, amina):
    ask(signed_in(amina.person), also_language="eng", also_level="B1", relay_agreed="yes")
    (asked,) = rows(database, Appointment)
    assert [one["code"] for one in asked.also_speaks] == ["eng"]
    assert asked.relay_agreed_at == office.AT


def test_who_comes_is_told_by_first_name_once_it_is_confirmed(database, signed_in, amina, ximena):
    with database.writing() as session:
        booking = bank.asked(session, amina)
        page, booking_id = f"/interpretation/rendez-vous/{booking.appointment_id}", booking.id
    visitor = signed_in(amina.person)
    assert "Ximena" not in visitor.open(page).text
    with database.writing() as session:
        interpreting.take(session, booking_id, **ximena.does)
    assert "Ximena" in visitor.open(page).text
    assert "Tremblante" not in visitor.open(page).text


def test_an_interpreter_is_refused_without_reason_and_never_asked_again(database, signed_in, amina, ximena):
    booking, appointment = booked(database, ximena, amina)
    signed_in(amina.person).send(f"/interpretation/rendez-vous/{appointment}/interprete/{booking}/refuser")
    assert [one.state for one in rows(database, Booking)] == ["cancelled"]
    assert len(rows(database, Reserve)) == 1
    assert "Amina" not in signed_in(ximena.person).open("/moi/interprete").text


def test_cancelling_twice_says_so_and_changes_nothing(database, signed_in, amina, ximena):
    _, appointment = booked(database, ximena, amina)
    visitor, act = signed_in(amina.person), f"/interpretation/rendez-vous/{appointment}/annuler"
    visitor.send(act)
    visitor.send(act)
    assert "C’est déjà fait" in visitor.open(f"/interpretation/rendez-vous/{appointment}").text
    assert rows(database, Appointment)[0].state == "cancelled"


def change_of(appointment):
    return f"/interpretation/rendez-vous/{appointment}/changer"


def test_a_form_shows_what_stands_and_sent_back_as_it_is_changes_nothing(database, signed_in, amina, ximena):
    booking, appointment = booked(database, ximena, amina)
    visitor = signed_in(amina.person)
    page = visitor.open(change_of(appointment))
    asked = {name: [FORM[name]] for name in ("start", "minutes", "mode", "sector")}
    asked |= {"also_modes": FORM["also_modes"], "place": [""]}
    assert {name: said for name, said in page.filled().items() if name != "once"} == asked
    assert "Ximena a pris ce rendez-vous" in page.text
    assert "Rien n’a changé." in visitor.open(visitor.goes_to(change_of(appointment), **page.filled())).text
    assert [(one.id, one.state) for one in rows(database, Booking)] == [(booking, "confirmed")]


def test_another_hour_is_one_form_and_the_same_interpreter_is_asked_at_once(
    database, signed_in, amina, ximena
):
    _, appointment = booked(database, ximena, amina)
    with time_machine.travel(office.AT + timedelta(minutes=5), tick=False):
        visitor = signed_in(amina.person)
        said = visitor.open(change_of(appointment)).filled() | {"start": "2026-03-12T09:30"}
        place = visitor.goes_to(change_of(appointment), **said)
        assert "Le rendez-vous est changé." in visitor.open(place).text
        assert "Ximena a pris" not in visitor.open(change_of(appointment)).text
    (asked,) = rows(database, Appointment)
    assert asked.start == datetime(2026, 3, 12, 13, 30, tzinfo=UTC)
    assert {one.state for one in rows(database, Booking)} == {"cancelled", "asked"}
    assert len({one.interpreter for one in rows(database, Booking)}) == 1


def test_a_change_that_is_wrong_is_told_at_its_field_and_changes_nothing(database, signed_in, amina, ximena):
    _, appointment = booked(database, ximena, amina)
    visitor = signed_in(amina.person)
    wrong = {"start": "2026-03-01T09:30", "sector": "", "minutes": "0"}
    page = visitor.refused(change_of(appointment), **visitor.open(change_of(appointment)).filled() | wrong)
    faults = {tag.attrs["href"] for tag in page.all("a") if tag.attrs["href"].startswith("#")}
    assert {f"#{field}" for field in wrong} <= faults
    assert [one.state for one in rows(database, Booking)] == ["confirmed"]


def test_an_hour_that_comes_twice_is_shown_as_the_one_that_it_is(database, signed_in, amina):
    start = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    with database.writing() as session:
        appointment = bank.request(session, amina, by=amina.actor, start=start).id
    visitor = signed_in(amina.person)
    page = visitor.open(change_of(appointment))
    assert (page.value("start"), page.value("start-turn")) == ("2026-11-01T01:30", "second")
    visitor.send(change_of(appointment), **page.filled() | {"minutes": "30"})
    (asked,) = rows(database, Appointment)
    assert (asked.start, asked.minutes) == (start, 30)


def test_what_is_over_is_not_offered_to_be_changed(database, signed_in, amina):
    with database.writing() as session:
        appointment = bank.request(session, amina, by=amina.actor).id
    visitor = signed_in(amina.person)
    assert change_of(appointment) in visitor.open(f"/interpretation/rendez-vous/{appointment}").html
    visitor.send(f"/interpretation/rendez-vous/{appointment}/annuler")
    answer = visitor.client.get(change_of(appointment))
    page = visitor.open(answer.headers["Location"])
    assert "ne peut plus être changé" in page.text
    assert change_of(appointment) not in page.html


def test_nobody_opens_or_changes_the_request_of_somebody_else(database, signed_in, amina, ximena):
    booking, appointment = booked(database, ximena, amina)
    with database.writing() as session:
        noor = office.newcomer(session, "Noor").person
    visitor, page = signed_in(noor), f"/interpretation/rendez-vous/{appointment}"
    assert visitor.client.get(page).status_code in {403, 404}
    assert visitor.client.get(change_of(appointment)).status_code in {403, 404}
    for act in (
        "annuler",
        "changer",
        "relais",
        f"interprete/{booking}/refuser",
        f"interprete/{booking}/absence",
    ):
        answer = visitor.client.post(f"{page}/{act}", data={"csrf_token": visitor.token()})
        assert answer.status_code in {403, 404}, act
    assert rows(database, Booking)[0].state == "confirmed"


def test_a_translation_is_asked_for_and_taken_back(database, signed_in, amina):
    visitor = signed_in(amina.person)
    visitor.send("/interpretation/traduction", **PAPER)
    (paper,) = rows(database, Translation)
    assert (paper.person_id, paper.pages, paper.state) == (amina.person, 2, "requested")
    assert "2 pages" in visitor.open("/interpretation").text
    visitor.send(f"/interpretation/traductions/{paper.id}/annuler")
    assert rows(database, Translation)[0].state == "cancelled"


def test_a_translation_without_anything_says_all_that_is_missing(signed_in, amina):
    page = signed_in(amina.person).refused("/interpretation/traduction", to_language="fra")
    faults = {tag.attrs["href"] for tag in page.all("a") if tag.attrs["href"].startswith("#")}
    assert {"#from_language", "#setting", "#pages", "#deadline"} <= faults


@pytest.mark.parametrize("said", ["Need an interpreter?", "I need an interpreter"])
def test_my_page_leads_there_in_english_too(signed_in, amina, said):
    visitor = signed_in(amina.person)
    visitor.send("/langue", language="en", next="/moi")
    assert said in visitor.open("/moi").text


def test_a_partner_s_worker_asks_for_somebody_who_is_not_registered(database, signed_in_as):
    visitor = signed_in_as("agent")
    assert "aucun nom n’est demandé" in visitor.open("/interpretation/rendez-vous").text
    place = ask(visitor).headers["Location"]
    (asked,) = rows(database, Appointment)
    assert (asked.person_id, asked.organisation_id is not None) == (None, True)
    assert "Nous cherchons quelqu’un" in visitor.open(place).text
    visitor.send(f"{place}/annuler")
    assert "Annulé" in visitor.open("/interpretation").text


def test_whom_she_met_before_she_may_wish_to_avoid_and_nobody_else_is_named(
    database, signed_in, amina, ximena
):
    hers, form = signed_in(amina.person), "/interpretation/rendez-vous"
    assert "Plutôt pas cette personne" not in hers.open(form).text
    booked(database, ximena, amina)
    with database.writing() as session:
        other = bank.interpreter(session, "Yolanda")
    page = hers.open(form)
    assert [tag.attrs["value"] for tag in page.all("input") if tag.attrs.get("name") == "avoid"] == [
        ximena.person
    ]
    ask(hers, start="2026-03-12T14:00", avoid=[ximena.person])
    assert sorted(one.avoid for one in rows(database, Appointment)) == [[], [ximena.person]]
    ask(hers, status=422, start="2026-03-13T14:00", avoid=[other.person])
    assert "Yolanda" not in hers.open(form).text
