"""The people of the office and of its partners: invited by letter, given a role, and let go; all by an administrator."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from models import accounts, ledger, outbox, policy, sessions
from models.actor import Actor
from models.casework.rows import lock_rows
from models.errors import AlreadyRegistered, Forbidden, Stale, WrongValue
from models.tables import Account, AccountLink, Organisation

STAFF_ROLES = ("coordinator", "administrator")
INVITED_ROLES = (*STAFF_ROLES, "agent")


def invite(  # noqa: PLR0913 - an invitation has these parts
    session: Session,
    email: str,
    *,
    role: str,
    name: str,
    language: str,
    organisation_id: str | None = None,
    by: Actor,
    at: datetime,
) -> Account:
    """Open an account of the office and owe its owner a link; one who has not answered yet gets another.

    An agent is invited for her organisation.

    Raises
    ------
    AlreadyRegistered
        The address has an account with a password, or one of a participant.
    """
    policy.must(by, "keep_team")
    if role not in INVITED_ROLES:
        raise WrongValue("role", role)
    place = _organisation(session, role, organisation_id)
    account = accounts.of_address(session, email)
    if account is None:
        account = accounts.open_account(
            session, email=email, role=role, language=language, name=name, organisation_id=place, at=at
        )
    elif account.password_hash or account.role not in INVITED_ROLES:
        raise AlreadyRegistered
    account.role, account.organisation_id = role, place
    account.name, account.language = name, language
    ledger.record(session, at, by, "invite", "account", account.id, {"role": role})
    outbox.owe(session, account, "invitation", at=at)
    return account


def change_role(session: Session, account_id: str, role: str, *, by: Actor, at: datetime) -> Account:
    """Give an account of the office another role; its sessions end, so that no page of the old one stays open.

    A partner's worker does not become one of the office: she is invited anew.
    """
    account = _another_of_the_team(session, account_id, by)
    if role not in STAFF_ROLES or account.role not in STAFF_ROLES:
        raise WrongValue("role", role)
    ledger.record(session, at, by, "change_role", "account", account.id, {"from": account.role, "to": role})
    account.role = role
    sessions.end_all_sessions(session, account.id)
    return account


def close_account(session: Session, account_id: str, *, by: Actor, at: datetime) -> Account:
    """Close an account of the team: its sessions and links end, and its address may be invited anew."""
    account = _another_of_the_team(session, account_id, by)
    account.closed_at, account.email_index = at, None
    sessions.end_all_sessions(session, account.id)
    session.execute(delete(AccountLink).where(AccountLink.account_id == account.id))
    ledger.record(session, at, by, "close_account", "account", account.id)
    return account


def _organisation(session: Session, role: str, organisation_id: str | None) -> str | None:
    """Give the organisation of an agent; nobody else has one."""
    if role != "agent":
        return None
    if organisation_id is None or session.get(Organisation, organisation_id) is None:
        raise WrongValue("organisation_id", str(organisation_id))
    return organisation_id


def _another_of_the_team(session: Session, account_id: str, by: Actor) -> Account:
    """Lock an account and the one that acts on it: an office must not lock itself out.

    Nobody changes her own role or closes her own account, and of two who do it to one another one comes too late.
    """
    policy.must(by, "keep_team")
    if by.account_id == account_id:
        raise Forbidden(by.role)
    lock_rows(session, Account, [account_id, *([by.account_id] if by.account_id else [])])
    if by.account_id and not _is_administrator(session.get(Account, by.account_id)):
        raise Forbidden(by.role)
    account = accounts.get(session, account_id)
    if account.closed_at is not None or account.role not in INVITED_ROLES:
        raise Stale("account")
    return account


def _is_administrator(account: Account | None) -> bool:
    return account is not None and account.closed_at is None and account.role == "administrator"
