"""Places: taking one under a guard that no race can pass, giving it back, and what that makes of both sides."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.actor import Actor
from models.casework.rows import move
from models.errors import NoPlace
from models.lifecycle import ANSWERING, IN_FORCE
from models.tables import Need, Offer, Pairing

IN_PLAY = ("available", "proposed", "paired")


def take_place(session: Session, offer: Offer) -> None:
    """Take a place of an offer.

    Raises
    ------
    NoPlace
        The last one is taken.
    """
    session.flush()
    guarded = (
        update(Offer)
        .where(Offer.id == offer.id, Offer.places_taken < Offer.capacity)
        .values(places_taken=Offer.places_taken + 1)
        .execution_options(synchronize_session=False)
    )
    if session.execute(guarded).rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE has a count
        raise NoPlace(offer.id)
    session.refresh(offer, ["places_taken"])


def free_place(session: Session, offer: Offer) -> None:
    """Give a place of an offer back."""
    session.flush()
    session.execute(
        update(Offer)
        .where(Offer.id == offer.id)
        .values(places_taken=Offer.places_taken - 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(offer, ["places_taken"])


def settle(session: Session, wish: Need | Offer, *, by: Actor, at: datetime) -> None:
    """Bring a need or an offer to the state that its pairings give it, by allowed steps."""
    if wish.state not in IN_PLAY:
        return
    wanted = _wanted(session, wish)
    if wish.state == "available" and wanted == "paired":
        move(session, wish, "proposed", verb="settle", by=by, at=at)
    if wish.state == "paired" and wanted == "proposed":
        move(session, wish, "available", verb="settle", by=by, at=at)
    if wish.state != wanted:
        move(session, wish, wanted, verb="settle", by=by, at=at)


def pairing_states(session: Session, wish: Need | Offer) -> list[str]:
    """Give the states of the pairings in force of a need or an offer."""
    session.flush()
    side = Pairing.need_id if isinstance(wish, Need) else Pairing.offer_id
    return list(session.scalars(select(Pairing.state).where(side == wish.id, Pairing.state.in_(IN_FORCE))))


def _wanted(session: Session, wish: Need | Offer) -> str:
    states = pairing_states(session, wish)
    places = wish.capacity if isinstance(wish, Offer) else 1
    if len(states) < max(places, 1):
        return "available"
    return "proposed" if any(state in ANSWERING for state in states) else "paired"
