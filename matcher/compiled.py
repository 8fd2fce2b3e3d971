"""Kernels: functions in plain loops, run compiled where that repays, and as they stand everywhere else.

numba is optional. A small problem is solved before a compiler has even been loaded, so nobody waits for
one: compiled code comes into play for large problems only, sooner where `warm` has put it on the disk.
Which way is taken never changes an answer.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Generic, ParamSpec, TypeVar, cast

import numpy as np

P = ParamSpec("P")
R = TypeVar("R")

REPAYS_LOADING: Final = 20_000
"""Work from which it repays to load compiled code from the disk, which takes about a second."""
REPAYS_COMPILING: Final = 100_000
"""Work from which it repays to compile, which takes 5 to 20 seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Kernel(Generic[P, R]):
    """A function in plain loops, which gives the same on lists as it stands and on arrays compiled.

    Attributes
    ----------
    function : the function
        It knows numbers, lists or arrays of numbers, and named tuples of these.
    examples : function
        Gives arguments, one tuple for each set of types that the function is called with: as empty as may be.
    parts : the functions that it calls
        Code on the disk is made anew when a file of theirs changes.
    changes : positions of the arguments that it changes in place
    repays_loading, repays_compiling : int
        Work, in a unit that suits the function, from which it repays to load and to compile it. To load is
        mostly to load numba: once that is in memory, a tenth of the work repays it.
    """

    function: Callable[P, R]
    examples: Callable[[], Iterable[tuple[Any, ...]]]
    parts: tuple[Callable[..., Any], ...] = ()
    changes: tuple[int, ...] = ()
    repays_loading: int = REPAYS_LOADING
    repays_compiling: int = REPAYS_COMPILING

    def run(self, work: int, *arguments: P.args, **named: P.kwargs) -> R:
        """Run on arrays, all given by position, the fastest way for so much work."""
        if self.repays(work):
            return self.compiled()(*arguments, **named)
        return self.plain(*arguments, **named)

    def plain(self, *arguments: P.args, **named: P.kwargs) -> R:
        """Run on arrays, all given by position, as the function stands."""
        lists: Any = [_as_lists(argument) for argument in arguments]
        result = self.function(*lists, **named)
        for position in self.changes:
            _write_back(arguments[position], lists[position])
        return result

    def repays(self, work: int) -> bool:
        """Tell whether so much work is done sooner by compiled code, its loading included."""
        loading = self.repays_loading // 10 if "numba" in sys.modules else self.repays_loading
        if work < loading and not self.is_loaded():
            return False
        return is_available() and (work >= self.repays_compiling or self.is_warm())

    def compiled(self) -> Callable[P, R]:
        """Give the compiled function, which lets other threads run beside it."""
        return cast("Callable[P, R]", _compiled(self))

    def is_loaded(self) -> bool:
        """Tell whether compiled code is in memory."""
        return self in _LOADED

    def is_warm(self) -> bool:
        """Tell whether compiled code of this version is in memory or on the disk, without loading it."""
        return self.is_loaded() or any(not _is_stale(self, index) for index in _kept(self))

    def warm(self) -> None:
        """Compile for every set of types that the function is called with."""
        for arguments in self.examples():
            _compiled(self)(*arguments)


KERNELS: Final[list[Kernel[..., Any]]] = []
"""All that have been declared so far."""
_LOADED: Final[set[Kernel[..., Any]]] = set()


def kernel(
    function: Callable[P, R],
    examples: Callable[[], Iterable[tuple[Any, ...]]],
    *,
    parts: tuple[Callable[..., Any], ...] = (),
    changes: tuple[int, ...] = (),
    repays_loading: int = REPAYS_LOADING,
    repays_compiling: int = REPAYS_COMPILING,
) -> Kernel[P, R]:
    """Declare a kernel, so that `warm` knows of it; the attributes are those of `Kernel`."""
    declared = Kernel(function, examples, parts, changes, repays_loading, repays_compiling)
    KERNELS.append(declared)
    return declared


def is_available() -> bool:
    """Tell whether numba is installed, without loading it."""
    return find_spec("numba") is not None


def is_warm() -> bool:
    """Tell whether every kernel of this version is in memory or on the disk, without loading any."""
    import_module("matcher.engine")  # declares them all
    return all(each.is_warm() for each in KERNELS)


def warm() -> bool:
    """Put compiled kernels on the disk, so that no large problem waits; False where numba is not installed."""
    if not is_available():
        return False
    import_module("matcher.engine")  # declares them all
    for each in KERNELS:
        each.warm()
    return True


@cache
def _compiled(each: Kernel[..., Any]) -> Callable[..., Any]:
    """Compile, the code kept on the disk where a place for it can be written."""
    import numba  # noqa: PLC0415 - only a large problem waits for it to load

    for index in _kept(each):
        if _is_stale(each, index):
            index.unlink(missing_ok=True)
    for part in each.parts:
        _make_callable(part)
    try:
        made = numba.njit(cache=True, nogil=True)(each.function)
    except RuntimeError:  # no folder where the code may be kept
        made = numba.njit(nogil=True)(each.function)
    _LOADED.add(each)
    return cast("Callable[..., Any]", made)


@cache
def _make_callable(part: Callable[..., Any]) -> None:
    """Let compiled code call a function, once."""
    from numba.extending import register_jitable  # noqa: PLC0415 - as above

    register_jitable(forceinline=True)(part)


def _kept(each: Kernel[..., Any]) -> list[Path]:
    """Give the indexes of the code that is kept on the disk."""
    source = Path(each.function.__code__.co_filename)
    return list(_folder_of(source).rglob(f"{source.stem}.{each.function.__qualname__}-*.nbi"))


def _is_stale(each: Kernel[..., Any], index: Path) -> bool:
    """Tell whether a source has changed since; numba itself looks at the one of the function alone."""
    sources = {part.__code__.co_filename for part in (each.function, *each.parts)}
    try:
        made = index.stat().st_mtime
    except FileNotFoundError:  # another process has found it stale and taken it away
        return True
    return made < max(Path(source).stat().st_mtime for source in sources)


def _folder_of(source: Path) -> Path:
    """Give where numba keeps code: where it is told to, beside the source if it may write there, or at home."""
    if "NUMBA_CACHE_DIR" in os.environ:
        return Path(os.environ["NUMBA_CACHE_DIR"])
    beside = source.parent / "__pycache__"
    if os.access(beside, os.W_OK):
        return beside
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "numba"


def _as_lists(argument: Any) -> Any:
    """Give an array as a list, a named tuple of arrays as one of lists, and a number as it is."""
    if isinstance(argument, np.ndarray):
        return argument.tolist()
    if isinstance(argument, tuple):
        return type(argument)(*(_as_lists(column) for column in argument))
    return argument


def _write_back(argument: Any, lists: Any) -> None:
    """Put what a function made of lists into the arrays that they were taken from."""
    if isinstance(argument, tuple):
        for column, numbers in zip(argument, lists, strict=True):
            _write_back(column, numbers)
    else:
        argument[:] = lists
