"""The round that changes least: as good as the best, with as many pairings of a round before as can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np

from matcher.assignment.keeping import keep_most
from matcher.assignment.rows import Edges, Prices, tight_in
from matcher.columns import Ints
from matcher.methods import Decision, lift_of, places_in_play
from matcher.play import Play
from matcher.search.bounds import Limits

Couple = tuple[str, str]
"""The ids of a need and an offer."""


def changing_least(play: Play, best: Decision, previous: Iterable[Couple]) -> Decision:
    """Give the best decision that keeps the most of some pairs, whoever they are."""
    lift = lift_of(play, best.scale)
    whole = [piece.rows for piece in play.search.pieces if (piece.beyond < 0).all()]

    def prices(needs: slice) -> tuple[Any, ...]:
        return Prices(lift[needs], best.need_price[needs], best.place_price), play.search.work

    def tight() -> Iterator[Edges]:
        limits = Limits(best.place_price, lift - best.need_price + 1)
        return play.search.ask(tight_in, prices, chain(whole, play.search.rest(limits)))

    before = _positions(play, previous)
    chosen = keep_most(places_in_play(play), best.chosen, (best.need_price, best.place_price), before, tight)
    return replace(best, chosen=chosen)


def _positions(play: Play, couples: Iterable[Couple]) -> Ints:
    """Give where pairs stand in a pool, those apart of which it lacks a person."""
    needs, offers = (
        {name: at for at, name in enumerate(side.ids)} for side in (play.columns.needs, play.columns.offers)
    )
    found = [(needs[need], offers[offer]) for need, offer in couples if need in needs and offer in offers]
    return np.array(found, dtype=np.int64).reshape(-1, 2)
