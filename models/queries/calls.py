"""« À appeler »: whom no letter reaches, what there is to tell each, and by when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.vocabulary import DANGER
from models import disclosure
from models.lifecycle import ANSWERING, GONE
from models.queries.cards import couples, first_name, full_name
from models.queries.interpreting.rows import BookingRow
from models.tables import Appointment, Booking, Call, Interpreter, Pairing, Person, Translation

TICKED_SHOWN = timedelta(hours=24)
A_DAY, DAYS_TO_SIGN, DAYS_TO_HEAR = timedelta(days=1), timedelta(days=3), timedelta(days=14)
REMINDERS = {"interpreting_tomorrow": timedelta(hours=2), "interpreting_soon": timedelta()}
"""How long before it begins somebody is to have been reminded, at the latest."""
MEETINGS = ("meeting_planned", "meeting_moved")
AFTERWARDS = "interpreting_sign"
"""What there is to tell once it has begun; all else comes too late then."""
STILL = {"interpreting_offer": "asked", "interpreting_sign": "confirmed"}
"""The state of a booking in which an answer, or a signature, is still awaited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfInterpreting:
    """What a call about an appointment or a translation tells."""

    side: str
    """Who is called: ``interpreter``, ``requester``, or ``translation`` for whom one is for."""
    state: str
    """Of the booking or of what was asked, by which the news are told."""
    from_language: str
    to_language: str
    start: datetime | None
    mode: str | None
    via: str | None
    other: str | None
    """First name of the interpreter, where whom it is for is called and somebody is booked."""
    appointment_id: str | None
    has_changed: bool
    """Whether its hour, its way or its place changed before the call was owed."""
    is_of_danger: bool
    """Whether who asked may be in danger: she is called first of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfPairing:
    """What a call about a proposal, or about a first meeting, tells."""

    pairing_id: str
    state: str
    program: str
    other_id: str
    other: str
    """Name of the other, for the office: who is called knows what her own page shows."""
    meeting: datetime | None
    """When the two meet for the first time, where that is what there is to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """A call: to whom, about what, and what there is to say."""

    id: str
    kind: str
    person_id: str
    name: str
    phone: str | None
    due: datetime
    called_at: datetime | None
    about: OfInterpreting | OfPairing

    @property
    def is_of_danger(self) -> bool:
        """Whether she may be in danger."""
        return isinstance(self.about, OfInterpreting) and self.about.is_of_danger

    @property
    def start(self) -> datetime | None:
        """When what it is about begins; a proposal and a translation have no hour."""
        return self.about.start if isinstance(self.about, OfInterpreting) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsPage:
    """Who is to be called, the most urgent first, and who was today."""

    owed: tuple[CallRow, ...]
    made: tuple[CallRow, ...]

    @property
    def people(self) -> tuple[str, ...]:
        """Give the ids of all who are named on it."""
        rows = (*self.owed, *self.made)
        others = (one.about.other_id for one in rows if isinstance(one.about, OfPairing))
        return (*(one.person_id for one in rows), *others)


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
    """Give the calls to make, the most urgent first, those to one person together; what comes too late is left out.

    Whoever may be in danger comes before all others.
    """
    chosen = select(Call).where(Call.called_at.is_(None)).order_by(Call.owed_at, Call.id)
    rows = [one for one in _rows(session, session.scalars(chosen)) if _is_of_use(one, at)]
    first = {one.person_id: one.due for one in sorted(rows, key=lambda it: it.due, reverse=True)}
    in_danger = {one.person_id for one in rows if one.is_of_danger}
    return tuple(
        sorted(
            rows,
            key=lambda one: (
                one.person_id not in in_danger,
                first[one.person_id],
                one.person_id,
                not one.is_of_danger,
                one.due,
            ),
        )
    )


def _is_of_use(one: CallRow, at: datetime) -> bool:
    if isinstance(one.about, OfPairing) and one.kind in MEETINGS:
        return one.about.state == "first_meeting_planned" and at < (one.about.meeting or one.due)
    if isinstance(one.about, OfPairing):
        return one.about.state in ANSWERING or at < one.due + DAYS_TO_HEAR
    has_begun = one.start is not None and one.start <= at and not one.is_of_danger
    is_awaited = one.about.state == STILL.get(one.kind, one.about.state)
    return is_awaited and (one.kind == AFTERWARDS or not has_begun)


def _rows(session: Session, calls: Iterable[Call]) -> tuple[CallRow, ...]:
    listed = list(calls)
    people = {
        it.id: it
        for it in session.scalars(select(Person).where(Person.id.in_({one.person_id for one in listed})))
        if it.state not in GONE and it.erased_at is None
    }
    about = {one.about for one in listed}
    subjects: dict[str, _Service | _Proposal] = {**_services(session, about), **_proposals(session, about)}
    return tuple(
        CallRow(
            id=one.id,
            kind=one.kind,
            person_id=one.person_id,
            name=full_name(session, people[one.person_id]),
            phone=disclosure.contacts_of(session, people[one.person_id]).phone,
            due=subjects[one.about].due(one),
            called_at=one.called_at,
            about=subjects[one.about].told(one),
        )
        for one in listed
        if one.person_id in people and one.about in subjects
    )


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A pairing that both were to answer."""

    pairing: Pairing
    names: Mapping[str, str]
    """Of the two, by person id."""

    def due(self, call: Call) -> datetime:
        """Give by when somebody is told: within a day, before her answer is due while one is awaited, before they meet."""
        soon, last = call.owed_at + A_DAY, self.pairing.answers_due
        if call.kind in MEETINGS:
            return min(soon, self.pairing.first_meeting_on or soon)
        return min(soon, last) if last and self.pairing.state in ANSWERING else soon

    def told(self, call: Call) -> OfPairing:
        """Give what there is to say."""
        [(other_id, other)] = [one for one in self.names.items() if one[0] != call.person_id]
        return OfPairing(
            pairing_id=self.pairing.id,
            state=self.pairing.state,
            program=self.pairing.program,
            other_id=other_id,
            other=other,
            meeting=self.pairing.first_meeting_on if call.kind in MEETINGS else None,
        )


def _proposals(session: Session, ids: set[str]) -> dict[str, _Proposal]:
    """Find by id the pairings that calls are about."""
    return {
        pairing.id: _Proposal(pairing, {one.id: full_name(session, one) for one in two})
        for pairing, *two in session.execute(couples().where(Pairing.id.in_(ids)))
    }


@dataclass(frozen=True, slots=True)
class _Service:
    """What was asked, the booking (that whose interpreter is called, or what stands where she is not), and its giver."""

    asking: Appointment | Translation
    booking: Booking | None
    interpreter: str | None
    """Her first name."""

    @property
    def is_of_danger(self) -> bool:
        """Whether whom it is for may be in danger."""
        return self.asking.setting in DANGER

    @property
    def start(self) -> datetime | None:
        """When it begins, or would have for whoever was let go; a translation has a deadline alone."""
        if self.booking is not None:
            return self.booking.begins
        return self.asking.start if isinstance(self.asking, Appointment) else None

    def has_changed(self, call: Call) -> bool:
        """Whether what there is to say is that an appointment is at another hour, or elsewhere.

        Whoever is told once it was confirmed is told of another place.
        """
        changed_at = self.asking.changed_at if isinstance(self.asking, Appointment) else None
        confirmed_at = self.booking.confirmed_at if self.booking is not None else None
        is_elsewhere = confirmed_at is not None and call.owed_at > confirmed_at
        return is_elsewhere or (changed_at is not None and call.owed_at >= changed_at)

    def due(self, call: Call) -> datetime:
        """Give by when somebody is told: before her answer is due, two hours before it begins, within days to sign."""
        if self.is_of_danger:
            return call.owed_at
        if call.kind == "interpreting_offer" and self.booking is not None:
            return self.booking.answer_due or call.owed_at
        if call.kind == AFTERWARDS:
            return call.owed_at + DAYS_TO_SIGN
        start = self.start or call.owed_at + A_DAY
        return (
            min(start, call.owed_at + A_DAY) if call.kind not in REMINDERS else start - REMINDERS[call.kind]
        )

    def told(self, call: Call) -> OfInterpreting:
        """Give what there is to say."""
        asking, booking = self.asking, self.booking
        is_interpreter = booking is not None and booking.id == call.about
        told_of = booking if booking is not None and (is_interpreter or call.kind in STILL) else asking
        is_dated = isinstance(asking, Appointment)
        return OfInterpreting(
            side="interpreter" if is_interpreter else "requester" if is_dated else "translation",
            state=told_of.state,
            from_language=asking.from_language,
            to_language=asking.to_language,
            start=self.start,
            mode=booking.mode if booking else None,
            via=booking.via if booking else None,
            other=None if is_interpreter else self.interpreter,
            appointment_id=asking.id if is_dated else None,
            has_changed=self.has_changed(call),
            is_of_danger=self.is_of_danger,
        )


def _services(session: Session, ids: set[str]) -> dict[str, _Service]:
    """Find by id the bookings, appointments and translations that calls are about."""
    hers = select(Booking, Appointment).join(Appointment, Appointment.id == Booking.appointment_id)
    found = list[tuple[str, Appointment | Translation, Booking | None]]()
    for booking, appointment in session.execute(hers.where(Booking.id.in_(ids))):
        found.append((booking.id, appointment, booking))
    held = (Booking.appointment_id == Appointment.id) & Booking.state.in_(("taken", "confirmed"))
    theirs = select(Appointment, Booking).outerjoin(Booking, held).where(Appointment.id.in_(ids))
    for appointment, booking in session.execute(theirs):
        found.append((appointment.id, appointment, booking))
    for translation in session.scalars(select(Translation).where(Translation.id.in_(ids))):
        found.append((translation.id, translation, None))
    names = _interpreters(session, (booking for _, _, booking in found))
    return {
        about: _Service(asking, booking, names.get(booking.interpreter) if booking else None)
        for about, asking, booking in found
    }


def _interpreters(session: Session, bookings: Iterable[Booking | None]) -> Mapping[int, str]:
    numbers = {one.interpreter for one in bookings if one}
    chosen = select(Interpreter.number, Person).join(Person, Person.id == Interpreter.person_id)
    rows = session.execute(chosen.where(Interpreter.number.in_(numbers)))
    return {number: first_name(person) for number, person in rows}
