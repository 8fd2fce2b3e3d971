"""« À appeler »: whom no letter reaches, what there is to tell each, and by when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import disclosure
from models.lifecycle import GONE
from models.queries.cards import first_name, full_name
from models.queries.interpreting.rows import BookingRow
from models.tables import Appointment, Booking, Call, Interpreter, Person, Translation

TICKED_SHOWN = timedelta(hours=24)
A_DAY, DAYS_TO_SIGN = timedelta(days=1), timedelta(days=3)
REMINDERS = {"interpreting_tomorrow": timedelta(hours=2), "interpreting_soon": timedelta()}
"""How long before it begins somebody is to have been reminded, at the latest."""
AFTERWARDS = "interpreting_sign"
"""What there is to tell once it has begun; all else comes too late then."""
STILL = {"interpreting_offer": "asked", "interpreting_sign": "confirmed"}
"""The state of a booking in which an answer, or a signature, is still awaited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """A call: to whom, about what, and what there is to say."""

    id: str
    kind: str
    side: str
    """``interpreter``, ``requester``, or ``translation``."""
    person_id: str
    name: str
    phone: str | None
    state: str
    """Of what it is about, by which the news are told."""
    due: datetime
    from_language: str
    to_language: str
    start: datetime | None
    mode: str | None
    via: str | None
    other: str | None
    """First name of the interpreter, where whom it is for is called and somebody is booked."""
    appointment_id: str | None
    called_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsPage:
    """Who is to be called, the most urgent first, and who was today."""

    owed: tuple[CallRow, ...]
    made: tuple[CallRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """An interpreter whose answer the office may ask for on the telephone."""

    person_id: str
    phone: str | None


def who_is_asked(session: Session, booking: BookingRow | None) -> Called | None:
    """Give how to reach who was asked and has not answered; None where nobody was."""
    if booking is None or booking.state != "asked":
        return None
    person = session.get_one(Person, booking.interpreter_id)
    return Called(person_id=person.id, phone=disclosure.contacts_of(session, person).phone)


def calls_page(session: Session, at: datetime) -> CallsPage:
    """Give whom the office has to call, and whom it called in the last day."""
    made = select(Call).where(Call.called_at > at - TICKED_SHOWN).order_by(Call.called_at.desc(), Call.id)
    return CallsPage(owed=owed(session, at), made=_rows(session, session.scalars(made)))


def owed(session: Session, at: datetime) -> tuple[CallRow, ...]:
    """Give the calls to make, the most urgent first, those to one person together; what comes too late is left out."""
    chosen = select(Call).where(Call.called_at.is_(None)).order_by(Call.owed_at, Call.id)
    rows = [one for one in _rows(session, session.scalars(chosen)) if _is_of_use(one, at)]
    first = {one.person_id: one.due for one in sorted(rows, key=lambda it: it.due, reverse=True)}
    return tuple(sorted(rows, key=lambda one: (first[one.person_id], one.person_id, one.due)))


def _is_of_use(one: CallRow, at: datetime) -> bool:
    has_begun = one.start is not None and one.start <= at
    return one.state == STILL.get(one.kind, one.state) and (one.kind == AFTERWARDS or not has_begun)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What was asked, and the booking: that whose interpreter is called, or what stands where she is not."""

    asking: Appointment | Translation
    booking: Booking | None

    @property
    def start(self) -> datetime | None:
        """When it begins; a translation has a deadline alone."""
        return self.asking.start if isinstance(self.asking, Appointment) else None


def _rows(session: Session, calls: Iterable[Call]) -> tuple[CallRow, ...]:
    listed = list(calls)
    people = {
        it.id: it
        for it in session.scalars(select(Person).where(Person.id.in_({one.person_id for one in listed})))
        if it.state not in GONE and it.erased_at is None
    }
    subjects = _subjects(session, {one.about for one in listed})
    names = _interpreters(session, (it.booking for it in subjects.values()))
    return tuple(
        _row(session, one, people[one.person_id], subjects[one.about], names)
        for one in listed
        if one.person_id in people and one.about in subjects
    )


def _subjects(session: Session, ids: set[str]) -> dict[str, _Subject]:
    """Find by id what calls are about."""
    hers = select(Booking, Appointment).join(Appointment, Appointment.id == Booking.appointment_id)
    found = {
        booking.id: _Subject(appointment, booking)
        for booking, appointment in session.execute(hers.where(Booking.id.in_(ids)))
    }
    held = (Booking.appointment_id == Appointment.id) & Booking.state.in_(("taken", "confirmed"))
    theirs = select(Appointment, Booking).outerjoin(Booking, held).where(Appointment.id.in_(ids))
    for appointment, booking in session.execute(theirs):
        found[appointment.id] = _Subject(appointment, booking)
    for translation in session.scalars(select(Translation).where(Translation.id.in_(ids))):
        found[translation.id] = _Subject(translation, None)
    return found


def _interpreters(session: Session, bookings: Iterable[Booking | None]) -> Mapping[int, str]:
    numbers = {one.interpreter for one in bookings if one}
    chosen = select(Interpreter.number, Person).join(Person, Person.id == Interpreter.person_id)
    rows = session.execute(chosen.where(Interpreter.number.in_(numbers)))
    return {number: first_name(person) for number, person in rows}


def _row(
    session: Session, call: Call, person: Person, subject: _Subject, names: Mapping[int, str]
) -> CallRow:
    asking, booking = subject.asking, subject.booking
    is_interpreter = booking is not None and booking.id == call.about
    told_of = booking if booking is not None and (is_interpreter or call.kind in STILL) else asking
    is_dated = isinstance(asking, Appointment)
    return CallRow(
        id=call.id,
        kind=call.kind,
        side="interpreter" if is_interpreter else "requester" if is_dated else "translation",
        person_id=person.id,
        name=full_name(session, person),
        phone=disclosure.contacts_of(session, person).phone,
        state=told_of.state,
        due=_due(call, subject),
        from_language=asking.from_language,
        to_language=asking.to_language,
        start=subject.start,
        mode=booking.mode if booking else None,
        via=booking.via if booking else None,
        other=names.get(booking.interpreter) if booking and not is_interpreter else None,
        appointment_id=asking.id if is_dated else None,
        called_at=call.called_at,
    )


def _due(call: Call, subject: _Subject) -> datetime:
    """Give by when somebody is told: before her answer is due, two hours before it begins, within days to sign."""
    if call.kind == "interpreting_offer" and subject.booking is not None:
        return subject.booking.answer_due or call.owed_at
    if call.kind == AFTERWARDS:
        return call.owed_at + DAYS_TO_SIGN
    start = subject.start or call.owed_at + A_DAY
    return min(start, call.owed_at + A_DAY) if call.kind not in REMINDERS else start - REMINDERS[call.kind]
