"""« Ne pas me jumeler avec… »: her own list as she wrote it, and the names that wait for a coordinator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import sealed
from models.casework.rows import get
from models.errors import Unknown
from models.instants import city_date
from models.lifecycle import GONE, IN_FORCE
from models.queries.cards import NeedPerson, OfferPerson, couples, full_name
from models.tables import ApartWish, Pairing, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A pairing of hers, by which she can say whom she means; a name only where she knows it now."""

    pairing_id: str
    first_name: str | None
    program: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What she wrote, or chose; whether it led to anybody is not hers to read."""

    id: str
    name: str | None
    known: Known | None
    asked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MyWishes:
    """The whole page."""

    known: tuple[Known, ...]
    """Whom she can name with one click."""
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name that somebody wrote, for the coordinator who looks for who it is."""

    id: str
    person_id: str
    asker: str
    name: str
    asked_at: datetime
    waits: bool


def my_wishes(session: Session, person_id: str) -> MyWishes:
    """Give a person's own list, the latest first, and whom she can still add with one click."""
    person = get(session, Person, person_id)
    known = {one.pairing_id: one for one in _known(session, person_id)}
    chosen = select(ApartWish).where(ApartWish.person_id == person_id)
    rows = list(session.scalars(chosen.order_by(ApartWish.asked_at.desc(), ApartWish.id)))
    said = {row.pairing_id for row in rows}
    return MyWishes(
        known=tuple(one for one in known.values() if one.pairing_id not in said),
        wishes=tuple(
            Wish(
                id=row.id,
                name=sealed.take(session, person, row, "name"),
                known=known.get(row.pairing_id or ""),
                asked_on=city_date(row.asked_at),
            )
            for row in rows
        ),
    )


def named(session: Session, apart_id: str) -> Named:
    """Give one name that somebody wrote.

    Raises
    ------
    Unknown
        There is no such wish, she chose a pairing, or she is no longer of the program.
    """
    wish = get(session, ApartWish, apart_id)
    person = get(session, Person, wish.person_id)
    if wish.pairing_id is not None or person.state in GONE:
        raise Unknown("apart_wish", apart_id)
    return _named(session, wish, person)


def names_that_wait(session: Session) -> Iterator[Named]:
    """Give every name that a coordinator has still to look for, the oldest first."""
    chosen = (
        select(ApartWish, Person)
        .join(Person, Person.id == ApartWish.person_id)
        .where(ApartWish.looked_at.is_(None), Person.state.not_in(GONE))
        .order_by(ApartWish.asked_at, ApartWish.id)
    )
    for wish, person in session.execute(chosen):
        yield _named(session, wish, person)


def names_of(session: Session, person: Person) -> tuple[Named, ...]:
    """Give the names that a person wrote and that led to nobody yet."""
    chosen = select(ApartWish).where(
        ApartWish.person_id == person.id, ApartWish.pairing_id.is_(None), ApartWish.other_id.is_(None)
    )
    rows = session.scalars(chosen.order_by(ApartWish.asked_at, ApartWish.id))
    return tuple(_named(session, row, person) for row in rows)


def _named(session: Session, wish: ApartWish, person: Person) -> Named:
    return Named(
        id=wish.id,
        person_id=person.id,
        asker=full_name(session, person),
        name=sealed.take(session, person, wish, "name") or "",
        asked_at=wish.asked_at,
        waits=wish.looked_at is None,
    )


def _known(session: Session, person_id: str) -> Iterator[Known]:
    """Give the pairings that she knows of, the latest first."""
    chosen = (
        couples()
        .where(or_(NeedPerson.id == person_id, OfferPerson.id == person_id), Pairing.approved_at.is_not(None))
        .order_by(Pairing.approved_at.desc(), Pairing.id)
    )
    for pairing, newcomer, sponsor in session.execute(chosen):
        other = sponsor if newcomer.id == person_id else newcomer
        yield Known(
            pairing_id=pairing.id,
            first_name=other.first_name if pairing.state in IN_FORCE else None,
            program=pairing.program,
            since=city_date(pairing.approved_at or pairing.suggested_at),
        )
