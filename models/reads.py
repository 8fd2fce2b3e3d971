"""Who read whose file: one line of the ledger for each person and each look, never what was read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ledger
from models.actor import Actor
from models.tables import Account, LedgerLine, Organisation

VERB = "read"
KINDS = ("file", "note", "pair", "list", "round")
"""A file, a file with its note, two people side by side, a list that was taken out, a round that was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One look at what is held about a person."""

    at: datetime
    role: str
    organisation: str | None
    """The partner that the reader works for; None for the city office."""
    name: str | None
    """The reader's first name, for the office alone."""
    kind: str


def note(session: Session, kind: str, person_ids: Iterable[str], *, by: Actor, at: datetime) -> None:
    """Tell the ledger that somebody reads what is held about these people; one's own file is one's own."""
    for person_id in dict.fromkeys(person_ids):
        if person_id != by.person_id:
            ledger.record(session, at, by, VERB, "person", person_id, {"what": kind})


def readings_of(session: Session, person_id: str) -> tuple[Reading, ...]:
    """Give who read what is held about a person, the latest first."""
    rows = session.execute(
        select(LedgerLine, Account.name, Organisation.name)
        .outerjoin(Account, Account.id == LedgerLine.actor)
        .outerjoin(Organisation, Organisation.id == Account.organisation_id)
        .where(LedgerLine.entity_id == person_id, LedgerLine.verb == VERB)
        .order_by(LedgerLine.seq.desc())
    )
    return tuple(
        Reading(at=line.at, role=line.role, organisation=organisation, name=name, kind=line.facts["what"])
        for line, name, organisation in rows
    )
