"""Asking for an interpreter: refused at once where no volunteer may, else searched for."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from matcher.vocabulary import (
    DANGER,
    GENDERS,
    LANGUAGES,
    LEVELS,
    LONGEST_MINUTES,
    MEETING_MODES,
    SECTORS,
    SETTINGS,
)
from models import calls, ledger, policy, sealed
from models.actor import Actor
from models.casework.bookings import cancel, open_appointment, open_bookings, tell_requester
from models.casework.rows import lock_person, move
from models.errors import NotAllowedNow, WrongValue
from models.interpreting.rows import (
    holder_of,
    interpreter_of,
    lock_appointment,
    must_ask_for,
    must_have_asked,
    person_of,
)
from models.interpreting.sheets import AppointmentSheet, Arrangement, Reply
from models.interpreting.times import zone_of
from models.lifecycle import SEEKING
from models.tables import Appointment, Booking, Translation
from models.tables.interpreting import MOST_URGENCY

MOST_TEXT = 500
FARTHEST = timedelta(days=366)
PLAIN = (
    "person_id",
    "from_language",
    "to_language",
    "dialect",
    "setting",
    "level",
    "start",
    "zone",
    "minutes",
    "sector",
    "gender_request",
    "same_as_before",
    "urgency",
)


def request_appointment(session: Session, sheet: AppointmentSheet, *, by: Actor, at: datetime) -> Reply:
    """Ask for an interpreter; what no volunteer may take is refused at once, whatever the languages.

    Whoever may be in danger is owed a call by the office, with an address or without.

    Raises
    ------
    WrongValue
        A value is none of those that exist, or the start is past.
    Forbidden
        This one may not ask for that person.
    """
    _check(sheet, at)
    person = lock_person(session, sheet.person_id) if sheet.person_id else None
    must_ask_for(by, person)
    if person is not None and person.state in {"withdrawn", "declined"}:
        raise NotAllowedNow(person.state)
    if sheet.urgency > 1:
        policy.must(by, "arrange_interpreting")
    appointment = open_appointment(
        session,
        by=by,
        at=at,
        **{name: getattr(sheet, name) for name in PLAIN},
        modes=list(dict.fromkeys(sheet.modes)),
        also_speaks=[{"code": it.code, "level": it.level, "mode": it.mode} for it in sheet.also_speaks],
        relay_agreed_at=at if sheet.relay_agreed and sheet.also_speaks else None,
        avoid=list(sheet.avoid),
        only=list(sheet.only),
        prefer=list(sheet.prefer),
    )
    reply = start_search(session, appointment, sheet, by=by, at=at)
    owe_where_in_danger(session, appointment, by=by, at=at)
    return reply


def owe_where_in_danger(
    session: Session, asking: Appointment | Translation, *, by: Actor, at: datetime
) -> None:
    """Owe a call to whom something is asked for that says she may be in danger, unless the office itself asks."""
    if asking.setting in DANGER and asking.person_id is not None and by.role in {"participant", "agent"}:
        calls.owe_to(session, [asking.person_id], "interpreting_news", at=at, about=asking.id)


def start_search(
    session: Session, appointment: Appointment, sheet: AppointmentSheet | None, *, by: Actor, at: datetime
) -> Reply:
    """Send a request to the search, or to where to turn instead; texts are kept only where somebody will come."""
    refer_to = where_to_turn(appointment.setting)
    step = "referred_professional" if refer_to else "searching"
    holder = holder_of(session, appointment)
    if sheet is not None and not refer_to and holder is not None:
        sealed.put(session, holder, appointment, "note", sheet.note)
        sealed.put(session, holder, appointment, "place", sheet.place)
    verb = "refer_professional" if refer_to else "search_interpreter"
    move(session, appointment, step, verb=verb, by=by, at=at)
    session.flush()
    return Reply(id=appointment.id, state=step, refer_to=refer_to)


def where_to_turn(setting: str) -> str | None:
    """Say where to turn for a setting that no volunteer may take; None where one may."""
    row = SETTINGS[setting].row
    return None if row["volunteer_may"] == "yes" else row["refer_to"]


def agree_to_relay(session: Session, appointment_id: str, *, by: Actor, at: datetime) -> Appointment:
    """Note that the person agrees to be interpreted through the languages that she speaks too; no relay before."""
    appointment = lock_appointment(session, appointment_id)
    must_have_asked(by, appointment)
    if appointment.state not in SEEKING:
        raise NotAllowedNow(appointment.state)
    if not appointment.also_speaks:
        raise WrongValue("also_speaks", "")
    if appointment.relay_agreed_at is None:
        appointment.relay_agreed_at = at
        ledger.record(session, at, by, "agree_to_relay", "appointment", appointment.id)
    return appointment


def cancel_appointment(session: Session, appointment_id: str, *, by: Actor, at: datetime) -> Appointment:
    """Cancel an appointment; how long before it was is noted, and whoever was booked is told."""
    appointment = lock_whole(session, appointment_id)
    must_have_asked(by, appointment)
    if appointment.start <= at:
        raise NotAllowedNow(appointment.state, "cancelled")
    side = "requester" if by.role in {"agent", "participant"} else "office"
    cancel(session, appointment, side, verb="cancel_appointment", by=by, at=at)
    return appointment


def refer(session: Session, appointment_id: str, *, by: Actor, at: datetime) -> Appointment:
    """Send an appointment that nobody was found for to professionals."""
    policy.must(by, "arrange_interpreting")
    appointment = lock_appointment(session, appointment_id)
    if appointment.state == "offered":
        raise NotAllowedNow(appointment.state, "referred_professional")
    move(session, appointment, "referred_professional", verb="refer_professional", by=by, at=at)
    tell_requester(session, appointment, at=at)
    return appointment


def set_urgency(
    session: Session, appointment_id: str, urgency: int, *, by: Actor, at: datetime
) -> Appointment:
    """Say how pressing an appointment is, 1 to 12: plans fill the most pressing first."""
    policy.must(by, "decide")
    if not 1 <= urgency <= MOST_URGENCY:
        raise WrongValue("urgency", urgency)
    appointment = lock_appointment(session, appointment_id)
    appointment.urgency = urgency
    ledger.record(session, at, by, "set_urgency", "appointment", appointment.id, {"urgency": urgency})
    return appointment


def keep_out(
    session: Session, appointment_id: str, person_id: str, *, out: bool, by: Actor, at: datetime
) -> Appointment:
    """Offer an appointment to somebody no more, or again: the person's wish, without a reason and without a trace.

    Whoever was asked or booked already is refused by :func:`models.interpreting.answers.refuse_interpreter`.
    """
    policy.must(by, "decide")
    appointment = lock_appointment(session, appointment_id, [person_id])
    interpreter_of(session, person_id)
    if appointment.state not in SEEKING or person_id in _booked_people(session, appointment_id):
        raise NotAllowedNow(appointment.state)
    others = [one for one in appointment.avoid or () if one != person_id]
    appointment.avoid = [*others, person_id] if out else others
    appointment.version += 1
    ledger.record(session, at, by, "keep_out", "appointment", appointment.id)
    return appointment


def lock_whole(session: Session, appointment_id: str) -> Appointment:
    """Lock an appointment with its person and whoever is asked or booked for it."""
    return lock_appointment(session, appointment_id, _booked_people(session, appointment_id))


def check_arrangement(it: Arrangement, at: datetime) -> None:
    """Refuse when, how and where no appointment can be.

    Raises
    ------
    WrongValue
        A value is none of those that exist, or the start is past.
    """
    _refuse_wrong(it, _rules_of_arrangement(it, at))


def _booked_people(session: Session, appointment_id: str) -> list[str]:
    found = open_bookings(session, Booking.appointment_id == appointment_id)
    return [person_of(session, one.interpreter) for one in found]


def _check(sheet: AppointmentSheet, at: datetime) -> None:
    zone_of(sheet.zone)
    _refuse_wrong(sheet, _rules(sheet, at))


def _refuse_wrong(sheet: AppointmentSheet | Arrangement, rules: dict[str, bool]) -> None:
    for field, is_right in rules.items():
        if not is_right:
            value = getattr(sheet, field)
            raise WrongValue(field, f"{len(value)} characters" if field in TEXTS else value)


def _rules(sheet: AppointmentSheet, at: datetime) -> dict[str, bool]:
    """Say of each field whether it holds what it may."""
    return {
        **{field: getattr(sheet, field) in {None, *known} for field, known in CODES.items()},
        "note": len(sheet.note or "") <= MOST_TEXT,
        "also_speaks": all(it.code in LANGUAGES and it.level in LEVELS for it in sheet.also_speaks),
        "to_language": sheet.to_language in LANGUAGES
        and sheet.to_language not in {sheet.from_language, sheet.dialect},
        "urgency": 1 <= sheet.urgency <= MOST_URGENCY,
        **_rules_of_arrangement(sheet, at),
    }


def _rules_of_arrangement(it: AppointmentSheet | Arrangement, at: datetime) -> dict[str, bool]:
    return {
        "sector": it.sector is None or it.sector in SECTORS,
        "place": len(it.place or "") <= MOST_TEXT,
        "modes": bool(it.modes) and set(it.modes) <= set(MEETING_MODES),
        "minutes": 1 <= it.minutes <= LONGEST_MINUTES,
        "start": at <= it.start <= at + FARTHEST,
    }


TEXTS = ("note", "place")
CODES = {
    "from_language": LANGUAGES,
    "dialect": LANGUAGES,
    "setting": SETTINGS,
    "level": LEVELS,
    "gender_request": GENDERS,
}
