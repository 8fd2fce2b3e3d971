"""From « submitted » to « ready »: interview, screening, training, as each role asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models import ledger, sealed
from models.actor import Actor
from models.casework.closing import put_aside
from models.casework.rows import lock_circle, lock_person, move, note, open_pairings, wishes_of
from models.clearances import SCREENING_LEVELS, cleared, level_asked
from models.errors import WrongValue
from models.instants import city_date
from models.lifecycle import is_allowed
from models.tables import Clearance, Offer, Person, new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the roles of a person ask beyond the interview."""

    screening_level: int
    training: bool


def asked_of(session: Session, person: Person) -> Asked:
    """Give what the needs and offers of a person ask beyond the interview."""
    levels = [
        level_asked(wish)
        for wish in wishes_of(session, person.id)
        if isinstance(wish, Offer) and wish.state != "withdrawn"
    ]
    return Asked(screening_level=max(levels, default=0), training=bool(levels))


def book_interview(session: Session, person_id: str, on: datetime, *, by: Actor, at: datetime) -> Person:
    """Note when the interview is to be; a booked one may be moved."""
    by.must_run()
    person = lock_person(session, person_id)
    person.interview_on = on
    if person.state == "interview_booked":
        note(session, person, "move_interview", by=by, at=at)
    else:
        move(session, person, "interview_booked", verb="book_interview", by=by, at=at)
    return person


def record_interview(session: Session, person_id: str, *, by: Actor, at: datetime) -> Person:
    """Note that the interview was held; the person goes on to what her roles still ask."""
    by.must_run()
    person = lock_person(session, person_id)
    move(session, person, "interviewed", verb="record_interview", by=by, at=at)
    person.interviewed_at = at
    advance(session, person, by=by, at=at)
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
    by.must_run()
    if level not in SCREENING_LEVELS:
        raise WrongValue("level", level)
    person = lock_person(session, person_id)
    _clear(session, person, "screening", str(level), issuer=issuer, expires=expires, by=by, at=at)
    return person


def record_training(session: Session, person_id: str, *, by: Actor, at: datetime) -> Person:
    """Note that a person finished the training."""
    by.must_run()
    person = lock_person(session, person_id)
    _clear(session, person, "training", "done", issuer=None, expires=None, by=by, at=at)
    return person


def decline_person(session: Session, person_id: str, *, by: Actor, at: datetime) -> Person:
    """Decline a registration; nothing of hers is proposed any more."""
    by.must_decide()
    person = lock_circle(session, person_id)
    move(session, person, "declined", verb="decline_person", by=by, at=at)
    put_aside(session, open_pairings(session, person_id), verb="decline_person", by=by, at=at)
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
    asked, has = asked_of(session, person), cleared(session, [person], today)[person.id]
    if has.screening_level < asked.screening_level:
        return "vetting"
    if asked.training and not has.is_trained:
        return "training"
    return "ready"


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
