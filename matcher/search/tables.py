"""What barriers and criteria say, laid out so that a plain loop need only look it up and add it up.

Nothing is defined here: rows of bits and tables of worth are what the definitions themselves answer for
each two kinds of people. Only what tells nearly everybody apart is left to the loop: common slots and
shared interests.

Offers whom the barriers let through to the same needs stand side by side, so that whoever may be paired with a
need stands in few places. The loop knows offers by where they stand, and gives them back by their position.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from matcher import barriers, criteria
from matcher.columns import AnyInts, Columns, Ints, PoolColumns
from matcher.criteria import RARITY_ONE, Values
from matcher.pairs import Pairs
from matcher.policy import Policy
from matcher.programs import Program
from matcher.records import WORTH_OF_A_POINT
from matcher.scoring import floor_of, worth_in
from matcher.search.alike import Judge, Judged
from matcher.search.gates import BITS, WORDS, blocks_of, gates_of, order_of, sieve_of
from matcher.vocabulary import INTERESTS, SLOTS, WEEKS

WEEKS_A_WORD = 2
WEEK_WORDS = WEEKS // WEEKS_A_WORD
NAMINGS = 8
"""So many ways there are to name an interest, none included: sums of LIKES, WANTS_TO_TRY and NOT_FOR_ME."""
WELCOME_WORDS = 2
WELCOMES_A_WORD = -(-len(INTERESTS) // WELCOME_WORDS)
TOLD = 4
"""So many tables of worth there are; where a program compares more, the smallest ones are added up to one."""
KNOWS_INTERESTS = 1 << 30
"""A bit among those of families, which says that the person told her interests."""
STEPS = 128
"""So fine is the bound on what interests are worth: so many steps up to the policy's saturation."""


class NeedTables(NamedTuple):
    """The side of the needs; what has several numbers a person stands in one column, person by person."""

    rows: int  # how many rows of bits sift the offers of a need
    row: AnyInts  # (n × rows): which these are; the one that lets fewest through, first
    barriers: int  # how many rows of bits each say whom one barrier lets through
    by_barrier: AnyInts  # (n × barriers): which these are
    start: AnyInts  # (n × TOLD): where the worths of a need's kind begin
    weeks: AnyInts  # (n × words): bits of free slots, a word for WEEKS_A_WORD weeks
    knows_weeks: AnyInts  # (n)
    named_start: AnyInts  # (n + 1): the offers that someone named as not for this need
    named: AnyInts
    named_by: AnyInts  # which barrier names them
    families: AnyInts  # (n): bits, KNOWS_INTERESTS among them
    welcome: (
        AnyInts  # (n × words): bits of the interests that bring something where another welcomes them too
    )
    interest_start: AnyInts  # (n + 1): the interests that a person names
    interest: AnyInts  # NAMINGS × interest + how it is named


class OfferTables(NamedTuple):
    """The side of the offers, as they stand; what has several numbers a person stands in one column after the other.

    Unsigned numbers are indices: compiled code need not ask whether they count from the end.
    """

    position: AnyInts  # (m): of whoever stands there
    place: AnyInts  # (m): where the offer of each position stands
    kind: AnyInts  # (TOLD × m): how far on from the start of a need's kind the worth stands
    weeks: AnyInts  # (words × all bits of a row): bits of free slots
    knows_weeks: AnyInts  # (all bits of a row)
    families: AnyInts  # (m): bits, KNOWS_INTERESTS among them
    welcome: AnyInts  # (words × m)
    interest_start: AnyInts  # (m + 1)
    interest: AnyInts  # NAMINGS × interest + how it is named


class Lookups(NamedTuple):
    """What is looked up for any two of them."""

    row: AnyInts  # (all rows × words): a bit an offer, 1 where a barrier lets it through
    some: AnyInts  # (all rows × words): a bit a block of such a row, 1 where it holds a mark
    worth: AnyInts  # all tables of worth, one after the other
    slots: AnyInts  # the worth of so many common slots; at the end, of slots unknown
    brought: (
        AnyInts  # (interests × NAMINGS²): what they bring, at NAMINGS × (NAMINGS × interest + mine) + theirs
    )
    at_most: AnyInts  # what interests are worth that bring less than so many steps and one
    barrier: AnyInts  # (barriers of a need): which of the program's barriers each is


class Numbers(NamedTuple):
    """What is the same for all."""

    barriers: int  # how many the program has
    weeks_barrier: int  # which of them is common slots
    least_weeks: int
    interests_unknown: int  # a worth
    interests_weight: int  # 0 where the program does not compare interests
    family: int
    saturation: float
    step: int  # how many bits of what interests bring lie below a step
    floor: int


class Tables(NamedTuple):
    """A whole pool, ready for `matcher.search.sweep`."""

    needs: NeedTables
    offers: OfferTables
    lookups: Lookups
    numbers: Numbers


def tables_of(columns: PoolColumns, program: Program) -> Tables:
    """Lay out a pool of which neither side is empty."""
    policy = columns.policy
    with ThreadPoolExecutor(1) as other:
        worths = other.submit(_worths, Judge(columns), program)
        gates, named = gates_of(Judge(columns), program)
        sieve = sieve_of(gates.values(), columns, program)
        order = order_of(sieve, len(columns.offers))
        place = np.argsort(order)
        all_of = [*sieve, *gates.values()]
        first = np.cumsum([0, *(len(gate.passes) for gate in all_of)])
        rows_of = [gate.needs + before for gate, before in zip(all_of, first, strict=False)]
        row = np.concatenate([gate.rows(order) for gate in all_of])
        mine = _welcome(columns, 0).T.ravel(), *_interests(columns.needs.interest)
        theirs = _welcome(columns, 1)[:, order].ravel(), *_interests(columns.offers.interest[:, order])
        start, kind, worth = worths.result()
    needs = NeedTables(
        len(sieve),
        _person_by_person(rows_of[: len(sieve)]),
        len(gates),
        _person_by_person(rows_of[len(sieve) :]),
        _person_by_person(start),
        _weeks(columns.needs).T.ravel(),
        columns.needs.knows_availability.astype(np.uint8),
        *_named(named, place, len(columns.needs)),
        _families(columns.needs),
        *mine,
    )
    offers = OfferTables(
        order.astype(np.uint32),
        place.astype(np.uint32),
        np.concatenate([of[order] for of in kind]).astype(np.uint32),
        _to_the_end_of_a_row(_weeks(columns.offers)[:, order]).ravel(),
        _to_the_end_of_a_row(columns.offers.knows_availability.astype(np.uint8)[order]),
        _families(columns.offers)[order],
        *theirs,
    )
    lookups = Lookups(
        row=row.ravel(),
        some=blocks_of(row).ravel(),
        worth=worth,
        slots=_slots(program, policy),
        brought=criteria.what_interests_bring(columns).ravel(),
        at_most=_at_most(program, policy),
        barrier=np.array([*gates], dtype=np.int64),
    )
    return Tables(needs, offers, lookups, _numbers(program, policy))


def _to_the_end_of_a_row(column: AnyInts) -> AnyInts:
    """Lengthen a column of offers by nobody, up to the last bit of a row."""
    missing = -column.shape[-1] % (BITS * WORDS)
    return np.pad(column, [*[(0, 0)] * (column.ndim - 1), (0, missing)])


def _worths(judge: Judge, program: Program) -> tuple[list[Ints], list[Ints], AnyInts]:
    """Give where each need's worths begin, how far on each offer's stand, and the worths."""
    start, kind, worths, count = [], [], [], 0
    for judged in _told(judge, program):
        height, width = len(judged.needs.first), len(judged.offers.first)
        start.append(judged.needs.of * width + count)
        kind.append(judged.offers.of)
        worths.append(np.broadcast_to(judged.answer, (height, width)).astype(np.int32).ravel())
        count += height * width
    return start, kind, np.concatenate(worths)


def _told(judge: Judge, program: Program) -> list[Judged[Ints]]:
    """Judge what the criteria are worth that kinds tell, the smallest added up until there are TOLD answers."""

    def judged(some: list[tuple[Any, int]]) -> Judged[Ints]:
        def worth(pairs: Pairs) -> Ints:
            worths = [worth_in(values(pairs), weight, policy) for values, weight in some]
            return sum(worths, np.zeros(pairs.shape, dtype=np.int64))

        return judge.ask(worth)

    policy = judge.columns.policy
    compared = [(program.criteria[name].values, weight) for name, weight in policy.weights.items()]
    groups = [[one] for one in compared if one[0] not in (criteria.interests, criteria.availability)]
    groups += [list[tuple[Any, int]]() for _ in range(TOLD - len(groups))]
    told = [(judged(group), group) for group in groups]
    while len(told) > TOLD:
        told.sort(key=lambda one: -one[0].answer.size)
        (_, some), (_, others) = told.pop(), told.pop()
        told.append((judged(some + others), some + others))
    return [answer for answer, _ in told]


def _person_by_person(columns: list[Ints]) -> AnyInts:
    return np.array(columns, dtype=np.int32).T.ravel()


def _weeks(side: Columns) -> AnyInts:
    """Give words of WEEKS_A_WORD weeks, shape (words, people)."""
    low, high = side.availability.astype(np.int64).reshape(-1, WEEKS_A_WORD, len(side)).swapaxes(0, 1)
    return low | high << len(SLOTS)


def _named(lists: list[Ints], place: Ints, needs: int) -> tuple[AnyInts, AnyInts, AnyInts]:
    """Give the named pairs by need."""
    found = np.concatenate([np.zeros((0, 3), dtype=np.int64), *lists])
    need, offer, by = found[np.argsort(found[:, 0], kind="stable")].T
    return (_starts(need, needs), place[offer].astype(np.int32), by.astype(np.int32))


def _families(side: Columns) -> AnyInts:
    return side.families.astype(np.int32) | np.where(side.knows_interests, np.int32(KNOWS_INTERESTS), 0)


def _welcome(columns: PoolColumns, which: int) -> AnyInts:
    """Give bits of the interests that bring something where another welcomes them too, shape (words, people)."""
    side = (columns.needs, columns.offers)[which]
    brings = criteria.what_interests_bring(columns).reshape(-1, NAMINGS, NAMINGS).max(axis=(0, 2 - which))
    welcome = np.zeros((WELCOME_WORDS, len(side)), dtype=np.int64)
    for at, naming in enumerate(side.interest):
        word, place = divmod(at, WELCOMES_A_WORD)
        welcome[word] |= np.where(brings > 0, 1 << place, 0)[naming]
    return welcome


def _interests(names: AnyInts) -> tuple[AnyInts, AnyInts]:
    """List what people name, from the shape (interests, people)."""
    person, interest = np.nonzero(np.ascontiguousarray(names.T))
    named = NAMINGS * interest + names[interest, person]
    return _starts(person, names.shape[1]), named.astype(np.uint16)


def _starts(owners: Ints, count: int) -> Ints:
    return np.concatenate(([0], np.cumsum(np.bincount(owners, minlength=count)))).astype(np.int64)


def _slots(program: Program, policy: Policy) -> AnyInts:
    counts = np.arange(WEEKS * len(SLOTS) + 2)
    known = Values(counts < counts[-1], criteria.what_slots_are_worth(counts, policy))
    return worth_in(known, _weight(program, policy, criteria.availability), policy).astype(np.int32)


def _at_most(program: Program, policy: Policy) -> AnyInts:
    """Give a bound on what interests are worth: at each step, the worth of the next, the last for all beyond."""
    totals = np.arange(1, (STEPS << 6) + 1, dtype=np.int64) << _step(policy)
    values = criteria.what_shared_interests_give(totals, policy)
    worths = worth_in(
        Values(np.ones(len(totals), dtype=np.bool_), values),
        _weight(program, policy, criteria.interests),
        policy,
    )
    return worths.astype(np.int32)


def _step(policy: Policy) -> int:
    return (policy.saturation * RARITY_ONE // STEPS).bit_length() - 1


def _numbers(program: Program, policy: Policy) -> Numbers:
    all_of = list(program.barriers.values())
    watches_weeks = barriers.no_common_slot in all_of
    weight = _weight(program, policy, criteria.interests)
    unknown = Values(np.zeros(1, dtype=np.bool_), np.zeros(1, dtype=np.int64))
    return Numbers(
        barriers=len(all_of),
        weeks_barrier=all_of.index(barriers.no_common_slot) if watches_weeks else 0,
        least_weeks=policy.least_weeks if watches_weeks else 0,
        interests_unknown=int(worth_in(unknown, weight, policy)[0]),
        interests_weight=weight * WORTH_OF_A_POINT,
        family=criteria.what_a_family_brings(policy),
        saturation=float(policy.saturation * RARITY_ONE),
        step=_step(policy),
        floor=floor_of(policy),
    )


def _weight(program: Program, policy: Policy, values: Any) -> int:
    """Give the weight of a criterion, 0 where the program does not compare it."""
    return sum(weight for name, weight in policy.weights.items() if program.criteria[name].values is values)
