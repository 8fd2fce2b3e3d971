"""The plan of a horizon, and what the clock ends."""

from __future__ import annotations

from datetime import datetime
from time import monotonic

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matcher.appointments import records
from matcher.appointments.scheduling import schedule
from matcher.appointments.shortfall import shortfalls_of
from matcher.appointments.writing import plan_to_json
from models import ledger, policy
from models.actor import Actor
from models.casework import papers
from models.casework.bookings import (
    let_go,
    lock_appointments,
    open_bookings,
    stop_interpreting,
    tell_requester,
)
from models.casework.rows import get, lock_people, move
from models.clearances import cleared, missing_for
from models.errors import WrongValue
from models.instants import city_date
from models.interpreting.asking import continue_search, offer_to
from models.interpreting.mapping import read_standing
from models.interpreting.rows import lock_all
from models.interpreting.standing import as_document
from models.lifecycle import OPEN_BOOKINGS, SEEKING
from models.tables import Appointment, Booking, Interpreter, Offer, Person, Plan, Translation, new_id

SECONDS_TO_PLAN = 10.0


def plan_horizon(
    session: Session,
    begins: datetime,
    ends: datetime,
    *,
    by: Actor,
    at: datetime,
    seconds: float = SECONDS_TO_PLAN,
) -> str:
    """Plan all open appointments of a horizon at once, ask the chosen, and give the plan's id.

    What is booked or asked already stands. Each appointment that stays without keeps its reason.

    Parameters
    ----------
    seconds : how long to search at most; then the best plan found, with its true bound
    """
    policy.must(by, "arrange_interpreting")
    if ends <= begins:
        raise WrongValue("ends", ends.isoformat())
    lock_people(session, session.scalars(select(Interpreter.person_id)))
    lock_appointments(session, _open_ids(session, begins, ends))
    started = monotonic()
    standing = read_standing(session, max(begins, at), ends, at)
    plan = schedule(standing.agenda, seconds=seconds)
    row = Plan(
        id=new_id(),
        ran_at=at,
        ran_by=by.name,
        begins=begins,
        ends=ends,
        filled=plan.totals.filled,
        unfilled=len(plan.unfilled),
        proved=plan.proved,
        seconds=round(monotonic() - started, 3),
        document=plan_to_json(plan),
    )
    session.add(row)
    facts = {"filled": row.filled, "unfilled": row.unfilled, "proved": row.proved}
    ledger.record(session, at, by, "plan_horizon", "plan", row.id, facts)
    for one in plan.assigned:
        if one.appointment not in standing.bookings:
            appointment = get(session, Appointment, one.appointment)
            offer_to(session, appointment, one, by=by, at=at)
    _note_shortfalls(session, standing.agenda, plan)
    session.flush()
    return row.id


def lapse_bookings(session: Session, *, by: Actor, at: datetime) -> int:
    """Close the offers whose time to answer is over, ask the next, and give how many lapsed."""
    policy.must(by, "arrange_interpreting")
    overdue = select(Booking.id, Booking.appointment_id).where(
        Booking.state == "asked", Booking.answer_due <= at
    )
    found = list(session.execute(overdue.order_by(Booking.appointment_id)))
    lock_all(session, [appointment_id for _, appointment_id in found])
    lapsed = 0
    for booking_id, appointment_id in found:
        appointment = get(session, Appointment, appointment_id)
        booking = get(session, Booking, booking_id)
        if booking.state == "asked":
            let_go(session, booking, "lapsed", verb="lapse_booking", by=by, at=at)
            continue_search(session, appointment, by=by, at=at)
            lapsed += 1
    return lapsed


def close_past(session: Session, *, by: Actor, at: datetime) -> int:
    """Note what came to its hour without an interpreter, and give how many."""
    policy.must(by, "arrange_interpreting")
    past = select(Appointment.id).where(Appointment.state.in_(SEEKING), Appointment.start <= at)
    closed, found = 0, list(session.scalars(past.order_by(Appointment.id)))
    lock_all(session, found)
    for appointment_id in found:
        appointment = get(session, Appointment, appointment_id)
        if appointment.state in SEEKING:
            _give_up(session, appointment, by=by, at=at)
            closed += 1
    return closed


def stop_uncleared(session: Session, *, by: Actor, at: datetime) -> int:
    """Take back what was asked of interpreters, or taken by them, whose clearances ran out; give how many people.

    Others are looked for; who has it in order again is asked again.
    """
    policy.must(by, "arrange_interpreting")
    people = _uncleared(session, at)
    lock_people(session, people)
    found = [one for one in _uncleared(session, at) if one in people]
    for person_id in found:
        person = get(session, Person, person_id)
        stop_interpreting(session, person, verb="lapse_clearances", by=by, at=at)
    return len(found)


def _uncleared(session: Session, at: datetime) -> list[str]:
    """Give by id the people with something open in the bank, spoken or written, who lack a step today."""
    booked = select(Booking.interpreter).where(Booking.state.in_(OPEN_BOOKINGS), Booking.begins > at)
    writes = select(Translation.id).where(papers.in_hand_of(Interpreter.number))
    chosen = (
        select(Person, Offer)
        .join(Interpreter, Interpreter.person_id == Person.id)
        .join(Offer, Offer.id == Interpreter.offer_id)
        .where(or_(Interpreter.number.in_(booked), writes.exists()))
    )
    rows = session.execute(chosen.order_by(Person.id)).all()
    has = cleared(session, [person for person, _ in rows], city_date(at))
    return [person.id for person, offer in rows if missing_for(offer, has[person.id])]


def _note_shortfalls(session: Session, agenda: records.Agenda, plan: records.Plan) -> None:
    for found in shortfalls_of(agenda, plan):
        get(session, Appointment, found.appointment).shortfall = as_document(found)


def _open_ids(session: Session, begins: datetime, ends: datetime) -> list[str]:
    chosen = select(Appointment.id).where(
        Appointment.state.in_((*SEEKING, "assigned")), Appointment.start >= begins, Appointment.start < ends
    )
    return list(session.scalars(chosen))


def _give_up(session: Session, appointment: Appointment, *, by: Actor, at: datetime) -> None:
    for booking in open_bookings(session, Booking.appointment_id == appointment.id):
        step = "lapsed" if booking.state == "asked" else "cancelled"
        let_go(session, booking, step, verb="close_past", by=by, at=at, side="office")
    if appointment.state == "requested":
        move(session, appointment, "searching", verb="close_past", by=by, at=at)
    move(session, appointment, "unfilled", verb="close_past", by=by, at=at)
    tell_requester(session, appointment, at=at)
