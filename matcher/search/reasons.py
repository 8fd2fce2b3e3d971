"""Why a need stays unpaired, looked up: which barriers keep whom away, and whom one alone keeps away."""

from __future__ import annotations

from typing import Any

import numpy as np

from matcher.compiled import kernel
from matcher.search.bounds import NEAREST, Column, Found, Reasons, room_for
from matcher.search.sweep import (
    UNSURE,
    WEEK,
    WEIGHING,
    add_interests,
    bits_in,
    empty_tables,
    forget,
    prepare,
    tell,
)
from matcher.search.tables import WEEK_WORDS, Tables


def give_reasons(tables: Tables, found: Found, needs: Column, reasons: Reasons) -> int:
    """Find out why some needs stay unpaired, and give how many; fewer, where one has a pair that is unsure."""
    for nth in range(len(needs)):
        need = needs[nth]
        count_barriers(tables, need, nth, reasons, len(found.mask))
        count = list_near(tables, found, need, nth, reasons)
        prepare(tables, need, found.brought)
        tell(tables, found, need, 0, count)
        for at in range(count):
            found.worth[at] += found.promise[at]
        add_interests(tables, found, need, 0, count)
        forget(tables, need, found.brought)
        if not sort_out(tables, found, count, nth, reasons):
            return nth
    return len(needs)


def list_near(tables: Tables, found: Found, need: int, nth: int, reasons: Reasons) -> int:
    """List the offers that one barrier at most keeps away, time included, with what their time promises."""
    numbers, slot_worths, count = tables.numbers, tables.lookups.slots, 0
    for position in range(len(reasons.crossed)):
        offer = tables.offers.place[position]
        slots, weeks = common_time(tables, need, offer)
        if weeks < numbers.least_weeks:
            cross(reasons, nth * numbers.barriers, offer, numbers.weeks_barrier)
        if reasons.crossed[offer] <= 1:
            found.offer[count] = offer
            found.promise[count] = slot_worths[slots]
            found.listed[count] = count
            count += 1
    return count


def common_time(tables: Tables, need: int, offer: int) -> tuple[int, int]:
    """Give how many slots two people share, and in how many weeks; what stands for unknown where one told none."""
    mine, theirs, many = tables.needs.weeks, tables.offers.weeks, len(tables.offers.knows_weeks)
    if not (tables.needs.knows_weeks[need] and tables.offers.knows_weeks[offer]):
        return len(tables.lookups.slots) - 1, tables.numbers.least_weeks
    slots, weeks = 0, 0
    for word_at in range(WEEK_WORDS):
        common = mine[need * WEEK_WORDS + word_at] & theirs[word_at * many + offer]
        slots += bits_in(common)
        weeks += ((common & WEEK) != 0) + (common > WEEK)
    return slots, weeks


def count_barriers(tables: Tables, need: int, nth: int, reasons: Reasons, words: int) -> None:
    """Note every barrier but time that keeps an offer away; a row of bits has so many words."""
    needs, lookups = tables.needs, tables.lookups
    for offer in range(len(reasons.crossed)):
        reasons.crossed[offer] = 0
    for at in range(needs.barriers):
        first, barrier = needs.by_barrier[need * needs.barriers + at] * words, lookups.barrier[at]
        for offer in range(len(reasons.crossed)):
            if not lookups.row[first + (offer >> 5)] >> (offer & 31) & 1:
                cross(reasons, nth * tables.numbers.barriers, offer, barrier)
    for at in range(needs.named_start[need], needs.named_start[need + 1]):
        cross(reasons, nth * tables.numbers.barriers, needs.named[at], needs.named_by[at])


def cross(reasons: Reasons, first: int, offer: int, barrier: int) -> None:
    """Note that a barrier keeps an offer away."""
    reasons.barred[first + barrier] += 1
    reasons.crossed[offer] += 1
    reasons.by[offer] = barrier


def sort_out(tables: Tables, found: Found, count: int, nth: int, reasons: Reasons) -> bool:
    """Count who is under the floor and who is compatible, and note the nearest; False where a pair is unsure."""
    least = tables.numbers.floor
    for at in range(count):
        offer, worth = found.offer[at], found.worth[at]
        if worth >= UNSURE:
            return False
        if reasons.crossed[offer] == 0:
            reasons.compatible[nth] += worth >= least
            reasons.below_floor[nth] += worth < least
        elif worth >= least and worth > reasons.nearest_worth[(nth + 1) * NEAREST - 1]:
            place = (nth + 1) * NEAREST - 1
            while place > nth * NEAREST and worth > reasons.nearest_worth[place - 1]:
                reasons.nearest_worth[place] = reasons.nearest_worth[place - 1]
                reasons.nearest[place] = reasons.nearest[place - 1]
                reasons.nearest_barrier[place] = reasons.nearest_barrier[place - 1]
                place -= 1
            reasons.nearest_worth[place] = worth
            reasons.nearest[place] = tables.offers.position[offer]
            reasons.nearest_barrier[place] = reasons.by[offer]
    return True


def _examples() -> list[tuple[Any, ...]]:
    reasons = Reasons(*[np.zeros(0, dtype=np.int32)] * 8)
    return [(empty_tables(), room_for(0, 0, 0), np.zeros(0, dtype=np.int64), reasons)]


REASONS = kernel(
    give_reasons,
    _examples,
    parts=(*WEIGHING, list_near, common_time, cross, count_barriers, sort_out),
    changes=(1, 3),
    repays_loading=500_000,
    repays_compiling=10_000_000,
)
