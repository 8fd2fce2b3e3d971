"""Accounts, their sessions and second factors, the letters that wait for them, and unfinished registrations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
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
    "meeting_planned",
    "meeting_moved",
    "invitation",
    "password_reset",
    "password_changed",
    "factor_changed",
    "interpreting_offer",
    "interpreting_news",
    "interpreting_tomorrow",
    "interpreting_soon",
    "interpreting_sign",
    "address_confirm",
    "address_changed",
    "offer_changed",
)
CALLS = tuple(kind for kind in LETTERS if kind.startswith(("proposal", "answer", "meeting", "interpreting")))
"""Letters that are said on the telephone to whoever has no address."""
STAGES = ("half", "whole")
"""Half: the password was right and the second factor is still to come; such a session opens no page."""
PURPOSES_OF_LINKS = ("invitation", "password_reset", "address_confirm")


class Account(Base):
    """Who may sign in; the address is sealed with the account's own data key."""

    __tablename__ = "account"
    __table_args__ = (
        one_of("role", ROLES),
        one_of("language", READER_LANGUAGES),
        UniqueConstraint("email_index"),
        UniqueConstraint("person_id"),
        UniqueConstraint("card_index"),
        CheckConstraint("(role = 'agent') = (organisation_id IS NOT NULL)", name="agent_of_an_organisation"),
    )

    id: Mapped[Id]
    role: Mapped[Code]
    language: Mapped[str] = mapped_column(String(2))
    name: Mapped[str | None] = mapped_column(String(80))
    """First name shown on the account's own pages; for a participant, the person's."""
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"))
    """The partner whose worker this is; of agents alone."""
    data_key: Mapped[bytes | None]
    email_sealed: Mapped[bytes | None]
    email_index: Mapped[Fingerprint | None]
    """None where somebody without an address signs in with a printed card."""
    new_email_sealed: Mapped[bytes | None]
    """An address that waits until its owner opens the link sent to it."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    card_index: Mapped[Fingerprint | None]
    """Keyed fingerprint of the code on the printed card; the code is kept nowhere."""
    card_made_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class SignIn(Base):
    """A session that the server keeps: the SHA-256 of its token, never the token."""

    __tablename__ = "sign_in"
    __table_args__ = (one_of("stage", STAGES),)

    token_hash: Mapped[Fingerprint] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    stage: Mapped[Code] = mapped_column(server_default="whole")
    browser: Mapped[Code | None]
    """What its holder recognises it by: a browser and a system, never their versions."""


class KnownBrowser(Base):
    """A browser that an account was opened from: it keeps its own count of tries, which no stranger can use up."""

    __tablename__ = "known_browser"

    token_hash: Mapped[Fingerprint] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    seen_at: Mapped[datetime]


class SecondFactor(Base):
    """The key shared with an account's authenticator; one that is being set up waits beside it."""

    __tablename__ = "second_factor"
    __table_args__ = (UniqueConstraint("account_id"),)

    id: Mapped[Id]
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    secret_sealed: Mapped[bytes | None]
    pending_sealed: Mapped[bytes | None]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)
    """The step of the last code that was taken: neither it nor an older one is taken again."""


class RecoveryCode(Base):
    """A code for the day the telephone is lost: its keyed fingerprint, and when it served."""

    __tablename__ = "recovery_code"

    code_index: Mapped[Fingerprint] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    used_at: Mapped[datetime | None]


class AccountLink(Base):
    """A link that lets its bearer choose a password once: the SHA-256 of its token, never the token."""

    __tablename__ = "account_link"
    __table_args__ = (one_of("purpose", PURPOSES_OF_LINKS),)

    token_hash: Mapped[Fingerprint] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    purpose: Mapped[Code]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class TryCount(Base):
    """How often something was tried in a while; what is counted is a keyed fingerprint."""

    __tablename__ = "try_count"
    __table_args__ = (CheckConstraint("tries >= 0", name="tries"),)

    counted: Mapped[Fingerprint] = mapped_column(primary_key=True)
    tries: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class SentForm(Base):
    """A form that acted; ``key`` is a fingerprint, ``given`` the id that came of it."""

    __tablename__ = "sent_form"

    key: Mapped[Fingerprint] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    given: Mapped[str | None] = mapped_column(String(26))


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


class Call(Base):
    """What a letter would tell somebody whom none reaches: said on the telephone by the office, and ticked."""

    __tablename__ = "call"
    __table_args__ = (one_of("kind", CALLS), Index("ix_call_called_at_owed_at", "called_at", "owed_at"))

    id: Mapped[Id]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[Code]
    about: Mapped[str] = mapped_column(String(26), index=True)
    """A pairing, or a booking for its interpreter, or an appointment or a translation for whom it is for."""
    owed_at: Mapped[datetime]
    called_at: Mapped[datetime | None]
    called_by: Mapped[str | None] = mapped_column(String(26))


class Draft(Base):
    """An unfinished registration that only the bearer of its token can open."""

    __tablename__ = "draft"

    token_hash: Mapped[Fingerprint] = mapped_column(primary_key=True)
    answers_sealed: Mapped[bytes]
    saved_at: Mapped[datetime]
