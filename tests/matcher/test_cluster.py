"""The same round where the pairs are looked through by other machines: here, two workers of a local cluster."""

import distributed
import pytest

from fixtures.generate import generate_pool
from matcher.engine import propose
from matcher.search import candidates
from matcher.search import pieces as search


@pytest.fixture(scope="module")
def cluster():
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as workers,
        distributed.Client(workers) as client,
    ):
        yield client


def test_a_cluster_of_two_workers_gives_the_same_round(cluster, monkeypatch):
    people = generate_pool(needs=80, offers=60, seed=2)

    def here(*_: object) -> None:
        raise AssertionError("this process looked through the pairs itself")

    monkeypatch.setattr(search, "ALL_KEPT", 1_000)
    monkeypatch.setattr(search, "KEPT", 5)  # the rest is found again for each question
    right = propose(people)
    monkeypatch.setattr(candidates.ByDefinition, "rows", here)
    assert propose(people, executor=cluster.get_executor()) == right
