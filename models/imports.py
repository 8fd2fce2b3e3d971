"""A list of people brought from a spreadsheet: looked at first, then entered whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from matcher.errors import Fault, FaultyInput
from matcher.faults import Faults, Spot, show
from models import casework, ledger, policy
from models.casework import kin
from models.lifecycle import GONE
from models.people_sheets import OF_A_PERSON, SIDES, read_people
from models.sealing import keyring_of
from models.tables import Need, Offer, Person

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from models.actor import Actor
    from models.casework.sheets import NeedSheet, OfferSheet, Registration

__all__ = ["OUTCOMES", "SIDES", "DryRun", "Fault", "FaultyInput", "Line", "bring_in", "dry_run"]

OUTCOMES = ("new", "joined", "known", "left")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a row would do.

    ``outcome`` is ``new`` (a person comes), ``joined`` (one who is known asks or gives something new),
    ``known`` (came before) or ``left`` (she withdrew, was declined or erased: a list does not bring her back).
    """

    where: str
    first_name: str
    surname: str | None
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What a file would do, row by row, or every fault that keeps it out."""

    side: str
    program: str
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]

    def count(self, outcome: str) -> int:
        """Give how many rows have an outcome."""
        return sum(line.outcome == outcome for line in self.lines)

    @property
    def creates(self) -> int:
        """Give how many needs or offers would be entered."""
        return self.count("new") + self.count("joined")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A row, the person whose address it has, and what it would do."""

    where: str
    sheet: Registration
    person_id: str | None
    outcome: str


def dry_run(session: Session, data: bytes, name: str, *, side: str, program: str) -> DryRun:
    """Say what bringing a file in would do; nothing is written."""
    faults = Faults(OF_A_PERSON)
    entries: list[_Entry] = []
    try:
        entries = _entries(session, data, name, faults, side, program)
    except FaultyInput as error:
        faults.found = list(error.faults)
    lines = () if faults.found else tuple(map(_line, entries))
    return DryRun(side=side, program=program, lines=lines, faults=tuple(faults.found))


def bring_in(  # noqa: PLR0913 - a file is brought in with all of these
    session: Session, data: bytes, name: str, *, side: str, program: str, by: Actor, at: datetime
) -> DryRun:
    """Enter all people of a file with their needs or offers; a file that came before changes nothing.

    Raises
    ------
    FaultyInput
        Where the file has a fault; nothing is entered then.
    """
    policy.must(by, "bring_in")
    faults = Faults(OF_A_PERSON)
    entries = _entries(session, data, name, faults, side, program)
    faults.stop_if_any()
    for entry in entries:
        _enter(session, entry, by=by, at=at)
    done = DryRun(side=side, program=program, lines=tuple(map(_line, entries)), faults=())
    facts = {outcome: done.count(outcome) for outcome in OUTCOMES}
    ledger.record(session, at, by, "import_people", side, program, facts)
    return done


def _entries(
    session: Session, data: bytes, name: str, faults: Faults, side: str, program: str
) -> list[_Entry]:
    if side not in SIDES:
        raise ValueError(f"side {side!r}; sides: {', '.join(SIDES)}")
    rows = read_people(data, name, faults, side, program)
    _refuse_doubles(rows, faults)
    return [_looked_up(session, where, sheet, side, faults) for where, sheet in rows]


def _wish_of(sheet: Registration) -> NeedSheet | OfferSheet:
    return sheet.needs[0] if sheet.needs else sheet.offers[0]


def _refuse_doubles(rows: Iterable[tuple[str, Registration]], faults: Faults) -> None:
    """Note a person who stands in two rows: one of the two would be lost, or she would come twice."""
    seen: set[tuple[str, str]] = set()
    for where, sheet in rows:
        for field, value in (("id", _wish_of(sheet).import_ref), ("email", sheet.profile.email)):
            key = (field, (value or "").casefold())
            if value and key in seen:
                faults.add(where, field, "doubled_person", given=show(value))
                break
            seen.add(key)


def _looked_up(session: Session, where: str, sheet: Registration, side: str, faults: Faults) -> _Entry:
    wish, email = _wish_of(sheet), sheet.profile.email
    person = _person_of(session, email) if email else None
    came = wish.import_ref and _came_before(session, wish.program, side, wish.import_ref)
    if came and email and _owner(session, side, came) not in {person and person.id, None}:
        Spot(faults, where, "id").wrong("other_person", given=show(wish.import_ref))
    if came or (person and casework.has_wish(session, person.id, side, wish.program)):
        outcome = "known"
    elif person is None:
        outcome = "left" if kin.left_by(session, email, sheet.profile.phone) else "new"
    else:
        outcome = "left" if person.state in GONE else "joined"
    return _Entry(where=where, sheet=sheet, person_id=person.id if person else None, outcome=outcome)


def _came_before(session: Session, program: str, side: str, ref: str) -> str | None:
    """Give the need or offer that came under an id, or whose own id it is, as in a list taken out of here."""
    table: type[Need | Offer] = Need if side == "need" else Offer
    own: str | None = session.scalar(select(table.id).where(table.id == ref, table.program == program))
    return own or casework.imported(session, program, side, ref)


def _person_of(session: Session, email: str) -> Person | None:
    index = keyring_of(session).email_index(email)
    found: Person | None = session.scalar(select(Person).where(Person.email_index == index))
    return found


def _owner(session: Session, side: str, wish_id: str) -> str | None:
    """Give the person whom a need or an offer is of, where she has an address to compare."""
    table: type[Need | Offer] = Need if side == "need" else Offer
    owned = select(Person.id).join(table, table.person_id == Person.id)
    found: str | None = session.scalar(owned.where(table.id == wish_id, Person.email_index.is_not(None)))
    return found


def _enter(session: Session, entry: _Entry, *, by: Actor, at: datetime) -> None:
    if entry.outcome == "new":
        casework.register(session, entry.sheet, by=by, at=at)
    elif entry.outcome == "joined":
        person_id = str(entry.person_id)
        for need in entry.sheet.needs:
            casework.publish_need(session, person_id, need, by=by, at=at)
        for offer in entry.sheet.offers:
            casework.publish_offer(session, person_id, offer, by=by, at=at)


def _line(entry: _Entry) -> Line:
    profile = entry.sheet.profile
    return Line(
        where=entry.where,
        first_name=profile.first_name,
        surname=profile.surname,
        outcome=entry.outcome,
    )
