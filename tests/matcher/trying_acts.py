"""Every set of acts that a few people could choose, and people whom one act or two would bring together."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from functools import cache
from itertools import combinations, product
from random import Random

from hypothesis import strategies as st

from fixtures.builders import free, likes, need, offer, pool, speaks
from matcher.insight import acts as all_acts
from matcher.insight.acts import KINDS, Act, after
from matcher.records import Household, Pool, Travel
from matcher.vocabulary import SLOTS
from tests.oracle.rounds import Oracle, priority

FEW_SLOTS = {code: SLOTS[code] for code in ("tue_am", "tue_ev", "tue_nt", "sat_am")}
SECTORS = ("chicoutimi_centre", "chicoutimi_nord", "chicoutimi_ouest", "arvida")
TASTES = ("fishing", "soccer", "cinema")
MOST_TRIED = 3


def stuck(seed: int) -> Pool:
    """Give a few people whom a way too long, an evening, a language or children keep apart."""
    draw = Random(seed)

    def shared(home: Household) -> dict:
        return {
            "sector": draw.choice(SECTORS),
            "travel": Travel(
                mode=draw.choice(("car", "bus")), limit_km=draw.choice((1.5, 3, 4)), remote_ok=False
            ),
            "availability": free(*draw.sample(("tue_am", "tue_ev", "sat_am"), draw.randint(0, 2))),
            "languages": draw.choice((speaks("fra:B1"), speaks("spa:native"), speaks("eng:A2"))),
            "interests": likes(*draw.sample(TASTES, draw.randint(0, 2))),
            "goals": draw.choice((("friendship",), ("children",))),
            "household": home,
        }

    family, alone = (
        Household(form="family", children_bands=("3-5",)),
        Household(form="single", children_bands=()),
    )
    return pool(
        [
            need(
                f"n{at}",
                gender_request=draw.choice((*(None,) * 5, "m")),
                waiting_since=date(2026, draw.choice((1, 3)), 1),
                **shared(draw.choice((family, alone))),
            )
            for at in range(draw.randint(1, 4))
        ],
        [
            offer(
                f"o{at}",
                capacity=draw.choice((1, 2)),
                accepts_children=draw.choice((True, False)),
                accepts_interpreter=draw.choice((None, True)),
                **shared(alone),
            )
            for at in range(draw.randint(1, 3))
        ],
    )


stuck_pools = st.builds(stuck, st.integers(0, 2**32))


class Trying:
    """Every set of at most three acts of a small pool, no two of one person."""

    def __init__(self, people: Pool, kinds: Collection[str] = KINDS) -> None:
        self.people = {one.id: one for one in (*people.needs, *people.offers)}
        self.needs, self.offers = [one.id for one in people.needs], [one.id for one in people.offers]
        self.places = {one.id: one.capacity for one in people.offers}
        self.priority = [priority(people.today, one) for one in people.needs]
        self.acts = {
            name: [act for act in all_acts.acts_of(one, one.travel.limit_km) if act.kind in kinds]
            for name, one in self.people.items()
        }
        self.more = {
            name: next((act for act in self.acts[name] if act.kind == "place"), "") for name in self.offers
        }
        self.opens = cache(self._opens)

    def _opens(self, mine: str, theirs: str, *acts: Act) -> bool:
        """Ask the oracle about these two alone; among so few, nothing is rare."""
        one, two = (
            after(self.people[name], [act for act in acts if act.id == name]) for name in (mine, theirs)
        )
        return Oracle(pool(one, two)).compatible(mine, theirs)

    def served(self, acts: dict[str, Act]) -> int:
        """Give the most needs that one round serves with these acts done."""
        return self.best(acts)[1]

    def best(self, acts: dict[str, Act]) -> tuple[int, int]:
        """Give the greatest priority that one round serves with these acts done, and how many needs that is."""
        allowed = [
            [
                self.opens(mine, theirs, *(acts[name] for name in (mine, theirs) if name in acts))
                for theirs in self.offers
            ]
            for mine in self.needs
        ]

        def most(at: int, places: tuple[int, ...]) -> tuple[int, int]:
            if at == len(allowed):
                return 0, 0
            tried = [most(at + 1, places)]
            for place, left in enumerate(places):
                if allowed[at][place] and left:
                    rank, count = most(at + 1, (*places[:place], left - 1, *places[place + 1 :]))
                    tried.append((rank + self.priority[at], count + 1))
            return max(tried)

        return most(0, tuple(self.places[name] + (acts.get(name) == self.more[name]) for name in self.offers))

    def sets(self, count: int) -> Iterator[dict[str, Act]]:
        """Give every set of so many acts."""
        for names in combinations(self.people, count):
            for chosen in product(*(self.acts[name] for name in names)):
                yield dict(zip(names, chosen, strict=True))

    def fewest(self, more: int) -> tuple[int, int, int] | None:
        """Give how many acts it takes to serve so many more, how little they ask, and less the best priority."""
        today = self.served({})
        for count in range(1, MOST_TRIED + 1):
            found = [
                (count, sum(act.size for act in acts.values()), -rank)
                for acts in self.sets(count)
                for rank, served in [self.best(acts)]
                if served >= today + more
            ]
            if found:
                return min(found)
        return None
