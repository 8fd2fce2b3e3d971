"""Needs and offers: what a person asks for or gives, under one program."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matcher.vocabulary import GENDERS, MOST_MEETINGS, MOST_MONTHS, MOST_PLACES, PROGRAMS
from models.lifecycle import states
from models.tables.base import Base, Code, Codes, Fingerprint, Id, PersonId, between, one_of


class Wish:
    """What a need and an offer share."""

    id: Mapped[Id]
    person_id: Mapped[PersonId]
    program: Mapped[Code]
    state: Mapped[Code]
    state_since: Mapped[datetime]
    version: Mapped[int]
    published_at: Mapped[datetime]
    import_index: Mapped[Fingerprint | None]
    goals: Mapped[Codes | None]
    meetings_per_month: Mapped[int | None]
    months: Mapped[int | None]
    gender_request: Mapped[Code | None]
    field: Mapped[Code | None]


def _checks() -> tuple[CheckConstraint | UniqueConstraint, ...]:
    return (
        one_of("program", PROGRAMS),
        one_of("state", states("need_or_offer")),
        one_of("gender_request", GENDERS),
        between("meetings_per_month", 1, MOST_MEETINGS),
        between("months", 1, MOST_MONTHS),
        UniqueConstraint("program", "import_index"),
    )


class Need(Wish, Base):
    """What a person asks for."""

    __tablename__ = "need"
    __table_args__ = _checks()

    waiting_since: Mapped[date]
    pressing: Mapped[bool] = mapped_column(default=False)
    crisis_flag: Mapped[bool] = mapped_column(default=False)


class Offer(Wish, Base):
    """What a person gives; ``places_taken`` counts the pairings in force."""

    __tablename__ = "offer"
    __table_args__ = (
        *_checks(),
        between("capacity", 0, MOST_PLACES),
        CheckConstraint("places_taken BETWEEN 0 AND capacity", name="places_taken"),
    )

    capacity: Mapped[int]
    places_taken: Mapped[int] = mapped_column(default=0)
    accepts_interpreter: Mapped[bool | None]
    will_drive: Mapped[bool | None]
    meets_access: Mapped[Codes | None]
    accepts_children: Mapped[bool | None]
    years_in_field_here: Mapped[float | None]
