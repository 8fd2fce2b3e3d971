"""The digest of a pool: the same whatever file it came from and in whatever order its rows stood."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from matcher.undisturbed import undisturbed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matcher.records import Household, Interests, Language, Need, Offer, Pool, Travel

FORMAT = "passerelle-pool/1"
PLAIN = (
    "id",
    "sector",
    "age_band",
    "gender",
    "gender_request",
    "contact",
    "meetings_per_month",
    "months",
    "stay_until",
    "consent",
    "field",
    "waiting_since",
    "capacity",
    "active_pairings",
    "vetting_done",
    "training_done",
    "accepts_interpreter",
    "will_drive",
    "accepts_children",
    "years_in_field_here",
    "hours_last_30d",
)
"""Fields that are one value: left out where unknown."""
SAID_ONLY_IF_TRUE = ("pressing", "crisis_flag")
SAID_ONLY_IF_ANY = ("goals", "access_needs", "excludes", "tied_to")
"""Fields whose empty list says as little as nothing."""


def pool_digest(pool: Pool) -> str:
    """Give ``sha256:`` and the SHA-256 of the canonical JSON of a pool, in hexadecimal."""
    with undisturbed():
        text = json.dumps(canonical_pool(pool), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + sha256(text.encode()).hexdigest()


def canonical_pool(pool: Pool) -> dict[str, Any]:
    """Give the JSON value of a pool with its rows by id, sets sorted, and nothing that is unknown."""
    canonical: dict[str, Any] = {
        "format": FORMAT,
        "program": pool.program,
        "today": pool.today.isoformat(),
        "needs": [canonical_row(need) for need in sorted(pool.needs, key=_by_id)],
        "offers": [canonical_row(offer) for offer in sorted(pool.offers, key=_by_id)],
    }
    if pool.locks:
        canonical["locks"] = [list(pair) for pair in sorted(pool.locks)]
    if pool.forbidden:
        canonical["forbidden"] = [list(pair) for pair in sorted(set(pool.forbidden))]
    return canonical


def canonical_row(row: Need | Offer) -> dict[str, Any]:
    """Give the JSON value of a need or an offer with its sets sorted and nothing that is unknown."""
    found: dict[str, Any] = {name: _value(getattr(row, name, None)) for name in PLAIN}
    found |= {name: getattr(row, name, None) or None for name in SAID_ONLY_IF_TRUE}
    found |= {name: _codes(getattr(row, name, None)) or None for name in SAID_ONLY_IF_ANY}
    found["languages"] = _languages(row.languages) or None
    found["availability"] = row.availability and [_codes(week) for week in row.availability]
    found["interests"] = row.interests and _interests(row.interests)
    found["travel"] = _travel(row.travel)
    found["household"] = _household(row.household)
    found["meets_access"] = _codes(getattr(row, "meets_access", None))
    return {name: value for name, value in found.items() if value is not None}


def _by_id(row: Need | Offer) -> str:
    return row.id


def _value(value: Any) -> Any:
    """Give a value as JSON has it; whole numbers are whole, so that 25.0 and 25 are one."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _codes(codes: Iterable[str] | None) -> list[str] | None:
    return None if codes is None else sorted(set(codes))


def _languages(languages: Iterable[Language] | None) -> list[dict[str, str]]:
    known = sorted({(one.code, one.mode, one.level) for one in languages or ()})
    return [{"code": code, "level": level, "mode": mode} for code, mode, level in known]


def _interests(interests: Interests) -> dict[str, Any]:
    return {
        "like": _codes(interests.like),
        "want_to_try": _codes(interests.want_to_try),
        "not_for_me": _codes(interests.not_for_me),
    }


def _travel(travel: Travel | None) -> dict[str, Any] | None:
    if travel is None:
        return None
    return _known(mode=travel.mode, limit_km=_value(travel.limit_km), remote_ok=travel.remote_ok)


def _household(household: Household | None) -> dict[str, Any] | None:
    if household is None:
        return None
    return _known(form=household.form, children_bands=_codes(household.children_bands))


def _known(**parts: Any) -> dict[str, Any] | None:
    return {name: value for name, value in parts.items() if value is not None} or None
