"""`make bench`: measure, write results.json beside this file, and print the table.

Every contestant is loaded, and has solved something small, before its time starts; ``load_s`` is what that took
beyond numpy, scipy.sparse and the columns of people, which every process loads. Times are medians over the
rounds, memory is that of the whole process, and ``added_mb`` what solving took on top of the instance. Ours is
then measured at the sizes that peers do not reach. SIZES, ROUNDS, LIMIT, MEMORY, SCALE and VERIFIED in the
environment change what is measured.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.contest import Contest, Settings, contests
from tests.bench.contestants import CONTESTANTS
from tests.bench.figures import growth_rows, instance_row, result_rows
from tests.bench.instances import SEED
from tests.bench.machine import machine
from tests.bench.scale import cold_row, scale_rows
from tests.bench.table import lines

RESULTS = Path(__file__).with_name("results.json")
PACKAGES = ("passerelle", "numpy", "scipy", "numba", "ortools", "networkx", "munkres", "matching")


def results_of(settings: Settings, held: list[Contest]) -> dict[str, Any]:
    """Give everything that is written down."""
    rows = [row for contest in held for row in result_rows(contest)]
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
        "settings": asdict(settings) | {"seed": SEED},
        "instances": [instance_row(contest) for contest in held],
        "results": rows,
        "growth": growth_rows(rows),
        "scale": list(scale_rows(settings.scale, settings.verified)),
        "cold": cold_row(),
    }


def main() -> None:
    missing = [name for name, contestant in CONTESTANTS.items() if not contestant.is_installed]
    if missing:
        sys.exit(f"not installed: {', '.join(missing)}; `make bench` installs them")
    settings, held = Settings.read(os.environ), []
    for contest in contests(settings):
        held.append(contest)
        sys.stderr.write(f"{contest.instance.kind} {contest.instance.worth.shape[0]:,} done\n")
    results = results_of(settings, held)
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.writelines(f"{line}\n" for line in lines(results))


if __name__ == "__main__":
    main()
