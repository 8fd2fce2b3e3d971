"""« Dans l'heure »: who is free as the plan stands, who could be freed and at what cost, whom one could ask by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.appointments.records import Appointment as Asked
from matcher.appointments.records import Assigned
from matcher.appointments.urgent import Freed, Moved
from models.casework.rows import get
from models.interpreting.standing import answer_beside, around, wanted_of
from models.queries.cards import names_of
from models.tables import Appointment, Person

MOST_FREE = 8
"""Whom a page names of those who are free; the next are asked when these cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """An interpreter who is free for it."""

    person_id: str
    name: str
    mode: str
    via: str | None
    minutes: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An appointment that would go to somebody else (``to``), or to nobody (None)."""

    appointment_id: str
    from_language: str
    to_language: str
    start: datetime
    to: str | None
    to_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeable:
    """An interpreter who could be freed, the moves that this takes, and what they cost."""

    free: Free
    moves: tuple[Move, ...]
    priority_lost: int
    points_lost: float

    @property
    def as_told(self) -> dict[str, str | None]:
        """Give by appointment who would take it: what whoever acts on the answer says that she saw."""
        return {move.appointment_id: move.to_id for move in self.moves}


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """An interpreter of a close language, whom only a person may decide to ask; ``ease`` in hundredths."""

    person_id: str
    name: str
    close_language: str
    ease: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentAnswer:
    """The whole answer; ``barred`` counts how many each barrier keeps away."""

    appointment_id: str
    refer_to: str | None
    free: tuple[Free, ...]
    freed: tuple[Freeable, ...]
    close: tuple[Close, ...]
    barred: tuple[tuple[str, int], ...]


def urgent(session: Session, appointment_id: str, at: datetime) -> UrgentAnswer:
    """Answer for one appointment from the plan as it stands."""
    appointment = get(session, Appointment, appointment_id)
    standing = around(session, appointment, at)
    answer = answer_beside(standing, wanted_of(standing, appointment))
    free = answer.free[:MOST_FREE]
    named = (
        *(one.interpreter for one in free),
        *(one.interpreter for one in answer.suggestions),
        *chain.from_iterable(map(_named, answer.freed)),
    )
    names = _names(session, named)
    known = {one.id: one for one in standing.agenda.appointments}
    return UrgentAnswer(
        appointment_id=appointment_id,
        refer_to=answer.refer_to,
        free=tuple(_free(one, names) for one in free),
        freed=tuple(_freed(one, names, known) for one in answer.freed),
        close=tuple(
            Close(
                person_id=one.interpreter,
                name=names[one.interpreter],
                close_language=one.close,
                ease=one.ease,
            )
            for one in answer.suggestions
        ),
        barred=tuple(answer.barriers.items()),
    )


def _free(one: Assigned, names: dict[str, str]) -> Free:
    return Free(
        person_id=one.interpreter,
        name=names[one.interpreter],
        mode=one.mode,
        via=one.via,
        minutes=one.minutes,
        score=one.score,
    )


def _freed(one: Freed, names: dict[str, str], known: Mapping[str, Asked]) -> Freeable:
    return Freeable(
        free=_free(one.assigned, names),
        moves=tuple(_move(it, names, known[it.before.appointment]) for it in one.moves),
        priority_lost=one.priority_lost,
        points_lost=one.worth_lost / 10_000,
    )


def _move(one: Moved, names: dict[str, str], moved: Asked) -> Move:
    return Move(
        appointment_id=moved.id,
        from_language=moved.from_language,
        to_language=moved.to_language,
        start=moved.start,
        to=names[one.after.interpreter] if one.after else None,
        to_id=one.after.interpreter if one.after else None,
    )


def _named(freed: Freed) -> Iterator[str]:
    """Give whom an interpreter who could be freed names with herself."""
    yield freed.assigned.interpreter
    yield from (move.after.interpreter for move in freed.moves if move.after)


def _names(session: Session, ids: Iterable[str]) -> dict[str, str]:
    return names_of(session, session.scalars(select(Person).where(Person.id.in_(list(ids)))))
