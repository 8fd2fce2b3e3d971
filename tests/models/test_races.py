"""Two people act at the same instant, from two threads and from two processes."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from models import casework
from models.database import Database
from models.errors import CaseworkError
from models.invariants import check_invariants
from models.tables import Offer, Pairing
from tests.conftest import KEYRING
from tests.models import office
from tests.models.office import AT, DO, TODAY
from tests.tries import tries

PATIENCE = 60


def approve(session, pairing_id, version):
    casework.approve(session, pairing_id, version, **DO)


def withdraw(session, person_id, purpose):
    casework.withdraw_consent(session, person_id, purpose, **DO)


def exclude(session, person_id, other_id):
    casework.exclude(session, person_id, other_id, **DO)


def run_round(session, program):
    casework.run_round(session, program, today=TODAY, **DO)


def register(session, name):
    office.sign_up(session, name)


VERBS = {verb.__name__: verb for verb in (approve, withdraw, exclude, run_round, register)}


def act(database, barrier, verb, *about):
    """Wait for the others, act, and say what came of it."""
    barrier.wait(PATIENCE)
    try:
        with database.writing() as session:
            VERBS[verb](session, *about)
    except CaseworkError as error:
        return type(error).__name__
    return "done"


_ours: dict[str, object] = {}


def _join(url, barrier):
    _ours["database"], _ours["barrier"] = Database(url, KEYRING), barrier


def _act_in_a_process(deed):
    return act(_ours["database"], _ours["barrier"], *deed)


class Threads:
    def __init__(self, url):
        self.databases = [Database(url, KEYRING) for _ in range(2)]
        self.pool = ThreadPoolExecutor(2)

    def together(self, *deeds):
        barrier = Barrier(2)
        started = [
            self.pool.submit(act, database, barrier, *deed)
            for database, deed in zip(self.databases, deeds, strict=True)
        ]
        return [one.result(PATIENCE) for one in started]

    def end(self):
        self.pool.shutdown()
        for database in self.databases:
            database.dispose()


class Processes:
    def __init__(self, url):
        method = multiprocessing.get_context("spawn")
        self.pool = ProcessPoolExecutor(2, method, _join, (url, method.Barrier(2)))

    def together(self, *deeds):
        started = [self.pool.submit(_act_in_a_process, deed) for deed in deeds]
        return [one.result(PATIENCE) for one in started]

    def end(self):
        self.pool.shutdown()


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


def assert_ended(db, pairing, *two):
    """The pairing is over and its place free; the two then leave, so that the pool does not grow."""
    with db.writing() as session:
        assert session.get(Pairing, pairing[0]).ended_at == AT
        assert session.get(Offer, two[1].wish).places_taken == 0
        for one in two:
            casework.withdraw_consent(session, one.person, "program", **DO)


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


@pytest.mark.parametrize("side", ["need", "offer"])
def test_no_pairing_is_approved_without_consent(db, threads, side):
    for number in range(tries()):
        need, offer, pairing = couple(db, number)
        leaver = need if side == "need" else offer
        came = threads.together(("approve", *pairing), ("withdraw", leaver.person, "program"))
        assert came in (["done", "done"], ["Stale", "done"])
        assert_ended(db, pairing, need, offer)
    assert_sound(db)


def test_no_pairing_is_approved_between_two_who_are_kept_apart(db, threads):
    for number in range(tries()):
        need, offer, pairing = couple(db, number)
        came = threads.together(("approve", *pairing), ("exclude", need.person, offer.person))
        assert came in (["done", "done"], ["Stale", "done"])
        assert_ended(db, pairing, need, offer)
    assert_sound(db)


def test_a_round_and_a_departure_leave_nobody_proposed_who_left(db, threads):
    with db.writing() as session:
        office.sponsor(session)
    for number in range(tries()):
        with db.writing() as session:
            need = office.newcomer(session, f"A{number}")
        came = threads.together(("run_round", "sponsorship"), ("withdraw", need.person, "program"))
        assert came == ["done", "done"]
        with db.reading() as session:
            states = set(session.scalars(select(Pairing.state).where(Pairing.need_id == need.wish)))
            assert states <= {"withdrawn"}
    assert_sound(db)


def test_an_address_is_registered_by_one_of_two(db, threads):
    for number in range(tries()):
        came = threads.together(("register", f"Amina{number}"), ("register", f"AMINA{number}"))
        assert sorted(came) == ["AlreadyRegistered", "done"]
    assert_sound(db)
