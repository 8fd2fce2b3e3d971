"""Whom to recruit for the bank: what was counted for a plan, and whether it still holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.interpreting.gains import OneMore
from models.tables import LedgerLine, Plan

BANK = ("appointment", "booking", "offer")
LIKE_BEFORE = ("ask_interpreter", "take_booking", "confirm_booking", "sign_service", "end_service")
"""Verbs that only go on with what was planned: they change nothing of what one more would fill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recruiting:
    """What one more interpreter would fill; ``counted_at`` is None where nobody asked yet for this plan.

    ``changes`` counts the requests, bookings and offers that changed since; ``plan_id`` is the last plan, for which it
    can be counted anew, None before the first.
    """

    plan_id: str | None
    ends: datetime | None
    gains: tuple[OneMore, ...]
    counted_at: datetime | None
    is_of_last_plan: bool
    changes: int

    @property
    def is_stale(self) -> bool:
        """Whether the answer may be another by now."""
        return self.counted_at is not None and (bool(self.changes) or not self.is_of_last_plan)

    def more(self, language: str, slot: str) -> int:
        """Give how many more one profile would fill; 0 where it was not counted."""
        return next((one.filled for one in self.gains if (one.language, one.slot) == (language, slot)), 0)


def recruiting(session: Session) -> Recruiting:
    """Give what was last counted, with the plan that it belongs to."""
    in_turn = select(Plan).order_by(Plan.ran_at.desc(), Plan.id).limit(1)
    last = session.scalars(in_turn).one_or_none()
    counted = session.scalars(in_turn.where(Plan.gains_at.is_not(None))).one_or_none()
    known = counted or last
    return Recruiting(
        plan_id=last.id if last else None,
        ends=known.ends if known else None,
        gains=tuple(OneMore(**one) for one in counted.gains or ()) if counted else (),
        counted_at=counted.gains_at if counted else None,
        is_of_last_plan=counted is last,
        changes=_changes_since(session, counted.gains_at) if counted and counted.gains_at else 0,
    )


def _changes_since(session: Session, at: datetime) -> int:
    changed = select(LedgerLine.entity_id).where(
        LedgerLine.entity.in_(BANK), LedgerLine.at > at, LedgerLine.verb.not_in(LIKE_BEFORE)
    )
    return session.scalar(select(func.count()).select_from(changed.distinct().subquery())) or 0
