"""People: finding one, reading her file, and every act on it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models import casework
from models.queries.people import Search, people, person_page
from models.tables import Need, Person
from tests.models import office
from tests.web import desk
from tests.web.pages import Page

HOME = "/coordination/personnes"


@pytest.fixture
def helene(app, database):
    return desk.coordinator(app, database)


@pytest.fixture
def zoe(database):
    """Zoé has just asked for a sponsor."""
    with database.writing() as session:
        return office.sign_up(session, "Zoé", needs=(office.NEED,))


@pytest.fixture
def couple(database):
    with database.writing() as session:
        return office.newcomer(session, "Amina"), office.sponsor(session, "Rosalie")


def state(database, person_id):
    with database.reading() as session:
        return session.get_one(Person, person_id).state


def found(database, **search):
    with database.reading() as session:
        return [row.name for row in people(session, Search(**search), office.TODAY).rows]


def file(database, person_id):
    with database.reading() as session:
        return person_page(session, person_id, office.TODAY, reads_notes=True)


def test_the_list_begins_with_who_has_waited_longest(database):
    with database.writing() as session:
        for name, days in (("Amina", 5), ("Binta", 80), ("Carmen", 40)):
            office.newcomer(session, name, waiting_since=office.TODAY - timedelta(days=days))
        office.sponsor(session, "Rosalie")
    assert [name.split()[0] for name in found(database)] == ["Binta", "Carmen", "Amina", "Rosalie"]


@pytest.mark.usefixtures("zoe")
def test_a_search_needs_no_accents_and_finds_sealed_surnames(database):
    assert found(database, text="zoe") == ["Zoé Tremblante"]
    assert found(database, text="TREMBL") == ["Zoé Tremblante"]
    assert found(database, text="zoo") == []


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ({"side": "offer"}, ["Rosalie"]),
        ({"side": "need"}, ["Amina"]),
        ({"program": "support"}, []),
        ({"state": "ready"}, ["Amina", "Rosalie"]),
        ({"state": "available", "side": "offer"}, ["Rosalie"]),
        ({"state": "submitted"}, []),
    ],
)
@pytest.mark.usefixtures("couple")
def test_the_list_is_narrowed_by_role_program_and_state(database, search, names):
    assert [name.split()[0] for name in found(database, **search)] == names


@pytest.mark.usefixtures("couple")
def test_a_page_past_the_end_shows_the_last_one(helene):
    assert "Amina Tremblante" in helene.open(f"{HOME}?page=99").text


def test_nobody_found_says_what_to_try(helene):
    assert "Essayez une partie du nom" in helene.open(f"{HOME}?nom=xyz").text


def test_a_file_shows_what_is_known_and_what_is_not(helene, database):
    with database.writing() as session:
        person = office.newcomer(session, "Amina", sector=None).person
    text = helene.open(f"{HOME}/{person}").text
    assert "amina@example.org" in text
    assert "français B1" in text
    assert "Secteur non précisé" in text


@pytest.mark.parametrize(
    ("mode", "limit_km", "shown"),
    [("bus", 10, "En autobus, jusqu’à 10 km"), ("bus", None, "En autobus"), (None, 10, "Jusqu’à 10 km")],
)
def test_how_far_somebody_goes_is_said_with_or_without_how(helene, database, mode, limit_km, shown):
    travel = casework.Travel(mode=mode, limit_km=limit_km, remote_ok=False)
    with database.writing() as session:
        amina = office.newcomer(session, "Amina", travel=travel)
    facts = [tag.text for tag in helene.open(f"{HOME}/{amina.person}").all("div", class_="fact")]
    assert f"Déplacement {shown}" in facts


def test_nobody_with_this_id_is_a_page_not_found(helene):
    helene.open(f"{HOME}/nobody", status=404)


def test_a_file_holds_consents_clearances_and_pairings(database, couple):
    desk.stage(database, "active", *couple)
    sponsor = file(database, couple[1].person)
    assert sponsor.purposes == {"program", "matching", "share_contact"}
    assert [(row.kind, row.outcome, row.issuer) for row in sponsor.clearances] == [
        ("identity", "done", None),
        ("references", "done", None),
        ("screening", "2", "Service de filtrage"),
        ("conduct", "done", None),
        ("training", "done", None),
    ]
    assert [(row.other.split()[0], row.state) for row in sponsor.pairings] == [("Amina", "active")]


def test_a_file_tells_why_the_last_round_left_its_need_unpaired(helene, database):
    with database.writing() as session:
        amina = office.newcomer(session, "Amina")
        office.sponsor(session, "Rosalie", availability=(("mon_nt",),))
        casework.run_round(session, "sponsorship", today=office.TODAY, **office.DO)
    text = helene.open(f"{HOME}/{amina.person}").text
    assert "Sans proposition à la dernière ronde 1 offre : pas de temps libre commun" in text


def test_an_interview_is_booked_then_recorded(helene, database, zoe):
    helene.send(f"{HOME}/{zoe}/entrevue", interview_on="2026-03-05T14:00")
    assert "jeudi 5 mars, 14 h 00" in helene.open(f"{HOME}/{zoe}").text
    helene.send(f"{HOME}/{zoe}/entrevue-faite")
    assert state(database, zoe) == "ready"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", "Indiquez le jour et l’heure."),
        ("jeudi", "Ce moment n’existe pas."),
        ("2026-02-30T10:00", "Ce moment n’existe pas."),
        ("2026-03-08T02:30", "on avance l’heure"),
        ("0001-01-01T00:00", "du 1er janvier 2000 au 2 mars 2028"),
        ("1999-12-31T23:59", "du 1er janvier 2000 au 2 mars 2028"),
        ("2028-03-03T10:00", "du 1er janvier 2000 au 2 mars 2028"),
        ("9999-12-31T23:59", "du 1er janvier 2000 au 2 mars 2028"),
    ],
)
def test_an_hour_that_cannot_be_is_told_beside_its_field(helene, database, zoe, typed, fault):
    page = helene.refused(f"{HOME}/{zoe}/entrevue", interview_on=typed)
    assert fault in page.all("p", id="interview_on-fault")[0].text
    assert page.value("interview_on") == typed, "nothing typed is lost"
    assert state(database, zoe) == "submitted"


def test_of_an_hour_that_comes_twice_it_is_asked_which_is_meant(helene, database, zoe):
    twice = {"interview_on": "2026-11-01T01:30"}
    page = helene.refused(f"{HOME}/{zoe}/entrevue", **twice)
    assert "vient deux fois" in page.all("p", id="interview_on-turn-fault")[0].text
    for turn, hour in (("first", 5), ("second", 6)):
        helene.send(f"{HOME}/{zoe}/entrevue", **twice, **{"interview_on-turn": turn})
        with database.reading() as session:
            assert session.get_one(Person, zoe).interview_on == datetime(2026, 11, 1, hour, 30, tzinfo=UTC)
        assert (
            f"1 h 30 ({'heure d’été' if turn == 'first' else 'heure normale'})"
            in helene.open(f"{HOME}/{zoe}").text
        )


def test_a_second_click_says_so_and_changes_nothing(helene, database, zoe):
    helene.send(f"{HOME}/{zoe}/entrevue", interview_on="2026-03-05T14:00")
    for _ in range(2):
        helene.send(f"{HOME}/{zoe}/entrevue-faite")
    assert state(database, zoe) == "ready"
    assert "C’est déjà fait" in helene.open(f"{HOME}/{zoe}").text


def test_a_screening_too_low_is_asked_for_again(helene, database):
    with database.writing() as session:
        person = office.sign_up(session, "Rosalie", offers=(office.OFFER,))
        casework.book_interview(session, person, office.AT, **office.DO)
        casework.record_interview(session, person, **office.DO)
        for kind in ("identity", "references", "conduct"):
            casework.record_clearance(session, person, kind, **office.DO)
    assert "filtrage de niveau 1" in helene.open(f"{HOME}/{person}").text
    helene.send(f"{HOME}/{person}/filtrage", level="1", issuer="Service de filtrage", expires="2028-03-01")
    assert state(database, person) == "training"
    helene.send(f"{HOME}/{person}/formation")
    assert state(database, person) == "ready"
    assert "Service de filtrage · valable jusqu’au 1er mars 2028" in helene.open(f"{HOME}/{person}").text


@pytest.mark.parametrize("expires", ["0001-01-01", "2036-03-10", "9999-12-31"])
def test_a_screening_holds_for_ten_years_at_most(helene, couple, expires):
    page = helene.refused(f"{HOME}/{couple[1].person}/filtrage", level="2", expires=expires)
    assert page.all("p", id="expires-fault")


def test_all_faults_of_a_screening_come_together(helene, couple):
    page = helene.refused(f"{HOME}/{couple[1].person}/filtrage", level="", issuer="", expires="2020-01-01")
    assert [tag.attrs["href"] for tag in page.all("a") if tag.attrs["href"] in {"#level", "#expires"}] == [
        "#level",
        "#expires",
    ]


def test_a_registration_is_declined_only_once_the_box_is_ticked(helene, database, zoe):
    helene.refused(f"{HOME}/{zoe}/non-retenue")
    assert state(database, zoe) == "submitted"
    helene.send(f"{HOME}/{zoe}/non-retenue", sure="yes")
    assert state(database, zoe) == "declined"


def test_a_break_and_its_end(helene, database, couple):
    person = couple[0].person
    helene.send(f"{HOME}/{person}/pause")
    assert "Fin de la pause" in helene.open(f"{HOME}/{person}").text
    helene.send(f"{HOME}/{person}/reprise")
    assert [wish.state for wish in file(database, person).wishes] == ["available"]


def test_a_note_is_kept_sealed(helene, database, zoe):
    helene.send(f"{HOME}/{zoe}/note", note="Préfère qu’on l’appelle le soir.")
    assert file(database, zoe).note == "Préfère qu’on l’appelle le soir."
    with database.reading() as session:
        assert b"appelle" not in session.get_one(Person, zoe).note_sealed


def test_two_who_write_a_note_at_once_lose_neither_text(helene, database, zoe):
    path = f"{HOME}/{zoe}"
    helene.send(f"{path}/note", note="Appeler le soir.", seen=helene.open(path).value("seen"))
    first, second = (helene.open(path).value("seen") for _ in range(2))
    helene.send(f"{path}/note", note="Appeler le soir, dit Marc.", seen=first)
    answer = helene.send(f"{path}/note", status=409, note="Appeler le midi, dit Line.", seen=second)
    page = Page(answer).check()
    assert "en même temps que vous" in page.all("p", id="note-fault")[0].text
    assert page.all("blockquote")[0].text == "Appeler le soir, dit Marc."
    assert page.all("textarea")[0].text == "Appeler le midi, dit Line."
    assert file(database, zoe).note == "Appeler le soir, dit Marc."
    both = "Le soir (Marc), le midi (Line)."
    helene.send(f"{path}/note", note=both, seen=page.value("seen"))
    assert file(database, zoe).note == both


def test_an_act_on_the_file_meanwhile_leaves_the_note_to_be_written(helene, database, zoe):
    seen = helene.open(f"{HOME}/{zoe}").value("seen")
    helene.send(f"{HOME}/{zoe}/entrevue", interview_on="2026-03-05T14:00")
    helene.send(f"{HOME}/{zoe}/note", note="Appeler le soir.", seen=seen)
    assert file(database, zoe).note == "Appeler le soir."


def test_an_administrator_reads_no_note(app, database, helene, zoe):
    helene.send(f"{HOME}/{zoe}/note", note="Préfère qu’on l’appelle le soir.")
    sylvie = desk.coordinator(app, database, role="administrator")
    page = sylvie.open(f"{HOME}/{zoe}")
    assert "appelle le soir" not in page.html
    assert not page.all("textarea")
    sylvie.send(f"{HOME}/{zoe}/note", status=403, note="Autre chose.")


def test_a_note_too_long_comes_back_whole(helene, zoe):
    page = helene.refused(f"{HOME}/{zoe}/note", note="a" * 2001)
    assert "a" * 2001 in page.html


def test_an_exclusion_is_found_by_name_and_shown_on_both_files(helene, database, couple):
    amina, rosalie = (one.person for one in couple)
    assert helene.open(f"{HOME}/{amina}/exclusions?nom=rosa").value("other") == rosalie
    helene.send(f"{HOME}/{amina}/exclusions", other=rosalie)
    assert [name for _, name in file(database, rosalie).kept_apart] == ["Amina Tremblante"]


def test_an_exclusion_of_nobody_is_a_page_not_found(helene, couple):
    helene.send(f"{HOME}/{couple[0].person}/exclusions", status=404, other="nobody")


def test_pressing_is_marked_and_taken_back(helene, database, couple):
    need = couple[0].wish
    for value, is_pressing in (("yes", True), ("no", False)):
        helene.send(f"{HOME}/besoins/{need}/pressant", pressing=value)
        with database.reading() as session:
            assert session.get_one(Need, need).pressing is is_pressing


def test_a_crisis_shows_whom_to_call_before_its_button(helene, database, couple):
    need = couple[0].wish
    page = helene.open(f"{HOME}/besoins/{need}/crise")
    html = page.html
    assert html.index("tel:911") < html.index("tel:811") < html.index('name="flag"')
    assert not page.all("textarea"), "what happened is typed nowhere"
    helene.send(f"{HOME}/besoins/{need}/crise", flag="up")
    assert "Crise signalée" in helene.open(f"{HOME}/{couple[0].person}").text
    helene.send(f"{HOME}/besoins/{need}/crise", flag="down")
    with database.reading() as session:
        assert not session.get_one(Need, need).crisis_flag


def test_the_history_names_the_one_who_acted(helene, zoe):
    helene.send(f"{HOME}/{zoe}/entrevue", interview_on="2026-03-05T14:00")
    text = helene.open(f"{HOME}/{zoe}").text
    assert "Entrevue fixée lundi 2 mars, 10 h 00 · Hélène" in text
    assert "Consentement donné : participer au programme" in text
