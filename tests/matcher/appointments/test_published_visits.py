"""The rows of a plan, on published visits with skills, windows and ways: at the hours of a known plan all are served."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from matcher.appointments.constraints import at_most_one, at_one_instant, joined_rows
from matcher.appointments.problem import NO_TIME_LIMIT, search

PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "uhhc_appointments"
NAMES = [f"J{number}" for number in range(1, 10)]


def _read(name):
    """Give the visits of the known plan at its hours, who could make each, and the ways between all places."""
    instance = json.loads((PUBLISHED / "instances" / f"{name}.json").read_text())
    known = json.loads((PUBLISHED / "solutions_sa" / f"{name}.json").read_text())
    assert known["cost"]["violations"] == 0
    place = {one["id"]: one["distance_matrix_index"] for one in instance["patients"]}
    depot = instance["terminal_points"][0]["distance_matrix_index"]
    way = np.array(instance["distances"])
    visits = sorted(
        (stop["arrival_time"], stop["departure_time"], place[stop["patient"]], stop["service"])
        for route in known["routes"]
        for stop in route["locations"]
    )
    options = [
        (at, who)
        for who, one in enumerate(instance["caregivers"])
        for at, (begin, end, where, service) in enumerate(visits)
        if service in one["abilities"]
        and one["working_shift"]["start"] + way[depot, where] <= begin
        and end + way[where, depot] <= one["working_shift"]["end"]
    ]
    return visits, options, way


def _too_far(visits, options, way):
    """Give the pairs of options of one caregiver, apart in time, with less time between than the way takes."""
    return [
        (one, other)
        for one, (first, who) in enumerate(options)
        for other, (then, same) in enumerate(options)
        if who == same
        and visits[first][1] <= visits[then][0] < visits[first][1] + way[visits[first][2], visits[then][2]]
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_visit_of_a_known_plan_is_served_at_its_hour(name):
    if not PUBLISHED.exists():
        pytest.skip("the visits are not beside the repository")
    visits, options, way = _read(name)
    at, who = (np.array(column, dtype=np.int64) for column in zip(*options, strict=True))
    begin, end = (np.array([visits[one][side] for one in at], dtype=np.int64) for side in (0, 1))
    pairs = np.array(_too_far(visits, options, way), dtype=np.int64).reshape(-1, 2)
    rows = joined_rows(
        (
            at_most_one(at, np.arange(len(at))),
            at_most_one(*at_one_instant(who, begin, end)),
            at_most_one(np.repeat(np.arange(len(pairs)), 2), pairs.ravel()),
        )
    )
    found = search(np.ones(len(at)), rows.matrix(len(at)), rows.limit, NO_TIME_LIMIT)
    chosen = np.flatnonzero(found.x > 0.5)
    assert sorted(at[chosen].tolist()) == list(range(len(visits)))
    for one in set(who.tolist()):
        route = [visits[stop] for stop in sorted(at[chosen][who[chosen] == one].tolist())]
        assert all(way[first[2], then[2]] <= then[0] - first[1] for first, then in pairwise(route))
