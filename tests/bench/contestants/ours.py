"""Our solver, given a table of worths."""

from __future__ import annotations

from matcher.assignment import assign
from matcher.columns import Ints
from matcher.compiled import warm as warm  # noqa: PLC0414 - says that it is part of this module
from tests.bench.instances import Instance


def solve(instance: Instance) -> Ints:
    return assign(instance.worth, instance.places, instance.priority).pairs
