"""Waiting decides who is served: what a need's place in the queue is worth.

There is no ceiling to it, so waiting has an end. A need that has a free place among its allowed offers in
every round, where none is marked pressing, is left out by at most as many rounds as there are needs that
signed up before it or within a period after it, however many arrive later and however well they score:

1. Of two needs that signed up a whole period or more apart, the later has waited at least one period less
   on any day, so its priority is lower.
2. A round of the greatest total priority that leaves the need out has no place left at its allowed offers,
   and whoever takes one has at least its priority: otherwise adding it, or changing the two, would raise
   the total. By 1, each of those signed up before it, or under a period after it.
3. So each round that leaves the need out serves one of those at least, who then waits no more, and they
   are no more than there are, whoever arrives later.
"""

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
