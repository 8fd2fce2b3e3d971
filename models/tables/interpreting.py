"""The bank of interpreters and translators: who gives what, what was asked, and who was booked for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from matcher.vocabulary import GENDERS, LEVELS, LONGEST_MINUTES, MEETING_MODES
from models.lifecycle import KEPT, OPEN_BOOKINGS, SEEKING, states
from models.tables.base import Base, Code, Codes, Document, Fingerprint, Id, between, one_of

KINDS_OF_EXCEPTION = ("away", "free")
SIDES = ("interpreter", "requester", "office")
STRETCH = 2**34
"""Seconds of the number line that are one interpreter's own: more than five centuries."""
MOST_PAGES = 500
MOST_URGENCY = 12
Zone = String(64)
Listed = JSON(none_as_null=True)
OF_HER_OWN = f"stretch_begin / {STRETCH} = interpreter AND stretch_end / {STRETCH} = interpreter"


def _among(names: tuple[str, ...]) -> dict[str, Any]:
    condition = text("state IN ({})".format(", ".join(f"'{name}'" for name in names)))
    return {"unique": True, "sqlite_where": condition, "postgresql_where": condition}


class Interpreter(Base):
    """An offer to interpret or to translate; ``number`` is her place on the line that keeps bookings apart."""

    __tablename__ = "interpreter"
    __table_args__ = (
        UniqueConstraint("offer_id"),
        UniqueConstraint("person_id"),
        between("max_hours_day", 1, 24),
        between("max_hours_month", 1, 200),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[str] = mapped_column(ForeignKey("offer.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    languages: Mapped[list[dict[str, Any]] | None] = mapped_column(Listed)
    """Each with ``code``, ``level`` and ``mode``: spoken or signed to interpret, written to translate."""
    settings: Mapped[Codes | None]
    modes: Mapped[Codes | None]
    availability: Mapped[list[list[str]] | None] = mapped_column(Listed)
    """Four weeks of slot codes, on the clocks of ``zone``."""
    zone: Mapped[str] = mapped_column(Zone)
    trained_for: Mapped[Codes | None]
    max_hours_day: Mapped[int | None]
    max_hours_month: Mapped[int | None]
    code_signed_at: Mapped[datetime | None]
    code_version: Mapped[Code | None]


class TimeException(Base):
    """A dated exception to the week of an interpreter: away, or free as well."""

    __tablename__ = "time_exception"
    __table_args__ = (
        one_of("kind", KINDS_OF_EXCEPTION),
        CheckConstraint("begins < ends", name="forward"),
        Index("ix_time_exception_interpreter_ends", "interpreter", "ends"),
    )

    id: Mapped[Id]
    interpreter: Mapped[int] = mapped_column(ForeignKey("interpreter.number"))
    kind: Mapped[Code]
    begins: Mapped[datetime]
    ends: Mapped[datetime]


class Asking:
    """What a request to interpret and a request to translate share: who asks, for whom, between which languages."""

    id: Mapped[Id]
    state: Mapped[Code] = mapped_column(index=True)
    state_since: Mapped[datetime]
    version: Mapped[int]
    requested_at: Mapped[datetime]
    asked_by: Mapped[str | None] = mapped_column(String(26), index=True)
    """The account that asked; none where a command or a planned first meeting did."""
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    """For whom; none where a partner asks for somebody who is not registered."""
    from_language: Mapped[Code]
    to_language: Mapped[Code]
    setting: Mapped[Code]
    note_sealed: Mapped[bytes | None]
    """Sealed with the key of the person; without one, of the account that asked."""


class Appointment(Asking, Base):
    """Something to interpret at a fixed time."""

    __tablename__ = "appointment"
    __table_args__ = (
        one_of("state", states("interpreting")),
        one_of("level", LEVELS),
        one_of("gender_request", GENDERS),
        one_of("cancelled_side", SIDES),
        between("minutes", 1, LONGEST_MINUTES),
        between("urgency", 1, MOST_URGENCY),
        CheckConstraint("from_language <> to_language", name="two_languages"),
        Index("uq_appointment_of_pairing", "pairing_id", "start", **_among((*SEEKING, "assigned"))),
    )

    pairing_id: Mapped[str | None] = mapped_column(ForeignKey("pairing.id"))
    """Where it is the first meeting of a pairing."""
    dialect: Mapped[Code | None]
    """The very variety, as a code of its own; it counts in place of ``from_language``."""
    level: Mapped[Code | None]
    start: Mapped[datetime] = mapped_column(index=True)
    zone: Mapped[str] = mapped_column(Zone)
    """Of the clocks on which the start was said."""
    minutes: Mapped[int]
    modes: Mapped[Codes]
    sector: Mapped[Code | None]
    place_sealed: Mapped[bytes | None]
    urgency: Mapped[int]
    gender_request: Mapped[Code | None]
    same_as_before: Mapped[bool]
    also_speaks: Mapped[list[dict[str, Any]] | None] = mapped_column(Listed)
    relay_agreed_at: Mapped[datetime | None]
    """When the person agreed to be interpreted through ``also_speaks``; without it there is no relay."""
    avoid: Mapped[Codes | None]
    only: Mapped[Codes | None]
    prefer: Mapped[Codes | None]
    """Person ids of interpreters."""
    shortfall: Mapped[Document | None]
    """Why the last plan left it without interpreter: ``reason``, ``left``, ``taken``, ``nearest``."""
    cancelled_side: Mapped[Code | None]
    notice_minutes: Mapped[int | None]
    """How long before the start it was cancelled."""
    changed_at: Mapped[datetime | None]
    """When its hour, length, way or sector was changed last: who could not before may be asked again."""


class Booking(Base):
    """An interpreter asked for an appointment, from the offer to the signed service.

    ``stretch_begin`` to ``stretch_end`` is the time with the pause after it, on a number line where each interpreter
    has a stretch of her own: on PostgreSQL a constraint on these ranges alone makes a double booking impossible.
    """

    __tablename__ = "booking"
    __table_args__ = (
        one_of("state", states("booking")),
        one_of("mode", MEETING_MODES),
        one_of("cancelled_side", SIDES),
        one_of("absent_side", SIDES[:2]),
        between("minutes", 1, 2 * LONGEST_MINUTES),
        between("interpreter_minutes", 0, 2 * LONGEST_MINUTES),
        between("requester_minutes", 0, 2 * LONGEST_MINUTES),
        CheckConstraint("begins < ends", name="forward"),
        CheckConstraint("stretch_begin < stretch_end", name="stretch"),
        CheckConstraint(OF_HER_OWN, name="of_her_own"),
        CheckConstraint(
            "state <> 'done' OR (interpreter_signed_at IS NOT NULL AND requester_signed_at IS NOT NULL "
            "AND interpreter_minutes = requester_minutes)",
            name="signed_by_both",
        ),
        Index("uq_booking_kept", "appointment_id", **_among(KEPT)),
        Index("uq_booking_asked", "appointment_id", **_among(("asked",))),
        Index("uq_booking_open_pair", "appointment_id", "interpreter", **_among(OPEN_BOOKINGS)),
        Index("ix_booking_interpreter_begins", "interpreter", "begins"),
    )

    id: Mapped[Id]
    appointment_id: Mapped[str] = mapped_column(ForeignKey("appointment.id"), index=True)
    interpreter: Mapped[int] = mapped_column(ForeignKey("interpreter.number"))
    state: Mapped[Code] = mapped_column(index=True)
    state_since: Mapped[datetime]
    version: Mapped[int]
    mode: Mapped[Code]
    via: Mapped[Code | None]
    """The language between, where it is a relay."""
    close_language: Mapped[Code | None]
    """A close language in place of the one asked: the person agrees before it is confirmed."""
    minutes: Mapped[int]
    worth: Mapped[int]
    begins: Mapped[datetime]
    ends: Mapped[datetime]
    stretch_begin: Mapped[int] = mapped_column(BigInteger)
    stretch_end: Mapped[int] = mapped_column(BigInteger)
    asked_at: Mapped[datetime]
    answer_due: Mapped[datetime | None] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    interpreter_minutes: Mapped[int | None]
    interpreter_signed_at: Mapped[datetime | None]
    requester_minutes: Mapped[int | None]
    requester_signed_at: Mapped[datetime | None]
    requester_signed_by: Mapped[str | None] = mapped_column(String(26))
    cancelled_side: Mapped[Code | None]
    notice_minutes: Mapped[int | None]
    absent_side: Mapped[Code | None]
    """Who did not come, where the state is ``no_show``."""


class Translation(Asking, Base):
    """Something to translate in writing: pages, a deadline, and a second reader where one was asked for."""

    __tablename__ = "translation"
    __table_args__ = (
        one_of("state", states("translation")),
        between("pages", 1, MOST_PAGES),
        CheckConstraint("from_language <> to_language", name="two_languages"),
        CheckConstraint("translator <> reader", name="two_people"),
    )

    pages: Mapped[int]
    deadline: Mapped[date] = mapped_column(index=True)
    second_reader: Mapped[bool]
    translator: Mapped[int | None] = mapped_column(ForeignKey("interpreter.number"), index=True)
    reader: Mapped[int | None] = mapped_column(ForeignKey("interpreter.number"), index=True)
    minutes: Mapped[int | None]
    """What the translator says that it took."""
    delivered_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class Reserve(Base):
    """A person and an interpreter who do not meet over an appointment: no reason, nobody named as the one who asked."""

    __tablename__ = "reserve"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    interpreter: Mapped[int] = mapped_column(ForeignKey("interpreter.number"), primary_key=True, index=True)
    since: Mapped[datetime]


class CalendarFeed(Base):
    """Who may read her calendar by a secret link: the SHA-256 of its token, never the token."""

    __tablename__ = "calendar_feed"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    token_hash: Mapped[Fingerprint] = mapped_column(unique=True)
    made_at: Mapped[datetime]


class Plan(Base):
    """Who interprets what over a horizon, as the core found it, with its bound."""

    __tablename__ = "plan"
    __table_args__ = (CheckConstraint("begins < ends", name="forward"), Index("ix_plan_ran_at", "ran_at"))

    id: Mapped[Id]
    ran_at: Mapped[datetime]
    ran_by: Mapped[str] = mapped_column(String(26))
    begins: Mapped[datetime]
    ends: Mapped[datetime]
    filled: Mapped[int]
    unfilled: Mapped[int]
    proved: Mapped[bool]
    seconds: Mapped[float]
    document: Mapped[Document]
    """The plan of the contract, whole; interpreters by person id."""
    gains: Mapped[list[dict[str, Any]] | None] = mapped_column(Listed)
    """What one more interpreter would fill of what it leaves, where somebody asked."""
    gains_at: Mapped[datetime | None]
