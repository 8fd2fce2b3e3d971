"""The register of incidents of confidentiality: what the regulation asks, its free texts sealed with a key of their own."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from models.tables.base import Base, Code, Id, one_of

PUBLIC_NOTICES = ("none", "instead", "beside")
"""Whether the people were told by a public notice: no, in place of a notice to each, or beside it."""


class Incident(Base):
    """One incident: the eight things to note, when it was entered, and how often it was changed since."""

    __tablename__ = "incident"
    __table_args__ = (
        one_of("public_notice", PUBLIC_NOTICES),
        CheckConstraint("people >= 0", name="people"),
        CheckConstraint("people_in_quebec BETWEEN 0 AND people", name="people_in_quebec"),
    )

    id: Mapped[Id]
    data_key: Mapped[bytes | None]
    version: Mapped[int]
    entered_at: Mapped[datetime]
    happened_from: Mapped[date | None]
    happened_until: Mapped[date | None]
    known_on: Mapped[date]
    """The day on which the organisation became aware of it."""
    people: Mapped[int | None]
    people_in_quebec: Mapped[int | None]
    is_serious: Mapped[bool | None]
    """Whether there is a risk of serious injury; none while it is being weighed."""
    commission_told_on: Mapped[date | None]
    people_told_on: Mapped[date | None]
    public_notice: Mapped[Code]
    information_sealed: Mapped[bytes]
    """Which personal information it concerns, or why that cannot be said."""
    circumstances_sealed: Mapped[bytes]
    weighing_sealed: Mapped[bytes | None]
    """What led to conclude whether there is a risk of serious injury."""
    measures_sealed: Mapped[bytes | None]
