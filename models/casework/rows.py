"""What the verbs share: finding a row, locking people, one step of a state machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, or_, select, text
from sqlalchemy.orm import Session

from models import ledger
from models.actor import Actor
from models.errors import Unknown
from models.lifecycle import IN_FORCE, OVER, UNDECIDED, check_step
from models.tables import (
    Account,
    Appointment,
    Base,
    Booking,
    Incident,
    Need,
    Offer,
    Pairing,
    Person,
    Translation,
)

Row = TypeVar("Row", bound=Base)
Asking = TypeVar("Asking", Appointment, Translation)
Lockable = Person | Account | Appointment | Translation | Incident
Stateful = Person | Need | Offer | Pairing | Appointment | Booking | Translation

MACHINES = {
    Person: "person",
    Need: "need_or_offer",
    Offer: "need_or_offer",
    Pairing: "pairing",
    Appointment: "interpreting",
    Booking: "booking",
    Translation: "translation",
}


def get(session: Session, table: type[Row], row_id: str) -> Row:
    """Give the row with this id.

    Raises
    ------
    Unknown
        There is none.
    """
    row = session.get(table, row_id)
    if row is None:
        raise Unknown(table.__tablename__, row_id)
    return row


def lock_chosen(session: Session, table: type[Asking], of: ColumnElement[bool]) -> list[Asking]:
    """Lock the rows of which something holds, and give those of which it still does."""
    session.flush()
    chosen = select(table).where(of).order_by(table.id)
    lock_rows(session, table, [one.id for one in session.scalars(chosen)])
    return list(session.scalars(chosen))


def lock_rows(session: Session, table: type[Lockable], row_ids: Iterable[str]) -> None:
    """Keep every other unit of work away from these rows, in the order of their ids; then read afresh.

    People come first, then appointments, then translations. SQLite has locked the whole file when the unit began, so
    there is nothing left to do there.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    session.flush()
    wanted = sorted(set(row_ids))
    session.execute(select(table.id).where(table.id.in_(wanted)).order_by(table.id).with_for_update())
    session.expire_all()


def lock_people(session: Session, person_ids: Iterable[str]) -> None:
    """Lock people, in the order of their ids; then read afresh."""
    lock_rows(session, Person, person_ids)


def lock_person(session: Session, person_id: str) -> Person:
    """Lock one person and give her row."""
    lock_people(session, [person_id])
    return get(session, Person, person_id)


def lock_circle(session: Session, person_id: str) -> Person:
    """Lock a person with everyone she has an open pairing with, and give her row.

    Someone may join the circle before it is locked. It is then let go and locked anew, whole: to add a
    lock out of order could leave two units waiting for each other.
    """
    circle = _circle(session, person_id)
    while True:
        session.flush()
        session.execute(text("SAVEPOINT circle"))
        lock_people(session, circle)
        grown = _circle(session, person_id)
        if grown <= circle:
            session.execute(text("RELEASE SAVEPOINT circle"))
            return get(session, Person, person_id)
        session.execute(text("ROLLBACK TO SAVEPOINT circle"))
        circle = grown


def lock_pairing(session: Session, pairing_id: str) -> tuple[Pairing, Need, Offer]:
    """Lock the two people of a pairing; give the pairing, its need and its offer."""
    pairing = get(session, Pairing, pairing_id)
    need, offer = lock_sides(session, pairing.need_id, pairing.offer_id)
    return pairing, need, offer


def lock_sides(session: Session, need_id: str, offer_id: str) -> tuple[Need, Offer]:
    """Lock the people of a need and an offer; give both rows."""
    need, offer = get(session, Need, need_id), get(session, Offer, offer_id)
    lock_people(session, [need.person_id, offer.person_id])
    return need, offer


def open_pairings(session: Session, person_id: str) -> list[Pairing]:
    """Give the pairings of a person that are proposed or in force, oldest first."""
    mine = (
        Pairing.need_id.in_(select(Need.id).where(Need.person_id == person_id)),
        Pairing.offer_id.in_(select(Offer.id).where(Offer.person_id == person_id)),
    )
    chosen = select(Pairing).where(or_(*mine), Pairing.state.in_(UNDECIDED + IN_FORCE))
    return list(session.scalars(chosen.order_by(Pairing.suggested_at, Pairing.id)))


def wishes_of(session: Session, person_id: str) -> list[Need | Offer]:
    """Give the needs and offers of a person, oldest first."""
    needs = session.scalars(select(Need).where(Need.person_id == person_id))
    offers = session.scalars(select(Offer).where(Offer.person_id == person_id))
    return sorted([*needs, *offers], key=lambda wish: (wish.published_at, wish.id))


def has_wish(session: Session, person_id: str, side: str, program: str) -> bool:
    """Say whether a person asks (``side`` is ``need``) or gives in a program, and it is not over."""
    table: type[Need | Offer] = Need if side == "need" else Offer
    open_ones = select(table.id).where(
        table.person_id == person_id, table.program == program, table.state.not_in(OVER)
    )
    return session.scalar(open_ones.limit(1)) is not None


def move(  # noqa: PLR0913 - a step is told with all of these
    session: Session,
    row: Stateful,
    step: str,
    *,
    verb: str,
    by: Actor,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Take one step of a state machine, with its ledger line.

    Raises
    ------
    NotAllowedNow
        The step does not follow the state.
    """
    entity = MACHINES[type(row)]
    check_step(entity, row.state, step)
    told = {"from": row.state, "to": step, **(facts or {})}
    row.state, row.state_since = step, at
    row.version += 1
    ledger.record(session, at, by, verb, row.__tablename__, row.id, told)


def note(session: Session, row: Stateful, verb: str, *, by: Actor, at: datetime, **facts: Any) -> None:
    """Tell the ledger of a change that is not a step."""
    row.version += 1
    ledger.record(session, at, by, verb, row.__tablename__, row.id, facts)


def _circle(session: Session, person_id: str) -> set[str]:
    pairings = open_pairings(session, person_id)
    needs = select(Need.person_id).where(Need.id.in_([pairing.need_id for pairing in pairings]))
    offers = select(Offer.person_id).where(Offer.id.in_([pairing.offer_id for pairing in pairings]))
    return {person_id, *session.scalars(needs), *session.scalars(offers)}
