"""How often one may try: counted by account, by address and in all, without letting a stranger lock anybody out.

Tries from a browser that an account was opened from before are counted apart, and only there: whatever strangers
do, the right person with the right password comes in from her own browser; from another one, a link by letter does.
What is counted is kept as a keyed fingerprint, for a quarter of an hour or an hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import case, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import accounts, sessions
from models.sealing import canonical_email, keyring_of
from models.tables import TryCount

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
NETWORK_BITS = 64
"""A household has a whole IPv6 network to itself."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries, in how long."""

    most: int
    within: timedelta


LIMITS = {
    "account": Limit(10, QUARTER),
    "browser": Limit(10, QUARTER),
    "address": Limit(60, QUARTER),
    "site": Limit(2_000, QUARTER),
    "code": Limit(10, QUARTER),
    "card": Limit(20, QUARTER),
    "letters": Limit(3, HOUR),
    "asking": Limit(30, HOUR),
}
"""By account and by known browser: passwords. By address and in all: passwords and cards. By account: codes of a second
factor, behind the password; letters with a link. By address: cards; asking for letters."""

Count = tuple[str, str]
"""A kind of limit, and what is counted under it."""


def sign_in_counts(
    session: Session, email: str, *, browser: str | None, address: str, at: datetime
) -> tuple[Count, ...]:
    """Give where a try to sign in with a password is counted."""
    canonical = canonical_email(email)
    account = accounts.of_address(session, email)
    held_by = account.id if account else ""  # an unknown address is looked for like a known one
    if browser and sessions.knows_browser(session, held_by, browser, at):
        return (("browser", f"{canonical}|{browser}"),)
    return (("account", canonical), ("address", network(address)), ("site", ""))


def code_counts(account_id: str) -> tuple[Count, ...]:
    """Give where a try of a second factor is counted."""
    return (("code", account_id),)


def card_counts(address: str) -> tuple[Count, ...]:
    """Give where a try of a printed code is counted."""
    return (("card", network(address)), ("site", ""))


def asking_counts(address: str) -> tuple[Count, ...]:
    """Give where asking for a letter is counted."""
    return (("asking", network(address)),)


def letter_counts(email: str) -> tuple[Count, ...]:
    """Give where a letter with a link is counted."""
    return (("letters", canonical_email(email)),)


def count(session: Session, counts: Sequence[Count], at: datetime) -> timedelta | None:
    """Count one try, and give how long to wait where there were too many; None where one may try."""
    waits = [_count(session, kind, what, at) for kind, what in counts]
    return max((wait for wait in waits if wait is not None), default=None)


def forgive(session: Session, counts: Sequence[Count]) -> None:
    """Take back the tries of somebody who came in: her own count starts anew, the shared ones lose one."""
    for kind, what in counts:
        counted = TryCount.counted == _index(session, kind, what)
        if kind in ("address", "site", "card"):
            fewer = update(TryCount).where(counted, TryCount.tries > 0).values(tries=TryCount.tries - 1)
            session.execute(fewer.execution_options(synchronize_session=False))
        else:
            session.execute(delete(TryCount).where(counted))


def forget_old(session: Session, at: datetime) -> None:
    """Forget the counts whose time is over."""
    session.execute(delete(TryCount).where(TryCount.ends_at <= at))


def network(address: str) -> str:
    """Give what an address is counted under: itself, or the network of a household."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(int(parsed) >> NETWORK_BITS) if parsed.ipv4_mapped is None else str(parsed.ipv4_mapped)
    return str(parsed)


def _count(session: Session, kind: str, what: str, at: datetime) -> timedelta | None:
    """Add one in a single statement, so that tries at the same instant are all counted."""
    limit = LIMITS[kind]
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = {"tries": 1, "ends_at": at + limit.within}
    is_over = TryCount.ends_at <= at
    again = {
        "tries": case((is_over, 1), else_=TryCount.tries + 1),
        "ends_at": case((is_over, at + limit.within), else_=TryCount.ends_at),
    }
    written = insert(TryCount).values(counted=_index(session, kind, what), **first)
    tries, ends_at = session.execute(
        written.on_conflict_do_update(index_elements=["counted"], set_=again).returning(
            TryCount.tries, TryCount.ends_at
        )
    ).one()
    return ends_at - at if tries > limit.most else None


def _index(session: Session, kind: str, what: str) -> str:
    return keyring_of(session).blind_index(f"tries/{kind}", what)
