"""What was verified of people, and what an offer asks to have been verified."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import sealed
from models.tables import Clearance, Offer, Person

SCREENING_LEVELS = (0, 1, 2)
USUAL_LEVEL, LEVEL_WITH_CHILDREN = 1, 2
LEVEL_OF_PROGRAM = {"support": 2, "interpreting": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """What is in force of a person's clearances on one day."""

    screening_level: int
    is_trained: bool


NOTHING = Cleared(screening_level=0, is_trained=False)


def level_asked(offer: Offer) -> int:
    """Give the screening level that an offer asks: 2 for support, interpreting, or where children are."""
    if offer.accepts_children:
        return LEVEL_WITH_CHILDREN
    return LEVEL_OF_PROGRAM.get(offer.program, USUAL_LEVEL)


def cleared(session: Session, people: Iterable[Person], today: date) -> Mapping[str, Cleared]:
    """Give what is in force for each of these people, by person id."""
    by_id = {person.id: person for person in people}
    found: dict[str, list[Clearance]] = defaultdict(list)
    for clearance in session.scalars(select(Clearance).where(Clearance.person_id.in_(by_id))):
        if clearance.expires is None or clearance.expires >= today:
            found[clearance.person_id].append(clearance)
    return {key: _summed(session, by_id[key], found[key]) for key in by_id}


def _summed(session: Session, person: Person, clearances: list[Clearance]) -> Cleared:
    outcomes = [
        sealed.take(session, person, clearance, "outcome")
        for clearance in clearances
        if clearance.kind == "screening"
    ]
    return Cleared(
        screening_level=max((int(outcome) for outcome in outcomes if outcome), default=0),
        is_trained=any(clearance.kind == "training" for clearance in clearances),
    )
