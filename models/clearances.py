"""What was verified of people, and what giving a place asks to have been verified."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from models import sealed
from models.lifecycle import TOGETHER
from models.tables import Clearance, Offer, Pairing, Person

SCREENING_LEVELS = (0, 1, 2)
USUAL_LEVEL, LEVEL_WITH_CHILDREN = 1, 2
LEVEL_OF_PROGRAM = {"support": 2, "interpreting": 2}

STEPS = ("interview", "identity", "references", "screening", "second_person", "conduct", "training")
"""What is asked of whoever gives, in the order of the work; ``second_person`` only where children are."""

BARRIER_OF = {step: "blocked_training" if step == "training" else "blocked_vetting" for step in STEPS}
"""The reason code under which a missing step keeps two people apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """What is in force of a person's clearances on one day."""

    kinds: frozenset[str]
    screening_level: int
    confirmed_level: int
    """The highest level that a second person confirmed."""

    @property
    def is_trained(self) -> bool:
        """Whether the training was followed."""
        return "training" in self.kinds

    @property
    def may_meet_children(self) -> bool:
        """Whether two people cleared her for households with children."""
        return self.confirmed_level >= LEVEL_WITH_CHILDREN

    def missing(self, program: str, *, with_children: bool) -> tuple[str, ...]:
        """Give the steps that giving a place in a program still asks, in the order of the work."""
        is_there = {step: step in self.kinds for step in STEPS}
        is_there["screening"] = self.screening_level >= level_of(program, with_children=with_children)
        is_there["second_person"] = self.may_meet_children or not with_children
        return tuple(step for step in STEPS if not is_there[step])


def level_asked(offer: Offer) -> int:
    """Give the screening level that an offer asks."""
    return level_of(offer.program, with_children=bool(offer.accepts_children))


def level_of(program: str, *, with_children: bool) -> int:
    """Give the screening level that a program asks: 2 for support, interpreting, or where children are."""
    return LEVEL_WITH_CHILDREN if with_children else LEVEL_OF_PROGRAM.get(program, USUAL_LEVEL)


def missing_for(offer: Offer, has: Cleared) -> tuple[str, ...]:
    """Give the steps that are missing before an offer may be proposed to anybody."""
    return has.missing(offer.program, with_children=bool(offer.accepts_children))


def missing_between(pairing: Pairing, newcomer: Person, offer: Offer, has: Cleared) -> tuple[str, ...]:
    """Give the steps that are missing between two people.

    Until both have said yes the offer's own promise counts as well; from then on, whether children are there.
    """
    is_promised = pairing.state not in TOGETHER and bool(offer.accepts_children)
    return has.missing(offer.program, with_children=is_promised or has_children(newcomer))


def has_children(person: Person) -> bool:
    """Say whether children live with a person, as told or as the form of the household says."""
    is_told = person.children_bands is not None
    return bool(person.children_bands) if is_told else person.household_form == "family"


def cleared(session: Session, people: Iterable[Person], today: date) -> Mapping[str, Cleared]:
    """Give what is in force for each of these people, by person id."""
    by_id = {person.id: person for person in people}
    kinds: dict[str, set[str]] = defaultdict(set)
    screenings: dict[str, list[Clearance]] = defaultdict(list)
    counts = Clearance.person_id.in_(by_id) & in_force(today)
    for person_id, kind in session.execute(select(Clearance.person_id, Clearance.kind).where(counts)):
        kinds[person_id].add(kind)
    for screening in session.scalars(select(Clearance).where(counts, Clearance.kind == "screening")):
        screenings[screening.person_id].append(screening)
    return {key: _summed(session, one, kinds[key], screenings[key]) for key, one in by_id.items()}


def in_force(today: date) -> ColumnElement[bool]:
    """Tell which clearances count on a day: not revoked, and not past their end."""
    return Clearance.revoked_at.is_(None) & or_(Clearance.expires.is_(None), Clearance.expires >= today)


def _summed(session: Session, person: Person, kinds: set[str], screenings: list[Clearance]) -> Cleared:
    levels = [
        (int(sealed.take(session, person, one, "outcome") or 0), one.confirmed_at is not None)
        for one in screenings
    ]
    interview = {"interview"} if person.interviewed_at else set()
    return Cleared(
        kinds=frozenset(kinds | interview),
        screening_level=max((level for level, _ in levels), default=0),
        confirmed_level=max((level for level, is_confirmed in levels if is_confirmed), default=0),
    )
