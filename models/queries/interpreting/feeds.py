"""What a calendar feed holds: codes and hours, never a name, an address or a text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import policy
from models.interpreting.feeds import reader_of
from models.lifecycle import BOOKED, SEEKING
from models.tables import Account, Appointment, Booking, Interpreter

SHOWN_PAST = timedelta(days=30)
SHOWN = (*BOOKED, "done", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: ``id`` stays the same while its hour or its state changes."""

    id: str
    begins: datetime
    ends: datetime
    mode: str | None
    from_language: str
    to_language: str
    via: str | None
    setting: str
    sector: str | None
    state: str
    """Of the booking for an interpreter, of the appointment for the office."""
    changed_at: datetime
    is_cancelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A calendar: whose it is and in which language it is read."""

    is_office: bool
    language: str
    entries: tuple[Entry, ...]


def feed_of(session: Session, token: str, at: datetime) -> Feed | None:
    """Give the calendar that a token opens: an interpreter's own, or all of the bank for the office; None: none."""
    account = reader_of(session, token)
    if account is None:
        return None
    is_office = policy.decide(account.role, "read_cases").is_granted
    entries = _of_office(session, at) if is_office else _of_interpreter(session, account, at)
    return Feed(is_office=is_office, language=account.language, entries=entries)


def _of_interpreter(session: Session, account: Account, at: datetime) -> tuple[Entry, ...]:
    chosen = (
        select(Booking, Appointment)
        .join(Appointment, Appointment.id == Booking.appointment_id)
        .join(Interpreter, Interpreter.number == Booking.interpreter)
        .where(Interpreter.person_id == account.person_id, Booking.state.in_(SHOWN))
        .where(Booking.ends > at - SHOWN_PAST, Booking.confirmed_at.is_not(None))
        .order_by(Booking.begins, Booking.id)
    )
    return tuple(
        Entry(
            id=booking.id,
            begins=booking.begins,
            ends=booking.ends,
            mode=booking.mode,
            from_language=appointment.dialect or appointment.from_language,
            to_language=appointment.to_language,
            via=booking.via,
            setting=appointment.setting,
            sector=appointment.sector,
            state=booking.state,
            changed_at=booking.state_since,
            is_cancelled=booking.state == "cancelled",
        )
        for booking, appointment in session.execute(chosen)
    )


def _of_office(session: Session, at: datetime) -> tuple[Entry, ...]:
    chosen = (
        select(Appointment)
        .where(Appointment.start > at - SHOWN_PAST)
        .where(Appointment.state.in_((*SEEKING, "assigned", "done", "cancelled", "unfilled")))
        .order_by(Appointment.start, Appointment.id)
    )
    return tuple(
        Entry(
            id=one.id,
            begins=one.start,
            ends=one.start + timedelta(minutes=one.minutes),
            mode=None,
            from_language=one.dialect or one.from_language,
            to_language=one.to_language,
            via=None,
            setting=one.setting,
            sector=one.sector,
            state=one.state,
            changed_at=one.state_since,
            is_cancelled=one.state == "cancelled",
        )
        for one in session.scalars(chosen)
    )
