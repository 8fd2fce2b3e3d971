"""What a verb tells the ledger of somebody or something was locked then: seen on PostgreSQL in every test of a verb."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import isfunction, signature
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from models import cards, casework, interpreting, ledger
from models.database import Database
from models.tables import Appointment, Booking, Need, Offer, Pairing, Person, Translation

LOCKED = "rows that the verb at work has locked, or made: nobody else sees these before the commit"
LOCKABLE = (Person, Appointment, Translation)
TABLES = {table.__tablename__: table for table in (*LOCKABLE, Booking, Need, Offer, Pairing)}


@contextmanager
def watched(database: Database) -> Iterator[None]:
    """Fail as soon as a verb tells of what it did not lock; SQLite locks the whole file instead."""
    if database.is_sqlite:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        for place in (cards, casework, interpreting):
            for name, verb in vars(place).copy().items():
                if not name.startswith("_") and isfunction(verb) and "by" in signature(verb).parameters:
                    patch.setattr(place, name, _anew(verb, database))
        patch.setattr(ledger, "record", _checked(ledger.record))
        event.listen(Session, "do_orm_execute", _note_locked)
        event.listen(Session, "transient_to_pending", _note_made)
        yield
        event.remove(Session, "transient_to_pending", _note_made)
        event.remove(Session, "do_orm_execute", _note_locked)


def _anew(verb: Callable[..., Any], database: Database) -> Callable[..., Any]:
    """What an earlier verb of the same unit locked does not count for this one."""

    @wraps(verb)
    def run(session: Session, *about: Any, **does: Any) -> Any:
        if session.get_bind() is not database.engine or LOCKED in session.info:
            return verb(session, *about, **does)
        session.info[LOCKED] = set()
        try:
            return verb(session, *about, **does)
        finally:
            del session.info[LOCKED]

    return run


def _note_made(session: Session, row: Any) -> None:
    if isinstance(row, LOCKABLE):
        session.info.get(LOCKED, set()).add(row.id)


def _note_locked(state: ORMExecuteState) -> None:
    """Note what a statement locks."""
    locked = state.session.info.get(LOCKED)
    if locked is None or not state.is_select or state.statement._for_update_arg is None:
        return
    if state.statement.get_final_froms() in [[table.__table__] for table in LOCKABLE]:
        for value in state.statement.compile().params.values():
            locked.update(value if isinstance(value, list) else [value])


def _checked(record: Callable[..., None]) -> Callable[..., None]:
    @wraps(record)
    def run(
        session: Session, at: Any, actor: Any, verb: str, entity: str, entity_id: str, *facts: Any
    ) -> None:
        locked = session.info.get(LOCKED)
        if locked is not None and entity in TABLES:
            holders = {one["other"] for one in facts if "other" in one}
            with session.no_autoflush:
                holders |= _holders(session, _row(session, entity, entity_id))
            assert holders & locked, f"{verb} tells of a {entity} that it did not lock"
        record(session, at, actor, verb, entity, entity_id, *facts)

    return run


def _row(session: Session, entity: str, entity_id: str) -> Any:
    made = (one for one in session.new if isinstance(one, TABLES[entity]) and one.id == entity_id)
    return next(made, None) or session.get_one(TABLES[entity], entity_id)


def _holders(session: Session, row: Any) -> set[str]:
    """Give whose lock keeps others away from a row: for a pairing, of which both are asked, either does."""
    if isinstance(row, LOCKABLE):
        return {row.id}
    if isinstance(row, Booking):
        return {row.appointment_id}
    if isinstance(row, Pairing):
        return {session.get_one(Need, row.need_id).person_id, session.get_one(Offer, row.offer_id).person_id}
    return {row.person_id}
