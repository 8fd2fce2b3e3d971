"""Small pools full of near misses: few codes, so that people meet, clash and tie often."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from matcher.records import Household, Interests, Language, Need, Offer, Pool, Travel

TODAY = date(2026, 3, 2)
LEVELS = ("A0", "A1", "A2", "B1", "B2", "C1", "native")
SPOKEN = ("fra", "eng", "spa", "prs", "fas", "ary", "apc", "ara", "wol")
SIGNED = ("fcs", "ase")
TASTES = ("fishing", "ice_fishing", "hunting", "snowshoeing", "home_cooking", "cinema", "soccer", "hiking")
SLOTS = ("sat_am", "sat_pm", "sun_pm", "tue_ev")
SECTORS = (
    "chicoutimi_centre",
    "chicoutimi_nord",
    "arvida",
    "jonquiere_centre",
    "shipshaw",
    "bagotville",
    "laterriere",
)
FORMS = ("single", "couple", "family", "shared", "student_residence")
BANDS = ("0-2", "3-5", "6-11", "12-14", "15-17")
AGES = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
GOALS = ("practise_french", "friendship", "discover_region", "children", "listening")
ACCESS = ("wheelchair", "no_stairs", "text_only", "signed_language")


def _often(draw: Random, share: float) -> bool:
    return draw.random() < share


def _some(draw: Random, codes: tuple[str, ...], most: int, least: int = 0) -> tuple[str, ...]:
    return tuple(draw.sample(codes, draw.randint(least, most)))


def _known(draw: Random, value: Any, share: float = 0.9) -> Any:
    """Leave a field out now and then."""
    return value if _often(draw, share) else None


def _languages(draw: Random) -> tuple[Language, ...]:
    found = [Language(code=code, level=draw.choice(LEVELS)) for code in _some(draw, SPOKEN, 3)]
    if _often(draw, 0.6) and not any(language.code == "fra" for language in found):
        found.append(Language(code="fra", level=draw.choice(LEVELS)))
    if _often(draw, 0.25):
        found.append(Language(code=draw.choice(SIGNED), level=draw.choice(LEVELS), mode="signed"))
    if _often(draw, 0.2):
        found.append(Language(code=draw.choice(SPOKEN), level="B2", mode="written"))
    return tuple(found)


def _interests(draw: Random) -> Interests:
    codes = draw.sample(TASTES, len(TASTES))
    first = draw.randint(0, 4)
    second = draw.randint(first, 6)
    third = draw.randint(second, min(second + 2, len(codes)))
    return Interests(
        like=tuple(codes[:first]),
        want_to_try=tuple(codes[first:second]),
        not_for_me=tuple(codes[second:third]),
    )


def _travel(draw: Random) -> Travel:
    return Travel(
        mode=_known(draw, draw.choice(("car", "car", "bus", "walk"))),
        limit_km=_known(draw, draw.choice((0, 2, 5, 8.5, 10, 15, 25, 40)), 0.7),
        remote_ok=_known(draw, _often(draw, 0.4), 0.8),
    )


def _household(draw: Random) -> Household:
    return Household(
        form=_known(draw, draw.choice(FORMS)), children_bands=_known(draw, _some(draw, BANDS, 3), 0.8)
    )


def _shared(draw: Random) -> dict[str, Any]:
    return {
        "languages": _known(draw, _languages(draw), 0.95),
        "interests": _known(draw, _interests(draw)),
        "availability": _known(draw, tuple(_some(draw, SLOTS, 4) for _ in range(4))),
        "sector": _known(draw, draw.choice(SECTORS)),
        "travel": _known(draw, _travel(draw)),
        "household": _known(draw, _household(draw)),
        "age_band": _known(draw, draw.choice(AGES)),
        "gender": draw.choice(("f", "m", "x", None)),
        "gender_request": draw.choice(("f", "m", *(None,) * 14)),
        "goals": _known(draw, _some(draw, GOALS, 4)),
        "access_needs": _known(draw, _some(draw, ACCESS, 1) if _often(draw, 0.2) else ()),
        "contact": _known(draw, "any"),
        "meetings_per_month": _known(draw, draw.randint(1, 8)),
        "months": _known(draw, draw.randint(1, 12)),
        "consent": _known(draw, _often(draw, 0.98), 0.98),
    }


def _need(draw: Random, name: str) -> Need:
    return Need(
        id=name,
        excludes=_some(draw, ("o0", "o1"), 1) if _often(draw, 0.1) else (),
        waiting_since=_known(draw, TODAY - timedelta(days=draw.choice((0, 1, 29, 30, 31, 59, 60, 100)))),
        pressing=_often(draw, 0.1),
        crisis_flag=_often(draw, 0.05),
        **_shared(draw),
    )


def _offer(draw: Random, name: str) -> Offer:
    return Offer(
        id=name,
        excludes=_some(draw, ("n0", "n1"), 1) if _often(draw, 0.1) else (),
        capacity=_known(draw, draw.choice((1, 1, 1, 2, 3)), 0.97),
        active_pairings=_known(draw, draw.choice((0, 0, 0, 1))),
        vetting_done=_known(draw, _often(draw, 0.98), 0.98),
        training_done=_known(draw, _often(draw, 0.98), 0.98),
        accepts_interpreter=_known(draw, _often(draw, 0.5), 0.8),
        will_drive=_known(draw, _often(draw, 0.7), 0.7),
        meets_access=_known(draw, _some(draw, ACCESS, 3), 0.3),
        accepts_children=_known(draw, _often(draw, 0.7), 0.7),
        tied_to=_some(draw, ("n0", "n1"), 1) if _often(draw, 0.1) else (),
        **_shared(draw),
    )


def _easy(draw: Random, side: Any) -> Any:
    """Take away what most often keeps people apart, so that they compete instead."""
    easy: dict[str, Any] = {"consent": True, "gender_request": None, "travel": None, "availability": None}
    if isinstance(side, Offer):
        easy |= {"vetting_done": True, "training_done": True, "accepts_interpreter": True}
        easy |= {"capacity": draw.choice((1, 1, 2)), "active_pairings": 0}
    kept = draw.sample(sorted(easy), 1) if _often(draw, 0.3) else []
    return replace(side, **{name: value for name, value in easy.items() if name not in kept})


def small_pool(draw: Random, *, needs: int = 6, offers: int = 5, program: str | None = None) -> Pool:
    """Draw a pool of at most so many needs and offers, unknown fields and all; nobody is locked yet."""
    asked = [_need(draw, f"n{index}") for index in range(draw.randint(0, needs))]
    given = [_offer(draw, f"o{index}") for index in range(draw.randint(0, offers))]
    if _often(draw, 0.7):
        asked = [_easy(draw, need) for need in asked]
        given = [_easy(draw, offer) for offer in given]
    if len(given) > 1 and _often(draw, 0.3):
        given[1] = replace(given[0], id=given[1].id)
    pairs = [(need.id, offer.id) for need in asked for offer in given]
    return Pool(
        program=program or draw.choice(("sponsorship", "sponsorship", "support")),
        today=TODAY,
        needs=tuple(asked),
        offers=tuple(given),
        forbidden=tuple(draw.sample(pairs, min(len(pairs), draw.choice((0, 0, 1, 2))))),
    )
