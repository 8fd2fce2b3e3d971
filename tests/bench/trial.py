"""One contestant on one instance, alone in its process; what was measured goes out as JSON."""

from __future__ import annotations

import json
import math
import pickle
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from time import perf_counter, process_time
from types import ModuleType
from typing import Any

from tests.bench.contestants import CONTESTANTS
from tests.bench.instances import Instance, instance_of

LONG_ENOUGH = 0.3
"""Seconds of computing until which a process repeats: some systems count them in hundredths only."""
GIGABYTE = 1 << 30


def measure(module: ModuleType, instance: Instance) -> dict[str, Any]:
    """Time ``solve``, over and over where it is short, and add up what it achieved."""
    _lay_out(instance)
    forget_peak()
    before = memory("VmRSS")
    runs = 0
    started = process_time(), perf_counter()
    while not runs or process_time() - started[0] < LONG_ENOUGH:
        pairs = module.solve(instance)
        runs += 1
    process, wall = process_time() - started[0], perf_counter() - started[1]
    peak = memory("VmHWM")
    return {
        "process_s": process / runs,
        "wall_s": wall / runs,
        "peak_mb": peak,
        "added_mb": max(peak - before, 0),
        **asdict(instance.totals(pairs)),
    }


def _lay_out(instance: Instance) -> None:
    """Work out the columns that several contestants read, at nobody's expense."""
    for column in ("need", "offer", "value", "seats"):
        getattr(instance, column)


def ready(name: str) -> tuple[ModuleType, float]:
    """Load what a contestant needs and let it solve something small, so that only solving is timed."""
    started = process_time()
    module = CONTESTANTS[name].load()
    getattr(module, "warm", lambda: None)()
    module.solve(instance_of("city", 12, 6))
    return module, process_time() - started


def bound(seconds: int, gigabytes: float) -> None:
    """Let the system end this process where it computes for too long or takes too much memory."""
    end = math.ceil(process_time() + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (end, end + 5))
    most = int(gigabytes * GIGABYTE)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def forget_peak() -> None:
    """Start the peak of memory anew; the instance was larger while it was read."""
    Path("/proc/self/clear_refs").write_text("5")


def memory(field: str) -> float:
    """Give a line of the process's own account, in megabytes; no parent's memory is in it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) / 1024


def main(name: str, path: str, seconds: str, gigabytes: str) -> None:
    module, load_s = ready(name)
    instance = pickle.loads(Path(path).read_bytes())
    bound(int(seconds), float(gigabytes))
    try:
        told = measure(module, instance) | {"load_s": load_s}
    except MemoryError:
        told = {"outcome": f"over {gigabytes} GB"}
    except Exception as failure:  # noqa: BLE001 - whatever a library raises is its result
        told = {"outcome": f"{type(failure).__name__}: {str(failure)[:100]}".rstrip(": ")}
    sys.stdout.write(json.dumps({"outcome": "done"} | told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
