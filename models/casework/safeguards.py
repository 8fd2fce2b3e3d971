"""What must hold of whoever gives a place, for as long as she gives it; where it no longer does, all stops."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models import outbox, policy
from models.actor import Actor
from models.casework import bookings
from models.casework.closing import close, put_aside
from models.casework.rows import lock_people, move
from models.clearances import BARRIER_OF, cleared, missing_between
from models.errors import Barred
from models.instants import city_date
from models.lifecycle import ANSWERING, IN_FORCE, UNDECIDED
from models.tables import Need, Offer, Pairing, Person

STOPPABLE = tuple(state for state in UNDECIDED + IN_FORCE if state != "suspended")


@dataclass(frozen=True, slots=True)
class Open:
    """A pairing that is proposed or goes on, with its two people."""

    pairing: Pairing
    offer: Offer
    newcomer: Person
    giver: Person


def check_cleared(session: Session, pairing: Pairing, need: Need, offer: Offer, at: datetime) -> None:
    """Refuse to go on where the one who gives is no longer cleared.

    Raises
    ------
    Barred
        With the reason codes of what is missing today.
    """
    session.flush()
    newcomer, giver = (session.get_one(Person, wish.person_id) for wish in (need, offer))
    has = cleared(session, [giver], city_date(at))[giver.id]
    if missing := missing_between(pairing, newcomer, offer, has):
        raise Barred(dict.fromkeys(BARRIER_OF[step] for step in missing))


def hold_back(session: Session, person: Person, *, verb: str, by: Actor, at: datetime) -> int:
    """Stop what a locked person gives without being cleared for it any more; give how many pairings."""
    session.flush()
    return _stop(session, _unsafe(session, _given(session, [person.id]), at), verb=verb, by=by, at=at)


def lapse_clearances(session: Session, *, by: Actor, at: datetime) -> int:
    """Stop everything that rests on a clearance that ran out, and give how many pairings.

    Proposals are taken back; pairings of two who said yes are suspended, until somebody lets them go on.
    """
    policy.must(by, "do_chores")
    session.flush()
    found = _unsafe(session, _given(session), at)
    if not found:
        return 0
    lock_people(session, {person.id for one in found for person in (one.newcomer, one.giver)})
    again = _unsafe(session, _given(session, {one.giver.id for one in found}), at)
    return _stop(session, again, verb="lapse_clearances", by=by, at=at)


def _given(session: Session, person_ids: Iterable[str] | None = None) -> list[Open]:
    """Give the open pairings of all who give, or of some, oldest first."""
    newcomer, giver = aliased(Person), aliased(Person)
    chosen = (
        select(Pairing, Offer, newcomer, giver)
        .join(Need, Need.id == Pairing.need_id)
        .join(Offer, Offer.id == Pairing.offer_id)
        .join(newcomer, newcomer.id == Need.person_id)
        .join(giver, giver.id == Offer.person_id)
        .where(Pairing.state.in_(STOPPABLE))
        .order_by(Pairing.suggested_at, Pairing.id)
    )
    if person_ids is not None:
        chosen = chosen.where(giver.id.in_(list(person_ids)))
    return [Open(*row) for row in session.execute(chosen)]


def _unsafe(session: Session, given: list[Open], at: datetime) -> list[Open]:
    has = cleared(session, {one.giver.id: one.giver for one in given}.values(), city_date(at))
    return [one for one in given if missing_between(one.pairing, one.newcomer, one.offer, has[one.giver.id])]


def _stop(session: Session, found: list[Open], *, verb: str, by: Actor, at: datetime) -> int:
    for one in found:
        if one.pairing.state in UNDECIDED:
            put_aside(session, [one.pairing], verb=verb, by=by, at=at)
        elif one.pairing.state in ANSWERING:
            close(session, one.pairing, "expired", verb=verb, by=by, at=at)
        else:
            stop_for_now(session, one.pairing, verb=verb, by=by, at=at)
    return len(found)


def stop_for_now(session: Session, pairing: Pairing, *, verb: str, by: Actor, at: datetime) -> None:
    """Suspend a pairing: its place stays held; no letter about it leaves any more, and no interpreter comes."""
    move(session, pairing, "suspended", verb=verb, by=by, at=at)
    bookings.cancel_meetings(session, pairing, verb=verb, by=by, at=at)
    outbox.drop_unsent(session, pairing.id)
