"""Who read whose file: one line of the ledger for each person and each look, never what was read.

A name in a list is told once a day for each reader: a desk that is looked at all day long would bury what matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import ledger
from models.actor import Actor
from models.instants import city_date
from models.interpreting.times import city_midnight
from models.tables import Account, LedgerLine, Organisation, Person

PAGE = 50
VERB = "read"
"""What is read is one of: ``file``, a file with its ``note``, two people side by side (``pair``), a ``list`` that was taken
out, a ``round`` that was; a name among others (``names``), or found by a ``search``; an ``appointment`` with an interpreter,
its service ``sheet``; the page that a ``card`` is given from."""
NAMES = "names"
NAMING = ("person_id", "other_id", "interpreter_id", "translator_id", "reader_id", "to_id", "people")
"""What the fields are called by which a part of a page says whom it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One look at what is held about a person."""

    at: datetime
    role: str
    organisation: str | None
    """The partner that the reader works for; None for the city office."""
    name: str | None
    """The reader's first name, for the office alone."""
    kind: str


def note(session: Session, kind: str, person_ids: Iterable[str], *, by: Actor, at: datetime) -> None:
    """Tell the ledger that somebody reads what is held about these people; one's own file is one's own."""
    for person_id in dict.fromkeys(person_ids):
        if person_id != by.person_id:
            ledger.record(session, at, by, VERB, "person", person_id, {"what": kind})


def named_in(page: object) -> frozenset[str]:
    """Give the people whom a page names, from the parts that it is made of."""
    return frozenset(_named_in(page))


def not_told_today(session: Session, person_ids: Iterable[str], *, by: Actor, at: datetime) -> list[str]:
    """Give those of some people of whom the ledger does not tell yet that this reader met them today.

    Who left is shown as a dash, and so is read by nobody.
    """
    wanted = set(person_ids) - {by.person_id}
    shown = select(Person.id).where(
        Person.id.in_(wanted), Person.state != "withdrawn", Person.erased_at.is_(None)
    )
    told = select(LedgerLine.entity_id).where(
        LedgerLine.entity == "person",
        LedgerLine.entity_id.in_(wanted),
        LedgerLine.verb == VERB,
        LedgerLine.actor == by.name,
        LedgerLine.at >= city_midnight(city_date(at)),
    )
    return sorted(set(session.scalars(shown)) - set(session.scalars(told)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """A page of the looks at what is held about a person."""

    rows: tuple[Reading, ...]
    page: int
    pages: int


def readings_page(session: Session, person_id: str, page: int) -> Readings:
    """Give a page of who read what is held about a person; one past the end is the last."""
    of_her = (LedgerLine.entity_id == person_id, LedgerLine.verb == VERB)
    number = session.scalar(select(func.count()).select_from(LedgerLine).where(*of_her)) or 0
    pages = max(-(-number // PAGE), 1)
    page = min(max(page, 1), pages)
    rows = readings_of(session, person_id, start=(page - 1) * PAGE, most=PAGE)
    return Readings(rows=rows, page=page, pages=pages)


def readings_of(
    session: Session, person_id: str, *, start: int = 0, most: int | None = None
) -> tuple[Reading, ...]:
    """Give who read what is held about a person, the latest first; all of it, or ``most`` from ``start`` on."""
    rows = session.execute(
        select(LedgerLine, Account.name, Organisation.name)
        .outerjoin(Account, Account.id == LedgerLine.actor)
        .outerjoin(Organisation, Organisation.id == Account.organisation_id)
        .where(LedgerLine.entity_id == person_id, LedgerLine.verb == VERB)
        .order_by(LedgerLine.seq.desc())
        .offset(start)
        .limit(most)
    )
    return tuple(
        Reading(at=line.at, role=line.role, organisation=organisation, name=name, kind=line.facts["what"])
        for line, name, organisation in rows
    )


def _named_in(part: object) -> Iterator[str]:
    if is_dataclass(part):
        for name in NAMING:
            named = getattr(part, name, None) or ()
            each = (named,) if isinstance(named, str) else named
            yield from (one for one in each if isinstance(one, str))  # a recruit’s people are invented
        for field in fields(part):
            yield from _named_in(getattr(part, field.name))
    elif isinstance(part, Mapping):
        yield from _named_in(tuple(part.values()))
    elif isinstance(part, tuple | list):
        for one in part:
            yield from _named_in(one)
