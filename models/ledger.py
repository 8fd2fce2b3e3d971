"""The ledger: every change of substance leaves one line, in the same transaction, in a keyed chain.

No line holds personal data: ids, codes and counts only.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actor import Actor
from models.sealing import keyring_of
from models.tables import LedgerHead, LedgerLine

PENDING = "pending ledger lines"
HEAD = 1
ORIGIN = "0" * 64


def record(  # noqa: PLR0913, PLR0917 - a line has these parts
    session: Session,
    at: datetime,
    actor: Actor,
    verb: str,
    entity: str,
    entity_id: str,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Add a line to this unit of work; it is numbered and chained just before the commit.

    Parameters
    ----------
    facts : mapping
        Codes, counts and ids, as JSON values; never a name, an address or a free text.
    """
    line = {
        "at": at,
        "actor": actor.name,
        "role": actor.role,
        "verb": verb,
        "entity": entity,
        "entity_id": entity_id,
        "facts": dict(facts or {}),
    }
    session.info.setdefault(PENDING, []).append(line)


def forget_pending(session: Session) -> None:
    """Forget the lines of a unit that was undone."""
    session.info.pop(PENDING, None)


def write_pending(session: Session) -> None:
    """Number and chain the lines of this unit, under the lock of the head, last of all locks."""
    pending = session.info.pop(PENDING, [])
    if not pending:
        return
    head = session.scalars(
        select(LedgerHead).with_for_update().execution_options(populate_existing=True)
    ).one()
    key = keyring_of(session).subkey("ledger")
    for parts in pending:
        line = LedgerLine(seq=head.seq + 1, previous_mac=head.mac, **parts)
        line.mac = chain(key, line)
        session.add(line)
        head.seq, head.mac = line.seq, line.mac
    session.flush()


def chain(key: bytes, line: LedgerLine) -> str:
    """Give the keyed fingerprint of a line and, through ``previous_mac``, of all before it."""
    parts = [
        line.seq,
        line.at.isoformat(),
        line.actor,
        line.role,
        line.verb,
        line.entity,
        line.entity_id,
        line.facts,
        line.previous_mac,
    ]
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def first_break(session: Session) -> int | None:
    """Give the number of the first line that does not hold, or None where the whole chain does."""
    key = keyring_of(session).subkey("ledger")
    previous, expected = ORIGIN, 1
    for line in session.scalars(select(LedgerLine).order_by(LedgerLine.seq)):
        holds = line.seq == expected and line.previous_mac == previous
        if not holds or not hmac.compare_digest(line.mac, chain(key, line)):
            return expected
        previous, expected = line.mac, expected + 1
    head = session.scalars(select(LedgerHead)).one()
    return None if (head.seq, head.mac) == (expected - 1, previous) else expected
