"""What a partner's worker sees: of those who came through her organisation, what they let her see."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from models import sealed
from models.casework.rows import get
from models.casework.vetting import missing_of
from models.clearances import LEVEL_WITH_CHILDREN, in_force
from models.instants import city_date
from models.lifecycle import GONE, IN_FORCE
from models.queries.me import step_of
from models.tables import Account, Clearance, Need, Offer, Pairing, Person

NEXT = {"awaiting_answers": "answers_due", "first_meeting_planned": "first_meeting_on"}
"""Which date of a pairing a person has to keep, by its state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """What the share names, and nothing of whom she is paired with."""

    id: str
    first_name: str
    step: str
    """The step of the road where her request stands."""
    next_on: datetime | None
    has_way_in: bool

    @property
    def person_id(self) -> str:
        """Whom it names."""
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class ToConfirm:
    """A screening that the city noted, for a second person to confirm: that it is there, and until when."""

    id: str
    person_id: str
    first_name: str
    recorded_on: date
    expires: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerPage:
    """The people of an organisation, and the one thing to do next: a code, and for whom."""

    referrals: tuple[Referral, ...]
    to_confirm: tuple[ToConfirm, ...]
    todo: str
    about: Referral | None


def partner_page(session: Session, organisation_id: str, at: datetime) -> PartnerPage:
    """Give those who came through an organisation and still let it see, the latest first."""
    chosen = select(Person).where(Person.referred_by == organisation_id, Person.state.not_in(GONE))
    people = list(session.scalars(chosen.order_by(Person.registered_at.desc(), Person.id)))
    pairings = _pairings(session, [person.id for person in people])
    with_account = set(session.scalars(select(Account.person_id).where(Account.closed_at.is_(None))))
    referrals = tuple(
        Referral(
            id=person.id,
            first_name=person.first_name,
            step=step_of(person, {pairing.state for pairing in pairings[person.id]}),
            next_on=_next(person, pairings[person.id], at),
            has_way_in=person.id in with_account,
        )
        for person in people
    )
    confirming = to_confirm(session, people, city_date(at))
    todo, about = _todo(referrals, {one.person_id for one in confirming})
    return PartnerPage(referrals=referrals, to_confirm=confirming, todo=todo, about=about)


def to_confirm(session: Session, people: list[Person], today: date) -> tuple[ToConfirm, ...]:
    """Give the screenings of these people that lack nothing but a second person, the oldest first."""
    by_id = {person.id: person for person in people}
    chosen = select(Clearance).where(
        Clearance.person_id.in_(by_id),
        Clearance.kind == "screening",
        Clearance.confirmed_at.is_(None),
        in_force(today),
    )
    return tuple(
        ToConfirm(
            id=row.id,
            person_id=row.person_id,
            first_name=by_id[row.person_id].first_name,
            recorded_on=city_date(row.recorded_at),
            expires=row.expires,
        )
        for row in session.scalars(chosen.order_by(Clearance.recorded_at, Clearance.id))
        if _lacks_a_second_person(session, by_id[row.person_id], row, today)
    )


def one_to_confirm(session: Session, clearance_id: str, today: date) -> ToConfirm | None:
    """Give a screening that waits for its second person; None where it no longer does."""
    person = get(session, Person, get(session, Clearance, clearance_id).person_id)
    return next((one for one in to_confirm(session, [person], today) if one.id == clearance_id), None)


def _lacks_a_second_person(session: Session, person: Person, screening: Clearance, today: date) -> bool:
    if "second_person" not in missing_of(session, person, today):
        return False
    return sealed.take(session, person, screening, "outcome") == str(LEVEL_WITH_CHILDREN)


def _pairings(session: Session, people: list[str]) -> dict[str, list[Pairing]]:
    need, offer = aliased(Need), aliased(Offer)
    rows = session.execute(
        select(Pairing, need.person_id, offer.person_id)
        .join(need, need.id == Pairing.need_id)
        .join(offer, offer.id == Pairing.offer_id)
        .where(Pairing.state.in_(IN_FORCE), or_(need.person_id.in_(people), offer.person_id.in_(people)))
    )
    found: dict[str, list[Pairing]] = defaultdict(list)
    for pairing, *couple in rows:
        for person_id in couple:
            found[person_id].append(pairing)
    return found


def _next(person: Person, pairings: list[Pairing], at: datetime) -> datetime | None:
    dates = [getattr(pairing, NEXT[pairing.state]) for pairing in pairings if pairing.state in NEXT]
    if person.state == "interview_booked":
        dates.append(person.interview_on)
    return min((date for date in dates if date and date > at), default=None)


def _todo(referrals: tuple[Referral, ...], confirming: set[str]) -> tuple[str, Referral | None]:
    """A card first, since without it she sees nothing herself; then what waits for a second person; then a date."""
    for one in reversed(referrals):
        if not one.has_way_in:
            return "card", one
    for one in referrals:
        if one.id in confirming:
            return "confirm", one
    coming = [one for one in referrals if one.next_on is not None]
    if coming:
        return "date", min(coming, key=_when)
    return "register", None


def _when(one: Referral) -> tuple[str, str]:
    return (one.next_on.isoformat() if one.next_on else "", one.id)
