"""The pairings of a round: who is in them, why, and what they add up to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

import numpy as np

from matcher.checks.judgement import NO_WORTH
from matcher.checks.scrutiny import Held
from matcher.checks.view import View, require
from matcher.pairs import Pairs
from matcher.records import WORTH_OF_A_POINT, Contribution, Pairing, Round
from matcher.scoring import contributions_of


def check_pairings(view: View, found: Round) -> Held:
    """Check each pairing by itself, and that nobody is in too many; give them by position."""
    _check_people(view, found)
    locks = set(view.pool.locks)
    pairs = [(pairing.need, pairing.offer) for pairing in found.pairings]
    missing = locks.difference(pairs)
    require(not missing, f"the lock {sorted(missing)[:1]} is not in the round")
    at = np.array([(view.need_at[need], view.offer_at[offer]) for need, offer in pairs], dtype=np.int64)
    needs, offers = at.reshape(-1, 2).T
    locked = np.array([pair in locks for pair in pairs], dtype=np.bool_)
    held = Held(needs, offers, view.judge.worth_of_each(needs, offers), locked)
    explained = contributions_of(Pairs(view.judge.columns, needs, offers), view.judge.program)
    told = locked.tolist(), held.worth.tolist(), view.priority[needs].tolist()
    for pairing, right, is_locked, worth, priority in zip(found.pairings, explained, *told, strict=True):
        name = f"pairing {pairing.need} – {pairing.offer}"
        require(pairing.locked == is_locked, f"{name}: locked is {pairing.locked}")
        require(is_locked or worth != NO_WORTH, f"{name}: may not be proposed")
        _check_score(name, pairing, right)
        require(
            pairing.priority == priority,
            f"{name}: the priority is {pairing.priority}, waiting gives {priority}",
        )
    return held


def _check_people(view: View, found: Round) -> None:
    for name, count in Counter(pairing.need for pairing in found.pairings).items():
        require(name in view.need_at, f"need {name!r} is not in the pool")
        require(count == 1, f"need {name!r} is paired {count} times")
    for name, count in Counter(pairing.offer for pairing in found.pairings).items():
        require(name in view.offer_at, f"offer {name!r} is not in the pool")
        places = int(view.judge.columns.offers.places[view.offer_at[name]])
        require(count <= places, f"offer {name!r} has {places} places and {count} pairings")


def _check_score(name: str, pairing: Pairing, right: tuple[Contribution, ...]) -> None:
    require(
        pairing.contributions == right and _spelt(pairing.contributions) == _spelt(right),
        f"{name}: the contributions are not those of the two people",
    )
    worth = sum(contribution.worth for contribution in right)
    require(
        pairing.worth == worth,
        f"{name}: the score is {pairing.score}, its contributions give {worth / WORTH_OF_A_POINT}",
    )


def _spelt(contributions: Iterable[Contribution]) -> str:
    """Write details out: JSON tells true from 1, and 4 from 4.0, where an equality does not."""
    return json.dumps([dict(contribution.detail) for contribution in contributions], sort_keys=True)


def check_totals(found: Round) -> None:
    """Check what the pairings add up to."""
    totals = found.totals
    require(
        totals.paired == len(found.pairings),
        f"paired is {totals.paired}, the pairings are {len(found.pairings)}",
    )
    for name in ("priority", "worth"):
        right = sum(getattr(pairing, name) for pairing in found.pairings)
        require(
            getattr(totals, name) == right,
            f"total {name} is {getattr(totals, name)}, the pairings give {right}",
        )
