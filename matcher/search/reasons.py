"""Why a need stays unpaired, looked up: which barriers keep whom away, and whom one alone keeps away."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from matcher.compiled import kernel
from matcher.search.bounds import Bound, Column, Found, room_for
from matcher.search.gates import BITS, WORDS, rows_of_bits, words_of
from matcher.search.sweep import (
    ALL,
    UNSURE,
    WEIGHING,
    add_interests,
    bits_in,
    bound_of_nobody,
    empty_tables,
    forget,
    leave_hopeless_out,
    look_up_most,
    prepare,
    tell,
    weigh,
    who_meet,
    write_down,
)
from matcher.search.tables import WEEK_WORDS, Tables

NEAREST = 3
"""So many offers are named that one barrier alone keeps away."""
NOBODY = -1


class Reasons(NamedTuple):
    """Why some needs stay unpaired; what has several numbers a need stands in one column, need by need."""

    barred: Column  # (needs × barriers): the offers that each barrier of the program keeps away
    below_floor: Column  # (needs)
    compatible: Column  # (needs)
    nearest: Column  # (needs × NEAREST): whom one barrier alone keeps away, best first, or NOBODY
    nearest_by: Column  # (needs × NEAREST): which barrier that is


class Marks(NamedTuple):
    """Rows of a bit an offer, to work in; and what was found out of the tables' own rows."""

    kept_away: Column  # 1 where a barrier keeps the offer away
    twice: Column  # 1 where more than one does
    everyone: Column  # 1 where there is an offer
    passing: Column  # (rows of the tables): how many offers each lets through
    unsure: Column  # (needs): 1 where only exact arithmetic can tell the reasons


def reasons_for(needs: int, barriers: int) -> Reasons:
    """Give room for the reasons of so many needs."""
    none, nobody = (np.full(needs * NEAREST, number, dtype=np.int32) for number in (0, NOBODY))
    barred, below, compatible = (np.zeros(needs * each, dtype=np.int32) for each in (barriers, 1, 1))
    return Reasons(barred, below, compatible, nobody, none)


def marks_for(needs: int, tables: Tables) -> Marks:
    """Give room to look for the reasons of so many needs."""
    offers = len(tables.offers.position)
    rows = tables.lookups.row.reshape(-1, words_of(offers))
    kept_away, twice = np.zeros((2, rows.shape[1]), dtype=np.uint32)
    return Marks(
        kept_away,
        twice,
        rows_of_bits(np.ones((1, offers), dtype=np.bool_))[0],
        np.bitwise_count(rows).sum(axis=1, dtype=np.int64),
        np.zeros(needs, dtype=np.uint8),
    )


def give_reasons(
    tables: Tables, bound: Bound, found: Found, needs: Column, marks: Marks, reasons: Reasons
) -> None:
    """Find out why some needs stay unpaired; the bound rules out nobody but who is worth less than NEAREST others."""
    for nth in range(len(needs)):
        need, is_sure = needs[nth], True
        count_barred(tables, need, marks, reasons.barred, nth * tables.numbers.barriers)

        free, blocks = mark(found, marks, 0)
        last = weigh_to_the_floor(tables, bound, found, need, blocks)
        for at in range(last):
            reasons.compatible[nth] += found.worth[at] >= tables.numbers.floor
        reasons.below_floor[nth] = free - reasons.compatible[nth]
        is_sure &= are_sure(found, last)

        _, blocks = mark(found, marks, 1)
        last = weigh(tables, bound, found, need, 0, blocks)
        is_sure &= are_sure(found, last)
        name_nearest(tables, found, last, reasons.nearest, nth * NEAREST)
        for at in range(nth * NEAREST, (nth + 1) * NEAREST):
            if reasons.nearest[at] != NOBODY:
                reasons.nearest_by[at] = the_barrier(tables, need, tables.offers.place[reasons.nearest[at]])
        marks.unsure[nth] = not is_sure


def count_barred(tables: Tables, need: int, marks: Marks, barred: Column, first: int) -> None:
    """Count, from a place on, the offers that each barrier keeps away from a need, and mark them."""
    needs, lookups = tables.needs, tables.lookups
    words, offers = len(marks.kept_away), len(tables.offers.position)
    for word_at in range(words):
        marks.kept_away[word_at] = 0
        marks.twice[word_at] = 0
    for at in range(needs.barriers):
        row_at = needs.by_barrier[need * needs.barriers + at]
        row = lookups.row[row_at * words :]
        barred[first + lookups.barrier[at]] += offers - marks.passing[row_at]
        for word_at in range(words):
            lay_over(marks, word_at, ALL ^ row[word_at])
    for at in range(needs.named_start[need], needs.named_start[need + 1]):
        barred[first + needs.named_by[at]] += 1
        lay_over(marks, needs.named[at] >> 5, 1 << (needs.named[at] & 31))
    if tables.numbers.least_weeks and needs.knows_weeks[need]:
        mine, count = needs.weeks, 0
        weeks_1, weeks_2 = mine[need * WEEK_WORDS] + 0, mine[need * WEEK_WORDS + 1] + 0
        for word_at in range(words):
            barrier = ALL ^ who_meet(tables, weeks_1, weeks_2, word_at)
            count += bits_in(barrier)
            lay_over(marks, word_at, barrier)
        barred[first + tables.numbers.weeks_barrier] += count


def lay_over(marks: Marks, word_at: int, barrier: int) -> None:
    """Mark in a word whom one more barrier keeps away."""
    marks.twice[word_at] |= marks.kept_away[word_at] & barrier
    marks.kept_away[word_at] |= barrier


def mark(found: Found, marks: Marks, barriers: int) -> tuple[int, int]:
    """Mark the offers that so many barriers keep away, 0 or 1, and note the blocks that hold one.

    Give how many offers, and how many blocks, there are.
    """
    kept_away, twice, everyone, mask = marks.kept_away, marks.twice, marks.everyone, found.mask
    count, blocks = 0, 0
    for begin in range(0, len(mask), WORDS):
        some = 0
        for word_at in range(begin, begin + WORDS):
            one_or_more = kept_away[word_at] + 0
            wanted = one_or_more ^ twice[word_at] if barriers else ALL ^ one_or_more
            word = wanted & everyone[word_at]
            mask[word_at] = word
            some += bits_in(word)
        found.begins[blocks] = begin
        blocks += some != 0
        count += some
    return count, blocks


def weigh_to_the_floor(tables: Tables, bound: Bound, found: Found, need: int, blocks: int) -> int:
    """Write down the marked offers whose pairs may be above the floor, and give where they end.

    Interests are added up only where the rest alone is not worth enough.
    """
    floor, many = tables.numbers.floor, 0
    look_up_most(tables, need, prepare(tables, need, found.brought), found.at_most)
    last = write_down(bound, found, need, 0, blocks)
    tell(tables, found, need, 0, last)
    last = leave_hopeless_out(tables, bound, found, need, (0, last), floor)
    for at in range(last):
        found.listed[many] = at
        many += found.worth[at] < floor
    add_interests(tables, found, need, 0, many)
    forget(tables, need, found.brought)
    return last


def are_sure(found: Found, end: int) -> bool:
    """Tell whether no pair is so near a tie that only exact arithmetic can round its worth."""
    greatest = 0
    for at in range(end):
        greatest = max(greatest, found.worth[at])
    return greatest < UNSURE


def name_nearest(tables: Tables, found: Found, end: int, nearest: Column, first: int) -> None:
    """Name, from a place on, the best of the pairs that are written down; of equals the first in order."""
    worth_of, last = found.worth_of, first + NEAREST
    for at in range(end):
        position, place = tables.offers.position[found.offer[at]], last
        worth_of[position] = found.worth[at]
        while place > first and (
            nearest[place - 1] == NOBODY or is_nearer(worth_of, position, nearest[place - 1])
        ):
            place -= 1
        if place < last:
            for moved in range(last - 1, place, -1):
                nearest[moved] = nearest[moved - 1]
            nearest[place] = position


def is_nearer(worth_of: Column, position: int, other: int) -> bool:
    """Tell who of two comes first: who is worth more, or as much and first in order."""
    return worth_of[position] > worth_of[other] or (
        worth_of[position] == worth_of[other] and position < other
    )


def the_barrier(tables: Tables, need: int, offer: int) -> int:
    """Give the one barrier that keeps an offer away."""
    needs, lookups, words = tables.needs, tables.lookups, len(tables.offers.knows_weeks) // BITS
    barrier = tables.numbers.weeks_barrier
    for at in range(needs.barriers):
        row_at = needs.by_barrier[need * needs.barriers + at]
        if not lookups.row[row_at * words + (offer >> 5)] >> (offer & 31) & 1:
            barrier = lookups.barrier[at]
    for at in range(needs.named_start[need], needs.named_start[need + 1]):
        if needs.named[at] == offer:
            barrier = needs.named_by[at]
    return barrier


def _examples() -> list[tuple[Any, ...]]:
    no_one, words = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint32)
    marks = Marks(words, words, words, no_one, np.zeros(0, dtype=np.uint8))
    return [
        (empty_tables(), bound_of_nobody(), room_for(0, 0, 0), no_one, marks, reasons_for(0, 0)),
    ]


REASONS = kernel(
    give_reasons,
    _examples,
    parts=(
        *WEIGHING,
        count_barred,
        lay_over,
        mark,
        weigh_to_the_floor,
        are_sure,
        is_nearer,
        name_nearest,
        the_barrier,
    ),
    changes=(2, 4, 5),
    repays_loading=500_000,
    repays_compiling=20_000_000,
)
