"""The kernels of the assignment, run compiled where that repays, and as they stand everywhere else.

numba is optional. A small problem is solved before a compiler has even been loaded, so nobody waits for
one: compiled code comes into play for a large problem only, sooner where `warm` has put it on the disk.
Which way is taken never changes an answer.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, cast

import numpy as np

from matcher import paths
from matcher.market import Ints
from matcher.paths import Graph, Standing

Mend = Callable[[Graph, Standing, Any], None]

REPAYS_LOADING: Final = 20_000
"""Pairs of a graph from which it repays to load compiled code from the disk, which takes about a second."""
REPAYS_COMPILING: Final = 100_000
"""Pairs of a graph from which it repays to compile, which takes 5 to 20 seconds."""


def mend(graph: Graph, standing: Standing, order: Ints) -> None:
    """Run `matcher.paths.mend` on int64 arrays, the fastest way for a graph of this size."""
    if repays(len(graph.offer_at)):
        compiled_mend()(graph, standing, order)
        return
    lists = Standing(*(column.tolist() for column in standing))
    paths.mend(Graph(*(column.tolist() for column in graph)), lists, order.tolist())
    for column, numbers in zip(standing, lists, strict=True):
        column[:] = numbers


def repays(pairs: int) -> bool:
    """Tell whether a graph with so many pairs is solved sooner with compiled code, its loading included."""
    if pairs < REPAYS_LOADING and not compiled_mend.cache_info().currsize:
        return False
    return is_available() and (pairs >= REPAYS_COMPILING or is_warm())


def is_available() -> bool:
    """Tell whether numba is installed, without loading it."""
    return find_spec("numba") is not None


def is_warm() -> bool:
    """Tell whether compiled code of this version is in memory or on the disk, without loading it."""
    if compiled_mend.cache_info().currsize:
        return True
    source = Path(paths.__file__)
    elsewhere = os.environ.get("NUMBA_CACHE_DIR")
    found = (
        Path(elsewhere).rglob("paths.mend-*.nbi")
        if elsewhere
        else source.parent.glob("__pycache__/paths.mend-*.nbi")
    )
    return any(index.stat().st_mtime >= source.stat().st_mtime for index in found)


def warm() -> bool:
    """Put compiled kernels on the disk, so that no large problem waits; False where numba is not installed."""
    if not is_available():
        return False
    nothing = np.zeros(0, dtype=np.int64)
    one = np.zeros(1, dtype=np.int64)
    compiled_mend()(Graph(one, nothing, nothing, one, nothing, nothing), Standing(*[nothing] * 10), nothing)
    return True


@cache
def compiled_mend() -> Mend:
    """Give `matcher.paths.mend` compiled, its code kept on the disk where a place for it can be written."""
    import numba  # noqa: PLC0415 - only a large problem waits for it to load
    from numba.extending import register_jitable  # noqa: PLC0415

    for part in paths.PARTS:
        register_jitable(part)
    try:
        return cast("Mend", numba.njit(cache=True)(paths.mend))
    except RuntimeError:  # no folder where the code may be kept
        return cast("Mend", numba.njit(paths.mend))
