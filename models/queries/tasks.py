"""What waits for a coordinator, one task for each thing to do: crises, people, pairings, interpreters to find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.vocabulary import LIFECYCLE
from models.instants import city_date
from models.interpreting.times import city_midnight
from models.lifecycle import ANSWERING, TOGETHER, UNDECIDED
from models.queries.apart import names_that_wait
from models.queries.calls import owed
from models.queries.cards import couples, full_name
from models.queries.vetting import gaps
from models.tables import Appointment, LedgerLine, Need, Pairing, Person

DAYS_TO_DECIDE = 7
BEFORE_READY = {
    "submitted": "registration",
    "interview_booked": "interview",
    "vetting": "screening",
    "training": "training",
}
OF_PAIRINGS = {
    "suggested": "review",
    "under_review": "review",
    "approved": "answers",
    "awaiting_answers": "answers",
    "accepted": "plan_meeting",
    "first_meeting_planned": "first_meeting",
    "no_show": "missed",
    "trial": "trial",
    "suspended": "suspended",
}
KINDS = (
    "danger",
    "crisis",
    "concern",
    "second_person",
    "renewal",
    "apart",
    *dict.fromkeys([*BEFORE_READY.values(), *OF_PAIRINGS.values(), "talk"]),
    "interpreter",
    "call",
)
URGENT = ("danger", "crisis", "concern")
STOPPING = ("suspend", "revoke_clearance", "lapse_clearances")
"""Verbs that suspend a pairing; only the first is somebody's own word."""
DAYS = {(row["entity"], row["state"]): int(row["target_days"]) for row in LIFECYCLE if row["target_days"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do: on a person, or on a pairing (then ``names`` holds both)."""

    kind: str
    due: date
    names: tuple[str, ...]
    person_id: str | None = None
    people: tuple[str, ...] = ()
    """Whom it names besides."""
    pairing_id: str | None = None
    need_id: str | None = None
    appointment_id: str | None = None
    apart_id: str | None = None
    program: str | None = None
    state: str | None = None
    at: datetime | None = None
    """The hour of an interview or of a first meeting."""
    days_left: int = 0
    talks: tuple[str, ...] = ()
    """First names of those who want to talk before they answer."""
    answered: int = 0
    """How many of the two have said yes, or confirmed the trial."""
    missing: tuple[str, ...] = ()
    """Steps that somebody who gives has still to show."""


def tasks_of(session: Session, today: date) -> list[Task]:
    """Give everything that waits for a coordinator on a day."""
    sources = (_crises, _of_names, _of_people, _of_pairings, _of_appointments, _of_calls)
    return [task for source in sources for task in source(session, today)]


def _crises(session: Session, today: date) -> Iterator[Task]:
    chosen = (
        select(Need, Person)
        .join(Person, Person.id == Need.person_id)
        .where(Need.crisis_flag, Need.state.not_in(("finished", "withdrawn")))
    )
    for need, person in session.execute(chosen):
        yield Task(
            kind="crisis",
            due=today,
            names=(full_name(session, person),),
            person_id=person.id,
            need_id=need.id,
            program=need.program,
        )


def _of_names(session: Session, today: date) -> Iterator[Task]:
    """Give the names that people do not want to be paired with, to be looked for the same day."""
    for one in names_that_wait(session):
        due = city_date(one.asked_at)
        days_left = (due - today).days
        yield Task(
            kind="apart",
            due=due,
            names=(one.asker,),
            person_id=one.person_id,
            apart_id=one.id,
            days_left=days_left,
        )


def _of_people(session: Session, today: date) -> Iterator[Task]:
    open_gaps = {gap.person.id: gap for gap in gaps(session, today)}
    for gap in open_gaps.values():
        if gap.person.state == "ready" or gap.kind == "second_person":
            yield Task(
                kind=gap.kind,
                due=gap.due,
                names=(full_name(session, gap.person),),
                person_id=gap.person.id,
                days_left=(gap.due - today).days,
                missing=gap.missing,
            )
    for person in session.scalars(select(Person).where(Person.state.in_(BEFORE_READY))):
        own = open_gaps.get(person.id)
        if own is not None and own.kind == "second_person":
            continue
        due = city_date(person.state_since) + timedelta(days=DAYS["person", person.state])
        if person.state == "interview_booked" and person.interview_on:
            due = city_date(person.interview_on)
        yield Task(
            kind=BEFORE_READY[person.state],
            due=due,
            names=(full_name(session, person),),
            person_id=person.id,
            days_left=(due - today).days,
            at=person.interview_on if person.state == "interview_booked" else None,
            missing=own.missing if own is not None else (),
        )


def _of_pairings(session: Session, today: date) -> Iterator[Task]:
    open_states = [state for state in UNDECIDED + ANSWERING + TOGETHER if state in OF_PAIRINGS]
    chosen = couples().where(Pairing.state.in_(open_states))
    asked_to_stop = _asked_to_stop(session)
    for pairing, newcomer, sponsor in session.execute(chosen):
        due, talks = _due(pairing), _talks(pairing, newcomer, sponsor)
        is_concern = pairing.id in asked_to_stop
        yield Task(
            kind="concern" if is_concern else "talk" if talks else OF_PAIRINGS[pairing.state],
            due=today if talks or is_concern else due,
            names=(full_name(session, newcomer), full_name(session, sponsor)),
            people=(newcomer.id, sponsor.id),
            pairing_id=pairing.id,
            need_id=pairing.need_id,
            program=pairing.program,
            state=pairing.state,
            days_left=(due - today).days,
            at=pairing.first_meeting_on if pairing.state == "first_meeting_planned" else None,
            talks=talks,
            answered=_answered(pairing),
        )


def _of_appointments(session: Session, today: date) -> Iterator[Task]:
    """Give what nobody is asked for and whose day is to come: an interpreter is to be found by then."""
    chosen = (
        select(Appointment, Person)
        .outerjoin(Person, Person.id == Appointment.person_id)
        .where(Appointment.state.in_(("requested", "searching")), Appointment.start >= city_midnight(today))
    )
    for appointment, person in session.execute(chosen):
        due = city_date(appointment.start)
        yield Task(
            kind="interpreter",
            due=due,
            names=(full_name(session, person),) if appointment.person_id else (),
            people=tuple(filter(None, [appointment.person_id])),
            appointment_id=appointment.id,
            days_left=(due - today).days,
            at=appointment.start,
        )


def _of_calls(session: Session, today: date) -> Iterator[Task]:
    """Give whom no letter reaches and who has something to hear."""
    for call in owed(session, city_midnight(today)):
        due = city_date(call.due)
        yield Task(
            kind="danger" if call.is_of_danger else "call",
            due=due,
            names=(call.name,),
            person_id=call.person_id,
            days_left=(due - today).days,
            at=call.start,
        )


def _asked_to_stop(session: Session) -> set[str]:
    """Give the suspended pairings that one of the two stopped: somebody has to call her first of all."""
    chosen = (
        select(LedgerLine.entity_id, LedgerLine.role)
        .join(Pairing, Pairing.id == LedgerLine.entity_id)
        .where(Pairing.state == "suspended", LedgerLine.verb.in_(STOPPING))
        .order_by(LedgerLine.seq)
    )
    last = dict(session.execute(chosen).all())
    return {pairing_id for pairing_id, role in last.items() if role == "participant"}


def _due(pairing: Pairing) -> date:
    if pairing.state in ANSWERING and pairing.answers_due:
        return city_date(pairing.answers_due)
    if pairing.state == "first_meeting_planned" and pairing.first_meeting_on:
        return city_date(pairing.first_meeting_on)
    days = DAYS.get(("pairing", pairing.state), DAYS_TO_DECIDE)
    return city_date(pairing.state_since) + timedelta(days=days)


def _talks(pairing: Pairing, newcomer: Person, sponsor: Person) -> tuple[str, ...]:
    if pairing.state not in ANSWERING:
        return ()
    answers = ((pairing.need_answer, newcomer), (pairing.offer_answer, sponsor))
    return tuple(person.first_name for answer, person in answers if answer == "talk")


def _answered(pairing: Pairing) -> int:
    if pairing.state == "trial":
        return sum(mark is not None for mark in (pairing.need_confirmed_at, pairing.offer_confirmed_at))
    return sum(answer == "yes" for answer in (pairing.need_answer, pairing.offer_answer))
