"""Rounds: who would take part in the next one and who is left out, and what each one gave."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from unicodedata import normalize

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.errors import Unknown
from models.lifecycle import IN_FORCE, UNDECIDED
from models.mapping import keeps_crises
from models.queries.cards import NOBODY, first_name, full_name
from models.tables import Consent, Need, Offer, Pairing, Person, Round

PAIRABLE = ("sponsorship", "support")
"""Programs that a round can be run for."""
LEFT_OUT = ("in_crisis", "not_ready", "no_consent", "by_hand", "no_place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One round in a list."""

    id: str
    program: str
    ran_at: datetime
    paired: int
    unpaired: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """Who the next round of a program would compare, and whom it would leave out and why."""

    program: str
    needs: int
    offers: int
    places: int
    locked: int
    left_out: Mapping[str, tuple[int, int]]
    """Reason → how many needs and how many offers."""
    latest: Summary | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a proposal in a list."""

    id: str
    person_id: str
    first_name: str
    name: str
    days: int | None = None
    pressing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A pairing of the round, with what became of it."""

    pairing_id: str | None
    state: str | None
    reason: str | None
    need: Side
    offer: Side
    worth: int
    locked: bool
    contributions: tuple[Mapping[str, Any], ...]
    change: str
    """Compared with the round before: ``same``, ``new`` or ``other_partner``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """An offer near to somebody unpaired: one barrier away, or above the floor and taken."""

    offer: Side
    barriers: tuple[str, ...] = ()
    worth: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftUnpaired:
    """Somebody whom the round left unpaired, and why."""

    need: Side
    barriers: Mapping[str, int] | None
    below_floor: int | None
    compatible: int | None
    near: tuple[Near, ...]
    taken: tuple[Near, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A need that was proposed somebody in the round before, and now somebody else, or nobody."""

    need: Side
    before: Side
    now: Side | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the latest round of a program says of a need that it left unpaired."""

    round_id: str
    floor: int
    barriers: Mapping[str, int] | None
    below_floor: int | None
    compatible: int | None

    @property
    def main_barrier(self) -> str | None:
        """The barrier that keeps most offers away."""
        counts = self.barriers or {}
        return max(counts, key=lambda code: counts[code], default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundPage:
    """A round whole."""

    id: str
    program: str
    ran_at: datetime
    today: date
    paired: int
    unpaired: int
    score: float | None
    """Mean score of the pairings."""
    floor: int
    policy: str
    is_latest: bool
    proves: str | None
    proposals: tuple[Proposed, ...]
    left: tuple[LeftUnpaired, ...]
    moves: tuple[Move, ...]
    """Whose proposal is another than in the round before, those left without one last."""
    changes: Mapping[str, int]
    """How many proposals are ``same``, ``new``, ``other_partner``, ``gone``."""


def rounds(session: Session) -> tuple[Summary, ...]:
    """Give every round, newest first."""
    columns = (Round.id, Round.program, Round.ran_at, Round.paired, Round.unpaired)
    chosen = select(*columns).order_by(Round.ran_at.desc(), Round.id)
    return tuple(
        Summary(id=row.id, program=row.program, ran_at=row.ran_at, paired=row.paired, unpaired=row.unpaired)
        for row in session.execute(chosen)
    )


def prospects(session: Session) -> tuple[Prospect, ...]:
    """Give who the next round of each program would compare."""
    agreed = _agreed(session)
    latest = {summary.program: summary for summary in reversed(rounds(session))}
    needs, offers = _open(session, Need), _open(session, Offer)
    locked = Counter(session.scalars(_locked()))
    return tuple(
        _prospect(program, (needs[program], offers[program]), agreed, locked[program], latest.get(program))
        for program in PAIRABLE
    )


def round_page(session: Session, round_id: str) -> RoundPage:
    """Give a round with names, states and reasons.

    Raises
    ------
    Unknown
        There is no round with this id.
    """
    row = session.get(Round, round_id)
    if row is None:
        raise Unknown("round", round_id)
    document = row.document
    sides = _sides(session, row.program, row.today)
    proposals = tuple(_proposals(session, row, sides))
    newest = session.scalar(
        select(Round.id).where(Round.program == row.program).order_by(Round.ran_at.desc()).limit(1)
    )
    moves = _moves(row, proposals, sides)
    gone = sum(move.now is None for move in moves)
    return RoundPage(
        id=row.id,
        program=row.program,
        ran_at=row.ran_at,
        today=row.today,
        paired=row.paired,
        unpaired=row.unpaired,
        score=_mean([proposal.worth for proposal in proposals]),
        floor=document["policy"]["floor"],
        policy=f"{document['policy']['name']} {document['policy']['version']}",
        is_latest=newest == row.id,
        proves=document["certificate"]["proves"],
        proposals=proposals,
        left=_left(document, sides),
        moves=moves,
        changes=Counter([*(proposal.change for proposal in proposals), *(["gone"] * gone)]),
    )


def verdicts(session: Session) -> Mapping[str, Verdict]:
    """Give what the latest round of each program says of those whom it left unpaired, by need."""
    latest = select(Round.program, func.max(Round.ran_at).label("ran_at")).group_by(Round.program).subquery()
    chosen = select(Round.id, Round.document[("policy", "floor")], Round.document["unpaired"]).join(
        latest, (latest.c.program == Round.program) & (latest.c.ran_at == Round.ran_at)
    )
    return {
        row["need"]: Verdict(
            round_id=round_id,
            floor=floor,
            barriers=row["barriers"],
            below_floor=row["below_floor"],
            compatible=row["compatible"],
        )
        for round_id, floor, rows in session.execute(chosen)
        for row in rows
    }


def _mean(worths: list[int]) -> float | None:
    return sum(worths) / len(worths) / 10_000 if worths else None


def _agreed(session: Session) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {"program": set(), "matching": set()}
    chosen = select(Consent.purpose, Consent.person_id).where(
        Consent.withdrawn_at.is_(None), Consent.purpose.in_(found)
    )
    for purpose, person_id in session.execute(chosen):
        found[purpose].add(person_id)
    return found


def _open(session: Session, table: type[Any]) -> Mapping[str, list[tuple[Any, str]]]:
    """Give the wishes that wait, by program, with the state of their person."""
    found: dict[str, list[tuple[Any, str]]] = defaultdict(list)
    chosen = (
        select(table, Person.state)
        .join(Person, Person.id == table.person_id)
        .where(table.state == "available", Person.state.not_in(("declined", "withdrawn", "draft")))
    )
    for wish, state in session.execute(chosen):
        found[wish.program].append((wish, state))
    return found


def _locked() -> Any:
    return select(Pairing.program).where(Pairing.locked, Pairing.state.in_(UNDECIDED))


def _prospect(
    program: str,
    sides: tuple[list[tuple[Any, str]], list[tuple[Any, str]]],
    agreed: Mapping[str, set[str]],
    locked: int,
    latest: Summary | None,
) -> Prospect:
    reasons = [[_left_out(wish, state, agreed) for wish, state in side] for side in sides]
    needs, offers = (Counter(side) for side in reasons)
    taking = [wish for (wish, _), why in zip(sides[1], reasons[1], strict=True) if why is None]
    return Prospect(
        program=program,
        needs=needs[None],
        offers=offers[None],
        places=sum(offer.capacity - offer.places_taken for offer in taking),
        locked=locked,
        left_out={why: (needs[why], offers[why]) for why in LEFT_OUT if needs[why] or offers[why]},
        latest=latest,
    )


def _left_out(wish: Need | Offer, state: str, agreed: Mapping[str, set[str]]) -> str | None:
    if isinstance(wish, Need) and wish.crisis_flag and not keeps_crises(wish.program):
        return "in_crisis"
    if state != "ready":
        return "not_ready"
    if wish.person_id not in agreed["program"]:
        return "no_consent"
    if wish.person_id not in agreed["matching"]:
        return "by_hand"
    if isinstance(wish, Offer) and wish.places_taken >= wish.capacity:
        return "no_place"
    return None


def _sides(session: Session, program: str, today: date) -> Mapping[str, Side]:
    """Give the people of a program by the ids of their needs and offers."""
    found: dict[str, Side] = {}
    needs = select(Need, Person).join(Person, Person.id == Need.person_id).where(Need.program == program)
    for need, person in session.execute(needs):
        found[need.id] = Side(
            id=need.id,
            person_id=person.id,
            first_name=first_name(person),
            name=full_name(session, person),
            days=(today - need.waiting_since).days,
            pressing=need.pressing,
        )
    offers = (
        select(Offer.id, Person).join(Person, Person.id == Offer.person_id).where(Offer.program == program)
    )
    for offer_id, person in session.execute(offers):
        found[offer_id] = Side(
            id=offer_id,
            person_id=person.id,
            first_name=first_name(person),
            name=full_name(session, person),
        )
    return found


def _proposals(session: Session, row: Round, sides: Mapping[str, Side]) -> Iterable[Proposed]:
    current = _current(session, row)
    kept = set(map(tuple, row.changes["kept"]))
    before = {need for need, _ in row.changes["gone"]}
    for one in row.document["pairings"]:
        couple = (one["need"], one["offer"])
        pairing = current.get(couple)
        need, offer = sides[one["need"]], sides[one["offer"]]
        yield Proposed(
            pairing_id=pairing.id if pairing else None,
            state=pairing.state if pairing else None,
            reason=pairing.reason if pairing else None,
            need=need,
            offer=offer,
            worth=round(one["score"] * 10_000),
            locked=pairing.locked if pairing else one["locked"],
            contributions=() if NOBODY in (need.name, offer.name) else tuple(one["contributions"]),
            change="same" if couple in kept else "other_partner" if one["need"] in before else "new",
        )


def _current(session: Session, row: Round) -> Mapping[tuple[str, str], Pairing]:
    """Give what became of each pair: of this round, or undecided or in force since."""
    chosen = (
        select(Pairing)
        .where(Pairing.program == row.program)
        .where((Pairing.round_id == row.id) | Pairing.state.in_(UNDECIDED + IN_FORCE))
        .order_by(Pairing.suggested_at)
    )
    return {(pairing.need_id, pairing.offer_id): pairing for pairing in session.scalars(chosen)}


def _moves(row: Round, proposals: Iterable[Proposed], sides: Mapping[str, Side]) -> tuple[Move, ...]:
    now = {proposal.need.id: proposal.offer for proposal in proposals}
    moves = [
        Move(need=sides[need], before=sides[offer], now=now.get(need)) for need, offer in row.changes["gone"]
    ]
    return tuple(
        sorted(moves, key=lambda move: (move.now is None, normalize("NFD", move.need.name), move.need.id))
    )


def _left(document: Mapping[str, Any], sides: Mapping[str, Side]) -> tuple[LeftUnpaired, ...]:
    left = [
        LeftUnpaired(
            need=sides[one["need"]],
            barriers=one["barriers"],
            below_floor=one["below_floor"],
            compatible=one["compatible"],
            near=tuple(
                Near(offer=sides[near["offer"]], barriers=tuple(near["barriers"])) for near in one["nearest"]
            ),
            taken=tuple(
                Near(offer=sides[other["offer"]], worth=round(other["score"] * 10_000))
                for other in document["alternates"].get(one["need"], ())
            ),
        )
        for one in document["unpaired"]
    ]
    return tuple(sorted(left, key=lambda one: (-(one.need.days or 0), one.need.id)))
