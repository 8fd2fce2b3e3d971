"""A program as it stands: what every page of « Comprendre » is computed from, and who is in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import records
from models import mapping
from models.queries.cards import first_name, full_name
from models.tables import Need, Offer, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who is compared, on which day; ``locked`` pairings are kept whatever else changes."""

    program: str
    today: date
    needs: int
    offers: int
    places: int
    locked: int

    @property
    def is_empty(self) -> bool:
        """Whether one side has nobody, so that there is nothing to compare."""
        return not (self.needs and self.offers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """The person of a need or an offer; ``days`` says how long a need has waited."""

    wish_id: str
    person_id: str
    first_name: str
    name: str
    days: int | None = None


def standing_of(pool: records.Pool) -> Standing:
    """Give the figures of a pool."""
    return Standing(
        program=pool.program,
        today=pool.today,
        needs=len(pool.needs),
        offers=len(pool.offers),
        places=sum(max((one.capacity or 0) - (one.active_pairings or 0), 0) for one in pool.offers),
        locked=len(pool.locks),
    )


def standing(session: Session, program: str, today: date) -> Standing:
    """Give the figures of a program as it stands now."""
    return standing_of(mapping.read_pool(session, program, today))


def people_of(session: Session, ids: Iterable[str], today: date) -> Mapping[str, Who]:
    """Give who stands behind these needs and offers, by their ids."""
    wanted = list(set(ids))
    found: dict[str, Who] = {}
    tables: tuple[type[Any], ...] = (Need, Offer)
    for table in tables:
        chosen = select(table, Person).join(Person, Person.id == table.person_id).where(table.id.in_(wanted))
        for wish, person in session.execute(chosen):
            found[wish.id] = Who(
                wish_id=wish.id,
                person_id=person.id,
                first_name=first_name(person),
                name=full_name(session, person),
                days=(today - wish.waiting_since).days if isinstance(wish, Need) else None,
            )
    return found
