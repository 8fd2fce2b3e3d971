"""Who is counted in the figures of a quarter: whoever agreed to it, once for each thing counted; and what was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from matcher.vocabulary import LANGUAGES, PROGRAMS, SECTORS
from models.crowds import Counts
from models.instants import city_date
from models.quarters import Quarter
from models.tables import (
    Appointment,
    Booking,
    Consent,
    Interpreter,
    Need,
    Offer,
    Pairing,
    Person,
    PublishedQuarter,
)

NOT_SAID = ""
BOROUGHS = tuple(dict.fromkeys(sector.row["borough"] for sector in SECTORS.values()))
WAITS = {"30": 30, "60": 60, "90": 90, "longer": None}
"""How long somebody waited for a first meeting: at most so many days."""
ENDINGS = ("completed", "ended_early")

Groups = Mapping[str, tuple[str, ...]]
Traits = Mapping[str, str]


def published(session: Session) -> list[PublishedQuarter]:
    """Give every quarter that was published, the newest first."""
    rows = session.scalars(select(PublishedQuarter))
    return sorted(rows, key=lambda one: Quarter.named(one.quarter), reverse=True)


def count(session: Session, quarter: Quarter) -> dict[str, Counts]:
    """Count the people of a quarter, by what happened to them in it."""
    return {name: _tally(ask(session, quarter), _groups(quarter, BY[name])) for name, ask in COUNTED.items()}


def _tally(rows: Iterable[tuple[str, Traits]], groups: Groups) -> Counts:
    """Count each person once, by what comes first."""
    people: dict[str, Traits] = {}
    for person_id, traits in rows:
        people.setdefault(person_id, traits)
    tables = {}
    for name, codes in groups.items():
        found = Counter(traits[name] for traits in people.values())
        tables[name] = {code: found[code] for code in codes}
    return Counts(len(people), tables)


def _groups(quarter: Quarter, names: Iterable[str]) -> Groups:
    """Give the groups of each table, the same whoever is in them."""
    known = {
        "month": tuple(day.isoformat()[:7] for day in quarter.months),
        "borough": (*BOROUGHS, NOT_SAID),
        "language": (*LANGUAGES, NOT_SAID),
        "stay": ("open", "ending"),
        "program": tuple(PROGRAMS),
        "wait": tuple(WAITS),
        "ending": ENDINGS,
    }
    return {name: known[name] for name in names}


def _agreed(person_id: Any) -> ColumnElement[bool]:
    """Whether somebody agrees to count in the statistics."""
    return (
        select(Consent.id)
        .where(
            Consent.person_id == person_id, Consent.purpose == "statistics", Consent.withdrawn_at.is_(None)
        )
        .exists()
    )


def _counts(at: Any, quarter: Quarter) -> tuple[ColumnElement[bool], ...]:
    """Whether an act of a person counts in a quarter."""
    return (at >= quarter.begins, at < quarter.ends, _agreed(Person.id))


def _traits(person: Person, at: datetime, program: str) -> dict[str, str]:
    sector = SECTORS.get(person.sector or "")
    return {
        "month": city_date(at).isoformat()[:7],
        "borough": sector.row["borough"] if sector else NOT_SAID,
        "language": _language(person),
        "stay": "ending" if person.stay_until else "open",
        "program": program,
    }


def _language(person: Person) -> str:
    """Give the language that is hers, or else the first that she named."""
    spoken = person.languages or []
    hers = [one["code"] for one in spoken if one["level"] == "native"] + [one["code"] for one in spoken]
    return next((code for code in hers if code in LANGUAGES), NOT_SAID)


def _came_in(table: type[Need | Offer]) -> Callable[[Session, Quarter], Iterable[tuple[str, Traits]]]:
    def ask(session: Session, quarter: Quarter) -> Iterable[tuple[str, Traits]]:
        at = table.published_at
        chosen = select(Person, at, table.program).join(table, table.person_id == Person.id)
        rows = session.execute(chosen.where(*_counts(at, quarter)).order_by(at, table.id))
        for person, published_at, program in rows:
            yield person.id, _traits(person, published_at, program)

    return ask


def _met(session: Session, quarter: Quarter) -> Iterable[tuple[str, Traits]]:
    met = Pairing.first_meeting_at
    chosen = select(Person, Need, met).join(Need, Need.person_id == Person.id)
    chosen = chosen.join(Pairing, Pairing.need_id == Need.id).where(*_counts(met, quarter))
    for person, need, at in session.execute(chosen.order_by(met, Pairing.id)):
        if at is not None:
            wait = _wait(need.waiting_since, city_date(at))
            yield person.id, _traits(person, at, need.program) | {"wait": wait}


def _wait(since: date, until: date) -> str:
    days = (until - since).days
    return next(name for name, most in WAITS.items() if most is None or days <= most)


def _ended(session: Session, quarter: Quarter) -> Iterable[tuple[str, Traits]]:
    chosen = select(Person.id, Pairing.state).join(Need, Need.person_id == Person.id)
    chosen = chosen.join(Pairing, Pairing.need_id == Need.id).where(
        Pairing.state.in_(ENDINGS), Pairing.first_meeting_at.is_not(None), *_counts(Pairing.ended_at, quarter)
    )
    for person_id, state in session.execute(chosen.order_by(Pairing.ended_at, Pairing.id)):
        yield person_id, {"ending": state}


def _helped(session: Session, quarter: Quarter) -> Iterable[tuple[str, Traits]]:
    chosen = select(Person, Booking.begins).join(Appointment, Appointment.person_id == Person.id)
    chosen = chosen.join(Booking, Booking.appointment_id == Appointment.id).where(
        Booking.state == "done", *_counts(Booking.begins, quarter)
    )
    for person, begins in session.execute(chosen.order_by(Booking.begins, Booking.id)):
        yield person.id, _traits(person, begins, "interpreting")


def minutes_given(session: Session, quarter: Quarter) -> list[int]:
    """Give how many minutes each interpreter gave to people who are counted, if she agrees to count too."""
    giver = aliased(Person)
    chosen = (
        select(Interpreter.person_id, Booking.interpreter_minutes)
        .join(Booking, Booking.interpreter == Interpreter.number)
        .join(giver, giver.id == Interpreter.person_id)
        .join(Appointment, Appointment.id == Booking.appointment_id)
        .join(Person, Person.id == Appointment.person_id)
        .where(Booking.state == "done", _agreed(giver.id), *_counts(Booking.begins, quarter))
    )
    given: Counter[str] = Counter()
    for person_id, minutes in session.execute(chosen):
        given[person_id] += minutes or 0
    return sorted(given.values(), reverse=True)


COUNTED: Mapping[str, Callable[[Session, Quarter], Iterable[tuple[str, Traits]]]] = {
    "asked": _came_in(Need),
    "met": _met,
    "ended": _ended,
    "offered": _came_in(Offer),
    "helped": _helped,
}
"""What is counted: requests, first meetings, pairings that ended, offers, people who were interpreted for."""

OF_A_PERSON = ("month", "borough", "language", "stay")
BY: Mapping[str, tuple[str, ...]] = {
    "asked": (*OF_A_PERSON, "program"),
    "met": ("wait", *OF_A_PERSON, "program"),
    "ended": ("ending",),
    "offered": ("month", "borough", "program"),
    "helped": OF_A_PERSON,
}
"""By what each is counted: one trait at a time, never two together."""
