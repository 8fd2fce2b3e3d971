"""Pairings, the rounds that proposed them, and the pairs that a coordinator forbade."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from matcher.vocabulary import PROGRAMS
from models.lifecycle import IN_FORCE, UNDECIDED, states
from models.tables.base import Base, Code, Codes, Document, Id, between, one_of

ORIGINS = ("engine", "hand")
ANSWERS = ("yes", "no", "talk")
FORBIDDERS = ("coordinator", "answer")


def _where(names: tuple[str, ...]) -> dict[str, Any]:
    condition = text("state IN ({})".format(", ".join(f"'{name}'" for name in names)))
    return {"unique": True, "sqlite_where": condition, "postgresql_where": condition}


class Round(Base):
    """One proposal for a whole pool, as the engine gave it, with its proof."""

    __tablename__ = "round"
    __table_args__ = (one_of("program", PROGRAMS), Index("ix_round_program_ran_at", "program", "ran_at"))

    id: Mapped[Id]
    program: Mapped[Code]
    ran_at: Mapped[datetime]
    ran_by: Mapped[str] = mapped_column(String(26))
    today: Mapped[date]
    pool_digest: Mapped[str] = mapped_column(String(71))
    engine: Mapped[str] = mapped_column(String(80))
    paired: Mapped[int]
    unpaired: Mapped[int]
    document: Mapped[Document]
    """The round of the contract, whole: pairings, unpaired, alternates, totals, certificate, policy."""
    changes: Mapped[Document]
    """``kept``, ``new`` and ``gone``: lists of [need id, offer id] compared with the round before."""


class Pairing(Base):
    """A need and an offer together, from the suggestion to the end."""

    __tablename__ = "pairing"
    __table_args__ = (
        one_of("state", states("pairing")),
        one_of("origin", ORIGINS),
        one_of("need_answer", ANSWERS),
        one_of("offer_answer", ANSWERS),
        between("worth", 0, 1_000_000),
        CheckConstraint(
            "state NOT IN ({}) OR approved_at IS NOT NULL".format(", ".join(f"'{s}'" for s in IN_FORCE)),
            name="approved_by_someone",
        ),
        Index("uq_pairing_need_in_force", "need_id", **_where(IN_FORCE)),
        Index("uq_pairing_open_pair", "need_id", "offer_id", **_where(UNDECIDED + IN_FORCE)),
    )

    id: Mapped[Id]
    need_id: Mapped[str] = mapped_column(ForeignKey("need.id"), index=True)
    offer_id: Mapped[str] = mapped_column(ForeignKey("offer.id"), index=True)
    program: Mapped[Code]
    round_id: Mapped[str | None] = mapped_column(ForeignKey("round.id"), index=True)
    origin: Mapped[Code]
    state: Mapped[Code] = mapped_column(index=True)
    state_since: Mapped[datetime]
    version: Mapped[int]
    locked: Mapped[bool] = mapped_column(default=False)
    worth: Mapped[int]
    priority: Mapped[int]
    contributions: Mapped[list[dict[str, Any]]] = mapped_column(JSON(none_as_null=True))
    """Empty where one of the two has not turned on that tastes are compared: nothing was worked out then."""
    crossed: Mapped[Codes]
    """Barriers that a coordinator crossed by hand."""
    hand_reason_sealed: Mapped[bytes | None]
    reason: Mapped[Code | None]
    note_sealed: Mapped[bytes | None]
    suggested_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(String(26))
    answers_due: Mapped[datetime | None]
    need_answer: Mapped[Code | None]
    offer_answer: Mapped[Code | None]
    need_answered_at: Mapped[datetime | None]
    offer_answered_at: Mapped[datetime | None]
    first_meeting_on: Mapped[datetime | None]
    first_meeting_at: Mapped[datetime | None]
    need_confirmed_at: Mapped[datetime | None]
    offer_confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def told_worth(self) -> int | None:
        """What it is worth to whoever reads of it: None where nothing was worked out."""
        return self.worth if self.contributions else None


class ForbiddenPair(Base):
    """A need and an offer that are not proposed together, by a coordinator or since one of them declined."""

    __tablename__ = "forbidden_pair"
    __table_args__ = (one_of("forbidden_by", FORBIDDERS),)

    need_id: Mapped[str] = mapped_column(ForeignKey("need.id"), primary_key=True)
    offer_id: Mapped[str] = mapped_column(ForeignKey("offer.id"), primary_key=True, index=True)
    forbidden_by: Mapped[Code]
    since: Mapped[datetime]
