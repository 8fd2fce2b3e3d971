"""The state machines as a table of data: which step follows which, and what a state means for places."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from matcher.vocabulary import LIFECYCLE
from models.errors import NotAllowedNow


def _steps(entity: str) -> Mapping[str, tuple[str, ...]]:
    """Read the steps of one entity."""
    rows = [row for row in LIFECYCLE if row["entity"] == entity]
    return MappingProxyType(
        {row["state"]: tuple(dict.fromkeys(filter(None, row["next_states"].split(";")))) for row in rows}
    )


STEPS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        entity: _steps(entity)
        for entity in ("person", "need_or_offer", "pairing", "interpreting", "booking", "translation")
    }
)
"""Entity → state → the states that may follow."""

UNDECIDED = ("suggested", "under_review")
"""A coordinator has not decided yet; a new round may take these back."""

ANSWERING = ("approved", "awaiting_answers")
"""A coordinator has approved; the two have not both said yes."""

TOGETHER = ("accepted", "first_meeting_planned", "no_show", "trial", "active", "renewed", "suspended")
"""Both have said yes and nothing has ended."""

IN_FORCE = ANSWERING + TOGETHER
"""Pairings that hold a place."""

SEEKING = ("requested", "searching", "offered")
"""Appointments for which an interpreter is still looked for."""

TO_COME = (*SEEKING, "assigned", "taken", "second_reading")
"""Appointments and translations that somebody still waits for."""

BOOKED = ("taken", "confirmed")
"""Bookings that hold an interpreter's time to come."""

KEPT = (*BOOKED, "done")
"""Bookings of which an interpreter can have one at a time, and an appointment one in all."""

OPEN_BOOKINGS = ("asked", "standby", *BOOKED)
"""Bookings that an answer, a cancellation or the clock may still end."""

OVER = ("withdrawn", "finished")
"""Needs and offers beside which a person may ask, or give, anew in the same program."""

GONE = ("declined", "withdrawn")
"""People who are no longer, or not yet again, of the program."""

SAFETY_REASONS = frozenset({"safety", "boundary_issue", "discrimination", "safety_doubt"})
"""Reasons after which two people are never proposed together again."""


def states(entity: str) -> tuple[str, ...]:
    """Give the states of an entity, in the order of the table."""
    return tuple(STEPS[entity])


def is_allowed(entity: str, state: str, step: str) -> bool:
    """Say whether ``step`` may follow ``state``."""
    return step in STEPS[entity][state]


def check_step(entity: str, state: str, step: str) -> None:
    """Refuse a step that the table does not hold.

    Raises
    ------
    NotAllowedNow
        ``step`` does not follow ``state``.
    """
    if not is_allowed(entity, state, step):
        raise NotAllowedNow(state, step)
