"""What the bank lacks: by month and by language."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from models.instants import city_date
from models.interpreting.givers import givers_of
from models.interpreting.times import city_midnight
from models.tables import Appointment, Booking

FILLED = frozenset({"assigned", "done", "no_show"})
SECONDS_IN_AN_HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One month, by when appointments were asked for; shares 0 to 1, None where there was nothing to share."""

    first_day: date
    asked: int
    referred: int
    cancelled: int
    filled: int
    unfilled: int
    fill_rate: float | None
    """Of those that volunteers may take and that nobody cancelled, and whose hour came or that are filled."""
    median_hours: float | None
    """From the request to the confirmation."""
    share_referred: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageNeed:
    """A language that was asked for: how often, how often filled, and how many interpreters speak it."""

    language: str
    asked: int
    filled: int
    interpreters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole page, but for whom to recruit."""

    months: tuple[Month, ...]
    languages: tuple[LanguageNeed, ...]
    asked: int
    """Languages that were asked for."""
    covered: int
    """Of these, languages that somebody speaks who may be asked now."""


def report(session: Session, at: datetime, months: int = 6) -> Report:
    """Give what was asked, filled, sent elsewhere, month by month, the newest first."""
    firsts = _months(city_date(at), months)
    rows = list(
        session.execute(
            select(Appointment, _confirmed_at()).where(Appointment.requested_at >= city_midnight(firsts[-1]))
        )
    )
    by_month: dict[date, list[tuple[Appointment, datetime | None]]] = defaultdict(list)
    for appointment, confirmed_at in rows:
        by_month[city_date(appointment.requested_at).replace(day=1)].append((appointment, confirmed_at))
    languages = _languages(session, [appointment for appointment, _ in rows], at)
    return Report(
        months=tuple(_month(first, by_month[first]) for first in firsts),
        languages=languages,
        asked=len(languages),
        covered=sum(one.interpreters > 0 for one in languages),
    )


def _months(today: date, count: int) -> list[date]:
    """Give the first days of the last months, the newest first."""
    found = [today.replace(day=1)]
    while len(found) < count:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def _confirmed_at() -> ScalarSelect[datetime | None]:
    """Ask for when the first booking of an appointment was confirmed."""
    return (
        select(func.min(Booking.confirmed_at))
        .where(Booking.appointment_id == Appointment.id)
        .scalar_subquery()
    )


def _month(first: date, rows: Iterable[tuple[Appointment, datetime | None]]) -> Month:
    listed = list(rows)
    states = Counter(one.state for one, _ in listed)
    filled = sum(states[state] for state in FILLED)
    decided = filled + states["unfilled"]
    hours = [
        (confirmed_at - one.requested_at).total_seconds() / SECONDS_IN_AN_HOUR
        for one, confirmed_at in listed
        if confirmed_at
    ]
    return Month(
        first_day=first,
        asked=len(listed),
        referred=states["referred_professional"],
        cancelled=states["cancelled"],
        filled=filled,
        unfilled=states["unfilled"],
        fill_rate=filled / decided if decided else None,
        median_hours=median(hours) if hours else None,
        share_referred=states["referred_professional"] / len(listed) if listed else None,
    )


def _languages(
    session: Session, appointments: Iterable[Appointment], at: datetime
) -> tuple[LanguageNeed, ...]:
    speak = Counter(
        code
        for giver in givers_of(session, at)
        for code in {it["code"] for it in giver.row.languages or () if it.get("mode") != "written"}
    )
    asked: Counter[str] = Counter()
    filled: Counter[str] = Counter()
    for one in appointments:
        if one.state not in {"cancelled", "referred_professional"}:
            asked[one.dialect or one.from_language] += 1
            filled[one.dialect or one.from_language] += one.state in FILLED
    found = [
        LanguageNeed(language=code, asked=times, filled=filled[code], interpreters=speak[code])
        for code, times in asked.items()
    ]
    return tuple(sorted(found, key=lambda it: (it.filled - it.asked, -it.asked, it.language)))
