"""How far the sectors of the city lie from one another."""

from __future__ import annotations

from functools import cache
from math import asin, cos, radians, sin, sqrt

import numpy as np
import numpy.typing as npt

from matcher.vocabulary import SECTORS

EARTH_RADIUS_KM = 6_371
MICROMETRES_IN_A_KM = 10**9
"""Distances are whole micrometres, so that every machine compares the same numbers."""


@cache
def distances_um(detour: int) -> npt.NDArray[np.int64]:
    """Give the distance between each two sectors, shape (sectors, sectors), in micrometres.

    Great circle between the sector centres, times ``detour`` hundredths for the roads, the river and the
    fjord. Rounded to whole numbers far above the error of the arithmetic, so that every machine agrees.
    """
    places = [(float(term.row["lat"]), float(term.row["lon"])) for term in SECTORS.values()]
    table = [[round(_km(a, b) * detour / 100 * MICROMETRES_IN_A_KM) for b in places] for a in places]
    return np.array(table, dtype=np.int64)


def _km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Give the great-circle distance by the haversine formula, stable for near places."""
    (lat, lon), (other_lat, other_lon) = (tuple(map(radians, here)), tuple(map(radians, there)))
    half = sin((other_lat - lat) / 2) ** 2 + cos(lat) * cos(other_lat) * sin((other_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half))
