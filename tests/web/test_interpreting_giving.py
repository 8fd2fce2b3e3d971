"""An interpreter's own page: answers, hours, exceptions, what she gives; and the door by which she came in."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from models import casework, interpreting
from models.tables import Booking, Interpreter, Reserve, TimeException, Translation
from tests.models import office
from tests.models.interpreting import bank
from tests.web.desk import twice

MINE = "/moi/interprete"
SOON, AFTER = office.AT + timedelta(hours=3), office.AT + timedelta(hours=5)
WRITTEN = (
    *bank.SPANISH,
    interpreting.Language(code="spa", level="native", mode="written"),
    interpreting.Language(code="fra", level="C1", mode="written"),
)


@pytest.fixture
def amina(database):
    with database.writing() as session:
        return bank.newcomer(session)


@pytest.fixture
def ximena(database):
    with database.writing() as session:
        return bank.interpreter(session, languages=WRITTEN)


def asked(database, amina):
    with database.writing() as session:
        return bank.asked(session, amina).id


def rows(database, table):
    with database.reading() as session:
        return session.query(table).all()


def booking(database):
    (found,) = rows(database, Booking)
    return found


@pytest.mark.parametrize(
    ("said", "state"),
    [("take", "confirmed"), ("decline", "declined"), ("stand_by", "standby"), ("know", "declined")],
)
def test_each_answer_is_one_button_and_no_reason(database, signed_in, amina, ximena, said, state):
    errand = asked(database, amina)
    visitor = signed_in(ximena.person)
    buttons = visitor.open(MINE).all("input", name_="said")
    assert {tag.attrs["value"] for tag in buttons} == {"take", "decline", "stand_by", "know"}
    visitor.send(f"{MINE}/mandats/{errand}", said=said)
    assert booking(database).state == state
    assert len(rows(database, Reserve)) == (said == "know")


def test_a_second_click_says_that_it_is_done(database, signed_in, amina, ximena):
    errand, visitor = asked(database, amina), signed_in(ximena.person)
    visitor.send(f"{MINE}/mandats/{errand}", said="decline")
    visitor.send(f"{MINE}/mandats/{errand}", said="decline")
    assert "C’est déjà fait" in visitor.open(MINE).text


def test_an_answer_that_no_button_sends_is_refused(database, signed_in, amina, ximena):
    errand = asked(database, amina)
    signed_in(ximena.person).send(f"{MINE}/mandats/{errand}", status=400, said="perhaps")
    assert booking(database).state == "asked"


def test_the_first_name_and_the_place_open_once_it_is_taken(database, signed_in, amina, ximena):
    with database.writing() as session:
        interpreting.ask_next(session, bank.request(session, amina, place="Salle 12").id, **office.DO)
    visitor = signed_in(ximena.person)
    before = visitor.open(MINE).text
    assert "Amina" not in before
    assert "Salle 12" not in before
    visitor.send(f"{MINE}/mandats/{booking(database).id}", said="take")
    after = visitor.open(MINE).text
    assert "Amina · Salle 12" in after
    assert "Tremblante" not in after


def test_both_sides_sign_the_same_length_and_the_hours_count(database, signed_in, amina, ximena):
    with database.writing() as session:
        found = bank.confirmed(session, ximena, amina, start=SOON)
        errand, appointment = found.id, found.appointment_id
    with time_machine.travel(AFTER, tick=False):
        hers, theirs = signed_in(ximena.person), signed_in(amina.person)
        field = f"minutes-{errand}"
        assert hers.open(MINE).value(field) == "60"
        hers.send(f"{MINE}/mandats/{errand}/rendu", **{field: "75"})
        assert hers.open(MINE).value(field) == "75"
        page = f"/interpretation/rendez-vous/{appointment}"
        assert "L’interprète a noté 1 h 15" in theirs.open(page).text
        theirs.send(f"{page}/interprete/{errand}/rendu", **{field: "60"})
        assert booking(database).state == "confirmed"
        assert "Vous avez noté 1 h 15, l’autre côté 1 h" in hers.open(MINE).text
        theirs.send(f"{page}/interprete/{errand}/rendu", **{field: "75"})
        assert booking(database).state == "done"
        assert "1 h 15" in hers.open(MINE).text


def test_a_length_that_is_no_number_is_a_fault_at_its_field(database, signed_in, amina, ximena):
    with database.writing() as session:
        errand = bank.confirmed(session, ximena, amina, start=SOON).id
    with time_machine.travel(AFTER, tick=False):
        page = signed_in(ximena.person).refused(
            f"{MINE}/mandats/{errand}/rendu", **{f"minutes-{errand}": "long"}
        )
    assert page.all("a", href=f"#minutes-{errand}")


def test_an_exception_is_noted_and_taken_back(database, signed_in, ximena):
    visitor = signed_in(ximena.person)
    visitor.send(f"{MINE}/exceptions", kind="away", begins="2026-03-10T08:00", ends="2026-03-12T08:00")
    (away,) = rows(database, TimeException)
    assert away.ends - away.begins == timedelta(days=2)
    assert "mardi 10 mars, 8 h 00" in visitor.open(MINE).text
    visitor.send(f"{MINE}/exceptions/{away.id}/retirer")
    assert not rows(database, TimeException)


@pytest.mark.parametrize(
    ("noted", "is_told"),
    [
        ({"kind": "away", "ends": "2026-03-11T14:30"}, True),
        ({"kind": "away", "ends": "2026-03-11T14:00"}, False),
        ({"kind": "free", "ends": "2026-03-11T14:30"}, False),
    ],
)
def test_what_she_promised_in_an_absence_is_told_and_stays(
    database, signed_in, amina, ximena, noted, is_told
):
    with database.writing() as session:
        bank.confirmed(session, ximena, amina)
    visitor = signed_in(ximena.person)
    visitor.send(f"{MINE}/exceptions", begins="2026-03-11T08:00", **noted)
    text = visitor.open(MINE).text
    assert ("Vous avez encore 1 mandat pendant ce temps" in text) == is_told
    assert ("Pendant une absence que vous avez notée" in text) == is_told
    assert booking(database).state == "confirmed"


def test_an_exception_that_ends_before_it_begins_is_told(signed_in, ximena):
    page = signed_in(ximena.person).refused(
        f"{MINE}/exceptions", kind="away", begins="2026-03-12T08:00", ends="2026-03-10T08:00"
    )
    assert "La fin vient avant le début" in page.text


def test_what_she_gives_comes_back_filled_in_and_changes(database, signed_in, ximena):
    visitor = signed_in(ximena.person)
    page = visitor.open(f"{MINE}/offre")
    assert [page.value(f"mode-{row}") for row in (1, 2, 3)] == ["spoken", "spoken", "written"]
    assert page.value("max_hours_month") == "20"
    fields = {"language-1": "por", "level-1": "native", "language-2": "fra", "level-2": "B2"}
    visitor.send(
        f"{MINE}/offre",
        rows="2",
        settings=["everyday"],
        modes=["video"],
        zone="Europe/Paris",
        **fields,
        **{"week-usual": ["mon_am"]},
    )
    (row,) = rows(database, Interpreter)
    assert ([one["code"] for one in row.languages], row.zone, row.modes) == (
        ["por", "fra"],
        "Europe/Paris",
        ["video"],
    )


def test_one_language_alone_is_no_interpreting(signed_in, ximena):
    page = signed_in(ximena.person).refused(
        f"{MINE}/offre", rows="2", settings=["everyday"], **{"language-1": "spa", "level-1": "native"}
    )
    assert {"#language-2", "#modes"} <= {tag.attrs["href"] for tag in page.all("a")}


def test_her_page_tells_both_clocks_where_she_lives_elsewhere(database, signed_in, amina):
    with database.writing() as session:
        paris = bank.interpreter(session, "Inès", zone="Europe/Paris", modes=("phone",))
        bank.asked(session, amina, start=bank.START.replace(hour=13))
    assert "mercredi 11 mars, 9 h 00 (chez vous : 14 h 00)" in signed_in(paris.person).open(MINE).text


def test_a_translation_goes_from_the_queue_to_the_second_reader_and_is_done(
    database, signed_in, amina, ximena
):
    with database.writing() as session:
        other = bank.interpreter(session, "Rodrigo", languages=WRITTEN)
        sheet = interpreting.TranslationSheet(
            from_language="spa", pages=2, deadline=office.TODAY, second_reader=True, person_id=amina.person
        )
        paper = interpreting.request_translation(session, sheet, **office.DO).id
    hers, his = signed_in(ximena.person), signed_in(other.person)
    hers.send(f"{MINE}/traductions/{paper}", said="take")
    hers.send(f"{MINE}/traductions/{paper}/remettre", **{f"minutes-{paper}": "90"})
    assert "attend une deuxième lecture" in his.open(MINE).text
    his.send(f"{MINE}/traductions/{paper}", said="read")
    his.send(f"{MINE}/traductions/{paper}", said="finish")
    (row,) = rows(database, Translation)
    assert (row.state, row.minutes) == ("done", 90)


def test_who_is_not_in_the_bank_is_led_to_its_door(signed_in, amina):
    assert signed_in(amina.person).client.get(MINE).headers["Location"] == "/inscription/interpreter"


@pytest.mark.usefixtures("ximena")
def test_nobody_answers_for_another_interpreter(database, signed_in, amina):
    errand = asked(database, amina)
    with database.writing() as session:
        other = bank.interpreter(session, "Rodrigo").person
    visitor = signed_in(other)
    answer = visitor.client.post(
        f"{MINE}/mandats/{errand}", data={"csrf_token": visitor.token(), "said": "take"}
    )
    assert answer.status_code in {403, 404}
    assert booking(database).state == "asked"


SCREENS = {
    "qui": {"first_name": "Yolande", "surname": "Tremblay", "age_band": "35-44"},
    "langues": {"rows": "2", "language-1": "hat", "level-1": "native", "language-2": "fra", "level-2": "C2"},
    "quand": {"week-usual": ["mon_am", "tue_pm"]},
    "ou": {"sector": "chicoutimi_nord", "travel_mode": "car"},
    "interpretation": {
        "settings": ["everyday"],
        "modes": ["in_person", "phone"],
        "zone": "America/Toronto",
        "code": "yes",
    },
    "accords": {"program": "yes", "matching": "yes"},
}


def test_the_door_of_the_bank_has_six_screens_and_ends_with_a_signed_code(database, visitor):
    visitor.send("/inscription/interpreter")
    for number, (screen, fields) in enumerate(SCREENS.items(), start=1):
        assert f"étape {number} sur 6" in visitor.open(f"/inscription/etape/{screen}").text
        visitor.send(f"/inscription/etape/{screen}", go="next", **fields)
    assert "créole haïtien" in visitor.open("/inscription/relecture").text.lower()
    visitor.send("/inscription/compte", email="yolande@example.org", password="pont suspendu au-dessus")
    (row,) = rows(database, Interpreter)
    assert [one["code"] for one in row.languages] == ["hat", "fra"]
    assert (row.code_signed_at, row.settings) == (office.AT, ["everyday"])


def test_without_the_code_of_conduct_nobody_goes_on(visitor):
    visitor.send("/inscription/interpreter")
    page = visitor.refused(
        "/inscription/etape/interpretation", go="next", settings=["everyday"], modes=["phone"]
    )
    assert page.all("a", href="#code")
    visitor.open("/inscription/etape/souhaits", status=404)


def test_a_registered_person_joins_from_her_page_and_keeps_her_tastes(database, signed_in, amina):
    visitor = signed_in(amina.person)
    visitor.send("/inscription/interpreter")
    for screen in ("quand", "interpretation", "accords"):
        visitor.send(f"/inscription/etape/{screen}", go="next", **SCREENS[screen])
    first, second = twice(visitor, "/inscription/relecture", "/moi")
    assert first == second
    assert [row.person_id for row in rows(database, Interpreter)] == [amina.person]
    assert "Cuisine" in visitor.open("/moi/profil").text


def test_who_just_joined_reads_every_step_that_is_still_missing(database, signed_in):
    with database.writing() as session:
        person = office.sign_up(session, "Zoé")
        interpreting.join_bank(session, person, bank.SHEET, **office.DO)
    text = signed_in(person).open(MINE).text
    assert "l’entrevue, l’identité, deux références" in text
    assert "le code de conduite à signer" in text


def test_who_turned_matching_off_reads_which_agreement_is_lacking_under_the_name_it_has_on_her_page(
    database, signed_in, ximena
):
    visitor = signed_in(ximena.person)
    assert "il reste" not in visitor.open(MINE).text
    visitor.send("/moi/accords/matching/retirer")
    assert "il reste : l’accord « Recevoir des propositions selon mes intérêts »" in visitor.open(MINE).text
    with database.writing() as session:
        casework.pause(session, ximena.person, **ximena.does)
    assert "et la fin de la pause" in visitor.open(MINE).text
