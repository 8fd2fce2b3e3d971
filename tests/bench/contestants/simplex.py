"""networkx: the same flow as for OR-tools, by network simplex, the fastest of its exact ways."""

from __future__ import annotations

import networkx as nx
import numpy as np

from matcher.columns import Ints
from tests.bench.instances import Instance


def solve(instance: Instance) -> Ints:
    needs, offers = instance.worth.shape
    sink = needs + offers
    graph = nx.DiGraph()
    graph.add_nodes_from(range(needs), demand=-1)
    graph.add_node(sink, demand=needs)
    pairs = zip(instance.need.tolist(), (needs + instance.offer).tolist(), strict=True)
    graph.add_edges_from(
        (need, offer, {"capacity": 1, "weight": -value})
        for (need, offer), value in zip(pairs, instance.value.tolist(), strict=True)
    )
    graph.add_edges_from(((need, sink) for need in range(needs)), capacity=1, weight=0)
    graph.add_edges_from(
        (needs + offer, sink, {"capacity": count, "weight": 0})
        for offer, count in enumerate(instance.places.tolist())
    )
    _, flows = nx.network_simplex(graph)
    taken = [
        (need, offer - needs)
        for need in range(needs)
        for offer, flow in flows[need].items()
        if flow and offer != sink
    ]
    return np.array(taken, dtype=np.int64).reshape(-1, 2)
