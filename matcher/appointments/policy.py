"""What a plan is scored by: data with a version, as for rounds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from matcher.errors import Fault, FaultyInput
from matcher.policy import policy_of

CRITERIA = (
    "language_quality",
    "setting_competence",
    "load_balance",
    "continuity",
    "travel",
    "reliability",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpretingPolicy:
    """Weights in points (their sum is 100), shares in hundredths, and the rules of the bank."""

    name: str
    version: str
    program: str
    weights: Mapping[str, int]
    neutral: int
    quality: Mapping[str, int]
    """What the lower of an interpreter's two levels is worth."""
    relay: int
    """What is left of that where a second language stands between."""
    relay_level: str
    """What the person must reach in the language between."""
    relay_minutes: int
    """How long a relay takes, in hundredths of the time asked."""
    later_mode: int
    """What a mode keeps of its worth that the person did not put first."""
    usual_hours: int
    """The month's hours of an interpreter who gave no limit."""
    prior_done: int
    prior_accepted: int
    """What reliability starts from: as if so many of so many had been kept."""
    pause_minutes: int
    """Free before and after each appointment, and between two."""
    speed_km_h: Mapping[str, int]
    default_limit_km: Mapping[str, int]
    detour: int


def interpreting_policy_from_json(data: Any) -> InterpretingPolicy:
    """Read a policy, strictly.

    Raises
    ------
    FaultyInput
        Where a field is missing, unknown or out of range; all faults together.
    """
    policy = policy_of(InterpretingPolicy, data)
    if set(policy.weights) != set(CRITERIA):
        raise FaultyInput(
            [
                Fault(
                    "policy", "weights", "name other criteria than the bank's", f"weigh {', '.join(CRITERIA)}"
                )
            ]
        )
    return policy


@cache
def shipped_interpreting_policy() -> InterpretingPolicy:
    """Give the policy of the bank that comes with this version."""
    text = (files("matcher") / "policies" / "saguenay_interpreting.json").read_text(encoding="utf-8")
    return interpreting_policy_from_json(json.loads(text))
