"""What an assignment is asked for, checked once: needs and offers, and the worth of each allowed pair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from matcher.assignment.paths import DEAREST
from matcher.assignment.rows import Ints, NarrowInts, Rows
from matcher.errors import InvalidInput

AnyInts = npt.NDArray[np.integer[Any]]

MOST_WORTH: Final = 1_000_000
MOST_PRIORITY: Final = 1_000_000
PAIRS_A_BLOCK: Final = 2**18
NEEDS_A_BLOCK: Final = 2**12


class Block(NamedTuple):
    """Some of the allowed pairs, by need and then by offer, each with its value."""

    need: Ints
    offer: Ints
    worth: Ints
    value: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """Needs, offers and allowed pairs, in canonical order (n needs, m offers).

    Attributes
    ----------
    start : int64, shape (n + 1,)
        The pairs of need i stand from ``start[i]`` to before ``start[i + 1]``.
    offer, worth : int32, shape (pairs,)
        Sorted by offer within each need.
    places : int64, shape (m,)
        Never more than n + 1, which is as good as any larger number.
    priority : int64, shape (n,)
    scale : int
        A unit of priority is worth more than all worths together.
    """

    start: Ints
    offer: NarrowInts
    worth: NarrowInts
    places: Ints
    priority: Ints
    scale: int

    @property
    def dearest(self) -> int:
        """A price that no pair's value passes."""
        return self.scale * int(self.priority.max(initial=0)) + MOST_WORTH

    def blocks(self) -> Iterator[Block]:
        """Yield all allowed pairs, some whole needs at a time, so that memory stays small."""
        for rows in self.rows():
            need = np.repeat(np.arange(rows.needs.start, rows.needs.stop), np.diff(rows.start))
            worth = rows.worth.astype(np.int64)
            value = self.scale * self.priority[need] + worth
            yield Block(need, rows.offer.astype(np.int64), worth, value)

    def rows(self) -> Iterator[Rows]:
        """Yield all allowed pairs, some whole needs at a time."""
        needs, begin = len(self.priority), 0
        while begin < needs:
            fitting = int(np.searchsorted(self.start, self.start[begin] + PAIRS_A_BLOCK, side="right")) - 1
            end = min(max(fitting, begin + 1), begin + NEEDS_A_BLOCK, needs)
            pairs = slice(int(self.start[begin]), int(self.start[end]))
            start = self.start[begin : end + 1] - self.start[begin]
            yield Rows(
                begin,
                start,
                *(np.require(column[pairs], requirements="W") for column in (self.offer, self.worth)),
            )
            begin = end


def read_market(worth: Any, places: object, priority: object | None) -> Market:
    """Check what `matcher.assignment.assign` is given, and put it in canonical order, the input unchanged.

    Raises
    ------
    InvalidInput
        At the first thing that is wrong; the message names its position.
    """
    if not sparse.issparse(worth) or worth.format != "csr" or worth.ndim != 2:
        raise InvalidInput(
            f"worth is {_kind(worth)}; it must be a scipy.sparse CSR array or matrix of two dimensions"
        )
    needs, offers = worth.shape
    start, offer, values = _pairs_of(worth, needs, offers)
    place_counts = _column("places", places, offers, None)
    if priority is None:
        priorities = np.ones(needs, dtype=np.int64)
    else:
        priorities = _column("priority", priority, needs, MOST_PRIORITY)
    kept_places = [min(count, needs + 1) for count in place_counts.tolist()]
    scale = MOST_WORTH * min(needs, sum(kept_places)) + 1
    columns = np.array(kept_places, dtype=np.int64), priorities.astype(np.int64)
    market = Market(start, offer, values, *columns, scale)
    if market.dearest >= DEAREST:
        need = int(np.argmax(priorities))
        raise InvalidInput(
            f"priority[{need}] is {priorities[need]}; with {needs} needs and their places it must be under "
            f"{(DEAREST - MOST_WORTH) // scale}, so that scale * priority stays a whole number of 64 bits"
        )
    return market


def _pairs_of(worth: Any, needs: int, offers: int) -> tuple[Ints, NarrowInts, NarrowInts]:
    """Give the starts, offers and worths of a CSR array whose pairs are checked, sorted and counted once."""
    _check_integers("worth", worth.data)
    start = worth.indptr.astype(np.int64)
    counts = np.diff(start)
    if (
        start.shape != (needs + 1,)
        or start[0] != 0
        or (counts < 0).any()
        or start[-1] > min(worth.indices.size, worth.data.size)
    ):
        raise InvalidInput("worth.indptr does not fit the shape and the stored entries")
    offer, values = worth.indices[: start[-1]], worth.data[: start[-1]]
    for at in first_where((offer < 0) | (offer >= offers)):
        raise InvalidInput(
            f"worth stores offer {offer[at]} for need {_need_at(start, at)}; there are {offers} offers"
        )
    for at in first_where((values < 0) | (values > MOST_WORTH)):
        raise InvalidInput(
            f"worth[{_need_at(start, at)}, {offer[at]}] is {values[at]}; it must be 0 to {MOST_WORTH}"
        )
    if not _rises(offer, start).all():
        order = np.lexsort((offer, np.repeat(np.arange(needs), counts)))
        offer, values = offer[order], values[order]
    for at in first_where(~_rises(offer, start)):
        raise InvalidInput(f"worth[{_need_at(start, at)}, {offer[at]}] is stored twice")
    return start, offer.astype(np.int32, copy=False), values.astype(np.int32, copy=False)


def _rises(offer: AnyInts, start: Ints) -> npt.NDArray[np.bool_]:
    """Tell of each pair but the last whether the next one has a later offer, or is of another need."""
    rises: npt.NDArray[np.bool_] = offer[1:] > offer[:-1]
    ends = start[(start > 0) & (start < offer.size)]
    rises[ends - 1] = True
    return rises


def first_where(flags: npt.ArrayLike) -> list[int]:
    """Give the first position where something is so: a list of one, or of none."""
    first: list[int] = np.flatnonzero(flags)[:1].tolist()
    return first


def _need_at(start: Ints, at: int) -> int:
    return int(np.searchsorted(start, at, side="right")) - 1


def _column(name: str, numbers: object, length: int, most: int | None) -> AnyInts:
    """Give whole numbers >= 0 as an array of the length asked for, or say what is wrong with them."""
    column = _whole(name, numbers)
    if column.shape != (length,):
        raise InvalidInput(f"{name} has the shape {column.shape}; it must be ({length},)")
    wrong = column < 0 if most is None else (column < 0) | (column > most)
    for at in first_where(wrong):
        bounds = "0 or more" if most is None else f"0 to {most}"
        raise InvalidInput(f"{name}[{at}] is {column[at]}; it must be {bounds}")
    return column


def _whole(name: str, numbers: object) -> AnyInts:
    """Give an array of whole numbers; of a list it is one of objects, which hold them however large they are."""
    if not isinstance(numbers, Sequence):
        column = np.asarray(numbers)
        _check_integers(name, column)
        return column
    for at, one in enumerate(numbers):
        if not isinstance(one, int | np.integer) or isinstance(one, bool):
            raise InvalidInput(f"{name}[{at}] is {one!r}; it must be a whole number")
    return np.array(numbers, dtype=object)


def _check_integers(name: str, numbers: npt.NDArray[Any]) -> None:
    if not np.issubdtype(numbers.dtype, np.integer):
        raise InvalidInput(
            f"{name} has the dtype {numbers.dtype}; it must hold whole numbers in an integer dtype"
        )


def _kind(thing: object) -> str:
    return f"{getattr(thing, 'ndim', '')}-dimensional {type(thing).__name__}".removeprefix("-dimensional ")
