"""Why somebody was, or was not, proposed in the latest round: in terms that she may read.

Only what is hers or shareable: never another's field, never who was kept apart from whom, never whether somebody
else's verification is missing. A proposal is told once somebody approved it, and not before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.casework.rows import get, wishes_of
from models.lifecycle import IN_FORCE, UNDECIDED
from models.queries.me import consents_of
from models.tables import Need, Offer, Pairing, Person, Round

TOLD = (
    "blocked_language",
    "blocked_schedule",
    "blocked_distance",
    "blocked_household",
    "blocked_access",
    "blocked_gender",
    "blocked_field",
)
"""Barriers that follow from what people said of themselves; every other one is nobody's business here."""
MOST_REASONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A criterion, the points it gave out of how many, and whether it was known on both sides."""

    criterion: str
    points: float
    most: int
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What the latest round made of one need or offer.

    ``outcome`` is ``proposed`` (an approved pairing), ``not_looked_at`` (with why in ``reasons``), ``none_yet`` (no
    round since), ``in_review`` (a coordinator has not decided on the whole round yet), or ``looked_at`` (nothing was
    proposed, with the barriers met most often in ``reasons``).
    """

    side: str
    program: str
    outcome: str
    ran_on: date | None
    reasons: tuple[str, ...]
    others_first: bool
    below_floor: bool
    factors: tuple[Factor, ...]


def why(session: Session, person_id: str) -> tuple[Why, ...]:
    """Give what became of each need and offer of a person, those that are over excepted."""
    person = get(session, Person, person_id)
    wishes = [wish for wish in wishes_of(session, person_id) if wish.state not in ("withdrawn", "finished")]
    return tuple(_why(session, person, wish) for wish in wishes)


def _why(session: Session, person: Person, wish: Need | Offer) -> Why:
    latest = _latest(session, wish.program, wish.published_at)
    ran_on = latest.today if latest else None
    pairing = _told(session, wish)
    if pairing is not None:
        return _said(wish, "proposed", ran_on, factors=_factors(pairing.contributions))
    if reasons := _why_not_looked_at(session, person, wish):
        return _said(wish, "not_looked_at", ran_on, reasons=reasons)
    if latest is None:
        return _said(wish, "none_yet", None)
    if _is_in_review(session, latest):
        return _said(wish, "in_review", ran_on)
    verdict = next((one for one in latest.document["unpaired"] if one["need"] == wish.id), None)
    if verdict is None:
        return _said(wish, "looked_at", ran_on)
    return _said(
        wish,
        "looked_at",
        ran_on,
        reasons=_most_met(verdict["barriers"] or {}),
        others_first=bool(verdict["compatible"]),
        below_floor=bool(verdict["below_floor"]),
    )


def _said(  # noqa: PLR0913 - an answer has these parts
    wish: Need | Offer,
    outcome: str,
    ran_on: date | None,
    *,
    reasons: tuple[str, ...] = (),
    others_first: bool = False,
    below_floor: bool = False,
    factors: tuple[Factor, ...] = (),
) -> Why:
    return Why(
        side=wish.__tablename__,
        program=wish.program,
        outcome=outcome,
        ran_on=ran_on,
        reasons=reasons,
        others_first=others_first,
        below_floor=below_floor,
        factors=factors,
    )


def _latest(session: Session, program: str, since: datetime) -> Round | None:
    chosen = select(Round).where(Round.program == program, Round.ran_at >= since)
    return session.scalars(chosen.order_by(Round.ran_at.desc()).limit(1)).first()


def _is_in_review(session: Session, latest: Round) -> bool:
    """Whether anything of a round waits for a decision: to tell some and not others would tell what is proposed."""
    undecided = select(Pairing.id).where(Pairing.round_id == latest.id, Pairing.state.in_(UNDECIDED))
    return session.scalars(undecided.limit(1)).first() is not None


def _told(session: Session, wish: Need | Offer) -> Pairing | None:
    """Give the latest pairing that a coordinator approved and that stands."""
    side = Pairing.need_id if isinstance(wish, Need) else Pairing.offer_id
    chosen = select(Pairing).where(side == wish.id, Pairing.state.in_(IN_FORCE))
    return session.scalars(chosen.order_by(Pairing.approved_at.desc()).limit(1)).first()


def _why_not_looked_at(session: Session, person: Person, wish: Need | Offer) -> tuple[str, ...]:
    found = []
    if person.state != "ready":
        found.append("not_ready")
    if "matching" not in consents_of(session, person.id):
        found.append("matching_off")
    if wish.state == "paused":
        found.append("paused")
    if isinstance(wish, Need) and wish.crisis_flag:
        found.append("crisis")
    return tuple(found)


def _most_met(barriers: Mapping[str, int]) -> tuple[str, ...]:
    """Give the barriers that may be told, the most frequent first, without how many: a count could point to one person."""
    told = sorted((code for code in barriers if code in TOLD), key=lambda code: (-barriers[code], code))
    return tuple(told[:MOST_REASONS])


def _factors(contributions: list[dict[str, Any]]) -> tuple[Factor, ...]:
    return tuple(
        Factor(criterion=part["criterion"], points=part["points"], most=part["weight"], known=part["known"])
        for part in sorted(contributions, key=lambda part: (-part["points"], part["criterion"]))
    )
