"""Rounds: who would take part, what a round gave, who waits and why, what changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import casework, mapping
from models.queries.rounds import prospects, round_page
from models.tables import Pairing
from tests.models import office
from tests.web import desk

HOME = "/coordination/rondes"


@pytest.fixture
def helene(app, database):
    return desk.coordinator(app, database)


def run(database, program="sponsorship"):
    with database.writing() as session:
        return casework.run_round(session, program, today=office.TODAY, **office.DO)


def read(database, round_id):
    with database.reading() as session:
        return round_page(session, round_id)


def mixed_office(session):
    """People who take part, and one for each reason of being left out."""
    office.approved(session, office.newcomer(session, "Carmen"), office.sponsor(session, "Denise"))
    office.newcomer(session, "Amina")
    office.sponsor(session, "Rosalie", capacity=2)
    office.sign_up(session, "Zoé", needs=(office.NEED,))
    office.newcomer(session, "Binta", consents=("program",))


def test_the_next_round_says_who_takes_part_and_who_is_left_out(database):
    with database.writing() as session:
        mixed_office(session)
    with database.reading() as session:
        one, other = prospects(session)
    assert (one.program, other.program) == ("sponsorship", "support")
    assert one.left_out == {"not_ready": (1, 0), "by_hand": (1, 0)}


def test_the_next_round_counts_as_the_pool_does(database):
    with database.writing() as session:
        mixed_office(session)
    with database.reading() as session:
        one = prospects(session)[0]
        pool = mapping.read_pool(session, "sponsorship", office.TODAY)
    places = sum(offer.capacity - offer.active_pairings for offer in pool.offers)
    assert (one.needs, one.offers, one.places) == (len(pool.needs), len(pool.offers), places)
    assert one.needs == 1


def test_a_round_is_run_from_its_page_and_nobody_is_told(helene, database):
    with database.writing() as session:
        mixed_office(session)
    assert "Lancer une ronde" in helene.open(HOME).text
    page = helene.open(helene.goes_to(HOME, program="support"))
    assert "Personne n’a encore rien reçu" in page.text
    assert "Aucune proposition" in page.text


def test_a_program_that_cannot_be_paired_is_refused(helene):
    helene.send(HOME, status=400, program="internship")


def test_a_round_that_does_not_exist_is_a_page_not_found(helene):
    helene.open(f"{HOME}/nothing", status=404)


def test_a_proposal_shows_its_score_its_waiting_and_its_reasons(helene, database):
    with database.writing() as session:
        office.newcomer(session, "Amina", waiting_since=office.TODAY - timedelta(days=92))
        office.sponsor(session, "Rosalie")
    text = helene.open(f"{HOME}/{run(database)}").text
    assert "Amina Tremblante avec Rosalie Tremblante attend depuis 92 jours" in text
    assert "3 intérêts communs : raquette, pêche et cuisiner ensemble" in text
    assert "Suggestion du moteur" in text


def test_somebody_unpaired_is_shown_with_reason_and_the_one_barrier_of_the_nearest(helene, database):
    with database.writing() as session:
        office.newcomer(session, "Amina")
        far = office.sponsor(session, "Rosalie", availability=(("mon_nt",),))
    page = helene.open(f"{HOME}/{run(database)}")
    text = page.text
    assert "1 offre : pas de temps libre commun" in text
    assert "Rosalie Tremblante seul obstacle : pas de temps libre commun" in text
    assert [tag for tag in page.all("a") if tag.attrs["href"].endswith(f"/{far.wish}")]


def test_somebody_whose_sponsor_was_taken_learns_that_places_went_to_others(database):
    with database.writing() as session:
        office.newcomer(session, "Amina", waiting_since=office.TODAY - timedelta(days=90))
        office.newcomer(session, "Binta")
        office.sponsor(session, "Rosalie")
    left = read(database, run(database)).left
    assert [(one.need.first_name, one.compatible, len(one.taken)) for one in left] == [("Binta", 1, 1)]


def test_a_second_round_says_what_is_the_same_new_moved_and_gone(helene, database):
    with database.writing() as session:
        office.newcomer(session, "Amina")
        office.sponsor(session, "Rosalie")
    first = run(database)
    with database.writing() as session:
        office.newcomer(session, "Binta", waiting_since=office.TODAY - timedelta(days=90))
    second = run(database)
    assert read(database, first).changes == {"new": 1}
    assert read(database, second).changes == {"new": 1, "gone": 1}
    assert "1 nouvelle et 1 disparue" in helene.open(f"{HOME}/{second}").text
    assert "Une ronde plus récente existe" in helene.open(f"{HOME}/{first}").text
    assert read(database, run(database)).changes == {"same": 1}


def test_a_need_that_gets_somebody_else_is_said_so(helene, database):
    with database.writing() as session:
        amina = office.newcomer(session, "Amina")
        office.sponsor(session, "Rosalie", interests=office.Interests(like=("home_cooking",)))
    run(database)
    with database.writing() as session:
        office.sponsor(session, "Denise")
    round_id = run(database)
    page = read(database, round_id)
    assert [(one.need.id, one.offer.first_name, one.change) for one in page.proposals] == [
        (amina.wish, "Denise", "other_partner")
    ]
    assert [(move.need.id, move.before.first_name, move.now.first_name) for move in page.moves] == [
        (amina.wish, "Rosalie", "Denise")
    ]
    shown = helene.open(f"{HOME}/{round_id}").text
    assert "Amina Tremblante avec Rosalie Tremblante avec Denise Tremblante" in shown


def test_a_round_run_again_says_that_nothing_changed(helene, database):
    with database.writing() as session:
        office.newcomer(session, "Amina")
        office.sponsor(session, "Rosalie")
    first, again = run(database), run(database)
    assert "Rien n’a changé" not in helene.open(f"{HOME}/{first}").text
    shown = helene.open(f"{HOME}/{again}").text
    assert "Rien n’a changé" in shown
    assert "garde le plus de propositions d’avant" in shown
    assert "Avant et maintenant" not in shown


def test_who_has_nobody_any_more_is_said_so(helene, database):
    with database.writing() as session:
        office.newcomer(session, "Amina")
        office.sponsor(session, "Rosalie")
    run(database)
    with database.writing() as session:
        office.newcomer(session, "Binta", waiting_since=office.TODAY - timedelta(days=90))
    assert (
        "Amina Tremblante avec Rosalie Tremblante sans proposition"
        in helene.open(f"{HOME}/{run(database)}").text
    )


def test_a_lock_is_kept_and_shown(helene, database):
    with database.writing() as session:
        office.newcomer(session, "Amina")
        office.sponsor(session, "Rosalie")
    run(database)
    with database.writing() as session:
        pairing = session.query(Pairing).one()
        casework.lock(session, pairing.id, **office.DO)
    assert "1 proposition verrouillée sera gardée." in helene.open(HOME).text
    assert "verrouillée" in helene.open(f"{HOME}/{run(database)}").text


def test_reasons_speak_of_what_was_compared_and_of_nothing_else(helene, database):
    with database.writing() as session:
        office.newcomer(session, "Amina")
        office.sponsor(session, "Rosalie")
    html = helene.open(f"{HOME}/{run(database)}").html.lower()
    assert not [word for word in ("origine", "religion", "statut d’immigration", "réfugié") if word in html]
