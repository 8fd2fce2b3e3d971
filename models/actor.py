"""Who acts: carried by every verb, checked there, and written in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.errors import Forbidden

if TYPE_CHECKING:
    from models.tables import Account

ROLES = ("participant", "coordinator", "agent", "administrator")
DECIDERS = frozenset({"coordinator", "administrator"})


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

    def must_decide(self) -> None:
        """Refuse all but a human coordinator or administrator."""
        if self.role not in DECIDERS:
            raise Forbidden(self.role)

    def must_keep_house(self) -> None:
        """Refuse all but an administrator, or a command of whoever keeps the machine."""
        if self.role not in {"administrator", "system"}:
            raise Forbidden(self.role)

    def must_run(self) -> None:
        """Refuse all but a coordinator, an administrator, a command or a schedule."""
        if self.role != "system":
            self.must_decide()

    def must_speak_for(self, person_id: str) -> None:
        """Refuse a participant who acts for somebody else."""
        if self.person_id != person_id:
            self.must_run()

    def must_serve(self, organisation_id: str | None) -> None:
        """Refuse an agent whose organisation this person did not come through, or lets see nothing."""
        if self.role != "agent" or self.organisation_id is None or self.organisation_id != organisation_id:
            self.must_run()


SYSTEM = Actor(account_id=None, role="system")


def actor_of(account: Account) -> Actor:
    """Give whom the ledger names when an account acts for itself."""
    return Actor(
        account_id=account.id,
        role=account.role,
        person_id=account.person_id,
        organisation_id=account.organisation_id,
    )
