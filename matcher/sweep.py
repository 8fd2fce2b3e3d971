"""The loop over all pairs: rows of bits first, then common slots, then worth, for the few that are left."""

from __future__ import annotations

from collections.abc import Iterator
from math import expm1, floor
from typing import Any, NamedTuple

import numpy as np

from matcher.compiled import kernel
from matcher.criteria import NEAR_A_TIE, ONE
from matcher.tables import (
    BITS,
    DE_BRUIJN,
    INTEREST_WORDS,
    WIDTH,
    Lookups,
    NeedTables,
    Numbers,
    OfferTables,
    Tables,
)
from matcher.vocabulary import SLOTS, WEEKS

Column = Any
"""A list of whole numbers, or an array."""

ALL = (1 << BITS) - 1
SLOT_COUNT = len(SLOTS)
NEAREST = 3
"""So many offers are named that one barrier alone keeps away."""
UNSURE = 1 << 28
"""Added to the worth of a pair so near a tie that only exact arithmetic can round it."""


class Reasons(NamedTuple):
    """Room for why needs stay unpaired, one place or several for each of them, all 0 but where said."""

    barred: Column  # (needs × barriers): the offers that each barrier keeps away
    below_floor: Column
    compatible: Column
    nearest: Column  # (needs × NEAREST): offers that one barrier alone keeps away, best first
    nearest_worth: Column  # -1 where nobody stands
    nearest_barrier: Column
    crossed: Column  # (offers): to work in
    by: Column  # (offers): to work in


class Bound(NamedTuple):
    """Which pairs may matter at all: those where ``of_offer[offer] < of_need[need]``; int64 columns."""

    of_offer: Column
    of_need: Column


class Found(NamedTuple):
    """Room for the pairs that a sweep finds, and to work in."""

    start: Column  # the pairs of the k-th need stand from start[k] to before start[k + 1]
    offer: Column
    worth: Column
    mask: Column  # the words of a row of bits
    free: Column  # as many


def room_for(pairs: int, offers: int, needs: int) -> Found:
    """Give room for so many pairs of so many needs."""
    words = -(-offers // BITS)
    return Found(
        start=np.zeros(needs + 1, dtype=np.int64),
        offer=np.zeros(pairs, dtype=np.int32),
        worth=np.zeros(pairs, dtype=np.int32),
        mask=np.zeros(words, dtype=np.uint32),
        free=np.zeros(words, dtype=np.uint32),
    )


def sweep(tables: Tables, bound: Bound, found: Found, begin: int, end: int) -> int:
    """Find what can be proposed to the needs from ``begin`` up to ``end``, and give the need reached.

    It stops before a need for which there may not be room enough.
    """
    count, width, tellers = 0, len(tables.offers.knows_weeks), tables.numbers.told
    found.start[0] = 0
    for need in range(begin, end):
        if count + width > len(found.offer):
            return need
        let_through(tables.needs, tables.lookups, need, found.mask)
        if tables.numbers.least_weeks and tables.needs.knows_weeks[need]:
            leave_busy_out(tables.needs, tables.lookups, need, found.mask, found.free)
        last = meet(tables, bound, found, need, count)
        for told in range(tellers):
            first = tables.needs.start[need * tellers + told]
            add_told(tables, found, first, told * width, count, last)
        if tables.numbers.interests_weight:
            add_interests(tables, found, need, count, last)
        count = keep(tables.numbers.floor, found, count, last)
        found.start[need - begin + 1] = count
    return end


def let_through(needs: NeedTables, lookups: Lookups, need: int, mask: Column) -> None:
    """Mark the offers that no barrier but time keeps away."""
    words = len(mask)
    for word_at in range(words):
        mask[word_at] = ALL
    for at in range(need * needs.rows, (need + 1) * needs.rows):
        first = needs.row[at] * words
        for word_at in range(words):
            mask[word_at] &= lookups.row[first + word_at]
    for at in range(needs.named_start[need], needs.named_start[need + 1]):
        offer = needs.named[at]
        mask[offer >> 5] &= ALL ^ 1 << (offer & 31)


def leave_busy_out(needs: NeedTables, lookups: Lookups, need: int, mask: Column, free: Column) -> None:
    """Unmark the offers who said when they are free, and never are when the need is."""
    words, ever = len(mask), 0
    for week in range(WEEKS):
        ever |= needs.weeks[need * WEEKS + week]
    for word_at in range(words):
        free[word_at] = lookups.free[SLOT_COUNT * words + word_at]
    for slot in range(SLOT_COUNT):
        if ever >> slot & 1:
            for word_at in range(words):
                free[word_at] |= lookups.free[slot * words + word_at]
    for word_at in range(words):
        mask[word_at] &= free[word_at]


def meet(tables: Tables, bound: Bound, found: Found, need: int, count: int) -> int:
    """Write down the marked offers that are free with the need in weeks enough, with what their slots are worth."""
    lookups, limit = tables.lookups, bound.of_need[need]
    for word_at in range(len(found.mask)):
        word = found.mask[word_at] + 0
        while word:
            low = word & -word
            word -= low
            offer = word_at * BITS + lookups.lowest[low * DE_BRUIJN >> 27 & 31]
            if bound.of_offer[offer] >= limit:
                continue
            slots = common_slots(tables, need, offer)
            if slots >= 0:
                found.offer[count] = offer
                found.worth[count] = lookups.slots[slots]
                count += 1
    return count


def common_slots(tables: Tables, need: int, offer: int) -> int:
    """Count the slots that two people share, as looked up; -1 - count where they share them in too few weeks."""
    needs, offers, lookups = tables.needs, tables.offers, tables.lookups
    if not (needs.knows_weeks[need] and offers.knows_weeks[offer]):
        return len(lookups.slots) - 1
    slots, weeks = 0, 0
    for week in range(WEEKS):
        common = needs.weeks[need * WEEKS + week] & offers.weeks[offer * WEEKS + week]
        weeks += common != 0
        slots += lookups.bits[common & 0x3FFF] + lookups.bits[common >> 14]
    return slots if weeks >= tables.numbers.least_weeks else -1 - slots


def add_told(tables: Tables, found: Found, first: int, of: int, begin: int, end: int) -> None:
    """Add one criterion whose worth is told by the kinds of the two."""
    worths, kinds, offer_at, worth_at = tables.lookups.worth, tables.offers.kind, found.offer, found.worth
    for at in range(begin, end):
        worth_at[at] += worths[first + kinds[of + offer_at[at]]]


def add_interests(tables: Tables, found: Found, need: int, begin: int, end: int) -> None:
    """Add what the interests of the two that meet are worth."""
    needs, offers, lookups, numbers = tables.needs, tables.offers, tables.lookups, tables.numbers
    for at in range(begin, end):
        offer = found.offer[at]
        if not (needs.knows_interests[need] and offers.knows_interests[offer]):
            found.worth[at] += numbers.interests_unknown
            continue
        total = numbers.family * lookups.bits[needs.families[need] & offers.families[offer]]
        for word_at in range(INTEREST_WORDS):
            word = offers.named_interests[offer * INTEREST_WORDS + word_at] + 0
            word &= needs.named_interests[need * INTEREST_WORDS + word_at]
            while word:
                low = word & -word
                word -= low
                interest = word_at * BITS + lookups.lowest[low * DE_BRUIJN >> 27 & 31]
                mine, theirs = needs.kinds[need * WIDTH + interest], offers.kinds[offer * WIDTH + interest]
                total += lookups.brought[interest * 64 + mine * 8 + theirs]
        found.worth[at] += interests_worth(total, numbers.saturation, numbers.interests_weight)


def interests_worth(total: int, saturation: float, weight: int) -> int:
    """Give the worth of what two people share; UNSURE more where a float cannot tell how it is rounded."""
    if total <= 0:
        return 0
    scaled = -expm1(-total / saturation) * ONE
    whole = floor(scaled)
    beyond = scaled - whole
    grown = weight * (int(whole) + int(beyond + 0.5)) + ONE // 2
    if abs(beyond - 0.5) < NEAR_A_TIE and abs(grown % ONE - ONE // 2) > ONE // 2 - 2 * weight:
        return grown // ONE + UNSURE
    return grown // ONE


def keep(least: int, found: Found, begin: int, end: int) -> int:
    """Leave out what is worth less than the least, and give where the pairs end then."""
    count = begin
    for at in range(begin, end):
        if found.worth[at] >= least:
            found.offer[count] = found.offer[at]
            found.worth[count] = found.worth[at]
            count += 1
    return count


def give_reasons(tables: Tables, found: Found, needs: Column, reasons: Reasons) -> int:
    """Find out why some needs stay unpaired, and give how many; fewer, where one has a pair that is unsure."""
    numbers, width = tables.numbers, len(tables.offers.knows_weeks)
    for nth in range(len(needs)):
        need = needs[nth]
        count_barriers(tables, need, nth, reasons)
        count = 0
        for offer in range(width):
            slots = common_slots(tables, need, offer)
            if slots < 0:
                slots = -1 - slots
                cross(reasons, nth * numbers.barriers, offer, numbers.weeks_barrier)
            if reasons.crossed[offer] <= 1:
                found.offer[count] = offer
                found.worth[count] = tables.lookups.slots[slots]
                count += 1
        for told in range(numbers.told):
            first = tables.needs.start[need * numbers.told + told]
            add_told(tables, found, first, told * width, 0, count)
        if numbers.interests_weight:
            add_interests(tables, found, need, 0, count)
        if not sort_out(numbers.floor, found, count, nth, reasons):
            return nth
    return len(needs)


def count_barriers(tables: Tables, need: int, nth: int, reasons: Reasons) -> None:
    """Note every barrier but time that keeps an offer away."""
    needs, lookups, words = tables.needs, tables.lookups, -(-len(reasons.crossed) // BITS)
    for offer in range(len(reasons.crossed)):
        reasons.crossed[offer] = 0
    for at in range(needs.rows):
        first, barrier = needs.row[need * needs.rows + at] * words, lookups.barrier[at]
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


def sort_out(least: int, found: Found, count: int, nth: int, reasons: Reasons) -> bool:
    """Count who is under the floor and who is compatible, and note the nearest; False where a pair is unsure."""
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
            reasons.nearest[place] = offer
            reasons.nearest_barrier[place] = reasons.by[offer]
    return True


def _examples() -> tuple[Tables, Found, Reasons]:
    def ints(kind: Any, length: int = 0) -> Any:
        return np.zeros(length, dtype=kind)

    start, small, bits, words = ints(np.int64, 1), ints(np.int32), ints(np.uint8), ints(np.uint32)
    weeks, interests = (small, bits), (bits, small, words, bits)
    tables = Tables(
        NeedTables(0, small, small, *weeks, start, small, small, *interests),
        OfferTables(small, *weeks, *interests),
        Lookups(words, words, small, small, bits, start, start, start),
        Numbers(0, 0, 0, 0, 0, 0, 0, 1.0, 0),
    )
    return tables, Found(start, small, small, words, words), Reasons(*[small] * 8)


def _sweep_examples() -> Iterator[tuple[Any, ...]]:
    tables, found, _ = _examples()
    no_one = np.zeros(0, dtype=np.int64)
    yield tables, Bound(no_one, no_one), found, 0, 0


def _reasons_examples() -> Iterator[tuple[Any, ...]]:
    tables, found, reasons = _examples()
    yield tables, found, np.zeros(0, dtype=np.int64), reasons


SWEEP = kernel(
    sweep,
    _sweep_examples,
    parts=(let_through, leave_busy_out, common_slots, meet, add_told, add_interests, interests_worth, keep),
    changes=(2,),
    repays_loading=1_500_000,
    repays_compiling=20_000_000,
)
REASONS = kernel(
    give_reasons,
    _reasons_examples,
    parts=(common_slots, cross, count_barriers, add_told, interests_worth, add_interests, sort_out),
    changes=(1, 3),
    repays_loading=500_000,
    repays_compiling=10_000_000,
)
