"""The interpreter's own page: what she is asked, what she took, her hours, what she gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.vocabulary import WEEKS
from models.interpreting.bank import CODE_OF_CONDUCT
from models.interpreting.givers import giver_of
from models.interpreting.loads import minutes_of
from models.interpreting.times import month_of
from models.lifecycle import BOOKED
from models.queries.cards import first_name, full_name
from models.queries.interpreting.rows import texts_of
from models.tables import Appointment, Booking, Interpreter, Person, TimeException, Translation

SHOWN_PAST = timedelta(days=60)
RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """An appointment as its interpreter sees it; the person's first name, note and place only once she took it."""

    booking_id: str
    appointment_id: str
    state: str
    from_language: str
    to_language: str
    setting: str
    begins: datetime
    ends: datetime
    zone: str
    minutes: int
    mode: str
    via: str | None
    close_language: str | None
    sector: str | None
    answer_due: datetime | None
    person_id: str | None
    person_name: str | None
    note: str | None
    place: str | None
    can_sign: bool
    my_minutes: int | None
    their_minutes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """A dated exception to her week: ``away``, or ``free`` as well."""

    id: str
    kind: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Minutes that both sides signed, and written work: in the last 30 days, this month, in all."""

    last_30d: int
    this_month: int
    in_all: int
    services: int
    most_this_month: int | None
    """Her limit, in minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What she gives, as her form shows it."""

    languages: tuple[Mapping[str, str], ...]
    settings: tuple[str, ...]
    modes: tuple[str, ...]
    availability: tuple[frozenset[str], ...]
    zone: str
    trained_for: tuple[str, ...]
    max_hours_day: int | None
    max_hours_month: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpreterPage:
    """The whole page."""

    person_id: str
    name: str
    is_open: bool
    """Whether she is asked for anything: cleared, under the code, not on a break."""
    code_signed_at: datetime | None
    must_sign: bool
    missing: tuple[str, ...]
    """What is still missing before she is asked: see :class:`models.interpreting.givers.Giver`."""
    given: Given
    offers: tuple[Errand, ...]
    standing_by: tuple[Errand, ...]
    coming: tuple[Errand, ...]
    to_sign: tuple[Errand, ...]
    past: tuple[Errand, ...]
    exceptions: tuple[Away, ...]
    hours: Hours


def interpreter_page(session: Session, person_id: str, at: datetime) -> InterpreterPage | None:
    """Give an interpreter's page; None where she is not in the bank."""
    row = session.scalars(select(Interpreter).where(Interpreter.person_id == person_id)).one_or_none()
    if row is None:
        return None
    giver = giver_of(session, row.number, at)
    errands = _errands(session, row, at)
    return InterpreterPage(
        person_id=person_id,
        name=full_name(session, giver.person),
        is_open=giver.is_open,
        code_signed_at=row.code_signed_at,
        must_sign=row.code_version != CODE_OF_CONDUCT,
        missing=giver.lacks,
        given=given_of(row),
        offers=tuple(one for one in errands if one.state == "asked" and one.begins > at),
        standing_by=tuple(one for one in errands if one.state == "standby" and one.begins > at),
        coming=tuple(one for one in errands if one.state in BOOKED and one.begins > at),
        to_sign=tuple(one for one in errands if one.can_sign),
        past=tuple(one for one in errands if one.state in {"done", "no_show"})[::-1],
        exceptions=_exceptions(session, row, at),
        hours=hours_of(session, row, at),
    )


def given_of(row: Interpreter) -> Given:
    """Give what an interpreter gives."""
    weeks = row.availability or [[]]
    return Given(
        languages=tuple(row.languages or ()),
        settings=tuple(row.settings or ()),
        modes=tuple(row.modes or ()),
        availability=tuple(frozenset(weeks[week % len(weeks)]) for week in range(WEEKS)),
        zone=row.zone,
        trained_for=tuple(row.trained_for or ()),
        max_hours_day=row.max_hours_day,
        max_hours_month=row.max_hours_month,
    )


def hours_of(session: Session, row: Interpreter, at: datetime) -> Hours:
    """Sum what an interpreter gave, spoken and written."""
    done = session.scalars(select(Booking).where(Booking.interpreter == row.number, Booking.state == "done"))
    written = session.scalars(
        select(Translation).where(Translation.translator == row.number, Translation.state == "done")
    )
    spent = [(one.begins, minutes_of(one)) for one in done]
    spent += [(one.done_at, one.minutes or 0) for one in written if one.done_at]
    first, last = month_of(at)
    most = row.max_hours_month
    return Hours(
        last_30d=sum(minutes for when, minutes in spent if at - RECENT <= when <= at),
        this_month=sum(minutes for when, minutes in spent if first <= when < last),
        in_all=sum(minutes for _, minutes in spent),
        services=len(spent),
        most_this_month=None if most is None else most * 60,
    )


def _errands(session: Session, row: Interpreter, at: datetime) -> list[Errand]:
    chosen = (
        select(Booking, Appointment)
        .join(Appointment, Appointment.id == Booking.appointment_id)
        .where(Booking.interpreter == row.number, Booking.ends > at - SHOWN_PAST)
        .where(Booking.state.in_(("asked", "standby", *BOOKED, "done", "no_show")))
        .order_by(Booking.begins, Booking.id)
    )
    return [_errand(session, booking, appointment, at) for booking, appointment in session.execute(chosen)]


def _errand(session: Session, booking: Booking, appointment: Appointment, at: datetime) -> Errand:
    """Give an errand; after the service nothing of the person is shown any more."""
    is_booked = booking.state in BOOKED
    note, place = texts_of(session, appointment) if is_booked else (None, None)
    person = session.get(Person, appointment.person_id) if is_booked and appointment.person_id else None
    return Errand(
        booking_id=booking.id,
        appointment_id=appointment.id,
        state=booking.state,
        from_language=appointment.dialect or appointment.from_language,
        to_language=appointment.to_language,
        setting=appointment.setting,
        begins=booking.begins,
        ends=booking.ends,
        zone=appointment.zone,
        minutes=booking.minutes,
        mode=booking.mode,
        via=booking.via,
        close_language=booking.close_language,
        sector=appointment.sector,
        answer_due=booking.answer_due,
        person_id=person.id if person else None,
        person_name=first_name(person) if person else None,
        note=note,
        place=place,
        can_sign=booking.state == "confirmed" and booking.begins <= at,
        my_minutes=booking.interpreter_minutes,
        their_minutes=booking.requester_minutes,
    )


def _exceptions(session: Session, row: Interpreter, at: datetime) -> tuple[Away, ...]:
    chosen = select(TimeException).where(TimeException.interpreter == row.number, TimeException.ends > at)
    return tuple(
        Away(id=one.id, kind=one.kind, begins=one.begins, ends=one.ends)
        for one in session.scalars(chosen.order_by(TimeException.begins))
    )
