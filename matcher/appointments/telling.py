"""A plan and its proof, who can take an appointment, and what the bank lacks, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from matcher.appointments.judging import WhoCan, relay_text
from matcher.appointments.prices import Proof
from matcher.appointments.records import Appointment, Plan
from matcher.appointments.recruiting import Gain
from matcher.appointments.urgent import Answer, Moved
from matcher.records import WORTH_OF_A_POINT

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


def lines_of_who(asked: Appointment, found: WhoCan) -> Iterator[str]:
    """Say who can take an appointment, best first, who is barred, and whom a person could ask."""
    yield from _refused(asked.id, found.refer_to)
    for one in found.candidates:
        relay = f"; relay {relay_text(asked, one.via)}" if one.via else ""
        yield f"{one.interpreter}: {one.mode}, {one.minutes} min, score {one.score:g}{relay}"
    for other in found.barred:
        yield f"{other.interpreter}: no: {', '.join(other.barriers)}"
    for near in found.suggestions:
        yield (
            f"{near.interpreter}: speaks {near.close}, close to {near.language} ({near.ease} %); "
            "only a person may decide to ask"
        )


def lines_of_answer(asked: Appointment, answer: Answer) -> Iterator[str]:
    """Say who is free beside a plan, and who could be freed, at what cost."""
    yield from _refused(asked.id, answer.refer_to)
    for one in answer.free:
        relay = f"; relay {relay_text(asked, one.via)}" if one.via else ""
        yield f"{one.interpreter}: free; {one.mode}, {one.minutes} min, score {one.score:g}{relay}"
    for freed in answer.freed:
        lost = f"{freed.priority_lost} of priority and {freed.worth_lost / WORTH_OF_A_POINT:g} points"
        moves = "; ".join(map(_move, freed.moves))
        yield f"{freed.assigned.interpreter}: could be freed for {lost}: {moves}"
    for code, count in answer.barriers.items():
        yield f"{count} kept away by {code}"


def _refused(appointment: str, refer_to: str | None) -> Iterator[str]:
    if refer_to:
        yield f"{appointment}: refer_professional: no volunteer may take it; turn to: {refer_to}"


def _move(moved: Moved) -> str:
    to = f"to {moved.after.interpreter} ({moved.after.mode})" if moved.after else "left without"
    return f"{moved.before.appointment} {to}"


def lines_of_gains(found: Iterable[Gain]) -> Iterator[str]:
    """Say what one more interpreter of each kind would fill, most first; those who would fill nothing are left out."""
    for one in sorted(found, key=lambda it: (-it.filled, -it.priority, it.language, it.slots)):
        if one.filled or one.priority:
            word = "" if one.proved else " (not proved)"
            yield (
                f"{one.language} on {', '.join(one.slots)}: {one.filled} more filled, {one.priority} of priority{word}"
            )


def verdict_of(plan: Plan, proof: Proof) -> str:
    """Say that a plan holds, and what of its bound is proved."""
    totals = plan.totals
    return (
        f"holds: {totals.filled} filled, priority {totals.priority}, worth {totals.worth}; {PROVED_BY[proof]}"
    )
