"""A pool as the check sees it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.checks.judgement import Judge
from matcher.columns import Flags, Ints
from matcher.criteria import rarity_of
from matcher.errors import NotProved
from matcher.layout import columns_of
from matcher.locks import positions_of
from matcher.order import in_fair_order
from matcher.policy import Policy
from matcher.programs import program_of
from matcher.records import Need, Offer, Pool
from matcher.waiting import priority_of


@dataclass(frozen=True, slots=True)
class View:
    """People in the order that favours nobody, found again by their ids, and who judges their pairs.

    ``is_open`` are the needs without a lock; ``places`` are those left to each offer after the locks.
    """

    pool: Pool
    needs: list[Need]
    offers: list[Offer]
    need_at: dict[str, int]
    offer_at: dict[str, int]
    judge: Judge
    priority: Ints
    is_open: Flags
    places: Ints


def view_of(pool: Pool, policy: Policy) -> View:
    """Lay out a pool for its check."""
    program = program_of(policy)
    needs, offers = in_fair_order(pool.needs, pool.today), in_fair_order(pool.offers, pool.today)
    columns = columns_of(pool, needs, offers, policy, rarity_of(pool, policy))
    locked = positions_of(pool.locks, columns)
    return View(
        pool=pool,
        needs=needs,
        offers=offers,
        need_at={need.id: at for at, need in enumerate(needs)},
        offer_at={offer.id: at for at, offer in enumerate(offers)},
        judge=Judge(columns, program),
        priority=np.array([priority_of(need, pool.today, policy) for need in needs], dtype=np.int64),
        is_open=np.bincount(locked[:, 0], minlength=len(needs)) == 0,
        places=columns.offers.places - np.bincount(locked[:, 1], minlength=len(offers)),
    )


def require(holds: object, otherwise: str) -> None:
    """Refuse a round in which something does not hold."""
    if not holds:
        raise NotProved(otherwise)
