import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, SupportsIndex

import numpy as np
import pytest

from matcher import compiled
from matcher.assignment.paths import MEND
from tests.matcher.markets import KINDS, large
from tests.matcher.solving import proved, written
from tests.tries import tries

HERE = Path(__file__).parents[2]


@pytest.fixture
def numba():
    if not compiled.is_available():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("numba is missing")


@pytest.mark.usefixtures("numba")
@pytest.mark.parametrize("kind", KINDS)
def test_compiled_and_uncompiled_give_the_same_bytes(kind: str, monkeypatch):
    case = large(2, 300, 150, 0.2, kind)
    monkeypatch.setattr(compiled.Kernel, "repays", lambda *_: False)
    as_it_stands = written(proved(case))
    monkeypatch.setattr(compiled.Kernel, "repays", lambda *_: True)
    assert written(proved(case)) == as_it_stands


class Guarded(list[int]):
    """A list that takes no position from its end, as an array would silently do."""

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            assert 0 <= at.start <= at.stop <= len(self)
            return Guarded(super().__getitem__(at))
        assert int(at) >= 0
        return super().__getitem__(at)

    def __setitem__(self, at: SupportsIndex, number: int) -> None:  # type: ignore[override] # no slices set
        assert int(at) >= 0
        assert -(2**63) <= number < 2**63
        super().__setitem__(at, number)


@pytest.mark.parametrize("kind", KINDS)
def test_no_kernel_leaves_its_arrays_or_64_bits(kind: str, monkeypatch):
    def guarded(argument: Any) -> Any:
        lists = as_lists(argument)
        return Guarded(lists) if isinstance(lists, list) else lists

    as_lists = compiled._as_lists
    monkeypatch.setattr(compiled, "_as_lists", guarded)
    monkeypatch.setattr(compiled, "is_available", lambda: False)
    for seed in range(tries()):
        proved(large(seed, 40, 25, 0.3, kind))


def test_a_small_problem_never_loads_a_compiler():
    script = (
        "import sys, scipy.sparse, matcher.assignment as a;"
        "a.assign(scipy.sparse.csr_array([[3, 2], [1, 4]]), [1, 1]);"
        "sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=HERE, check=False).returncode == 0


@pytest.mark.parametrize(
    ("pairs", "is_warm", "repays"),
    [(19_999, True, False), (20_000, True, True), (99_999, False, False), (100_000, False, True)],
)
def test_compiled_code_comes_into_play_where_it_repays(pairs, is_warm, repays, monkeypatch):
    monkeypatch.setattr(compiled, "is_available", lambda: True)
    monkeypatch.setattr(compiled.Kernel, "is_loaded", lambda _: False)
    monkeypatch.delitem(sys.modules, "numba", raising=False)
    monkeypatch.setattr(compiled.Kernel, "is_warm", lambda _: is_warm)
    assert MEND.repays(pairs) is repays


def test_without_numba_nothing_is_compiled(monkeypatch):
    monkeypatch.setattr(compiled, "is_available", lambda: False)
    assert not MEND.repays(10**9)
    assert not compiled.warm()


def test_once_numba_is_in_memory_a_tenth_of_the_work_repays_to_load_code(monkeypatch):
    monkeypatch.setattr(compiled, "is_available", lambda: True)
    monkeypatch.setattr(compiled.Kernel, "is_loaded", lambda _: False)
    monkeypatch.setattr(compiled.Kernel, "is_warm", lambda _: True)
    monkeypatch.setitem(sys.modules, "numba", pytest)
    assert [MEND.repays(pairs) for pairs in (1_999, 2_000)] == [False, True]


class Some(NamedTuple):
    numbers: Any


def double(some: Some, most: int) -> int:
    for at in range(most):
        some.numbers[at] *= 2
    return most


@pytest.mark.usefixtures("numba")
@pytest.mark.parametrize("work", [0, 10**9], ids=["as it stands", "compiled"])
def test_a_kernel_changes_what_it_says_that_it_changes(work: int):
    kernel = compiled.Kernel(double, list, changes=(0,))
    some = Some(np.arange(4))
    assert kernel.run(work, some, 3) == 3
    assert some.numbers.tolist() == [0, 2, 4, 3]


@pytest.mark.parametrize("variable", ["NUMBA_CACHE_DIR", "XDG_CACHE_HOME"])
def test_code_is_warm_once_it_lies_where_numba_looks(variable: str, tmp_path, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setenv(variable, str(tmp_path))
    kernel = compiled.Kernel(double, list)
    assert not kernel.is_warm()
    folder = tmp_path / "numba" / "matcher_1a2b"
    folder.mkdir(parents=True)
    index = folder / "test_compiled.double-1.py311.nbi"
    index.touch()
    assert kernel.is_warm()
    os.utime(index, (0, 0))
    assert not kernel.is_warm(), "the source has changed since"


def test_code_that_another_process_takes_away_meanwhile_is_stale(tmp_path, monkeypatch):
    kernel = compiled.Kernel(double, list)
    monkeypatch.setattr(compiled, "_kept", lambda _: [tmp_path / "gone.nbi"])
    assert not kernel.is_warm()


@pytest.mark.usefixtures("numba")
def test_code_on_the_disk_is_made_anew_when_a_part_in_another_file_changes(tmp_path):
    """In new processes, as after an update of the program."""
    (tmp_path / "whole.py").write_text("from part import part\ndef whole(number):\n    return part(number)\n")
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from whole import part, whole; from matcher.compiled import Kernel;"
        "kernel = Kernel(whole, lambda: [(1,)], parts=(part,));"
        "print(kernel.is_warm(), kernel.compiled()(1), kernel.is_warm())"
    )

    def told(factor: int, changed: float) -> str:
        (tmp_path / "part.py").write_text(f"def part(number):\n    return number * {factor}\n")
        os.utime(tmp_path / "part.py", (changed, changed))
        ran = subprocess.run(
            [sys.executable, "-B", "-c", script, tmp_path],
            cwd=HERE,
            check=True,
            capture_output=True,
            text=True,
        )
        return ran.stdout.strip()

    assert told(2, 1e9) == "False 2 True"
    assert told(2, 1e9) == "True 2 True"
    assert told(3, 4e9) == "False 3 True"


def test_every_kernel_of_the_engine_is_compiled_beforehand():
    import_module("matcher.engine")
    compiled_at_all = {each.function.__name__ for each in compiled.KERNELS}
    assert {"mend", "turn_away", "hold_auction", "choose_underpriced", "choose_tight"} <= compiled_at_all


BOUNDED = """
import numpy as np
from matcher import compiled
from matcher.assignment import mending
from matcher.assignment.keeping import keep_most
from matcher.assignment.market import read_market
from tests.matcher.markets import tight_of
from tests.matcher.markets import large
from tests.matcher.solving import proved
compiled.Kernel.repays = lambda *_: True
for kind in ("popular", "equal", "ties"):
    case = large(2, 60, 40, 0.3, kind)
    found = proved(case)
    prices = found.need_prices, found.place_prices
    market = read_market(case.worth, case.places, case.priority)
    keep_most(market.places, found.pairs, prices, found.pairs[::2], lambda: tight_of(market, *prices))
    mended = mending.Mending(case.worth, case.places, case.priority)
    mended.withdraw_offer(int(found.pairs[0, 1]))
"""


@pytest.mark.usefixtures("numba")
def test_compiled_kernels_stay_within_their_arrays(tmp_path):
    checked = os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", BOUNDED], cwd=HERE, env=checked, check=False)
    assert ran.returncode == 0
