"""Who would move where if two people were paired, with their names."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.explanation import explain
from matcher.insight.chain import Step
from matcher.records import Pool
from models.lifecycle import UNDECIDED
from models.queries.insight.standing import Who, people_of
from models.tables import Pairing

MOST_TO_REPLAY = 250_000
"""Pairs above which the effect on the others is not computed while a page waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One person whose partner would change.

    ``kind`` says how: ``asked`` (the pair itself), ``gives_way`` to the one before and takes the place of
    the next, ``settles`` on a free place, ``swaps`` with the first, ``waits``, or ``follows`` to a place
    left behind.
    """

    who: Who
    before: Who | None
    after: Who | None
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """What pairing two people would cost the others; without moves, the best round holds the pair."""

    moves: tuple[Move, ...]
    left_out: tuple[Who, ...]
    served: tuple[Who, ...]
    """Those whom the best round leaves without anybody and who would have somebody, one of the two included."""
    moved: tuple[Who, ...]
    priority: int
    worth: int


def is_too_large(pool: Pool) -> bool:
    """Say whether a pool is too large for a page to wait for the chain."""
    return len(pool.needs) * len(pool.offers) > MOST_TO_REPLAY


def chain_of(session: Session, pool: Pool, need_id: str, offer_id: str) -> Chain | None:
    """Give who would move where; None where nobody may make the pair, or one of the two is not in the pool."""
    if not _holds(pool, need_id, offer_id) or is_too_large(pool):
        return None
    cost = explain(pool, need_id, offer_id, previous=_proposed(session, pool.program)).cost
    if cost is None:
        return None
    wishes = {wish for step in cost.chain for wish in (step.need, step.before, step.after) if wish}
    people = people_of(session, wishes, pool.today)
    return Chain(
        moves=tuple(
            Move(
                who=people[step.need],
                before=people[step.before] if step.before else None,
                after=people[step.after] if step.after else None,
                kind=kind,
            )
            for step, kind in zip(cost.chain, _kinds(cost.chain), strict=True)
        ),
        left_out=tuple(people[name] for name in cost.left_out),
        served=tuple(people[step.need] for step in cost.chain if step.before is None),
        moved=tuple(people[name] for name in cost.moved),
        priority=cost.priority,
        worth=cost.worth,
    )


def _proposed(session: Session, program: str) -> list[tuple[str, str]]:
    """Give who is proposed together now: of equally good rounds, the one that a coordinator has before her."""
    chosen = select(Pairing.need_id, Pairing.offer_id)
    found = session.execute(chosen.where(Pairing.program == program, Pairing.state.in_(UNDECIDED)))
    return [(need, offer) for need, offer in found]


def _holds(pool: Pool, need_id: str, offer_id: str) -> bool:
    return any(need.id == need_id for need in pool.needs) and any(
        offer.id == offer_id for offer in pool.offers
    )


def _kinds(chain: tuple[Step, ...]) -> list[str]:
    """Tell each step's part: those give way who stand where the one before goes."""
    kinds = ["asked"] * bool(chain)
    for at, step in enumerate(chain[1:], start=1):
        gives_way = step.before is not None and step.before == chain[at - 1].after and "follows" not in kinds
        if not gives_way:
            kinds.append("follows")
        elif step.after is None:
            kinds.append("waits")
        elif step.after == chain[0].before:
            kinds.append("swaps")
        else:
            displaces = at + 1 < len(chain) and chain[at + 1].before == step.after
            kinds.append("gives_way" if displaces else "settles")
    return kinds
