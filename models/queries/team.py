"""The people of the office, as an administrator sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import accounts
from models.tables import Account, SecondFactor, SignIn
from models.team import STAFF_ROLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody of the office."""

    id: str
    name: str | None
    email: str
    role: str
    language: str
    has_password: bool
    has_second_factor: bool
    seen_at: datetime | None


def colleagues(session: Session) -> tuple[Colleague, ...]:
    """Give the open accounts of the office, by first name."""
    seen = select(func.max(SignIn.seen_at)).where(SignIn.account_id == Account.id).scalar_subquery()
    chosen = (
        select(Account, SecondFactor.confirmed_at, seen)
        .outerjoin(SecondFactor, SecondFactor.account_id == Account.id)
        .where(Account.role.in_(STAFF_ROLES), Account.closed_at.is_(None))
        .order_by(Account.name, Account.id)
    )
    return tuple(
        Colleague(
            id=account.id,
            name=account.name,
            email=accounts.email_of(session, account),
            role=account.role,
            language=account.language,
            has_password=account.password_hash is not None,
            has_second_factor=confirmed_at is not None,
            seen_at=seen_at,
        )
        for account, confirmed_at, seen_at in session.execute(chosen)
    )
