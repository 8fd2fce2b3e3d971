"""Verify a round, however it was made, sharing with its maker only what barriers and criteria mean.

Nothing of candidates, assignment or engine is used: each field of the round is computed again, plainly.
"""

from __future__ import annotations

from matcher.checks.alternates import check_alternates, sides_of
from matcher.checks.pairings import check_pairings, check_totals
from matcher.checks.proof import bound_of, check_keys, past_the_bound, wrong_price
from matcher.checks.reasons import check_unpaired
from matcher.checks.scrutiny import Claims, Held, look_at_all, scale_of
from matcher.checks.view import View, require, view_of
from matcher.digest import pool_digest
from matcher.errors import NotProved
from matcher.policy import Policy, policy_for
from matcher.records import Pool, Round
from matcher.undisturbed import undisturbed
from matcher.validity import check_pool

PROVES = {"optimal": "optimal", "stable": "stable", "arrival": None}


def verify(pool: Pool, found: Round, policy: Policy | None = None) -> None:
    """Return where a round is right for a pool.

    Parameters
    ----------
    pool : the pool that the round is said to be of
    found : the round, whoever made it
    policy : what it must have been scored by; the shipped one of the program where not given

    Raises
    ------
    NotProved
        With the first thing that is wrong.
    FaultyInput
        Where the pool itself cannot stand, or the policy is for another program.
    """
    expected = policy_for(pool.program, policy)
    with undisturbed():
        check_pool(pool)
        _check_head(pool, found, expected)
        view = view_of(pool, expected)
        held = check_pairings(view, found)
        check_unpaired(view, found)
        check_totals(found)
        check_keys(view, found, PROVES[found.method])
        _check_all_pairs(view, found, held)


def _check_head(pool: Pool, found: Round, policy: Policy) -> None:
    require(
        found.program == pool.program,
        f"the round is of program {found.program!r}, the pool of {pool.program!r}",
    )
    require(found.pool_digest == pool_digest(pool), "the round is of another pool: the digests differ")
    require(found.policy == policy, "the round was scored by another policy")
    require(found.method in PROVES, f"method {found.method!r} is unknown")


def _check_all_pairs(view: View, found: Round, held: Held) -> None:
    """Check what every pair has a part in: the alternates, who is in play, and that no pair is better."""
    of_needs, of_offers = sides_of(view, found)
    wrong = wrong_price(view, found, held)
    claims = Claims(
        need_least=of_needs.least,
        offer_least=of_offers.least,
        open_needs=view.is_open,
        open_offers=view.places > 0,
        bound=None if wrong else bound_of(view, found, held),
    )
    seen = look_at_all(view.judge, claims)
    check_alternates(view, held, of_needs, seen.need_better)
    check_alternates(view, held, of_offers, seen.offer_better)
    scale = scale_of(seen, view.places)
    require(found.certificate.scale == scale, f"the scale is {found.certificate.scale}, it must be {scale}")
    wrong = wrong or past_the_bound(view, found, seen.past)
    if wrong:
        raise NotProved(wrong)
