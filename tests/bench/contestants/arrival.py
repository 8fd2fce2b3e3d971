"""Each need in turn, longest waiting first, takes its best offer left, as offices do by hand."""

from __future__ import annotations

from matcher.columns import Ints
from matcher.compiled import warm as warm  # noqa: PLC0414 - says that it is part of this module
from matcher.methods import arrival
from tests.bench.contestants.rounds import pairs_by
from tests.bench.instances import Instance


def solve(instance: Instance) -> Ints:
    return pairs_by(arrival, instance)
