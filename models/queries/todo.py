"""« À faire »: everything that waits for a coordinator, in bands by due date, and who waits for a round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf
from typing import Any

from sqlalchemy.orm import Session

from models.queries.tasks import KINDS, URGENT, Task, tasks_of
from models.queries.waiting import (
    VERY_LONG_WAIT,
    ByHand,
    Ready,
    Waiting,
    agreed_now,
    by_hand,
    free_needs,
    ready,
    waiting_long,
)

BANDS = ("urgent", "late", "today", "week", "later")
WEEK = timedelta(days=7)
WAITING_SHOWN = 12
OF_A_KIND_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Tasks that fall due together, and how many more of each kind the page of that kind holds."""

    code: str
    tasks: tuple[Task, ...]
    more: Mapping[str, int]

    @property
    def count(self) -> int:
        """How many there are, shown or not."""
        return len(self.tasks) + sum(self.more.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """The whole page."""

    bands: tuple[Band, ...]
    counts: Mapping[str, int]
    ready: tuple[Ready, ...]
    waiting: tuple[Waiting, ...]
    waiting_long: int
    waiting_very_long: int
    by_hand: tuple[ByHand, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all waits."""
        return not (self.bands or self.ready or self.waiting or self.by_hand)


def todo(session: Session, today: date, kind: str | None = None) -> Todo:
    """Give what waits for a coordinator on a day, all of it or of one kind."""
    tasks = tasks_of(session, today)
    busy = {task.need_id for task in tasks if task.pairing_id}
    agreed, free = agreed_now(session), free_needs(session)
    queue = [one for one in free if one[1].id in agreed["matching"] and one[0].id not in busy]
    waiting = waiting_long(session, queue, today)
    return Todo(
        bands=_in_bands(
            [task for task in tasks if kind in (None, task.kind)], today, None if kind else OF_A_KIND_SHOWN
        ),
        counts=Counter(task.kind for task in tasks),
        ready=ready(session, queue),
        waiting=tuple(waiting[:WAITING_SHOWN]),
        waiting_long=len(waiting),
        waiting_very_long=sum(one.days > VERY_LONG_WAIT for one in waiting),
        by_hand=by_hand(session, free, agreed),
    )


def _in_bands(tasks: list[Task], today: date, most: int | None) -> tuple[Band, ...]:
    ordered = sorted(tasks, key=_order)
    by_band = {code: [task for task in ordered if _band(task, today) == code] for code in BANDS}
    return tuple(
        _shortened(code, members, None if code == "urgent" else most)
        for code, members in by_band.items()
        if members
    )


def _order(task: Task) -> tuple[Any, ...]:
    """Put what has an hour by its instant, before what may be done at any hour of the day."""
    return task.due, KINDS.index(task.kind), task.at.timestamp() if task.at else inf, task.names


def _shortened(code: str, tasks: list[Task], most: int | None) -> Band:
    """Keep the first tasks of each kind, so that sixty proposals do not hide one interview."""
    seen: Counter[str] = Counter()
    shown = []
    for task in tasks:
        seen[task.kind] += 1
        if most is None or seen[task.kind] <= most:
            shown.append(task)
    more = {kind: count - most for kind, count in seen.items() if most is not None and count > most}
    return Band(code=code, tasks=tuple(shown), more=more)


def _band(task: Task, today: date) -> str:
    if task.kind in URGENT:
        return "urgent"
    if task.due < today:
        return "late"
    if task.due == today:
        return "today"
    return "week" if task.due <= today + WEEK else "later"
