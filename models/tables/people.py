"""People: who they are, what they agreed to, whom they will not be paired with, what was verified."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from matcher.vocabulary import AGE_BANDS, CONTACTS, FARTHEST_KM, GENDERS, TRAVEL_MODES
from models.lifecycle import states
from models.tables.base import Base, Code, Codes, Fingerprint, Id, PersonId, between, one_of

PURPOSES = ("program", "matching", "share_contact", "statistics")
READER_LANGUAGES = ("fr", "en")
CLEARANCES = ("identity", "references", "screening", "conduct", "training")


class Person(Base):
    """A newcomer or a resident; what identifies her is sealed with her own data key."""

    __tablename__ = "person"
    __table_args__ = (
        one_of("state", states("person")),
        one_of("reader_language", READER_LANGUAGES),
        one_of("travel_mode", TRAVEL_MODES),
        between("travel_limit_km", 0, FARTHEST_KM),
        one_of("age_band", AGE_BANDS),
        one_of("gender", GENDERS),
        one_of("contact", CONTACTS),
        UniqueConstraint("email_index"),
    )

    id: Mapped[Id]
    state: Mapped[Code]
    state_since: Mapped[datetime]
    version: Mapped[int]
    registered_at: Mapped[datetime]
    referred_by: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """The organisation that registered her and that she lets see how far her request has come."""
    reader_language: Mapped[str] = mapped_column(String(2))
    data_key: Mapped[bytes | None]
    first_name: Mapped[str] = mapped_column(String(80))
    surname_sealed: Mapped[bytes | None]
    email_sealed: Mapped[bytes | None]
    email_index: Mapped[Fingerprint | None]
    phone_sealed: Mapped[bytes | None]
    note_sealed: Mapped[bytes | None]
    languages: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    like: Mapped[Codes | None] = mapped_column("interests_like")
    want_to_try: Mapped[Codes | None] = mapped_column("interests_want_to_try")
    not_for_me: Mapped[Codes | None] = mapped_column("interests_not_for_me")
    availability: Mapped[list[list[str]] | None] = mapped_column(JSON(none_as_null=True))
    sector: Mapped[Code | None]
    travel_mode: Mapped[Code | None]
    travel_limit_km: Mapped[float | None]
    travel_remote_ok: Mapped[bool | None]
    household_form: Mapped[Code | None]
    children_bands: Mapped[Codes | None]
    age_band: Mapped[Code | None]
    gender: Mapped[Code | None]
    access_needs: Mapped[Codes | None]
    contact: Mapped[Code | None]
    stay_until: Mapped[date | None]
    interview_on: Mapped[datetime | None]
    interviewed_at: Mapped[datetime | None]
    refused_for_safety: Mapped[bool] = mapped_column(default=False, server_default=false())
    """She was declined for the safety of others: whoever comes under an address or a telephone of hers is flagged."""
    resembles_refused: Mapped[bool] = mapped_column(default=False, server_default=false())
    """She came under an address or a telephone of somebody refused for safety."""
    erased_at: Mapped[datetime | None]


class Mark(Base):
    """By what somebody who registers anew is known again: a keyed fingerprint of an address or a telephone.

    It outlives the file, so that « ne pas nous jumeler » does; it cannot be read back.
    """

    __tablename__ = "mark"

    fingerprint: Mapped[Fingerprint] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class Consent(Base):
    """One use that a person agreed to, from when, in which language it was read, until when."""

    __tablename__ = "consent"
    __table_args__ = (
        one_of("purpose", PURPOSES),
        one_of("read_in", READER_LANGUAGES),
        Index(
            "uq_consent_in_force",
            "person_id",
            "purpose",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[PersonId]
    purpose: Mapped[Code]
    read_in: Mapped[str] = mapped_column(String(2))
    was_read_aloud: Mapped[bool]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Of the text that was read; see :mod:`models.consent_texts`."""
    text_hash: Mapped[Fingerprint | None]
    """SHA-256 of that text; none where a consent is older than the keeping of texts."""
    helped_by: Mapped[str | None] = mapped_column(String(26))
    """The account of whoever read it aloud, or wrote it down for her."""
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    was_renewed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """It ended because she agreed to a newer text, not because she took it back."""


class Clearance(Base):
    """What was verified of a person: the outcome and its issuer are sealed; the paper is never kept."""

    __tablename__ = "clearance"
    __table_args__ = (
        one_of("kind", CLEARANCES),
        CheckConstraint("confirmed_by <> recorded_by", name="two_people"),
    )

    id: Mapped[Id]
    person_id: Mapped[PersonId]
    kind: Mapped[Code]
    outcome_sealed: Mapped[bytes]
    issuer_sealed: Mapped[bytes | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(26))
    expires: Mapped[date | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(26))
    """The second person, where households with children are met."""
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(String(26))


class Exclusion(Base):
    """« Ne pas nous jumeler »: symmetric, no reason, nobody named as the one who asked."""

    __tablename__ = "exclusion"
    __table_args__ = (CheckConstraint("one_id < other_id", name="ordered"),)

    one_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    other_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    since: Mapped[datetime]
    is_lasting: Mapped[bool] = mapped_column(default=True, server_default=true())
    """The office wrote it, or it came with another registration: it does not end with anybody's wish."""


class ApartWish(Base):
    """« Ne pas me jumeler avec… », as a person wrote it herself; a coordinator finds who it is."""

    __tablename__ = "apart_wish"

    id: Mapped[Id]
    person_id: Mapped[PersonId]
    name_sealed: Mapped[bytes | None]
    """None where she chose a pairing of hers that is over: nothing of the other is written down again."""
    pairing_id: Mapped[str | None] = mapped_column(ForeignKey("pairing.id"), index=True)
    asked_at: Mapped[datetime]
    other_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    looked_at: Mapped[datetime | None]
    """When it was settled whom she means, or that nobody here bears the name; None while that waits."""


class AuthorityTie(Base):
    """A person with authority over another, or of the same household: they are never paired."""

    __tablename__ = "authority_tie"
    __table_args__ = (CheckConstraint("holder_id <> subject_id", name="two_people"),)

    holder_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    since: Mapped[datetime]
