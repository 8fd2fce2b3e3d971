"""Scores as whole numbers: what each criterion brings to a pair, and their exact sum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from matcher.columns import Ints
from matcher.criteria import ONE, Values
from matcher.pairs import Pairs
from matcher.policy import Policy
from matcher.programs import Criterion, Program
from matcher.records import WORTH_OF_A_POINT, Contribution


def worth_of(pairs: Pairs, program: Program) -> Ints:
    """Give the worth of each pair, 0 to 1,000,000: the sum of its contributions."""
    policy = pairs.columns.policy
    total = np.zeros(pairs.shape, dtype=np.int64)
    for name, weight in policy.weights.items():
        total += worth_in(program.criteria[name].values(pairs), weight, policy)
    return total


def values_of(pairs: Pairs, program: Program) -> Mapping[str, Values]:
    """Give what each criterion of the policy finds in each pair, before it is weighed."""
    return {name: program.criteria[name].values(pairs) for name in pairs.columns.policy.weights}


def weighed(values: Mapping[str, Values], weights: Mapping[str, int], policy: Policy) -> Ints:
    """Give the worth of each pair under other weights than the policy's, its criteria valued once for all."""
    worth: Ints = np.sum([worth_in(values[name], weight, policy) for name, weight in weights.items()], axis=0)
    return worth


def contributions_of(pairs: Pairs, program: Program) -> list[tuple[Contribution, ...]]:
    """Explain each pair of a list: the very numbers that made its score, with what is behind each."""
    weights = pairs.columns.policy.weights.items()
    explained = (_contributions(pairs, name, program.criteria[name], weight) for name, weight in weights)
    return list(zip(*explained, strict=True))


def _contributions(pairs: Pairs, name: str, criterion: Criterion, weight: int) -> Iterator[Contribution]:
    policy, values = pairs.columns.policy, criterion.values(pairs)
    columns = (values.known, _valued(values, policy), worth_in(values, weight, policy))
    said = criterion.details(pairs)
    for known, value, worth, detail in zip(*(column.tolist() for column in columns), said, strict=True):
        yield Contribution(
            criterion=name, weight=weight, known=known, value=_shown(value), worth=worth, detail=detail
        )


def floor_of(policy: Policy) -> int:
    """Give the worth under which waiting is better than a proposal."""
    return policy.floor * WORTH_OF_A_POINT


def _valued(values: Values, policy: Policy) -> Ints:
    return np.where(values.known, values.value, policy.neutral * (ONE // 100))


def worth_in(values: Values, weight: int, policy: Policy) -> Ints:
    """Round once, half up, to a ten-thousandth of a point."""
    return (weight * WORTH_OF_A_POINT * _valued(values, policy) + ONE // 2) // ONE


def _shown(value: int) -> float:
    return (value + 500_000) // 1_000_000 / 1_000_000
