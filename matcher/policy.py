"""Weights, floors and shapes of a round: data with a version, never constants in the code.

Shares stand as whole hundredths (``neutral`` 50 is 0.5), so that a policy read from a file is exact.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, TypeVar

from matcher.errors import Fault, FaultyInput, InvalidInput
from matcher.vocabulary import LEVELS, TRAVEL_MODES, WEEKS

MOST = 1_000
"""The greatest value of any number of a policy: far above sense, far below overflow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a round is scored by: ``weights`` in points (their sum is 100), ``floor`` in points."""

    name: str
    version: str
    program: str
    floor: int
    least_level: str
    weights: Mapping[str, int]
    neutral: int
    both_like: int
    like_and_want_to_try: int
    both_want_to_try: int
    shared_family: int
    clash: int
    saturation: int
    rarity_floor: int
    rarity_from_people: int
    comfort: Mapping[str, int]
    comfort_with_interpreter: int
    slots_a_week: int
    least_weeks: int
    frequency_gap: int
    near_household: int
    age_bands_apart: int
    detour: int
    default_limit_km: Mapping[str, int]
    waiting_period_days: int
    pressing: int

    def __reduce__(self) -> Any:
        """Let a policy travel to other processes, whose tables may not be changed there either."""
        return policy_from_json, (self.to_json(),)

    def to_json(self) -> dict[str, Any]:
        """Give the policy as plain data, ready for JSON."""
        return {
            name: dict(value) if isinstance(value, Mapping) else value
            for name, value in ((field.name, getattr(self, field.name)) for field in fields(self))
        }


Shape = TypeVar("Shape")
TEXTS = frozenset({"name", "version", "program"})
LEVEL_FIELDS = frozenset({"least_level", "relay_level"})
TABLES: Mapping[str, Collection[str] | None] = {
    "weights": None,
    "comfort": LEVELS,
    "quality": LEVELS,
    "default_limit_km": TRAVEL_MODES,
    "speed_km_h": TRAVEL_MODES,
}
"""Fields that give a number for each of some codes; the criteria that are weighed differ by program."""
SHARE = (0, 100)
DIVISOR = (1, MOST)
RANGES: Mapping[str, tuple[int, int]] = {
    "floor": SHARE,
    "neutral": SHARE,
    "rarity_floor": SHARE,
    "comfort": SHARE,
    "quality": SHARE,
    "relay": SHARE,
    "relay_minutes": (100, 300),
    "later_mode": SHARE,
    "comfort_with_interpreter": SHARE,
    "near_household": SHARE,
    "rarity_from_people": (2, MOST),  # of one person alone there is nothing to measure
    "least_weeks": (0, WEEKS),
    **dict.fromkeys(
        (
            "saturation",
            "slots_a_week",
            "frequency_gap",
            "age_bands_apart",
            "waiting_period_days",
            "speed_km_h",
            "usual_hours",
            "prior_accepted",
        ),
        DIVISOR,
    ),
}
"""What a number may be, so that no value of a criterion passes 1; the others stand between 0 and ``MOST``."""


def policy_from_json(data: Any) -> Policy:
    """Read a policy, strictly.

    Raises
    ------
    FaultyInput
        Where a field is missing, unknown or out of range; all faults together.
    """
    return policy_of(Policy, data)


def policy_of(kind: type[Shape], data: Any) -> Shape:
    """Read a policy of one kind, a frozen dataclass of the fields that it must have, as strictly."""
    if not isinstance(data, dict):
        raise FaultyInput([Fault("policy", "", "is not an object", "give the fields of a policy")])
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    faults = [Fault("policy", name, "is missing", "give it") for name in names if name not in data]
    faults += [Fault("policy", str(name), "is unknown", "leave it out") for name in data if name not in names]
    for name in names:
        if name in data and (wrong := _wrong(name, data[name])):
            faults.append(Fault("policy", name, *wrong))
    if faults:
        raise FaultyInput(faults)
    return kind(**{name: _frozen(data[name]) for name in names})


def _wrong(name: str, value: Any) -> tuple[str, str] | None:
    if name in TEXTS:
        return None if isinstance(value, str) and value else ("is not a text", "give a short text")
    if name in LEVEL_FIELDS:
        return None if value in LEVELS else (f"is {value!r}", f"give one of: {', '.join(LEVELS)}")
    least, most = RANGES.get(name, (0, MOST))
    if name in TABLES:
        keys = TABLES[name]
        good = isinstance(value, dict) and value and all(_stands(one, least, most) for one in value.values())
        if good and (keys is None or set(value) == set(keys)):
            return _unshared(value) if name == "weights" else None
        wanted = ", ".join(keys or ["criteria"])
        return ("is not a table of whole numbers", f"give one from {least} to {most} for each of: {wanted}")
    if _stands(value, least, most):
        return None
    return (f"is {value!r}", f"give a whole number from {least} to {most}")


def _unshared(weights: dict[str, int]) -> tuple[str, str] | None:
    if sum(weights.values()) == 100:
        return None
    return ("do not add up to 100", "share 100 points among the criteria")


def _stands(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def _frozen(value: Any) -> Any:
    return MappingProxyType(dict(value)) if isinstance(value, dict) else value


def policy_for(program: str, given: Policy | None = None) -> Policy:
    """Give what a pool of a program is scored by: the policy given, or the shipped one.

    Raises
    ------
    InvalidInput
        Where the program has no policy yet.
    FaultyInput
        Where the policy is for another program.
    """
    policy = given or shipped_policy(program)
    if policy.program != program:
        wrong = f"is {policy.program!r}, and the pool is of {program!r}"
        raise FaultyInput([Fault("policy", "program", wrong, "give a policy of the pool's program")])
    return policy


@cache
def shipped_policy(program: str) -> Policy:
    """Give the policy that comes with this version for one program.

    Raises
    ------
    InvalidInput
        Where the program has no policy yet.
    """
    shipped = json.loads((files("matcher") / "policies" / "saguenay.json").read_text(encoding="utf-8"))
    if program not in shipped["programs"]:
        ready = ", ".join(shipped["programs"])
        raise InvalidInput(f"program {program!r} cannot be paired yet; programs that can: {ready}")
    return policy_from_json(
        {
            "name": shipped["name"],
            "version": shipped["version"],
            "program": program,
            **shipped["programs"][program],
            **shipped["shapes"],
        }
    )
