"""What must hold in a database at every moment: the doctor's list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, func, literal, or_, select, text, union_all
from sqlalchemy.orm import Session, aliased

from models import ledger
from models.clearances import cleared, missing_between
from models.interpreting import soundness
from models.lifecycle import ANSWERING, IN_FORCE, OVER, TOGETHER, is_allowed
from models.tables import (
    ApartWish,
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
    "meeting_planned": ("first_meeting_planned",),
    "meeting_moved": ("first_meeting_planned",),
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


class _Held(NamedTuple):
    """A pairing in force, and the two people in it."""

    id: str
    state: str
    origin: str
    need_id: str
    offer_id: str
    asking: str
    asking_state: str
    giving: str
    giving_state: str

    @property
    def people(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Give both people, each with her state."""
        return (self.asking, self.asking_state), (self.giving, self.giving_state)


# Built once: an office is looked at after every backup, every night, and thousands of times in the tests.
_ASKING, _GIVING = aliased(Person), aliased(Person)
_HELD = (
    select(
        Pairing.id,
        Pairing.state,
        Pairing.origin,
        Pairing.need_id,
        Pairing.offer_id,
        _ASKING.id,
        _ASKING.state,
        _GIVING.id,
        _GIVING.state,
    )
    .join(Need, Need.id == Pairing.need_id)
    .join(_ASKING, _ASKING.id == Need.person_id)
    .join(Offer, Offer.id == Pairing.offer_id)
    .join(_GIVING, _GIVING.id == Offer.person_id)
    .where(Pairing.state.in_(IN_FORCE))
    .order_by(Pairing.id)
)
_APART = select(Exclusion.one_id, Exclusion.other_id)
_UNMET = (
    select(ApartWish.id)
    .outerjoin(
        Exclusion,
        or_(
            and_(Exclusion.one_id == ApartWish.person_id, Exclusion.other_id == ApartWish.other_id),
            and_(Exclusion.other_id == ApartWish.person_id, Exclusion.one_id == ApartWish.other_id),
        ),
    )
    .where(ApartWish.other_id.is_not(None), Exclusion.one_id.is_(None))
    .order_by(ApartWish.id)
)
_OFFERS = select(Offer.id, Offer.places_taken, Offer.capacity).order_by(Offer.id)
_WISHED_TWICE = union_all(
    *(
        select(table.person_id, literal(table.__tablename__), table.program)
        .where(table.state.not_in(OVER))
        .group_by(table.person_id, table.program)
        .having(func.count() > 1)
        for table in (Need, Offer)
    )
)
_NEEDS = select(Need.id, Need.state).where(Need.state != "paused").order_by(Need.id)
_AGREED = select(Consent.purpose, Consent.person_id).where(Consent.withdrawn_at.is_(None))
_STEPS = (
    select(LedgerLine.seq, LedgerLine.entity, LedgerLine.entity_id, LedgerLine.facts)
    .where(LedgerLine.entity.in_(MACHINES))
    .order_by(LedgerLine.seq)
)
_STATES = union_all(
    *(
        select(literal(table.__tablename__), table.id, table.state)
        for table in (Person, Need, Offer, Pairing, Appointment, Booking, Translation)
    )
)
_WRITTEN = select(Pairing.need_id, Pairing.offer_id)
_ROUNDS = select(Round).order_by(Round.id)
_ANNOUNCING = (
    select(Letter.kind, Pairing.id, Pairing.state)
    .join(Pairing, Pairing.id == Letter.about)
    .where(Letter.sent_at.is_(None), Letter.kind.in_(ANNOUNCED_IN))
    .order_by(Letter.id)
)
_GOING_ON = (
    select(Pairing, _ASKING, Offer, _GIVING)
    .join(Need, Need.id == Pairing.need_id)
    .join(_ASKING, _ASKING.id == Need.person_id)
    .join(Offer, Offer.id == Pairing.offer_id)
    .join(_GIVING, _GIVING.id == Offer.person_id)
    .where(Pairing.state.in_(IN_FORCE), Pairing.state != "suspended")
    .order_by(Pairing.id)
)


def check_invariants(session: Session, today: date | None = None) -> list[Violation]:
    """Give everything that does not hold; with ``today``, clearances that ran out and what is overdue too."""
    held = [_Held(*row) for row in session.execute(_HELD)]
    found = [violation for check in OF_PAIRINGS for violation in check(session, held)]
    found += [violation for check in CHECKS for violation in check(session)]
    return found + ([*_clearances_in_force(session, today), *_overdue(session, today)] if today else [])


def _places(session: Session, held: list[_Held]) -> Iterator[Violation]:
    """The places taken of an offer are its pairings in force, and no more than it has."""
    counted = Counter(one.offer_id for one in held)
    for offer_id, taken, capacity in session.execute(_OFFERS):
        in_force = counted[offer_id]
        if taken != in_force or in_force > capacity:
            detail = f"{taken} taken, {in_force} in force, {capacity} offered"
            yield Violation(code="places", entity="offer", entity_id=offer_id, detail=detail)


def _one_pairing_a_need(session: Session, held: list[_Held]) -> Iterator[Violation]:
    """A need has one pairing in force at most, and its state says so."""
    for need_id, times in Counter(one.need_id for one in held).items():
        if times > 1:
            yield Violation(code="paired_twice", entity="need", entity_id=need_id, detail=str(times))
    wanted = {one.need_id: "proposed" if one.state in ANSWERING else "paired" for one in held}
    for need_id, state in session.execute(_NEEDS):
        is_taken = state in ("proposed", "paired")
        if state != wanted.get(need_id, "free" if is_taken else state):
            yield Violation(code="need_state", entity="need", entity_id=need_id, detail=state)


def _consents(session: Session, held: list[_Held]) -> Iterator[Violation]:
    """Nobody is in a pairing in force without having agreed to take part, or having left.

    Nothing that the engine proposed awaits an answer of someone who turned matching off.
    """
    agreed = {tuple(row) for row in session.execute(_AGREED)} if held else set()
    for one in held:
        for person_id, state in one.people:
            if state != "ready":
                yield Violation(code="person_left", entity="pairing", entity_id=one.id, detail=person_id)
            if ("program", person_id) not in agreed:
                yield Violation(code="no_consent", entity="pairing", entity_id=one.id, detail=person_id)
        is_asked = one.origin == "engine" and one.state in ANSWERING
        if is_asked and not {("matching", person_id) for person_id, _ in one.people} <= agreed:
            yield Violation(code="no_matching_consent", entity="pairing", entity_id=one.id)


def _exclusions(session: Session, held: list[_Held]) -> Iterator[Violation]:
    """No two people who are kept apart are paired."""
    kept_apart = {tuple(row) for row in session.execute(_APART)} if held else set()
    for one in held:
        if tuple(sorted((one.asking, one.giving))) in kept_apart or one.asking == one.giving:
            yield Violation(code="kept_apart", entity="pairing", entity_id=one.id)


def _wishes_apart(session: Session) -> Iterator[Violation]:
    """Whom a person does not want to be paired with is kept apart from her."""
    for wish_id in session.scalars(_UNMET):
        yield Violation(code="wish_without_exclusion", entity="apart_wish", entity_id=wish_id)


def _one_wish_a_program(session: Session) -> Iterator[Violation]:
    """Nobody asks, or gives, twice in one program at a time."""
    for person_id, side, program in sorted(tuple(row) for row in session.execute(_WISHED_TWICE)):
        detail = f"{side}, {program}"
        yield Violation(code="wished_twice", entity="person", entity_id=person_id, detail=detail)


def _told(session: Session) -> Iterator[Violation]:
    """The last step that the ledger tells of a row is the state that the row is in."""
    last: dict[tuple[str, str], str] = {}
    for seq, entity, entity_id, facts in session.execute(_STEPS):
        if "to" not in facts:
            continue
        before, after = facts["from"], facts["to"]
        place = (entity, entity_id)
        if last.get(place) != before or (before and not is_allowed(MACHINES[entity], before, after)):
            detail = f"line {seq}: {before} → {after}"
            yield Violation(code="step", entity=entity, entity_id=entity_id, detail=detail)
        last[place] = after
    for entity, entity_id, state in sorted(tuple(row) for row in session.execute(_STATES)):
        if last.get((entity, entity_id)) != state:
            yield Violation(code="untold", entity=entity, entity_id=entity_id, detail=state)


def _chain(session: Session) -> Iterator[Violation]:
    """The ledger's chain holds to its head, without a gap, and is the one that was anchored."""
    broken = ledger.first_break(session)
    if broken is not None:
        yield Violation(code=f"ledger_{broken.what}", entity="ledger_line", entity_id=str(broken.seq))


def _whole_rounds(session: Session) -> Iterator[Violation]:
    """A round is complete: its pairings were written, under it or a later one, and who was left out is explained."""
    written = {tuple(row) for row in session.execute(_WRITTEN)}
    for row in session.scalars(_ROUNDS):
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
    for kind, pairing_id, state in session.execute(_ANNOUNCING):
        if state not in ANNOUNCED_IN[kind]:
            yield Violation(code="letter", entity="pairing", entity_id=pairing_id, detail=f"{kind}, {state}")


def _orphans(session: Session) -> Iterator[Violation]:
    """Every foreign key leads somewhere; PostgreSQL cannot hold one that does not."""
    if session.get_bind().dialect.name == "sqlite":
        for table, row, parent, _ in session.execute(text("PRAGMA foreign_key_check")):
            yield Violation(code="orphan", entity=table, entity_id=str(row), detail=parent)


def _clearances_in_force(session: Session, today: date) -> Iterator[Violation]:
    """Whoever gives a place in a pairing that goes on is cleared for it today; a suspended one may wait."""
    held = list(session.execute(_GOING_ON))
    now = cleared(session, {person.id: person for *_, person in held}.values(), today)
    for pairing, asking, offer, giving in held:
        if missing := missing_between(pairing, asking, offer, now[giving.id]):
            detail = f"{giving.id}: {', '.join(missing)}"
            yield Violation(code="not_cleared", entity="pairing", entity_id=pairing.id, detail=detail)


def _overdue(session: Session, today: date) -> Iterator[Violation]:
    """Nothing waits for a translator past its last day."""
    for code, entity, entity_id, detail in soundness.overdue(session, today):
        yield Violation(code=code, entity=entity, entity_id=entity_id, detail=detail)


OF_PAIRINGS: tuple[Callable[[Session, list[_Held]], Iterator[Violation]], ...] = (
    _places,
    _one_pairing_a_need,
    _consents,
    _exclusions,
)
CHECKS: tuple[Callable[[Session], Iterator[Violation]], ...] = (
    _wishes_apart,
    _one_wish_a_program,
    _told,
    _chain,
    _whole_rounds,
    _bank,
    _letters,
    _orphans,
)
