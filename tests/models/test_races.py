"""Two people act at the same instant, from two threads and from two processes."""

import pytest

from models import accounts, addresses, casework, links
from models.invariants import check_invariants
from models.tables import Account, Offer, Pairing
from tests.models import office
from tests.models.office import AT, DO
from tests.models.racing import Processes, Threads
from tests.snapshots import Snapshot
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


def _in_review(session, need, offer):
    pairing = casework.pair_by_hand(session, need.wish, offer.wish, "Both asked.", **DO)
    casework.unlock(session, pairing, **DO)
    return pairing, session.get(Pairing, pairing).version


def tried(db, folder):
    """Bring the database back to what it is now before each try, and ask the doctor after it."""
    beginning = Snapshot(db, folder)
    for _ in range(tries()):
        beginning.bring_back()
        yield
        with db.reading() as session:
            assert [str(found) for found in check_invariants(session)] == []


def test_the_last_place_goes_to_one_of_two_coordinators(db, two, tmp_path):
    with db.writing() as session:
        offer = office.sponsor(session)
        needs = [office.newcomer(session, name) for name in ("Amina", "Basile")]
        one, other = (_in_review(session, need, offer) for need in needs)
    for _ in tried(db, tmp_path):
        assert sorted(two.together(("approve", *one), ("approve", *other))) == ["NoPlace", "done"]
        with db.reading() as session:
            states = sorted(session.get(Pairing, pairing).state for pairing, _ in (one, other))
            assert states == ["awaiting_answers", "under_review"]
            assert session.get(Offer, offer.wish).places_taken == 1


def test_the_same_proposal_is_approved_by_one_of_two_coordinators(db, threads, tmp_path):
    with db.writing() as session:
        pairing = _in_review(session, office.newcomer(session), office.sponsor(session))
    for _ in tried(db, tmp_path):
        assert sorted(threads.together(("approve", *pairing), ("approve", *pairing))) == ["Stale", "done"]


def test_an_address_is_registered_by_one_of_two(db, threads, tmp_path):
    for _ in tried(db, tmp_path):
        came = threads.together(("register", "Amina"), ("register", "AMINA"))
        assert sorted(came) == ["AlreadyRegistered", "done"]


@pytest.mark.parametrize(("one_does", "other_does"), [("demote", "demote"), ("let_go", "demote")])
def test_of_two_administrators_who_end_one_another_one_stays(db, threads, tmp_path, one_does, other_does):
    with db.writing() as session:
        one, other = (
            accounts.open_account(
                session, email=f"{name}@example.org", role="administrator", language="fr", at=AT
            ).id
            for name in ("sylvie", "noe")
        )
    for _ in tried(db, tmp_path):
        came = threads.together((one_does, other, one), (other_does, one, other))
        assert sorted(came) == ["Forbidden", "done"]
        with db.reading() as session:
            left = session.query(Account.id).filter_by(role="administrator", closed_at=None).all()
        assert left == [((one, other)[came.index("done")],)]


def test_who_is_erased_while_she_confirms_an_address_is_erased(db, threads, tmp_path):
    with db.writing() as session:
        person = office.sign_up(session, "Noor")
        account = session.query(Account).one()
        addresses.ask(session, account.id, "noor.autre@example.org", at=AT)
        token = links.make_link(session, account, addresses.PURPOSE, AT)
    for _ in tried(db, tmp_path):
        confirmed, erased = threads.together(("confirm_address", token), ("erase", person))
        assert (confirmed in {"done", "NotAllowedNow"}, erased) == (True, "done")
        with db.reading() as session:
            assert session.query(Account.id).all() == []
