"""Each program as data: its barriers by reason code, and its criteria."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from matcher import barriers, criteria, details
from matcher.columns import Flags
from matcher.criteria import Values
from matcher.details import Detail
from matcher.errors import Fault, FaultyInput, InvalidInput
from matcher.pairs import Pairs
from matcher.policy import Policy

Barrier = Callable[[Pairs], Flags]


@dataclass(frozen=True, slots=True)
class Criterion:
    """How a criterion is valued for any pairs, and what to say of each pair of a list, in codes."""

    values: Callable[[Pairs], Values]
    details: Callable[[Pairs], list[Detail]]


@dataclass(frozen=True, slots=True)
class Program:
    """What a program bars and what it compares."""

    code: str
    barriers: Mapping[str, Barrier]
    criteria: Mapping[str, Criterion]


EVERYWHERE: Mapping[str, Barrier] = {
    "blocked_consent": barriers.consent_missing,
    "blocked_by_coordinator": barriers.forbidden,
    "blocked_exclusion": barriers.excluded,
    "blocked_conflict": barriers.tied,
    "blocked_vetting": barriers.not_vetted,
    "blocked_training": barriers.not_trained,
    "blocked_capacity": barriers.without_place,
    "blocked_gender": barriers.gender_not_as_asked,
}

PROGRAMS: Mapping[str, Program] = MappingProxyType(
    {
        "sponsorship": Program(
            code="sponsorship",
            barriers={
                **EVERYWHERE,
                "blocked_language": barriers.no_channel,
                "blocked_schedule": barriers.no_common_slot,
                "blocked_distance": barriers.too_far,
                "blocked_household": barriers.children_refused,
                "blocked_access": barriers.access_not_met,
            },
            criteria={
                "interests": Criterion(criteria.interests, details.interests),
                "language_comfort": Criterion(criteria.language_comfort, details.language_comfort),
                "availability": Criterion(criteria.availability, details.availability),
                "expectations": Criterion(criteria.expectations, details.expectations),
                "life_stage": Criterion(criteria.life_stage, details.life_stage),
                "proximity": Criterion(criteria.proximity, details.proximity),
                "age_gap": Criterion(criteria.age_gap, details.age_gap),
            },
        ),
        "support": Program(
            code="support",
            barriers={
                **EVERYWHERE,
                "refer_professional": barriers.in_crisis,
                "blocked_language": barriers.no_shared_language,
            },
            criteria={
                "language_comfort": Criterion(criteria.language_comfort, details.language_comfort),
                "need_fit": Criterion(criteria.goals, details.goals),
                "availability": Criterion(criteria.availability, details.availability),
                "stability": Criterion(criteria.stability, details.stability),
                "proximity": Criterion(criteria.proximity, details.proximity),
                "life_stage": Criterion(criteria.life_stage, details.life_stage),
            },
        ),
    }
)


def program_of(policy: Policy) -> Program:
    """Give the program that a policy is for.

    Raises
    ------
    InvalidInput
        Where the program cannot be paired yet.
    FaultyInput
        Where the policy weighs other criteria than the program compares.
    """
    program = PROGRAMS.get(policy.program)
    if program is None:
        raise InvalidInput(
            f"program {policy.program!r} cannot be paired yet; programs that can: {', '.join(PROGRAMS)}"
        )
    if set(policy.weights) != set(program.criteria):
        raise FaultyInput(
            [
                Fault(
                    "policy",
                    "weights",
                    "name other criteria than the program's",
                    f"weigh {', '.join(program.criteria)}",
                )
            ]
        )
    return program
