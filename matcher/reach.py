"""How far two people live from each other, and how far they would go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.columns import Flags, Ints
from matcher.distances import distances_um
from matcher.pairs import Pairs


@dataclass(frozen=True, slots=True)
class Reach:
    """For each pair: the distance and the limit that binds, in micrometres, and whether both are known."""

    distance: Ints
    limit: Ints
    known: Flags


def reach_of(pairs: Pairs) -> Reach:
    """Measure each pair from the side that drives; the larger limit where both do, else the smaller.

    Who says nothing of travel may drive: the reach is unknown then, even beside someone who drives.
    """
    needs, offers, i, j = pairs.columns.needs, pairs.columns.offers, pairs.i, pairs.j
    mine, theirs = needs.limit_um[i], offers.limit_um[j]
    i_drive, they_drive = needs.drives[i], offers.drives[j]
    driven = np.where(i_drive, np.where(they_drive, np.maximum(mine, theirs), mine), theirs)
    limit = np.where(i_drive | they_drive, driven, np.minimum(mine, theirs))
    distance = distances_um(pairs.columns.policy.detour)[needs.sector[i], offers.sector[j]]
    known = (needs.sector[i] >= 0) & (offers.sector[j] >= 0) & (mine >= 0) & (theirs >= 0)
    return Reach(distance, limit, known)
