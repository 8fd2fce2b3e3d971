"""Pairings that a coordinator approved, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.lifecycle import ANSWERING, UNDECIDED
from models.queries.cards import couples, full_name
from models.tables import Pairing

PAGE = 50
GROUPS = {
    "to_review": UNDECIDED,
    "answering": ANSWERING,
    "starting": ("accepted", "first_meeting_planned", "no_show"),
    "trial": ("trial",),
    "active": ("active", "renewed"),
    "suspended": ("suspended",),
    "ended": ("completed", "ended_early", "declined_by_one", "expired", "withdrawn", "rejected", "put_back"),
}
"""The tabs of the list, in the order of the story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One pairing of the list."""

    id: str
    people: tuple[str, str]
    need_name: str
    offer_name: str
    program: str
    state: str
    since: datetime
    worth: int | None
    reason: str | None
    is_undecided: bool
    locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairings:
    """A page of the list, with how many there are in each tab."""

    group: str
    lines: tuple[Line, ...]
    counts: dict[str, int]
    found: int
    page: int
    pages: int


def pairings(session: Session, group: str, page: int = 1) -> Pairings:
    """Give the pairings of one tab, those that changed last first."""
    counts = _counts(session)
    pages = max(-(-counts[group] // PAGE), 1)
    page = min(max(page, 1), pages)
    chosen = (
        couples()
        .where(Pairing.state.in_(GROUPS[group]))
        .order_by(Pairing.state_since.desc(), Pairing.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    lines = tuple(
        Line(
            id=pairing.id,
            people=(newcomer.id, sponsor.id),
            need_name=full_name(session, newcomer),
            offer_name=full_name(session, sponsor),
            program=pairing.program,
            state=pairing.state,
            since=pairing.state_since,
            worth=pairing.told_worth,
            reason=pairing.reason,
            is_undecided=pairing.state in UNDECIDED,
            locked=pairing.locked,
        )
        for pairing, newcomer, sponsor in session.execute(chosen)
    )
    return Pairings(group=group, lines=lines, counts=counts, found=counts[group], page=page, pages=pages)


def _counts(session: Session) -> dict[str, int]:
    by_state = dict(session.execute(select(Pairing.state, func.count()).group_by(Pairing.state)).all())
    return {group: sum(by_state.get(state, 0) for state in states) for group, states in GROUPS.items()}
