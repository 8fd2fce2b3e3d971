"""A person and her wishes as a coordinator sees them; names are unsealed for her own office alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from matcher.vocabulary import WEEKS
from models import sealed
from models.tables import Need, Offer, Pairing, Person

NOBODY = "—"
"""In place of a name that is sealed."""
NeedPerson, OfferPerson = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """A language, how well, and how."""

    code: str
    level: str
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A person's file; ``None`` is unknown."""

    id: str
    first_name: str
    name: str
    """First name and surname."""
    state: str
    state_since: datetime
    registered_at: datetime
    reader_language: str
    languages: tuple[Tongue, ...] | None = None
    like: tuple[str, ...] = ()
    want_to_try: tuple[str, ...] = ()
    not_for_me: tuple[str, ...] = ()
    availability: tuple[frozenset[str], ...] | None = None
    """Four weeks of slot codes."""
    sector: str | None = None
    travel_mode: str | None = None
    travel_limit_km: float | None = None
    travel_remote_ok: bool | None = None
    household_form: str | None = None
    children_bands: tuple[str, ...] | None = None
    age_band: str | None = None
    gender: str | None = None
    access_needs: tuple[str, ...] = ()
    contact: str | None = None
    stay_until: date | None = None
    interview_on: datetime | None = None
    interviewed_at: datetime | None = None

    @property
    def person_id(self) -> str:
        """Whom it names."""
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A need or an offer; what only the other has is None."""

    id: str
    side: str
    person_id: str
    program: str
    state: str
    state_since: datetime
    published_at: datetime
    goals: tuple[str, ...]
    meetings_per_month: int | None
    months: int | None
    gender_request: str | None
    waiting_since: date | None = None
    waiting_days: int | None = None
    pressing: bool = False
    crisis_flag: bool = False
    capacity: int | None = None
    places_taken: int | None = None
    accepts_interpreter: bool | None = None
    will_drive: bool | None = None
    meets_access: tuple[str, ...] = ()
    accepts_children: bool | None = None


def is_sealed(person: Person) -> bool:
    """Whether a person took her consent back: what the law keeps of her is shown to nobody."""
    return person.state == "withdrawn" or person.erased_at is not None


def first_name(person: Person) -> str:
    """Give the first name, or a dash where the person left."""
    return NOBODY if is_sealed(person) else person.first_name


def full_name(session: Session, person: Person) -> str:
    """Give the first name and, where it is known, the surname; a dash where the person left."""
    if is_sealed(person):
        return NOBODY
    surname = sealed.take(session, person, person, "surname")
    return f"{person.first_name} {surname}" if surname else person.first_name


def names_of(session: Session, people: Iterable[Person]) -> dict[str, str]:
    """Give names by person id."""
    return {person.id: full_name(session, person) for person in people}


def card_of(session: Session, person: Person) -> Card:
    """Give a person's file; where she left, nothing but that."""
    return Card(
        id=person.id,
        first_name=first_name(person),
        name=full_name(session, person),
        state=person.state,
        state_since=person.state_since,
        registered_at=person.registered_at,
        reader_language=person.reader_language,
        **({} if is_sealed(person) else _told(person)),
    )


def _told(person: Person) -> dict[str, Any]:
    return {
        "languages": _languages(person.languages),
        "like": tuple(person.like or ()),
        "want_to_try": tuple(person.want_to_try or ()),
        "not_for_me": tuple(person.not_for_me or ()),
        "availability": _weeks(person.availability),
        "sector": person.sector,
        "travel_mode": person.travel_mode,
        "travel_limit_km": person.travel_limit_km,
        "travel_remote_ok": person.travel_remote_ok,
        "household_form": person.household_form,
        "children_bands": None if person.children_bands is None else tuple(person.children_bands),
        "age_band": person.age_band,
        "gender": person.gender,
        "access_needs": tuple(person.access_needs or ()),
        "contact": person.contact,
        "stay_until": person.stay_until,
        "interview_on": person.interview_on,
        "interviewed_at": person.interviewed_at,
    }


def wish_of(wish: Need | Offer, today: date) -> Wish:
    """Give a need or an offer as a page shows it."""
    return Wish(
        id=wish.id,
        side=wish.__tablename__,
        person_id=wish.person_id,
        program=wish.program,
        state=wish.state,
        state_since=wish.state_since,
        published_at=wish.published_at,
        goals=tuple(wish.goals or ()),
        meetings_per_month=wish.meetings_per_month,
        months=wish.months,
        gender_request=wish.gender_request,
        **(_asked(wish, today) if isinstance(wish, Need) else _given(wish)),
    )


def common_languages(one: Card, other: Card) -> frozenset[str]:
    """Give the languages that two people both speak or sign, at whatever level."""
    mine, theirs = (
        {(tongue.code, tongue.mode) for tongue in card.languages or () if tongue.mode != "written"}
        for card in (one, other)
    )
    return frozenset(code for code, _ in mine & theirs)


def couples() -> Select[Pairing, Person, Person]:
    """Ask for pairings with the person of the need and the person of the offer."""
    return (
        select(Pairing, NeedPerson, OfferPerson)
        .join(Need, Need.id == Pairing.need_id)
        .join(Offer, Offer.id == Pairing.offer_id)
        .join(NeedPerson, NeedPerson.id == Need.person_id)
        .join(OfferPerson, OfferPerson.id == Offer.person_id)
    )


def _asked(need: Need, today: date) -> dict[str, Any]:
    return {
        "waiting_since": need.waiting_since,
        "waiting_days": (today - need.waiting_since).days,
        "pressing": need.pressing,
        "crisis_flag": need.crisis_flag,
    }


def _given(offer: Offer) -> dict[str, Any]:
    return {
        "capacity": offer.capacity,
        "places_taken": offer.places_taken,
        "accepts_interpreter": offer.accepts_interpreter,
        "will_drive": offer.will_drive,
        "meets_access": tuple(offer.meets_access or ()),
        "accepts_children": offer.accepts_children,
    }


def _languages(rows: list[dict[str, Any]] | None) -> tuple[Tongue, ...] | None:
    if rows is None:
        return None
    return tuple(Tongue(code=row["code"], level=row["level"], mode=row.get("mode", "spoken")) for row in rows)


def _weeks(weeks: list[list[str]] | None) -> tuple[frozenset[str], ...] | None:
    if not weeks:
        return None
    return tuple(frozenset(weeks[week % len(weeks)]) for week in range(WEEKS))
