"""OR-tools: a unit flows from each need, through an offer or past them all, to one sink."""

from __future__ import annotations

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from matcher.columns import Ints
from tests.bench.instances import Instance


def solve(instance: Instance) -> Ints:
    needs, offers = instance.worth.shape
    every_need, every_offer, sink = np.arange(needs), needs + np.arange(offers), needs + offers
    flow = SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        instance.need, needs + instance.offer, np.ones_like(instance.need), -instance.value
    )
    _to_sink(flow, every_need, sink, np.ones(needs, dtype=np.int64))
    _to_sink(flow, every_offer, sink, instance.places)
    flow.set_nodes_supplies(np.append(every_need, sink), np.append(np.ones(needs, dtype=np.int64), -needs))
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise ArithmeticError(f"OR-tools says {status.name}")
    paired = flow.flows(arcs) > 0
    return np.stack([instance.need[paired], instance.offer[paired]], axis=1)


def _to_sink(flow: SimpleMinCostFlow, nodes: Ints, sink: int, capacities: Ints) -> None:
    flow.add_arcs_with_capacity_and_unit_cost(
        nodes, np.full_like(nodes, sink), capacities, np.zeros_like(nodes)
    )
