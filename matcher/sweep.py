"""The loop over all pairs: rows of bits first, then common slots, then worth, for the few that are left."""

from __future__ import annotations

from collections.abc import Iterator
from math import expm1, floor
from typing import Any

import numpy as np

from matcher.bounds import COUNTS, FINE, NEAREST, Bound, Column, Found, Reasons
from matcher.compiled import kernel
from matcher.criteria import NEAR_A_TIE, ONE
from matcher.tables import (
    BITS,
    CARD,
    FAMILIES_AT,
    INTERESTS_AT,
    KIND_AT,
    KIND_BITS,
    KNOWS_INTERESTS,
    KNOWS_WEEKS,
    MOST_NAMED,
    NAMINGS,
    TOLD,
    WEEK_WORDS,
    WELCOME_AT,
    WELCOME_WORDS,
    Lookups,
    NeedTables,
    Numbers,
    OfferTables,
    Tables,
)
from matcher.vocabulary import SLOTS

ALL = (1 << BITS) - 1
SLOT_COUNT = len(SLOTS)
WEEK = (1 << SLOT_COUNT) - 1
KIND = (1 << KIND_BITS) - 1
UNSURE = 1 << 28
"""Added to the worth of a pair so near a tie that only exact arithmetic can round it."""


def sweep(tables: Tables, bound: Bound, found: Found, begin: int, end: int) -> int:
    """Find what may matter to the needs from ``begin`` up to ``end``, and give the need reached.

    It stops before a need for which there may not be room enough.
    """
    count, start = 0, found.start
    start[0] = 0
    for need in range(begin, end):
        if count + len(found.mask) * BITS > len(found.offer):
            return need
        if bound.level[0] < bound.of_need[need] + bound.beyond[need]:
            let_through(tables, bound, need, found.mask)
            if tables.numbers.least_weeks and tables.needs.knows_weeks[need]:
                leave_busy_out(tables, need, found.mask, found.free)
            last = meet(tables, bound, found, need, count)
            count = choose(tables, bound, found, need, count, last)
        start[need - begin + 1] = count
    return end


def let_through(tables: Tables, bound: Bound, need: int, mask: Column) -> None:
    """Mark the offers that no barrier but time keeps away, as far as the bound does not rule them out."""
    words, needs, rows, levels = (len(mask), tables.needs, tables.lookups.row, bound.level)
    reach, level = bound.of_need[need] + bound.beyond[need], 0
    while level < len(levels) - 1 and levels[level] < reach:
        level += 1
    row = bound.row[level * words : (level + 1) * words]
    for word_at in range(words):
        mask[word_at] = row[word_at]
    for at in range(need * needs.rows, (need + 1) * needs.rows):
        first = needs.row[at] * words
        row = rows[first : first + words]
        for word_at in range(words):
            mask[word_at] &= row[word_at]
    for at in range(needs.named_start[need], needs.named_start[need + 1]):
        offer = needs.named[at]
        mask[offer >> 5] &= ALL ^ 1 << (offer & 31)


def leave_busy_out(tables: Tables, need: int, mask: Column, free: Column) -> None:
    """Unmark the offers who said when they are free, and never are when the need is."""
    words, ever, weeks, rows = len(mask), 0, tables.needs.weeks, tables.lookups.free
    for at in range(need * WEEK_WORDS, (need + 1) * WEEK_WORDS):
        ever |= weeks[at] | weeks[at] >> SLOT_COUNT
    row = rows[SLOT_COUNT * words : (SLOT_COUNT + 1) * words]
    for word_at in range(words):
        free[word_at] = row[word_at]
    for slot in range(SLOT_COUNT):
        if ever >> slot & 1:
            row = rows[slot * words : (slot + 1) * words]
            for word_at in range(words):
                free[word_at] |= row[word_at]
    for word_at in range(words):
        mask[word_at] &= free[word_at]


def meet(tables: Tables, bound: Bound, found: Found, need: int, count: int) -> int:
    """Write down the marked offers that are free with the need in weeks enough, with all but what interests are worth."""
    mask, offers, worths, slot_worths = (found.mask, found.offer, found.worth, tables.lookups.slots)
    cards, mine, starts, told = (
        tables.offers.card,
        tables.needs.weeks,
        tables.needs.start,
        tables.lookups.worth,
    )
    of_offer, reach = bound.of_offer, bound.of_need[need] + bound.beyond[need]
    i_know, least_weeks = tables.needs.knows_weeks[need], tables.numbers.least_weeks
    all_may = bound.level[-1] <= reach
    for word_at in range(len(mask)):
        word = mask[word_at] + 0
        while word:
            low = word & -word
            word -= low
            offer = word_at * BITS + bits_in(low - 1)
            if all_may or of_offer[offer] < reach:
                slots = len(slot_worths) - 1
                if i_know and cards[offer * CARD + FAMILIES_AT] & KNOWS_WEEKS:
                    slots = common_slots(mine, cards, need, offer, least_weeks)
                if slots >= 0:
                    offers[count] = offer
                    worths[count] = slot_worths[slots] + told_worth(starts, cards, told, need, offer)
                    count += 1
    return count


def bits_in(word: int) -> int:
    """Count the bits that are set in a number of less than 63 bits (compilers know this way of counting)."""
    word -= word >> 1 & 0x5555555555555555
    word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333)
    word = word + (word >> 4) & 0x0F0F0F0F0F0F0F0F
    return word * 0x0101010101010101 >> 56 & 0xFF


def common_slots(mine: Column, cards: Column, need: int, offer: int, least_weeks: int) -> int:
    """Count the slots that two people share; give -1 - count where they share them in too few weeks."""
    slots, weeks = 0, 0
    for word_at in range(WEEK_WORDS):
        common = mine[need * WEEK_WORDS + word_at] & cards[offer * CARD + word_at]
        slots += bits_in(common)
        weeks += ((common & WEEK) != 0) + (common > WEEK)
    return slots if weeks >= least_weeks else -1 - slots


def told_worth(starts: Column, cards: Column, told: Column, need: int, offer: int) -> int:
    """Add up the criteria whose worth is told by the kinds of the two."""
    worth = 0
    for nth in range(TOLD):
        kind = cards[offer * CARD + KIND_AT + nth // 2] >> KIND_BITS * (nth % 2) & KIND
        worth += told[starts[need * TOLD + nth] + kind]
    return worth


def choose(tables: Tables, bound: Bound, found: Found, need: int, begin: int, end: int) -> int:
    """Add what interests are worth to the pairs that may matter, leave out the others, and give where they end.

    How many interests both welcome bounds what these are worth; what they bring is added up only where that
    is not enough to tell.
    """
    offers, worths, counts, of_offer = (found.offer, found.worth, found.counts, bound.of_offer)
    brought, at_most, numbers = found.brought, tables.lookups.at_most, tables.numbers
    cards, named, mine = (tables.offers.card, tables.offers.interest, tables.needs.welcome)
    i_know, families = (tables.needs.knows_interests[need], tables.needs.families[need] + 0)
    greatest, limit, all_may = (
        prepare(tables, need, brought),
        bound.of_need[need],
        bound.level[-1] <= bound.of_need[need],
    )
    floor, cut, above, count = numbers.floor, numbers.floor >> FINE, 0, begin
    for at in range(begin, end):
        offer, worth, least = offers[at], worths[at] + 0, floor
        card = offer * CARD
        if not all_may:
            least = max(of_offer[offer] - limit + 1, floor)
        if i_know and cards[card + FAMILIES_AT] & KNOWS_INTERESTS:
            total = numbers.family * bits_in(families & cards[card + FAMILIES_AT])
            most = total + greatest * both_welcome(mine, cards, need, offer)
            if worth + at_most[min(most >> numbers.step, len(at_most) - 1)] < least:
                continue
            total += brought_by(named, cards[card + INTERESTS_AT], brought)
            worth += interests_worth(total, numbers.saturation, numbers.interests_weight)
        else:
            worth += numbers.interests_unknown
        if worth >= least:
            offers[count] = offer
            worths[count] = worth
            count += 1
            level = worth >> FINE
            if level >= cut and worth < UNSURE:
                counts[level] += 1
                above += 1
                while above - counts[cut] >= bound.most:
                    above -= counts[cut]
                    cut += 1
                floor = max(floor, cut << FINE)
    forget(tables, need, brought)
    for at in range(COUNTS):
        counts[at] = 0
    return count


def both_welcome(mine: Column, cards: Column, need: int, offer: int) -> int:
    """Count the interests that two people welcome."""
    count = 0
    for word_at in range(WELCOME_WORDS):
        count += bits_in(mine[need * WELCOME_WORDS + word_at] & cards[offer * CARD + WELCOME_AT + word_at])
    return count


def brought_by(named: Column, where: int, brought: Column) -> int:
    """Add up what the interests bring that somebody names."""
    total, first = 0, where // MOST_NAMED
    for at in range(first, first + where % MOST_NAMED):
        total += brought[named[at]]
    return total


def prepare(tables: Tables, need: int, brought: Column) -> int:
    """Write down what each naming of an interest by an offer brings to a need, and give the most that one brings."""
    brings, greatest = tables.lookups.brought, 0
    named, starts = tables.needs.interest, tables.needs.interest_start
    for at in range(starts[need], starts[need + 1]):
        interest = named[at] // NAMINGS
        for theirs in range(NAMINGS):
            value = brings[named[at] * NAMINGS + theirs]
            brought[interest * NAMINGS + theirs] = value
            greatest = max(greatest, value)
    return greatest


def forget(tables: Tables, need: int, brought: Column) -> None:
    """Clear away what `prepare` wrote down."""
    named, starts = tables.needs.interest, tables.needs.interest_start
    for at in range(starts[need], starts[need + 1]):
        first = named[at] // NAMINGS * NAMINGS
        for naming in range(first, first + NAMINGS):
            brought[naming] = 0


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


def give_reasons(tables: Tables, found: Found, needs: Column, reasons: Reasons) -> int:
    """Find out why some needs stay unpaired, and give how many; fewer, where one has a pair that is unsure."""
    numbers, lookups, cards = tables.numbers, tables.lookups, tables.offers.card
    for nth in range(len(needs)):
        need, count = needs[nth], 0
        count_barriers(tables, need, nth, reasons)
        for offer in range(len(reasons.crossed)):
            slots = len(lookups.slots) - 1
            if tables.needs.knows_weeks[need] and cards[offer * CARD + FAMILIES_AT] & KNOWS_WEEKS:
                slots = common_slots(tables.needs.weeks, cards, need, offer, numbers.least_weeks)
            if slots < 0:
                slots = -1 - slots
                cross(reasons, nth * numbers.barriers, offer, numbers.weeks_barrier)
            if reasons.crossed[offer] <= 1:
                worth = told_worth(tables.needs.start, cards, lookups.worth, need, offer)
                found.offer[count] = offer
                found.worth[count] = lookups.slots[slots] + worth
                count += 1
        add_interests(tables, found, need, count)
        if not sort_out(numbers.floor, found, count, nth, reasons):
            return nth
    return len(needs)


def add_interests(tables: Tables, found: Found, need: int, count: int) -> None:
    """Add what interests are worth to as many pairs."""
    numbers, offers = tables.numbers, tables.offers
    prepare(tables, need, found.brought)
    for at in range(count):
        card = found.offer[at] * CARD
        if tables.needs.knows_interests[need] and offers.card[card + FAMILIES_AT] & KNOWS_INTERESTS:
            total = numbers.family * bits_in(tables.needs.families[need] & offers.card[card + FAMILIES_AT])
            total += brought_by(offers.interest, offers.card[card + INTERESTS_AT], found.brought)
            found.worth[at] += interests_worth(total, numbers.saturation, numbers.interests_weight)
        else:
            found.worth[at] += numbers.interests_unknown
    forget(tables, need, found.brought)


def count_barriers(tables: Tables, need: int, nth: int, reasons: Reasons) -> None:
    """Note every barrier but time that keeps an offer away."""
    needs, lookups, words = (tables.needs, tables.lookups, -(-len(reasons.crossed) // BITS))
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

    start, small, bits, words = (ints(np.int64, 1), ints(np.int32), ints(np.uint8), ints(np.uint32))
    interests = (start, ints(np.uint16))
    tables = Tables(
        NeedTables(0, small, small, start, bits, start, small, small, bits, small, start, *interests),
        OfferTables(start, ints(np.uint16)),
        Lookups(words, words, small, small, start, small, start),
        Numbers(0, 0, 0, 0, 0, 0, 1.0, 0, 0),
    )
    found = Found(start, small, small, words, words, start, start)
    return tables, found, Reasons(*[small] * 8)


def _sweep_examples() -> Iterator[tuple[Any, ...]]:
    tables, found, _ = _examples()
    no_one, words = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint32)
    yield tables, Bound(no_one, no_one, no_one, no_one, words, 0), found, 0, 0


def _reasons_examples() -> Iterator[tuple[Any, ...]]:
    tables, found, reasons = _examples()
    yield tables, found, np.zeros(0, dtype=np.int64), reasons


PAIR_BY_PAIR = (bits_in, common_slots, told_worth, both_welcome, brought_by, interests_worth, prepare, forget)
SWEEP = kernel(
    sweep,
    _sweep_examples,
    parts=(*PAIR_BY_PAIR, let_through, leave_busy_out, meet, choose),
    changes=(2,),
    repays_loading=1_500_000,
    repays_compiling=20_000_000,
)
REASONS = kernel(
    give_reasons,
    _reasons_examples,
    parts=(*PAIR_BY_PAIR, add_interests, cross, count_barriers, sort_out),
    changes=(1, 3),
    repays_loading=500_000,
    repays_compiling=10_000_000,
)
