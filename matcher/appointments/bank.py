"""The bank as columns of whole numbers, one position an interpreter, and an appointment put to all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np

from matcher.appointments.policy import InterpretingPolicy
from matcher.appointments.records import Agenda, Appointment, Interpreter
from matcher.appointments.times import Spans, city_day, free_spans, joined, month_of, seconds_of
from matcher.columns import Flags, Ints, Small
from matcher.distances import MICROMETRES_IN_A_KM, distances_um
from matcher.order import in_fair_order
from matcher.vocabulary import GENDERS, LANGUAGES, LEVELS, MEETING_MODES, SECTORS, SETTINGS

LANGUAGE_AT = {code: at for at, code in enumerate(LANGUAGES)}
SECTOR_AT = {code: at for at, code in enumerate(SECTORS)}
SETTING_AT = {code: at for at, code in enumerate(SETTINGS)}
RANK = {level: 1 + at for at, level in enumerate(LEVELS)}
"""A level as a number; 0 is a language not spoken at all."""
ORAL = frozenset({"spoken", "signed"})
UNKNOWN = -1
NO_LIMIT = -1
MINUTE = 60
DIRECT, NOBODY = -1, -2
"""In place of a language between: none is needed; none would do."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Bank:
    """Interpreters in the fair order of the agenda's first day, by position.

    Attributes
    ----------
    level : shape (languages, interpreters), as in ``RANK``, spoken or signed
    settings, experience : shape (settings, interpreters)
    modes : shape (modes, interpreters)
    limit_um, distance_um : how far she goes, UNKNOWN where nobody knows
    owner, begin, end : one entry for each stretch of free time, in seconds since 1970
    day_minutes, left_minutes, month_minutes : NO_LIMIT where she gave none; the last by number of the month
    recent, month : minutes interpreted in the last 30 days, and what a month may hold
    """

    policy: InterpretingPolicy
    zone: ZoneInfo
    interpreters: tuple[Interpreter, ...]
    at: Mapping[str, int]
    level: Small
    settings: Flags
    experience: Flags
    knows_experience: Flags
    modes: Flags
    gender: Ints
    sector: Ints
    limit_um: Ints
    speed: Ints
    owner: Ints
    begin: Ints
    end: Ints
    day_minutes: Ints
    left_minutes: Ints
    month_minutes: Mapping[int, Ints]
    recent: Ints
    month: Ints
    accepted: Ints
    done: Ints
    excluded: Mapping[str, Ints]
    """By appointment id, the interpreters who do not take it."""

    def __len__(self) -> int:
        return len(self.interpreters)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Question:
    """One appointment put to the whole bank; arrays have one entry an interpreter.

    ``via`` is the position of the language between in ``also_speaks``, DIRECT or NOBODY; ``lower`` the lowest
    level on the way; ``minutes`` what the booking takes, longer for a relay.
    """

    bank: Bank
    appointment: Appointment
    asked: int
    via: Ints
    lower: Ints
    minutes: Ints
    begin: int
    end: Ints
    distance_um: Ints


def first_day(agenda: Agenda) -> date:
    """Give the day of the earliest appointment, on which ties of the agenda fall."""
    zone = ZoneInfo(agenda.zone)
    return min((city_day(one.start, zone) for one in agenda.appointments), default=date.min)


def bank_of(agenda: Agenda, policy: InterpretingPolicy) -> Bank:
    """Give the interpreters of an agenda as columns."""
    people = tuple(in_fair_order(agenda.interpreters, first_day(agenda)))
    zone = ZoneInfo(agenda.zone)
    days = days_of(agenda.appointments, zone)
    spans = [spans_of(one, zone, days) for one in people]
    recent = [_minutes(one.hours_last_30d, UNKNOWN) for one in people]
    left = [_minutes(one.hours_left, NO_LIMIT) for one in people]
    return Bank(
        policy=policy,
        zone=zone,
        interpreters=people,
        at={one.id: at for at, one in enumerate(people)},
        level=_levels(people),
        settings=_flags(SETTING_AT, [one.settings for one in people]),
        experience=_flags(SETTING_AT, [one.experience or () for one in people]),
        knows_experience=np.array([one.experience is not None for one in people], dtype=np.bool_),
        modes=_flags({mode: at for at, mode in enumerate(MEETING_MODES)}, [one.modes for one in people]),
        gender=_ints(GENDERS.index(one.gender) if one.gender else UNKNOWN for one in people),
        sector=_ints(SECTOR_AT[one.sector] if one.sector else UNKNOWN for one in people),
        limit_um=_ints(_limit_um(one, policy) for one in people),
        speed=_ints(policy.speed_km_h.get((one.travel and one.travel.mode) or "", 0) for one in people),
        owner=_ints(at for at, own in enumerate(spans) for _ in own),
        begin=_ints(begin for own in spans for begin, _ in own),
        end=_ints(end for own in spans for _, end in own),
        day_minutes=_ints(_minutes(one.max_hours_day, NO_LIMIT) for one in people),
        left_minutes=_ints(left),
        month_minutes=_by_month(people),
        recent=_ints(recent),
        month=_ints(
            max(past, 0) + rest if rest != NO_LIMIT else policy.usual_hours * MINUTE
            for past, rest in zip(recent, map(_left_first, people), strict=True)
        ),
        accepted=_ints(UNKNOWN if one.accepted is None else one.accepted for one in people),
        done=_ints(UNKNOWN if one.done is None else one.done for one in people),
        excluded=_excluded(people),
    )


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)


def _minutes(hours: float | None, otherwise: int) -> int:
    """Give whole minutes; hours as they were written, since 6.1 hours are 366 minutes and no less."""
    return otherwise if hours is None else int(Fraction(str(hours)) * MINUTE)


def _left_first(one: Interpreter) -> int:
    """Give the minutes that she has left in all or, told by month, in the first."""
    first = (hours for _, hours in one.hours_left_by_month)
    return _minutes(next(first, None) if one.hours_left is None else one.hours_left, NO_LIMIT)


def _by_month(people: Sequence[Interpreter]) -> dict[int, Ints]:
    told = [{month: _minutes(hours, NO_LIMIT) for month, hours in one.hours_left_by_month} for one in people]
    return {
        month_of(date.fromisoformat(f"{month}-01")): _ints(own.get(month, NO_LIMIT) for own in told)
        for month in {month for own in told for month in own}
    }


def _levels(people: Sequence[Interpreter]) -> Small:
    level = np.zeros((len(LANGUAGES), len(people)), dtype=np.int8)
    for at, one in enumerate(people):
        for language in one.languages:
            if language.mode in ORAL:
                row = LANGUAGE_AT[language.code]
                level[row, at] = max(level[row, at], RANK[language.level])
    return level


def _flags(places: Mapping[str, int], codes: Sequence[tuple[str, ...]]) -> Flags:
    flags = np.zeros((len(places), len(codes)), dtype=np.bool_)
    for at, own in enumerate(codes):
        for code in own:
            flags[places[code], at] = True
    return flags


def _limit_um(one: Interpreter, policy: InterpretingPolicy) -> int:
    travel = one.travel
    if travel is None or (travel.limit_km is None and travel.mode is None):
        return UNKNOWN
    limit = policy.default_limit_km[travel.mode or ""] if travel.limit_km is None else travel.limit_km
    return int(Fraction(str(limit)) * MICROMETRES_IN_A_KM)


def days_of(appointments: Iterable[Appointment], zone: ZoneInfo) -> list[date]:
    """Give the days that matter, with those around them, since elsewhere the date may be another."""
    near = {city_day(one.start, zone) for one in appointments}
    return sorted({day + timedelta(days=apart) for day in near for apart in (-2, -1, 0, 1, 2)})


def spans_of(one: Interpreter, zone: ZoneInfo, days: Iterable[date]) -> Spans:
    """Give when an interpreter is free, on some days where she gave a weekly pattern."""
    if one.free is not None:
        return joined((seconds_of(begin), seconds_of(end)) for begin, end in one.free)
    return (
        free_spans(one.availability or (), ZoneInfo(one.zone) if one.zone else zone, days)
        if one.availability
        else ()
    )


def _excluded(people: Sequence[Interpreter]) -> dict[str, Ints]:
    named: dict[str, list[int]] = {}
    for at, one in enumerate(people):
        for appointment in one.excludes:
            named.setdefault(appointment, []).append(at)
    return {appointment: _ints(own) for appointment, own in named.items()}


def asked_rank(appointment: Appointment) -> int:
    """Give the level that an appointment takes: what its setting asks, or more where it says so."""
    setting = RANK[SETTINGS[appointment.setting].row["level"]]
    return max(setting, RANK[appointment.level] if appointment.level else 0)


def ask(bank: Bank, appointment: Appointment) -> Question:
    """Put an appointment to the bank: in which language each could, and how long it would take."""
    asked = asked_rank(appointment)
    via, lower = _languages(bank, appointment, asked)
    begin = seconds_of(appointment.start)
    longer = -(-appointment.minutes * bank.policy.relay_minutes // 100)
    minutes = np.where(via >= 0, longer, appointment.minutes)
    return Question(
        bank=bank,
        appointment=appointment,
        asked=asked,
        via=via,
        lower=lower,
        minutes=minutes,
        begin=begin,
        end=begin + minutes * MINUTE,
        distance_um=_distances(bank, appointment),
    )


def _languages(bank: Bank, appointment: Appointment, asked: int) -> tuple[Ints, Ints]:
    """Both languages themselves come first; else the best language between, the first listed of two as good."""
    there = bank.level[LANGUAGE_AT[appointment.to_language]]
    lower = np.minimum(bank.level[LANGUAGE_AT[appointment.from_language]], there).astype(np.int64)
    via = np.where(lower >= asked, DIRECT, NOBODY)
    least = RANK[bank.policy.relay_level]
    for at, between in enumerate(appointment.also_speaks):
        own = RANK[between.level]
        if between.mode not in ORAL or own < least:
            continue
        if between.code in {appointment.from_language, appointment.to_language}:
            continue
        hers = np.minimum(bank.level[LANGUAGE_AT[between.code]], there)
        way = np.minimum(hers, own)
        better = (hers >= asked) & (via != DIRECT) & ((via == NOBODY) | (way > lower))
        via, lower = np.where(better, at, via), np.where(better, way, lower)
    return via, lower


def _distances(bank: Bank, appointment: Appointment) -> Ints:
    if appointment.sector is None:
        return np.full(len(bank), UNKNOWN, dtype=np.int64)
    found = distances_um(bank.policy.detour)[SECTOR_AT[appointment.sector]][bank.sector]
    return np.where(bank.sector >= 0, found, UNKNOWN)
