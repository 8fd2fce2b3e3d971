"""Who else: every pair of a small pool judged at once, for a person who chooses by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.criteria import rarity_of
from matcher.layout import columns_of
from matcher.pairs import block
from matcher.policy import Policy, policy_for
from matcher.programs import program_of
from matcher.records import Pool
from matcher.scoring import worth_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A pair that may be chosen: the barriers that it crosses and what it is worth."""

    need: str
    offer: str
    barriers: tuple[str, ...]
    worth: int


def judge_all(pool: Pool, among: Pool, policy: Policy | None = None) -> tuple[Choice, ...]:
    """Give the barriers and the worth of every pair of a pool, need by need.

    Parameters
    ----------
    pool : Pool
        The needs and offers to judge; every pair is held in memory at once.
    among : Pool
        Everybody who counts for what is rare; with the same ``among``, a pair is worth what
        :func:`matcher.explanation.judge` gives.
    policy : Policy, optional
        The shipped one of the program by default.
    """
    policy = policy_for(pool.program, policy)
    program = program_of(policy)
    pairs = block(
        columns_of(pool, pool.needs, pool.offers, policy, rarity_of(among, policy)), 0, len(pool.needs)
    )
    worth = worth_of(pairs, program)
    crossed = {
        code: np.broadcast_to(barrier(pairs), pairs.shape) for code, barrier in program.barriers.items()
    }
    return tuple(
        Choice(
            need=need.id,
            offer=offer.id,
            barriers=tuple(code for code, flags in crossed.items() if flags[at, place]),
            worth=int(worth[at, place]),
        )
        for at, need in enumerate(pool.needs)
        for place, offer in enumerate(pool.offers)
    )
