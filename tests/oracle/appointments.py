"""Plans for small agendas by trying every choice, in plain Python, from the documents and not from the core.

Only records and vocabulary files are shared with it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from importlib.resources import files
from random import Random
from zoneinfo import ZoneInfo

from matcher.appointments.records import Agenda, Appointment, Interpreter
from matcher.records import Language, Travel
from tests.oracle.pairs import CENTRE, POINT, RANKS, USUAL_LIMIT, distance_km

ZONE = ZoneInfo("America/Toronto")
PAUSE = timedelta(minutes=30)
SPEED = {"car": 40, "bus": 15, "walk": 5}
QUALITY = {"A0": 0, "A1": 10, "A2": 25, "B1": 55, "B2": 75, "C1": 90, "C2": 95, "native": 100}
BLOCKS = {"am": (8, 12), "pm": (12, 17), "ev": (17, 21), "nt": (21, 24)}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _settings() -> dict[str, dict[str, str]]:
    text = (files("matcher.vocabulary") / "settings.csv").read_text(encoding="utf-8")
    return {row["code"]: row for row in csv.DictReader(text.splitlines())}


SETTINGS = _settings()


@dataclass(frozen=True)
class Choice:
    """One way to fill an appointment."""

    appointment: str
    interpreter: str
    mode: str
    via: str | None
    begin: datetime
    end: datetime
    sector: str | None
    worth: int

    @property
    def minutes(self) -> int:
        return int((self.end - self.begin) / timedelta(minutes=1))

    @property
    def day(self) -> date:
        return self.begin.astimezone(ZONE).date()


def refused(one: Appointment) -> bool:
    return SETTINGS[one.setting]["volunteer_may"] == "no"


def level(person: Interpreter, code: str) -> int:
    known = [RANKS[it.level] for it in person.languages if it.code == code and it.mode != "written"]
    return max(known, default=-1)


def language(one: Appointment, person: Interpreter) -> tuple[str | None, int, bool]:
    """Give the language between, the lowest level, and whether it is enough."""
    asked = max(RANKS[SETTINGS[one.setting]["level"]], RANKS[one.level] if one.level else 0)
    direct = min(level(person, one.from_language), level(person, one.to_language))
    if direct >= asked:
        return None, direct, True
    best: tuple[int, str] | None = None
    for spoken in one.also_speaks:
        hers = min(level(person, spoken.code), level(person, one.to_language))
        if spoken.code in {one.from_language, one.to_language} or spoken.mode == "written":
            continue
        if hers >= asked and RANKS[spoken.level] >= RANKS["A2"]:
            lowest = min(hers, RANKS[spoken.level])
            if best is None or lowest > best[0]:
                best = lowest, spoken.code
    return (best[1], best[0], True) if best else (None, direct, False)


def left_in(person: Interpreter, day: date) -> float | None:
    """Give the hours that somebody has left in the month of a day, where she told them by month."""
    return dict(person.hours_left_by_month).get(day.isoformat()[:7])


def minutes(one: Appointment, via: str | None) -> int:
    return -(-one.minutes * 3 // 2) if via else one.minutes


def free(person: Interpreter, begin: datetime, end: datetime) -> bool:
    """Say whether every minute of a stretch is free."""
    if person.free is not None:
        spans = list(person.free)
    else:
        zone = ZoneInfo(person.zone) if person.zone else ZONE
        first = begin.astimezone(zone).date() - timedelta(days=1)
        spans = [span for ahead in range(4) for span in _slots(person, first + timedelta(days=ahead), zone)]
    now = begin
    while now < end:
        if not any(start <= now < stop for start, stop in spans):
            return False
        now += timedelta(minutes=1)
    return True


def _slots(person: Interpreter, day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    week = (day - date(2026, 1, 5)).days // 7 % 4
    for block, (start, stop) in BLOCKS.items():
        if f"{DAYS[day.weekday()]}_{block}" in (person.availability or ((),) * 4)[week]:
            midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
            later = midnight.replace(hour=stop) if stop < 24 else midnight + timedelta(days=1)
            yield midnight.replace(hour=start).astimezone(UTC), later.astimezone(UTC)


def limit_km(person: Interpreter) -> float | None:
    if person.travel is None:
        return None
    if person.travel.limit_km is not None:
        return person.travel.limit_km
    return USUAL_LIMIT[person.travel.mode] if person.travel.mode else None


def can(one: Appointment, person: Interpreter, mode: str) -> bool:
    if mode not in person.modes:
        return False
    limit = limit_km(person)
    if mode != "in_person" or limit is None or one.sector is None or person.sector is None:
        return True
    return distance_km(one.sector, person.sector) <= limit


def barriers(one: Appointment, person: Interpreter) -> set[str]:
    via, _, enough = language(one, person)
    begin, end = one.start, one.start + timedelta(minutes=minutes(one, via))
    hours = Fraction(minutes(one, via), 60)
    most = (person.max_hours_day, person.hours_left, left_in(person, one.start.astimezone(ZONE).date()))
    limits = [Fraction(str(hours)) for hours in most if hours is not None]
    found = {
        "refer_professional": refused(one),
        "blocked_exclusion": person.id in one.avoid
        or bool(one.only and person.id not in one.only)
        or one.id in person.excludes,
        "blocked_gender": one.gender_request is not None and one.gender_request != person.gender,
        "blocked_capacity": any(hours > limit for limit in limits),
        "blocked_language": not enough,
        "blocked_setting": one.setting not in person.settings,
        "blocked_schedule": not free(person, begin - PAUSE, end + PAUSE),
        "blocked_mode": not any(can(one, person, mode) for mode in one.modes),
    }
    return {code for code, crossed in found.items() if crossed}


def worth(one: Appointment, person: Interpreter, mode: str) -> int:
    via, lowest, _ = language(one, person)
    quality = Fraction(list(QUALITY.values())[lowest] if lowest >= 0 else 0, 100)
    values = {
        40: quality * Fraction(60, 100) if via else quality,
        20: Fraction(int(one.setting in person.experience))
        if person.experience is not None
        else Fraction(1, 2),
        15: _rest(person),
    }
    more = [
        (10, Fraction(int(person.id in one.prefer)) if one.prefer else Fraction(1, 2)),
        (10, _travel(one, person, mode)),
        (5, _kept(person)),
    ]
    return sum(_points(weight, value) for weight, value in [*values.items(), *more])


def _points(weight: int, value: Fraction | Decimal) -> int:
    exact = Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else value
    return int((exact * weight * POINT).quantize(Decimal(1), ROUND_HALF_UP))


def _rest(person: Interpreter) -> Fraction:
    if person.hours_last_30d is None:
        return Fraction(1, 2)
    past = Fraction(str(person.hours_last_30d))
    left = next((hours for _, hours in person.hours_left_by_month), None)
    left = left if person.hours_left is None else person.hours_left
    month = past + Fraction(str(left)) if left is not None else Fraction(20)
    return max(1 - past / month, Fraction(0)) if month else Fraction(0)


def _travel(one: Appointment, person: Interpreter, mode: str) -> Fraction:
    later = Fraction(1) if mode == one.modes[0] else Fraction(1, 2)
    if mode != "in_person":
        return later
    limit = limit_km(person)
    if limit is None or one.sector is None or person.sector is None:
        return Fraction(1, 2)
    return (
        later * max(1 - Fraction(distance_km(one.sector, person.sector)) / Fraction(limit), Fraction(0))
        if limit
        else Fraction(0)
    )


def _kept(person: Interpreter) -> Fraction:
    if person.accepted is None or person.done is None:
        return Fraction(1, 2)
    return min(Fraction(person.done + 4, person.accepted + 5), Fraction(1))


def choices(agenda: Agenda, one: Appointment) -> list[Choice]:
    """Give every way to fill an appointment."""
    found = []
    for person in agenda.interpreters:
        if barriers(one, person):
            continue
        via = language(one, person)[0]
        end = one.start + timedelta(minutes=minutes(one, via))
        for mode in one.modes:
            if can(one, person, mode):
                place = one.sector if mode == "in_person" else None
                value = worth(one, person, mode)
                found.append(Choice(one.id, person.id, mode, via, one.start, end, place, value))
    return found


def goes_with(agenda: Agenda, taken: tuple[Choice, ...], more: Choice) -> bool:
    person = next(it for it in agenda.interpreters if it.id == more.interpreter)
    hers = [it for it in taken if it.interpreter == person.id]
    for other in hers:
        first, then = sorted((other, more), key=lambda it: it.begin)
        if then.begin - first.end < max(PAUSE, _way(person, first, then)):
            return False
    on_day = sum(it.minutes for it in hers if it.day == more.day) + more.minutes
    in_all = sum(it.minutes for it in hers) + more.minutes
    in_month = sum(
        it.minutes for it in (*hers, more) if (it.day.year, it.day.month) == (more.day.year, more.day.month)
    )
    limits = (
        (on_day, person.max_hours_day),
        (in_month, left_in(person, more.day)),
        (in_all, person.hours_left),
    )
    return all(most is None or taken <= Fraction(str(most)) * 60 for taken, most in limits)


def _way(person: Interpreter, first: Choice, then: Choice) -> timedelta:
    if first.sector is None or then.sector is None or person.travel is None or person.travel.mode is None:
        return timedelta(0)
    return timedelta(hours=distance_km(first.sector, then.sector) / SPEED[person.travel.mode])


def best(agenda: Agenda) -> tuple[int, int]:
    """Give the greatest priority, and the greatest worth that goes with it, of all plans without confirmed ones."""
    open_ones = [one for one in agenda.appointments if not refused(one)]
    tried = {one.id: choices(agenda, one) for one in open_ones}

    def search(at: int, taken: tuple[Choice, ...], reached: tuple[int, int]) -> tuple[int, int]:
        if at == len(open_ones):
            return reached
        one = open_ones[at]
        found = search(at + 1, taken, reached)
        for choice in tried[one.id]:
            if goes_with(agenda, taken, choice):
                more = reached[0] + one.priority, reached[1] + choice.worth
                found = max(found, search(at + 1, (*taken, choice), more))
        return found

    return search(0, (), (0, 0))


def small_agenda(draw: Random, appointments: int = 5, interpreters: int = 3) -> Agenda:
    """Give a crowded day and a half, in two months at times, so that pauses, ways and hours all bind."""
    sectors = draw.sample(sorted(CENTRE), 3)
    day = draw.choice(
        [datetime(2026, month, day, tzinfo=ZONE) for month, day in ((3, 7), (3, 9), (2, 28), (3, 31))]
    )
    return Agenda(
        zone="America/Toronto",
        appointments=tuple(_appointment(draw, f"a{at}", day, sectors) for at in range(appointments)),
        interpreters=tuple(_interpreter(draw, f"i{at}", sectors) for at in range(interpreters)),
    )


def _appointment(draw: Random, name: str, day: datetime, sectors: list[str]) -> Appointment:
    start = day + timedelta(days=draw.random() < 0.3, minutes=15 * draw.randint(36, 56))
    modes = draw.sample(("in_person", "phone", "video"), draw.choice((1, 1, 2, 3)))
    return Appointment(
        id=name,
        from_language=draw.choice(("spa", "kek", "por")),
        to_language="fra",
        level=draw.choice((None, None, "B1", "C1")),
        setting=draw.choice(("everyday",) * 6 + ("school_meeting", "police")),
        start=start.astimezone(UTC),
        minutes=draw.choice((30, 45, 60, 90)),
        modes=("in_person",) if draw.random() < 0.4 else tuple(modes),
        sector=draw.choice((*sectors, None)),
        priority=draw.choice((0, 1, 1, 2, 5)),
        also_speaks=(Language(code="spa", level=draw.choice(("A1", "A2", "B1"))),) * (draw.random() < 0.5),
        gender_request=draw.choice((None, None, None, "f")),
        avoid=("i0",) * (draw.random() < 0.1),
        only=("i1", "i2") * (draw.random() < 0.1),
        prefer=("i1",) * (draw.random() < 0.3),
    )


def _interpreter(draw: Random, name: str, sectors: list[str]) -> Interpreter:
    slots = tuple(f"{day}_{block}" for day in ("sat", "sun", "mon", "tue", "wed") for block in ("am", "pm"))
    week = tuple(slot for slot in slots if draw.random() < 0.95)
    mode = draw.choice(("car", "car", "bus", "walk", None))
    return Interpreter(
        id=name,
        languages=(
            Language(code="fra", level=draw.choice(("B1", "C1", "native", "native"))),
            *(
                Language(code=code, level=draw.choice(("B2", "C2")))
                for code in ("spa", "kek", "por")
                if draw.random() < 0.8
            ),
        ),
        settings=("everyday", "school_meeting")[: draw.choice((1, 2, 2, 2))],
        modes=draw.choice(
            (("in_person", "phone"), ("in_person",), ("in_person", "phone", "video"), ("in_person", "phone"))
        ),
        availability=(week,) * 4,
        sector=draw.choice((*sectors, None)),
        travel=draw.choice((None, Travel(mode=mode, limit_km=draw.choice((None, 12, 40, 40))))),
        gender=draw.choice(("f", "m", None)),
        max_hours_day=draw.choice((None, 1.5, 2)),
        hours_left=draw.choice((None, 2, 2.5, 6)),
        hours_left_by_month=draw.choice(
            ((), (("2026-02", 1.5), ("2026-03", 2)), (("2026-03", 1), ("2026-04", 2)))
        ),
        hours_last_30d=draw.choice((None, 0, 4)),
        excludes=("a1",) * (draw.random() < 0.1),
        experience=draw.choice((None, (), ("everyday",))),
        accepted=draw.choice((None, 4)),
        done=3,
    )
