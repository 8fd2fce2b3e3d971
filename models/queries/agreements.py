"""What a person agreed to: today's text of each use, whether it is in force, and how it came to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import consent_texts
from models.casework.rows import get
from models.tables import Consent, Person
from models.tables.people import PURPOSES


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One agreement, from when to when, and the text that was read."""

    given_at: datetime
    ended_at: datetime | None
    was_renewed: bool
    read_in: str
    was_read_aloud: bool
    was_helped: bool
    version: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One use: what is asked today, and all that was ever answered, the latest first."""

    purpose: str
    text: str
    version: int
    history: tuple[Given, ...]

    @property
    def in_force(self) -> Given | None:
        """What she agrees to now."""
        return next((one for one in self.history if one.ended_at is None), None)

    @property
    def is_outdated(self) -> bool:
        """Whether the text has changed since she read it: it is asked again, and holds meanwhile."""
        return self.in_force is not None and self.in_force.version < self.version


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreements:
    """The whole page."""

    state: str
    uses: tuple[Agreement, ...]


def agreements(session: Session, person_id: str, language: str) -> Agreements:
    """Give what a person agreed to and did not, use by use."""
    person = get(session, Person, person_id)
    chosen = select(Consent).where(Consent.person_id == person_id)
    rows = list(session.scalars(chosen.order_by(Consent.given_at.desc(), Consent.withdrawn_at.desc())))
    return Agreements(state=person.state, uses=tuple(_use(purpose, language, rows) for purpose in PURPOSES))


def outdated(session: Session, person_id: str) -> tuple[str, ...]:
    """Give the uses whose text has changed since she agreed."""
    return tuple(one.purpose for one in agreements(session, person_id, "fr").uses if one.is_outdated)


def _use(purpose: str, language: str, rows: list[Consent]) -> Agreement:
    now = consent_texts.current(purpose, language)
    return Agreement(
        purpose=purpose,
        text=now.text,
        version=now.version,
        history=tuple(_given(row) for row in rows if row.purpose == purpose),
    )


def _given(row: Consent) -> Given:
    return Given(
        given_at=row.given_at,
        ended_at=row.withdrawn_at,
        was_renewed=row.was_renewed,
        read_in=row.read_in,
        was_read_aloud=row.was_read_aloud,
        was_helped=row.helped_by is not None,
        version=row.version,
        text=consent_texts.texts()[row.purpose, row.read_in, row.version].text,
    )
