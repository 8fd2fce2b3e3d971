"""Why needs stay unpaired: each offer counted under every barrier that it crosses, and who one alone keeps away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from matcher.checks.judgement import Judge, at_once
from matcher.checks.view import View, require
from matcher.columns import Flags, Ints, PoolColumns
from matcher.pairs import Pairs
from matcher.records import Nearest, Round, Unpaired
from matcher.scoring import floor_of, worth_of

PEOPLE_COUNTED = 20_000
PAIRS_AT_ONCE = 1 << 17
NEAREST = 3


def check_unpaired(view: View, found: Round) -> None:
    """Check who is unpaired, and why; in a very large pool the round may leave the counts out, or say nothing of a need."""
    left = [result.need for result in found.unpaired]
    unpaired = view.need_at.keys() - {pairing.need for pairing in found.pairings}
    require(len(left) == len(set(left)), "a need stands twice among the unpaired")
    require(set(left) == unpaired, "the unpaired are not the needs without a pairing")
    may_be_silent = len(view.needs) + len(view.offers) > PEOPLE_COUNTED
    told = [one for one in found.unpaired if not (may_be_silent and one == _silence(one.need))]
    for result, right in zip(told, _reasons(view, told), strict=True):
        uncounted = may_be_silent and result.barriers is None
        expected = replace(right, barriers=None) if uncounted else right
        require(result == expected, f"need {result.need!r}: the reasons why it is unpaired are wrong")


def _silence(need: str) -> Unpaired:
    return Unpaired(need=need, barriers=None, below_floor=None, compatible=None, nearest=())


def _reasons(view: View, told: list[Unpaired]) -> Iterator[Unpaired]:
    """Give the reasons of some needs, in their order."""
    at = np.array([view.need_at[one.need] for one in told], dtype=np.int64)
    height = max(PAIRS_AT_ONCE // max(len(view.offers), 1), 1)
    blocks = [at[first : first + height] for first in range(0, len(at), height)]
    for reasons in at_once(lambda needs: _of_block(view.judge, needs), blocks):
        yield from reasons


def _of_block(judge: Judge, needs: Ints) -> list[Unpaired]:
    offers = np.arange(len(judge.columns.offers))
    columns = judge.columns.at(needs, offers)
    everyone = Pairs(columns, np.arange(len(needs))[:, None], offers[None, :])
    barred = {
        code: np.broadcast_to(barrier(everyone), everyone.shape)
        for code, barrier in judge.program.barriers.items()
    }
    worth = worth_of(everyone, judge.program)
    return [
        _of_need(columns, name, {code: flags[at] for code, flags in barred.items()}, worth[at])
        for at, name in enumerate(columns.needs.ids)
    ]


def _of_need(columns: PoolColumns, name: str, barred: Mapping[str, Flags], worth: Ints) -> Unpaired:
    crossed, good = np.sum([*barred.values()], axis=0), worth >= floor_of(columns.policy)
    alone = np.flatnonzero((crossed == 1) & good)
    nearest = alone[np.lexsort((alone, -worth[alone]))][:NEAREST].tolist()
    return Unpaired(
        need=name,
        barriers={code: int(flags.sum()) for code, flags in barred.items() if flags.any()},
        below_floor=int(((crossed == 0) & ~good).sum()),
        compatible=int(((crossed == 0) & good).sum()),
        nearest=tuple(
            Nearest(
                offer=columns.offers.ids[at], barriers=(next(code for code in barred if barred[code][at]),)
            )
            for at in nearest
        ),
    )
