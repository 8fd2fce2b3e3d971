"""A plan and its proof as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from matcher.appointments.prices import Proof
from matcher.appointments.records import Plan

PROVED_BY: Mapping[Proof, str] = {
    Proof.PRICES: "the bound is proved by prices in whole numbers",
    Proof.SEARCH: "the bound is proved by a search of the check's own",
    Proof.NONE: "the bound stands on the plan's word: it was not proved again",
}


def line_of(plan: Plan) -> str:
    """Say how much a plan fills, and how far from the best it can be."""
    left = len(plan.unfilled)
    start = f"{plan.totals.filled} filled, {left} unfilled, {len(plan.refused)} for professionals"
    if plan.proved:
        return f"{start}; no plan is better"
    priority = plan.bound.priority - plan.totals.priority
    return (
        f"{start}; the best may hold up to {priority} more priority, or more worth (bound {plan.bound.worth})"
    )


def verdict_of(plan: Plan, proof: Proof) -> str:
    """Say that a plan holds, and what of its bound is proved."""
    totals = plan.totals
    return (
        f"holds: {totals.filled} filled, priority {totals.priority}, worth {totals.worth}; {PROVED_BY[proof]}"
    )
