"""One pair, judged without a round."""

from __future__ import annotations

from typing import Any

from fixtures import builders
from fixtures.builders import pool
from matcher.columns import PoolColumns
from matcher.criteria import rarity_of
from matcher.layout import columns_of
from matcher.locks import barriers_of
from matcher.pairs import one
from matcher.policy import Policy, shipped_policy
from matcher.programs import program_of
from matcher.records import Contribution, Need, Offer, Pool, Round
from matcher.scoring import contributions_of


def columns(people: Pool, policy: Policy | None = None) -> PoolColumns:
    """Lay out a pool in the order in which its rows stand."""
    policy = policy or shipped_policy(people.program)
    return columns_of(people, people.needs, people.offers, policy, rarity_of(people, policy))


def barriers_between(need: Need, offer: Offer, program: str = "sponsorship", **changes: Any) -> set[str]:
    """Give the codes of what bars a pair."""
    laid_out = columns(pool(need, offer, program=program, **changes))
    return set(barriers_of(laid_out, program_of(laid_out.policy), 0, 0))


def contributions(
    need: Need, offer: Offer, program: str = "sponsorship", people: Pool | None = None
) -> dict[str, Contribution]:
    """Give what each criterion brings to a pair, alone or as the first two of a larger pool."""
    laid_out = columns(people or pool(need, offer, program=program))
    found = contributions_of(one(laid_out, 0, 0), program_of(laid_out.policy))[0]
    return {contribution.criterion: contribution for contribution in found}


def compared(
    criterion: str, mine: dict[str, Any], theirs: dict[str, Any], program: str = "sponsorship"
) -> Contribution:
    """Give what a criterion brings to a plain need and a plain offer so changed."""
    return contributions(builders.need(**mine), builders.offer(**theirs), program)[criterion]


def both(
    criterion: str, field: str, mine: object, theirs: object, program: str = "sponsorship"
) -> Contribution:
    """Give what a criterion brings to two of whom one field is changed."""
    return compared(criterion, {field: mine}, {field: theirs}, program)


def pairs_of(found: Round) -> set[tuple[str, str]]:
    """Give who is paired with whom."""
    return {(pairing.need, pairing.offer) for pairing in found.pairings}
