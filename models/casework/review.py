"""The coordinator decides: open, approve, reject, put back, lock, forbid, pair by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.explanation import Explanation, judge
from matcher.policy import shipped_policy
from matcher.vocabulary import OVERRIDABLE_BARRIERS, REASONS
from matcher.waiting import priority_of
from models import ledger, mapping, outbox, policy, sealed
from models.actor import Actor
from models.casework.apart import waits_for_a_look
from models.casework.closing import close, put_aside
from models.casework.consents import consent_in_force, withdraw_between
from models.casework.places import settle, take_place
from models.casework.rounds import as_rows
from models.casework.rows import get, lock_circle, lock_pairing, lock_person, lock_sides, move, note
from models.errors import Barred, NoPlace, NotAllowedNow, Stale, WrongValue
from models.instants import city_date
from models.lifecycle import ANSWERING, IN_FORCE, UNDECIDED
from models.tables import ForbiddenPair, Need, Offer, Pairing, Person, new_id

DAYS_TO_ANSWER = 10
KEPT_APART = "blocked_by_coordinator"


def open_proposal(session: Session, pairing_id: str, *, by: Actor, at: datetime) -> Pairing:
    """Take a suggestion into review; one already in review stays as it is."""
    policy.must(by, "open_proposal")
    pairing, _, _ = lock_pairing(session, pairing_id)
    if pairing.state != "under_review":
        move(session, pairing, "under_review", verb="open_proposal", by=by, at=at)
    return pairing


def approve(session: Session, pairing_id: str, version: int, *, by: Actor, at: datetime) -> Pairing:
    """Approve a proposal as the coordinator saw it, hold its place, and owe both people a letter.

    Everything is checked again under the lock, since the world moved on.

    Raises
    ------
    Stale
        What was on the page no longer holds; ``what_changed`` says what.
    NoPlace
        The last place of the offer is taken, or the need is paired already.
    """
    policy.must(by, "decide")
    pairing, need, offer = lock_pairing(session, pairing_id)
    _check_still_true(session, pairing, version)
    _check_people(session, pairing, need, offer)
    _check_places(session, need, offer)
    _check_barriers(session, pairing, need, offer, at)
    _hold(session, pairing, need, offer, by=by, at=at)
    people = [need.person_id, offer.person_id]
    outbox.queue(session, people, "proposal_waiting", at=at, about=pairing.id)
    return pairing


def reject(
    session: Session, pairing_id: str, reason: str, note: str | None = None, *, by: Actor, at: datetime
) -> Pairing:
    """Reject a proposal for a reason of the list; « other » asks for a written note."""
    policy.must(by, "decide")
    if reason not in REASONS or REASONS[reason].row["kind"] != "reject":
        raise WrongValue("reason", reason)
    if reason == "other_written" and not (note and note.strip()):
        raise WrongValue("note", note)
    pairing, need, _ = lock_pairing(session, pairing_id)
    close(session, pairing, "rejected", verb="reject", by=by, at=at, reason=reason)
    sealed.put(session, get(session, Person, need.person_id), pairing, "note", note)
    return pairing


def put_back(session: Session, pairing_id: str, *, by: Actor, at: datetime) -> Pairing:
    """Put both people of a proposal in review back into the pool, without judging the pair."""
    policy.must(by, "decide")
    pairing, _, _ = lock_pairing(session, pairing_id)
    close(session, pairing, "put_back", verb="put_back", by=by, at=at)
    return pairing


def lock(session: Session, pairing_id: str, *, by: Actor, at: datetime) -> Pairing:
    """Keep an undecided proposal through every later round.

    Raises
    ------
    NoPlace
        The need is locked elsewhere, or the offer's places are all taken or locked.
    """
    policy.must(by, "decide")
    pairing, need, offer = lock_pairing(session, pairing_id)
    _refuse_decided(pairing)
    if not pairing.locked:
        _check_lockable(session, need, offer)
        pairing.locked = True
        _note_lock(session, pairing, "lock", by=by, at=at)
    return pairing


def unlock(session: Session, pairing_id: str, *, by: Actor, at: datetime) -> Pairing:
    """Let the next round decide on a proposal again."""
    policy.must(by, "decide")
    pairing, _, _ = lock_pairing(session, pairing_id)
    _refuse_decided(pairing)
    if pairing.locked:
        pairing.locked = False
        _note_lock(session, pairing, "unlock", by=by, at=at)
    return pairing


def forbid(session: Session, need_id: str, offer_id: str, *, by: Actor, at: datetime) -> None:
    """Never propose these two together; what is undecided between them is put aside."""
    policy.must(by, "decide")
    need, offer = lock_sides(session, need_id, offer_id)
    for pairing in _between(session, need, offer, UNDECIDED):
        withdraw_between(session, pairing, by=by, at=at)
    if session.get(ForbiddenPair, (need_id, offer_id)) is None:
        session.add(ForbiddenPair(need_id=need_id, offer_id=offer_id, forbidden_by="coordinator", since=at))
        ledger.record(session, at, by, "forbid", "need", need_id, {"offer": offer_id})
    session.flush()


def allow(session: Session, need_id: str, offer_id: str, *, by: Actor, at: datetime) -> None:
    """Let these two be proposed together again; a pairing closed for safety stays closed for good."""
    policy.must(by, "decide")
    lock_sides(session, need_id, offer_id)
    forbidden = session.get(ForbiddenPair, (need_id, offer_id))
    if forbidden is not None:
        session.delete(forbidden)
        ledger.record(session, at, by, "allow", "need", need_id, {"offer": offer_id})
    session.flush()


def pair_by_hand(
    session: Session, need_id: str, offer_id: str, reason: str, *, by: Actor, at: datetime
) -> str:
    """Make a proposal by hand, locked and in review, and give its id; the reason is sealed.

    Nothing is scored where one of the two has not turned that on.

    Raises
    ------
    Barred
        A barrier stands between the two that no person may cross.
    NoPlace
        The need or the last place is taken or promised.
    """
    policy.must(by, "decide")
    if not reason.strip():
        raise WrongValue("reason", reason)
    need, offer = lock_sides(session, need_id, offer_id)
    if need.program != offer.program:
        raise WrongValue("offer_id", offer_id)
    _check_places(session, need, offer)
    judged, priority = _judge(session, need, offer, at)
    _refuse_what_nobody_may_cross(session, need, offer, judged)
    put_aside(session, _between(session, need, offer, UNDECIDED), verb="pair_by_hand", by=by, at=at)
    _check_lockable(session, need, offer)
    pairing = _by_hand(need, offer, judged, at)
    if not mapping.may_be_scored(session, need, offer):
        pairing.worth, pairing.contributions = 0, []
    pairing.priority = priority
    sealed.put(session, get(session, Person, need.person_id), pairing, "hand_reason", reason)
    session.add(pairing)
    facts = {"from": None, "to": "under_review", "crossed": list(judged.barriers)}
    ledger.record(session, at, by, "pair_by_hand", "pairing", pairing.id, facts)
    session.flush()
    return pairing.id


def mark_pressing(session: Session, need_id: str, *, by: Actor, at: datetime, pressing: bool = True) -> Need:
    """Move a need up by a year of waiting, or take that back."""
    policy.must(by, "decide")
    need = get(session, Need, need_id)
    lock_person(session, need.person_id)
    need.pressing = pressing
    note(session, need, "mark_pressing", by=by, at=at, pressing=pressing)
    return need


def raise_crisis_flag(session: Session, need_id: str, *, by: Actor, at: datetime) -> Need:
    """Send a need to professionals first: no volunteer is proposed while the flag is up.

    What was proposed and both have not accepted is taken back; a pairing of two who said yes goes on.
    """
    return _flag(session, need_id, is_up=True, by=by, at=at)


def lower_crisis_flag(session: Session, need_id: str, *, by: Actor, at: datetime) -> Need:
    """Let volunteers be proposed again."""
    return _flag(session, need_id, is_up=False, by=by, at=at)


def _check_still_true(session: Session, pairing: Pairing, version: int) -> None:
    if pairing.state != "under_review":
        raise Stale("state")
    if pairing.version != version:
        raise Stale("version")
    if session.get(ForbiddenPair, (pairing.need_id, pairing.offer_id)) is not None:
        raise Stale("forbidden")


def _check_people(session: Session, pairing: Pairing, need: Need, offer: Offer) -> None:
    asked = ("program", "matching") if pairing.origin == "engine" else ("program",)
    for person_id in (need.person_id, offer.person_id):
        if not all(consent_in_force(session, person_id, purpose) for purpose in asked):
            raise Stale("consent")
        if get(session, Person, person_id).state != "ready":
            raise Stale("person")
        if waits_for_a_look(session, person_id):
            raise Stale("apart")


def _check_places(session: Session, need: Need, offer: Offer) -> None:
    """Tell « déjà pris » from a need or an offer that left for another cause."""
    taken = select(Pairing.id).where(Pairing.need_id == need.id, Pairing.state.in_(IN_FORCE))
    if offer.places_taken >= offer.capacity or session.scalar(taken) is not None:
        raise NoPlace(offer.id)
    for wish in (need, offer):
        if wish.state != "available":
            raise Stale(wish.__tablename__)


def _check_barriers(session: Session, pairing: Pairing, need: Need, offer: Offer, at: datetime) -> None:
    session.flush()
    pool = mapping.read_pair(session, need, offer, city_date(at), among_others=False)
    barriers = judge(pool, need.id, offer.id).barriers
    new = [code for code in barriers if code not in pairing.crossed]
    if new:
        raise Stale("barriers", new)


def _judge(session: Session, need: Need, offer: Offer, at: datetime) -> tuple[Explanation, int]:
    """Judge two people on what is known of them now; give the judgement and the need's priority."""
    session.flush()
    today, policy = city_date(at), shipped_policy(need.program)
    pool = mapping.read_pair(session, need, offer, today)
    record = next(row for row in pool.needs if row.id == need.id)
    return judge(pool, need.id, offer.id, policy), priority_of(record, today, policy)


def _hold(session: Session, pairing: Pairing, need: Need, offer: Offer, *, by: Actor, at: datetime) -> None:
    take_place(session, offer)
    pairing.approved_at, pairing.approved_by, pairing.locked = at, by.name, False
    pairing.answers_due = at + timedelta(days=DAYS_TO_ANSWER)
    move(session, pairing, "approved", verb="approve", by=by, at=at)
    move(session, pairing, "awaiting_answers", verb="ask_both", by=by, at=at)
    others = select(Pairing).where(
        Pairing.need_id == need.id, Pairing.id != pairing.id, Pairing.state.in_(UNDECIDED)
    )
    put_aside(session, list(session.scalars(others)), verb="supersede", by=by, at=at)
    for wish in (need, offer):
        settle(session, wish, by=by, at=at)


def _refuse_decided(pairing: Pairing) -> None:
    if pairing.state not in UNDECIDED:
        raise NotAllowedNow(pairing.state)


def _check_lockable(session: Session, need: Need, offer: Offer) -> None:
    """Hold to one lock a need, and no more locks than an offer has places left."""
    session.flush()
    locked = mapping.locked_pairings(session, need.program)
    if any(other.need_id == need.id for other in locked):
        raise NoPlace(offer.id)
    if offer.places_taken + sum(other.offer_id == offer.id for other in locked) >= offer.capacity:
        raise NoPlace(offer.id)


def _note_lock(session: Session, pairing: Pairing, verb: str, *, by: Actor, at: datetime) -> None:
    note(session, pairing, verb, by=by, at=at, need=pairing.need_id, offer=pairing.offer_id)


def _between(session: Session, need: Need, offer: Offer, states: tuple[str, ...]) -> list[Pairing]:
    chosen = select(Pairing).where(
        Pairing.need_id == need.id, Pairing.offer_id == offer.id, Pairing.state.in_(states)
    )
    return list(session.scalars(chosen))


def _refuse_what_nobody_may_cross(session: Session, need: Need, offer: Offer, judged: Explanation) -> None:
    barriers = [code for code in judged.barriers if code not in OVERRIDABLE_BARRIERS]
    if KEPT_APART in barriers and session.get(ForbiddenPair, (need.id, offer.id)) is None:
        barriers[barriers.index(KEPT_APART)] = "blocked_history"
    if barriers:
        raise Barred(barriers)
    for wish in (need, offer):
        if get(session, Person, wish.person_id).state != "ready":
            raise NotAllowedNow(get(session, Person, wish.person_id).state)


def _by_hand(need: Need, offer: Offer, judged: Explanation, at: datetime) -> Pairing:
    return Pairing(
        id=new_id(),
        need_id=need.id,
        offer_id=offer.id,
        program=need.program,
        origin="hand",
        state="under_review",
        state_since=at,
        version=1,
        locked=True,
        worth=judged.worth,
        contributions=as_rows(judged.contributions),
        crossed=list(judged.barriers),
        suggested_at=at,
    )


def _flag(session: Session, need_id: str, *, is_up: bool, by: Actor, at: datetime) -> Need:
    policy.must(by, "decide")
    need = get(session, Need, need_id)
    lock_circle(session, need.person_id)
    need.crisis_flag = is_up
    if is_up:
        _take_back(session, need, by=by, at=at)
    note(session, need, "raise_crisis_flag" if is_up else "lower_crisis_flag", by=by, at=at)
    return need


def _take_back(session: Session, need: Need, *, by: Actor, at: datetime) -> None:
    chosen = select(Pairing).where(Pairing.need_id == need.id, Pairing.state.in_(UNDECIDED + ANSWERING))
    for pairing in session.scalars(chosen.order_by(Pairing.id)).all():
        if pairing.state in UNDECIDED:
            put_aside(session, [pairing], verb="raise_crisis_flag", by=by, at=at)
        else:
            close(session, pairing, "withdrawn", verb="raise_crisis_flag", by=by, at=at)
