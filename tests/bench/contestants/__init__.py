"""Everybody who takes part; each module answers an instance by ``solve`` with rows (need, offer)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

OURS = "Passerelle, solver alone"
OURS_WITH_SCORING = "Passerelle, with scoring"


@dataclass(frozen=True)
class Contestant:
    """Who takes part, and what may be asked of it.

    ``exact``: its totals must equal ours, to the unit. ``scores``: it begins with the columns of people;
    the others begin with a table of worths.
    """

    module: str
    package: str
    exact: bool
    scores: bool = False

    def load(self) -> ModuleType:
        return import_module(f"{__name__}.{self.module}")

    @property
    def is_installed(self) -> bool:
        return find_spec(self.package) is not None

    @property
    def beside(self) -> str:
        """Which of ours it is compared with."""
        return OURS_WITH_SCORING if self.scores else OURS


CONTESTANTS: Mapping[str, Contestant] = {
    OURS: Contestant("ours", "matcher", exact=True),
    "scipy linear_sum_assignment": Contestant("dense", "scipy", exact=True),
    "scipy min_weight_full_bipartite_matching": Contestant("sparse", "scipy", exact=True),
    "OR-tools min-cost flow": Contestant("flow", "ortools", exact=True),
    "networkx network simplex": Contestant("simplex", "networkx", exact=True),
    "munkres": Contestant("hungarian", "munkres", exact=True),
    "matching (Gale–Shapley)": Contestant("deferred", "matching", exact=False),
    "greedy by score": Contestant("greedy", "numpy", exact=False),
    OURS_WITH_SCORING: Contestant("whole", "matcher", exact=True, scores=True),
    "by arrival, with scoring": Contestant("arrival", "matcher", exact=False, scores=True),
}
