"""What is known of a person, as the screens would have been filled in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from matcher.vocabulary import LEVELS
from models.casework.sheets import OfferSheet
from web.forms.answers import TICKED
from web.forms.moments import raw_of_instant
from web.forms.person import ELSEWHERE
from web.words import TASTES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from models.casework.sheets import NeedSheet, Profile
    from models.interpreting import Arrangement
    from models.queries.interpreting.mine import Given
    from web.forms.journey import Raw

Sheet = TypeVar("Sheet", "Profile", "NeedSheet | OfferSheet")


def changed(known: Sheet, said: Mapping[str, Any], shown: Mapping[str, Any]) -> Sheet:
    """Give what is known with what differs from what a screen showed: the rest stays as it is stored.

    A screen cannot show everything, such as a box of which nothing is known.
    """
    return replace(known, **{name: value for name, value in said.items() if value != shown[name]})


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
            sector=profile.sector or ELSEWHERE,
            travel_mode=travel and travel.mode,
            limit_km=travel and travel.limit_km is not None and f"{travel.limit_km:.0f}",
            remote_ok=travel and travel.remote_ok and TICKED,
        ),
        "foyer": _filled(household=household and household.form)
        | {"children_bands": list((household and household.children_bands) or ())}
        | {"access_needs": _access_needs(profile)},
        "souhaits": _filled(stay_until=profile.stay_until and profile.stay_until.isoformat()),
    }


def raw_of_wishes(sheet: NeedSheet | OfferSheet, profile: Profile) -> Raw:
    """Give the raw answers of the screen about the wishes."""
    return _sheet(sheet) | raw_of(profile)["souhaits"]


def _sheet(sheet: NeedSheet | OfferSheet) -> Raw:
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
        shared
        | _filled(capacity=str(sheet.capacity), **given)
        | {"meets_access": list(sheet.meets_access or ())}
    )


def raw_of_request(profile: Profile) -> Raw:
    """Give what the form of a request can say already: the language that a person knows best, and her sector."""
    spoken = [it for it in profile.languages or () if it.code != "fra" and it.mode != "written"]
    best = max(spoken, key=lambda it: LEVELS.index(it.level), default=None)
    return _filled(from_language=best and best.code, to_language="fra", sector=profile.sector)


def raw_of_arrangement(it: Arrangement) -> Raw:
    """Give when, how and where an appointment is, as the form of a change shows it."""
    said = _filled(minutes=it.minutes, mode=it.modes[0], sector=it.sector, place=it.place)
    return said | {"also_modes": list(it.modes[1:])} | raw_of_instant("start", it.start)


def raw_of_interpreter(given: Given) -> Raw:
    """Give the raw answers of the page on which an interpreter says what she gives."""
    raw: Raw = {"rows": [str(len(given.languages))], "zone": [given.zone]}
    for row, one in enumerate(given.languages, start=1):
        raw |= {
            f"{name}-{row}": [one[of]]
            for name, of in (("language", "code"), ("level", "level"), ("mode", "mode"))
        }
    raw |= {
        "settings": list(given.settings),
        "modes": list(given.modes),
        "trained_for": list(given.trained_for),
    }
    hours = _filled(max_hours_day=given.max_hours_day, max_hours_month=given.max_hours_month)
    return raw | hours | _weeks_of(given.availability)


def _filled(**values: object) -> Raw:
    return {name: [str(value)] for name, value in values.items() if value}


def _access_needs(profile: Profile) -> list[str]:
    """A list may say « par écrit » of the contact alone; here it is one box with the needs."""
    needs = list(profile.access_needs or ())
    return needs if profile.contact != "text_only" or "text_only" in needs else [*needs, "text_only"]


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
    return _weeks_of(profile.availability or ())


def _weeks_of(weeks: Sequence[Collection[str]]) -> Raw:
    if len(set(map(frozenset, weeks))) > 1:
        return {"rhythm": ["changes"]} | {f"week-{place}": list(slots) for place, slots in enumerate(weeks)}
    return {"rhythm": ["same"], "week-usual": list(weeks[0]) if weeks else []}
