"""Pairing by hand: whom a coordinator may choose, and what the matcher says of her choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher import records
from matcher.choices import Choice as Judged
from matcher.choices import judge_all
from matcher.explanation import Explanation, judge
from matcher.vocabulary import OVERRIDABLE_BARRIERS
from models import mapping
from models.clearances import cleared, has_children
from models.errors import Unknown
from models.lifecycle import UNDECIDED
from models.names import plain
from models.queries.cards import full_name
from models.queries.insight.chains import Chain, chain_of, is_too_large
from models.queries.proposals import Cell, Promised, Side, grid_of, proposed_with, sides
from models.queries.waiting import agreed_now
from models.tables import Need, Offer, Pairing, Person

MOST_SHOWN = 15
MOST_JUDGED = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Somebody who may be chosen, what bars it and what it is worth."""

    wish_id: str
    person_id: str
    name: str
    worth: int | None
    """None where one of the two has not turned on that tastes are compared."""
    barriers: tuple[str, ...]
    sector: str | None
    waiting_days: int | None
    proposed_with: Promised | None
    """The one that she is proposed with now, and who would wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Who may be chosen for one need or one offer, best first."""

    wish_id: str
    side: str
    person_id: str
    name: str
    program: str
    text: str
    rows: tuple[Choice, ...]
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Two people laid side by side before they are paired by hand."""

    need: Side
    offer: Side
    program: str
    worth: int | None
    """None where one of the two has not turned on that tastes are compared."""
    floor: int
    barriers: tuple[str, ...]
    firm: tuple[str, ...]
    """The barriers that no coordinator may cross."""
    contributions: tuple[Mapping[str, Any], ...]
    grid: tuple[tuple[str, tuple[Cell, ...]], ...] | None
    outside: frozenset[str]
    """Those of the two, by need or offer, whom a round of today would not compare."""
    chain: Chain | None
    """Who would move where; none where nobody may make the pair, or one of the two is outside."""
    is_too_large: bool
    """Whether the chain was not computed because a page cannot wait for it."""
    pairing_id: str | None
    """The proposal between the two that is open already."""

    @property
    def is_full(self) -> bool:
        """Whether locks of others hold every place of the offer."""
        return not (self.firm or self.outside or self.chain or self.is_too_large)


def choices(session: Session, wish_id: str, text: str, today: date) -> Choices:
    """Give who may be paired with a need or an offer, those who fit best first.

    Raises
    ------
    Unknown
        There is no need or offer with this id.
    """
    wish: Need | Offer | None = session.get(Need, wish_id) or session.get(Offer, wish_id)
    if wish is None:
        raise Unknown("need", wish_id)
    others = _others(session, wish)
    if text:
        others = [(row, person) for row, person in others if plain(text) in plain(full_name(session, person))]
    person = session.get_one(Person, wish.person_id)
    return Choices(
        wish_id=wish.id,
        side=wish.__tablename__,
        person_id=person.id,
        name=full_name(session, person),
        program=wish.program,
        text=text,
        rows=tuple(_best(session, wish, others[:MOST_JUDGED], today)),
        found=len(others),
    )


def preview(session: Session, need_id: str, offer_id: str, today: date) -> Preview:
    """Give what the matcher says of two people, and what pairing them would cost the others.

    Raises
    ------
    Unknown
        There is no such need or no such offer of its program.
    """
    need, offer = session.get(Need, need_id), session.get(Offer, offer_id)
    if need is None or offer is None or need.program != offer.program:
        raise Unknown("pair", f"{need_id} {offer_id}")
    judged = judge(mapping.read_pair(session, need, offer, today), need.id, offer.id)
    firm = tuple(code for code in judged.barriers if code not in OVERRIDABLE_BARRIERS)
    pool = mapping.read_pool(session, need.program, today)
    asking, giving = sides(session, need, offer, today)
    is_scored = all(side.purposes.issuperset(mapping.TO_BE_MATCHED) for side in (asking, giving))
    return Preview(
        need=asking,
        offer=giving,
        program=need.program,
        worth=judged.worth if is_scored else None,
        floor=judged.floor,
        barriers=judged.barriers,
        firm=firm,
        contributions=_as_rows(judged) if is_scored else (),
        grid=grid_of(asking.card, giving.card),
        outside=frozenset({need.id, offer.id}.difference(wish.id for wish in (*pool.needs, *pool.offers))),
        chain=None if firm else chain_of(session, pool, need.id, offer.id),
        is_too_large=is_too_large(pool),
        pairing_id=session.scalar(
            select(Pairing.id).where(
                Pairing.need_id == need.id, Pairing.offer_id == offer.id, Pairing.state.in_(UNDECIDED)
            )
        ),
    )


def _others(session: Session, wish: Need | Offer) -> list[tuple[Any, Person]]:
    """Give the other side of a program: who is ready and waits, oldest first."""
    table: type[Any] = Offer if isinstance(wish, Need) else Need
    chosen = (
        select(table, Person)
        .join(Person, Person.id == table.person_id)
        .where(table.program == wish.program, table.state == "available", Person.state == "ready")
        .where(table.person_id != wish.person_id)
        .order_by(table.published_at, table.id)
    )
    return list(session.execute(chosen))


def _best(
    session: Session, wish: Need | Offer, others: list[tuple[Any, Person]], today: date
) -> list[Choice]:
    """Give those who fit best: without a barrier first, then by what the pair is worth where that may be worked out."""
    unfit, matched = _unfit_for_children(session, wish, others, today), agreed_now(session)["matching"]
    judged = {
        key: replace(one, barriers=tuple(dict.fromkeys((*unfit.get(key, ()), *one.barriers))))
        for key, one in _judged(session, wish, [other for other, _ in others], matched, today).items()
    }
    worth = {
        other.id: judged[other.id].worth if {wish.person_id, other.person_id} <= matched else None
        for other, _ in others
    }
    ordered = sorted(others, key=lambda row: _order(judged[row[0].id], worth[row[0].id]))
    proposed = proposed_with(session, wish.program)
    return [
        Choice(
            wish_id=other.id,
            person_id=person.id,
            name=full_name(session, person),
            worth=worth[other.id],
            barriers=judged[other.id].barriers,
            sector=person.sector,
            waiting_days=(today - other.waiting_since).days if isinstance(other, Need) else None,
            proposed_with=proposed.get(other.id),
        )
        for other, person in ordered[:MOST_SHOWN]
    ]


def _order(judged: Judged, worth: int | None) -> tuple[bool, int, bool, int]:
    """Put who is not scored after those who are, as long as she has waited."""
    is_firm = not OVERRIDABLE_BARRIERS.issuperset(judged.barriers)
    return is_firm, len(judged.barriers), worth is None, -(worth or 0)


def _judged(
    session: Session, wish: Need | Offer, others: list[Any], matched: set[str], today: date
) -> Mapping[str, Judged]:
    """Judge a wish with each of the others, by their ids, to the digits of the page of that pair."""
    if not others:
        return {}
    side, theirs = ("offers", "offer") if isinstance(wish, Need) else ("needs", "need")
    alone = {other.id for other in others if other.person_id not in matched}
    crowd = _crowd(session, wish, others[0], today)
    crowd = _with(crowd, side, (row for row in getattr(crowd, side) if row.id not in alone))
    judged = judge_all(_pool_with(session, wish, others, today), crowd)
    return {getattr(one, theirs): one for one in judged}


def _with(pool: records.Pool, side: str, rows: Iterable[Any]) -> records.Pool:
    return replace(pool, offers=tuple(rows)) if side == "offers" else replace(pool, needs=tuple(rows))


def _pool_with(session: Session, wish: Need | Offer, others: list[Any], today: date) -> records.Pool:
    """Give one pool in which this wish and all the others stand, whatever they turned on."""
    needs, offers = ([wish], others) if isinstance(wish, Need) else (others, [wish])
    return mapping.pool_of(session, wish.program, needs, offers, today)


def _crowd(session: Session, wish: Need | Offer, other: Any, today: date) -> records.Pool:
    """Give everybody who counts for what is rare on the page of these two."""
    need, offer = (wish, other) if isinstance(wish, Need) else (other, wish)
    return mapping.read_pair(session, need, offer, today)


def _unfit_for_children(
    session: Session, wish: Need | Offer, others: list[tuple[Any, Person]], today: date
) -> Mapping[str, tuple[str, ...]]:
    """Give those between whom stand children, where two people have not cleared the one who gives for them."""
    own = session.get_one(Person, wish.person_id)
    people = [own, *(person for _, person in others)]
    has = cleared(session, people, today)
    found = {}
    for other, person in others:
        newcomer, sponsor = (own, person) if isinstance(wish, Need) else (person, own)
        if has_children(newcomer) and not has[sponsor.id].may_meet_children:
            found[other.id] = ("blocked_vetting",)
    return found


def _as_rows(judged: Explanation) -> tuple[Mapping[str, Any], ...]:
    return tuple({**asdict(one), "points": one.points} for one in judged.contributions)
