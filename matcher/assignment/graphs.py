"""Graphs that grow: some pairs, sorted, listed by need and again by offer."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import sparse

from matcher.assignment.paths import Graph
from matcher.assignment.rows import Edges

NO_EDGES: Final = Edges(*[np.zeros(0, dtype=np.int64)] * 3)


def joined(kept: Edges, found: Edges, offers: int) -> Edges:
    """Put found pairs among those kept, none of which is in both."""
    at = np.searchsorted(kept.need * offers + kept.offer, found.need * offers + found.offer)
    return Edges(*(np.insert(old, at, new) for old, new in zip(kept, found, strict=True)))


def one_after_another(*some: Edges) -> Edges:
    """Put pairs of rising needs one after another."""
    return Edges(*(np.concatenate(columns) for columns in zip(NO_EDGES, *some, strict=True)))


def graph_of(edges: Edges, needs: int, offers: int) -> Graph:
    """List sorted pairs by need, and by offer."""
    start = np.searchsorted(edges.need, np.arange(needs + 1))
    by_need = sparse.csr_array((edges.value, edges.offer.astype(np.int32), start), shape=(needs, offers))
    by_offer = by_need.tocsc()
    return Graph(
        need_start=start,
        offer_at=by_need.indices.astype(np.int32, copy=False),
        value_at=edges.value,
        offer_start=by_offer.indptr.astype(np.int64),
        need_by=by_offer.indices.astype(np.int32, copy=False),
        value_by=by_offer.data,
    )
