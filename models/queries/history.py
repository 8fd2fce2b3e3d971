"""What the ledger tells of a person or a pairing, oldest first; who read it stands apart."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import reads
from models.tables import Account, LedgerLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the ledger; ``actor`` is a first name where the account has one."""

    at: datetime
    verb: str
    role: str
    actor: str | None
    facts: Mapping[str, Any]


def events_of(session: Session, ids: Collection[str]) -> tuple[Event, ...]:
    """Give what happened to these people, wishes or pairings."""
    chosen = (
        select(LedgerLine, Account.name)
        .outerjoin(Account, Account.id == LedgerLine.actor)
        .where(LedgerLine.entity_id.in_(ids), LedgerLine.verb != reads.VERB)
        .order_by(LedgerLine.seq)
    )
    return tuple(
        Event(at=line.at, verb=line.verb, role=line.role, actor=name, facts=line.facts)
        for line, name in session.execute(chosen)
    )
