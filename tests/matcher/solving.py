"""Invented markets solved, proved and written down, and how often a property of them is tried."""

from __future__ import annotations

import os
from dataclasses import fields
from typing import Any

import numpy as np
from hypothesis import settings

from matcher.assignment import Assignment, assign, certify
from tests.matcher.markets import Case
from tests.tries import tries


def tried(times: int) -> settings:
    """Give the settings of a property that is tried so many times a try."""
    return settings(
        max_examples=times * tries(),
        deadline=None,
        derandomize=os.environ.get("PASSERELLE_TRIES") != "full",
        database=None,
    )


def solved(case: Case) -> Assignment:
    return assign(case.worth, case.places, case.priority)


def proved(case: Case) -> Assignment:
    found = solved(case)
    certify(case.worth, case.places, found, case.priority)
    return found


def written(found: Assignment) -> list[Any]:
    """Give every number of an assignment as bytes."""
    return [
        (number.dtype.str, number.shape, number.tobytes()) if isinstance(number, np.ndarray) else number
        for number in (getattr(found, field.name) for field in fields(found))
    ]
