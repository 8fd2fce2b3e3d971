"""The people of the office and of its partners, as an administrator sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import accounts
from models.tables import Account, Organisation, SecondFactor, SignIn
from models.team import INVITED_ROLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody of the office, or of a partner."""

    id: str
    name: str | None
    email: str
    role: str
    organisation_id: str | None
    organisation: str | None
    language: str
    has_password: bool
    has_second_factor: bool
    seen_at: datetime | None


def colleagues(session: Session) -> tuple[Colleague, ...]:
    """Give the open accounts of the team, by first name."""
    seen = select(func.max(SignIn.seen_at)).where(SignIn.account_id == Account.id).scalar_subquery()
    chosen = (
        select(Account, SecondFactor.confirmed_at, seen, Organisation.name)
        .outerjoin(SecondFactor, SecondFactor.account_id == Account.id)
        .outerjoin(Organisation, Organisation.id == Account.organisation_id)
        .where(Account.role.in_(INVITED_ROLES), Account.closed_at.is_(None))
        .order_by(Account.name, Account.id)
    )
    return tuple(
        Colleague(
            id=account.id,
            name=account.name,
            email=accounts.email_of(session, account),
            role=account.role,
            organisation_id=account.organisation_id,
            organisation=organisation,
            language=account.language,
            has_password=account.password_hash is not None,
            has_second_factor=confirmed_at is not None,
            seen_at=seen_at,
        )
        for account, confirmed_at, seen_at, organisation in session.execute(chosen)
    )
