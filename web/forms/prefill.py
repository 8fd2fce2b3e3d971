"""What is known of a person, as the screens would have been filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.casework.sheets import OfferSheet
from web.forms.answers import TICKED
from web.words import TASTES

if TYPE_CHECKING:
    from models.casework.sheets import NeedSheet, Profile
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
            remote_ok=travel and travel.remote_ok and TICKED,
        ),
        "foyer": _filled(household=household and household.form)
        | {"children_bands": list((household and household.children_bands) or ())}
        | {"access_needs": list(profile.access_needs or ())},
        "souhaits": _filled(stay_until=profile.stay_until and profile.stay_until.isoformat()),
    }


def raw_of_sheet(sheet: NeedSheet | OfferSheet) -> Raw:
    """Give the raw answers of the screen about the wishes."""
    shared = _filled(
        gender_request=sheet.gender_request or "any",
        meetings_per_month=sheet.meetings_per_month,
        months=sheet.months,
    ) | {"goals": list(sheet.goals or ())}
    if not isinstance(sheet, OfferSheet):
        return shared
    given = {
        name: getattr(sheet, name) and TICKED
        for name in ("accepts_interpreter", "will_drive", "accepts_children")
    }
    return (
        shared | _filled(capacity=sheet.capacity, **given) | {"meets_access": list(sheet.meets_access or ())}
    )


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
    if len(set(map(frozenset, weeks))) > 1:
        return {"rhythm": ["changes"]} | {f"week-{place}": list(slots) for place, slots in enumerate(weeks)}
    return {"rhythm": ["same"], "week-usual": list(weeks[0]) if weeks else []}
