"""Consents, one use at a time, each taken back at once; and whom a person will not be paired with."""

from __future__ import annotations

from datetime import datetime
from itertools import chain, product

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import consent_texts, ledger, policy
from models.actor import Actor
from models.casework import bookings, kin, vetting
from models.casework.closing import close, put_aside, withdraw
from models.casework.rows import get, lock_circle, lock_people, move, open_pairings, wishes_of
from models.errors import NotAllowedNow, WrongValue
from models.lifecycle import ANSWERING, GONE, UNDECIDED, is_allowed
from models.tables import AuthorityTie, Consent, Need, Offer, Pairing, Person, new_id
from models.tables.people import PURPOSES


def give_consent(  # noqa: PLR0913 - a consent is told with all of these
    session: Session,
    person_id: str,
    purpose: str,
    *,
    by: Actor,
    at: datetime,
    read_in: str = "fr",
    read_aloud: bool = False,
) -> Person:
    """Note that a person agrees to one use, in which language it was read and whether aloud.

    Who had left the program and agrees to it again is back: see :func:`_come_back`.
    """
    policy.must(by, "give_consent", policy.to_herself(by, person_id))
    person = lock_circle(session, person_id)
    is_back = person.state == "withdrawn" and purpose == "program"
    if person.erased_at or (person.state in GONE and not is_back):
        raise NotAllowedNow(person.state)
    grant(session, person, purpose, read_in=read_in, read_aloud=read_aloud, by=by, at=at)
    if is_back:
        _come_back(session, person, by=by, at=at)
    return person


def grant(  # noqa: PLR0913 - a consent is told with all of these
    session: Session, person: Person, purpose: str, *, read_in: str, read_aloud: bool, by: Actor, at: datetime
) -> None:
    """Write a consent of a person who is locked or new, with the text that was read.

    A consent in force to that text stays as it is; one to an older text is renewed.
    """
    if purpose not in PURPOSES:
        raise WrongValue("purpose", purpose)
    read = consent_texts.current(purpose, read_in)
    before = consent_in_force(session, person.id, purpose)
    if before is not None and before.version >= read.version:
        return
    if before is not None:
        before.withdrawn_at, before.was_renewed = at, True
        session.flush()
    session.add(
        Consent(
            id=new_id(),
            person_id=person.id,
            purpose=purpose,
            read_in=read_in,
            was_read_aloud=read_aloud,
            version=read.version,
            text_hash=read.hash,
            helped_by=by.account_id if by.person_id != person.id else None,
            given_at=at,
        )
    )
    facts = {"purpose": purpose, "version": read.version}
    verb = "renew_consent" if before else "give_consent"
    ledger.record(session, at, by, verb, "person", person.id, facts)


def withdraw_consent(session: Session, person_id: str, purpose: str, *, by: Actor, at: datetime) -> Person:
    """Take a consent back, at once and without a reason.

    Without ``program`` the person leaves: every open pairing, need, offer and her file are withdrawn.
    Without ``matching`` what the engine proposed and both have not accepted is withdrawn.
    """
    policy.must(by, "withdraw_consent", policy.to_herself(by, person_id))
    if purpose not in PURPOSES:
        raise WrongValue("purpose", purpose)
    person = lock_circle(session, person_id)
    if consent := consent_in_force(session, person_id, purpose):
        consent.withdrawn_at = at
        ledger.record(session, at, by, "withdraw_consent", "person", person_id, {"purpose": purpose})
    session.flush()
    if purpose == "program" and is_allowed("person", person.state, "withdrawn"):
        leave(session, person, verb="withdraw_consent", by=by, at=at)
    if purpose == "matching":
        _stop_proposals(session, person, by=by, at=at)
    return person


def consent_in_force(session: Session, person_id: str, purpose: str) -> Consent | None:
    """Give the consent of a person to one use, where it is in force."""
    chosen = select(Consent).where(
        Consent.person_id == person_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    return session.scalars(chosen).one_or_none()


def exclude(session: Session, person_id: str, other_id: str, *, by: Actor, at: datetime) -> None:
    """Never pair these two: symmetric, no reason asked; what is open between them ends now.

    It holds as well for whoever comes under an address or a telephone of one of them, then and later.
    """
    policy.must(by, "exclude", policy.to_herself(by, person_id))
    part(session, person_id, other_id, is_lasting=True, by=by, at=at)


def part(
    session: Session, person_id: str, other_id: str, *, is_lasting: bool, by: Actor, at: datetime
) -> None:
    """Keep two people apart, and whoever is like one of them, and end what is open between them."""
    one, other = lock_two(session, person_id, other_id)
    for person in (one, other):
        kin.mark(session, get(session, Person, person))
    if kin.keep_apart(session, one, other, at, is_lasting=is_lasting):
        ledger.record(session, at, by, "exclude", "person", one, {"other": other})
    for mine, theirs in product(*(kin.herself_and_like_her(session, key) for key in (one, other))):
        kin.keep_apart(session, mine, theirs, at, is_lasting=is_lasting)
        if is_lasting:
            kin.make_lasting(session, mine, theirs)
        end_between(session, mine, theirs, by=by, at=at)


def record_tie(session: Session, holder_id: str, subject_id: str, *, by: Actor, at: datetime) -> None:
    """Note that one person has authority over another, or shares her household: they are not paired."""
    policy.must(by, "keep_apart")
    lock_two(session, holder_id, subject_id)
    if session.get(AuthorityTie, (holder_id, subject_id)) is None:
        session.add(AuthorityTie(holder_id=holder_id, subject_id=subject_id, since=at))
        ledger.record(session, at, by, "record_tie", "person", holder_id, {"other": subject_id})
    end_between(session, holder_id, subject_id, by=by, at=at)


def lock_two(session: Session, person_id: str, other_id: str) -> tuple[str, str]:
    """Lock two people with those who are like them; give both, in order."""
    if person_id == other_id:
        raise WrongValue("other_id", other_id)
    for one in (person_id, other_id):
        get(session, Person, one)
    like = (kin.herself_and_like_her(session, key) for key in (person_id, other_id))
    lock_people(session, chain.from_iterable(like))
    one, other = sorted([person_id, other_id])
    return one, other


def end_between(session: Session, one: str, other: str, *, by: Actor, at: datetime) -> None:
    """End whatever is open between two people who are locked."""
    for pairing in open_pairings(session, one):
        need, offer = get(session, Need, pairing.need_id), get(session, Offer, pairing.offer_id)
        if other in (need.person_id, offer.person_id):
            withdraw_between(session, pairing, by=by, at=at)
    bookings.part(session, one, other, verb="keep_apart", by=by, at=at)


def withdraw_between(session: Session, pairing: Pairing, *, by: Actor, at: datetime) -> None:
    """End what is open between two people who are kept apart from now on."""
    if pairing.state in UNDECIDED:
        put_aside(session, [pairing], verb="keep_apart", by=by, at=at)
    elif pairing.state in ANSWERING:
        close(session, pairing, "withdrawn", verb="keep_apart", by=by, at=at)
    else:
        step = "ended_early" if is_allowed("pairing", pairing.state, "ended_early") else "withdrawn"
        close(session, pairing, step, verb="keep_apart", by=by, at=at)


def leave(session: Session, person: Person, *, verb: str, by: Actor, at: datetime) -> None:
    """Close everything of a person who is locked with her circle, and her file."""
    for pairing in open_pairings(session, person.id):
        withdraw(session, pairing, verb=verb, by=by, at=at)
    bookings.leave(session, person, verb=verb, by=by, at=at)
    for wish in wishes_of(session, person.id):
        if is_allowed("need_or_offer", wish.state, "withdrawn"):
            move(session, wish, "withdrawn", verb=verb, by=by, at=at)
    move(session, person, "withdrawn", verb=verb, by=by, at=at)
    person.referred_by = None  # whoever registered her sees nothing more of her, also if she comes back


def _come_back(session: Session, person: Person, *, by: Actor, at: datetime) -> None:
    """Give her back what leaving closed, at its old place in the queue; nothing done is asked again."""
    step = "interviewed" if person.interviewed_at else "submitted"
    move(session, person, step, verb="come_back", by=by, at=at)
    if not person.interviewed_at:
        person.interview_on = None
    for wish in wishes_of(session, person.id):
        if wish.state == "withdrawn":
            move(session, wish, "available", verb="come_back", by=by, at=at)
    kin.look_again(session, person)
    vetting.advance(session, person, by=by, at=at)


def _stop_proposals(session: Session, person: Person, *, by: Actor, at: datetime) -> None:
    for pairing in open_pairings(session, person.id):
        if pairing.origin == "engine" and pairing.state in UNDECIDED + ANSWERING:
            withdraw(session, pairing, verb="withdraw_consent", by=by, at=at)
    bookings.stop_asking(session, person, verb="withdraw_consent", by=by, at=at)
