"""Rows to records: who is in a pool, and as what the matcher sees them.

The one place that knows both worlds. Neither origin nor status is in any table, so neither can get in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matcher import records
from matcher.programs import PROGRAMS
from models import clearances
from models.clearances import Cleared, has_children, missing_for
from models.lifecycle import IN_FORCE, SAFETY_REASONS, UNDECIDED
from models.tables import AuthorityTie, Consent, Exclusion, ForbiddenPair, Need, Offer, Pairing, Person

TO_BE_MATCHED = ("program", "matching")


def read_pool(session: Session, program: str, today: date) -> records.Pool:
    """Give the pool of a program: who is ready, waiting, and has turned matching on.

    Ids are those of needs and offers. Locks are the undecided pairings that a coordinator locked.
    """
    needs, offers = waiting(session, Need, program), waiting(session, Offer, program)
    locks = [(pairing.need_id, pairing.offer_id) for pairing in locked_pairings(session, program)]
    needs, held = _without_half_locks(needs, offers, locks)
    return _pool(session, program, today, (needs, offers), held)


def read_pair(
    session: Session, need: Need, offer: Offer, today: date, *, among_others: bool = True
) -> records.Pool:
    """Give the pool of a program with these two in it, whatever their state or their wish to be matched.

    The others are there for what is rare among them: a score needs them, a barrier does not. There are
    no locks.
    """
    others: tuple[list[Need], list[Offer]] = ([], [])
    if among_others:
        others = waiting(session, Need, need.program), waiting(session, Offer, need.program)
    needs = [*(other for other in others[0] if other.id != need.id), need]
    offers = [*(other for other in others[1] if other.id != offer.id), offer]
    pool = pool_of(session, need.program, needs, offers, today)
    if not has_children(session.get_one(Person, need.person_id)):
        return pool
    person = session.get_one(Person, offer.person_id)
    has = clearances.cleared(session, [person], today)[person.id]
    return _vetted_for_children(pool, offer.id, is_enough=has.may_meet_children)


def pool_of(
    session: Session, program: str, needs: list[Need], offers: list[Offer], today: date
) -> records.Pool:
    """Give the pool of these needs and offers alone, whatever their state or their wish to be matched."""
    return _pool(session, program, today, (needs, offers), _Held((), {}))


def to_pair_by_hand(session: Session, program: str) -> list[Need | Offer]:
    """Give who is ready and waiting but has not turned matching on (« à jumeler à la main »)."""
    agreed = _agreed(session, ("program",)) - _agreed(session, TO_BE_MATCHED)
    return [
        wish
        for table in (Need, Offer)
        for wish in _ready(session, table, program)
        if wish.person_id in agreed
    ]


def may_be_scored(session: Session, need: Need, offer: Offer) -> bool:
    """Tell whether both have turned on that their tastes are compared; barriers are looked at for anybody."""
    return {need.person_id, offer.person_id} <= _agreed(session, TO_BE_MATCHED)


def locked_pairings(session: Session, program: str) -> list[Pairing]:
    """Give the undecided pairings of a program that a coordinator locked, oldest first."""
    chosen = select(Pairing).where(Pairing.program == program, Pairing.locked, Pairing.state.in_(UNDECIDED))
    return list(session.scalars(chosen.order_by(Pairing.suggested_at, Pairing.id)))


def _vetted_for_children(pool: records.Pool, offer_id: str, *, is_enough: bool) -> records.Pool:
    """Where children are, clearing by fewer than two people is a barrier of safety, which nobody may cross."""
    offers = tuple(
        replace(row, vetting_done=bool(row.vetting_done) and is_enough) if row.id == offer_id else row
        for row in pool.offers
    )
    return replace(pool, offers=offers)


@dataclass(frozen=True, slots=True)
class _Held:
    """What is promised: locks of the pool, and places of offers promised to needs outside it."""

    locks: tuple[tuple[str, str], ...]
    places: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the people of a pool, read at once."""

    people: Mapping[str, Person]
    agreed: frozenset[str]
    cleared: Mapping[str, Cleared]
    apart: Mapping[str, set[str]]
    tied: Mapping[str, set[str]]
    parted: frozenset[tuple[str, str]]


def _ready(session: Session, table: type[Any], program: str) -> list[Any]:
    has_place = (Offer.places_taken < Offer.capacity,) if table is Offer else ()
    chosen = (
        select(table)
        .join(Person, Person.id == table.person_id)
        .where(table.program == program, table.state == "available", Person.state == "ready", *has_place)
        .order_by(table.id)
    )
    return list(session.scalars(chosen))


def keeps_crises(program: str) -> bool:
    """Say whether the engine itself sends crises of a program to professionals; elsewhere they stay out."""
    return "refer_professional" in PROGRAMS[program].barriers


def waiting(session: Session, table: type[Any], program: str) -> list[Any]:
    """Give the needs or the offers of a program that a round takes into its pool, by id."""
    agreed = _agreed(session, TO_BE_MATCHED)
    found = [wish for wish in _ready(session, table, program) if wish.person_id in agreed]
    if table is Offer or keeps_crises(program):
        return found
    return [need for need in found if not need.crisis_flag]


def _agreed(session: Session, purposes: Iterable[str]) -> set[str]:
    found = [
        set(
            session.scalars(
                select(Consent.person_id).where(Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
            )
        )
        for purpose in purposes
    ]
    return set.intersection(*found)


def _without_half_locks(
    needs: list[Need], offers: list[Offer], locks: list[tuple[str, str]]
) -> tuple[list[Need], _Held]:
    """Where one side of a lock is not in the pool, the other side is spoken for all the same."""
    need_ids, offer_ids = {need.id for need in needs}, {offer.id for offer in offers}
    whole = [lock for lock in locks if lock[0] in need_ids and lock[1] in offer_ids]
    promised = {need for need, offer in locks if offer not in offer_ids}
    places: dict[str, int] = defaultdict(int)
    for need, offer in locks:
        places[offer] += need not in need_ids
    return [need for need in needs if need.id not in promised], _Held(tuple(sorted(whole)), places)


def _pool(
    session: Session, program: str, today: date, sides: tuple[list[Need], list[Offer]], held: _Held
) -> records.Pool:
    needs, offers = sides
    person_ids = {need.person_id for need in needs} | {offer.person_id for offer in offers}
    known = _known(session, person_ids, today)
    needs_of, offers_of = _by_person(needs), _by_person(offers)
    return records.Pool(
        program=program,
        today=today,
        needs=tuple(_need(need, offers_of, known) for need in needs),
        offers=tuple(_offer(offer, needs_of, known, held) for offer in offers),
        locks=held.locks,
        forbidden=_forbidden(session, needs, offers, known),
    )


def _known(session: Session, person_ids: set[str], today: date) -> _Known:
    people = list(session.scalars(select(Person).where(Person.id.in_(person_ids))))
    return _Known(
        people={person.id: person for person in people},
        agreed=frozenset(_agreed(session, ("program",))),
        cleared=clearances.cleared(session, people, today),
        apart=_both_ways(session.execute(select(Exclusion.one_id, Exclusion.other_id))),
        tied=_both_ways(session.execute(select(AuthorityTie.holder_id, AuthorityTie.subject_id))),
        parted=_parted(session),
    )


def _both_ways(pairs: Iterable[tuple[str, str]]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
        found[other].add(one)
    return found


def _parted(session: Session) -> frozenset[tuple[str, str]]:
    """Give the couples of people who are paired now, or whose pairing was closed for safety."""
    chosen = (
        select(Need.person_id, Offer.person_id)
        .select_from(Pairing)
        .join(Need, Need.id == Pairing.need_id)
        .join(Offer, Offer.id == Pairing.offer_id)
        .where(or_(Pairing.state.in_(IN_FORCE), Pairing.reason.in_(SAFETY_REASONS)))
    )
    return frozenset(session.execute(chosen))


def _forbidden(
    session: Session, needs: list[Need], offers: list[Offer], known: _Known
) -> tuple[tuple[str, str], ...]:
    need_ids, offer_ids = {need.id for need in needs}, {offer.id for offer in offers}
    said = {
        (need, offer)
        for need, offer in session.execute(select(ForbiddenPair.need_id, ForbiddenPair.offer_id))
        if need in need_ids and offer in offer_ids
    }
    offers_of = _by_person(offers)
    partners = _both_ways(known.parted)
    lived = {
        (need.id, offer_id)
        for need in needs
        for partner in partners.get(need.person_id, ())
        for offer_id in offers_of.get(partner, ())
    }
    return tuple(sorted(said | lived))


def _by_person(wishes: list[Need] | list[Offer]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for wish in wishes:
        found[wish.person_id].append(wish.id)
    return found


def _ids(people: Iterable[str], wishes_of: Mapping[str, list[str]]) -> tuple[str, ...]:
    return tuple(sorted(wish_id for person_id in people for wish_id in wishes_of.get(person_id, ())))


def _need(need: Need, offers_of: Mapping[str, list[str]], known: _Known) -> records.Need:
    apart = known.apart.get(need.person_id, set()) | {need.person_id}
    return records.Need(
        **_participant(need, known, _ids(apart, offers_of)),
        waiting_since=need.waiting_since,
        pressing=need.pressing,
        crisis_flag=need.crisis_flag,
        field=need.field,
    )


def _offer(offer: Offer, needs_of: Mapping[str, list[str]], known: _Known, held: _Held) -> records.Offer:
    apart = known.apart.get(offer.person_id, set()) | {offer.person_id}
    cleared = known.cleared[offer.person_id]
    missing = set(missing_for(offer, cleared))
    return records.Offer(
        **_participant(offer, known, _ids(apart, needs_of)),
        capacity=offer.capacity,
        active_pairings=offer.places_taken + held.places.get(offer.id, 0),
        vetting_done=missing <= {"training"},
        training_done="training" not in missing,
        accepts_interpreter=offer.accepts_interpreter,
        will_drive=offer.will_drive,
        meets_access=_codes(offer.meets_access),
        accepts_children=offer.accepts_children if cleared.may_meet_children else False,
        tied_to=_ids(known.tied.get(offer.person_id, ()), needs_of),
        field=offer.field,
        years_in_field_here=offer.years_in_field_here,
    )


def _participant(wish: Need | Offer, known: _Known, excludes: tuple[str, ...]) -> dict[str, Any]:
    person = known.people[wish.person_id]
    return {
        "id": wish.id,
        "languages": person.languages and tuple(records.Language(**one) for one in person.languages),
        "interests": _interests(person),
        "availability": person.availability and tuple(tuple(week) for week in person.availability),
        "sector": person.sector,
        "travel": _travel(person),
        "household": _household(person),
        "age_band": person.age_band,
        "gender": person.gender,
        "gender_request": wish.gender_request,
        "goals": _codes(wish.goals),
        "access_needs": _codes(person.access_needs),
        "contact": person.contact,
        "excludes": excludes,
        "meetings_per_month": wish.meetings_per_month,
        "months": wish.months,
        "stay_until": person.stay_until,
        "consent": wish.person_id in known.agreed,
    }


def _codes(codes: list[str] | None) -> tuple[str, ...] | None:
    return None if codes is None else tuple(codes)


def _interests(person: Person) -> records.Interests | None:
    kinds = (person.like, person.want_to_try, person.not_for_me)
    if all(kind is None for kind in kinds):
        return None
    like, want_to_try, not_for_me = (_codes(kind) or () for kind in kinds)
    return records.Interests(like=like, want_to_try=want_to_try, not_for_me=not_for_me)


def _travel(person: Person) -> records.Travel | None:
    parts = (person.travel_mode, person.travel_limit_km, person.travel_remote_ok)
    if all(part is None for part in parts):
        return None
    return records.Travel(mode=parts[0], limit_km=parts[1], remote_ok=parts[2])


def _household(person: Person) -> records.Household | None:
    if person.household_form is None and person.children_bands is None:
        return None
    return records.Household(form=person.household_form, children_bands=_codes(person.children_bands))
