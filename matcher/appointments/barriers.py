"""Hard rules of the bank, one function each: True where an interpreter may not take an appointment."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from matcher.appointments.bank import MINUTE, NO_LIMIT, NOBODY, SETTING_AT, UNKNOWN, Question
from matcher.appointments.times import city_day, month_of
from matcher.appointments.validity import is_for_professionals
from matcher.columns import Flags
from matcher.vocabulary import GENDERS, MEETING_MODES

Barrier = Callable[[Question], Flags]


def for_professionals(question: Question) -> Flags:
    """No volunteer may interpret in this setting."""
    return np.full(len(question.bank), is_for_professionals(question.appointment), dtype=np.bool_)


def excluded(question: Question) -> Flags:
    """Either side asked not to meet the other, or only others were named."""
    bank, appointment = question.bank, question.appointment
    barred = np.full(len(bank), bool(appointment.only), dtype=np.bool_)
    barred[_known(question, appointment.only)] = False
    barred[_known(question, appointment.avoid)] = True
    if appointment.id in bank.excluded:
        barred[bank.excluded[appointment.id]] = True
    return barred


def _known(question: Question, ids: tuple[str, ...]) -> list[int]:
    return [question.bank.at[one] for one in ids if one in question.bank.at]


def gender_not_as_asked(question: Question) -> Flags:
    """A woman or a man was asked for, and she did not declare that gender."""
    asked = question.appointment.gender_request
    if asked is None:
        return np.zeros(len(question.bank), dtype=np.bool_)
    barred: Flags = question.bank.gender != GENDERS.index(asked)
    return barred


def too_long(question: Question) -> Flags:
    """It alone is longer than she interprets in a day, or than what she has left, in all or in its month."""
    bank = question.bank
    barred: Flags = np.zeros(len(bank), dtype=np.bool_)
    month = month_of(city_day(question.appointment.start, bank.zone))
    for limit in (bank.day_minutes, bank.left_minutes, bank.month_minutes.get(month, bank.left_minutes)):
        barred |= (limit != NO_LIMIT) & (question.minutes > limit)
    return barred


def no_language(question: Question) -> Flags:
    """She does not reach the level asked in both languages, nor in one between that the person agreed to."""
    barred: Flags = question.via == NOBODY
    return barred


def setting_not_hers(question: Question) -> Flags:
    """She did not say that she interprets in this setting."""
    accepted: Flags = question.bank.settings[SETTING_AT[question.appointment.setting]]
    return ~accepted


def not_free(question: Question) -> Flags:
    """Her free time does not hold the whole appointment with the pause before and after it."""
    bank, pause = question.bank, question.bank.policy.pause_minutes * MINUTE
    holds = (bank.begin <= question.begin - pause) & (bank.end >= question.end[bank.owner] + pause)
    barred = np.ones(len(bank), dtype=np.bool_)
    barred[bank.owner[holds]] = False
    return barred


def no_mode(question: Question) -> Flags:
    """Neither by phone nor by video, and in person not at all, or farther than she goes."""
    barred: Flags = np.ones(len(question.bank), dtype=np.bool_)
    for mode in question.appointment.modes:
        barred &= ~mode_possible(question, mode)
    return barred


def mode_possible(question: Question, mode: str) -> Flags:
    """Say who could come in person, within her limit, or would take it by phone or by video."""
    bank = question.bank
    possible: Flags = bank.modes[MEETING_MODES.index(mode)]
    if mode != "in_person":
        return possible
    known = (question.distance_um != UNKNOWN) & (bank.limit_um != UNKNOWN)
    near: Flags = ~(known & (question.distance_um > bank.limit_um))
    return possible & near


BARRIERS: Mapping[str, Barrier] = {
    "refer_professional": for_professionals,
    "blocked_exclusion": excluded,
    "blocked_gender": gender_not_as_asked,
    "blocked_capacity": too_long,
    "blocked_language": no_language,
    "blocked_setting": setting_not_hers,
    "blocked_schedule": not_free,
    "blocked_mode": no_mode,
}
"""By reason code, in the order of the vocabulary."""
