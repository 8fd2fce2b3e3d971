"""What must hold in a database at every moment: the doctor's list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session, aliased

from models import ledger
from models.clearances import cleared, missing_between
from models.interpreting import soundness
from models.lifecycle import ANSWERING, IN_FORCE, TOGETHER, is_allowed
from models.tables import (
    Appointment,
    Booking,
    Consent,
    Exclusion,
    LedgerLine,
    Letter,
    Need,
    Offer,
    Pairing,
    Person,
    Round,
    Translation,
)

MACHINES = {
    "person": "person",
    "need": "need_or_offer",
    "offer": "need_or_offer",
    "pairing": "pairing",
    "appointment": "interpreting",
    "booking": "booking",
    "translation": "translation",
}
ANNOUNCED_IN = {
    "proposal_waiting": ANSWERING,
    "answer_waiting": ANSWERING,
    "both_accepted": tuple(state for state in TOGETHER if state != "suspended"),
}
"""Kind of letter → states of a pairing in which it still says what is so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One thing that does not hold: a code, on what, and a detail without personal data."""

    code: str
    entity: str
    entity_id: str
    detail: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.code, self.entity, self.entity_id, self.detail)))


def check_invariants(session: Session, today: date | None = None) -> list[Violation]:
    """Give everything that does not hold; with ``today``, clearances that ran out too."""
    found = [violation for check in CHECKS for violation in check(session)]
    return found + (list(_clearances_in_force(session, today)) if today else [])


def _places(session: Session) -> Iterator[Violation]:
    """The places taken of an offer are its pairings in force, and no more than it has."""
    counted = dict(
        session.execute(
            select(Pairing.offer_id, func.count())
            .where(Pairing.state.in_(IN_FORCE))
            .group_by(Pairing.offer_id)
        ).all()
    )
    for offer in session.scalars(select(Offer).order_by(Offer.id)):
        held = counted.get(offer.id, 0)
        if offer.places_taken != held or held > offer.capacity:
            detail = f"{offer.places_taken} taken, {held} in force, {offer.capacity} offered"
            yield Violation(code="places", entity="offer", entity_id=offer.id, detail=detail)


def _one_pairing_a_need(session: Session) -> Iterator[Violation]:
    """A need has one pairing in force at most, and its state says so."""
    pairings = session.execute(select(Pairing.need_id, Pairing.state).where(Pairing.state.in_(IN_FORCE)))
    held = list(pairings)
    for need_id, times in Counter(need_id for need_id, _ in held).items():
        if times > 1:
            yield Violation(code="paired_twice", entity="need", entity_id=need_id, detail=str(times))
    wanted = {need_id: "proposed" if state in ANSWERING else "paired" for need_id, state in held}
    for need in session.scalars(select(Need).where(Need.state != "paused").order_by(Need.id)):
        is_taken = need.state in ("proposed", "paired")
        if need.state != wanted.get(need.id, "free" if is_taken else need.state):
            yield Violation(code="need_state", entity="need", entity_id=need.id, detail=need.state)


def _consents(session: Session) -> Iterator[Violation]:
    """Nobody is in a pairing in force without having agreed to take part, or having left."""
    agreed = select(Consent.person_id).where(Consent.purpose == "program", Consent.withdrawn_at.is_(None))
    for pairing_id, person_id, state in _in_force(session):
        if state != "ready":
            yield Violation(code="person_left", entity="pairing", entity_id=pairing_id, detail=person_id)
    consented = set(session.scalars(agreed))
    for pairing_id, person_id, _ in _in_force(session):
        if person_id not in consented:
            yield Violation(code="no_consent", entity="pairing", entity_id=pairing_id, detail=person_id)


def _matching_consents(session: Session) -> Iterator[Violation]:
    """Nothing that the engine proposed awaits an answer of someone who turned matching off."""
    matching = select(Consent.person_id).where(Consent.purpose == "matching", Consent.withdrawn_at.is_(None))
    need, offer = aliased(Need), aliased(Offer)
    chosen = (
        select(Pairing.id)
        .join(need, need.id == Pairing.need_id)
        .join(offer, offer.id == Pairing.offer_id)
        .where(Pairing.origin == "engine", Pairing.state.in_(ANSWERING))
        .where(or_(need.person_id.not_in(matching), offer.person_id.not_in(matching)))
    )
    for pairing_id in session.scalars(chosen):
        yield Violation(code="no_matching_consent", entity="pairing", entity_id=pairing_id)


def _exclusions(session: Session) -> Iterator[Violation]:
    """No two people who are kept apart are paired."""
    kept_apart = set(session.execute(select(Exclusion.one_id, Exclusion.other_id)))
    for pairing_id, one, other in _couples(session):
        if tuple(sorted((one, other))) in kept_apart or one == other:
            yield Violation(code="kept_apart", entity="pairing", entity_id=pairing_id)


def _told(session: Session) -> Iterator[Violation]:
    """The last step that the ledger tells of a row is the state that the row is in."""
    last: dict[tuple[str, str], str] = {}
    for line in session.scalars(select(LedgerLine).order_by(LedgerLine.seq)):
        if "to" not in line.facts or line.entity not in MACHINES:
            continue
        before, after = line.facts["from"], line.facts["to"]
        place = (line.entity, line.entity_id)
        if last.get(place) != before or (before and not is_allowed(MACHINES[line.entity], before, after)):
            detail = f"line {line.seq}: {before} → {after}"
            yield Violation(code="step", entity=line.entity, entity_id=line.entity_id, detail=detail)
        last[place] = after
    for table in (Person, Need, Offer, Pairing, Appointment, Booking, Translation):
        for row_id, state in session.execute(select(table.id, table.state).order_by(table.id)):
            if last.get((table.__tablename__, row_id)) != state:
                yield Violation(code="untold", entity=table.__tablename__, entity_id=row_id, detail=state)


def _chain(session: Session) -> Iterator[Violation]:
    """The ledger's chain holds to its head, without a gap, and is the one that was anchored."""
    broken = ledger.first_break(session)
    if broken is not None:
        yield Violation(code=f"ledger_{broken.what}", entity="ledger_line", entity_id=str(broken.seq))


def _whole_rounds(session: Session) -> Iterator[Violation]:
    """A round is complete: its pairings were written, under it or a later one, and who was left out is explained."""
    written = set(session.execute(select(Pairing.need_id, Pairing.offer_id)))
    for row in session.scalars(select(Round).order_by(Round.id)):
        proposed = {(one["need"], one["offer"]) for one in row.document["pairings"]}
        unpaired = {one["need"] for one in row.document["unpaired"] if "barriers" in one}
        is_explained = len(unpaired) == row.unpaired and unpaired.isdisjoint(need for need, _ in proposed)
        if len(proposed) != row.paired or not proposed <= written or not is_explained:
            yield Violation(code="round_incomplete", entity="round", entity_id=row.id)


def _bank(session: Session) -> Iterator[Violation]:
    """The bank of interpreters holds: nobody in two places at once, nobody where a wish keeps her away."""
    for code, entity, entity_id, detail in soundness.faults_of(session):
        yield Violation(code=code, entity=entity, entity_id=entity_id, detail=detail)


def _letters(session: Session) -> Iterator[Violation]:
    """No letter that has not left announces what is over, or what is stopped."""
    chosen = (
        select(Letter.kind, Pairing.id, Pairing.state)
        .join(Pairing, Pairing.id == Letter.about)
        .where(Letter.sent_at.is_(None))
        .order_by(Letter.id)
    )
    for kind, pairing_id, state in session.execute(chosen):
        if kind in ANNOUNCED_IN and state not in ANNOUNCED_IN[kind]:
            yield Violation(code="letter", entity="pairing", entity_id=pairing_id, detail=f"{kind}, {state}")


def _orphans(session: Session) -> Iterator[Violation]:
    """Every foreign key leads somewhere; PostgreSQL cannot hold one that does not."""
    if session.get_bind().dialect.name == "sqlite":
        for table, row, parent, _ in session.execute(text("PRAGMA foreign_key_check")):
            yield Violation(code="orphan", entity=table, entity_id=str(row), detail=parent)


def _clearances_in_force(session: Session, today: date) -> Iterator[Violation]:
    """Whoever gives a place in a pairing that goes on is cleared for it today; a suspended one may wait."""
    newcomer, giver = aliased(Person), aliased(Person)
    rows = session.execute(
        select(Pairing, newcomer, Offer, giver)
        .join(Need, Need.id == Pairing.need_id)
        .join(newcomer, newcomer.id == Need.person_id)
        .join(Offer, Offer.id == Pairing.offer_id)
        .join(giver, giver.id == Offer.person_id)
        .where(Pairing.state.in_(IN_FORCE), Pairing.state != "suspended")
        .order_by(Pairing.id)
    )
    held = list(rows)
    now = cleared(session, {person.id: person for *_, person in held}.values(), today)
    for pairing, asking, offer, giving in held:
        if missing := missing_between(pairing, asking, offer, now[giving.id]):
            detail = f"{giving.id}: {', '.join(missing)}"
            yield Violation(code="not_cleared", entity="pairing", entity_id=pairing.id, detail=detail)


def _couples(session: Session) -> list[tuple[str, str, str]]:
    chosen = (
        select(Pairing.id, Need.person_id, Offer.person_id)
        .join(Need, Need.id == Pairing.need_id)
        .join(Offer, Offer.id == Pairing.offer_id)
        .where(Pairing.state.in_(IN_FORCE))
        .order_by(Pairing.id)
    )
    return [tuple(row) for row in session.execute(chosen)]  # type: ignore[misc]  # three columns


def _in_force(session: Session) -> list[tuple[str, str, str]]:
    """Give each pairing in force with each of its people and that person's state."""
    states = dict(session.execute(select(Person.id, Person.state)).all())
    return [
        (pairing_id, person_id, states[person_id])
        for pairing_id, *couple in _couples(session)
        for person_id in couple
    ]


CHECKS: tuple[Callable[[Session], Iterator[Violation]], ...] = (
    _places,
    _one_pairing_a_need,
    _consents,
    _matching_consents,
    _exclusions,
    _told,
    _chain,
    _whole_rounds,
    _bank,
    _letters,
    _orphans,
)
