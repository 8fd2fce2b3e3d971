"""Our whole computation: all pairs scored, assigned, and priced for the proof."""

from __future__ import annotations

from matcher.columns import Ints
from matcher.compiled import warm as warm  # noqa: PLC0414 - says that it is part of this module
from matcher.methods import optimal
from tests.bench.contestants.rounds import pairs_by
from tests.bench.instances import Instance


def solve(instance: Instance) -> Ints:
    return pairs_by(optimal, instance)
