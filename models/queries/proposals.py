"""One pairing, whole: the two people side by side, why, what else, and what has happened since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.explanation import judge
from matcher.vocabulary import BLOCKS, DAYS
from models import disclosure, mapping
from models.clearances import Cleared, cleared, missing_between
from models.errors import Unknown
from models.lifecycle import ANSWERING, IN_FORCE, UNDECIDED
from models.queries.cards import Card, NeedPerson, OfferPerson, Wish, card_of, full_name, is_sealed, wish_of
from models.queries.history import Event, events_of
from models.tables import Consent, Need, Offer, Pairing, Person, Round

NOTHING_WRITTEN = {"note": None, "hand_reason": None}
"""For who may not read notes, and once one of the two left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two: who she is, and what she asks or gives."""

    card: Card
    wish: Wish
    has: Cleared
    purposes: frozenset[str]
    """What she agrees to now."""
    phone: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Of four weeks, how many each is free in one piece of the week, and how many both are."""

    slot: str
    both: int
    need: int
    offer: int


@dataclass(frozen=True, slots=True)
class Promised:
    """Somebody who is proposed with another already."""

    first_name: str
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Another partner for one of the two, and what it would change."""

    wish_id: str
    person_id: str
    name: str
    worth: int
    loss: int
    """Ten-thousandths of a point under this pairing."""
    proposed_with: Promised | None
    """The one she is proposed with now; for an offer, who would wait."""
    is_taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What one of the two has answered, and whether she confirmed the trial."""

    answer: str | None
    answered_at: datetime | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """The proposal to review after this one, and how many there are."""

    pairing_id: str
    state: str
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPage:
    """A pairing whole."""

    id: str
    program: str
    state: str
    state_since: datetime
    version: int
    origin: str
    round_id: str | None
    locked: bool
    worth: int | None
    """None where one of the two has not turned on that tastes are compared."""
    priority: int
    contributions: tuple[Mapping[str, Any], ...]
    crossed: tuple[str, ...]
    now_barred: tuple[str, ...]
    """Barriers that stand today and did not when it was proposed."""
    need: Side
    offer: Side
    grid: tuple[tuple[str, tuple[Cell, ...]], ...] | None
    need_options: tuple[Option, ...]
    offer_options: tuple[Option, ...]
    reason: str | None
    note: str | None
    hand_reason: str | None
    missing: tuple[str, ...]
    """What the one who gives has to show before it may go on; of a pairing that is in force."""
    need_mark: Mark
    offer_mark: Mark
    answers_due: datetime | None
    first_meeting_on: datetime | None
    first_meeting_at: datetime | None
    next: Next | None
    events: tuple[Event, ...]

    @property
    def is_undecided(self) -> bool:
        """Whether a coordinator has still to decide."""
        return self.state in UNDECIDED

    @property
    def is_answering(self) -> bool:
        """Whether it is approved and the two have not both said yes."""
        return self.state in ANSWERING

    @property
    def stage(self) -> int:
        """How far the two have come: 0 proposed, 1 asked, 2 both said yes, 3 have met, 4 confirmed."""
        if self.state in ("active", "renewed", "completed"):
            return 4
        if self.need_mark.confirmed_at and self.offer_mark.confirmed_at:
            return 4
        if self.first_meeting_at:
            return 3
        if self.need_mark.answer == self.offer_mark.answer == "yes":
            return 2
        return int(self.need_mark.answer is not None or self.answers_due is not None)

    @property
    def is_in_force(self) -> bool:
        """Whether it holds a place."""
        return self.state in IN_FORCE


def proposal(session: Session, pairing_id: str, today: date, *, reads_notes: bool = False) -> ProposalPage:
    """Give a pairing with all that a coordinator weighs; sealed words only to who may read notes.

    Raises
    ------
    Unknown
        There is no pairing with this id.
    """
    pairing = session.get(Pairing, pairing_id)
    if pairing is None:
        raise Unknown("pairing", pairing_id)
    need, offer = session.get_one(Need, pairing.need_id), session.get_one(Offer, pairing.offer_id)
    asking, giving = sides(session, need, offer, today)
    is_open = pairing.state in UNDECIDED
    has_left = "withdrawn" in (asking.card.state, giving.card.state)
    return ProposalPage(
        **_of_row(pairing),
        contributions=() if has_left else tuple(pairing.contributions),
        need=asking,
        offer=giving,
        grid=grid_of(asking.card, giving.card),
        missing=_missing(session, pairing, need, offer, giving) if pairing.state in IN_FORCE else (),
        now_barred=_now_barred(session, pairing, need, offer, today) if is_open else (),
        **(
            _options(session, pairing)
            if is_open and pairing.contributions
            else {"need_options": (), "offer_options": ()}
        ),
        **(_written(session, pairing) if reads_notes and not has_left else NOTHING_WRITTEN),
        next=_next(session, pairing),
        events=events_of(session, [pairing.id]),
    )


def _missing(session: Session, pairing: Pairing, need: Need, offer: Offer, giving: Side) -> tuple[str, ...]:
    return missing_between(pairing, session.get_one(Person, need.person_id), offer, giving.has)


def _next(session: Session, pairing: Pairing) -> Next | None:
    """Give the next proposal of the program: the highest priority, then the best score."""
    chosen = (
        select(Pairing.id, Pairing.state, func.count().over())
        .where(Pairing.program == pairing.program, Pairing.state.in_(UNDECIDED), Pairing.id != pairing.id)
        .order_by(Pairing.priority.desc(), Pairing.worth.desc(), Pairing.id)
        .limit(1)
    )
    found = session.execute(chosen).first()
    return Next(pairing_id=found[0], state=found[1], left=found[2]) if found else None


def _written(session: Session, pairing: Pairing) -> dict[str, Any]:
    """Give what coordinators wrote of the two."""
    return {
        "note": disclosure.pairing_note(session, pairing),
        "hand_reason": disclosure.hand_reason(session, pairing),
    }


def sides(session: Session, need: Need, offer: Offer, today: date) -> tuple[Side, Side]:
    """Give both people of a pair."""
    chosen = select(Person).where(Person.id.in_((need.person_id, offer.person_id)))
    people = {person.id: person for person in session.scalars(chosen)}
    has, agreed = cleared(session, people.values(), today), _agreed(session, people)
    asking, giving = (
        Side(
            card=card_of(session, people[wish.person_id]),
            wish=wish_of(wish, today),
            has=has[wish.person_id],
            purposes=frozenset(agreed[wish.person_id]),
            phone=None
            if is_sealed(people[wish.person_id])
            else disclosure.contacts_of(session, people[wish.person_id]).phone,
        )
        for wish in (need, offer)
    )
    return asking, giving


def grid_of(need: Card, offer: Card) -> tuple[tuple[str, tuple[Cell, ...]], ...] | None:
    """Give the week of both, piece by piece; None where one of the two has not said when."""
    if need.availability is None or offer.availability is None:
        return None
    weeks = list(zip(need.availability, offer.availability, strict=True))
    rows = []
    for block in BLOCKS:
        slots = [f"{day}_{block}" for day in DAYS]
        rows.append((block, tuple(_cell(slot, weeks) for slot in slots)))
    return tuple(row for row in rows if any(cell.need or cell.offer for cell in row[1]))


def _cell(slot: str, weeks: list[tuple[frozenset[str], frozenset[str]]]) -> Cell:
    return Cell(
        slot=slot,
        both=sum(slot in mine and slot in theirs for mine, theirs in weeks),
        need=sum(slot in mine for mine, _ in weeks),
        offer=sum(slot in theirs for _, theirs in weeks),
    )


def _agreed(session: Session, person_ids: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {person_id: set() for person_id in person_ids}
    chosen = select(Consent.person_id, Consent.purpose).where(
        Consent.person_id.in_(found), Consent.withdrawn_at.is_(None)
    )
    for person_id, purpose in session.execute(chosen):
        found[person_id].add(purpose)
    return found


def _of_row(pairing: Pairing) -> dict[str, Any]:
    same = (
        "id",
        "program",
        "state",
        "state_since",
        "version",
        "origin",
        "round_id",
        "locked",
        "priority",
        "reason",
        "answers_due",
        "first_meeting_on",
        "first_meeting_at",
    )
    return {
        **{name: getattr(pairing, name) for name in same},
        "worth": pairing.told_worth,
        "crossed": tuple(pairing.crossed),
        "need_mark": Mark(
            answer=pairing.need_answer,
            answered_at=pairing.need_answered_at,
            confirmed_at=pairing.need_confirmed_at,
        ),
        "offer_mark": Mark(
            answer=pairing.offer_answer,
            answered_at=pairing.offer_answered_at,
            confirmed_at=pairing.offer_confirmed_at,
        ),
    }


def _now_barred(session: Session, pairing: Pairing, need: Need, offer: Offer, today: date) -> tuple[str, ...]:
    pool = mapping.read_pair(session, need, offer, today, among_others=False)
    judged = judge(pool, need.id, offer.id)
    return tuple(code for code in judged.barriers if code not in pairing.crossed)


def _options(session: Session, pairing: Pairing) -> dict[str, tuple[Option, ...]]:
    """Give what the round found beside this pair: other offers for the need, other needs for the offer."""
    offers, needs = _alternates(session, pairing)
    rows = {**_wishes(session, Offer, offers), **_wishes(session, Need, needs)}
    proposed = proposed_with(session, pairing.program, pairing.id)
    return {
        "need_options": tuple(
            _option(pairing, rows[key], worth, proposed) for key, worth in offers.items() if key in rows
        ),
        "offer_options": tuple(
            _option(pairing, rows[key], worth, proposed) for key, worth in needs.items() if key in rows
        ),
    }


def _alternates(session: Session, pairing: Pairing) -> tuple[dict[str, int], dict[str, int]]:
    chosen = select(
        Round.document[("alternates", pairing.need_id)],
        Round.document[("offer_alternates", pairing.offer_id)],
    ).where(Round.program == pairing.program)
    found = session.execute(chosen.order_by(Round.ran_at.desc()).limit(1)).first()
    offers, needs = found or ((), ())
    return (
        {
            row["offer"]: round(row["score"] * 10_000)
            for row in offers or ()
            if row["offer"] != pairing.offer_id
        },
        {row["need"]: round(row["score"] * 10_000) for row in needs or () if row["need"] != pairing.need_id},
    )


def _wishes(
    session: Session, table: type[Any], ids: Iterable[str]
) -> dict[str, tuple[Need | Offer, str, str]]:
    chosen = select(table, Person).join(Person, Person.id == table.person_id).where(table.id.in_(tuple(ids)))
    return {
        wish.id: (wish, person.id, full_name(session, person)) for wish, person in session.execute(chosen)
    }


def proposed_with(session: Session, program: str, besides: str | None = None) -> dict[str, Promised]:
    """Give, by need or offer, the one it is proposed with (``besides`` one pairing).

    An offer counts only where all its places are promised: then somebody would wait.
    """
    chosen = (
        select(Need.id, Offer.id, NeedPerson, OfferPerson, _free_places())
        .select_from(Pairing)
        .join(Need, Need.id == Pairing.need_id)
        .join(Offer, Offer.id == Pairing.offer_id)
        .join(NeedPerson, NeedPerson.id == Need.person_id)
        .join(OfferPerson, OfferPerson.id == Offer.person_id)
        .where(Pairing.program == program, Pairing.state.in_(UNDECIDED), Pairing.id.is_distinct_from(besides))
        .order_by(Pairing.priority.desc(), Pairing.id)
    )
    found: dict[str, Promised] = {}
    promised: Counter[str] = Counter()
    for need_id, offer_id, newcomer, sponsor, free in session.execute(chosen):
        found[need_id] = Promised(sponsor.first_name, sponsor.id)
        promised[offer_id] += 1
        if promised[offer_id] >= free:
            found[offer_id] = Promised(newcomer.first_name, newcomer.id)
    return found


def _free_places() -> Any:
    return Offer.capacity - Offer.places_taken


def _option(
    pairing: Pairing, row: tuple[Need | Offer, str, str], worth: int, proposed: Mapping[str, Promised]
) -> Option:
    wish, person_id, name = row
    is_full = isinstance(wish, Offer) and wish.places_taken >= wish.capacity
    return Option(
        wish_id=wish.id,
        person_id=person_id,
        name=name,
        worth=worth,
        loss=pairing.worth - worth,
        proposed_with=proposed.get(wish.id),
        is_taken=is_full or wish.state != "available",
    )
