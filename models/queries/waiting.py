"""Who is ready and waits: for the next round, for long, or for a pairing by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.queries.cards import full_name
from models.queries.rounds import Verdict, verdicts
from models.tables import Consent, Need, Offer, Person

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
    """Give by program how many of a queue wait for the next round, and how many places are free."""
    needs = Counter(need.program for need, _ in queue)
    chosen = (
        select(Offer.program, func.sum(Offer.capacity - Offer.places_taken))
        .join(Person, Person.id == Offer.person_id)
        .where(Offer.state == "available", Person.state == "ready", Offer.places_taken < Offer.capacity)
        .group_by(Offer.program)
    )
    places = dict(session.execute(chosen).all())
    return tuple(
        Ready(program=program, needs=count, places=int(places.get(program, 0)))
        for program, count in sorted(needs.items())
    )


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
