"""The coordinator's room of interpreters: the week, the plan, one appointment, translations, what is lacking."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from models import interpreting, reads
from models.tables import (
    Appointment,
    Booking,
    Interpreter,
    LedgerLine,
    Letter,
    Plan,
    TimeException,
    Translation,
)
from tests.models import office
from tests.models.interpreting import bank
from tests.web import desk

ROOM = "/coordination/interpretes"
WEEK = f"{ROOM}?semaine=2026-03-11"
SOON = office.AT + timedelta(hours=3)


@pytest.fixture
def helene(app, database):
    return desk.coordinator(app, database)


@pytest.fixture
def amina(database):
    with database.writing() as session:
        return bank.newcomer(session)


@pytest.fixture
def ximena(database):
    with database.writing() as session:
        return bank.interpreter(session)


def ask(database, amina, **changes):
    with database.writing() as session:
        return bank.request(session, amina, **changes).id


def one(database, table):
    with database.reading() as session:
        return session.query(table).one()


def page_of(appointment):
    return f"{ROOM}/rendez-vous/{appointment}"


def test_an_empty_week_says_so(helene):
    page = helene.open(ROOM)
    assert "Aucun rendez-vous avec interprète cette semaine" in page.text
    assert "Chaque rendez-vous de la semaine a son interprète" in page.text


@pytest.mark.usefixtures("ximena")
def test_what_has_nobody_stands_apart_with_its_reason_and_what_would_fill_it(database, helene, amina):
    ask(database, amina, from_language="kek")
    ask(database, amina, start=bank.START.replace(hour=23))
    helene.send(f"{ROOM}/plan", days="14")
    text = helene.open(WEEK).text
    assert "Sans interprète 2" in text
    assert "personne ne parle cette langue au niveau demandé Recruter une personne de cette langue" in text
    assert "personne de cette langue n’est libre à cette heure Déplacer le rendez-vous" in text


@pytest.mark.usefixtures("ximena")
def test_a_plan_says_before_and_after_and_that_none_is_better(database, helene, amina):
    ask(database, amina)
    ask(database, amina, from_language="kek", start=bank.START + timedelta(days=1))
    place = helene.goes_to(f"{ROOM}/plan", days="14")
    assert place == f"{ROOM}/plan/{one(database, Plan).id}"
    text = helene.open(place).text
    assert "0 avant : offerts ou confirmés 1 après, sur 2 1 sans personne" in text
    assert "c’est démontré" in text
    assert "Ximena" in text
    assert one(database, Booking).state == "asked"
    assert "1 rendez-vous comblé sur 2" in helene.open(WEEK).text


def test_the_week_is_read_by_interpreter_and_by_language(database, helene, amina, ximena):
    with database.writing() as session:
        bank.confirmed(session, ximena, amina)
    rows = [tag.text for tag in helene.open(WEEK).all("th", scope="row")]
    assert rows == ["Ximena Tremblanteespagnol, français · 1 h"]
    rows = [tag.text for tag in helene.open(f"{WEEK}&par=langue").all("th", scope="row")]
    assert rows == ["Espagnol1 rendez-vous comblé sur 1 · 1 interprète"]


def test_within_the_hour_the_desk_sees_who_is_free_and_asks_her(database, helene, amina, ximena):
    appointment = ask(database, amina)
    assert "Ximena TremblanteEn personne · 1 h" in helene.open(page_of(appointment)).text
    helene.send(f"{page_of(appointment)}/demander", person=ximena.person)
    assert (one(database, Booking).state, one(database, Appointment).state) == ("asked", "offered")
    assert "Réponse attendue avant" in helene.open(page_of(appointment)).text


def test_who_could_be_freed_is_shown_with_what_it_costs(database, helene, amina):
    with database.writing() as session:
        bank.interpreter(session)
        interpreting.ask_next(session, bank.request(session, amina).id, **office.DO)
        pressing = bank.request(session, amina, start=bank.START + timedelta(minutes=15)).id
    text = helene.open(page_of(pressing)).text
    assert "Personne ne peut le prendre tel quel" in text
    assert "Ce que cela coûte : un autre rendez-vous resterait sans interprète" in text


def test_whom_the_person_wishes_to_avoid_is_not_offered_it_and_may_be_again(database, helene, amina, ximena):
    appointment = ask(database, amina)
    helene.send(f"{page_of(appointment)}/ecarter", person=ximena.person)
    text = helene.open(page_of(appointment)).text
    assert "Personne ne peut le prendre tel quel" in text
    assert "À éviter" in text
    helene.send(f"{page_of(appointment)}/ecarter", person=ximena.person, out="no")
    assert "À éviter" not in helene.open(page_of(appointment)).text
    helene.send(f"{page_of(appointment)}/demander", person=ximena.person)
    helene.send(f"{page_of(appointment)}/ecarter", person=ximena.person)
    assert "ce n’est plus possible" in helene.open(page_of(appointment)).text


def test_one_click_moves_who_could_be_freed_and_asks_the_second_choice(database, helene, amina):
    kekchi = (interpreting.Language(code="kek", level="native"), *bank.SPANISH)
    with database.writing() as session:
        moved = bank.interpreter(session, languages=kekchi)
        held = bank.request(session, amina).id
        interpreting.ask(session, held, moved.person, **office.DO)
        bank.interpreter(session, "Yolanda")
        start = bank.START + timedelta(minutes=15)
        pressing = bank.request(session, from_language="kek", start=start, urgency=12).id
    page = helene.open(page_of(pressing))
    assert "14 h 00, espagnol → français : on demanderait à Yolanda" in page.text
    fields = {"person": moved.person, "moves": page.field("moves").attrs["value"]}
    helene.send(f"{page_of(pressing)}/deplacer", **fields)
    assert "Ximena" in helene.open(page_of(pressing)).text
    assert "Yolanda" in helene.open(page_of(held)).text
    helene.send(f"{page_of(pressing)}/deplacer", **fields)
    assert "ce n’est plus possible" in helene.open(page_of(pressing)).text


def test_a_close_language_is_a_suggestion_that_two_people_confirm(database, helene, amina, signed_in):
    with database.writing() as session:
        nour = bank.interpreter(
            session,
            "Nour",
            languages=(
                interpreting.Language(code="apc", level="native"),
                interpreting.Language(code="fra", level="C1"),
            ),
        )
    appointment = ask(database, amina, from_language="acm")
    text = helene.open(page_of(appointment)).text
    assert "une suggestion seulement" in text
    helene.send(f"{page_of(appointment)}/demander", person=nour.person, close_language="apc")
    with database.writing() as session:
        booking = session.query(Booking).one().id
        interpreting.take(session, booking, **nour.does)
    visitor, page = signed_in(amina.person), f"/interpretation/rendez-vous/{appointment}"
    assert "une langue proche : est-ce que ça convient?" in visitor.open(page).text.lower()
    assert one(database, Booking).state == "taken"
    visitor.send(f"{page}/interprete/{booking}/accepter")
    assert one(database, Booking).state == "confirmed"


@pytest.mark.parametrize(
    ("act", "state", "fields"),
    [
        ("orienter", "referred_professional", {}),
        ("annuler", "cancelled", {}),
        ("suivant", "offered", {}),
    ],
)
@pytest.mark.usefixtures("ximena")
def test_each_act_of_the_desk_is_one_button(database, helene, amina, act, state, fields):
    appointment = ask(database, amina)
    helene.send(f"{page_of(appointment)}/{act}", **fields)
    assert one(database, Appointment).state == state
    helene.open(page_of(appointment))


def test_the_notice_of_a_cancellation_is_shown(database, helene, amina):
    appointment = ask(database, amina, start=SOON)
    helene.send(f"{page_of(appointment)}/annuler")
    assert "Préavis3 h" in helene.open(page_of(appointment)).text


def test_the_priority_is_noted(database, helene, amina):
    appointment = ask(database, amina)
    helene.send(f"{page_of(appointment)}/urgence", urgency="12")
    assert one(database, Appointment).urgency == 12
    assert "pressant" in helene.open(page_of(appointment)).text


def test_an_absence_is_noted_and_a_service_signed_for_who_has_no_account(database, helene, amina, ximena):
    start = office.AT + timedelta(minutes=20)
    with database.writing() as session:
        booking = bank.confirmed(session, ximena, amina, start=start)
        mandate, appointment = booking.id, booking.appointment_id
    page, field = page_of(appointment), {f"minutes-{mandate}": "60"}
    assert "Signer pour" not in helene.open(page).text
    with time_machine.travel(start + timedelta(minutes=5), tick=False):
        helene.refused(f"{page}/mandats/{mandate}/rendu", **field)
        helene.send(f"{page}/mandats/{mandate}/rendu", side="requester", **field)
        assert one(database, Booking).requester_minutes == 60
        helene.send(f"{page}/mandats/{mandate}/absence", status=400, absent="somebody")
        helene.send(f"{page}/mandats/{mandate}/absence", absent="requester")
    assert (one(database, Booking).state, one(database, Appointment).state) == ("no_show", "no_show")


def test_what_was_signed_or_noted_by_mistake_is_opened_again_and_counts_no_more(
    database, helene, amina, ximena
):
    start = office.AT + timedelta(minutes=20)
    with database.writing() as session:
        booking = bank.confirmed(session, ximena, amina, start=start)
        mandate, appointment = booking.id, booking.appointment_id
    page, record = page_of(appointment), f"{ROOM}/personnes/{ximena.person}"
    with time_machine.travel(start + timedelta(minutes=5), tick=False):
        for wrong in ("rendu", "absence"):
            for side in ("interpreter", "requester"):
                if wrong == "rendu":
                    helene.send(f"{page}/mandats/{mandate}/rendu", side=side, **{f"minutes-{mandate}": "600"})
            if wrong == "absence":
                helene.send(f"{page}/mandats/{mandate}/absence", absent="requester")
            assert ("10 h, 1 service" in helene.open(record).text) == (wrong == "rendu")
            helene.send(f"{page}/mandats/{mandate}/rouvrir")
            again = one(database, Booking)
            assert (again.state, again.interpreter_minutes, again.absent_side) == ("confirmed", None, None)
        assert "0 service" in helene.open(record).text
        helene.send(f"{page}/mandats/{mandate}/rouvrir")
        assert "ce n’est plus possible" in helene.open(page).text


def test_whoever_does_not_interpret_has_no_record(helene, amina):
    for page in ("", "/offre"):
        helene.open(f"{ROOM}/personnes/{amina.person}{page}", status=404)


def test_an_absence_told_on_the_telephone_is_noted_on_the_record_and_taken_back(database, helene, ximena):
    record = f"{ROOM}/personnes/{ximena.person}"
    helene.refused(f"{record}/exceptions", kind="away", begins="2026-03-10T09:00", ends="2026-03-09T09:00")
    helene.send(f"{record}/exceptions", kind="away", begins="2026-03-09T09:00", ends="2026-03-10T09:00")
    assert "Absente ou absent : lundi 9 mars, 9 h 00" in helene.open(record).text
    helene.send(f"{record}/exceptions/{one(database, TimeException).id}/retirer")
    assert "lundi 9 mars" not in helene.open(record).text


def test_the_code_signed_on_paper_is_noted(database, helene):
    with database.writing() as session:
        person = office.sign_up(session, "Zoé", email=None)
        interpreting.join_bank(session, person, bank.SHEET, **office.DO)
    record = f"{ROOM}/personnes/{person}"
    assert "le code de conduite à signer" in helene.open(record).text
    helene.send(f"{record}/code")
    assert "le code de conduite à signer" not in helene.open(record).text


def test_an_answer_said_on_the_telephone_is_noted(database, helene, amina, ximena):
    with database.writing() as session:
        booking = bank.asked(session, amina)
        mandate, appointment = booking.id, booking.appointment_id
    helene.send(f"{page_of(appointment)}/mandats/{mandate}/reponse", said="take")
    assert one(database, Booking).state == "confirmed"
    helene.send(f"{page_of(appointment)}/mandats/{mandate}/liberer")
    assert one(database, Booking).state == "cancelled"
    assert ximena.person


def test_what_she_says_on_the_telephone_that_she_gives_is_changed_and_what_she_took_stays(
    database, helene, amina
):
    with database.writing() as session:
        ximena = bank.interpreter(session, email="ximena@exemple.org")
        bank.confirmed(session, ximena, amina)
    address = f"{ROOM}/personnes/{ximena.person}/offre"
    record = helene.open(f"{ROOM}/personnes/{ximena.person}")
    assert "Ses moments" in record.text
    assert record.all("a", href=address)
    page = helene.open(address)
    assert (page.value("language-1"), page.value("max_hours_month")) == ("spa", "20")
    told = {"rows": "2", "language-1": "kek", "level-1": "native", "language-2": "fra", "level-2": "B2"}
    one_language_alone = helene.refused(address, **told | {"language-2": "", "level-2": ""})
    assert one_language_alone.all("a", href="#language-2")
    helene.send(address, **told, settings=["everyday"], modes=["phone"], **{"week-usual": ["mon_am"]})
    row = one(database, Interpreter)
    assert [language["code"] for language in row.languages] == ["kek", "fra"]
    assert one(database, Booking).state == "confirmed"
    with database.reading() as session:
        line = session.query(LedgerLine).filter_by(verb="update_interpreter").one()
        letter = session.query(Letter).filter_by(kind="offer_changed").one()
    assert (line.entity_id, letter.about, line.role) == (row.offer_id, row.offer_id, "coordinator")


def test_a_translation_that_nobody_takes_is_referred(database, helene, amina):
    with database.writing() as session:
        sheet = interpreting.TranslationSheet(
            from_language="spa",
            pages=3,
            deadline=office.TODAY,
            person_id=amina.person,
            note="Deux tampons au dos.",
        )
        paper = interpreting.request_translation(session, sheet, **office.DO).id
    text = helene.open(f"{ROOM}/traductions").text
    assert "3 pages" in text
    assert "Deux tampons au dos." in text
    helene.send(f"{ROOM}/traductions/{paper}/orienter")
    assert one(database, Translation).state == "referred_professional"
    assert "Rien à traduire" in helene.open(f"{ROOM}/traductions").text


def test_a_translation_that_nobody_took_in_time_is_shown_to_the_office_and_to_who_asked(
    database, helene, signed_in, amina
):
    with database.writing() as session:
        sheet = interpreting.TranslationSheet(
            from_language="spa", pages=3, deadline=office.TODAY, person_id=amina.person
        )
        interpreting.request_translation(session, sheet, **office.DO)
    assert "sans personne" not in helene.open(f"{ROOM}/traductions").text
    tomorrow = office.AT + timedelta(days=1)
    with database.writing() as session:
        interpreting.close_overdue(session, by=office.COORDINATOR, at=tomorrow)
    text = helene.open(f"{ROOM}/traductions").text
    assert "Rien à traduire" in text
    assert "Échéance passée, sans personne" in text
    assert "Amina" in text
    assert "Non comblée" in signed_in(amina.person).open("/interpretation").text


def test_who_stands_by_is_named_at_the_desk(database, helene, amina, ximena):
    with database.writing() as session:
        booking = bank.asked(session, amina)
        interpreting.stand_by(session, booking.id, **ximena.does)
        appointment = booking.appointment_id
    page = helene.open(page_of(appointment))
    assert "En réserve" in page.text
    assert page.all("a", href=f"{ROOM}/personnes/{ximena.person}")


def test_small_numbers_are_hidden_and_large_ones_have_their_denominator(database, helene, amina):
    with database.writing() as session:
        for day in range(11):
            bank.request(session, amina, start=bank.START + timedelta(days=day))
        bank.request(session, amina, from_language="kek")
        bank.request(session, amina, setting="court")
    text = helene.open(f"{ROOM}/manque").text
    assert "0 langues couvertes sur 2 demandées" in text
    assert "Espagnol 11 0 sur 11 personne" in text
    assert "Q’eqchi’ moins de 10 — personne" in text
    assert "(1 sur 13)" in text


def test_one_more_interpreter_is_counted_and_said_as_a_poster_says_it(app, database, helene, amina):
    for day in (0, 7):
        ask(database, amina, from_language="kek", start=bank.START + timedelta(days=day))
    assert "Aucun plan n’a encore été fait" in helene.open(f"{ROOM}/manque/recruter").text
    helene.send(f"{ROOM}/manque/recruter", status=404)
    helene.send(f"{ROOM}/plan", days="28")
    assert "pas encore compté" in helene.open(f"{ROOM}/manque/recruter").text
    helene.send(f"{ROOM}/manque/recruter")
    page = helene.open(f"{ROOM}/manque/recruter")
    said = "une personne qui parle q’eqchi’ et français, libre le mercredi après-midi"
    assert said in page.text.lower()
    assert "2 rendez-vous de plus trouveraient leur interprète" in page.text
    assert "Rien n’a changé depuis" in page.text
    (link,) = [tag.attrs["href"] for tag in page.all("a") if "affiche" in tag.attrs["href"]]
    poster = helene.open(link)
    assert poster.h1 == said
    assert "2 rendez-vous de plus" in poster.text
    helene.open(f"{ROOM}/manque/affiche?langue=kek&quand=never", status=404)
    assert "free on Wednesday afternoon" in desk.coordinator(app, database, "en").open(link).h1


def test_to_do_lists_what_nobody_is_asked_for(database, helene, amina):
    appointment = ask(database, amina)
    page = helene.open("/coordination?genre=interpreter")
    assert "Interprète à trouver" in page.text
    assert page.all("a", href=page_of(appointment))
    with database.writing() as session:
        bank.interpreter(session)
        interpreting.ask_next(session, appointment, **office.DO)
    assert "Interprète à trouver" not in helene.open("/coordination").text
    with database.writing() as session:
        bank.request(session)
    assert "une personne qui n’est pas inscrite" in helene.open("/coordination?genre=interpreter").text


def test_the_office_asks_for_somebody_and_goes_on_at_the_page_that_says_who_is_free(database, helene, amina):
    address = f"/interpretation/rendez-vous?pour={amina.person}"
    assert helene.open(f"/coordination/personnes/{amina.person}").all("a", href=address)
    assert "Pour Amina" in helene.open(address).text
    fields = {"from_language": "spa", "setting": "everyday", "start": "2026-03-11T14:00", "minutes": "60"}
    place = helene.goes_to(address, mode="phone", **fields)
    assert place == page_of(one(database, Appointment).id)
    assert one(database, Appointment).person_id == amina.person


def test_a_participant_never_sees_the_room(signed_in, amina):
    visitor = signed_in(amina.person)
    for path in ("", "/traductions", "/manque", "/manque/recruter", "/manque/affiche"):
        visitor.open(ROOM + path, status=403)


def test_the_number_of_who_is_asked_stands_beside_her_and_looking_is_told(database, helene, amina):
    with database.writing() as session:
        paula = bank.interpreter(session, "Paula", phone="418 555-0142")
        appointment = bank.asked(session, amina).appointment_id
    assert "418 555-0142" in helene.open(page_of(appointment)).text
    with database.writing() as session:
        assert [read.kind for read in reads.readings_of(session, paula.person)] == ["file"]
        interpreting.cancel_appointment(session, appointment, **office.DO)
    assert "418 555-0142" not in helene.open(page_of(appointment)).text
