"""The second factor of those who read cases: set up with a code, each code taken once, ten codes for bad days."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from models import accounts, ledger, outbox, policy, sealed, sessions, totp
from models.actor import Actor, actor_of
from models.errors import Forbidden, NotAllowedNow, WrongValue
from models.sealing import keyring_of
from models.tables import Account, RecoveryCode, SecondFactor, new_id

RECOVERY_CODES = 10
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters and digits that nobody takes for one another on paper."""
GROUPS, GROUP = 2, 5


def is_asked(account: Account) -> bool:
    """Whether this account must have a second factor: all those who read cases."""
    return account.role != "participant"


def has_one(session: Session, account_id: str) -> bool:
    """Whether a second factor is in force."""
    found = _of(session, account_id)
    return found is not None and found.confirmed_at is not None


def begin(session: Session, account: Account) -> None:
    """Prepare a new key; the one in force, where there is one, serves until the new one is confirmed."""
    session.execute(select(Account.id).where(Account.id == account.id).with_for_update())  # one at a time
    factor = _of(session, account.id)
    if factor is None:
        factor = SecondFactor(id=new_id(), account_id=account.id, last_step=0)
        session.add(factor)
    sealed.put(session, account, factor, "pending", totp.new_key())
    session.flush()


def pending_key(session: Session, account: Account) -> str | None:
    """Give the key that waits for its first code."""
    factor = _of(session, account.id)
    return None if factor is None else sealed.take(session, account, factor, "pending")


def confirm(session: Session, account: Account, code: str, *, at: datetime) -> tuple[str, ...]:
    """Put the prepared key in force and give the recovery codes, shown this once.

    Raises
    ------
    WrongValue
        The code does not come from that key.
    NotAllowedNow
        No key was prepared.
    """
    factor = _locked(session, account.id)
    key = None if factor is None else sealed.take(session, account, factor, "pending")
    if factor is None or key is None:
        raise NotAllowedNow("no key", "confirm")
    steps = list(totp.matching_steps(key, plain(code), at))
    if not steps:
        raise WrongValue("code", "another")
    was_there = factor.confirmed_at is not None
    sealed.put(session, account, factor, "secret", key)
    sealed.put(session, account, factor, "pending", None)
    factor.confirmed_at, factor.last_step = at, steps[-1]
    _tell(session, account, "renew_second_factor" if was_there else "confirm_second_factor", at=at)
    return renew_recovery_codes(session, account, at=at)


def accept_code(session: Session, account: Account, code: str, *, at: datetime) -> bool:
    """Take a code once: neither it nor an older one opens anything after, not even at the same instant."""
    factor = _of(session, account.id)
    key = None if factor is None else sealed.take(session, account, factor, "secret")
    if factor is None or key is None:
        return False
    return any(_advance(session, factor, step) for step in totp.matching_steps(key, plain(code), at))


def accept_recovery_code(session: Session, account: Account, code: str, *, at: datetime) -> bool:
    """Take a recovery code, once; its fingerprint holds whose it is."""
    unused = (RecoveryCode.code_index == _index(session, account.id, code), RecoveryCode.used_at.is_(None))
    used = session.execute(update(RecoveryCode).where(*unused).values(used_at=at))
    if used.rowcount != 1:  # type: ignore[attr-defined]  # what an update gives
        return False
    _tell(session, account, "use_recovery_code", at=at)
    return True


def renew_recovery_codes(session: Session, account: Account, *, at: datetime) -> tuple[str, ...]:
    """Give ten fresh recovery codes; those before them open nothing any more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = tuple(new_code(GROUPS, GROUP) for _ in range(RECOVERY_CODES))
    session.add_all(
        RecoveryCode(code_index=_index(session, account.id, code), account_id=account.id) for code in codes
    )
    ledger.record(session, at, actor_of(account), "renew_recovery_codes", "account", account.id)
    return codes


def codes_left(session: Session, account_id: str) -> int:
    """Give how many recovery codes have not served."""
    unused = (RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def remove(session: Session, account_id: str, *, by: Actor, at: datetime) -> None:
    """Take a second factor away, for somebody who lost it: its sessions end, and a new one is asked next time.

    Raises
    ------
    Forbidden
        Only an administrator may, or a command; and nobody for herself.
    """
    policy.must(by, "keep_team")
    if by.account_id == account_id:
        raise Forbidden(by.role)
    account = accounts.get(session, account_id)
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))
    sessions.end_all_sessions(session, account_id)
    ledger.record(session, at, by, "remove_second_factor", "account", account_id)
    outbox.owe(session, account, "factor_changed", at=at)


def new_code(groups: int, length: int) -> str:
    """Give a random code in groups of letters and digits, such as ``K7M2P-9WQTX``."""
    parts = ("".join(secrets.choice(ALPHABET) for _ in range(length)) for _ in range(groups))
    return "-".join(parts)


def plain(code: str) -> str:
    """Give a code as it is compared: without the spaces and hyphens that help the eye."""
    return "".join(char for char in code.upper() if char.isalnum())


def _advance(session: Session, factor: SecondFactor, step: int) -> bool:
    newer = (SecondFactor.id == factor.id, SecondFactor.last_step < step)
    taken = session.execute(
        update(SecondFactor).where(*newer).values(last_step=step).execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]  # what an update gives


def _of(session: Session, account_id: str) -> SecondFactor | None:
    return session.scalars(select(SecondFactor).where(SecondFactor.account_id == account_id)).one_or_none()


def _locked(session: Session, account_id: str) -> SecondFactor | None:
    chosen = select(SecondFactor).where(SecondFactor.account_id == account_id).with_for_update()
    return session.scalars(chosen.execution_options(populate_existing=True)).one_or_none()


def _index(session: Session, account_id: str, code: str) -> str:
    return keyring_of(session).blind_index("recovery", f"{account_id}|{plain(code)}")


def _tell(session: Session, account: Account, verb: str, *, at: datetime) -> None:
    """Write it down, and tell the account's owner: it may not have been her."""
    ledger.record(session, at, actor_of(account), verb, "account", account.id)
    outbox.owe(session, account, "factor_changed", at=at)
