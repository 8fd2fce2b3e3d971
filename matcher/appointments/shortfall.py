"""Why an appointment stays without interpreter, in the order in which a person would ask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.appointments.bank import ask, bank_of
from matcher.appointments.barriers import BARRIERS
from matcher.appointments.policy import InterpretingPolicy, shipped_interpreting_policy
from matcher.appointments.records import Agenda, Plan
from matcher.columns import Flags

TAKEN = "taken"
"""In place of a barrier: some could, and all are booked elsewhere by the plan."""
ASKED_IN_TURN = (
    "blocked_language",
    "blocked_setting",
    "blocked_schedule",
    "blocked_mode",
    "blocked_capacity",
    "blocked_gender",
    "blocked_exclusion",
)
MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """What an unfilled appointment lacks.

    Attributes
    ----------
    reason : str
        the first barrier, in the order in which they are asked, after which nobody is left; or TAKEN
    left : tuple of (code, int)
        how many interpreters are left after each barrier in turn, up to the reason
    taken : tuple of str
        who could take it and is booked
    nearest : tuple of (str, str)
        interpreters whom one barrier alone keeps away, and which, at most three
    """

    appointment: str
    reason: str
    left: tuple[tuple[str, int], ...]
    taken: tuple[str, ...]
    nearest: tuple[tuple[str, str], ...]


def shortfalls_of(
    agenda: Agenda, plan: Plan, policy: InterpretingPolicy | None = None
) -> tuple[Shortfall, ...]:
    """Say of each unfilled appointment of a plan what it lacks, in the order of the plan."""
    bank = bank_of(agenda, policy or shipped_interpreting_policy())
    asked = {one.id: one for one in agenda.appointments}
    names = [one.id for one in bank.interpreters]
    found = []
    for unfilled in plan.unfilled:
        question = ask(bank, asked[unfilled.appointment])
        barred = {code: BARRIERS[code](question) for code in ASKED_IN_TURN}
        found.append(_shortfall(unfilled.appointment, barred, names))
    return tuple(found)


def _shortfall(appointment: str, barred: dict[str, Flags], names: list[str]) -> Shortfall:
    left = np.ones(len(names), dtype=np.bool_)
    counts = []
    for code, flags in barred.items():
        left = left & ~flags
        counts.append((code, int(left.sum())))
        if not left.any():
            break
    alone = np.sum([*barred.values()], axis=0) == 1
    return Shortfall(
        appointment=appointment,
        reason=TAKEN if left.any() else counts[-1][0],
        left=tuple(counts),
        taken=tuple(names[at] for at in np.flatnonzero(left).tolist()),
        nearest=tuple(
            (names[at], next(code for code, flags in barred.items() if flags[at]))
            for at in np.flatnonzero(alone).tolist()[:MOST_NAMED]
        ),
    )
