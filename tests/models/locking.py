"""What a verb tells the ledger of somebody happened while she was locked: seen on PostgreSQL, in every test of a verb."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import isfunction, signature
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from models import casework, interpreting, ledger
from models.tables import Need, Offer, Pairing, Person

LOCKED = "people whom the verb at work has locked"
TABLES = {table.__tablename__: table for table in (Person, Need, Offer, Pairing)}


@contextmanager
def watched(session: Session) -> Iterator[None]:
    """Fail as soon as a verb of this unit tells of somebody whom it did not lock."""
    if session.get_bind().dialect.name == "sqlite":  # there a unit locks the whole file as it begins
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        for place in (casework, interpreting):
            for name in place.__all__:
                verb = getattr(place, name)
                if isfunction(verb) and "by" in signature(verb).parameters:
                    patch.setattr(place, name, _anew(verb))
        patch.setattr(ledger, "record", _checked(ledger.record))
        event.listen(session, "do_orm_execute", _note)
        yield
        event.remove(session, "do_orm_execute", _note)


def _anew(verb: Callable[..., Any]) -> Callable[..., Any]:
    """What an earlier verb of the same test locked does not count for this one."""

    @wraps(verb)
    def run(session: Session, *about: Any, **does: Any) -> Any:
        is_inner = session.info.get(LOCKED) is not None
        session.info.setdefault(LOCKED, set())
        try:
            return verb(session, *about, **does)
        finally:
            if not is_inner:
                del session.info[LOCKED]

    return run


def _note(state: ORMExecuteState) -> None:
    """Note whom a statement locks."""
    locked = state.session.info.get(LOCKED)
    if locked is None or not state.is_select or state.statement._for_update_arg is None:
        return
    if state.statement.get_final_froms() == [Person.__table__]:
        for value in state.statement.compile().params.values():
            locked.update(value if isinstance(value, list) else [value])


def _checked(record: Callable[..., None]) -> Callable[..., None]:
    @wraps(record)
    def run(
        session: Session, at: Any, actor: Any, verb: str, entity: str, entity_id: str, *facts: Any
    ) -> None:
        locked = session.info.get(LOCKED)
        if locked is not None and verb == "register":
            locked.add(entity_id)  # she is new: nobody else sees her yet
        elif locked is not None and entity in TABLES:
            with session.no_autoflush:
                row = session.get(TABLES[entity], entity_id)
                two = {one["other"] for one in facts if "other" in one}
                is_held = (
                    row is None or (_holders(session, row) | two) & locked
                )  # a new row is of this unit alone
            assert is_held, f"{verb} tells of a {entity} that it did not lock"
        record(session, at, actor, verb, entity, entity_id, *facts)

    return run


def _holders(session: Session, row: Any) -> set[str]:
    """Give whose lock keeps others away from a row: for a pairing, which asks both, either does."""
    if isinstance(row, Person):
        return {row.id}
    if isinstance(row, Pairing):
        return {session.get_one(Need, row.need_id).person_id, session.get_one(Offer, row.offer_id).person_id}
    return {row.person_id}
