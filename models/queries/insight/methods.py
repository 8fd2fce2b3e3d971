"""« D’autres façons de choisir » : the same people under each method, with names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from matcher.insight.comparing import LONG_WAIT_DAYS, Comparison, Outcome, Waiting, compare_methods
from models import mapping
from models.queries.insight.standing import Standing, Who, people_of, standing_of

MOST_AT_ONCE = 250_000
"""Pairs above which the three rounds are computed only where somebody asks for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What one method gives."""

    code: str
    served: int
    priority: int
    worth: int
    worst_worth: int | None
    worst: tuple[Who, Who] | None
    """The two whose score is least."""
    blocking: int
    """Pairs that would both score higher together than with what they have."""
    longest: Who | None
    """Of those left without anybody, who waits longest."""
    longest_days: int | None
    over: int
    """How many are left without anybody after ``long_wait`` days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Methods:
    """The methods beside each other; none where they were not computed."""

    standing: Standing
    long_wait: int
    longest_days: int
    """How long the one who waits longest waits, served or not."""
    over: int
    methods: tuple[Method, ...]


def methods(session: Session, program: str, today: date, *, is_asked: bool = False) -> Methods:
    """Give what each method makes of a program as it stands now, the best round first."""
    pool = mapping.read_pool(session, program, today)
    is_shown = is_asked or len(pool.needs) * len(pool.offers) <= MOST_AT_ONCE
    compared = compare_methods(pool) if is_shown and pool.needs and pool.offers else None
    waiting = compared.waiting if compared else Waiting(longest=None, days=None, over=0)
    people = people_of(session, _named(compared), today) if compared else {}
    return Methods(
        standing=standing_of(pool),
        long_wait=LONG_WAIT_DAYS,
        longest_days=waiting.days or 0,
        over=waiting.over,
        methods=tuple(_method(one, people) for one in compared.outcomes) if compared else (),
    )


def _named(compared: Comparison) -> set[str]:
    worst = (one.worst for one in compared.outcomes if one.worst)
    longest = {one.left.longest for one in compared.outcomes if one.left.longest}
    return {wish for pairing in worst for wish in (pairing.need, pairing.offer)} | longest


def _method(one: Outcome, people: Mapping[str, Who]) -> Method:
    return Method(
        code=one.method,
        served=one.served,
        priority=one.priority,
        worth=one.worth,
        worst_worth=one.worst.worth if one.worst else None,
        worst=(people[one.worst.need], people[one.worst.offer]) if one.worst else None,
        blocking=len(one.blocking),
        longest=people[one.left.longest] if one.left.longest else None,
        longest_days=one.left.days,
        over=one.left.over,
    )
