"""From trials to figures: medians of the rounds, ratios within a round, agreement, growth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from statistics import linear_regression, median
from typing import Any

from tests.bench.contest import Contest, Trial
from tests.bench.contestants import CONTESTANTS, OURS

Row = dict[str, Any]
MEDIANS = {"process_s": 6, "wall_s": 6, "load_s": 2, "peak_mb": 1, "added_mb": 1}
TIMES = ("process_s", "wall_s")
TOTALS = ("served", "priority", "worth")


def instance_row(contest: Contest) -> Row:
    """Say what was to be solved."""
    instance = contest.instance
    needs, offers = instance.worth.shape
    return {
        "kind": instance.kind,
        "needs": needs,
        "offers": offers,
        "places": int(instance.places.sum()),
        "allowed": instance.worth.nnz,
        "density": round(instance.density, 4),
    }


def result_rows(contest: Contest) -> list[Row]:
    """Say of each contestant what it needed and achieved."""
    start = {"kind": contest.instance.kind, "needs": contest.instance.worth.shape[0]}
    return [
        {"contestant": name} | start | _result(name, trials, contest.trials)
        for name, trials in contest.trials.items()
    ]


def _result(name: str, trials: list[Trial], everybody: Mapping[str, list[Trial]]) -> Row:
    last = trials[-1]
    if last["outcome"] != "done":
        return {"outcome": last["outcome"]}
    row: Row = {"outcome": "done", "rounds": len(trials)}
    row |= {key: round(median(trial[key] for trial in trials), digits) for key, digits in MEDIANS.items()}
    row["beside"] = CONTESTANTS[name].beside
    row |= {f"ratio_{key}": ratio(key, trials, everybody[row["beside"]]) for key in TIMES}
    return row | {key: last[key] for key in TOTALS} | {"agrees": _agrees(name, trials, everybody[OURS])}


def ratio(key: str, trials: list[Trial], ours: list[Trial]) -> float | None:
    """Give how many times ours it took: the median over rounds, each compared within itself."""
    pairs = [(their, own) for their, own in zip(trials, ours, strict=False) if own["outcome"] == "done"]
    return round(median(their[key] / own[key] for their, own in pairs), 3) if pairs else None


def _agrees(name: str, trials: list[Trial], ours: list[Trial]) -> bool | None:
    if not CONTESTANTS[name].exact or ours[-1]["outcome"] != "done":
        return None
    best = ours[-1]["priority"], ours[-1]["worth"]
    return all((trial["priority"], trial["worth"]) == best for trial in trials)


def growth_rows(rows: Iterable[Row]) -> list[Row]:
    """Fit time = c · needsᵏ through all sizes that a contestant finished, and give k."""
    finished: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row["outcome"] == "done":
            finished.setdefault((row["contestant"], row["kind"]), []).append(row)
    return [
        {"contestant": name, "kind": kind, "sizes": [row["needs"] for row in found]}
        | {key.replace("_s", ""): exponent([(row["needs"], row[key]) for row in found]) for key in TIMES}
        for (name, kind), found in finished.items()
        if len(found) > 1
    ]


def exponent(points: list[tuple[int, float]]) -> float:
    """Give the slope of a line through sizes and times, both as logarithms."""
    sizes, times = zip(*((math.log(size), math.log(time)) for size, time in points), strict=True)
    return round(linear_regression(sizes, times).slope, 2)
