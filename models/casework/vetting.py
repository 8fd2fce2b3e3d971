"""From « submitted » to « ready »: the interview, and each thing that whoever gives has to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import ledger, policy, sealed
from models.actor import SYSTEM, Actor
from models.casework import bookings, kin
from models.casework.closing import put_aside
from models.casework.rows import get, lock_circle, lock_person, move, note, open_pairings, wishes_of
from models.casework.safeguards import hold_back
from models.clearances import SCREENING_LEVELS, STEPS, cleared, level_asked, missing_for
from models.errors import Forbidden, NotAllowedNow, NotYourself, WrongValue
from models.instants import city_date
from models.lifecycle import is_allowed
from models.tables import Clearance, Offer, Person, new_id
from models.tables.people import CLEARANCES


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the roles of a person ask beyond the interview."""

    screening_level: int
    training: bool


def asked_of(session: Session, person: Person) -> Asked:
    """Give what the needs and offers of a person ask beyond the interview."""
    levels = [level_asked(offer) for offer in _offers(session, person)]
    return Asked(screening_level=max(levels, default=0), training=bool(levels))


def missing_of(session: Session, person: Person, today: date) -> tuple[str, ...]:
    """Give the steps that the offers of a person still ask of her, in the order of the work."""
    has = cleared(session, [person], today)[person.id]
    missing = {step for offer in _offers(session, person) for step in missing_for(offer, has)}
    return tuple(step for step in STEPS if step in missing)


def book_interview(session: Session, person_id: str, on: datetime, *, by: Actor, at: datetime) -> Person:
    """Note when the interview is to be; a booked one may be moved."""
    policy.must(by, "vet")
    person = lock_person(session, person_id)
    person.interview_on = on
    if person.state == "interview_booked":
        note(session, person, "move_interview", by=by, at=at)
    else:
        move(session, person, "interview_booked", verb="book_interview", by=by, at=at)
    return person


def record_interview(session: Session, person_id: str, *, by: Actor, at: datetime) -> Person:
    """Note that the interview was held; the person goes on to what her roles still ask."""
    policy.must(by, "vet")
    person = lock_person(session, person_id)
    if person.state != "interview_booked":  # who left comes back by her own word, not by an interview
        raise NotAllowedNow(person.state, "interviewed")
    move(session, person, "interviewed", verb="record_interview", by=by, at=at)
    person.interviewed_at = at
    advance(session, person, by=by, at=at)
    return person


def record_clearance(  # noqa: PLR0913 - a clearance has these parts
    session: Session,
    person_id: str,
    kind: str,
    *,
    by: Actor,
    at: datetime,
    issuer: str | None = None,
    expires: date | None = None,
) -> Person:
    """Note that identity, both references, the code of conduct or the training are in order.

    Only that it is so, who said so and until when: no paper, no name of a referee, no remark.
    """
    if kind not in CLEARANCES or kind == "screening":
        raise WrongValue("kind", kind)
    person = _to_be_cleared(session, person_id, by)
    _clear(session, person, kind, "done", issuer=issuer, expires=expires, by=by, at=at)
    return person


def record_screening(  # noqa: PLR0913 - a screening has these parts
    session: Session,
    person_id: str,
    level: int,
    *,
    by: Actor,
    at: datetime,
    issuer: str | None = None,
    expires: date | None = None,
) -> Person:
    """Note the screening level reached, by whom and until when; the paper is never kept."""
    if level not in SCREENING_LEVELS:
        raise WrongValue("level", level)
    person = _to_be_cleared(session, person_id, by)
    _clear(session, person, "screening", str(level), issuer=issuer, expires=expires, by=by, at=at)
    return person


def record_training(session: Session, person_id: str, *, by: Actor, at: datetime) -> Person:
    """Note that a person finished the training."""
    return record_clearance(session, person_id, "training", by=by, at=at)


def confirm_screening(session: Session, clearance_id: str, *, by: Actor, at: datetime) -> Person:
    """Confirm a screening as the second of two people, so that households with children may be met.

    In a small office this may be an agent of the partner that the person came through.

    Raises
    ------
    NotYourself
        The one who noted it cannot confirm it; nor does a command count as a person.
    """
    clearance = get(session, Clearance, clearance_id)
    policy.must(by, "confirm_clearance", policy.to_person(by, get(session, Person, clearance.person_id)))
    _refuse_self(by, clearance.person_id)
    person = lock_person(session, clearance.person_id)
    if clearance.kind != "screening" or clearance.revoked_at is not None:
        raise NotAllowedNow(person.state, "confirm")
    if SYSTEM.name in (by.name, clearance.recorded_by) or by.name == clearance.recorded_by:
        raise NotYourself
    if clearance.confirmed_at is None:
        clearance.confirmed_at, clearance.confirmed_by = at, by.name
        ledger.record(session, at, by, "confirm_screening", "person", person.id)
        advance(session, person, by=by, at=at)
    return person


def revoke_clearance(session: Session, clearance_id: str, *, by: Actor, at: datetime) -> Person:
    """Take a clearance back, at once: what rests on it is stopped in the same transaction."""
    policy.must(by, "decide")
    clearance = get(session, Clearance, clearance_id)
    person = lock_circle(session, clearance.person_id)
    if clearance.revoked_at is None:
        clearance.revoked_at, clearance.revoked_by = at, by.name
        facts = {"kind": clearance.kind}
        ledger.record(session, at, by, "revoke_clearance", "person", person.id, facts)
        hold_back(session, person, verb="revoke_clearance", by=by, at=at)
    return person


def decline_person(
    session: Session, person_id: str, *, by: Actor, at: datetime, for_safety: bool = False
) -> Person:
    """Decline a registration; nothing of hers is proposed any more.

    Where it is for the safety of others, nothing is kept of why, but whoever comes under an address or a
    telephone of hers is flagged, also once her file is erased.
    """
    policy.must(by, "decide")
    person = lock_circle(session, person_id)
    move(session, person, "declined", verb="decline_person", by=by, at=at)
    if for_safety:
        person.refused_for_safety = True
        kin.mark(session, person)
    put_aside(session, open_pairings(session, person_id), verb="decline_person", by=by, at=at)
    bookings.leave(session, person, verb="decline_person", by=by, at=at)
    for wish in wishes_of(session, person_id):
        if is_allowed("need_or_offer", wish.state, "withdrawn"):
            move(session, wish, "withdrawn", verb="decline_person", by=by, at=at)
    return person


def advance(session: Session, person: Person, *, by: Actor, at: datetime) -> None:
    """Bring a person who was interviewed as far as what is recorded allows."""
    if person.state not in ("interviewed", "vetting", "training"):
        return
    session.flush()
    wanted = _stage(session, person, city_date(at))
    if wanted != person.state and is_allowed("person", person.state, wanted):
        move(session, person, wanted, verb="advance", by=by, at=at)


def _stage(session: Session, person: Person, today: date) -> str:
    missing = missing_of(session, person, today)
    if not missing:
        return "ready"
    return "training" if missing == ("training",) else "vetting"


def _offers(session: Session, person: Person) -> list[Offer]:
    wishes = wishes_of(session, person.id)
    return [wish for wish in wishes if isinstance(wish, Offer) and wish.state != "withdrawn"]


def _to_be_cleared(session: Session, person_id: str, by: Actor) -> Person:
    """Lock a person whom somebody else clears."""
    policy.must(by, "vet")
    _refuse_self(by, person_id)
    return lock_person(session, person_id)


def _refuse_self(by: Actor, person_id: str) -> None:
    if by.person_id == person_id:
        raise Forbidden("person")


def _clear(  # noqa: PLR0913 - a clearance has these parts
    session: Session,
    person: Person,
    kind: str,
    outcome: str,
    *,
    issuer: str | None,
    expires: date | None,
    by: Actor,
    at: datetime,
) -> None:
    clearance = Clearance(
        id=new_id(), person_id=person.id, kind=kind, recorded_at=at, recorded_by=by.name, expires=expires
    )
    sealed.put(session, person, clearance, "outcome", outcome)
    sealed.put(session, person, clearance, "issuer", issuer)
    session.add(clearance)
    ledger.record(session, at, by, f"record_{kind}", "person", person.id)
    advance(session, person, by=by, at=at)
