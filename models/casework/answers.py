"""Both people answer, each in private; both yes makes a pairing, one no or silence ends it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import calls, ledger, outbox, policy
from models.actor import Actor
from models.casework.closing import close
from models.casework.places import settle
from models.casework.rows import lock_pairing, lock_people, move
from models.casework.safeguards import check_cleared
from models.errors import Forbidden, NotAllowedNow, WrongValue
from models.lifecycle import ANSWERING
from models.tables import Call, ForbiddenPair, Letter, Need, Offer, Pairing
from models.tables.pairings import ANSWERS

REMIND_BEFORE = timedelta(days=4)


def answer(
    session: Session, pairing_id: str, person_id: str, said: str, *, by: Actor, at: datetime
) -> Pairing:
    """Note what one of the two says to a proposal: ``yes``, ``no`` or ``talk`` (about it first).

    Two yes accept it; a no closes it and frees the place. Nothing that the other can read tells who
    said no. An answer may be changed until then.

    Raises
    ------
    Forbidden
        The person is not one of the two.
    NotAllowedNow
        No answer is awaited.
    Barred
        It would be the second yes, and the one who gives is no longer cleared.
    """
    policy.must(by, "answer", policy.to_herself(by, person_id))
    if said not in ANSWERS:
        raise WrongValue("answer", said)
    pairing, need, offer = lock_pairing(session, pairing_id)
    side = side_of(need, offer, person_id)
    if pairing.state != "awaiting_answers":
        raise NotAllowedNow(pairing.state)
    outbox.drop_unsent_to(session, person_id, about=pairing.id)  # nobody is asked what she has just answered
    setattr(pairing, f"{side}_answer", said)
    setattr(pairing, f"{side}_answered_at", at)
    pairing.version += 1
    ledger.record(session, at, by, "answer", "pairing", pairing.id, {"side": side, "said": said})
    if said == "no":
        _decline(session, pairing, by=by, at=at)
    elif pairing.need_answer == pairing.offer_answer == "yes":
        _accept(session, pairing, need, offer, by=by, at=at)
    calls.drop(session, pairing.id, person_id=person_id)  # nobody is called to hear what she has just said
    return pairing


def lapse(session: Session, *, by: Actor, at: datetime) -> int:
    """Close the proposals whose time to answer is over, free their places, and give how many.

    One that somebody wants to talk about first waits: she is owed a call, and does not lose it to a late one.
    """
    policy.must(by, "do_chores")
    overdue = [
        pairing
        for pairing in _awaiting(session, until=at)
        if "talk" not in (pairing.need_answer, pairing.offer_answer)
    ]
    for pairing in overdue:
        close(session, pairing, "expired", verb="lapse", by=by, at=at)
    return len(overdue)


def remind(session: Session, *, by: Actor, at: datetime) -> int:
    """Owe one reminder to each person whose answer is due soon, and give how many people.

    It hangs on her own silence only, never on what the other said.
    """
    policy.must(by, "do_chores")
    reminded = 0
    for pairing in _awaiting(session, until=at + REMIND_BEFORE):
        silent = _silent(session, pairing)
        if silent and not _was_reminded(session, pairing):
            outbox.queue(session, silent, "answer_waiting", at=at, about=pairing.id)
            reminded += len(silent)
    return reminded


def side_of(need: Need, offer: Offer, person_id: str) -> str:
    """Give ``need`` or ``offer``: the side of a pairing on which a person stands."""
    if person_id == need.person_id:
        return "need"
    if person_id == offer.person_id:
        return "offer"
    raise Forbidden("pairing")


def _accept(session: Session, pairing: Pairing, need: Need, offer: Offer, *, by: Actor, at: datetime) -> None:
    check_cleared(session, pairing, need, offer, at)
    move(session, pairing, "accepted", verb="accept", by=by, at=at)
    outbox.drop_unsent(session, pairing.id)
    outbox.queue(session, [need.person_id, offer.person_id], "both_accepted", at=at, about=pairing.id)
    for wish in (need, offer):
        settle(session, wish, by=by, at=at)


def _decline(session: Session, pairing: Pairing, *, by: Actor, at: datetime) -> None:
    """Close it, and spare both the same proposal again; a coordinator may allow it later."""
    close(session, pairing, "declined_by_one", verb="decline", by=by, at=at)
    couple = (pairing.need_id, pairing.offer_id)
    if session.get(ForbiddenPair, couple) is None:
        session.add(ForbiddenPair(need_id=couple[0], offer_id=couple[1], forbidden_by="answer", since=at))
    session.flush()


def _awaiting(session: Session, until: datetime) -> list[Pairing]:
    """Lock the people of the pairings whose answers are due; give those that still await one."""
    chosen = select(Pairing).where(Pairing.state.in_(ANSWERING), Pairing.answers_due <= until)
    found = list(session.scalars(chosen.order_by(Pairing.answers_due, Pairing.id)))
    needs = select(Need.person_id).where(Need.id.in_([pairing.need_id for pairing in found]))
    offers = select(Offer.person_id).where(Offer.id.in_([pairing.offer_id for pairing in found]))
    lock_people(session, [*session.scalars(needs), *session.scalars(offers)])
    return [pairing for pairing in found if pairing.state in ANSWERING]


def _silent(session: Session, pairing: Pairing) -> list[str]:
    silent = []
    if pairing.need_answer is None:
        silent.append(session.get_one(Need, pairing.need_id).person_id)
    if pairing.offer_answer is None:
        silent.append(session.get_one(Offer, pairing.offer_id).person_id)
    return silent


def _was_reminded(session: Session, pairing: Pairing) -> bool:
    return any(
        session.scalars(select(told.id).filter_by(about=pairing.id, kind="answer_waiting").limit(1)).first()
        for told in (Letter, Call)
    )
