"""Accounts, their sessions, the letters that wait for them, and unfinished registrations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.actor import ROLES
from models.tables.base import Base, Code, Fingerprint, Id, one_of
from models.tables.people import READER_LANGUAGES

LETTERS = (
    "registration_received",
    "proposal_waiting",
    "answer_waiting",
    "both_accepted",
    "proposal_closed",
)


class Account(Base):
    """Who may sign in; the address is sealed with the account's own data key."""

    __tablename__ = "account"
    __table_args__ = (
        one_of("role", ROLES),
        one_of("language", READER_LANGUAGES),
        UniqueConstraint("email_index"),
        UniqueConstraint("person_id"),
    )

    id: Mapped[Id]
    role: Mapped[Code]
    language: Mapped[str] = mapped_column(String(2))
    name: Mapped[str | None] = mapped_column(String(80))
    """First name shown on the account's own pages; for a participant, the person's."""
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    data_key: Mapped[bytes | None]
    email_sealed: Mapped[bytes | None]
    email_index: Mapped[Fingerprint]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class SignIn(Base):
    """A session that the server keeps: the SHA-256 of its token, never the token."""

    __tablename__ = "sign_in"

    token_hash: Mapped[Fingerprint] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class Letter(Base):
    """A message owed to an account: what kind, in which language; the text is made when it leaves."""

    __tablename__ = "letter"
    __table_args__ = (
        one_of("kind", LETTERS),
        one_of("language", READER_LANGUAGES),
        CheckConstraint("attempts >= 0", name="attempts"),
    )

    id: Mapped[Id]
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[Code]
    language: Mapped[str] = mapped_column(String(2))
    about: Mapped[str | None] = mapped_column(String(26), index=True)
    """The id of the pairing that it is about."""
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)


class Draft(Base):
    """An unfinished registration that only the bearer of its token can open."""

    __tablename__ = "draft"

    token_hash: Mapped[Fingerprint] = mapped_column(primary_key=True)
    answers_sealed: Mapped[bytes]
    saved_at: Mapped[datetime]
