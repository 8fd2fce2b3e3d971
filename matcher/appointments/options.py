"""Who may take which appointment, and how: one option for each mode that could matter to the best plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from matcher.appointments.bank import MINUTE, NO_LIMIT, SECTOR_AT, Bank, Question, ask
from matcher.appointments.barriers import BARRIERS, mode_possible
from matcher.appointments.criteria import travel_worth, worth_in_any_mode
from matcher.appointments.policy import InterpretingPolicy
from matcher.appointments.records import Agenda, Appointment
from matcher.appointments.times import city_day, month_of
from matcher.columns import Flags, Ints
from matcher.distances import MICROMETRES_IN_A_KM, distances_um
from matcher.vocabulary import MEETING_MODES, SECTORS

IN_PERSON = MEETING_MODES.index("in_person")
NOWHERE = -1
"""The place of who is on the phone, or where nobody knows: no way is to be gone from there."""
SECONDS_IN_AN_HOUR = 3600


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Options:
    """Ways to fill appointments, each by itself without barrier; arrays have one entry an option.

    ``appointment`` and ``interpreter`` are positions, ``mode`` one of ``MEETING_MODES``, ``via`` as in
    :class:`Question`, ``place`` a sector or NOWHERE, ``day`` the ordinal of the date on which it begins, ``month`` its
    number.
    """

    appointment: Ints
    interpreter: Ints
    mode: Ints
    via: Ints
    minutes: Ints
    begin: Ints
    end: Ints
    place: Ints
    day: Ints
    month: Ints
    worth: Ints

    def __len__(self) -> int:
        return len(self.worth)

    def where(self, kept: Flags | Ints) -> Options:
        """Give some of the options."""
        return Options(**{name: getattr(self, name)[kept] for name in COLUMNS})

    def then(self, others: Options) -> Options:
        """Give these options and others behind them."""
        return Options(
            **{name: np.concatenate([getattr(self, name), getattr(others, name)]) for name in COLUMNS}
        )


COLUMNS = tuple(Options.__slots__)
NONE = Options(**{name: np.zeros(0, dtype=np.int64) for name in COLUMNS})


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Standing:
    """What is fixed: one option for each confirmed booking, and the minutes that it leaves to everyone."""

    bookings: Options
    left: Ints
    """Shape (interpreters,); NO_LIMIT where there is none."""
    taken: Mapping[tuple[int, int], int] = field(default_factory=dict)
    """Minutes by interpreter and day, and by interpreter and month."""

    def left_on(self, bank: Bank, interpreter: int, day: int) -> int:
        """Give the minutes that an interpreter has on a day, NO_LIMIT where she set none."""
        limit = int(bank.day_minutes[interpreter])
        return self._rest(limit, interpreter, day)

    def left_in(self, bank: Bank, interpreter: int, month: int) -> int:
        """Give the minutes that an interpreter has in a month, NO_LIMIT where none are told."""
        told = bank.month_minutes.get(month)
        return NO_LIMIT if told is None else self._rest(int(told[interpreter]), interpreter, month)

    def _rest(self, limit: int, interpreter: int, period: int) -> int:
        return limit if limit == NO_LIMIT else max(limit - self.taken.get((interpreter, period), 0), 0)


def barriers_of(question: Question) -> dict[str, Flags]:
    """Give who crosses which barrier."""
    return {code: barrier(question) for code, barrier in BARRIERS.items()}


def options_of(question: Question, position: int, barriers: Mapping[str, Flags]) -> Options:
    """Give the options of one appointment, without those that another of the same pair makes useless.

    By phone or video nobody travels, so that a booking in person that is worth no more has nothing for it.
    """
    barred = np.any([*barriers.values()], axis=0)
    if barred.all():
        return NONE
    base = worth_in_any_mode(question)
    remote, by = _remote(question, base)
    here = ~barred & _can(question, "in_person")
    worth = base + travel_worth(question, "in_person")
    here &= (by < 0) | (worth > remote)
    there = ~barred & (by >= 0)
    return _made(question, position, here, np.full(len(by), IN_PERSON), worth).then(
        _made(question, position, there, by, remote)
    )


def _can(question: Question, mode: str) -> Flags:
    if mode in question.appointment.modes:
        return mode_possible(question, mode)
    return np.zeros(len(question.bank), dtype=np.bool_)


def _remote(question: Question, base: Ints) -> tuple[Ints, Ints]:
    """Give the worth by phone or video and by which of them, the one that the person put first; -1 by none."""
    by = np.full(len(base), -1, dtype=np.int64)
    worth = base
    for mode in question.appointment.modes:
        if mode != "in_person":
            first = mode_possible(question, mode) & (by < 0)
            by = np.where(first, MEETING_MODES.index(mode), by)
            worth = np.where(first, base + travel_worth(question, mode), worth)
    return worth, by


def _made(question: Question, position: int, kept: Flags, mode: Ints, worth: Ints) -> Options:
    at = np.flatnonzero(kept)
    appointment = question.appointment
    day = city_day(appointment.start, question.bank.zone)
    place = SECTOR_AT[appointment.sector] if appointment.sector else NOWHERE
    return Options(
        appointment=np.full(len(at), position),
        interpreter=at,
        mode=mode[at],
        via=question.via[at],
        minutes=question.minutes[at],
        begin=np.full(len(at), question.begin),
        end=question.end[at],
        place=np.where(mode[at] == IN_PERSON, place, NOWHERE),
        day=np.full(len(at), day.toordinal()),
        month=np.full(len(at), month_of(day)),
        worth=worth[at],
    )


def confirmed_option(question: Question, position: int, interpreter: int) -> Options:
    """Give how a confirmed booking stands: in the first mode that both accept, or as asked where none is."""
    modes = question.appointment.modes
    mode = next((one for one in modes if mode_possible(question, one)[interpreter]), modes[0])
    worth = worth_in_any_mode(question) + travel_worth(question, mode)
    kept = np.arange(len(question.bank)) == interpreter
    return _made(question, position, kept, np.full(len(question.bank), MEETING_MODES.index(mode)), worth)


def standing_of(bank: Bank, agenda: Agenda, appointments: Mapping[str, tuple[int, Appointment]]) -> Standing:
    """Give what the confirmed bookings take."""
    bookings = NONE
    for appointment, interpreter in agenda.confirmed:
        position, one = appointments[appointment]
        bookings = bookings.then(confirmed_option(ask(bank, one), position, bank.at[interpreter]))
    return standing(bank, bookings)


def standing(bank: Bank, bookings: Options) -> Standing:
    """Give what some bookings take, and what they leave."""
    used = np.bincount(bookings.interpreter, bookings.minutes, len(bank)).astype(np.int64)
    taken: Counter[tuple[int, int]] = Counter()
    for period in (bookings.day, bookings.month):
        for interpreter, at, minutes in zip(
            bookings.interpreter.tolist(), period.tolist(), bookings.minutes.tolist(), strict=True
        ):
            taken[interpreter, at] += minutes
    left = np.where(bank.left_minutes == NO_LIMIT, NO_LIMIT, np.maximum(bank.left_minutes - used, 0))
    return Standing(bookings=bookings, left=left, taken=taken)


def open_beside(bank: Bank, options: Options, fixed: Standing) -> Flags:
    """Say which options the fixed bookings leave open: no clash, and hours enough."""
    left = fixed.left[options.interpreter]
    kept: Flags = (left == NO_LIMIT) | (options.minutes <= left)
    ways = Ways(bank)
    for interpreter in np.unique(fixed.bookings.interpreter).tolist():
        hers = np.flatnonzero(options.interpreter == interpreter)
        own, booked = options.where(hers), np.flatnonzero(fixed.bookings.interpreter == interpreter)
        for at in booked.tolist():
            kept[hers] &= ~ways.clash(own, fixed.bookings, at)
        for day in np.unique(fixed.bookings.day[booked]).tolist():
            rest = fixed.left_on(bank, interpreter, day)
            kept[hers] &= (rest == NO_LIMIT) | (own.day != day) | (own.minutes <= rest)
        for month in np.unique(fixed.bookings.month[booked]).tolist():
            rest = fixed.left_in(bank, interpreter, month)
            kept[hers] &= (rest == NO_LIMIT) | (own.month != month) | (own.minutes <= rest)
    return kept


class Ways:
    """How long interpreters take from one place to another, and which bookings are too near for that."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._tables = {speed: way_seconds(bank.policy, speed) for speed in set(bank.speed.tolist())}

    def seconds(self, interpreter: int, here: Ints, there: Ints) -> Ints:
        """Give the time on the way between places that broadcast."""
        return self._tables[int(self._bank.speed[interpreter])][here, there]

    def pause(self, interpreter: int, here: Ints, there: Ints) -> Ints:
        """Give the seconds that must lie between two bookings: the usual pause, or a longer way."""
        usual = self._bank.policy.pause_minutes * MINUTE
        return np.maximum(self.seconds(interpreter, here, there), usual)

    def clash(self, options: Options, others: Options, at: int) -> Flags:
        """Say which options of one interpreter leave too little time before or after one other booking."""
        pause = self.pause(int(others.interpreter[at]), options.place, others.place[at])
        clashing: Flags = (options.begin < others.end[at] + pause) & (others.begin[at] < options.end + pause)
        return clashing


def way_seconds(policy: InterpretingPolicy, speed: int) -> Ints:
    """Give the seconds between two sectors, shape (sectors + 1, sectors + 1); the last is NOWHERE."""
    seconds = np.zeros((len(SECTORS) + 1, len(SECTORS) + 1), dtype=np.int64)
    if speed:
        far = distances_um(policy.detour) * SECONDS_IN_AN_HOUR
        seconds[:-1, :-1] = -(-far // (speed * MICROMETRES_IN_A_KM))
    return seconds
