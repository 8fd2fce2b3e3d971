"""Who acts: carried by every verb, asked about in ``models.policy``, and written in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.tables import Account

ROLES = ("participant", "coordinator", "agent", "administrator")


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """An account, its role, and the person it belongs to; role ``system`` is a command or a schedule."""

    account_id: str | None
    role: str
    person_id: str | None = None
    organisation_id: str | None = None
    """The partner whose worker acts."""

    @property
    def name(self) -> str:
        """Give what the ledger calls this actor."""
        return self.account_id or self.role


SYSTEM = Actor(account_id=None, role="system")


def actor_of(account: Account) -> Actor:
    """Give whom the ledger names when an account acts for itself."""
    return Actor(
        account_id=account.id,
        role=account.role,
        person_id=account.person_id,
        organisation_id=account.organisation_id,
    )
