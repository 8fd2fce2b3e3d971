"""Who is ready and waits: for the next round, for long, or for a pairing by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import mapping
from models.lifecycle import UNDECIDED
from models.queries.cards import full_name
from models.queries.rounds import Verdict, verdicts
from models.tables import Consent, Need, Offer, Pairing, Person

LONG_WAIT, VERY_LONG_WAIT = 30, 60
Free = tuple[Need, Person]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody ready who has waited long without a proposal, and what keeps offers away."""

    person_id: str
    need_id: str
    name: str
    program: str
    days: int
    pressing: bool
    barrier: str | None
    barred: int
    compatible: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """Somebody ready who has not turned matching on."""

    person_id: str
    wish_id: str
    side: str
    name: str
    program: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Who waits for the next round of a program."""

    program: str
    needs: int
    places: int


def agreed_now(session: Session) -> Mapping[str, set[str]]:
    """Give who agrees to the program, and who of them also to be matched, by purpose."""
    found: dict[str, set[str]] = {"program": set(), "matching": set()}
    chosen = select(Consent.purpose, Consent.person_id).where(
        Consent.withdrawn_at.is_(None), Consent.purpose.in_(found)
    )
    for purpose, person_id in session.execute(chosen):
        found[purpose].add(person_id)
    found["matching"] &= found["program"]
    return found


def free_needs(session: Session) -> list[Free]:
    """Give the needs of people who are ready and have no pairing, who waits longest first."""
    chosen = (
        select(Need, Person)
        .join(Person, Person.id == Need.person_id)
        .where(Need.state == "available", Person.state == "ready")
        .order_by(Need.waiting_since, Need.id)
    )
    return list(session.execute(chosen))


def ready(session: Session, queue: Iterable[Free]) -> tuple[Ready, ...]:
    """Give by program how many of a queue the next round takes, and how many places nobody is proposed for."""
    queued, proposed = {need.id: need.program for need, _ in queue}, _proposed(session)
    found = (
        Ready(
            program=program,
            needs=sum(need.id in queued for need in mapping.waiting(session, Need, program)),
            places=sum(_free(offer, proposed) for offer in mapping.waiting(session, Offer, program)),
        )
        for program in sorted(set(queued.values()))
    )
    return tuple(one for one in found if one.needs)


def _proposed(session: Session) -> Counter[str]:
    """Count by offer the proposals that nobody has decided on: ``places_taken`` holds the approved ones."""
    return Counter(session.scalars(select(Pairing.offer_id).where(Pairing.state.in_(UNDECIDED))))


def _free(offer: Offer, proposed: Mapping[str, int]) -> int:
    return max(offer.capacity - offer.places_taken - proposed[offer.id], 0)


def waiting_long(session: Session, queue: Iterable[Free], today: date) -> list[Waiting]:
    """Give who of a queue has waited long, and what keeps offers away."""
    why = verdicts(session)
    return [
        Waiting(
            person_id=person.id,
            need_id=need.id,
            name=full_name(session, person),
            program=need.program,
            days=(today - need.waiting_since).days,
            pressing=need.pressing,
            **_main_barrier(why.get(need.id)),
        )
        for need, person in queue
        if (today - need.waiting_since).days > LONG_WAIT
    ]


def _main_barrier(verdict: Verdict | None) -> dict[str, Any]:
    code = verdict.main_barrier if verdict else None
    return {
        "barrier": code,
        "barred": (verdict.barriers or {})[code] if verdict and code else 0,
        "compatible": (verdict.compatible if verdict else 0) or 0,
    }


def by_hand(session: Session, free: Iterable[Free], agreed: Mapping[str, set[str]]) -> tuple[ByHand, ...]:
    """Give who is ready and did not agree to be matched: a pairing is made by hand, or not at all."""
    chosen = (
        select(Offer, Person)
        .join(Person, Person.id == Offer.person_id)
        .where(Offer.state == "available", Person.state == "ready")
        .where(Offer.places_taken < Offer.capacity)
        .order_by(Offer.published_at, Offer.id)
    )
    alone = agreed["program"] - agreed["matching"]
    everyone: list[tuple[Need | Offer, Person]] = [*free, *session.execute(chosen)]
    return tuple(
        ByHand(
            person_id=person.id,
            wish_id=wish.id,
            side=wish.__tablename__,
            name=full_name(session, person),
            program=wish.program,
        )
        for wish, person in everyone
        if person.id in alone
    )
