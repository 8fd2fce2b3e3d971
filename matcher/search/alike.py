"""People who are alike in all that a rule reads are judged once, however many they are.

A barrier or a criterion reads a few columns. Which ones is not written down a second time: the rule is run
on watched columns, and whatever it asks for is what it reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Generic, NamedTuple, TypeVar, cast

import numpy as np

from matcher.columns import Columns, Ints, PoolColumns
from matcher.pairs import Pairs

Answer = TypeVar("Answer")

FEW_BYTES = 2
"""As wide as numbers that are sorted faster than they are looked up."""


class Kinds(NamedTuple):
    """The kind of each person of a side, and the position of the first person of each kind."""

    of: Ints
    first: Ints


@dataclass(frozen=True, slots=True)
class Judged(Generic[Answer]):
    """What a rule says of each kind of need with each kind of offer, shape (kinds of needs, kinds of offers)."""

    needs: Kinds
    offers: Kinds
    answer: Answer


class ByName(LookupError):  # noqa: N818 - an answer, not an error
    """The rule reads no traits but a list of named pairs: a field of the pool's columns."""

    @property
    def field(self) -> str:
        """Give the name of the list."""
        return str(self.args[0])


class _NotRead(LookupError):  # noqa: N818 - asks for another try
    """A column is asked for that the kinds do not tell apart yet."""


class _Watched:
    """The columns of some people, where only columns already known to be read may be read."""

    def __init__(self, side: Columns, at: Ints, read: set[str]) -> None:
        self._side, self._at, self._read = side, at, read

    def __getattr__(self, name: str) -> Any:
        if name not in self._read:
            raise _NotRead(self._read, name)
        return getattr(self._side, name)[..., self._at]


class _WatchedPool(NamedTuple):
    """What stands in for the columns of a pool."""

    needs: _Watched
    offers: _Watched
    policy: Any
    rarity: Ints

    def __getattr__(self, name: str) -> Any:
        raise ByName(name)


@dataclass(frozen=True, slots=True)
class Judge:
    """Asks rules about the kinds of people of a pool, neither side empty; sorts each set of columns once."""

    columns: PoolColumns
    _sorted: dict[tuple[int, frozenset[str]], Kinds] = field(default_factory=dict)

    def ask(self, rule: Callable[[Pairs], Answer]) -> Judged[Answer]:
        """Give what a rule says of every two kinds that it can tell apart.

        Raises
        ------
        ByName
            Where it tells pairs apart by their names.
        """
        read: tuple[set[str], set[str]] = (set(), set())
        anyone = Kinds(np.zeros(0, dtype=np.int64), np.zeros(1, dtype=np.int64))
        self._watch(rule, read, lambda: (anyone, anyone))
        return self._watch(rule, read, lambda: (self._kinds(0, read[0]), self._kinds(1, read[1])))

    def _watch(
        self,
        rule: Callable[[Pairs], Answer],
        read: tuple[set[str], set[str]],
        kinds_of: Callable[[], tuple[Kinds, Kinds]],
    ) -> Judged[Answer]:
        """Run a rule; where it reads a column for the first time, run it again with that column."""
        while True:
            needs, offers = kinds_of()
            watched = _WatchedPool(
                _Watched(self.columns.needs, needs.first, read[0]),
                _Watched(self.columns.offers, offers.first, read[1]),
                self.columns.policy,
                self.columns.rarity,
            )
            every = np.arange(len(needs.first)), np.arange(len(offers.first))
            try:
                answer = rule(Pairs(cast("PoolColumns", watched), every[0][:, None], every[1][None, :]))
            except _NotRead as missing:
                known, name = missing.args
                known.add(name)
            else:
                return Judged(needs, offers, answer)

    def _kinds(self, side: int, read: set[str]) -> Kinds:
        key = side, frozenset(read)
        if key not in self._sorted:
            self._sorted[key] = _kinds_in((self.columns.needs, self.columns.offers)[side], sorted(read))
        return self._sorted[key]


def _kinds_in(side: Columns, read: list[str]) -> Kinds:
    """Number the kinds, a kind being all who have the same in every column."""
    if not read:
        return Kinds(np.zeros(len(side), dtype=np.int64), np.zeros(1, dtype=np.int64))
    columns = [np.atleast_2d(getattr(side, name)).T for name in read]
    rows = np.concatenate([np.ascontiguousarray(column).view(np.uint8) for column in columns], axis=1)
    if rows.shape[1] <= FEW_BYTES:
        short = rows @ (1 << 8 * np.arange(rows.shape[1], dtype=np.uint16))
        _, first, of = np.unique(short.astype(np.uint16), return_index=True, return_inverse=True)
        return Kinds(of, first)
    held: list[bytes] = rows.view(f"V{rows.shape[1]}").ravel().tolist()
    number = dict(zip(dict.fromkeys(held), count()))
    of = np.fromiter(map(number.__getitem__, held), dtype=np.int64, count=len(held))
    return Kinds(of, np.unique(of, return_index=True)[1])
