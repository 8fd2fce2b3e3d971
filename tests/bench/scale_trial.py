"""One pool of any size, alone in its process: columns in memory, then a certified round; told as JSON."""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from matcher.compiled import warm
from matcher.methods import optimal
from tests.bench.instances import scored
from tests.bench.trial import forget_peak, memory


def main(path: str) -> None:
    """Load compiled kernels, read the columns, and measure from there on."""
    warm()
    play = pickle.loads(Path(path).read_bytes())
    forget_peak()
    started = process_time(), perf_counter()
    whole = scored(play)
    decision = optimal(whole)
    told = {"process_s": process_time() - started[0], "wall_s": perf_counter() - started[1]}
    told["peak_mb"] = round(memory("VmHWM"))
    need, offer = decision.chosen.T
    told["served"] = len(need)
    candidates = sum(len(piece.all().offer) for piece in whole.search.pieces)
    told["density"] = candidates / (len(play.columns.needs) * len(play.columns.offers))
    told["priority"] = int(play.priority[need].sum())
    assert (np.bincount(offer, minlength=len(play.places)) <= play.places).all()
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
