"""The records of a pool as columns of whole numbers, one position a person.

Everything that barriers and criteria read stands here, so that one definition of each serves a whole
pool and a single pair alike. Unknown is -1 in a column of codes and False in a column named ``knows_…``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.policy import Policy
from matcher.vocabulary import (
    BRIDGES,
    INTEREST_FAMILIES,
    INTERESTS,
    LANGUAGES,
)

Ints = npt.NDArray[np.int64]
AnyInts = npt.NDArray[Any]
Bits = npt.NDArray[np.uint64]
Small = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]

CHANNELS: tuple[tuple[str, str], ...] = tuple(
    (code, mode)
    for mode in ("spoken", "signed")
    for code in sorted(LANGUAGES, key=lambda code: (code != "fra", code != "eng", code))
)
"""Every way to talk together; French, then English, come first, since ties go to them."""
CHANNEL_AT: Mapping[tuple[str, str], int] = {channel: at for at, channel in enumerate(CHANNELS)}
_BRIDGES_FROM = {
    (start, "spoken"): [at for at, bridge in enumerate(BRIDGES) if bridge.language == start]
    for start in {bridge.language for bridge in BRIDGES}
}
SIGNED_FROM = CHANNELS.index(("fra", "signed"))

LIKES, WANTS_TO_TRY, NOT_FOR_ME = 1, 2, 4
_FAMILY_OF = {code: list(INTEREST_FAMILIES).index(term.row["family"]) for code, term in INTERESTS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """One side of a pool. ``n`` people; a first axis of another length comes before the people."""

    ids: tuple[str, ...]
    consents: Flags
    gender: Small
    gender_request: Small
    age_band: Small
    sector: Small
    drives: Flags
    limit_um: Ints
    """Travel limit in micrometres; -1 where unknown."""
    remote_ok: Flags
    household: Small
    knows_children: Flags
    children: Bits
    has_children: Flags
    goals: Bits
    access: Bits
    meetings: Small
    months: Small
    knows_availability: Flags
    availability: Bits
    """Shape (weeks, n)."""
    knows_languages: Flags
    level: Small
    """Shape (channels, n): 0 where a channel is not listed, else 1 + the rank of the level."""
    bridged: Small
    """Shape (bridges, n): the level in the language that a bridge starts from; 0 for those who list its end."""
    reach: Bits
    """Shape (words, n): the channels at the policy's least level or above, 64 to a word."""
    reach_bridged: Bits
    """Shape (words, n): the channels reached through a bridge at that level or above."""
    knows_interests: Flags
    interest: npt.NDArray[np.uint8]
    """Shape (interests, n): the sum of LIKES, WANTS_TO_TRY and NOT_FOR_ME."""
    families: Bits
    crisis: Flags
    places: Ints
    vetted: Flags
    trained: Flags
    accepts_interpreter: Flags
    knows_meets: Flags
    meets: Bits
    refuses_children: Flags

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def signed(self) -> Small:
        """Give the levels in the channels that are signed."""
        return self.level[SIGNED_FROM:]

    def at(self, positions: slice | Ints) -> Columns:
        """Give the columns of some people only, in the order of ``positions``."""
        kept = {
            field.name: getattr(self, field.name)[..., positions]
            for field in fields(self)
            if field.name != "ids"
        }
        ids = self.ids[positions] if isinstance(positions, slice) else tuple(self.ids[at] for at in positions)
        return Columns(ids=ids, **kept)


@dataclass(frozen=True, slots=True)
class PoolColumns:
    """Both sides of a pool, the policy that reads them, and the pairs named by someone.

    ``excluded``, ``tied`` and ``forbidden`` hold (need position, offer position) in rows, shape (k, 2).
    """

    needs: Columns
    offers: Columns
    policy: Policy
    rarity: Ints
    excluded: Ints
    tied: Ints
    forbidden: Ints

    def at(self, needs: Ints, offers: Ints) -> PoolColumns:
        """Give the columns of some people only, in the order of the positions given."""

        def moved(pairs: Ints) -> Ints:
            kept = pairs[np.isin(pairs[:, 0], needs) & np.isin(pairs[:, 1], offers)]
            place = ({at: new for new, at in enumerate(side.tolist())} for side in (needs, offers))
            need_to, offer_to = place
            return np.array([(need_to[n], offer_to[o]) for n, o in kept.tolist()], dtype=np.int64).reshape(
                -1, 2
            )

        return PoolColumns(
            self.needs.at(needs),
            self.offers.at(offers),
            self.policy,
            self.rarity,
            *map(moved, (self.excluded, self.tied, self.forbidden)),
        )


def in_words(flags: Flags) -> Bits:
    """Pack flags of shape (k, n) into 64-bit words of shape (words, n)."""
    packed = np.packbits(flags, axis=0)
    padded = np.zeros((-(-len(packed) // 8) * 8, flags.shape[1]), dtype=np.uint8)
    padded[: len(packed)] = packed
    return np.ascontiguousarray(padded.T).view(np.uint64).T.copy()
