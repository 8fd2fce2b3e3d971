"""Calls owed to people whom no letter reaches: what a letter would tell, said by the office on the telephone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import ledger, policy
from models.actor import Actor
from models.errors import Unknown
from models.tables import Account, Call, new_id

SAYS_AS_MUCH = {
    "answer_waiting": ("proposal_waiting", "answer_waiting"),
    "meeting_moved": ("meeting_planned", "meeting_moved"),
}
"""A call that is still to be made about the same thing makes another one needless."""


def owe(session: Session, person_ids: Iterable[str], kind: str, *, at: datetime, about: str) -> None:
    """Owe a call to each of these people who has no account with an address."""
    people = set(person_ids)
    reached = select(Account.person_id).where(
        Account.person_id.in_(people), Account.closed_at.is_(None), Account.email_index.is_not(None)
    )
    owe_to(session, people - {*session.scalars(reached)}, kind, at=at, about=about)


def owe_to(session: Session, person_ids: Iterable[str], kind: str, *, at: datetime, about: str) -> None:
    """Owe a call to each of these people, with an address or without; what is owed already is owed once."""
    kinds = SAYS_AS_MUCH.get(kind, (kind,))
    owed = select(Call.person_id).where(Call.about == about, Call.kind.in_(kinds), Call.called_at.is_(None))
    for person_id in sorted({*person_ids} - {*session.scalars(owed)}):
        session.add(Call(id=new_id(), person_id=person_id, kind=kind, about=about, owed_at=at))


def drop(session: Session, about: str, **of: str) -> set[str]:
    """Forget the calls about something, all or those ``of`` a kind or a person, that nobody made yet: their cause is gone.

    Returns
    -------
    ids of the people who were to be called
    """
    session.flush()
    needless = delete(Call).filter_by(about=about, called_at=None, **of).returning(Call.person_id)
    return set(session.scalars(needless))


def note(session: Session, call_id: str, *, by: Actor, at: datetime) -> Call:
    """Tick a call: the person was told."""
    policy.must(by, "call_people")
    call = _get(session, call_id)
    if call.called_at is None:
        call.called_at, call.called_by = at, by.name
        ledger.record(session, at, by, "call", "person", call.person_id, {"kind": call.kind})
    return call


def take_back(session: Session, call_id: str, *, by: Actor, at: datetime) -> Call:
    """Take a tick back that was a slip: the call is owed again."""
    policy.must(by, "call_people")
    call = _get(session, call_id)
    if call.called_at is not None:
        call.called_at = call.called_by = None
        ledger.record(session, at, by, "call_again", "person", call.person_id, {"kind": call.kind})
    return call


def _get(session: Session, call_id: str) -> Call:
    call = session.get(Call, call_id)
    if call is None:
        raise Unknown("call", call_id)
    return call
