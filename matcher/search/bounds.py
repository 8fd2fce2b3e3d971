"""Which pairs a sweep is asked for, and the room that it writes and works in."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from matcher.assignment.market import MOST_WORTH
from matcher.search.gates import BITS, WORDS, blocks_of, rows_of_bits, words_of
from matcher.search.tables import NAMINGS
from matcher.vocabulary import INTEREST_FAMILIES, INTERESTS

Column = Any
"""A list of whole numbers, or an array."""

LEVELS = 128
"""So many rows of bits a bound has, and a few more."""
NOBODY_LEFT_OUT = 1 << 40
FINE = 10
"""Worths are counted by what is left of them without so many low bits."""
COUNTS = 1 << 10
A_FAMILY = 128
"""More than there are interests: what two people share is counted as A_FAMILY × families + interests."""
COMMONS = (len(INTEREST_FAMILIES) + 2) * A_FAMILY


class Limits(NamedTuple):
    """Which pairs may matter: those where ``of_offer[offer] < of_need[need] + worth``; int64 columns."""

    of_offer: Column
    of_need: Column


class Bound(NamedTuple):
    """Limits, laid out for whoever looks through the pairs; offers stand as it knows them."""

    of_offer: Column
    of_need: Column
    beyond: Column  # of each need: no pair that is asked for is worth more; below 0 where none is asked for
    level: Column  # a few numbers, rising, the last above all ``of_offer``
    row: Column  # (levels × words): a bit an offer, 1 where ``of_offer < level``
    some: Column  # (levels × words): a bit a block of such a row, 1 where it holds a mark
    most: int  # of each need, whoever is worth less than so many others may be left out


def bound_of(limits: Limits, most: int = NOBODY_LEFT_OUT) -> Bound:
    """Give a bound, with rows of bits from which it is told who is ruled out for a need in any case."""
    of_offer, of_need = limits
    beyond = np.full(len(of_need), MOST_WORTH, dtype=np.int64)
    dearest = of_offer.max(initial=0)
    some = np.sort(of_offer[of_offer < dearest])
    level = np.unique([*some[:: max(len(some) // LEVELS, 1)], dearest, dearest + 1])
    row = rows_of_bits(of_offer < level[:, None])
    return Bound(of_offer, of_need, beyond, level, row.ravel(), blocks_of(row).ravel(), most)


class Found(NamedTuple):
    """Room for the pairs that a sweep finds, and to work in."""

    start: Column  # the pairs of the k-th need stand from start[k] to before start[k + 1]
    offer: Column  # unsigned, as an index should be
    worth: Column
    mask: Column  # the words of a row of bits
    some: Column  # the words of a row of a bit a block
    begins: Column  # (words): where blocks of WORDS words begin that hold a mark
    promise: Column  # (offers and a word): the most that a pair of one need may be worth
    listed: Column  # (offers and a word): which pairs of one need are looked at
    exact: Column  # (offers and a word): what these are worth
    bits: Column  # (words), all 0: a bit an offer, by position
    words: Column  # all 0: a bit a word of these
    worth_of: Column  # (offers and a word): what they are worth, by their position
    brought: Column  # (interests × NAMINGS), all 0: what each naming of an offer's brings to a need
    at_most: Column  # (COMMONS): the most that interests are worth, by how much is shared
    counts: Column  # (COUNTS): how many pairs of a need are worth so much


def room_for(pairs: int, offers: int, needs: int) -> Found:
    """Give room for so many pairs of so many needs."""
    words = words_of(offers)
    return Found(
        start=np.zeros(needs + 1, dtype=np.int64),
        offer=np.zeros(pairs, dtype=np.uint32),
        worth=np.zeros(pairs, dtype=np.int32),
        mask=np.zeros(words, dtype=np.uint32),
        some=np.zeros(words_of(words // WORDS), dtype=np.uint32),
        begins=np.zeros(words, dtype=np.uint32),
        promise=np.zeros((words + 1) * BITS, dtype=np.int32),
        listed=np.zeros((words + 1) * BITS, dtype=np.int32),
        exact=np.zeros((words + 1) * BITS, dtype=np.int32),
        bits=np.zeros(words, dtype=np.uint32),
        words=np.zeros(words // BITS + 1, dtype=np.uint32),
        worth_of=np.zeros((words + 1) * BITS, dtype=np.int32),
        brought=np.zeros(len(INTERESTS) * NAMINGS, dtype=np.int64),
        at_most=np.zeros(COMMONS, dtype=np.int32),
        counts=np.zeros(COUNTS, dtype=np.int64),
    )
