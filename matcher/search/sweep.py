"""The loop over all pairs: rows of bits first, then common slots, then worth, for the few that are left."""

from __future__ import annotations

from math import expm1, floor
from typing import Any, NamedTuple

import numpy as np

from matcher.compiled import kernel
from matcher.criteria import NEAR_A_TIE, ONE
from matcher.search.bounds import A_FAMILY, COUNTS, FINE, Bound, Column, Found, room_for
from matcher.search.gates import BITS, WORDS
from matcher.search.tables import (
    KNOWS_INTERESTS,
    NAMINGS,
    TOLD,
    WEEK_WORDS,
    WELCOME_WORDS,
    Lookups,
    NeedTables,
    Numbers,
    OfferTables,
    Tables,
)
from matcher.vocabulary import SLOTS

ALL = (1 << BITS) - 1
WEEK = (1 << len(SLOTS)) - 1
USUAL = 4
"""So many offers are marked in most words, at most."""
SAMPLED = 8
"""One in so many offers is looked at first, where few are asked for."""
PROMISING = 2
"""So many times the pairs that are asked for are weighed before the others."""
MORE = 1 << 30
"""Than any worth."""
UNSURE = 1 << 28
"""Added to the worth of a pair so near a tie that only exact arithmetic can round it."""


class Wanted(NamedTuple):
    """How many of a need's pairs are wanted, and from which worth."""

    most: int
    least: int


def sweep(tables: Tables, bound: Bound, found: Found, begin: int, end: int) -> int:
    """Find what may matter to the needs from ``begin`` up to ``end``, and give the need reached.

    It stops before a need for which there may not be room enough.
    """
    count, start = 0, found.start
    start[0] = 0
    for need in range(begin, end):
        if count + 2 * len(found.promise) > len(found.offer):
            return need
        if bound.level[0] < bound.of_need[need] + bound.beyond[need]:
            blocks = let_through(tables, bound, need, found)
            meet(tables, need, found, blocks)
            last = weigh(tables, bound, found, need, count, blocks)
            if last > count:
                put_in_order(tables, found, count, last)
                count = last
        start[need - begin + 1] = count
    return end


def let_through(tables: Tables, bound: Bound, need: int, found: Found) -> int:
    """Mark the offers that no barrier but time keeps away, as far as the bound does not rule them out.

    Note where blocks of words begin that hold a mark, and give how many there are: the others are not looked at.
    """
    mask, some, count = found.mask, found.some, 0
    needs, level, rows = tables.needs, level_of(bound, need), tables.lookups.row
    mine = needs.row[need * needs.rows : (need + 1) * needs.rows]
    let_blocks_through(tables.lookups.some, mine, bound.some[level * len(some) :], some)
    for some_at in range(len(some)):
        word, first = some[some_at] + 0, some_at * BITS
        while word:
            begin = (first + bits_in((word & -word) - 1)) * WORDS
            word &= word - 1
            marks, row = 0, bound.row[level * len(mask) + begin :]
            for word_at in range(WORDS):
                mask[begin + word_at] = row[word_at]
            for at in range(len(mine)):
                row = rows[mine[at] * len(mask) + begin :]
                for word_at in range(WORDS):
                    mask[begin + word_at] &= row[word_at]
            for word_at in range(WORDS):
                marks |= mask[begin + word_at]
            found.begins[count] = begin
            count += marks != 0
    for at in range(needs.named_start[need], needs.named_start[need + 1]):
        offer = needs.named[at]
        mask[offer >> 5] &= ALL ^ 1 << (offer & 31)
    return count


def let_blocks_through(rows: Column, mine: Column, bound: Column, some: Column) -> None:
    """Mark the blocks in which every row of bits of a need's, and one of the bound's, has a mark."""
    for word_at in range(len(some)):
        some[word_at] = bound[word_at]
    for at in range(len(mine)):
        row = rows[mine[at] * len(some) :]
        for word_at in range(len(some)):
            some[word_at] &= row[word_at]


def level_of(bound: Bound, need: int) -> int:
    """Give the level of the first row of bits that rules out nobody who may matter to a need."""
    reach, level = bound.of_need[need] + bound.beyond[need], 0
    while level < len(bound.level) - 1 and bound.level[level] < reach:
        level += 1
    return level


def meet(tables: Tables, need: int, found: Found, blocks: int) -> None:
    """Unmark the offers who said when they are free, and meet the need in too few weeks."""
    mask, mine = found.mask, tables.needs.weeks
    weeks_1, weeks_2 = mine[need * WEEK_WORDS] + 0, mine[need * WEEK_WORDS + 1] + 0
    if tables.numbers.least_weeks and tables.needs.knows_weeks[need]:
        for block in range(blocks):
            for word_at in range(found.begins[block], found.begins[block] + WORDS):
                if mask[word_at]:
                    mask[word_at] &= who_meet(tables, weeks_1, weeks_2, word_at)


def who_meet(tables: Tables, weeks_1: int, weeks_2: int, word_at: int) -> int:
    """Give bits of the offers of a word who share time with a need in enough weeks, or told none."""
    theirs, least_weeks, many = (
        tables.offers.weeks,
        tables.numbers.least_weeks,
        len(tables.offers.knows_weeks),
    )
    first, second, meets = word_at * BITS, many + word_at * BITS, 0
    theirs_1, theirs_2 = theirs[first : first + BITS], theirs[second : second + BITS]
    they_know = tables.offers.knows_weeks[first : first + BITS]
    for at in range(BITS):
        early, late = weeks_1 & theirs_1[at], weeks_2 & theirs_2[at]
        common = ((early & WEEK) != 0) + (early > WEEK) + ((late & WEEK) != 0) + (late > WEEK)
        meets |= ((common >= least_weeks) | (they_know[at] == 0)) << at
    return meets


def weigh(tables: Tables, bound: Bound, found: Found, need: int, begin: int, blocks: int) -> int:
    """Write down, from ``begin`` on, the pairs that matter of the marked offers, and give where they end."""
    last = write_down(bound, found, need, begin, blocks)
    if last > begin:
        look_up_most(tables, need, prepare(tables, need, found.brought), found.at_most)
        least = guess(tables, bound, found, need, (begin, last))
        last, passed = choose(tables, bound, found, need, (begin, last), Wanted(bound.most, least))
        if passed < least:
            last = write_down(bound, found, need, begin, blocks)
            last, _ = choose(tables, bound, found, need, (begin, last), Wanted(bound.most, 0))
        forget(tables, need, found.brought)
    return last


def write_down(bound: Bound, found: Found, need: int, begin: int, blocks: int) -> int:
    """Write down the marked offers, but those whom their price alone rules out, and give where they end."""
    mask, offers, of_offer, count = found.mask, found.offer, bound.of_offer, begin
    for block in range(blocks):
        for word_at in range(found.begins[block], found.begins[block] + WORDS):
            word, first = mask[word_at] + 0, word_at * BITS
            if word:
                end = count + bits_in(word)
                # Whatever the word, so that no branch is guessed wrong.
                for at in range(count, count + USUAL):
                    offers[at] = first + bits_in((word & -word) - 1)
                    word &= word - 1
                count += USUAL
                while word:
                    offers[count] = first + bits_in((word & -word) - 1)
                    word &= word - 1
                    count += 1
                count = end
    reach = bound.of_need[need] + bound.beyond[need]
    if bound.level[-1] > reach:
        count, end = begin, count
        for at in range(begin, end):
            offer = offers[at]
            offers[count] = offer
            count += of_offer[offer] < reach
    return count


def guess(tables: Tables, bound: Bound, found: Found, need: int, listed: tuple[int, int]) -> int:
    """Guess what those who are asked for are worth at least, by a few of all; 0 where looking at all is as good."""
    begin, end = listed
    offers, last = found.offer, end
    if bound.most > (end - begin) // SAMPLED:
        return 0
    for at in range(begin, end, SAMPLED):
        offers[last] = offers[at]
        last += 1
    most = bound.most * 3 // (2 * SAMPLED) + 3  # half as many again, and a few: to guess too high costs more
    return choose(tables, bound, found, need, (end, last), Wanted(most, 0))[1]


def choose(
    tables: Tables, bound: Bound, found: Found, need: int, listed: tuple[int, int], wanted: Wanted
) -> tuple[int, int]:
    """Keep the pairs that matter of those that are written down, and give where they end.

    Those of the greatest promise are weighed first: what they are worth rules out most of the others, where few
    are wanted. Give a worth, too, that as many as are wanted do not fall under; 0 where there are fewer.
    """
    begin, end = listed
    offers, worths, promise, count = found.offer, found.worth, found.promise, begin
    of_offer, limit, floor = bound.of_offer, bound.of_need[need] - 1, max(wanted.least, tables.numbers.floor)
    tell(tables, found, need, begin, end)
    end = leave_hopeless_out(tables, bound, found, need, listed, floor)
    first = passed_by(found, promise, end - begin, PROMISING * wanted.most)
    many = list_promising(found, end - begin, first, MORE)
    add_interests(tables, found, need, begin, many)
    passed = passed_by(found, found.exact, many, wanted.most)
    floor = max(passed, floor)
    if floor < first:
        many = list_promising(found, end - begin, floor, first)
        add_interests(tables, found, need, begin, many)
    weighed = min(first, floor)
    for at in range(begin, end):
        offer, worth = offers[at], worths[at] + 0
        offers[count] = offer
        worths[count] = worth
        count += (promise[at - begin] >= weighed) & (worth >= max(of_offer[offer] - limit, floor))
    return count, passed


def tell(tables: Tables, found: Found, need: int, begin: int, end: int) -> None:
    """Note what the criteria are worth that the kinds of two people tell."""
    offers, worths, kind, told = found.offer, found.worth, tables.offers.kind, tables.lookups.worth
    start, many = tables.needs.start[need * TOLD : (need + 1) * TOLD], len(kind) // TOLD
    kind_1, kind_2, kind_3, kind_4 = kind[:many], kind[many:], kind[2 * many :], kind[3 * many :]
    told_1, told_2, told_3, told_4 = told[start[0] :], told[start[1] :], told[start[2] :], told[start[3] :]
    for at in range(begin, end):
        offer = offers[at]
        worth = told_1[kind_1[offer]] + told_2[kind_2[offer]]
        worths[at] = worth + told_3[kind_3[offer]] + told_4[kind_4[offer]]


def leave_hopeless_out(
    tables: Tables, bound: Bound, found: Found, need: int, listed: tuple[int, int], floor: int
) -> int:
    """Add what common time is worth, leave out the pairs that cannot matter, and give where the others end.

    How much two people share bounds what their interests are worth: what each brings is not added up yet.
    """
    begin, end = listed
    offers, worths, promise, at_most = found.offer, found.worth, found.promise, found.at_most
    needs, theirs, many = tables.needs, tables.offers.families, len(tables.offers.families)
    families, theirs_1 = needs.families[need] + 0, tables.offers.welcome[:many]
    mine_1, theirs_2 = needs.welcome[need * WELCOME_WORDS] + 0, tables.offers.welcome[many:]
    mine_2, wide = needs.welcome[need * WELCOME_WORDS + 1] + 0, len(tables.offers.knows_weeks)
    weeks_1, weeks_2 = needs.weeks[need * WEEK_WORDS] + 0, needs.weeks[need * WEEK_WORDS + 1] + 0
    free_1, free_2 = tables.offers.weeks[:wide], tables.offers.weeks[wide:]
    i_know, they_know, slot_worths = needs.knows_weeks[need], tables.offers.knows_weeks, tables.lookups.slots
    of_offer, limit, unknown, count = bound.of_offer, bound.of_need[need] - 1, len(slot_worths) - 1, begin
    for at in range(begin, end):
        offer, worth = offers[at], worths[at] + 0
        common = bits_in(weeks_1 & free_1[offer]) + bits_in(weeks_2 & free_2[offer])
        worth += slot_worths[common if i_know & they_know[offer] else unknown]
        shared = A_FAMILY * bits_in(families & theirs[offer])
        shared += bits_in(mine_1 & theirs_1[offer]) + bits_in(mine_2 & theirs_2[offer])
        most = worth + at_most[shared]
        offers[count] = offer
        worths[count] = worth
        promise[count - begin] = most
        count += most >= max(of_offer[offer] - limit, floor)
    return count


def put_in_order(tables: Tables, found: Found, begin: int, end: int) -> None:
    """Name offers by their position, and put their pairs in that order: by a bit each, and a bit a word of these."""
    bits, words, offers, worths, worth_of = found.bits, found.words, found.offer, found.worth, found.worth_of
    for at in range(begin, end):
        position = tables.offers.position[offers[at]]
        bits[position >> 5] |= 1 << (position & 31)
        words[position >> 10] |= 1 << (position >> 5 & 31)
        worth_of[position] = worths[at]
    count = begin
    for of_word in range(len(words)):
        marked, first = words[of_word] + 0, of_word * BITS
        words[of_word] = 0
        while marked:
            word_at = first + bits_in((marked & -marked) - 1)
            marked &= marked - 1
            word = bits[word_at] + 0
            bits[word_at] = 0
            while word:
                position = word_at * BITS + bits_in((word & -word) - 1)
                offers[count] = position
                worths[count] = worth_of[position]
                word &= word - 1
                count += 1


def look_up_most(tables: Tables, need: int, greatest: int, at_most: Column) -> None:
    """Write down what interests are worth at most to a need, by how many families and interests are shared.

    Of families one more is counted where both told their interests, so that none means that one did not.
    """
    numbers, steps, interests = tables.numbers, tables.lookups.at_most, 0
    at_most[0] = numbers.interests_unknown
    for at in range(need * WELCOME_WORDS, (need + 1) * WELCOME_WORDS):
        interests += bits_in(tables.needs.welcome[at] + 0)
    for families in range(bits_in(tables.needs.families[need] + 0)):
        for shared in range(interests + 1):
            total = families * numbers.family + shared * greatest
            at = (families + 1) * A_FAMILY + shared
            at_most[at] = steps[min(total >> numbers.step, len(steps) - 1)]


def bits_in(word: int) -> int:
    """Count the bits that are set in a number of less than 63 bits (compilers know this way of counting)."""
    word -= word >> 1 & 0x5555555555555555
    word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333)
    word = word + (word >> 4) & 0x0F0F0F0F0F0F0F0F
    return word * 0x0101010101010101 >> 56 & 0xFF


def passed_by(found: Found, numbers: Column, end: int, most: int) -> int:
    """Give a number that at least ``most`` of some numbers, up to ``end``, do not fall under; 0 for few."""
    counts, level, many = found.counts, COUNTS, 0
    if end <= most:
        return 0
    for at in range(COUNTS):
        counts[at] = 0
    for at in range(end):
        counts[min(numbers[at] >> FINE, COUNTS - 1)] += 1
    while many < most:
        level -= 1
        many += counts[level]
    return level << FINE


def list_promising(found: Found, end: int, least: int, below: int) -> int:
    """Note which pairs promise as much, but less than ``below``, and give how many."""
    promise, listed, many = found.promise, found.listed, 0
    for at in range(end):
        listed[many] = at
        many += (promise[at] >= least) & (promise[at] < below)
    return many


def add_interests(tables: Tables, found: Found, need: int, begin: int, many: int) -> None:
    """Add what interests are worth to the pairs that are listed."""
    offers, worths, listed, exact = found.offer, found.worth, found.listed, found.exact
    families, theirs, numbers = tables.needs.families[need] + 0, tables.offers.families, tables.numbers
    named, starts, brought = tables.offers.interest, tables.offers.interest_start, found.brought
    for nth in range(many):
        at = begin + listed[nth]
        offer, worth = offers[at], worths[at] + 0
        shared = families & theirs[offer]
        if shared & KNOWS_INTERESTS:
            total = numbers.family * (bits_in(shared) - 1) + brought_by(named, starts, brought, offer)
            worth += interests_worth(total, numbers.saturation, numbers.interests_weight)
        else:
            worth += numbers.interests_unknown
        worths[at] = worth
        exact[nth] = worth if worth < UNSURE else 0


def brought_by(named: Column, starts: Column, brought: Column, offer: int) -> int:
    """Add up what the interests bring that somebody names."""
    total = 0
    for at in range(starts[offer], starts[offer + 1]):
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


def empty_tables() -> Tables:
    """Give tables of nobody, for kernels to be compiled with."""

    def ints(kind: Any, length: int = 0) -> Any:
        return np.zeros(length, dtype=kind)

    start, small, bits, words = (ints(np.int64, 1), ints(np.int32), ints(np.uint8), ints(np.uint32))
    interests = (start, ints(np.uint16))
    return Tables(
        NeedTables(0, small, 0, small, small, start, bits, start, small, small, small, start, *interests),
        OfferTables(words, words, words, start, bits, small, start, *interests),
        Lookups(words, words, small, small, start, small, start),
        Numbers(0, 0, 0, 0, 0, 0, 1.0, 0, 0),
    )


def bound_of_nobody() -> Bound:
    """Give a bound on pairs of nobody, for kernels to be compiled with."""
    no_one, words = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint32)
    return Bound(no_one, no_one, no_one, no_one, words, words, 0)


def _examples() -> list[tuple[Any, ...]]:
    return [(empty_tables(), bound_of_nobody(), room_for(0, 0, 0), 0, 0)]


WEIGHING = (
    *(bits_in, who_meet, tell, prepare, forget, brought_by, add_interests, interests_worth, look_up_most),
    *(passed_by, list_promising, leave_hopeless_out, choose, guess, write_down, weigh),
)
SWEEP = kernel(
    sweep,
    _examples,
    parts=(*WEIGHING, let_through, let_blocks_through, level_of, meet, put_in_order),
    changes=(2,),
    repays_loading=1_500_000,
    repays_compiling=20_000_000,
)
