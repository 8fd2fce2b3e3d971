"""Who cannot be served together, with names, and what those whom nobody may take have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from matcher.insight.causes import Cause, Trait
from matcher.insight.profiles import Profile
from matcher.insight.recruiting import who_could_take
from matcher.insight.shortage import Shortage, Shortages, shortages_of
from models import mapping
from models.queries.insight.standing import Standing, Who, people_of, standing_of

TELLING = ("language", "gender_request")
"""What may keep a person from every offer; living in a sector of one's own does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TightSet:
    """People whom only these offers can serve, with too few places.

    ``needs`` are by waiting, longest first. ``is_inside`` says that a larger set holds them all.
    """

    needs: tuple[Who, ...]
    offers: tuple[Who, ...]
    places: int
    deficiency: int
    is_inside: bool
    cause: Cause

    @property
    def narrow(self) -> tuple[Trait, ...]:
        """What most of them share and fewer than half of the offers with a place answer."""
        return tuple(trait for trait in self.cause.shared if 2 * trait.offers < self.open_offers)

    @property
    def open_offers(self) -> int:
        """How many offers of the pool have a place."""
        return self.cause.others + len(self.offers)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortagePage:
    """The shortages of a program as it stands, smallest sets first.

    ``common`` are what several of ``alone`` share and no offer with a place answers; ``takers``, by need,
    is who could be looked for to take one of them.
    """

    standing: Standing
    waiting: int
    servable: int
    places: int
    sets: tuple[TightSet, ...]
    alone: tuple[TightSet, ...]
    common: tuple[Trait, ...]
    takers: Mapping[str, Profile]

    @property
    def left(self) -> int:
        """How many stay without a place, whatever a round decides."""
        return self.waiting - self.servable


def shortages(session: Session, program: str, today: date) -> ShortagePage:
    """Give who cannot be served together in a program as it stands."""
    pool = mapping.read_pool(session, program, today)
    found = shortages_of(pool)
    told = (*found.sets, *found.alone)
    people = people_of(session, (name for one in told for name in (*one.needs, *one.offers)), today)

    def named(one: Shortage) -> TightSet:
        return TightSet(
            needs=tuple(sorted((people[name] for name in one.needs), key=lambda who: -(who.days or 0))),
            offers=tuple(sorted((people[name] for name in one.offers), key=lambda who: who.name)),
            places=one.places,
            deficiency=one.deficiency,
            is_inside=one in found.sets and one not in found.wholes,
            cause=one.cause,
        )

    alone = sorted(map(named, found.alone), key=lambda one: -(one.needs[0].days or 0))
    return ShortagePage(
        standing=standing_of(pool),
        waiting=found.waiting,
        servable=found.servable,
        places=found.places,
        sets=tuple(map(named, found.sets)),
        alone=tuple(alone),
        common=_common(found),
        takers=who_could_take(pool, [one.needs[0] for one in found.alone]) if found.alone else {},
    )


def _common(found: Shortages) -> tuple[Trait, ...]:
    """Count, over those whom no offer with a place may take, what none of these offers answers."""
    counts = Counter(
        (trait.kind, trait.code)
        for one in found.alone
        for trait in one.cause.shared
        if trait.kind in TELLING and not trait.offers
    )
    shared = sorted((item for item in counts.items() if item[1] > 1), key=lambda item: (-item[1], item[0]))
    return tuple(Trait(kind=kind, code=code, needs=needs, offers=0) for (kind, code), needs in shared)
