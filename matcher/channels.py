"""How two people can talk together: common languages, and bridges between close ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.columns import CHANNEL_AT, CHANNELS, Bits, Columns, Flags, Ints, Small, in_words
from matcher.pairs import Pairs
from matcher.policy import Policy
from matcher.vocabulary import BRIDGES, LEVELS

_BRIDGES_IN_TURN = sorted(range(len(BRIDGES)), key=lambda at: CHANNEL_AT[BRIDGES[at].via, "spoken"])
"""Bridges to French, then to English, come first, since ties go to them."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to talk: a language, the close one that it is understood through, and how easily.

    ``where`` are the pairs that have it, as an index; ``ease`` is in ten-thousandths, one for each of them.
    """

    language: str
    via: str | None
    where: tuple[Ints, ...]
    level: Small
    ease: Ints


def between(pairs: Pairs) -> Iterator[Channel]:
    """Give every channel that someone on each side has, the ones that win ties first."""
    needs, offers = pairs.columns.needs, pairs.columns.offers
    comfort = _comfort(pairs.columns.policy)
    (listed, crosses), (also_listed, also_crosses) = (_held(side) for side in (needs, offers))
    for at in np.flatnonzero(listed & also_listed).tolist():
        yield _channel(pairs, CHANNELS[at][0], None, needs.level[at], offers.level[at], comfort * 100)
    for at in _BRIDGES_IN_TURN:
        bridge = BRIDGES[at]
        via = CHANNEL_AT[bridge.via, "spoken"]
        ease = comfort * bridge.hundredths
        if crosses[at] and also_listed[via]:
            yield _channel(pairs, bridge.language, bridge.via, needs.bridged[at], offers.level[via], ease)
        if also_crosses[at] and listed[via]:
            yield _channel(pairs, bridge.language, bridge.via, needs.level[via], offers.bridged[at], ease)


def _held(side: Columns) -> tuple[Flags, Flags]:
    """Say which channels someone of one side lists, and which bridges someone crosses."""
    listed: Flags = (side.level != 0).any(axis=1)
    crosses: Flags = (side.bridged != 0).any(axis=1)
    return listed, crosses


def _channel(pairs: Pairs, language: str, via: str | None, mine: Small, theirs: Small, ease: Ints) -> Channel:
    """Give a channel from the level of each need and of each offer in it; the lower of the two counts."""
    where, having = pairs.both(mine != 0, theirs != 0)
    lower = np.minimum(mine[having.i], theirs[having.j])
    return Channel(language, via, where, lower, ease[lower])


def known(pairs: Pairs) -> Flags:
    """Say for which pairs both sides told what they speak, sign or write."""
    both: Flags = pairs.columns.needs.knows_languages[pairs.i] & pairs.columns.offers.knows_languages[pairs.j]
    return both


def exists(pairs: Pairs, *, bridges: bool) -> Flags:
    """Say for which pairs both sides reach the least level of the policy in one spoken or signed language."""
    needs, offers = pairs.columns.needs, pairs.columns.offers
    found = _meet(needs.reach, offers.reach, pairs)
    if bridges:
        found |= _meet(needs.reach_bridged, offers.reach, pairs)
        found |= _meet(needs.reach, offers.reach_bridged, pairs)
    return found


def signed_exists(pairs: Pairs) -> Flags:
    """Say for which pairs both sides reach the least level in one signed language."""
    least = 1 + LEVELS.index(pairs.columns.policy.least_level)
    needs, offers = pairs.columns.needs.signed, pairs.columns.offers.signed
    return _meet(in_words(needs >= least), in_words(offers >= least), pairs)


def _comfort(policy: Policy) -> Ints:
    return np.array([0, *(policy.comfort[level] for level in LEVELS)], dtype=np.int64)


def _meet(needs: Bits, offers: Bits, pairs: Pairs) -> Flags:
    found: npt.NDArray[np.bool_] = np.zeros(pairs.shape, dtype=np.bool_)
    for mine, theirs in zip(needs, offers, strict=True):
        found |= (mine[pairs.i] & theirs[pairs.j]) != 0
    return found
