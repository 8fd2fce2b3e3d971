"""What a person sees on her own page: her road, her proposals, her pairings, her agreements."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from matcher.vocabulary import SECTORS
from models import cards, organisations
from models.casework.rows import get, wishes_of
from models.casework.sheets import Household, Interests, Language, NeedSheet, OfferSheet, Profile, Travel
from models.clearances import cleared, missing_between
from models.disclosure import Contacts, contacts_of
from models.instants import city_date
from models.lifecycle import IN_FORCE, OVER, TOGETHER
from models.queries.agreements import outdated
from models.tables import Consent, Need, Offer, Pairing, Person

NEWS_FOR = timedelta(days=30)
"""How long a proposal that is gone stays on the page."""
MEETING_STATES = ("accepted", "first_meeting_planned", "no_show")
OPEN_BOOK = tuple(state for state in TOGETHER if state != "suspended")
"""States in which contact details may be open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """What one of a pair sees of the other before both have said yes, and nothing more."""

    first_name: str
    borough: str | None
    age_band: str | None
    goals: tuple[str, ...]
    interests: tuple[str, ...]
    """Those that the two share."""
    languages: tuple[str, ...]
    """Those that the two share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MyPairing:
    """A proposal or a pairing, as one of the two may see it."""

    id: str
    program: str
    side: str
    state: str
    state_since: datetime
    other: Other
    my_answer: str | None
    answers_due: datetime | None
    first_meeting_on: datetime | None
    i_confirmed: bool
    contacts: Contacts | None
    """The other's, where both said yes and every gate still holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MyWish:
    """A need or an offer of mine, with how far it has come."""

    id: str
    side: str
    program: str
    state: str
    road: tuple[str, ...]
    here: str
    """The step of ``road`` where it stands."""
    pairings: tuple[MyPairing, ...]
    crisis_flag: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MyPage:
    """Everything on « Ma page »."""

    first_name: str
    state: str
    interview_on: datetime | None
    wishes: tuple[MyWish, ...]
    gone: int
    """Proposals that are no longer there, through no act of mine."""
    consents: tuple[str, ...]
    to_read_again: tuple[str, ...]
    """Agreements whose text has changed since."""
    can_pause: bool
    is_paused: bool
    seen_by: str | None
    """The organisation that registered her and follows how far her request has come."""
    partner_knows_card: bool
    """Whether a partner's worker printed the card that she signs in with."""

    @property
    def under_way(self) -> frozenset[tuple[str, str]]:
        """Sides and programs in which she asks or gives now."""
        return frozenset((wish.side, wish.program) for wish in self.wishes if wish.state not in OVER)

    @property
    def is_in_crisis(self) -> bool:
        """Whether professionals come first for her now."""
        return any(wish.crisis_flag for wish in self.wishes)


def my_page(session: Session, person_id: str, at: datetime) -> MyPage:
    """Give a person's own page."""
    person = get(session, Person, person_id)
    wishes = [wish for wish in wishes_of(session, person_id) if wish.state != "withdrawn"]
    states = {wish.state for wish in wishes}
    return MyPage(
        first_name=person.first_name,
        state=person.state,
        interview_on=person.interview_on,
        wishes=tuple(_wish(session, person, wish, at) for wish in wishes),
        gone=sum(_gone(session, wish, at) for wish in wishes),
        consents=consents_of(session, person_id),
        to_read_again=outdated(session, person_id) if person.state not in ("declined", "withdrawn") else (),
        can_pause=person.state == "ready" and not states.isdisjoint({"available", "proposed"}),
        is_paused="paused" in states,
        seen_by=organisations.name_of(session, person.referred_by) if person.referred_by else None,
        partner_knows_card=cards.is_known_to_partner(session, person_id),
    )


def consents_of(session: Session, person_id: str) -> tuple[str, ...]:
    """Give the uses that a person agrees to now."""
    chosen = select(Consent.purpose).where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None))
    return tuple(session.scalars(chosen.order_by(Consent.given_at)))


def profile_of(session: Session, person_id: str) -> Profile:
    """Give all that a person told of herself, for herself to change."""
    person = get(session, Person, person_id)
    contacts = contacts_of(session, person)
    return Profile(
        first_name=person.first_name,
        surname=contacts.surname,
        email=contacts.email,
        phone=contacts.phone,
        reader_language=person.reader_language,
        languages=None if person.languages is None else tuple(Language(**row) for row in person.languages),
        interests=_interests(person),
        availability=tuple(map(tuple, person.availability)) if person.availability else None,
        sector=person.sector,
        travel=Travel(
            mode=person.travel_mode, limit_km=person.travel_limit_km, remote_ok=person.travel_remote_ok
        ),
        household=Household(form=person.household_form, children_bands=_codes(person.children_bands)),
        age_band=person.age_band,
        gender=person.gender,
        access_needs=_codes(person.access_needs),
        contact=person.contact,
        stay_until=person.stay_until,
    )


def sheet_of(session: Session, side: str, wish_id: str) -> NeedSheet | OfferSheet:
    """Give what a need or an offer says, for its owner to change."""
    wish = wish_row(session, side, wish_id)
    shared: dict[str, Any] = {
        "program": wish.program,
        "goals": _codes(wish.goals),
        "meetings_per_month": wish.meetings_per_month,
        "months": wish.months,
        "gender_request": wish.gender_request,
        "field": wish.field,
    }
    if isinstance(wish, Need):
        return NeedSheet(**shared)
    return OfferSheet(
        **shared,
        capacity=wish.capacity,
        accepts_interpreter=wish.accepts_interpreter,
        will_drive=wish.will_drive,
        meets_access=_codes(wish.meets_access),
        accepts_children=wish.accepts_children,
        years_in_field_here=wish.years_in_field_here,
    )


def owner_of(session: Session, side: str, wish_id: str) -> str:
    """Give the person whose need or offer this is."""
    return wish_row(session, side, wish_id).person_id


def wish_row(session: Session, side: str, wish_id: str) -> Need | Offer:
    """Give the row of a need or an offer."""
    return get(session, Need, wish_id) if side == "need" else get(session, Offer, wish_id)


def _interests(person: Person) -> Interests:
    return Interests(
        like=tuple(person.like or ()),
        want_to_try=tuple(person.want_to_try or ()),
        not_for_me=tuple(person.not_for_me or ()),
    )


def _codes(codes: list[str] | None) -> tuple[str, ...] | None:
    return None if codes is None else tuple(codes)


def _wish(session: Session, person: Person, wish: Need | Offer, at: datetime) -> MyWish:
    pairings = tuple(_pairing(session, person, wish, row, at) for row in _in_force(session, wish))
    preparation = ("screening", "training") if isinstance(wish, Offer) else ()
    return MyWish(
        id=wish.id,
        side=wish.__tablename__,
        program=wish.program,
        state=wish.state,
        road=("received", "interview", *preparation, "waiting", "answers", "meeting", "trial", "active"),
        here=step_of(person, {pairing.state for pairing in pairings}),
        pairings=pairings,
        crisis_flag=isinstance(wish, Need) and wish.crisis_flag and wish.state != "finished",
    )


def step_of(person: Person, states: Collection[str]) -> str:
    """Give the step of the road where a person stands, by the states of her pairings in force."""
    if person.state != "ready":
        waiting_for = {"interviewed": "screening", "vetting": "screening", "training": "training"}
        return waiting_for.get(person.state, "interview")
    if "awaiting_answers" in states:
        return "answers"
    if not set(MEETING_STATES).isdisjoint(states):
        return "meeting"
    if "trial" in states:
        return "trial"
    return "active" if states else "waiting"


def _in_force(session: Session, wish: Need | Offer) -> list[Pairing]:
    chosen = select(Pairing).where(_side(wish) == wish.id, Pairing.state.in_(IN_FORCE))
    return list(session.scalars(chosen.order_by(Pairing.approved_at, Pairing.id)))


def _gone(session: Session, wish: Need | Offer, at: datetime) -> int:
    """Count the proposals that ended lately, other than by this side's own no."""
    mine = Pairing.need_answer if isinstance(wish, Need) else Pairing.offer_answer
    chosen = select(Pairing.id).where(
        _side(wish) == wish.id,
        Pairing.state.in_(("declined_by_one", "expired", "withdrawn")),
        Pairing.approved_at.is_not(None),
        Pairing.ended_at > at - NEWS_FOR,
        or_(mine.is_(None), mine != "no"),
    )
    return len(session.scalars(chosen).all())


def _side(wish: Need | Offer) -> InstrumentedAttribute[str]:
    return Pairing.need_id if isinstance(wish, Need) else Pairing.offer_id


def _pairing(
    session: Session, person: Person, wish: Need | Offer, pairing: Pairing, at: datetime
) -> MyPairing:
    is_need = isinstance(wish, Need)
    need = wish if isinstance(wish, Need) else get(session, Need, pairing.need_id)
    offer = wish if isinstance(wish, Offer) else get(session, Offer, pairing.offer_id)
    other = get(session, Person, offer.person_id if is_need else need.person_id)
    return MyPairing(
        id=pairing.id,
        program=pairing.program,
        side=wish.__tablename__,
        state=pairing.state,
        state_since=pairing.state_since,
        other=_other(
            person, other, offer if is_need else need, both_matched=_both_matched(session, person, other)
        ),
        my_answer=pairing.need_answer if is_need else pairing.offer_answer,
        answers_due=pairing.answers_due,
        first_meeting_on=pairing.first_meeting_on,
        i_confirmed=bool(pairing.need_confirmed_at if is_need else pairing.offer_confirmed_at),
        contacts=_open_contacts(session, pairing, person, other, offer, city_date(at)),
    )


def _both_matched(session: Session, me: Person, other: Person) -> bool:
    """Say whether both let their interests count; until then neither's are shown to the other."""
    return all("matching" in consents_of(session, one.id) for one in (me, other))


def _other(me: Person, other: Person, wish: Need | Offer, *, both_matched: bool) -> Other:
    return Other(
        first_name=other.first_name,
        borough=SECTORS[other.sector].row["borough"] if other.sector else None,
        age_band=other.age_band,
        goals=tuple(wish.goals or ()),
        interests=tuple(code for code in _tastes(me) if both_matched and code in _tastes(other)),
        languages=tuple(code for code in _tongues(me) if code in _tongues(other)),
    )


def _tastes(person: Person) -> tuple[str, ...]:
    return (*(person.like or ()), *(person.want_to_try or ()))


def _tongues(person: Person) -> tuple[str, ...]:
    known = (row["code"] for row in person.languages or () if row["level"] != "A0")
    return tuple(dict.fromkeys(known))


def _open_contacts(
    session: Session, pairing: Pairing, me: Person, other: Person, offer: Offer, today: date
) -> Contacts | None:
    """Give the other's contact details where both said yes and every gate still holds today."""
    if pairing.state not in OPEN_BOOK:
        return None
    if not {"program", "share_contact"}.issubset(consents_of(session, other.id)):
        return None
    if "program" not in consents_of(session, me.id):
        return None
    giver = me if me.id == offer.person_id else other
    newcomer = other if giver is me else me
    if missing_between(pairing, newcomer, offer, cleared(session, [giver], today)[giver.id]):
        return None
    return contacts_of(session, other)
