"""« Ne pas me jumeler avec… », as a person says it herself: with one click, or a name that a coordinator looks for.

She reads back what she wrote and nothing else: neither whether somebody here bears the name, nor whether it was looked for.
"""

from __future__ import annotations

from datetime import datetime
from itertools import product

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from models import ledger, policy, sealed
from models.actor import Actor
from models.casework import kin
from models.casework.consents import lock_two, part
from models.casework.rows import get, lock_person
from models.errors import NotAllowedNow, Stale
from models.lifecycle import IN_FORCE
from models.tables import ApartWish, Need, Offer, Pairing, Person, new_id

MOST_WISHES = 50


def wish_apart(session: Session, person_id: str, name: str, *, by: Actor, at: datetime) -> str:
    """Note a name as a person wrote it; give the id of the wish.

    Until a coordinator has looked for who it is, nothing of hers is approved.
    """
    policy.must(by, "exclude", policy.to_herself(by, person_id))
    person = lock_person(session, person_id)
    wish = _new_wish(session, person_id, at)
    sealed.put(session, person, wish, "name", name)
    return _enter(session, wish, by=by, at=at)


def part_from_other(session: Session, pairing_id: str, person_id: str, *, by: Actor, at: datetime) -> str:
    """Keep a person apart, at once, from the other of a pairing of hers; give the id of the wish.

    What is open between them ends. The other's first name is kept as she knew it, where she knows it now.
    """
    pairing = get(session, Pairing, pairing_id)
    need, offer = get(session, Need, pairing.need_id), get(session, Offer, pairing.offer_id)
    policy.must(by, "exclude", policy.to_pairing(by, pairing, need, offer))
    policy.must(by, "exclude", policy.to_herself(by, person_id))
    other_id = offer.person_id if person_id == need.person_id else need.person_id
    lock_two(session, person_id, other_id)
    said = select(ApartWish.id).where(ApartWish.person_id == person_id, ApartWish.pairing_id == pairing_id)
    if (before := session.scalar(said)) is not None:
        return before
    wish = _new_wish(session, person_id, at)
    wish.pairing_id, wish.other_id, wish.looked_at = pairing_id, other_id, at
    if pairing.state in IN_FORCE:
        person, other = get(session, Person, person_id), get(session, Person, other_id)
        sealed.put(session, person, wish, "name", other.first_name)
    part(session, person_id, other_id, is_lasting=False, by=by, at=at)
    return _enter(session, wish, by=by, at=at)


def settle_wish(
    session: Session, apart_id: str, other_id: str | None, *, by: Actor, at: datetime
) -> ApartWish:
    """Say whom a person means by a name that she wrote, or that nobody here bears it for now."""
    policy.must(by, "keep_apart")
    wish = _wish(session, apart_id)
    if wish.other_id is not None:
        raise NotAllowedNow("settled")
    if other_id:
        part(session, wish.person_id, other_id, is_lasting=False, by=by, at=at)
    else:
        lock_person(session, wish.person_id)
    wish = _wish(session, apart_id)  # she may have taken it back while this waited for the lock
    wish.other_id, wish.looked_at = other_id or None, at
    ledger.record(session, at, by, "settle_apart", "person", wish.person_id)
    session.flush()
    return wish


def take_back_wish(session: Session, apart_id: str, *, by: Actor, at: datetime) -> None:
    """Take a wish back; the two may be proposed again where nothing else keeps them apart."""
    wish = _wish(session, apart_id)
    policy.must(by, "exclude", policy.to_herself(by, wish.person_id))
    person_id, other_id = wish.person_id, wish.other_id
    if other_id is None:
        lock_person(session, person_id)
    else:
        lock_two(session, person_id, other_id)
    wish = _wish(session, apart_id)
    if wish.other_id != other_id:  # a coordinator found out meanwhile: the other was not locked
        raise Stale("apart")
    session.delete(wish)
    session.flush()
    ledger.record(session, at, by, "take_back_apart", "person", person_id)
    if other_id is not None:
        _let_be_paired(session, person_id, other_id, by=by, at=at)


def waits_for_a_look(session: Session, person_id: str) -> bool:
    """Whether a person wrote a name that nobody has looked for yet."""
    chosen = select(ApartWish.id).where(ApartWish.person_id == person_id, ApartWish.looked_at.is_(None))
    return session.scalars(chosen).first() is not None


def _wish(session: Session, apart_id: str) -> ApartWish:
    return get(session, ApartWish, apart_id)


def _new_wish(session: Session, person_id: str, at: datetime) -> ApartWish:
    """Make room for one more, up to a number that no honest hand reaches."""
    so_far = session.scalar(select(func.count()).where(ApartWish.person_id == person_id))
    if (so_far or 0) >= MOST_WISHES:
        raise NotAllowedNow("full")
    return ApartWish(id=new_id(), person_id=person_id, asked_at=at)


def _enter(session: Session, wish: ApartWish, *, by: Actor, at: datetime) -> str:
    session.add(wish)
    ledger.record(session, at, by, "wish_apart", "person", wish.person_id)
    session.flush()
    return wish.id


def _let_be_paired(session: Session, one: str, other: str, *, by: Actor, at: datetime) -> None:
    """End what rests on no other wish, of hers or of the other, and on no word of the office."""
    mine, theirs = (kin.herself_and_like_her(session, key) for key in (one, other))
    chosen = select(ApartWish.id).where(
        or_(
            and_(ApartWish.person_id.in_(mine), ApartWish.other_id.in_(theirs)),
            and_(ApartWish.person_id.in_(theirs), ApartWish.other_id.in_(mine)),
        )
    )
    if session.scalars(chosen).first() is not None:
        return
    for first, second in product(mine, theirs):
        if kin.let_be_paired(session, first, second):
            here, there = sorted((first, second))
            ledger.record(session, at, by, "lift_exclusion", "person", here, {"other": there})
