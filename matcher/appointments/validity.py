"""What must hold in an agenda as a whole, whoever made it: ids, confirmed bookings, and that none clash."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise

from matcher import faults as pool_faults
from matcher.appointments.records import Agenda, Appointment, Interpreter
from matcher.faults import Faults, show
from matcher.validity import both, check_ids, check_pairs
from matcher.vocabulary import SETTINGS

SENTENCES: Mapping[str, tuple[str, str]] = {
    **pool_faults.SENTENCES,
    "ambiguous_time": (
        "{given} comes twice in {zone}, as clocks go back",
        "the time with its offset, such as -04:00",
    ),
    "backward": ("it ends before it begins", "a beginning, then an end"),
    "bad_month": ("{given} is not a month", "a month such as 2026-03"),
    "bad_pair": ("{given} is not a pair", "a list of an appointment id and an interpreter id"),
    "bad_span": ("{given} is not a stretch of time", "a list of a beginning and an end"),
    "bad_time": ("{given} is not a time", "a date and a time such as 2026-03-09T13:00"),
    "bad_zone": ("{given} is not a zone", "a zone such as America/Toronto"),
    "confirmed_clash": ("{given} and {other} are at the same time", "one interpreter in one place"),
    "confirmed_doubled": ("{given} is confirmed twice", "one interpreter an appointment"),
    "confirmed_excluded": (
        "{given} crosses blocked_exclusion",
        "another interpreter: no person may override this",
    ),
    "confirmed_gender": (
        "{given} crosses blocked_gender",
        "another interpreter: no person may override this",
    ),
    "confirmed_refused": ("{given} crosses refer_professional", "a professional: no volunteer may take it"),
    "missing_time": ("{given} does not exist in {zone}, as clocks go forward", "a time that clocks show"),
    "no_mode": ("no mode", "one or more of {given}"),
    "same_language": ("it is {given} on both sides", "two languages"),
    "two_times": ("two ways of giving free time", "free, or availability"),
    "unknown_id": ("there is no {side} {given}", "an id of the file"),
}
"""For each code what is wrong and what would be right, in English."""


def check_agenda(agenda: Agenda) -> None:
    """Return where ids and confirmed bookings of an agenda hold.

    Raises
    ------
    FaultyInput
        With each id that stands twice, and each confirmed booking of someone unknown, of an appointment
        already confirmed, at the time of another of the same interpreter, or across a barrier of safety.
    """
    faults = Faults(SENTENCES)
    look_at(agenda, faults)
    faults.stop_if_any()


def look_at(agenda: Agenda, faults: Faults) -> None:
    """Note all that :func:`check_agenda` refuses; of whom something could not be read, no more is said than that."""
    check_ids("appointments", agenda.appointments, faults)
    check_ids("interpreters", agenda.interpreters, faults)
    appointments = {one.id: one for one in agenda.appointments if not faults.doubts("appointments", one.id)}
    interpreters = {one.id: one for one in agenda.interpreters if not faults.doubts("interpreters", one.id)}
    check_pairs(
        "confirmed", agenda.confirmed, {"appointment": appointments, "interpreter": interpreters}, faults
    )
    booked: dict[str, list[Appointment]] = defaultdict(list)
    for appointment, interpreter in dict.fromkeys(agenda.confirmed):
        if appointment in appointments and interpreter in interpreters:
            _check_safety(appointments[appointment], interpreters[interpreter], faults)
            booked[interpreter].append(appointments[appointment])
    for appointment, times in Counter(appointment for appointment, _ in agenda.confirmed).items():
        if times > 1:
            faults.add("confirmed", "", "confirmed_doubled", given=show(appointment))
    for bookings in booked.values():
        _check_clashes(bookings, faults)


def is_excluded(appointment: Appointment, interpreter: Interpreter) -> bool:
    """Say whether either side asked not to meet the other, or only others were named."""
    return (
        interpreter.id in appointment.avoid
        or (bool(appointment.only) and interpreter.id not in appointment.only)
        or appointment.id in interpreter.excludes
    )


def is_for_professionals(appointment: Appointment) -> bool:
    """Say whether the setting is one that no volunteer may take."""
    return SETTINGS[appointment.setting].row["volunteer_may"] != "yes"


def _check_safety(appointment: Appointment, interpreter: Interpreter, faults: Faults) -> None:
    """A person may have decided across language, time or place, but not across safety or a wish."""
    given = both((appointment.id, interpreter.id))
    if is_for_professionals(appointment):
        faults.add("confirmed", "", "confirmed_refused", given=given)
    if is_excluded(appointment, interpreter):
        faults.add("confirmed", "", "confirmed_excluded", given=given)
    if appointment.gender_request not in {None, interpreter.gender}:
        faults.add("confirmed", "", "confirmed_gender", given=given)


def _check_clashes(bookings: list[Appointment], faults: Faults) -> None:
    """Two at once can't be; a short pause between two can, since people promised it."""
    in_turn = sorted(bookings, key=lambda one: (one.start, one.id))
    for first, then in pairwise(in_turn):
        if then.start < first.start + timedelta(minutes=first.minutes):
            faults.add("confirmed", "", "confirmed_clash", given=show(first.id), other=show(then.id))
