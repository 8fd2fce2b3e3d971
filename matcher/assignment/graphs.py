"""Graphs that grow: some pairs, sorted, listed by need, and by offer too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from scipy import sparse

from matcher.assignment.paths import ByNeed, Graph
from matcher.assignment.rows import Edges

NO_EDGES: Final = Edges(*[np.zeros(0, dtype=np.int64)] * 3)


def joined(kept: Edges, found: Edges, offers: int) -> Edges:
    """Put found pairs among those kept, none of which is in both."""
    at = np.searchsorted(kept.need * offers + kept.offer, found.need * offers + found.offer)
    return Edges(*(np.insert(old, at, new) for old, new in zip(kept, found, strict=True)))


def one_after_another(*some: Edges) -> Edges:
    """Put pairs of rising needs one after another."""
    return Edges(*(np.concatenate(columns) for columns in zip(NO_EDGES, *some, strict=True)))


def in_order(some: Iterable[Edges], offers: int) -> Edges:
    """Give each of some pairs once, by need, then by offer."""
    found = one_after_another(*some)
    key = found.need * offers + found.offer
    if (key[1:] > key[:-1]).all():
        return found
    _, first = np.unique(key, return_index=True)
    return Edges(*(column[first] for column in found))


def by_need(edges: Edges, needs: int) -> ByNeed:
    """List sorted pairs by need."""
    start = np.searchsorted(edges.need, np.arange(needs + 1))
    return ByNeed(start, edges.offer.astype(np.int32), edges.value)


def graph_of(listed: ByNeed, offers: int) -> Graph:
    """List pairs by offer too."""
    start, offer, value = listed
    by_offer = sparse.csr_array((value, offer, start), shape=(len(start) - 1, offers)).tocsc()
    return Graph(
        *listed,
        offer_start=by_offer.indptr.astype(np.int64),
        need_by=by_offer.indices.astype(np.int32, copy=False),
        value_by=by_offer.data,
    )
