"""The rows of a plan, on published instances: as few workers as are known to be enough."""

from __future__ import annotations

import csv
import os
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from matcher.appointments.constraints import at_most_one, at_one_instant, joined_rows

PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "smptsp"
SLOW = "data_11_24_119_33"
"""The published instance that is left to `make soak`."""


def _published():
    if not PUBLISHED.exists():
        return [("", "", 0)]
    rows = list(csv.DictReader((PUBLISHED / "known.csv").read_text().splitlines()))
    found = [(row["set"], row["instance"], int(row["known_optimum"])) for row in rows]
    return [row for row in found if row[1] != SLOW or os.environ.get("PASSERELLE_TRIES") == "full"]


def _read(path: Path):
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    count = int(lines[1].split("=")[1])
    jobs = np.array([line.split() for line in lines[2 : 2 + count]], dtype=np.int64)
    return jobs, [list(map(int, line.split(":")[1].split())) for line in lines[3 + count :]]


def _seats(worker: Any, row: Any, jobs: int, workers: int) -> csr_array:
    """Give the columns that count workers: in each row of an instant, its worker is there at most."""
    numbers, first = np.unique(row, return_index=True)
    places = (np.arange(len(numbers)) + jobs, worker[first])
    return csr_array((-np.ones(len(numbers)), places), shape=(jobs + len(numbers), workers))


@pytest.mark.parametrize(("folder", "name", "fewest"), _published())
def test_fewest_workers_of_the_published_instances(folder, name, fewest):
    if not folder:
        pytest.skip("the smptsp instances are not beside the repository")
    jobs, able = _read(PUBLISHED / folder / f"{name}.dat")
    worker = np.array([at for at, own in enumerate(able) for _ in own])
    job = np.array([one for own in able for one in sorted(own)])
    row, member = at_one_instant(worker, jobs[job, 0], jobs[job, 1])
    rows = joined_rows((at_most_one(job, np.arange(len(job))), at_most_one(row, member)))
    matrix = hstack([rows.matrix(len(job)), _seats(worker[member], row, len(jobs), len(able))]).tocsr()
    limit = np.where(np.arange(len(rows)) < len(jobs), 1, 0)
    least = np.where(np.arange(len(rows)) < len(jobs), 1.0, -np.inf)
    gain = np.append(np.zeros(len(job)), np.ones(len(able)))
    limits = LinearConstraint(matrix, least, limit)
    relaxed = milp(gain, bounds=Bounds(0, 1), constraints=limits)
    assert ceil(relaxed.fun - 1e-6) == fewest  # nobody could do with fewer
    whole = milp(
        np.zeros(len(gain)),
        integrality=np.ones(len(gain)),
        bounds=Bounds(0, 1),
        constraints=[limits, LinearConstraint(gain, -np.inf, fewest)],
    )
    assert whole.success
    assert (matrix @ np.round(whole.x) <= limit).all()
