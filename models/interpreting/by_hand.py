"""Asking an interpreter by hand: across what a person may decide on, and across nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.appointments import records
from matcher.appointments.judging import who_can
from matcher.vocabulary import BRIDGES, MEETING_MODES
from models import policy
from models.actor import Actor
from models.casework.bookings import (
    PAUSE_MINUTES,
)
from models.errors import Barred, NotAllowedNow, WrongValue
from models.interpreting.asking import offer_to
from models.interpreting.rows import interpreter_of, lock_appointment
from models.interpreting.standing import around, wanted_of
from models.tables import Appointment, Booking, Interpreter

UNFORGIVING = frozenset({"refer_professional", "blocked_exclusion", "blocked_gender"})
"""Barriers that no person may cross, not even by hand."""


def ask(
    session: Session,
    appointment_id: str,
    person_id: str,
    *,
    by: Actor,
    at: datetime,
    close_language: str | None = None,
) -> Booking:
    """Ask an interpreter by hand, across what a person may decide on; safety and wishes nobody crosses.

    With ``close_language`` she interprets in a language close to the one asked: only a person may decide that, and
    the one it is for agrees before it is confirmed.

    Raises
    ------
    Barred
        She is kept from it by a rule that nobody crosses, or is busy at that time.
    NotAllowedNow
        Somebody is asked or booked already, or it is past.
    """
    policy.must(by, "decide")
    appointment = lock_appointment(session, appointment_id, [person_id])
    if appointment.state not in {"requested", "searching"} or appointment.start <= at:
        raise NotAllowedNow(appointment.state, "offered")
    assigned = _by_hand(session, appointment, person_id, close_language, at)
    booking = offer_to(session, appointment, assigned, by=by, at=at)
    booking.close_language = close_language
    return booking


def _by_hand(
    session: Session, appointment: Appointment, person_id: str, close_language: str | None, at: datetime
) -> records.Assigned:
    """Give how an interpreter would take it, past language, setting, time and mode where a person decides so."""
    interpreter_of(session, person_id)
    standing = around(session, appointment, at)
    wanted = replace(wanted_of(standing, appointment), avoid=tuple(appointment.avoid or ()))
    if close_language is not None:
        _check_close(wanted.from_language, close_language)
        wanted = replace(wanted, from_language=close_language)
    others = tuple(one for one in standing.agenda.appointments if one.id != wanted.id)
    judged = who_can(replace(standing.agenda, appointments=(*others, wanted)), wanted.id)
    barred = {one.interpreter: one.barriers for one in judged.barred}
    if person_id not in barred and person_id not in {one.interpreter for one in judged.candidates}:
        raise Barred(["blocked_vetting"])  # not in the bank now: away, not cleared, or without the code
    if UNFORGIVING & {*barred.get(person_id, ())}:
        raise Barred(sorted(UNFORGIVING & {*barred[person_id]}))
    _check_time(session, person_id, wanted)
    found = next((one for one in judged.candidates if one.interpreter == person_id), None)
    return records.Assigned(
        appointment=wanted.id,
        interpreter=person_id,
        mode=found.mode if found else _first_mode(session, person_id, wanted.modes),
        via=found.via if found else None,
        minutes=found.minutes if found else wanted.minutes,
        worth=found.worth if found else 0,
    )


def _check_close(language: str, close: str) -> None:
    if all((one.language, one.via) != (language, close) for one in BRIDGES):
        raise WrongValue("close_language", close)


def _check_time(session: Session, person_id: str, wanted: records.Appointment) -> None:
    """Refuse an hour at which she is asked or booked already."""
    pause = timedelta(minutes=PAUSE_MINUTES)
    busy = (
        select(Booking.id)
        .join(Interpreter, Interpreter.number == Booking.interpreter)
        .where(Interpreter.person_id == person_id, Booking.state.in_(("asked", "taken", "confirmed")))
        .where(Booking.begins < wanted.start + timedelta(minutes=wanted.minutes) + pause)
        .where(Booking.ends > wanted.start - pause)
    )
    if session.scalar(busy) is not None:
        raise Barred(["blocked_schedule"])


def _first_mode(session: Session, person_id: str, modes: Iterable[str]) -> str:
    hers = interpreter_of(session, person_id).modes or MEETING_MODES
    wanted = list(modes)
    return next((mode for mode in wanted if mode in hers), wanted[0])
