"""Erasing a person: everything of hers is closed, her keys are destroyed, and what the privacy assessment says is gone.

Her ids stay, in rows that say nothing of anybody, so that the ledger holds and what happened can be counted; so do the
fingerprints by which « ne pas nous jumeler » and a refusal for safety hold if she comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    ForeignKey,
    Table,
    Text,
    cast,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import ledger, outbox, policy, privacy
from models.actor import Actor
from models.casework import kin
from models.casework.consents import leave
from models.casework.rows import lock_circle, wishes_of
from models.errors import CannotUnseal
from models.lifecycle import is_allowed
from models.tables import Appointment, Base, Person, Plan, Round

IMPOSED: Mapping[tuple[str, str], Any] = MappingProxyType({("person", "reader_language"): "fr"})
"""What stands in a column that may be neither nothing nor empty by its type alone."""
NOBODY = "erased"
"""In place of the id of an interpreter, in documents that name several."""


def erase(session: Session, person_id: str, *, by: Actor, at: datetime) -> Person:
    """Erase a person for good, at her request or once her file is over; give the empty row that is left.

    Afterwards :func:`models.cleaning.clean_up` takes what is left of it out of the files of the database.
    """
    policy.must(by, "erase", policy.to_herself(by, person_id))
    person = lock_circle(session, person_id)
    if person.erased_at is not None:
        return person
    with suppress(CannotUnseal):  # what cannot be opened any more is erased all the same
        kin.mark(session, person)
    if is_allowed("person", person.state, "withdrawn"):
        leave(session, person, verb="erase", by=by, at=at)
    session.flush()
    outbox.drop_unsent_to(session, person_id)  # whatever waits to leave for her does not
    for table, column in SCRUBBED:
        SCRUBBED[table, column](session, person_id)
    session.flush()
    for rows in Base.metadata.sorted_tables:
        _empty(session, rows, person_id)
    for rows in reversed(Base.metadata.sorted_tables):
        if any(one.erasure == "row" for one in privacy.columns_of(rows)) and privacy.links_of(rows):
            session.execute(delete(rows).where(whose(rows, person_id)))
    session.expire_all()
    person.erased_at = at
    person.version += 1
    ledger.record(session, at, by, "erase", "person", person_id)
    session.flush()
    return person


def note_copy(session: Session, person_id: str, *, by: Actor, at: datetime) -> None:
    """Tell the ledger that a copy of everything about a person was given to her."""
    policy.must(by, "copy_data", policy.to_herself(by, person_id))
    ledger.record(session, at, by, "copy_data", "person", person_id)


def whose(table: Table, person_id: str, *, by: str | None = None) -> ColumnElement[bool]:
    """Say in SQL that a row is about a person, along any of its links, or along one."""
    if table.name == "person":
        return table.c.id == person_id
    ways = [one.name for one in privacy.links_of(table) if by in (None, one.name)]
    return or_(*(_leads_to(table, way, person_id) for way in ways))


def _leads_to(table: Table, way: str, person_id: str) -> ColumnElement[bool]:
    column = table.c[way]
    key = key_of(column).column
    if key.table.name == "person":
        return column == person_id
    return column.in_(select(key).where(whose(key.table, person_id)))


def key_of(column: Column[Any]) -> ForeignKey:
    """Give where a link leads."""
    return min(column.foreign_keys, key=lambda key: key.target_fullname)


def _empty(session: Session, table: Table, person_id: str) -> None:
    """Empty the columns of a table that go, in the rows of a person; where a row is of two, only what is about her."""
    going = [one for one in privacy.columns_of(table) if one.erasure == "empty"]
    if not going or not (table.name == "person" or privacy.links_of(table)):
        return
    for about in sorted({one.about for one in going}):
        values = {one.name: _nothing(table, one.name) for one in going if one.about == about}
        session.execute(update(table).where(whose(table, person_id, by=about or None)).values(values))


def _nothing(table: Table, name: str) -> Any:
    """Give what stands for nothing in a column."""
    column = table.c[name]
    if (table.name, name) in IMPOSED:
        return IMPOSED[table.name, name]
    if column.nullable:
        return None
    return [] if isinstance(column.type, JSON) else column.type.python_type()


def _scrub_rounds(session: Session, person_id: str) -> None:
    """Take out of past rounds what the pairs that she was proposed in have in common; who and how many stay."""
    wishes = wishes_of(session, person_id)
    ids, programs = {wish.id for wish in wishes}, {wish.program for wish in wishes}
    for row in session.scalars(select(Round).where(Round.program.in_(programs))):
        pairings = [_scrubbed(one, ids) for one in row.document["pairings"]]
        unpaired = [_scrubbed(one, ids) for one in row.document["unpaired"]]
        if [pairings, unpaired] != [row.document["pairings"], row.document["unpaired"]]:
            row.document = {**row.document, "pairings": pairings, "unpaired": unpaired}


def _scrubbed(entry: dict[str, Any], ids: Collection[object]) -> dict[str, Any]:
    if entry["need"] not in ids and entry.get("offer") not in ids:
        return entry
    return {
        key: type(value)() if key in {"contributions", "nearest"} else value for key, value in entry.items()
    }


def _scrub_plans(session: Session, person_id: str) -> None:
    """Take an interpreter out of past plans; that somebody was found stays."""
    for row in session.scalars(select(Plan).where(_names(Plan.document, person_id))):
        assigned = [
            one | {"interpreter": NOBODY} if one["interpreter"] == person_id else one
            for one in row.document["assigned"]
        ]
        row.document = {**row.document, "assigned": assigned}


def _scrub_lists(session: Session, person_id: str) -> None:
    """Take an interpreter out of the lists of others' appointments; whoever wanted her alone is given to nobody else."""
    lists = (Appointment.avoid, Appointment.only, Appointment.prefer, Appointment.shortfall)
    for row in session.scalars(select(Appointment).where(or_(*(_names(one, person_id) for one in lists)))):
        row.avoid = [one for one in row.avoid or () if one != person_id]
        row.prefer = [one for one in row.prefer or () if one != person_id]
        row.only = [NOBODY if one == person_id else one for one in row.only or ()]
        if row.shortfall:
            nearest = [pair for pair in row.shortfall["nearest"] if pair[0] != person_id]
            row.shortfall = {**row.shortfall, "nearest": nearest}


def _names(document: InstrumentedAttribute[Any], person_id: str) -> ColumnElement[bool]:
    """Say in SQL that a document holds an id."""
    return cast(document, Text).contains(person_id)


SCRUBBED: Mapping[tuple[str, str], Callable[[Session, str], None]] = MappingProxyType(
    {
        ("round", "document"): _scrub_rounds,
        ("plan", "document"): _scrub_plans,
        ("appointment", "shortfall"): _scrub_lists,
    }
)
"""Columns that are not of one person, and how what is hers is taken out of them."""
