"""The requester's side: what one asked for, and how far each is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from models.actor import Actor
from models.casework.rows import get
from models.instants import city_date
from models.interpreting.changing import arrangement_of
from models.interpreting.rows import must_ask_for, must_have_asked
from models.interpreting.sheets import Arrangement
from models.lifecycle import KEPT
from models.queries.cards import first_name, full_name
from models.queries.interpreting.rows import AppointmentRow, appointment_rows, texts_of
from models.queries.interpreting.written import TranslationRow, translation_rows
from models.tables import Appointment, Booking, Interpreter, Person, Translation

SHOWN_PAST = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsPage:
    """What one asked for: to come first, then what is to be signed, then the past."""

    coming: tuple[AppointmentRow, ...]
    to_agree: tuple[AppointmentRow, ...]
    """An interpreter of a close language took it and the person's word is awaited."""
    to_sign: tuple[AppointmentRow, ...]
    past: tuple[AppointmentRow, ...]
    translations: tuple[TranslationRow, ...]
    shows_whom_to_call: bool
    """Whether a text whose day is to come says that somebody may be in danger; an appointment has its own page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentPage:
    """One appointment, whole."""

    row: AppointmentRow
    note: str | None
    place: str | None
    arrangement: Arrangement
    """When, how and where it is."""
    can_cancel: bool
    """So it can be changed as well."""
    can_move: bool
    """Whether its hour is its own: a first meeting is moved with the pairing."""
    can_agree: bool
    can_sign: bool
    can_refuse: bool
    may_agree_to_relay: bool


def requests_of(session: Session, by: Actor, at: datetime) -> RequestsPage:
    """Give what somebody asked for: for herself, or as her organisation did."""
    mine = _mine(by, Appointment)
    chosen = select(Appointment).where(mine, Appointment.start > at - SHOWN_PAST)
    rows = appointment_rows(session, session.scalars(chosen.order_by(Appointment.start, Appointment.id)))
    to_sign = [one for one in rows if _can_sign(one, at)]
    written = select(Translation).where(_mine(by, Translation)).order_by(Translation.deadline, Translation.id)
    translations = translation_rows(session, session.scalars(written))
    return RequestsPage(
        coming=tuple(one for one in rows if one.start > at and one.state != "cancelled"),
        to_agree=tuple(one for one in rows if one.booking and one.booking.state == "taken"),
        to_sign=tuple(to_sign),
        past=tuple(
            one for one in rows if (one.start <= at or one.state == "cancelled") and one not in to_sign
        )[::-1],
        translations=translations,
        shows_whom_to_call=any(one.is_of_danger and one.deadline >= city_date(at) for one in translations),
    )


def appointment_page(session: Session, appointment_id: str, by: Actor, at: datetime) -> AppointmentPage:
    """Give one appointment to who asked for it, or to the office.

    Raises
    ------
    Forbidden
        It is somebody else's.
    """
    appointment = get(session, Appointment, appointment_id)
    must_have_asked(by, appointment)
    (row,) = appointment_rows(session, [appointment])
    note, place = texts_of(session, appointment)
    state = row.booking.state if row.booking else None
    is_to_come = appointment.start > at
    return AppointmentPage(
        row=row,
        note=note,
        place=place,
        arrangement=arrangement_of(session, appointment),
        can_cancel=is_to_come and row.state in {"requested", "searching", "offered", "assigned"},
        can_move=row.pairing_id is None,
        can_agree=state == "taken" and is_to_come,
        can_sign=_can_sign(row, at),
        can_refuse=state in {"taken", "confirmed"} and is_to_come,
        may_agree_to_relay=bool(row.also_speaks)
        and not row.relay_agreed
        and row.state in {"requested", "searching", "offered"},
    )


def met(session: Session, person_id: str, by: Actor) -> dict[str, str]:
    """Give by person id the first names of the interpreters whom somebody met, whom she may wish to avoid.

    Raises
    ------
    Forbidden
        It is not for her to ask.
    """
    must_ask_for(by, get(session, Person, person_id))
    known = (
        select(Interpreter.person_id)
        .join(Booking, Booking.interpreter == Interpreter.number)
        .join(Appointment, Appointment.id == Booking.appointment_id)
        .where(Appointment.person_id == person_id, Booking.state.in_(KEPT))
    )
    chosen = select(Person).where(Person.id.in_(known), Person.erased_at.is_(None)).order_by(Person.id)
    return {one.id: first_name(one) for one in session.scalars(chosen)}


def kept_out(session: Session, appointment_id: str) -> dict[str, str]:
    """Give by person id the first names of whom an appointment is not offered to: for the office."""
    named = get(session, Appointment, appointment_id).avoid or ()
    chosen = select(Person).where(Person.id.in_(list(named))).order_by(Person.id)
    return {one.id: first_name(one) for one in session.scalars(chosen)}


def standing_by(session: Session, appointment_id: str) -> dict[str, str]:
    """Give by person id the first names of who said « if need be », in the order in which they are asked: for the office."""
    chosen = (
        select(Person)
        .join(Interpreter, Interpreter.person_id == Person.id)
        .join(Booking, Booking.interpreter == Interpreter.number)
        .where(Booking.appointment_id == appointment_id, Booking.state == "standby")
        .order_by(Booking.state_since, Booking.id)
    )
    return {one.id: first_name(one) for one in session.scalars(chosen)}


def interpreter_name(session: Session, row: AppointmentRow) -> str | None:
    """Give the full name of who is asked or comes: for the office, which has several of one first name."""
    return full_name(session, get(session, Person, row.booking.interpreter_id)) if row.booking else None


def name_of(session: Session, person_id: str, by: Actor) -> str:
    """Give the first name of whom somebody may ask for.

    Raises
    ------
    Forbidden
        It is not for her to ask.
    """
    person = get(session, Person, person_id)
    must_ask_for(by, person)
    return first_name(person)


def _can_sign(row: AppointmentRow, at: datetime) -> bool:
    return row.booking is not None and row.booking.state == "confirmed" and row.start <= at


def _mine(by: Actor, table: type[Appointment | Translation]) -> ColumnElement[bool]:
    if by.organisation_id is not None:
        return table.organisation_id == by.organisation_id
    if by.person_id is not None:
        return table.person_id == by.person_id
    return or_(table.asked_by == by.account_id)
