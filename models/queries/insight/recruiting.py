"""Whom to recruit, with the names of who would be served; and one profile, for a poster without names."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from matcher.insight.profiles import TIMES, Profile, circle_of
from matcher.insight.recruiting import Recruit, recruit, recruits_of
from matcher.insight.sieve import LARGEST_GROUP
from matcher.records import Language
from matcher.vocabulary import GENDERS, LANGUAGES, LEVELS, MODES, SECTORS
from models import mapping
from models.errors import Unknown
from models.queries.insight.standing import Standing, Who, people_of, standing_of

MOST = 6
"""Profiles shown; who recruits has one poster in mind, not forty."""
PAIRS_AT_ONCE = 10_000
"""Pools with more pairs than this take longer than a page may: their figures are asked for by a button."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Whom to look for, what it would change, and who would be served, longest waiting first."""

    recruit: Recruit
    whom: tuple[Who, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecruitingPage:
    """Whom to recruit for a program as it stands; nobody where it has not been computed.

    ``is_computed`` is false for a large pool until it is asked for.
    """

    standing: Standing
    is_computed: bool
    waiting: int = 0
    served: int = 0
    alone: tuple[Advice, ...] = ()
    groups: tuple[Advice, ...] = ()
    mixed: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Whom a poster asks for, in codes; ``language`` as code, level and mode."""

    language: tuple[str, str, str]
    times: str
    gender: str | None
    accepts_children: bool
    sector: str | None
    number: int

    @property
    def is_known(self) -> bool:
        """Whether each code is one, and the number that of a small group."""
        known: tuple[Container[str], ...] = (LANGUAGES, LEVELS, MODES)
        return (
            all(code in codes for code, codes in zip(self.language, known, strict=True))
            and self.times in TIMES
            and self.gender in (None, *GENDERS)
            and (self.sector is None or self.sector in SECTORS)
            and 1 <= self.number <= LARGEST_GROUP
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """A profile and how many people of it, with what they would change: nothing of who waits."""

    standing: Standing
    profile: Profile
    number: int
    more_served: int


def recruiting(session: Session, program: str, today: date, *, asked: bool) -> RecruitingPage:
    """Give whom to recruit for a program as it stands; for a large pool only where ``asked``."""
    pool = mapping.read_pool(session, program, today)
    if len(pool.needs) * len(pool.offers) > PAIRS_AT_ONCE and not asked:
        return RecruitingPage(standing=standing_of(pool), is_computed=False)
    found = recruits_of(pool, most=MOST)
    everyone = (*found.alone, *found.groups, *found.mixed)
    people = people_of(session, (name for one in everyone for name in one.served), today)

    def advice(some: tuple[Recruit, ...]) -> tuple[Advice, ...]:
        return tuple(
            Advice(
                recruit=one,
                whom=tuple(sorted((people[name] for name in one.served), key=lambda who: -(who.days or 0))),
            )
            for one in some
        )

    return RecruitingPage(
        standing=standing_of(pool),
        is_computed=True,
        waiting=found.waiting,
        served=found.served,
        alone=advice(found.alone),
        groups=advice(found.groups),
        mixed=advice(found.mixed),
    )


def poster(session: Session, program: str, today: date, sought: Sought) -> Poster:
    """Give what the people of a poster would change.

    Raises
    ------
    Unknown
        A code is none.
    """
    if not sought.is_known:
        raise Unknown("profile", str(sought))
    pool = mapping.read_pool(session, program, today)
    code, level, mode = sought.language
    profile = Profile(
        language=Language(code=code, level=level, mode=mode),
        usual=circle_of(pool).language,
        times=sought.times,
        gender=sought.gender,
        accepts_children=sought.accepts_children,
        sector=sought.sector,
    )
    return Poster(
        standing=standing_of(pool),
        profile=profile,
        number=sought.number,
        more_served=recruit(pool, profile, sought.number).more_served,
    )
