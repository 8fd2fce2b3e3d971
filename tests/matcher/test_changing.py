"""A round made again: as good as the best, and as near as can be to the one before."""

from dataclasses import replace

import numpy as np
import pytest

from fixtures.generate import generate_pool
from matcher.checks import verify
from matcher.engine import propose
from matcher.errors import InvalidInput
from matcher.formats import round_to_json
from matcher.records import Pool, Round


def couples(made: Round) -> set[tuple[str, str]]:
    return {(one.need, one.offer) for one in made.pairings}


@pytest.fixture(scope="module")
def pool() -> Pool:
    return generate_pool(needs=40, offers=30, seed=12)


def alike(pool: Pool) -> Pool:
    """Give a pool of people all like the two of one good pairing, so that many rounds are equally good."""
    one = propose(pool).pairings[0]
    need = next(need for need in pool.needs if need.id == one.need)
    offer = next(offer for offer in pool.offers if offer.id == one.offer)
    return replace(
        pool,
        needs=tuple(replace(need, id=other.id, excludes=()) for other in pool.needs),
        offers=tuple(
            replace(offer, id=other.id, excludes=(), tied_to=(), capacity=1, active_pairings=0)
            for other in pool.offers
        ),
    )


def test_a_round_made_again_is_the_same_to_the_byte(pool: Pool):
    first = propose(pool)
    assert round_to_json(propose(pool, previous=couples(first))) == round_to_json(first)


def test_rows_in_any_order_give_the_same_round(pool: Pool):
    before = propose(replace(pool, needs=pool.needs[:30], offers=pool.offers[5:]))
    order = np.random.default_rng(4)
    shuffled = replace(
        pool,
        needs=tuple(pool.needs[at] for at in order.permutation(len(pool.needs))),
        offers=tuple(pool.offers[at] for at in order.permutation(len(pool.offers))),
    )
    assert round_to_json(propose(shuffled, previous=couples(before))) == round_to_json(
        propose(pool, previous=couples(before))
    )


@pytest.mark.parametrize("gone", [0, 7, 29])
def test_the_round_stays_the_best_and_is_proved(pool: Pool, gone: int):
    before = propose(pool)
    without = replace(pool, offers=pool.offers[:gone] + pool.offers[gone + 1 :])
    best, made = propose(without), propose(without, previous=couples(before))
    verify(without, made)
    assert (made.totals, made.certificate) == (best.totals, best.certificate)
    assert len(couples(made) & couples(before)) >= len(couples(best) & couples(before))


def test_where_people_are_alike_only_who_must_move_moves(pool: Pool):
    people = alike(pool)
    first = propose(people)
    assert len(first.pairings) == len(people.offers)
    kept = list(first.pairings)
    turned = [replace(one, offer=other.offer) for one, other in zip(kept, kept[1:] + kept[:1], strict=True)]
    before = replace(first, pairings=tuple(turned))
    gone = turned[0].offer
    without = replace(people, offers=tuple(offer for offer in people.offers if offer.id != gone))
    made = propose(without, previous=couples(before))
    verify(without, made)
    assert len(couples(made) & couples(before)) == len(turned) - 1


def test_locks_and_forbidden_pairs_come_before_what_was(pool: Pool):
    before = propose(pool)
    one, other = before.pairings[:2]
    changed = replace(pool, locks=((one.need, one.offer),), forbidden=((other.need, other.offer),))
    made = propose(changed, previous=couples(before))
    verify(changed, made)
    assert (one.need, one.offer) in couples(made)
    assert (other.need, other.offer) not in couples(made)


@pytest.mark.parametrize("method", ["stable", "arrival"])
def test_only_the_best_method_keeps_a_round(pool: Pool, method: str):
    with pytest.raises(InvalidInput, match=f"method '{method}' keeps no pairs of before"):
        propose(pool, method=method, previous=())
