"""Who is known again: the same person under another address, or behind the same telephone.

« Ne pas nous jumeler » holds for her too, and a coordinator is told where somebody like her was refused for safety.
What is compared are keyed fingerprints; they outlive an erased file and tell nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session

from models import disclosure, ledger, sealed
from models.actor import Actor
from models.casework import bookings
from models.names import may_mean
from models.sealing import canonical_email, keyring_of
from models.tables import ApartWish, AuthorityTie, Exclusion, Interpreter, Mark, Person, Reserve

GONE = ("declined", "withdrawn")
HOMES_WITHOUT_DOTS = frozenset({"gmail.com", "googlemail.com"})
EXTENSION = re.compile(r"(?:poste|ext|x|#).*", re.IGNORECASE | re.DOTALL)
NORTH_AMERICAN = 11
LEAST_DIGITS = 7


def marks_of(session: Session, email: str | None, phone: str | None) -> set[str]:
    """Give the fingerprints of an address and a telephone, whatever variant of them is written."""
    keyring, found = keyring_of(session), set()
    if email:
        found.add(keyring.blind_index("mark/email", plain_email(email)))
    if digits := plain_phone(phone or ""):
        found.add(keyring.blind_index("mark/phone", digits))
    return found


def mark(session: Session, person: Person) -> None:
    """Keep by what a person is known again, her former addresses and telephones included."""
    contacts = disclosure.contacts_of(session, person)
    for fingerprint in marks_of(session, contacts.email, contacts.phone):
        if session.get(Mark, (fingerprint, person.id)) is None:
            session.add(Mark(fingerprint=fingerprint, person_id=person.id))
    session.flush()


def like_her(session: Session, marks: Iterable[str], *, but: str | None = None) -> list[Person]:
    """Give the people, erased ones too, who bear one of these marks."""
    bearers = select(Mark.person_id).where(Mark.fingerprint.in_(list(marks)), Mark.person_id != (but or ""))
    return list(session.scalars(select(Person).where(Person.id.in_(bearers)).order_by(Person.id)))


def herself_and_like_her(session: Session, person_id: str) -> list[str]:
    """Give a person's id and those of whoever bears a mark of hers."""
    own = session.scalars(select(Mark.fingerprint).where(Mark.person_id == person_id)).all()
    return [person_id, *(one.id for one in like_her(session, own, but=person_id))]


def share_a_mark(session: Session, one_id: str, other_id: str) -> bool:
    """Say whether two people are reached under one address or one telephone: of one household, as far as is known."""
    chosen = select(Mark.fingerprint).where(Mark.person_id.in_((one_id, other_id)))
    return session.scalars(chosen.group_by(Mark.fingerprint).having(func.count() > 1)).first() is not None


def left_by(session: Session, email: str | None, phone: str | None) -> bool:
    """Say whether somebody who left, was declined or was erased bore this address or this telephone."""
    return any(one.state in GONE for one in like_her(session, marks_of(session, email, phone)))


def recall(session: Session, person: Person, *, by: Actor, at: datetime) -> set[str]:
    """Keep a person apart from everybody whom those like her are kept apart from; give whom that adds."""
    mark(session, person)
    recall_reserves(session, person, by=by, at=at)
    like = herself_and_like_her(session, person.id)[1:]
    inherited = kept_apart_from(session, like)
    added = {
        other
        for other, is_lasting in inherited.items()
        if keep_apart(session, person.id, other, at, is_lasting=is_lasting)
    }
    for other in sorted(added):
        one, two = sorted((person.id, other))
        ledger.record(session, at, by, "recall_exclusion", "person", one, {"other": two})
    unsafe = select(Person.id).where(Person.id.in_(like), Person.refused_for_safety)
    person.resembles_refused = person.resembles_refused or session.scalars(unsafe).first() is not None
    return added


def recall_reserves(session: Session, person: Person, *, by: Actor, at: datetime) -> None:
    """Keep a person and the interpreters apart who were, under another registration of either; what is open ends.

    Neither who asked nor why was ever written: nothing more is told here.
    """
    like = herself_and_like_her(session, person.id)
    hers = list(session.scalars(select(Interpreter.number).where(Interpreter.person_id.in_(like))))
    own = session.scalar(select(Interpreter.number).where(Interpreter.person_id == person.id))
    known = list(
        session.execute(
            select(Reserve.person_id, Reserve.interpreter)
            .where(or_(Reserve.person_id.in_(like), Reserve.interpreter.in_(hers)))
            .order_by(Reserve.person_id, Reserve.interpreter)
        )
    )
    pairs = {(person.id, number) for one, number in known if one in like}
    pairs |= {(one, own) for one, number in known if number in hers and own is not None}
    for one, number in sorted(pairs - {(one, number) for one, number in known}):
        session.add(Reserve(person_id=one, interpreter=number, since=at))
        session.flush()
        other = session.get_one(Interpreter, number).person_id
        bookings.part(session, one, other, verb="cancel_booking", by=by, at=at)


def keep_apart(session: Session, one: str, other: str, at: datetime, *, is_lasting: bool) -> bool:
    """Write that two people are not to be paired, and say whether that is new.

    What is not lasting ends once nobody wishes it any more.
    """
    first, second = sorted((one, other))
    if first == second or session.get(Exclusion, (first, second)) is not None:
        return False
    session.add(Exclusion(one_id=first, other_id=second, since=at, is_lasting=is_lasting))
    session.flush()
    return True


def make_lasting(session: Session, one: str, other: str) -> None:
    """Let what keeps two people apart outlast anybody's wish."""
    if (exclusion := session.get(Exclusion, tuple(sorted((one, other))))) is not None:
        exclusion.is_lasting = True


def let_be_paired(session: Session, one: str, other: str) -> bool:
    """Take back that two people are not to be paired, unless it is lasting, and say whether that changed anything."""
    exclusion = session.get(Exclusion, tuple(sorted((one, other))))
    if exclusion is None or exclusion.is_lasting:
        return False
    session.delete(exclusion)
    session.flush()
    return True


def look_again(session: Session, person: Person) -> None:
    """Bring back to the coordinator the names that nobody bore until this person came, or changed hers."""
    surname = disclosure.contacts_of(session, person).surname
    chosen = (
        select(ApartWish, Person)
        .join(Person, Person.id == ApartWish.person_id)
        .where(
            ApartWish.other_id.is_(None), ApartWish.looked_at.is_not(None), ApartWish.person_id != person.id
        )
    )
    for wish, by_whom in session.execute(chosen):
        name = sealed.take(session, by_whom, wish, "name")
        if may_mean(name or "", f"{person.first_name} {surname or ''}"):
            wish.looked_at = None


def plain_email(email: str) -> str:
    """Give the one form of all variants of an address that reach the same box."""
    local, _, domain = canonical_email(email).rpartition("@")
    local = local.partition("+")[0] or local
    return f"{local.replace('.', '') if domain in HOMES_WITHOUT_DOTS else local}@{domain}"


def plain_phone(phone: str) -> str:
    """Give the digits of a telephone without its extension, the prefix 1 or 00; nothing where too few are left."""
    digits = "".join(str(int(char)) for char in EXTENSION.sub("", phone) if char.isdecimal())
    digits = digits.removeprefix("00")
    if len(digits) == NORTH_AMERICAN:
        digits = digits.removeprefix("1")
    return digits if len(digits) >= LEAST_DIGITS else ""


def kept_apart_from(session: Session, ids: list[str]) -> dict[str, bool]:
    """Give whom these people are kept apart from, by a wish or by a tie, and whether that is lasting."""
    found: dict[str, bool] = {}
    for one, other, is_lasting in (
        (Exclusion.one_id, Exclusion.other_id, Exclusion.is_lasting),
        (AuthorityTie.holder_id, AuthorityTie.subject_id, true()),
    ):
        chosen = select(one, other, is_lasting).where(or_(one.in_(ids), other.in_(ids)))
        for mine, theirs, lasts in session.execute(chosen):
            for person_id in {mine, theirs} - {*ids}:
                found[person_id] = found.get(person_id, False) or bool(lasts)
    return found
