"""What is known of a person, as the screens would have been filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.words import TASTES

if TYPE_CHECKING:
    from models.casework.sheets import Profile
    from web.forms.journey import Raw


def raw_of(profile: Profile) -> dict[str, Raw]:
    """Give the raw answers of every screen about the person."""
    travel, household = profile.travel, profile.household
    return {
        "qui": _filled(
            first_name=profile.first_name,
            surname=profile.surname,
            age_band=profile.age_band,
            gender=profile.gender,
            phone=profile.phone,
        ),
        "langues": _languages(profile),
        "interets": {
            f"interest-{code}": [kind] for kind in TASTES for code in getattr(profile.interests, kind, ())
        },
        "quand": _weeks(profile),
        "ou": _filled(
            sector=profile.sector,
            travel_mode=travel and travel.mode,
            limit_km=travel and travel.limit_km is not None and f"{travel.limit_km:.0f}",
            remote_ok=travel and travel.remote_ok and "yes",
        ),
        "foyer": _filled(household=household and household.form)
        | {"children_bands": list((household and household.children_bands) or ())}
        | {"access_needs": list(profile.access_needs or ())},
        "souhaits": _filled(stay_until=profile.stay_until and profile.stay_until.isoformat()),
    }


def _filled(**values: object) -> Raw:
    return {name: [str(value)] for name, value in values.items() if value}


def _languages(profile: Profile) -> Raw:
    raw: Raw = {"rows": [str(len(profile.languages or ()))]}
    for row, language in enumerate(profile.languages or (), start=1):
        raw |= {
            f"language-{row}": [language.code],
            f"level-{row}": [language.level],
            f"mode-{row}": [language.mode],
        }
    return raw


def _weeks(profile: Profile) -> Raw:
    weeks = profile.availability or ()
    rhythm = "same" if len(set(map(frozenset, weeks))) < 2 else "changes"
    return {"rhythm": [rhythm]} | {f"week-{place}": list(slots) for place, slots in enumerate(weeks)}
