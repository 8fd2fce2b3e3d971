"""Waiting decides who is served: what a need's place in the queue is worth."""

from __future__ import annotations

from datetime import date

from matcher.policy import Policy
from matcher.records import Need


def priority_of(need: Need, today: date, policy: Policy) -> int:
    """Give 1 + the whole periods waited, and more where a coordinator marked the need pressing.

    A need whose waiting is unknown, or that would start in the future, has waited no period.
    """
    waited = (today - need.waiting_since).days if need.waiting_since else 0
    periods = max(waited, 0) // policy.waiting_period_days
    return 1 + periods + (policy.pressing if need.pressing else 0)
