"""Ending a pairing, whatever its state: the place comes back, both are told the same few words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from models import outbox
from models.actor import Actor
from models.casework import bookings
from models.casework.places import free_place, settle
from models.casework.rows import get, move
from models.lifecycle import ANSWERING, IN_FORCE, is_allowed
from models.tables import Need, Offer, Pairing


def close(  # noqa: PLR0913 - an ending is told with all of these
    session: Session,
    pairing: Pairing,
    step: str,
    *,
    verb: str,
    by: Actor,
    at: datetime,
    reason: str | None = None,
) -> None:
    """End a pairing by ``step``; whoever had been told of a proposal is told the same few words."""
    before = pairing.state
    facts = {"reason": reason} if reason else {}
    move(session, pairing, step, verb=verb, by=by, at=at, facts=facts)
    pairing.ended_at, pairing.locked = at, False
    pairing.reason = reason or pairing.reason
    if before not in IN_FORCE:
        return
    bookings.cancel_meetings(session, pairing, verb=verb, by=by, at=at)
    need, offer = get(session, Need, pairing.need_id), get(session, Offer, pairing.offer_id)
    free_place(session, offer)
    never_told = outbox.drop_unsent(session, pairing.id)
    if before in ANSWERING:
        told = {need.person_id, offer.person_id} - never_told
        outbox.queue(session, told, "proposal_closed", at=at, about=pairing.id)
    for wish in (need, offer):
        settle(session, wish, by=by, at=at)


def put_aside(session: Session, pairings: Iterable[Pairing], *, verb: str, by: Actor, at: datetime) -> None:
    """Take back proposals that nobody has decided on: a suggestion expires, one in review is put back."""
    for pairing in pairings:
        step = "expired" if pairing.state == "suggested" else "put_back"
        close(session, pairing, step, verb=verb, by=by, at=at)


def withdraw(session: Session, pairing: Pairing, *, verb: str, by: Actor, at: datetime) -> None:
    """End a pairing since a consent is gone; where the table has no such step, it ended early."""
    step = "withdrawn" if is_allowed("pairing", pairing.state, "withdrawn") else "ended_early"
    close(session, pairing, step, verb=verb, by=by, at=at, reason="consent_withdrawn")
