"""Rows that several pages of the bank share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.vocabulary import DANGER
from models import organisations, sealed
from models.interpreting.requests import where_to_turn
from models.interpreting.rows import holder_of
from models.queries.cards import first_name, is_sealed
from models.tables import Appointment, Booking, Interpreter, Person, Translation

LIVING = ("asked", "taken", "confirmed", "done", "no_show")
"""Bookings that a page of their appointment shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentRow:
    """An appointment as whoever asked for it, or the office, sees it."""

    id: str
    state: str
    from_language: str
    to_language: str
    dialect: str | None
    setting: str
    level: str | None
    start: datetime
    ends: datetime
    zone: str
    minutes: int
    modes: tuple[str, ...]
    sector: str | None
    urgency: int
    gender_request: str | None
    same_as_before: bool
    also_speaks: tuple[str, ...]
    """Codes of the languages between, where there are any."""
    relay_agreed: bool
    for_id: str | None
    person_name: str | None
    """First name of the person it is for, on the pages that name her; None where she is not registered."""
    organisation: str | None
    pairing_id: str | None
    refer_to: str | None
    """Where to turn, where no volunteer may take it."""
    requested_at: datetime
    notice_minutes: int | None
    booking: BookingRow | None
    """Who is asked, booked or was there."""
    reason: str | None
    """Why the last plan left it without interpreter: a barrier code, or ``taken``."""
    nearest: tuple[tuple[str, str], ...]
    """First names of interpreters whom one barrier alone keeps away, with its code: for the office."""
    nearest_ids: tuple[str, ...]
    """Who they are."""

    @property
    def is_of_danger(self) -> bool:
        """Whether it says that somebody may be in danger: she is shown whom to call, and no list names it."""
        return self.setting in DANGER


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRow:
    """A booking: whose, how, and how far it is."""

    id: str
    state: str
    interpreter_id: str
    interpreter_name: str
    """First name."""
    mode: str
    via: str | None
    close_language: str | None
    minutes: int
    begins: datetime
    ends: datetime
    asked_at: datetime
    answer_due: datetime | None
    interpreter_minutes: int | None
    requester_minutes: int | None
    signed_by: tuple[str, ...]
    """``interpreter``, ``requester``, both or none."""
    score: float


@dataclass(frozen=True, slots=True)
class Known:
    """What the rows of a page need beside their tables, read at once."""

    people: Mapping[str, Person]
    interpreters: Mapping[int, Person]
    bookings: Mapping[str, Booking]
    organisations: Mapping[str, str]


def known_of(session: Session, appointments: Iterable[Appointment]) -> Known:
    """Read what the rows of some appointments need."""
    listed = list(appointments)
    bookings = list(
        session.scalars(
            select(Booking)
            .where(Booking.appointment_id.in_([one.id for one in listed]), Booking.state.in_(LIVING))
            .order_by(Booking.asked_at, Booking.id)
        )
    )
    people = session.scalars(select(Person).where(Person.id.in_({one.person_id for one in listed})))
    return Known(
        {person.id: person for person in people},
        people_of(session, {one.interpreter for one in bookings}),
        {one.appointment_id: one for one in bookings},
        {one: organisations.name_of(session, one) for one in _organisations(listed)},
    )


def people_of(session: Session, numbers: Iterable[int]) -> dict[int, Person]:
    """Give the person of each place in the bank."""
    chosen = (
        select(Interpreter.number, Person)
        .join(Person, Person.id == Interpreter.person_id)
        .where(Interpreter.number.in_(numbers))
    )
    return dict(session.execute(chosen).all())


def appointment_rows(session: Session, appointments: Iterable[Appointment]) -> tuple[AppointmentRow, ...]:
    """Give appointments as a page lists them, in their order."""
    listed = list(appointments)
    known = known_of(session, listed)
    names = _names(session, listed)
    return tuple(_row(one, known, names) for one in listed)


def booking_row(one: Booking, person: Person) -> BookingRow:
    """Give a booking as a page shows it."""
    signed = (("interpreter", one.interpreter_signed_at), ("requester", one.requester_signed_at))
    return BookingRow(
        id=one.id,
        state=one.state,
        interpreter_id=person.id,
        interpreter_name=first_name(person),
        mode=one.mode,
        via=one.via,
        close_language=one.close_language,
        minutes=one.minutes,
        begins=one.begins,
        ends=one.ends,
        asked_at=one.asked_at,
        answer_due=one.answer_due,
        interpreter_minutes=one.interpreter_minutes,
        requester_minutes=one.requester_minutes,
        signed_by=tuple(side for side, at in signed if at is not None),
        score=one.worth / 10_000,
    )


def texts_of(session: Session, appointment: Appointment) -> tuple[str | None, str | None]:
    """Open the note and the place of an appointment; who may read them is for the caller to have checked."""
    return text_of(session, appointment, "note"), text_of(session, appointment, "place")


def text_of(session: Session, asking: Appointment | Translation, column: str) -> str | None:
    """Open one text of what was asked; of whoever left nothing is shown any more, to nobody."""
    holder = holder_of(session, asking)
    has_left = isinstance(holder, Person) and is_sealed(holder)
    if holder is None or has_left:
        return None
    return sealed.take(session, holder, asking, column)


def _row(one: Appointment, known: Known, names: Mapping[str, str]) -> AppointmentRow:
    booking, person = known.bookings.get(one.id), known.people.get(one.person_id or "")
    told = one.shortfall or {}
    return AppointmentRow(
        id=one.id,
        state=one.state,
        from_language=one.from_language,
        to_language=one.to_language,
        dialect=one.dialect,
        setting=one.setting,
        level=one.level,
        start=one.start,
        ends=one.start + timedelta(minutes=one.minutes),
        zone=one.zone,
        minutes=one.minutes,
        modes=tuple(one.modes),
        sector=one.sector,
        urgency=one.urgency,
        gender_request=one.gender_request,
        same_as_before=one.same_as_before,
        also_speaks=tuple(spoken["code"] for spoken in one.also_speaks or ()),
        relay_agreed=one.relay_agreed_at is not None,
        for_id=one.person_id,
        person_name=first_name(person) if person else None,
        organisation=known.organisations.get(one.organisation_id or ""),
        pairing_id=one.pairing_id,
        refer_to=where_to_turn(one.setting),
        requested_at=one.requested_at,
        notice_minutes=one.notice_minutes,
        booking=booking_row(booking, known.interpreters[booking.interpreter]) if booking else None,
        reason=told.get("reason"),
        nearest=tuple((names[person], code) for person, code in told.get("nearest", ()) if person in names),
        nearest_ids=tuple(person for person, _ in told.get("nearest", ()) if person in names),
    )


def _names(session: Session, appointments: list[Appointment]) -> dict[str, str]:
    ids = {person for one in appointments for person, _ in (one.shortfall or {}).get("nearest", ())}
    return {it.id: first_name(it) for it in session.scalars(select(Person).where(Person.id.in_(ids)))}


def _organisations(appointments: list[Appointment]) -> set[str]:
    return {one.organisation_id for one in appointments if one.organisation_id}
