"""Who gives, or would, and what is missing for it today or soon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clearances import STEPS, Cleared, cleared, missing_for
from models.lifecycle import OVER
from models.tables import Clearance, Offer, Person

SOON = timedelta(days=30)
IN_VETTING = ("vetting", "training", "ready")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What one person has still to show; empty where all is in order until ``due``."""

    person: Person
    missing: tuple[str, ...]
    due: date

    @property
    def kind(self) -> str:
        """``second_person`` where only that is missing, else ``renewal``."""
        return "second_person" if self.missing == ("second_person",) else "renewal"


def gaps(session: Session, today: date) -> Iterator[Gap]:
    """Give everybody who gives and is not cleared for it, or whose clearance ends within a month."""
    offers = _offers(session)
    people = {person.id: person for person, _ in offers.values()}
    now, soon = (cleared(session, people.values(), day) for day in (today, today + SOON))
    ends = _ends(session, today)
    for person, own in offers.values():
        missing = _missing(own, now[person.id])
        if missing:
            yield Gap(person=person, missing=missing, due=today)
        elif _missing(own, soon[person.id]):
            yield Gap(person=person, missing=(), due=ends[person.id])


def _offers(session: Session) -> dict[str, tuple[Person, list[Offer]]]:
    chosen = (
        select(Person, Offer)
        .join(Offer, Offer.person_id == Person.id)
        .where(Person.state.in_(IN_VETTING), Offer.state.not_in(OVER))
        .order_by(Person.id, Offer.id)
    )
    found: dict[str, tuple[Person, list[Offer]]] = {}
    for person, offer in session.execute(chosen):
        found.setdefault(person.id, (person, []))[1].append(offer)
    return found


def _missing(offers: list[Offer], has: Cleared) -> tuple[str, ...]:
    missing = {step for offer in offers for step in missing_for(offer, has)}
    return tuple(step for step in STEPS if step in missing)


def _ends(session: Session, today: date) -> defaultdict[str, date]:
    """Give the first end of a clearance of each person from today on."""
    chosen = select(Clearance.person_id, Clearance.expires).where(
        Clearance.revoked_at.is_(None), Clearance.expires >= today
    )
    found: defaultdict[str, date] = defaultdict(lambda: today + SOON)
    for person_id, expires in session.execute(chosen):
        found[person_id] = min(found[person_id], expires or date.max)
    return found
