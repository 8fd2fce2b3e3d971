"""Why needs stay unpaired: each offer counted under every barrier that it crosses, and who one alone keeps away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from matcher.checks.judgement import Judge, at_once
from matcher.checks.view import View, require
from matcher.columns import Ints, PoolColumns
from matcher.pairs import Pairs
from matcher.programs import Program
from matcher.records import Nearest, Round, Unpaired
from matcher.scoring import floor_of, worth_of

PEOPLE_COUNTED = 20_000
NEEDS_AT_ONCE = 256
OFFERS_AT_ONCE = 512
NEAREST = 3


def check_unpaired(view: View, found: Round) -> None:
    """Check who is unpaired, and why; in a very large pool the round may leave the counts per barrier out."""
    left = [result.need for result in found.unpaired]
    unpaired = view.need_at.keys() - {pairing.need for pairing in found.pairings}
    require(len(left) == len(set(left)), "a need stands twice among the unpaired")
    require(set(left) == unpaired, "the unpaired are not the needs without a pairing")
    may_be_uncounted = len(view.needs) + len(view.offers) > PEOPLE_COUNTED
    for result, right in zip(found.unpaired, _reasons(view, left), strict=True):
        is_uncounted = may_be_uncounted and result.barriers is None
        expected = replace(right, barriers=None) if is_uncounted else right
        require(result == expected, f"need {result.need!r}: the reasons why it is unpaired are wrong")


def _reasons(view: View, left: list[str]) -> Iterator[Unpaired]:
    """Give the reasons of some needs, in their order."""
    at = np.array([view.need_at[need] for need in left], dtype=np.int64)
    strips = [at[first : first + NEEDS_AT_ONCE] for first in range(0, len(at), NEEDS_AT_ONCE)]
    for reasons in at_once(partial(_of_strip, view.judge), strips):
        yield from reasons


class _Seen(NamedTuple):
    """What a block of offers adds to the reasons of some needs; and its pairs that one barrier alone keeps apart."""

    barred: Ints  # (barriers, needs)
    below_floor: Ints  # (needs)
    compatible: Ints  # (needs)
    near: Ints  # (pairs, 4): need, worth, offer and barrier


def _of_strip(judge: Judge, needs: Ints) -> list[Unpaired]:
    offers = np.arange(len(judge.columns.offers))
    columns = judge.columns.at(needs, offers)
    blocks = [
        offers[first : first + OFFERS_AT_ONCE] for first in range(0, max(len(offers), 1), OFFERS_AT_ONCE)
    ]
    barred, below, compatible, near = zip(
        *(_of_block(columns, judge.program, block) for block in blocks), strict=True
    )
    counts, codes = np.sum(barred, axis=0).T.tolist(), tuple(judge.program.barriers)
    nearest = _nearest_of_each(columns, codes, np.concatenate(near))
    rest = np.sum(below, axis=0).tolist(), np.sum(compatible, axis=0).tolist()
    return [
        Unpaired(
            need=need,
            barriers={code: count for code, count in zip(codes, of_need, strict=True) if count},
            below_floor=under,
            compatible=others,
            nearest=nearest[at],
        )
        for at, (need, of_need, under, others) in enumerate(
            zip(columns.needs.ids, counts, *rest, strict=True)
        )
    ]


def _of_block(columns: PoolColumns, program: Program, offers: Ints) -> _Seen:
    needs = len(columns.needs)
    everyone = Pairs(columns, np.arange(needs)[:, None], offers[None, :])
    barred = np.stack(
        [np.broadcast_to(barrier(everyone), everyone.shape) for barrier in program.barriers.values()]
    )
    crossed = barred.sum(axis=0, dtype=np.int8)
    row, column = np.nonzero(crossed <= 1)
    near_columns = replace(columns, offers=columns.offers.at(offers))  # criteria look at whoever is in them
    worth = worth_of(Pairs(near_columns, row, column), program)
    good, alone = worth >= floor_of(columns.policy), crossed[row, column] == 1
    near = good & alone
    by = barred[:, row[near], column[near]].argmax(axis=0)
    return _Seen(
        barred=np.count_nonzero(barred, axis=2),
        below_floor=np.bincount(row[~alone & ~good], minlength=needs),
        compatible=np.bincount(row[~alone & good], minlength=needs),
        near=_best_of_each(np.column_stack((row[near], worth[near], offers[column[near]], by))),
    )


def _best_of_each(near: Ints) -> Ints:
    """Give the NEAREST best pairs of each need, best first, and of equals the first in order."""
    need, worth, offer, _ = near.T
    ordered = near[np.lexsort((offer, -worth, need))]
    nth = np.arange(len(ordered)) - np.searchsorted(ordered[:, 0], ordered[:, 0])
    best: Ints = ordered[nth < NEAREST]
    return best


def _nearest_of_each(columns: PoolColumns, codes: tuple[str, ...], near: Ints) -> list[tuple[Nearest, ...]]:
    nearest: list[list[Nearest]] = [[] for _ in columns.needs.ids]
    for need, _, offer, by in _best_of_each(near).tolist():
        nearest[need].append(Nearest(offer=columns.offers.ids[offer], barriers=(codes[by],)))
    return [tuple(those) for those in nearest]
