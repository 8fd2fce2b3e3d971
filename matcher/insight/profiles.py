"""Who might still be found: profiles of one more volunteer, from what is asked and what people here have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, product

from matcher.policy import Policy
from matcher.records import Language, Need, Offer, Pool, Travel
from matcher.vocabulary import LEVELS, SECTORS, WEEKS

TIMES = {
    "weekday_evenings": ("mon_ev", "tue_ev", "wed_ev", "thu_ev", "fri_ev"),
    "saturday": ("sat_am", "sat_pm"),
    "sunday": ("sun_am", "sun_pm"),
    "weekdays": ("mon_am", "mon_pm", "tue_am", "tue_pm", "wed_am", "wed_pm", "thu_am", "thu_pm", "fri_am", "fri_pm"),
}  # fmt: skip
"""Times that a poster can name, and the slots that they are."""
LEVEL = "B1"
"""The level asked, where the policy asks no more: with less, two people cannot talk an afternoon long."""
MOST_LANGUAGES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One more volunteer, as a poster would describe her.

    Attributes
    ----------
    language : Language
        the language asked for
    usual : Language or None
        the one that most volunteers of the pool have; asked for by itself where ``language`` is the same
    times : str
        a key of ``TIMES``
    gender : str or None
        asked for, or anyone's
    accepts_children : bool
        whether she is asked to welcome families too
    sector : str or None
        where she is asked to live, or anywhere
    """

    language: Language
    usual: Language | None
    times: str
    gender: str | None = None
    accepts_children: bool = False
    sector: str | None = None

    @property
    def asked(self) -> frozenset[tuple[str, object]]:
        """Give what is asked beside a time and the usual language."""
        traits = {
            "language": self.language if self.language != self.usual else None,
            "gender": self.gender,
            "children": self.accepts_children or None,
            "sector": self.sector,
        }
        return frozenset((name, value) for name, value in traits.items() if value is not None)

    def is_broader_than(self, other: Profile) -> bool:
        """Say whether this one asks less of a person, whenever either is free."""
        return self.asked < other.asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """What volunteers of a pool have most often: it stands in a profile for what no poster asks.

    ``homes`` are, by borough, the sector where most people of the pool live.
    """

    language: Language | None
    travel: Travel | None
    homes: tuple[str | None, ...]


def circle_of(pool: Pool) -> Circle:
    """Give what is usual among the volunteers of a pool."""
    spoken = Counter(language for offer in pool.offers for language in _talked(offer.languages, LEVEL))
    ways = Counter(offer.travel for offer in pool.offers if offer.travel)
    return Circle(
        language=min(
            spoken, key=lambda one: (-spoken[one], -LEVELS.index(one.level), one.code), default=None
        ),
        travel=min(ways, key=lambda one: (-ways[one], str(one)), default=None),
        homes=_homes(pool),
    )


def profiles_for(
    needs: Iterable[Need], circle: Circle, policy: Policy, *, most_languages: int = MOST_LANGUAGES
) -> tuple[Profile, ...]:
    """Give the profiles that some of these needs may call for, the broadest first.

    Each asks for one language at most beside the usual one, of those that the needs speak well enough
    themselves, and a gender only where one of them asked for it.
    """
    waiting = tuple(needs)
    found = product(
        _languages(waiting, circle, policy, most_languages),
        TIMES,
        (None, *sorted({need.gender_request for need in waiting if need.gender_request})),
        (False, True),
        (None, *filter(None, circle.homes)),
    )
    profiles = [
        Profile(
            language=language,
            usual=circle.language,
            times=times,
            gender=gender,
            accepts_children=children,
            sector=sector,
        )
        for language, times, gender, children, sector in found
    ]
    return tuple(sorted(profiles, key=lambda profile: len(profile.asked)))


def offer_of(profile: Profile, circle: Circle, home: str | None, name: str) -> Offer:
    """Give the offer of a person of this profile who lives in ``home``: one place, screened and trained.

    What no poster asks is unknown, apart from what would bar a pair: she meets no need of access that she
    was not asked to meet, and goes as far as is usual.
    """
    languages = dict.fromkeys((profile.usual, profile.language))
    return Offer(
        id=name,
        languages=tuple(language for language in languages if language),
        availability=(TIMES[profile.times],) * WEEKS,
        sector=home,
        travel=circle.travel,
        gender=profile.gender,
        consent=True,
        capacity=1,
        active_pairings=0,
        vetting_done=True,
        training_done=True,
        meets_access=(),
        accepts_children=profile.accepts_children,
    )


def _languages(needs: Iterable[Need], circle: Circle, policy: Policy, most: int) -> tuple[Language, ...]:
    """Give the usual language by itself, then those that most of the needs could talk in."""
    level = max(LEVEL, policy.least_level, key=LEVELS.index)
    spoken = Counter(
        (language.code, language.mode)
        for need in needs
        for language in _talked(need.languages, policy.least_level)
    )
    if circle.language:
        spoken.pop((circle.language.code, circle.language.mode), None)
    asked = sorted(spoken, key=lambda language: (-spoken[language], language))[:most]
    others = (Language(code=code, level=level, mode=mode) for code, mode in asked)
    return tuple(chain([circle.language] if circle.language else [], others))


def _talked(languages: tuple[Language, ...] | None, least: str) -> Iterator[Language]:
    for language in languages or ():
        if language.mode != "written" and LEVELS.index(language.level) >= LEVELS.index(least):
            yield language


def _homes(pool: Pool) -> tuple[str | None, ...]:
    """Give one sector for each borough where somebody lives, the one with most people."""
    lived = Counter(person.sector for person in (*pool.needs, *pool.offers) if person.sector)
    best = {_borough(sector): sector for sector in sorted(lived, key=lambda sector: (lived[sector], sector))}
    return tuple(best[borough] for borough in sorted(best)) or (None,)


def _borough(sector: str | None) -> str:
    return SECTORS[sector].row["borough"] if sector else ""
