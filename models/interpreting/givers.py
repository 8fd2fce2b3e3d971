"""Who gives in the bank, and what still keeps each from being asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session, load_only

from models import clearances
from models.clearances import missing_for
from models.instants import city_date
from models.lifecycle import GONE
from models.tables import Consent, Interpreter, Offer, Person

TO_BE_ASKED = ("program", "matching")
OF_A_GIVER = (
    Person.first_name,
    Person.state,
    Person.erased_at,
    Person.data_key,
    Person.interviewed_at,
    Person.sector,
    Person.travel_mode,
    Person.travel_limit_km,
    Person.gender,
)
"""What the plan, and its pages, read of everybody in the bank."""


@dataclass(frozen=True, slots=True)
class Giver:
    """An interpreter with her person, and what is lacking before she may be asked for anything new."""

    row: Interpreter
    person: Person
    lacks: tuple[str, ...]
    """Steps of :data:`models.clearances.STEPS`, ``code``, purposes of consents, ``paused``, ``inactive``."""

    @property
    def is_open(self) -> bool:
        """Say whether she may be asked."""
        return not self.lacks


def is_open(session: Session, number: int, at: datetime) -> bool:
    """Say whether an interpreter may be asked now."""
    return giver_of(session, number, at).is_open


def giver_of(session: Session, number: int, at: datetime) -> Giver:
    """Give one interpreter."""
    (found,) = _givers(session, at, Interpreter.number == number)
    return found


def givers_of(session: Session, at: datetime, also: Iterable[int] = ()) -> list[Giver]:
    """Give who may be asked now, and some others: ready, cleared, under the code, agreed to be matched, not away."""
    kept = set(also)
    return [one for one in _givers(session, at, true()) if one.is_open or one.row.number in kept]


def _givers(session: Session, at: datetime, of: ColumnElement[bool]) -> list[Giver]:
    chosen = (
        select(Interpreter, Offer, Person)
        .join(Offer, Offer.id == Interpreter.offer_id)
        .join(Person, Person.id == Interpreter.person_id)
        .where(of)
        .options(load_only(*OF_A_GIVER), load_only(Offer.program, Offer.state, Offer.accepts_children))
    )
    rows = session.execute(chosen.order_by(Interpreter.number)).all()
    people = [person for _, _, person in rows]
    cleared = clearances.cleared(session, people, city_date(at))
    agreed = _agreed(session, people)
    return [
        Giver(
            row, person, _lacks(row, offer, person, missing_for(offer, cleared[person.id]), agreed[person.id])
        )
        for row, offer, person in rows
    ]


def _lacks(
    row: Interpreter, offer: Offer, person: Person, steps: Sequence[str], agreed: Collection[str]
) -> tuple[str, ...]:
    """Who is not ready lacks steps; where she lacks none she is out of it: gone, or declined."""
    is_out = person.state in GONE or (person.state != "ready" and not steps)
    own = {
        "code": row.code_signed_at is None,
        **{purpose: purpose not in agreed for purpose in TO_BE_ASKED},
        "paused": offer.state == "paused",
        "inactive": offer.state not in {"available", "paused"} or is_out,
    }
    return (*steps, *(code for code, is_lacking in own.items() if is_lacking))


def _agreed(session: Session, people: Iterable[Person]) -> Mapping[str, set[str]]:
    chosen = select(Consent.person_id, Consent.purpose).where(
        Consent.person_id.in_([one.id for one in people]),
        Consent.purpose.in_(TO_BE_ASKED),
        Consent.withdrawn_at.is_(None),
    )
    given: dict[str, set[str]] = defaultdict(set)
    for person_id, purpose in session.execute(chosen):
        given[person_id].add(purpose)
    return given
