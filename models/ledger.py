"""The ledger: every change of substance leaves one line, in the same transaction, in a keyed chain.

No line holds personal data: ids, codes and counts only. :func:`verify` stands alone: it needs the lines, the head, the
key, and what was anchored outside the database.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actor import Actor
from models.sealing import keyring_of
from models.tables import LedgerHead, LedgerLine

PENDING = "pending ledger lines"
ANCHORED = "anchored ledger lines"
AT_ONCE = 1_000
ORIGIN = "0" * 64
_WRITTEN = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)


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


def write_pending(session: Session) -> list[LedgerLine]:
    """Number and chain the lines of this unit, under the lock of the head, last of all locks; give them."""
    pending, written = session.info.pop(PENDING, []), []
    if not pending:
        return []
    head = session.scalars(
        select(LedgerHead).with_for_update().execution_options(populate_existing=True)
    ).one()
    key = keyring_of(session).subkey("ledger")
    for parts in pending:
        line = LedgerLine(seq=head.seq + 1, previous_mac=head.mac, **parts)
        line.mac = chain(key, line)
        session.add(line)
        head.seq, head.mac = line.seq, line.mac
        written.append(line)
    session.flush()
    return written


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
    return hmac.digest(key, _WRITTEN.encode(parts).encode(), "sha256").hex()


@dataclass(frozen=True, slots=True)
class Break:
    """The first line that does not hold, and why.

    ``what`` is ``edited`` (the line is not what was signed), ``missing`` (its number is skipped), ``misplaced`` (it does
    not follow the line before it), ``added`` (it stands beyond the head), ``cut`` (the head or an anchor knows it, the
    ledger does not), ``replaced`` (it is signed, but not the line that was anchored) or ``head`` (the head holds another
    fingerprint than the last line).
    """

    seq: int
    what: str


def verify(
    key: bytes, lines: Iterable[LedgerLine], head: tuple[int, str], anchors: Mapping[int, str]
) -> Break | None:
    """Give the first line of a ledger that does not hold, or None where all of it does.

    Parameters
    ----------
    lines : iterable of LedgerLine
        In the order of their numbers.
    head : (int, str)
        Number and fingerprint of the last line, as the database has them.
    anchors : mapping of int to str
        Fingerprints that were written down outside the database, by number of line.
    """
    last, previous = 0, ORIGIN
    for line in lines:
        what = _wrong(key, line, last, previous, head[0])
        if what is None and anchors.get(line.seq, line.mac) != line.mac:
            what = "replaced"
        if what is not None:
            return Break(last + 1 if what == "missing" else line.seq, what)
        last, previous = line.seq, line.mac
    if max(head[0], max(anchors, default=0)) > last:
        return Break(last + 1, "cut")
    return None if head == (last, previous) else Break(last, "head")


def _wrong(key: bytes, line: LedgerLine, last: int, previous: str, head: int) -> str | None:
    if line.seq > head:
        return "added"
    if line.seq != last + 1:
        return "missing"
    if line.previous_mac != previous:
        return "misplaced"
    return None if hmac.compare_digest(line.mac, chain(key, line)) else "edited"


def first_break(session: Session) -> Break | None:
    """Verify the ledger of this database against its key and what was anchored outside."""
    head = session.scalars(select(LedgerHead)).one()
    anchors = session.info.get(ANCHORED)
    key = keyring_of(session).subkey("ledger")
    chosen = select(LedgerLine).order_by(LedgerLine.seq).execution_options(yield_per=AT_ONCE)
    with closing(session.scalars(chosen)) as lines:
        return verify(key, lines, (head.seq, head.mac), anchors.read() if anchors else {})
