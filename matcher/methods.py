"""Ways to choose who is paired with whom: the best round with its proof, and two to compare it with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from matcher.columns import Flags, Ints
from matcher.market import MOST_WORTH
from matcher.paths import DEAREST
from matcher.play import Play
from matcher.pricing import solve
from matcher.rows import Edges, Prices, Rows, underpriced_in


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """Who is paired, locks apart, and what it proves; all by position.

    ``chosen`` has the shape (k, 2), rows (need, offer) by need. ``need_price`` and ``place_price`` are the
    prices of all needs and offers; empty where nothing is proved by prices.
    """

    chosen: Ints
    scale: int
    need_price: Ints
    place_price: Ints
    proves: str | None


def optimal(play: Play) -> Decision:
    """Assign exactly, with the prices that prove it: the last question priced every pair."""
    scale, has_need = _in_play(play)
    lift = np.where(play.is_waiting, scale * play.priority, -DEAREST)

    def underpriced(need_price: Ints, place_price: Ints, width: int) -> Edges:
        def prices(needs: slice) -> tuple[Any, ...]:
            return Prices(lift[needs], need_price[needs], place_price), width, play.search.size

        return _joined(play.search.ask(underpriced_in, prices))

    dearest = scale * int(play.priority.max(initial=0)) + MOST_WORTH
    standing = solve(np.where(has_need, play.places, 0), play.priority, dearest, underpriced)
    need = np.flatnonzero(standing.offer_of >= 0)
    return Decision(
        chosen=np.column_stack((need, standing.offer_of[need])),
        scale=scale,
        need_price=standing.need_price,
        place_price=np.where(has_need, standing.place_price, 0),
        proves="optimal",
    )


def _joined(found: Iterable[Edges]) -> Edges:
    columns = zip(Edges(*[np.zeros(0, dtype=np.int64)] * 3), *found, strict=True)
    return Edges(*(np.concatenate(each) for each in columns))


def _in_play(play: Play) -> tuple[int, Flags]:
    """Give the scale, and say which offers with a place some waiting need may have."""
    has_place = play.places > 0
    has_offer, has_need = (np.zeros(len(side), dtype=np.bool_) for side in (play.is_waiting, has_place))
    for needs, offers in play.search.ask(_open_in, lambda needs: (play.is_waiting[needs], has_place)):
        has_offer[needs] = True
        has_need[offers] = True
    places = int(play.places[has_need].sum())
    return MOST_WORTH * min(int(has_offer.sum()), places) + 1, has_need


def _open_in(rows: Rows, is_waiting: Flags, has_place: Flags) -> tuple[Ints, Ints]:
    """Give the needs and the offers of some rows that are in play."""
    is_open = has_place[rows.offer] & np.repeat(is_waiting, np.diff(rows.start))
    count = np.concatenate(([0], np.cumsum(is_open)))[rows.start]
    has_need = np.zeros(len(has_place), dtype=np.bool_)
    has_need[rows.offer[is_open]] = True
    return rows.first + np.flatnonzero(np.diff(count)), np.flatnonzero(has_need)


def stable(play: Play) -> Decision:
    """Take pairs by falling score, so that no two people would both score higher together."""
    pairs = play.pairs
    order = np.lexsort((pairs.offer, pairs.need, -pairs.worth))
    return _taken_in_turn(play, order, "stable")


def arrival(play: Play) -> Decision:
    """Let each need, longest waiting first, take its best offer left, as offices do by hand."""
    pairs = play.pairs
    since = np.array([need.waiting_since.toordinal() if need.waiting_since else 10**9 for need in play.needs])
    order = np.lexsort((pairs.offer, -pairs.worth, pairs.need, since[pairs.need]))
    return _taken_in_turn(play, order, None)


def _taken_in_turn(play: Play, order: Ints, proves: str | None) -> Decision:
    places, served, taken = play.places.copy(), set[int](), []
    for need, offer in zip(play.pairs.need[order].tolist(), play.pairs.offer[order].tolist(), strict=True):
        if need not in served and places[offer] > 0:
            served.add(need)
            places[offer] -= 1
            taken.append((need, offer))
    chosen, none = np.array(sorted(taken), dtype=np.int64).reshape(-1, 2), np.zeros(0, dtype=np.int64)
    return Decision(chosen=chosen, scale=_in_play(play)[0], need_price=none, place_price=none, proves=proves)


METHODS: Mapping[str, Callable[[Play], Decision]] = {
    "optimal": optimal,
    "stable": stable,
    "arrival": arrival,
}
