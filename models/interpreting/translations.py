"""What is translated in writing: a queue of its own, with a second reader where one was asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from matcher.vocabulary import LANGUAGES, LEVELS, SETTINGS
from models import ledger, policy, sealed
from models.actor import Actor
from models.casework import kin, papers
from models.casework.bookings import tell_requester
from models.casework.rows import get, lock_chosen, lock_people, lock_person, lock_rows, move
from models.errors import Barred, NotAllowedNow, WrongValue
from models.instants import city_date
from models.interpreting.givers import is_open
from models.interpreting.requests import MOST_TEXT, owe_where_in_danger, where_to_turn
from models.interpreting.rows import (
    holder_of,
    interpreter_of,
    is_requester,
    must_ask_for,
    must_have_asked,
    person_of,
)
from models.interpreting.sheets import Reply, TranslationSheet
from models.tables import AuthorityTie, Exclusion, Interpreter, Reserve, Translation, new_id
from models.tables.interpreting import MOST_PAGES

MOST_HOURS = 200


def request_translation(session: Session, sheet: TranslationSheet, *, by: Actor, at: datetime) -> Reply:
    """Ask for a translation; what no volunteer may take is refused at once, and whoever may be in danger is owed a call."""
    _check(sheet, at)
    person = lock_person(session, sheet.person_id) if sheet.person_id else None
    must_ask_for(by, person)
    if person is not None and person.state in {"withdrawn", "declined"}:
        raise NotAllowedNow(person.state)
    refer_to = where_to_turn(sheet.setting)
    row = Translation(
        id=new_id(),
        state="requested",
        state_since=at,
        version=1,
        requested_at=at,
        asked_by=by.account_id,
        organisation_id=by.organisation_id,
        person_id=sheet.person_id,
        from_language=sheet.from_language,
        to_language=sheet.to_language,
        setting=sheet.setting,
        pages=sheet.pages,
        deadline=sheet.deadline,
        second_reader=sheet.second_reader,
    )
    session.add(row)
    facts = {"from": None, "to": "requested", "setting": row.setting}
    ledger.record(session, at, by, "request_translation", "translation", row.id, facts)
    if refer_to:
        move(session, row, "referred_professional", verb="refer_professional", by=by, at=at)
    elif (holder := holder_of(session, row)) is not None:
        sealed.put(session, holder, row, "note", sheet.note)
    session.flush()
    owe_where_in_danger(session, row, by=by, at=at)
    return Reply(id=row.id, state=row.state, refer_to=refer_to)


def take_translation(
    session: Session, translation_id: str, person_id: str, *, by: Actor, at: datetime
) -> Translation:
    """Take a translation from the queue.

    Raises
    ------
    Barred
        She does not write both languages well enough, is not in the bank now, or is kept from that person.
    """
    policy.must(by, "interpret", policy.to_herself(by, person_id))
    row = _lock(session, translation_id, [person_id])
    interpreter = _translator(session, row, person_id, at)
    move(session, row, "taken", verb="take_translation", by=by, at=at)
    row.translator = interpreter.number
    return row


def give_back(session: Session, translation_id: str, *, by: Actor, at: datetime) -> Translation:
    """Put what one took back into the queue."""
    row = _lock(session, translation_id)
    _must_be(session, row.translator, by)
    move(session, row, "requested", verb="give_back_translation", by=by, at=at)
    row.translator = None
    return row


def deliver(session: Session, translation_id: str, minutes: int, *, by: Actor, at: datetime) -> Translation:
    """Hand a translation in, with how long it took: to the second reader where one was asked for, else it is done."""
    if not 1 <= minutes <= MOST_HOURS * 60:
        raise WrongValue("minutes", minutes)
    row = _lock(session, translation_id)
    _must_be(session, row.translator, by)
    if row.state != "taken":
        raise NotAllowedNow(row.state, "done")
    row.minutes, row.delivered_at = minutes, at
    if row.second_reader:
        move(session, row, "second_reading", verb="deliver_translation", by=by, at=at)
    else:
        _end(session, row, by=by, at=at)
    return row


def take_reading(
    session: Session, translation_id: str, person_id: str, *, by: Actor, at: datetime
) -> Translation:
    """Become the second reader of a translation that somebody else made."""
    policy.must(by, "interpret", policy.to_herself(by, person_id))
    row = _lock(session, translation_id, [person_id])
    if row.state != "second_reading" or row.reader is not None:
        raise NotAllowedNow(row.state, "second_reading")
    interpreter = _translator(session, row, person_id, at)
    if interpreter.number == row.translator:
        raise Barred(["blocked_conflict"])
    row.reader = interpreter.number
    ledger.record(session, at, by, "take_reading", "translation", row.id)
    return row


def finish_reading(session: Session, translation_id: str, *, by: Actor, at: datetime) -> Translation:
    """Say that the second reading is done: the translation is handed to who asked."""
    row = _lock(session, translation_id)
    _must_be(session, row.reader, by)
    _end(session, row, by=by, at=at)
    return row


def send_back(session: Session, translation_id: str, *, by: Actor, at: datetime) -> Translation:
    """Give a translation back to who made it, to be mended; where she may not any more, anybody may take it."""
    row = _lock(session, translation_id)
    _must_be(session, row.reader, by)
    move(session, row, "taken", verb="send_back_translation", by=by, at=at)
    row.reader = None
    translator = session.get_one(Interpreter, row.translator)
    if is_open(session, translator.number, at) and may_meet(session, translator, row.person_id):
        papers.tell_hands(session, row, (translator.number,), at=at)
    else:
        row.translator = None
        move(session, row, "requested", verb="send_back_translation", by=by, at=at)
    return row


def cancel_translation(session: Session, translation_id: str, *, by: Actor, at: datetime) -> Translation:
    """Take a request to translate back."""
    row = _lock(session, translation_id)
    must_have_asked(by, row)
    papers.cancel(session, row, verb="cancel_translation", by=by, at=at)
    if not is_requester(by, row):
        tell_requester(session, row, at=at)
    return row


def refer_translation(session: Session, translation_id: str, *, by: Actor, at: datetime) -> Translation:
    """Send a translation that nobody took to professionals."""
    policy.must(by, "arrange_interpreting")
    row = _lock(session, translation_id)
    move(session, row, "referred_professional", verb="refer_professional", by=by, at=at)
    tell_requester(session, row, at=at)
    return row


def close_overdue(session: Session, *, by: Actor, at: datetime) -> int:
    """Note what came to the end of its last day without a translator, and give how many."""
    policy.must(by, "arrange_interpreting")
    overdue = (Translation.state == "requested") & (Translation.deadline < city_date(at))
    found = lock_chosen(session, Translation, overdue)
    for row in found:
        move(session, row, "unfilled", verb="close_past", by=by, at=at)
        tell_requester(session, row, at=at)
    return len(found)


def may_translate(interpreter: Interpreter, row: Translation) -> bool:
    """Say whether somebody writes both languages at the level that the setting asks."""
    asked = LEVELS.index(SETTINGS[row.setting].row["level"])
    written = {
        one["code"]: LEVELS.index(one["level"])
        for one in interpreter.languages or ()
        if one.get("mode") == "written"
    }
    return all(written.get(code, -1) >= asked for code in (row.from_language, row.to_language))


def is_kept_from(session: Session, interpreter: Interpreter, person_id: str | None) -> bool:
    """Say whether an interpreter and a person are not to meet, whoever wished it."""
    if person_id is None:
        return False
    one, other = sorted([interpreter.person_id, person_id])
    ties = [(one, other), (other, one)]
    return (
        one == other
        or session.get(Exclusion, (one, other)) is not None
        or any(session.get(AuthorityTie, tie) is not None for tie in ties)
        or session.get(Reserve, (person_id, interpreter.number)) is not None
    )


def may_meet(session: Session, interpreter: Interpreter, person_id: str | None) -> bool:
    """Say whether an interpreter may work for a person: kept from her by nobody's wish, and not of her household."""
    if person_id is None:
        return True
    is_near = kin.share_a_mark(session, interpreter.person_id, person_id)
    return not is_near and not is_kept_from(session, interpreter, person_id)


def _translator(session: Session, row: Translation, person_id: str, at: datetime) -> Interpreter:
    interpreter = interpreter_of(session, person_id)
    if not may_translate(interpreter, row):
        raise Barred(["blocked_language"])
    if not is_open(session, interpreter.number, at):
        raise Barred(["blocked_vetting"])
    if not may_meet(session, interpreter, row.person_id):
        raise Barred(["blocked_exclusion"])
    return interpreter


def _end(session: Session, row: Translation, *, by: Actor, at: datetime) -> None:
    move(session, row, "done", verb="end_translation", by=by, at=at)
    row.done_at = at
    tell_requester(session, row, at=at)


def _lock(session: Session, translation_id: str, people: list[str] | None = None) -> Translation:
    lock_people(session, people or [])
    lock_rows(session, Translation, [translation_id])
    return get(session, Translation, translation_id)


def _must_be(session: Session, number: int | None, by: Actor) -> None:
    if number is None:
        policy.must(by, "arrange_interpreting")
    else:
        policy.must(by, "interpret", policy.to_herself(by, person_of(session, number)))


def _check(sheet: TranslationSheet, at: datetime) -> None:
    for field, known in (("from_language", LANGUAGES), ("to_language", LANGUAGES), ("setting", SETTINGS)):
        if getattr(sheet, field) not in known:
            raise WrongValue(field, getattr(sheet, field))
    if sheet.from_language == sheet.to_language:
        raise WrongValue("to_language", sheet.to_language)
    if not 1 <= sheet.pages <= MOST_PAGES:
        raise WrongValue("pages", sheet.pages)
    if sheet.deadline < city_date(at):
        raise WrongValue("deadline", sheet.deadline.isoformat())
    if sheet.note is not None and len(sheet.note) > MOST_TEXT:
        raise WrongValue("note", f"{len(sheet.note)} characters")
