"""The alternates of a round: each may be proposed and is worth what is said, and none better is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matcher.checks.scrutiny import MOST_WORTH, Held, ranked
from matcher.checks.view import View, require
from matcher.columns import Flags, Ints
from matcher.records import Alternate, Round


@dataclass(frozen=True, slots=True)
class Side:
    """The alternates of needs, or of offers, flat: whose, who, and the worth said of them, by position.

    ``given`` counts them by owner; ``sound`` says whose are people of the pool with a worth that there is;
    ``least`` is the rank from which others belong among them.
    """

    word: str
    ids: list[str]
    others: int
    owner: Ints
    other: Ints
    worth: Ints
    given: Ints
    sound: Flags
    least: Ints


def sides_of(view: View, found: Round) -> tuple[Side, Side]:
    """Lay out the alternates of needs and of offers, or refuse those of other people."""
    require(
        found.alternates.keys() == view.need_at.keys(),
        "the alternates are not those of the needs of the pool",
    )
    require(
        found.offer_alternates.keys() == view.offer_at.keys(), "the alternates are not those of the offers"
    )
    most = max(map(len, (*found.alternates.values(), *found.offer_alternates.values())), default=0)
    return (
        _side("need", found.alternates, view.need_at, view.offer_at, most),
        _side("offer", found.offer_alternates, view.offer_at, view.need_at, most),
    )


def _side(
    word: str,
    alternates: Mapping[str, tuple[Alternate, ...]],
    owner_at: Mapping[str, int],
    other_at: Mapping[str, int],
    most: int,
) -> Side:
    given = np.array([len(alternates[name]) for name in owner_at], dtype=np.int64)
    sound, rows = np.ones(len(owner_at), dtype=np.bool_), []
    for name, at in owner_at.items():
        for one in alternates[name]:
            if one.id in other_at and 0 <= one.worth <= MOST_WORTH:
                rows.append((at, other_at[one.id], one.worth))
            else:
                sound[at] = False
    owner, other, worth = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    last = np.full(len(given), np.iinfo(np.int64).max)
    np.minimum.at(last, owner, ranked(worth, other, len(other_at)))
    least = np.where(given < most, 0, last)
    return Side(word, list(owner_at), len(other_at), owner, other, worth, given, sound, least)


def check_alternates(view: View, held: Held, side: Side, better: Ints) -> None:
    """Check the alternates of one side, of whom a look at every pair counted ``better`` others or paired ones."""
    mine, theirs = (held.need, held.offer) if side.word == "need" else (held.offer, held.need)
    paired = ranked(held.worth, theirs, side.others) >= side.least[mine]
    counted = side.given + np.bincount(mine[paired], minlength=len(side.given))
    right = side.sound & _in_order(side) & (counted == better)
    pairs = (side.owner, side.other) if side.word == "need" else (side.other, side.owner)
    wrong = view.judge.worth_of_each(*pairs) != side.worth
    wrong |= np.isin(side.owner * side.others + side.other, mine * side.others + theirs)
    right[side.owner[wrong]] = False
    first = next((name for name, holds in zip(side.ids, right.tolist(), strict=True) if not holds), None)
    require(first is None, f"{side.word} {first!r}: the alternates are wrong")


def _in_order(side: Side) -> Flags:
    """Say whose alternates stand best first, none of them twice."""
    rank = ranked(side.worth, side.other, side.others)
    wrong = (side.owner[1:] == side.owner[:-1]) & (rank[1:] >= rank[:-1])
    in_order = np.ones(len(side.given), dtype=np.bool_)
    in_order[side.owner[1:][wrong]] = False
    return in_order
