"""What one more interpreter would fill of what a plan leaves: counted on demand, and kept with the plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from matcher.appointments.recruiting import gains, profiles_of
from matcher.appointments.scheduling import schedule
from models import ledger, policy
from models.actor import Actor
from models.casework.rows import get
from models.interpreting.mapping import read_standing
from models.tables import Plan

SECONDS_A_PLAN = 2.0
MOST_PROFILES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class OneMore:
    """What one more interpreter of a language, free in one slot every week, fills more."""

    language: str
    slot: str
    filled: int
    priority: int
    proved: bool


def gains_of(session: Session, plan_id: str, at: datetime) -> tuple[OneMore, ...]:
    """Say, exactly, what one more interpreter would fill of what is left to come of a plan, most first.

    It takes seconds: it is asked of a unit that only reads, so that nobody waits for it.
    """
    plan = get(session, Plan, plan_id)
    agenda = read_standing(session, max(plan.begins, at), max(plan.ends, at), at).agenda
    best = schedule(agenda, seconds=SECONDS_A_PLAN)
    profiles = profiles_of(agenda, best)[:MOST_PROFILES]
    found = [
        OneMore(
            language=one.language,
            slot=one.slots[0],
            filled=one.filled,
            priority=one.priority,
            proved=one.proved,
        )
        for one in gains(agenda, best, profiles, seconds=SECONDS_A_PLAN)
        if one.filled or one.priority
    ]
    return tuple(sorted(found, key=lambda it: (-it.filled, -it.priority, it.language, it.slot)))


def keep_gains(session: Session, plan_id: str, found: Iterable[OneMore], *, by: Actor, at: datetime) -> Plan:
    """Keep with a plan what one more interpreter would fill, and when that was counted."""
    policy.must(by, "arrange_interpreting")
    plan = get(session, Plan, plan_id)
    plan.gains, plan.gains_at = [asdict(one) for one in found], at
    ledger.record(session, at, by, "count_gains", "plan", plan.id)
    return plan
