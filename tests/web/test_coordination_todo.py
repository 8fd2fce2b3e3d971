"""« À faire »: one list by due date, each line leading straight to its act."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from models import casework
from models.queries.todo import todo
from tests.models import office
from tests.models.interpreting import bank
from tests.web import desk

HOME = "/coordination"


@pytest.fixture
def helene(app, database):
    return desk.coordinator(app, database)


@pytest.fixture
def couple(database):
    with database.writing() as session:
        return office.newcomer(session, "Amina"), office.sponsor(session, "Rosalie")


def page(database, today=office.TODAY, kind=None):
    with database.reading() as session:
        return todo(session, today, kind)


def kinds(database, today=office.TODAY):
    return {task.kind: band.code for band in page(database, today).bands for task in band.tasks}


def test_an_empty_office_says_that_nothing_waits(helene):
    assert "Rien n’attend" in helene.open(HOME).text


def test_a_registration_leads_to_booking_its_interview(helene, database):
    with database.writing() as session:
        person = office.sign_up(session, "Zoé", needs=(office.NEED,))
    found = helene.open(HOME)
    link = next(tag for tag in found.all("a") if tag.text.startswith("Fixer l’entrevue"))
    assert link.attrs["href"] == f"/coordination/personnes/{person}#suite"
    assert "Zoé Tremblante" in link.text, "each link says whom it is about"


def test_a_crisis_stands_before_everything_else(helene, database, couple):
    with database.writing() as session:
        office.sign_up(session, "Zoé", needs=(office.NEED,))
        casework.raise_crisis_flag(session, couple[0].wish, **office.DO)
    late = office.TODAY + timedelta(days=40)
    assert [band.code for band in page(database, late).bands][:2] == ["urgent", "late"]
    headings = [tag.text for tag in helene.open(HOME).all("h2")]
    assert headings[0].startswith("D’abord")


@pytest.mark.parametrize(
    ("stage", "kind", "band"),
    [
        ("proposal", "review", "week"),
        ("approved", "answers", "later"),
        ("accepted", "plan_meeting", "week"),
        ("in_trial", "trial", "later"),
    ],
)
def test_each_stage_of_a_pairing_waits_for_its_own_act(database, couple, stage, kind, band):
    desk.stage(database, stage, *couple)
    assert kinds(database)[kind] == band


def test_what_is_overdue_is_late(database, couple):
    desk.stage(database, "proposal", *couple)
    assert kinds(database, office.TODAY + timedelta(days=8)) == {"review": "late"}


def test_somebody_who_wants_to_talk_is_called_today(helene, database, couple):
    pairing = desk.stage(database, "approved", *couple)
    with database.writing() as session:
        casework.answer(session, pairing, couple[0].person, "talk", **couple[0].does)
    assert kinds(database)["talk"] == "today"
    assert "Amina veut en parler d’abord" in helene.open(HOME).text


def test_an_active_pairing_asks_for_nothing(database, couple):
    desk.stage(database, "active", *couple)
    assert page(database).is_empty


@pytest.mark.usefixtures("couple")
def test_people_ready_wait_for_a_round_by_program(helene, database):
    ready = page(database).ready
    assert [(one.program, one.needs, one.places) for one in ready] == [("sponsorship", 1, 1)]
    assert "1 personne attend une proposition" in helene.open(HOME).text


def free_places(database):
    return [(one.needs, one.places) for one in page(database).ready]


@pytest.mark.parametrize("stage", ["proposal", "approved", "active"])
def test_a_place_that_is_proposed_or_held_is_not_free(database, stage):
    with database.writing() as session:
        amina, rosalie = office.newcomer(session, "Amina"), office.sponsor(session, "Rosalie", capacity=3)
    desk.stage(database, stage, amina, rosalie)
    with database.writing() as session:
        office.newcomer(session, "Nour")
    assert free_places(database) == [(1, 2)]


def test_a_place_is_free_for_a_round_only_where_a_round_may_give_it(database):
    with database.writing() as session:
        office.newcomer(session, "Amina")
        office.sponsor(session, "Rosalie", consents=("program",))
    assert free_places(database) == [(1, 0)]


def test_who_is_in_a_crisis_does_not_wait_for_a_round_that_leaves_her_out(database):
    with database.writing() as session:
        office.newcomer(session, "Amina")
        casework.raise_crisis_flag(session, office.newcomer(session, "Nour").wish, **office.DO)
    assert free_places(database) == [(1, 0)]


def test_a_long_wait_is_told_with_what_keeps_offers_away(helene, database):
    with database.writing() as session:
        waited = office.TODAY - timedelta(days=61)
        office.newcomer(session, "Amina", waiting_since=waited, availability=(("mon_nt",),))
        office.sponsor(session, "Rosalie", availability=(("sun_am",),))
        casework.run_round(session, "sponsorship", today=office.TODAY, **office.DO)
    one = page(database).waiting[0]
    assert (one.name, one.days, one.barrier, one.barred) == ("Amina Tremblante", 61, "blocked_schedule", 1)
    text = helene.open(HOME).text
    assert "attend depuis 61 jours · 1 offre : pas de temps libre commun" in text
    assert "1 personne attend depuis plus de 60 jours." in text


def test_thirty_days_are_not_yet_long(database):
    with database.writing() as session:
        office.newcomer(session, waiting_since=office.TODAY - timedelta(days=30))
    assert page(database).waiting == ()


def test_who_has_not_turned_matching_on_is_listed_by_hand_and_not_as_ready(helene, database):
    with database.writing() as session:
        amina = office.newcomer(session, consents=("program",))
        office.sponsor(session)
    found = page(database)
    assert [(one.name, one.wish_id) for one in found.by_hand] == [("Amina Tremblante", amina.wish)]
    assert found.ready == ()
    assert helene.open(HOME).all("a", href=f"/coordination/composer/{amina.wish}")


def test_many_tasks_of_a_kind_are_shortened_and_one_click_away(helene, database):
    with database.writing() as session:
        for number in range(7):
            office.sign_up(session, f"Zoé{number}", needs=(office.NEED,))
    assert [(len(band.tasks), band.count) for band in page(database).bands] == [(5, 7)]
    assert "et 2 autres : inscriptions à lire" in helene.open(HOME).text
    assert len(helene.open(f"{HOME}?genre=registration").all("li", class_="task task-registration")) == 7


def test_what_has_an_hour_is_listed_by_its_instant(database):
    with database.writing() as session:
        for name, hour in (("Amina", 19), ("Nour", 15), ("Zoé", 18)):
            start = bank.START.replace(hour=hour)
            bank.request(session, office.newcomer(session, name), start=start)
    tasks = [task for band in page(database).bands for task in band.tasks if task.kind == "interpreter"]
    assert [task.at.hour for task in tasks] == [15, 18, 19]


FOLDED = re.compile(r"<details.*?</details>", re.DOTALL)


def told(page):
    """Which lines a page shows at once, and which ones it opens without another question."""
    at_once = len(re.findall('<li class="task', FOLDED.sub("", page.html)))
    return at_once, len(re.findall('<li class="task', page.html)) - at_once


@pytest.mark.parametrize(("count", "at_once", "folded"), [(4, 4, 0), (5, 5, 0), (6, 4, 1), (7, 4, 1)])
def test_a_band_shows_its_first_lines_and_how_many_more_there_are(helene, database, count, at_once, folded):
    with database.writing() as session:
        for number in range(count):
            office.sign_up(session, f"Zoé{number}", needs=(office.NEED,))
    found = helene.open(HOME)
    assert told(found) == (at_once, folded)
    assert [tag.text for tag in found.all("summary")] == [
        f"Voir les {count - at_once} autres : D’ici sept jours"
    ] * folded
    assert told(helene.open(f"{HOME}?genre=registration")) == (count, 0)


def test_what_is_urgent_is_never_folded(helene, database):
    with database.writing() as session:
        for number in range(8):
            one = office.newcomer(session, f"Zoé{number}", waiting_since=office.TODAY)
            casework.raise_crisis_flag(session, one.wish, **office.DO)
    found = helene.open(HOME)
    assert len(FOLDED.sub("", found.html).split("Voir la marche à suivre")) == 1 + 8


def test_a_kind_that_does_not_exist_shows_everything(helene):
    assert helene.open(f"{HOME}?genre=nothing").h1 == "À faire"


def test_the_list_reads_in_english(app, database, couple):
    desk.stage(database, "proposal", *couple)
    text = desk.coordinator(app, database, "en").open(HOME).text
    assert "Proposal to review" in text
    assert "in 7 days" in text


def test_participants_never_reach_the_desk(signed_in, couple):
    signed_in(couple[0].person).open(HOME, status=403)
