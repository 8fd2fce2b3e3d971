"""Bookings of interpreters, as far as leaving, being kept apart and first meetings touch them.

What looks for the next interpreter is in :mod:`models.interpreting`; here an appointment only goes back to the search.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from matcher.appointments.policy import shipped_interpreting_policy
from matcher.vocabulary import LEVELS, MEETING_MODES
from models import ledger, outbox
from models.actor import Actor
from models.casework import papers
from models.casework.rows import get, lock_chosen, lock_rows, move
from models.instants import CITY_ZONE
from models.lifecycle import BOOKED, OPEN_BOOKINGS, SEEKING, is_allowed
from models.tables import (
    Account,
    Appointment,
    Booking,
    Interpreter,
    Need,
    Offer,
    Pairing,
    Person,
    Translation,
    new_id,
)

PAUSE_MINUTES = shipped_interpreting_policy().pause_minutes
FIRST_MEETING = "first_pairing_meetings"
FIRST_MEETING_MINUTES = 60


def lock_appointments(session: Session, appointment_ids: Iterable[str]) -> None:
    """Lock appointments in the order of their ids, after people; then read afresh."""
    lock_rows(session, Appointment, appointment_ids)


def let_go(  # noqa: PLR0913 - an ending is told with all of these
    session: Session,
    booking: Booking,
    step: str,
    *,
    verb: str,
    by: Actor,
    at: datetime,
    side: str | None = None,
) -> None:
    """End a booking by ``step``; the appointment that it held is searched for again."""
    held = booking.state in BOOKED or booking.state == "asked"
    was_booked = booking.state in BOOKED
    move(session, booking, step, verb=verb, by=by, at=at)
    booking.cancelled_side = side
    booking.notice_minutes = notice_minutes(booking.begins, at) if was_booked else None
    outbox.drop_unsent(session, booking.id)
    appointment = get(session, Appointment, booking.appointment_id)
    if was_booked:
        outbox.drop_unsent(session, appointment.id)
    if held and is_allowed("interpreting", appointment.state, "searching"):
        move(session, appointment, "searching", verb=verb, by=by, at=at)
    if was_booked:
        tell_interpreter(session, booking, at=at)
        tell_requester(session, appointment, at=at)


def cancel(
    session: Session, appointment: Appointment, side: str, *, verb: str, by: Actor, at: datetime
) -> None:
    """Cancel an appointment and whatever was booked or asked for it."""
    move(session, appointment, "cancelled", verb=verb, by=by, at=at)
    appointment.cancelled_side = side
    appointment.notice_minutes = notice_minutes(appointment.start, at)
    outbox.drop_unsent(session, appointment.id)
    held = open_bookings(session, Booking.appointment_id == appointment.id)
    if side == "office" and not any(one.state in BOOKED for one in held):
        tell_requester(session, appointment, at=at)
    for booking in held:
        let_go(session, booking, "cancelled", verb=verb, by=by, at=at, side=side)


def leave(session: Session, person: Person, *, verb: str, by: Actor, at: datetime) -> None:
    """End what is to come of a person in the bank: what she was asked for or took, and what she asked for.

    What has begun is no longer to come: it is signed, or noted as an absence, whoever stops afterwards.
    """
    to_come = Appointment.state.in_(SEEKING) | (Appointment.start > at)
    for appointment in _lock_to_come(session, (Appointment.person_id == person.id) & to_come):
        cancel(session, appointment, "requester", verb=verb, by=by, at=at)
    stop_interpreting(session, person, verb=verb, by=by, at=at)
    for translation in lock_chosen(session, Translation, Translation.person_id == person.id):
        if is_allowed("translation", translation.state, "cancelled"):
            papers.cancel(session, translation, verb=verb, by=by, at=at)


def stop_interpreting(session: Session, person: Person, *, verb: str, by: Actor, at: datetime) -> None:
    """Take back what an interpreter was asked for or took, spoken and written; others are looked for."""
    hers = session.scalar(select(Interpreter.number).where(Interpreter.person_id == person.id))
    if hers is None:
        return
    for booking in lock_open(session, (Booking.interpreter == hers) & (Booking.begins > at)):
        let_go(session, booking, "cancelled", verb=verb, by=by, at=at, side="interpreter")
    papers.release(session, papers.in_hand_of(hers), verb=verb, by=by, at=at)


def stop_asking(session: Session, person: Person, *, verb: str, by: Actor, at: datetime) -> None:
    """Take back what an interpreter was asked and has not taken; what she took stands."""
    hers = select(Interpreter.number).where(Interpreter.person_id == person.id)
    for booking in lock_open(
        session, Booking.interpreter.in_(hers) & Booking.state.in_(("asked", "standby"))
    ):
        let_go(session, booking, "cancelled", verb=verb, by=by, at=at, side="interpreter")


def part(session: Session, one: str, other: str, *, verb: str, by: Actor, at: datetime) -> None:
    """End what is booked, asked or translated between two people who are kept apart from now on."""
    chosen = (
        select(Booking.id)
        .join(Interpreter, Interpreter.number == Booking.interpreter)
        .join(Appointment, Appointment.id == Booking.appointment_id)
        .where(Booking.state.in_(OPEN_BOOKINGS), Booking.begins > at)
        .where(
            or_(
                (Interpreter.person_id == one) & (Appointment.person_id == other),
                (Interpreter.person_id == other) & (Appointment.person_id == one),
            )
        )
    )
    for booking in lock_open(session, Booking.id.in_(list(session.scalars(chosen)))):
        let_go(session, booking, "cancelled", verb=verb, by=by, at=at, side="office")
    papers.part(session, one, other, verb=verb, by=by, at=at)


def request_for_meeting(
    session: Session, pairing: Pairing, need: Need, on: datetime, *, by: Actor, at: datetime
) -> Appointment | None:
    """Ask for an interpreter for the first meeting of a pairing that needs one; give the request, if any.

    A request for another hour of the same meeting is cancelled.
    """
    for appointment in _lock_to_come(session, Appointment.pairing_id == pairing.id):
        if appointment.start == on:
            return None
        cancel(session, appointment, "office", verb="move_first_meeting", by=by, at=at)
    if not needs_interpreter(pairing):
        return None
    person, host = get(session, Person, need.person_id), _host(session, pairing)
    pair = languages_between(person, host)
    if pair is None:
        return None
    session.flush()
    return open_appointment(
        session,
        by=by,
        at=at,
        person_id=person.id,
        pairing_id=pairing.id,
        from_language=pair[0],
        to_language=pair[1],
        setting=FIRST_MEETING,
        start=on,
        zone=CITY_ZONE.key,
        minutes=FIRST_MEETING_MINUTES,
        modes=list(MEETING_MODES),
        sector=host.sector or person.sector,
        urgency=1,
        same_as_before=True,
    )


def cancel_meetings(session: Session, pairing: Pairing, *, verb: str, by: Actor, at: datetime) -> None:
    """Cancel the interpreter of a first meeting that will not be."""
    for appointment in _lock_to_come(session, Appointment.pairing_id == pairing.id):
        if appointment.start > at:
            cancel(session, appointment, "office", verb=verb, by=by, at=at)


def needs_interpreter(pairing: Pairing) -> bool:
    """Say whether the two would talk through an interpreter, as the score of their pairing tells."""
    return any(one["detail"].get("interpreter") for one in pairing.contributions)


def languages_between(person: Person, host: Person) -> tuple[str, str] | None:
    """Give what a newcomer speaks best and what her host speaks best: what an interpreter stands between."""
    mine, theirs = _best_language(person), _best_language(host)
    if mine is None or theirs is None or mine == theirs:
        return None
    return mine, theirs


def open_appointment(session: Session, *, by: Actor, at: datetime, **details: Any) -> Appointment:
    """Enter an appointment as requested, with its ledger line."""
    appointment = Appointment(
        id=new_id(),
        state="requested",
        state_since=at,
        version=1,
        requested_at=at,
        asked_by=by.account_id,
        organisation_id=by.organisation_id,
        **{"also_speaks": [], "avoid": [], "only": [], "prefer": []} | details,
    )
    session.add(appointment)
    facts = {"from": None, "to": "requested", "setting": appointment.setting}
    ledger.record(session, at, by, "request_appointment", "appointment", appointment.id, facts)
    return appointment


def open_bookings(session: Session, of: ColumnElement[bool]) -> list[Booking]:
    """Give the bookings that may still be ended, by their ids."""
    session.flush()
    chosen = select(Booking).where(Booking.state.in_(OPEN_BOOKINGS), of)
    return list(session.scalars(chosen.order_by(Booking.id)))


def lock_open(session: Session, of: ColumnElement[bool]) -> list[Booking]:
    """Lock the appointments of some open bookings, and give the bookings."""
    lock_appointments(session, [one.appointment_id for one in open_bookings(session, of)])
    return open_bookings(session, of)


def tell_interpreter(
    session: Session, booking: Booking, *, at: datetime, kind: str = "interpreting_news"
) -> None:
    """Owe the interpreter a letter about a booking."""
    person_id = session.get_one(Interpreter, booking.interpreter).person_id
    outbox.queue(session, [person_id], kind, at=at, about=booking.id)


def tell_requester(
    session: Session, asking: Appointment | Translation, *, at: datetime, kind: str = "interpreting_news"
) -> None:
    """Owe a letter to the person it is for, and to who asked in her place."""
    if asking.person_id:
        outbox.queue(session, [asking.person_id], kind, at=at, about=asking.id)
    account = session.get(Account, asking.asked_by) if asking.asked_by else None
    if account and account.closed_at is None and account.person_id != asking.person_id:
        outbox.owe(session, account, kind, at=at, about=asking.id)


def notice_minutes(start: datetime, at: datetime) -> int:
    """Give how long before its start something is cancelled; 0 afterwards."""
    return max(int((start - at).total_seconds() // 60), 0)


def _lock_to_come(session: Session, of: ColumnElement[bool]) -> list[Appointment]:
    """Lock what is searched for or booked of some appointments, and give it."""
    return lock_chosen(session, Appointment, of & Appointment.state.in_((*SEEKING, "assigned")))


def _host(session: Session, pairing: Pairing) -> Person:
    return get(session, Person, get(session, Offer, pairing.offer_id).person_id)


def _best_language(person: Person) -> str | None:
    """Give the first of the languages that a person speaks or signs best."""
    spoken = [one for one in person.languages or () if one.get("mode", "spoken") != "written"]
    best = max(spoken, key=lambda one: LEVELS.index(one["level"]), default=None)
    return best["code"] if best else None
