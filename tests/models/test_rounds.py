import pytest
from sqlalchemy import select

from matcher.checks import verify
from matcher.formats import round_from_json
from models import casework, mapping
from models.actor import SYSTEM
from models.errors import Forbidden
from models.tables import Clearance, Letter, Offer, Pairing, Round
from tests.models import office
from tests.models.office import AT, DO, TODAY


def run(session):
    return session.get(Round, casework.run_round(session, "sponsorship", today=TODAY, **DO))


def states(session):
    session.flush()
    return sorted(session.scalars(select(Pairing.state)))


def test_a_round_proposes_and_tells_nobody(session):
    need, offer = office.newcomer(session), office.sponsor(session)
    row = run(session)
    pairing = office.pairing_of(session, need, offer)
    assert (pairing.state, pairing.origin, pairing.round_id) == ("suggested", "engine", row.id)
    assert (row.paired, row.unpaired, session.get(Offer, offer.wish).places_taken) == (1, 0, 0)
    assert set(session.scalars(select(Letter.kind))) == {"registration_received"}


def test_the_points_beside_a_pairing_sum_to_its_score(session):
    need, offer = office.newcomer(session), office.sponsor(session)
    run(session)
    pairing = office.pairing_of(session, need, offer)
    assert sum(one["worth"] for one in pairing.contributions) == pairing.worth
    assert sum(one["weight"] for one in pairing.contributions) == 100


def test_the_document_of_a_round_can_be_verified_against_its_pool(session):
    for name in ("Amina", "Basile", "Colombe"):
        office.newcomer(session, name)
    office.sponsor(session, capacity=2)
    pool = mapping.read_pool(session, "sponsorship", TODAY)
    row = run(session)
    assert (row.paired, row.unpaired) == (2, 1)
    verify(pool, round_from_json(row.document))


def test_a_round_of_nobody_is_a_round(session):
    assert (run(session).paired, states(session)) == (0, [])


def test_a_new_round_takes_the_place_of_what_nobody_decided(session):
    office.newcomer(session), office.sponsor(session)
    run(session), run(session)
    assert states(session) == ["expired", "suggested"]


def test_a_proposal_in_review_is_put_back_by_a_new_round(session):
    need, offer = office.newcomer(session), office.sponsor(session)
    office.proposal(session, need, offer)
    run(session)
    assert states(session) == ["put_back", "suggested"]


def test_a_new_round_leaves_what_was_decided(session):
    need, offer = office.newcomer(session), office.sponsor(session)
    office.approved(session, need, offer)
    assert (run(session).paired, states(session)) == (0, ["awaiting_answers"])


def test_a_lock_survives_every_round(session):
    need, offer = office.newcomer(session), office.sponsor(session)
    pairing = office.proposal(session, need, offer)
    casework.lock(session, pairing.id, **DO)
    rounds = [run(session).id, run(session).id]
    assert (states(session), pairing.locked, pairing.round_id) == (["under_review"], True, rounds[-1])


def test_a_round_says_what_changed(session):
    need, offer = office.newcomer(session), office.sponsor(session, capacity=2)
    assert run(session).changes == {"kept": [], "new": [[need.wish, offer.wish]], "gone": []}
    other = office.newcomer(session, "Basile")
    assert run(session).changes == {
        "kept": [[need.wish, offer.wish]],
        "new": [[other.wish, offer.wish]],
        "gone": [],
    }
    casework.forbid(session, other.wish, offer.wish, **DO)
    casework.forbid(session, need.wish, offer.wish, **DO)
    assert run(session).changes["new"] == []


@pytest.fixture
def alike(session):
    """Five newcomers and five sponsors between whom a round has no preference."""
    names = ("Basile", "Carmen", "Denise", "Elio", "Flore")
    return [(office.newcomer(session, name), office.sponsor(session, f"{name}s")) for name in names]


def couples(session):
    session.flush()
    chosen = select(Pairing).where(Pairing.state.in_(("suggested", "under_review")))
    return {(one.need_id, one.offer_id) for one in session.scalars(chosen)}


def test_a_round_run_again_changes_nothing(session, alike):
    row = run(session)
    before = couples(session)
    assert len(before) == row.paired == len(alike)
    again = run(session)
    assert couples(session) == before
    assert (len(again.changes["kept"]), again.changes["new"], again.changes["gone"]) == (5, [], [])


@pytest.mark.usefixtures("alike")
def test_a_round_moves_only_who_must_move(session):
    run(session)
    for _ in range(3):
        need, offer = min(couples(session))
        casework.forbid(session, need, offer, **DO)
        changes = run(session).changes
        assert (len(changes["kept"]), len(changes["gone"]), len(changes["new"])) == (3, 1, 2)


def test_a_lock_that_nobody_may_hold_any_more_is_put_back(session):
    need, offer = office.newcomer(session), office.sponsor(session)
    pairing = office.proposal(session, need, offer)
    casework.lock(session, pairing.id, **DO)
    for clearance in session.scalars(select(Clearance).where(Clearance.kind == "screening")):
        clearance.expires = TODAY.replace(day=1)
    run(session)
    assert pairing.state == "put_back"


def test_a_lock_whose_place_was_given_away_is_put_back(session):
    need, other, offer = office.newcomer(session), office.newcomer(session, "Basile"), office.sponsor(session)
    by_hand = casework.pair_by_hand(session, need.wish, offer.wish, "They asked.", **DO)
    session.get(Offer, offer.wish).capacity = 2
    office.approved(session, other, offer)
    session.get(Offer, offer.wish).capacity = 1
    casework.places.settle(session, session.get(Offer, offer.wish), **DO)
    run(session)
    assert session.get(Pairing, by_hand).state == "put_back"


def test_waiting_longest_is_served_first(session):
    long, short = office.newcomer(session, "Amina", waiting_since=TODAY.replace(year=2025)), None
    short = office.newcomer(session, "Basile")
    offer = office.sponsor(session)
    run(session)
    assert office.pairing_of(session, long, offer).priority == 13
    assert not session.scalars(select(Pairing).where(Pairing.need_id == short.wish)).all()


def test_a_pressing_need_is_served_first(session):
    office.newcomer(session, "Amina")
    pressing, offer = office.newcomer(session, "Basile"), office.sponsor(session)
    casework.mark_pressing(session, pressing.wish, **DO)
    run(session)
    assert office.pairing_of(session, pressing, offer).priority == 13


def test_a_round_that_fails_leaves_nothing(db, monkeypatch):
    with db.writing() as session:
        office.newcomer(session), office.sponsor(session)
    monkeypatch.setattr(casework.rounds, "_suggest", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        _run_in_a_unit(db)
    with db.reading() as session:
        assert session.scalars(select(Round)).all() == session.scalars(select(Pairing)).all() == []


def _run_in_a_unit(db):
    with db.writing() as session:
        run(session)


def test_a_participant_runs_no_round(session):
    with pytest.raises(Forbidden):
        casework.run_round(session, "sponsorship", today=TODAY, **office.newcomer(session).does)


def test_the_commands_may_run_a_round(session):
    assert casework.run_round(session, "support", by=SYSTEM, at=AT, today=TODAY)
