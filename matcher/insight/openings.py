"""Which pairs an act opens: of one of the two, of both, or none because nothing keeps them apart."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic

import numpy as np

from matcher.columns import Columns, Flags, Ints, PoolColumns
from matcher.distances import MICROMETRES_IN_A_KM
from matcher.insight.acts import BARRIER_OF, KINDS, PLACE, Act, Wish, acts_of, after
from matcher.layout import columns_of
from matcher.pairs import Pairs
from matcher.play import Play
from matcher.programs import Program
from matcher.records import Need, Offer, Pool
from matcher.scoring import floor_of, worth_of

NONE = -1
PAIRS_AT_ONCE = 1 << 10
TRIED_AT_ONCE = 1 << 18
NotAsked = Collection[tuple[str, str]]
"""An id and a kind of act: what is not that person's to choose."""


@dataclass(frozen=True, slots=True, eq=False)
class Openings:
    """Every way in which two people may be paired, with at most one act of each.

    A row is a way: ``need`` and ``offer`` are positions in play, ``need_act`` and ``offer_act`` positions
    in ``acts``, or NONE. No row is listed of which a part would do; where several acts of a need would do
    beside one act of the offer, or beside none, the smallest is. ``places`` are the positions of the acts
    that open a place, by offer, or NONE.
    """

    acts: tuple[Act, ...]
    places: Ints
    need: Ints
    offer: Ints
    need_act: Ints
    offer_act: Ints

    def where(self, kept: Flags | Ints) -> Openings:
        """Give some of the ways only."""
        return Openings(
            self.acts,
            self.places,
            self.need[kept],
            self.offer[kept],
            self.need_act[kept],
            self.offer_act[kept],
        )

    @property
    def size(self) -> Ints:
        """Give how much each way asks of both together."""
        return self.size_of(self.need_act) + self.size_of(self.offer_act)

    def size_of(self, acts: Ints) -> Ints:
        """Give how much some acts ask, by position; nothing where none is done."""
        size: Ints = _sizes(self.acts)[acts]
        return size

    @property
    def count(self) -> Ints:
        """Give how many acts each way takes: 0, 1 or 2."""
        count: Ints = (self.need_act != NONE).astype(np.int64) + (self.offer_act != NONE)
        return count


def openings_of(pool: Pool, play: Play, kinds: Collection[str] = KINDS, not_asked: NotAsked = ()) -> Openings:
    """Give every way to pair a need that still waits with an offer that has a place, left or not.

    Notes
    -----
    No act bars a pair or lowers its score. So a pair that stays closed when both people do all that they
    could is left out at once, and acts that do alone are not tried together. What an act opens is found
    on records in which it is done, by the barriers and the criteria of the program itself.
    """
    has_place = np.flatnonzero(play.columns.offers.places > 0)
    asked = _Asked(frozenset(kinds), frozenset(not_asked))
    needs = _side(play.needs, play.columns.needs, play.waiting, asked)
    offers = _side(play.offers, play.columns.offers, has_place, asked)
    trial = _Trial(_columns(pool, play, needs, offers), play.program, needs, offers)
    need, offer = _not_fixed(play, has_place)
    is_open = trial.opens(need, offer)
    none = np.full(int(is_open.sum()), NONE)
    ways: list[Ways] = [(need[is_open], offer[is_open], none, none)]
    need, offer = need[~is_open], offer[~is_open]
    able = trial.opens(needs.all_done[need], offers.all_done[offer])
    need, offer = need[able], offer[able]
    for first in range(0, len(need), PAIRS_AT_ONCE):
        some = slice(first, first + PAIRS_AT_ONCE)
        ways += trial.ways(need[some], offer[some])
    more = {
        at: act for at in has_place.tolist() for act in asked.of(play.offers[at], None) if act.kind == PLACE
    }
    acts = (*needs.acts, *offers.acts, *more.values())
    places = np.full(len(play.offers), NONE)
    places[list(more)] = len(acts) - len(more) + np.arange(len(more))
    return Openings(acts, places, *(np.concatenate(column) for column in zip(*ways, strict=True)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which acts people may be asked for."""

    kinds: frozenset[str]
    not_asked: frozenset[tuple[str, str]]

    def of(self, person: Need | Offer, limit_km: float | None) -> list[Act]:
        acts = acts_of(person, limit_km)
        return [act for act in acts if act.kind in self.kinds and (act.id, act.kind) not in self.not_asked]


Ways = tuple[Ints, Ints, Ints, Ints]


@dataclass(frozen=True, slots=True, eq=False)
class _Side(Generic[Wish]):
    """People as they are, then each with one act done, then each with all acts done.

    The acts of person p are those from ``first[p]`` up to ``first[p + 1]``.
    """

    rows: list[Wish]
    acts: tuple[Act, ...]
    first: Ints

    @property
    def one_done(self) -> int:
        """Give the row where the acts begin, one row each."""
        return len(self.first) - 1

    @property
    def all_done(self) -> Ints:
        """Give the row of each person with all acts done."""
        return np.arange(len(self.first) - 1) + self.one_done + len(self.acts)

    def of(self, people: Ints) -> tuple[Ints, Ints]:
        """Give every act of some people: where its person stands among them, and the act."""
        counts = self.first[people + 1] - self.first[people]
        at = np.repeat(np.arange(len(people)), counts)
        rank = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)
        return at, self.first[people][at] + rank


def _side(people: Sequence[Wish], columns: Columns, who: Ints, asked: _Asked) -> _Side[Wish]:
    """Lay out one side; an act that opens a place opens no pair, and is not among its acts."""
    acts: list[list[Act]] = [[] for _ in people]
    for at in who.tolist():
        limit = int(columns.limit_um[at])
        found = asked.of(people[at], limit / MICROMETRES_IN_A_KM if limit >= 0 else None)
        acts[at] = [act for act in found if act.kind in BARRIER_OF]
    states = [[person] for person in people]
    states += [[after(person, [act]) for act in mine] for person, mine in zip(people, acts, strict=True)]
    states += [[after(person, mine)] for person, mine in zip(people, acts, strict=True)]
    return _Side(
        rows=[row for state in states for row in state],
        acts=tuple(act for mine in acts for act in mine),
        first=np.cumsum([0, *map(len, acts)]),
    )


def _columns(pool: Pool, play: Play, needs: _Side[Need], offers: _Side[Offer]) -> PoolColumns:
    """Lay the people out in each state; rarity is the pool's, since no act touches an interest."""
    return columns_of(pool, needs.rows, offers.rows, play.columns.policy, play.columns.rarity)


def _not_fixed(play: Play, has_place: Ints) -> tuple[Ints, Ints]:
    """Give the pairs that no barrier keeps apart but those that an act may lift."""
    pairs = Pairs(play.columns, play.waiting[:, None], has_place[None, :])
    fixed = np.zeros(pairs.shape, dtype=np.bool_)
    for code, barrier in play.program.barriers.items():
        if code not in BARRIER_OF.values():
            fixed |= barrier(pairs)
    rows, cols = np.nonzero(~fixed)
    return play.waiting[rows], has_place[cols]


def _sizes(acts: Sequence[Act]) -> Ints:
    """Give the sizes of acts, and 0 last, where NONE stands."""
    return np.array([*(act.size for act in acts), 0], dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _Trial:
    """Both sides in every state, and what the program says of any two of them."""

    columns: PoolColumns
    program: Program
    needs: _Side[Need]
    offers: _Side[Offer]

    def opens(self, need: Ints, offer: Ints) -> Flags:
        """Say which pairs of rows may be proposed, where no other barrier keeps the two apart."""
        found = np.zeros(len(need), dtype=np.bool_)
        for first in range(0, len(need), TRIED_AT_ONCE):
            some = slice(first, first + TRIED_AT_ONCE)
            found[some] = self._opens(Pairs(self.columns, need[some], offer[some]))
        return found

    def _opens(self, pairs: Pairs) -> Flags:
        clear = np.ones(pairs.shape, dtype=np.bool_)
        for code, barrier in self.program.barriers.items():
            if code in BARRIER_OF.values():
                clear &= ~barrier(pairs)
        worth = worth_of(Pairs(self.columns, pairs.i[clear], pairs.j[clear]), self.program)
        clear[clear] = worth >= floor_of(self.columns.policy)
        return clear

    def ways(self, need: Ints, offer: Ints) -> Iterator[Ways]:
        """Give the ways of some closed pairs: by an act of the need, of the offer, of both."""
        at, mine, alone = self._one_act(need, offer, self.needs)
        their_at, theirs, alone_too = self._one_act(need, offer, self.offers)
        crossed = _crossed(at[~alone], mine[~alone], their_at[~alone_too], theirs[~alone_too], len(need))
        opened = self.opens(self.needs.one_done + crossed[1], self.offers.one_done + crossed[2])
        nobody = np.full(int(alone.sum()), NONE)
        for chosen in ((at[alone], mine[alone], nobody), tuple(column[opened] for column in crossed)):
            where, act, other = (column[self._smallest(*chosen)] for column in chosen)
            yield need[where], offer[where], act, np.where(other == NONE, NONE, other + len(self.needs.acts))
        where, act = their_at[alone_too], theirs[alone_too]
        yield need[where], offer[where], np.full(len(where), NONE), act + len(self.needs.acts)

    def _one_act(self, need: Ints, offer: Ints, side: _Side[Any]) -> tuple[Ints, Ints, Flags]:
        """Give the acts of one side that may help a pair: where the pair stands, the act, whether it does alone."""
        is_need = side is self.needs
        other = self.offers if is_need else self.needs
        at, act = side.of(need if is_need else offer)
        there = (offer if is_need else need)[at]

        def opens(others: Ints, some: Flags) -> Flags:
            rows = side.one_done + act[some], others[some]
            return self.opens(*(rows if is_need else rows[::-1]))

        able = np.ones(len(at), dtype=np.bool_)
        able = opens(other.all_done[there], able)
        return at[able], act[able], opens(there, able)

    def _smallest(self, at: Ints, act: Ints, other: Ints) -> Ints:
        """Give where the smallest act of the need stands for each pair and each act of the offer."""
        order = np.lexsort((act, _sizes(self.needs.acts)[act], other, at))
        is_new = np.ones(len(order), dtype=np.bool_)
        is_new[1:] = (np.diff(at[order]) != 0) | (np.diff(other[order]) != 0)
        return order[is_new]


def _crossed(at: Ints, mine: Ints, their_at: Ints, theirs: Ints, count: int) -> tuple[Ints, Ints, Ints]:
    """Give each act of one side beside each act of the other, pair by pair."""
    others = np.bincount(their_at, minlength=count)
    times, first = others[at], (np.cumsum(others) - others)[at]
    rank = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
    return np.repeat(at, times), np.repeat(mine, times), theirs[np.repeat(first, times) + rank]
