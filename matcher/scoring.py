"""Scores as whole numbers: what each criterion brings to a pair, and their exact sum."""

from __future__ import annotations

import numpy as np

from matcher.columns import Ints, PoolColumns
from matcher.criteria import ONE, Values
from matcher.pairs import Pairs, one
from matcher.policy import Policy
from matcher.programs import Program
from matcher.records import WORTH_OF_A_POINT, Contribution


def worth_of(pairs: Pairs, program: Program) -> Ints:
    """Give the worth of each pair, 0 to 1,000,000: the sum of its contributions."""
    policy = pairs.columns.policy
    total = np.zeros(pairs.shape, dtype=np.int64)
    for name, weight in policy.weights.items():
        total += _worth(program.criteria[name].values(pairs), weight, policy)
    return total


def contributions_of(
    columns: PoolColumns, program: Program, need: int, offer: int
) -> tuple[Contribution, ...]:
    """Explain one pair, by position: the very numbers that made its score, with what is behind each."""
    pair, policy = one(columns, need, offer), columns.policy
    found = []
    for name, weight in policy.weights.items():
        criterion = program.criteria[name]
        values = criterion.values(pair)
        found.append(
            Contribution(
                criterion=name,
                weight=weight,
                known=bool(values.known[0]),
                value=_shown(int(_valued(values, policy)[0])),
                worth=int(_worth(values, weight, policy)[0]),
                detail=criterion.detail(pair),
            )
        )
    return tuple(found)


def floor_of(policy: Policy) -> int:
    """Give the worth under which waiting is better than a proposal."""
    return policy.floor * WORTH_OF_A_POINT


def _valued(values: Values, policy: Policy) -> Ints:
    return np.where(values.known, values.value, policy.neutral * (ONE // 100))


def _worth(values: Values, weight: int, policy: Policy) -> Ints:
    """Round once, half up, to a ten-thousandth of a point."""
    return (weight * WORTH_OF_A_POINT * _valued(values, policy) + ONE // 2) // ONE


def _shown(value: int) -> float:
    return (value + 500_000) // 1_000_000 / 1_000_000
