"""What contestants that begin with the columns of people share."""

from __future__ import annotations

from collections.abc import Callable

from matcher.columns import Ints
from matcher.methods import Decision
from matcher.play import Play
from tests.bench.instances import Instance, scored


def pairs_by(method: Callable[[Play], Decision], instance: Instance) -> Ints:
    """Score all pairs, and give those that a method takes."""
    return method(scored(instance.play)).chosen
