"""Joining the bank: what an interpreter gives, the code that she signs, when she is away or free as well."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.vocabulary import LANGUAGES, LEVELS, MEETING_MODES, MODES, SETTINGS, SLOTS, WEEKS
from models import casework, ledger, outbox, policy
from models.actor import Actor
from models.casework import OfferSheet, kin
from models.casework.rows import get, lock_person
from models.errors import AlreadyRegistered, NotAllowedNow, WrongValue
from models.interpreting.rows import interpreter_of, person_of
from models.interpreting.sheets import InterpreterSheet
from models.interpreting.times import zone_of
from models.tables import Interpreter, TimeException, new_id

PROGRAM = "interpreting"
CODE_OF_CONDUCT = "2026.1"
"""The version of the code of conduct that is signed now."""
GONE = ("declined", "withdrawn")
MOST_HOURS_A_DAY, MOST_HOURS_A_MONTH = 24, 200


def join_bank(
    session: Session, person_id: str, sheet: InterpreterSheet, *, by: Actor, at: datetime
) -> Interpreter:
    """Enter the offer of a registered person to interpret or to translate.

    She is vetted as any volunteer is, and asked for nothing before she has signed the code.

    Raises
    ------
    AlreadyRegistered
        She is in the bank.
    """
    _check(sheet)
    policy.must(by, "interpret", policy.to_herself(by, person_id))
    person = lock_person(session, person_id)
    if person.state in GONE:
        raise NotAllowedNow(person.state)
    if session.scalar(select(Interpreter.number).where(Interpreter.person_id == person_id)) is not None:
        raise AlreadyRegistered
    offer_id = casework.publish_offer(session, person_id, OfferSheet(program=PROGRAM), by=by, at=at)
    interpreter = Interpreter(offer_id=offer_id, person_id=person_id)
    _fill(interpreter, sheet)
    session.add(interpreter)
    session.flush()
    kin.recall_reserves(session, person, by=by, at=at)
    return interpreter


def update_interpreter(
    session: Session, person_id: str, sheet: InterpreterSheet, *, by: Actor, at: datetime
) -> Interpreter:
    """Replace what an interpreter gives, whole; what she took already stands.

    Where somebody else does it for her, a letter says so to whoever has an address; she said it on the telephone, so
    that no call is owed.
    """
    _check(sheet)
    policy.must(by, "interpret", policy.to_herself(by, person_id))
    lock_person(session, person_id)
    interpreter = interpreter_of(session, person_id)
    _fill(interpreter, sheet)
    ledger.record(session, at, by, "update_interpreter", "offer", interpreter.offer_id)
    if by.person_id != person_id:
        outbox.queue(session, [person_id], "offer_changed", at=at, about=interpreter.offer_id)
    return interpreter


def sign_code(session: Session, person_id: str, *, by: Actor, at: datetime) -> Interpreter:
    """Note that an interpreter signed the code of conduct as it stands now."""
    policy.must(by, "interpret", policy.to_herself(by, person_id))
    lock_person(session, person_id)
    interpreter = interpreter_of(session, person_id)
    if interpreter.code_version != CODE_OF_CONDUCT:
        interpreter.code_signed_at, interpreter.code_version = at, CODE_OF_CONDUCT
        facts = {"version": CODE_OF_CONDUCT}
        ledger.record(session, at, by, "sign_code", "offer", interpreter.offer_id, facts)
    return interpreter


def add_exception(  # noqa: PLR0913 - an exception has these parts
    session: Session,
    person_id: str,
    kind: str,
    begins: datetime,
    ends: datetime,
    *,
    by: Actor,
    at: datetime,
) -> str:
    """Note that an interpreter is ``away`` for a while, or ``free`` as well; give the exception's id.

    What she took already stands: she cancels it by itself. The same one twice is one.
    """
    policy.must(by, "interpret", policy.to_herself(by, person_id))
    if kind not in {"away", "free"}:
        raise WrongValue("kind", kind)
    if ends <= begins:
        raise WrongValue("ends", ends.isoformat())
    lock_person(session, person_id)
    interpreter = interpreter_of(session, person_id)
    parts = {"interpreter": interpreter.number, "kind": kind, "begins": begins, "ends": ends}
    same = session.scalars(select(TimeException.id).filter_by(**parts)).first()
    if same is not None:
        return same
    found = TimeException(id=new_id(), **parts)
    session.add(found)
    ledger.record(session, at, by, "add_exception", "offer", interpreter.offer_id, {"kind": kind})
    session.flush()
    return found.id


def drop_exception(session: Session, exception_id: str, *, by: Actor, at: datetime) -> None:
    """Take an exception back."""
    found = get(session, TimeException, exception_id)
    person_id = person_of(session, found.interpreter)
    policy.must(by, "interpret", policy.to_herself(by, person_id))
    lock_person(session, person_id)
    interpreter = interpreter_of(session, person_id)
    session.delete(get(session, TimeException, exception_id))
    ledger.record(session, at, by, "drop_exception", "offer", interpreter.offer_id)
    session.flush()


def _fill(interpreter: Interpreter, sheet: InterpreterSheet) -> None:
    interpreter.languages = [
        {"code": one.code, "level": one.level, "mode": one.mode} for one in sheet.languages
    ]
    interpreter.settings, interpreter.modes = list(sheet.settings), list(sheet.modes)
    interpreter.trained_for, interpreter.zone = list(sheet.trained_for), sheet.zone
    weeks = sheet.availability
    interpreter.availability = [list(weeks[week % len(weeks)]) for week in range(WEEKS)]
    interpreter.max_hours_day = sheet.max_hours_day
    interpreter.max_hours_month = sheet.max_hours_month


def _check(sheet: InterpreterSheet) -> None:
    """Refuse a sheet with an unknown code, or with a setting that no volunteer may take."""
    zone_of(sheet.zone)
    if not sheet.languages or not 1 <= len(sheet.availability) <= WEEKS:
        raise WrongValue("languages" if not sheet.languages else "availability", "")
    for one in sheet.languages:
        _among("languages", [one.code], LANGUAGES)
        _among("languages", [one.level], LEVELS)
        _among("languages", [one.mode], MODES)
    _among("modes", sheet.modes, MEETING_MODES)
    for field in ("settings", "trained_for"):
        _among(field, getattr(sheet, field), VOLUNTARY)
    for week in sheet.availability:
        _among("availability", week, SLOTS)
    for field, most in (("max_hours_day", MOST_HOURS_A_DAY), ("max_hours_month", MOST_HOURS_A_MONTH)):
        hours = getattr(sheet, field)
        if hours is not None and not 1 <= hours <= most:
            raise WrongValue(field, hours)


def _among(field: str, codes: Iterable[str], known: Collection[str]) -> None:
    for code in codes:
        if code not in known:
            raise WrongValue(field, code)


VOLUNTARY = frozenset(code for code, term in SETTINGS.items() if term.row["volunteer_may"] == "yes")
"""The settings that a volunteer may take."""
