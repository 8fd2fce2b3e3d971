"""« À faire »: everything that waits for a coordinator, in bands by due date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.vocabulary import LIFECYCLE
from models.instants import city_date
from models.interpreting.times import city_midnight
from models.lifecycle import ANSWERING, TOGETHER, UNDECIDED
from models.queries.cards import couples, full_name
from models.queries.interpreting.rows import name_in_full
from models.queries.rounds import Verdict, verdicts
from models.queries.vetting import gaps
from models.tables import Appointment, Consent, LedgerLine, Need, Offer, Pairing, Person

BANDS = ("urgent", "late", "today", "week", "later")
WEEK = timedelta(days=7)
LONG_WAIT, VERY_LONG_WAIT = 30, 60
DAYS_TO_DECIDE = 7
WAITING_SHOWN = 12
OF_A_KIND_SHOWN = 5
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
    "crisis",
    "concern",
    "second_person",
    "renewal",
    *dict.fromkeys([*BEFORE_READY.values(), *OF_PAIRINGS.values(), "talk"]),
    "interpreter",
)
URGENT = ("crisis", "concern")
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
    pairing_id: str | None = None
    need_id: str | None = None
    appointment_id: str | None = None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Tasks that fall due together, and how many more of each kind the page of that kind holds."""

    code: str
    tasks: tuple[Task, ...]
    more: Mapping[str, int]

    @property
    def count(self) -> int:
        """How many there are, shown or not."""
        return len(self.tasks) + sum(self.more.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody ready who has waited long without a proposal, and what keeps offers away."""

    person_id: str
    need_id: str
    name: str
    program: str
    days: int
    pressing: bool
    barrier: str | None
    barred: int
    compatible: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """Somebody ready who has not turned matching on."""

    person_id: str
    wish_id: str
    side: str
    name: str
    program: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Who waits for the next round of a program."""

    program: str
    needs: int
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """The whole page."""

    bands: tuple[Band, ...]
    counts: Mapping[str, int]
    ready: tuple[Ready, ...]
    waiting: tuple[Waiting, ...]
    waiting_long: int
    waiting_very_long: int
    by_hand: tuple[ByHand, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all waits."""
        return not (self.bands or self.ready or self.waiting or self.by_hand)


def todo(session: Session, today: date, kind: str | None = None) -> Todo:
    """Give what waits for a coordinator on a day, all of it or of one kind."""
    agreed = agreed_now(session)
    proposed = list(_of_pairings(session, today))
    busy = {task.need_id for task in proposed}
    free = _free_needs(session)
    tasks = [
        *_crises(session, today),
        *_of_people(session, today),
        *proposed,
        *_of_appointments(session, today),
    ]
    waiting = _waiting(session, free, agreed["matching"], busy, today)
    return Todo(
        bands=_in_bands(
            [task for task in tasks if kind in (None, task.kind)], today, None if kind else OF_A_KIND_SHOWN
        ),
        counts=Counter(task.kind for task in tasks),
        ready=_ready(session, free, agreed["matching"], busy),
        waiting=tuple(waiting[:WAITING_SHOWN]),
        waiting_long=len(waiting),
        waiting_very_long=sum(one.days > VERY_LONG_WAIT for one in waiting),
        by_hand=_by_hand(session, free, agreed),
    )


def _in_bands(tasks: list[Task], today: date, most: int | None) -> tuple[Band, ...]:
    ordered = sorted(tasks, key=lambda task: (task.due, KINDS.index(task.kind), task.names))
    by_band = {code: [task for task in ordered if _band(task, today) == code] for code in BANDS}
    return tuple(_shortened(code, members, most) for code, members in by_band.items() if members)


def _shortened(code: str, tasks: list[Task], most: int | None) -> Band:
    """Keep the first tasks of each kind, so that sixty proposals do not hide one interview."""
    seen: Counter[str] = Counter()
    shown = []
    for task in tasks:
        seen[task.kind] += 1
        if most is None or seen[task.kind] <= most:
            shown.append(task)
    more = {kind: count - most for kind, count in seen.items() if most is not None and count > most}
    return Band(code=code, tasks=tuple(shown), more=more)


def _band(task: Task, today: date) -> str:
    if task.kind in URGENT:
        return "urgent"
    if task.due < today:
        return "late"
    if task.due == today:
        return "today"
    return "week" if task.due <= today + WEEK else "later"


def agreed_now(session: Session) -> Mapping[str, set[str]]:
    """Give who agrees to the program, and who of them also to be matched, by purpose."""
    found: dict[str, set[str]] = {"program": set(), "matching": set()}
    chosen = select(Consent.purpose, Consent.person_id).where(
        Consent.withdrawn_at.is_(None), Consent.purpose.in_(found)
    )
    for purpose, person_id in session.execute(chosen):
        found[purpose].add(person_id)
    found["matching"] &= found["program"]
    return found


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
            names=(name_in_full(session, person),),
            appointment_id=appointment.id,
            days_left=(due - today).days,
            at=appointment.start,
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


def _free_needs(session: Session) -> list[tuple[Need, Person]]:
    chosen = (
        select(Need, Person)
        .join(Person, Person.id == Need.person_id)
        .where(Need.state == "available", Person.state == "ready")
        .order_by(Need.waiting_since, Need.id)
    )
    return list(session.execute(chosen))


def _ready(
    session: Session, free: list[tuple[Need, Person]], matching: set[str], busy: set[str | None]
) -> tuple[Ready, ...]:
    needs = Counter(need.program for need, person in free if person.id in matching and need.id not in busy)
    chosen = (
        select(Offer.program, func.sum(Offer.capacity - Offer.places_taken))
        .join(Person, Person.id == Offer.person_id)
        .where(Offer.state == "available", Person.state == "ready", Offer.places_taken < Offer.capacity)
        .group_by(Offer.program)
    )
    places = dict(session.execute(chosen).all())
    return tuple(
        Ready(program=program, needs=count, places=int(places.get(program, 0)))
        for program, count in sorted(needs.items())
    )


def _waiting(
    session: Session,
    free: list[tuple[Need, Person]],
    matching: set[str],
    busy: set[str | None],
    today: date,
) -> list[Waiting]:
    why = verdicts(session)
    return [
        Waiting(
            person_id=person.id,
            need_id=need.id,
            name=full_name(session, person),
            program=need.program,
            days=(today - need.waiting_since).days,
            pressing=need.pressing,
            **_main_barrier(why.get(need.id)),
        )
        for need, person in free
        if person.id in matching and need.id not in busy and (today - need.waiting_since).days > LONG_WAIT
    ]


def _main_barrier(verdict: Verdict | None) -> dict[str, Any]:
    code = verdict.main_barrier if verdict else None
    return {
        "barrier": code,
        "barred": (verdict.barriers or {})[code] if verdict and code else 0,
        "compatible": (verdict.compatible if verdict else 0) or 0,
    }


def _by_hand(
    session: Session, free: Iterable[tuple[Need, Person]], agreed: Mapping[str, set[str]]
) -> tuple[ByHand, ...]:
    chosen = (
        select(Offer, Person)
        .join(Person, Person.id == Offer.person_id)
        .where(Offer.state == "available", Person.state == "ready")
        .where(Offer.places_taken < Offer.capacity)
        .order_by(Offer.published_at, Offer.id)
    )
    alone = agreed["program"] - agreed["matching"]
    everyone: list[tuple[Need | Offer, Person]] = [*free, *session.execute(chosen)]
    return tuple(
        ByHand(
            person_id=person.id,
            wish_id=wish.id,
            side=wish.__tablename__,
            name=full_name(session, person),
            program=wish.program,
        )
        for wish, person in everyone
        if person.id in alone
    )
