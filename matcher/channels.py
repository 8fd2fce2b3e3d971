"""How two people can talk together: common languages, and bridges between close ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.columns import CHANNEL_AT, CHANNELS, SIGNED_FROM, Bits, Flags, Ints, Small, in_words
from matcher.pairs import Pairs
from matcher.policy import Policy
from matcher.vocabulary import BRIDGES, LEVELS

_BRIDGES_IN_TURN = sorted(range(len(BRIDGES)), key=lambda at: CHANNEL_AT[BRIDGES[at].via, "spoken"])
"""Bridges to French, then to English, come first, since ties go to them."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to talk: a language, the close one that it is understood through, and how easily.

    ``ease`` is in ten-thousandths, one for each pair.
    """

    language: str
    via: str | None
    level: Small
    ease: Ints


def between(pairs: Pairs) -> Iterator[Channel]:
    """Give every channel that someone on each side has, the ones that win ties first."""
    needs, offers = pairs.columns.needs, pairs.columns.offers
    comfort = _comfort(pairs.columns.policy)
    common = (needs.level != 0).any(axis=1) & (offers.level != 0).any(axis=1)
    for at in np.flatnonzero(common).tolist():
        lower = np.minimum(needs.level[at][pairs.i], offers.level[at][pairs.j])
        yield Channel(CHANNELS[at][0], None, lower, comfort[lower] * 100)
    crossed = set(
        np.flatnonzero((needs.bridged != 0).any(axis=1) | (offers.bridged != 0).any(axis=1)).tolist()
    )
    for at in filter(crossed.__contains__, _BRIDGES_IN_TURN):
        bridge = BRIDGES[at]
        via = CHANNEL_AT[bridge.via, "spoken"]
        for side, other, here, there in (
            (needs, offers, pairs.i, pairs.j),
            (offers, needs, pairs.j, pairs.i),
        ):
            if side.bridged[at].any() and other.level[via].any():
                lower = np.minimum(side.bridged[at][here], other.level[via][there])
                yield Channel(bridge.language, bridge.via, lower, comfort[lower] * bridge.hundredths)


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
    needs, offers = pairs.columns.needs.level[SIGNED_FROM:], pairs.columns.offers.level[SIGNED_FROM:]
    return _meet(in_words(needs >= least), in_words(offers >= least), pairs)


def _comfort(policy: Policy) -> Ints:
    return np.array([0, *(policy.comfort[level] for level in LEVELS)], dtype=np.int64)


def _meet(needs: Bits, offers: Bits, pairs: Pairs) -> Flags:
    found: npt.NDArray[np.bool_] = np.zeros(pairs.shape, dtype=np.bool_)
    for mine, theirs in zip(needs, offers, strict=True):
        found |= (mine[pairs.i] & theirs[pairs.j]) != 0
    return found
