"""Whose file, or whose name, the viewer is about to be shown: told to the ledger first, or nothing is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import reads
from web.clock import now
from web.database import reading, writing
from web.sessions import actor

if TYPE_CHECKING:
    from collections.abc import Iterable


def note_reading(kind: str, *person_ids: str) -> None:
    """Tell the ledger whose file the viewer is about to be shown; where it cannot be told, nothing is shown."""
    with writing() as session:
        reads.note(session, kind, person_ids, by=actor(), at=now())


def note_names(*pages: object) -> None:
    """Tell the ledger whom these pages name, once a day for each reader."""
    note_people(reads.named_in(pages))


def note_people(person_ids: Iterable[str | None]) -> None:
    """Tell the ledger whose names are shown, once a day for each reader."""
    wanted = [person_id for person_id in person_ids if person_id]
    with reading() as session:
        new = reads.not_told_today(session, wanted, by=actor(), at=now())
    if new:
        note_reading(reads.NAMES, *new)


def note_found(page: object, text: str) -> None:
    """Tell the ledger whom a list names; whoever was searched for is told each time."""
    if text:
        note_reading("search", *sorted(reads.named_in(page)))
    else:
        note_names(page)
