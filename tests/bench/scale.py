"""How ours grows: from columns in memory to a certified round, and from file to file; each in a process of its own."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from matcher.formats import pool_to_json
from tests.bench.instances import invented, laid_out

ROOT = Path(__file__).parents[2]
Row = dict[str, Any]
Size = tuple[str, int, int]
SIZES: tuple[Size, ...] = (
    ("city", 2_000, 1_000),
    ("region", 2_000, 1_000),
    ("region", 20_000, 10_000),
    ("city", 20_000, 10_000),
    ("region", 20_000, 20_000),
    ("region", 100_000, 50_000),
    ("region", 100_000, 100_000),
)
TIMES = 3
"""Each pool is measured so often, and the median is told."""
TELLS_ITS_PEAK = (
    "import atexit, pathlib, re, sys; atexit.register(lambda: sys.stderr.write("
    r"' ' + re.search(r'VmHWM:\s+(\d+)', pathlib.Path('/proc/self/status').read_text())[1]))"
)
"""What others ask the system for after its end counts the memory of who started it, too."""


def scale_rows(most_people: int, most_verified: int, sizes: Iterable[Size] = SIZES) -> Iterator[Row]:
    """Measure each size of up to so many people; up to the second number, through files and `verify` as well."""
    for kind, needs, offers in sizes:
        if needs + offers <= most_people:
            pool = invented(kind, needs, offers)
            row = {"kind": kind, "needs": needs, "offers": offers} | _from_columns(pool)
            yield row | (_from_files(pool) if needs + offers <= most_verified else {})


def _from_columns(pool: Any) -> Row:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "play"
        path.write_bytes(pickle.dumps(replace(laid_out(pool), needs=[], offers=[])))
        trials = [_alone(path) for _ in range(TIMES)]
    return trials[-1] | {key: round(median(it[key] for it in trials), 3) for key in ("wall_s", "process_s")}


def _alone(path: Path) -> Row:
    command = [sys.executable, "-m", "tests.bench.scale_trial", str(path)]
    told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout
    row: Row = json.loads(told.splitlines()[-1])
    return row


def _from_files(pool: Any) -> Row:
    """Time the commands `pair` and `verify` as a person runs them, reading and writing included."""
    with TemporaryDirectory() as folder:
        files = Path(folder) / "pool.json", Path(folder) / "round.json"
        files[0].write_text(json.dumps(pool_to_json(pool), ensure_ascii=False), encoding="utf-8")
        pair_s, pair_mb = timed("pair", str(files[0]), "--out", str(files[1]))
        verify_s, verify_mb = timed("verify", *map(str, files))
    return {"pair_s": pair_s, "pair_mb": pair_mb, "verify_s": verify_s, "verify_mb": verify_mb}


def timed(*arguments: str, before: str = "pass", **environment: str) -> tuple[float, int]:
    """Run a command of ours in a new process; give its seconds, and its peak of memory in megabytes."""
    program = f"{TELLS_ITS_PEAK}; {before}; from web.cli import main; main()"
    started = perf_counter()
    process = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    return round(perf_counter() - started, 3), int(process.stderr.split()[-1]) // 1024


def cold_row() -> Row:
    """Time `pair` on a hundred people: as installed, without compiled code on the disk, and without numba."""
    with TemporaryDirectory() as folder:
        path, out = Path(folder) / "pool.json", Path(folder) / "round.json"
        path.write_text(json.dumps(pool_to_json(invented("city", 60, 40))), encoding="utf-8")
        pair = ("pair", str(path), "--out", str(out))
        return {
            "people": 100,
            "as_installed_s": timed(*pair)[0],
            "nothing_compiled_s": timed(*pair, NUMBA_CACHE_DIR=folder)[0],
            "without_numba_s": timed(*pair, before="import sys; sys.modules['numba'] = None")[0],
        }
