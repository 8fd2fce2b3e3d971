"""Two people act at the same instant, from two threads and from two processes."""

import pytest

from models import casework
from models.invariants import check_invariants
from models.tables import Offer, Pairing
from tests.models import office
from tests.models.office import DO
from tests.models.racing import Processes, Threads
from tests.tries import tries


@pytest.fixture
def threads(db_url):
    actors = Threads(db_url)
    yield actors
    actors.end()


@pytest.fixture(params=[Threads, Processes], ids=["threads", "processes"])
def two(request, db_url):
    actors = request.param(db_url)
    yield actors
    actors.end()


def couple(db, number):
    """A need and an offer with a proposal in review."""
    with db.writing() as session:
        need, offer = office.newcomer(session, f"A{number}"), office.sponsor(session, f"B{number}")
        return need, offer, _in_review(session, need, offer)


def _in_review(session, need, offer):
    pairing = casework.pair_by_hand(session, need.wish, offer.wish, "Both asked.", **DO)
    casework.unlock(session, pairing, **DO)
    return pairing, session.get(Pairing, pairing).version


def assert_sound(db):
    with db.reading() as session:
        assert [str(found) for found in check_invariants(session)] == []


def test_the_last_place_goes_to_one_of_two_coordinators(db, two):
    with db.writing() as session:
        offer, needs = (
            office.sponsor(session),
            [office.newcomer(session, name) for name in ("Amina", "Basile")],
        )
    for _ in range(tries()):
        with db.writing() as session:
            one, other = (_in_review(session, need, offer) for need in needs)
        assert sorted(two.together(("approve", *one), ("approve", *other))) == ["NoPlace", "done"]
        with db.writing() as session:
            pairings = [session.get(Pairing, pairing) for pairing, _ in (one, other)]
            assert sorted(pairing.state for pairing in pairings) == ["awaiting_answers", "under_review"]
            assert session.get(Offer, offer.wish).places_taken == 1
            for pairing in pairings:
                casework.end_pairing(session, pairing.id, "schedule", **DO)
    assert_sound(db)


def test_the_same_proposal_is_approved_by_one_of_two_coordinators(db, threads):
    for number in range(tries()):
        _, _, pairing = couple(db, number)
        assert sorted(threads.together(("approve", *pairing), ("approve", *pairing))) == ["Stale", "done"]
    assert_sound(db)


def test_an_address_is_registered_by_one_of_two(db, threads):
    for number in range(tries()):
        came = threads.together(("register", f"Amina{number}"), ("register", f"AMINA{number}"))
        assert sorted(came) == ["AlreadyRegistered", "done"]
    assert_sound(db)
