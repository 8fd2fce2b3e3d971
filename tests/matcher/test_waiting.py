"""Waiting has an end: however many arrive later, and however well they score, nobody is passed over for ever.

`matcher.waiting` says why; here the bound is put to the test, by streams of arrivals and by a siege.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.builders import TODAY, likes, need, offer, pool
from matcher.engine import propose
from matcher.policy import Policy, shipped_policy
from matcher.records import Need, Offer
from tests.matcher.often import often
from tests.tries import tries

PERIOD = 30
LOVED = likes("soccer", "cinema", "hiking")
LIKED = likes("soccer", "fishing", "home_cooking")
streams = settings(often, max_examples=max(20, tries()))


@dataclass
class Office:
    """Rounds on days that follow one another: who waits, who came, and in which round each was served."""

    draw: Random
    today: date = TODAY
    rounds: int = 0

    def __post_init__(self) -> None:
        self.waiting: list[Need] = []
        self.everybody: dict[str, Need] = {}
        self.served: dict[str, int] = {}
        self.first_round: dict[str, int] = {}

    def arrive(self, **said: object) -> Need:
        """Let somebody sign up today, or some days ago where she came by another way."""
        name = f"{self.draw.getrandbits(32):08x}-{len(self.everybody)}"
        one = need(name, **{"waiting_since": self.today, **said})
        self.waiting.append(one)
        self.everybody[name] = one
        self.first_round[name] = self.rounds
        return one

    def run(self, offers: list[Offer], forbidden: tuple[tuple[str, str], ...], policy: Policy | None) -> None:
        """Run a round; those it pairs wait no more."""
        people = replace(pool(self.waiting, offers, forbidden=forbidden), today=self.today)
        paired = {pairing.need for pairing in propose(people, policy, alternates=0).pairings}
        self.served |= dict.fromkeys(paired, self.rounds)
        self.waiting = [one for one in self.waiting if one.id not in paired]
        self.rounds += 1

    def before_or_soon_after(self, one: Need) -> int:
        """Count the needs that signed up before it or within 30 days after it, its own apart."""
        last = one.waiting_since + timedelta(days=PERIOD)
        return sum(other.waiting_since <= last for other in self.everybody.values() if other.id != one.id)


def newcomer(draw: Random, office: Office) -> None:
    """Let somebody arrive: most score better than those who wait, and some come with a date of before."""
    office.arrive(
        interests=LOVED if draw.random() < 0.7 else LIKED,
        waiting_since=office.today - timedelta(days=draw.choice((0, 0, 0, 5, 29, 30, 31, 45))),
    )


def a_stream(seed: int, policy: Policy | None = None, rounds: int = 14) -> Iterator[tuple[Office, Need]]:
    """Run an office; at its end, give each need that had a free allowed place in every round so far."""
    draw = Random(seed)
    office, had_a_place = Office(draw), {}
    for _ in range(draw.randint(1, 4)):
        office.arrive(interests=LIKED, waiting_since=TODAY - timedelta(days=draw.randint(0, 100)))
    for _ in range(rounds):
        offers = [
            offer(f"{office.rounds}-{at}", interests=LOVED, capacity=draw.choice((1, 1, 1, 2)))
            for at in range(draw.choice((1, 1, 2)))
        ]  # the places that are free today
        barred = tuple(
            (one.id, other.id) for one in office.waiting for other in offers if draw.random() < 0.15
        )
        for one in office.waiting:
            may = any((one.id, other.id) not in barred for other in offers)
            had_a_place[one.id] = had_a_place.get(one.id, True) and may
        office.run(offers, barred, policy)
        office.today += timedelta(days=draw.choice((0, 1, 1, 1, 7, 20)))
        for _ in range(draw.choice((0, 1, 2, 3))):
            newcomer(draw, office)
    yield from ((office, office.everybody[name]) for name, always in had_a_place.items() if always)


def rounds_waited(office: Office, one: Need) -> int:
    """Count the rounds that left a need out."""
    return office.served.get(one.id, office.rounds) - office.first_round[one.id]


@streams
@given(st.integers(0, 2**32))
def test_nobody_waits_longer_than_there_are_needs_before_or_soon_after(seed):
    for office, one in a_stream(seed):
        assert rounds_waited(office, one) <= office.before_or_soon_after(one)


def test_the_streams_would_show_who_is_passed_over():
    """Where waiting counts for nothing, some need waits longer than the bound: the proof above can fail."""
    forgetful = replace(shipped_policy("sponsorship"), waiting_period_days=10_000)
    assert any(
        rounds_waited(office, one) > office.before_or_soon_after(one)
        for seed in range(20)
        for office, one in a_stream(seed, forgetful)
    )


def besieged(policy: Policy | None, *, rounds: int = 12, pressing: bool = False, every: int = 4) -> int:
    """Give how many rounds leave out one need for which each round has a place, and every day brings
    somebody who scores better."""
    office = Office(Random(1))
    one = office.arrive(interests=LIKED)
    for _ in range(rounds):
        office.arrive(interests=LOVED, pressing=pressing)
        office.run([offer(f"o{office.rounds}", interests=LOVED)], (), policy)
        office.today += timedelta(days=every)
    return rounds_waited(office, one)


def test_better_scores_pass_before_for_one_period_and_no_longer():
    """With a round every four days, those of days 0 to 28 pass; of day 32 the priority is lower."""
    assert besieged(None) == 8


def test_where_waiting_counted_for_nothing_somebody_would_be_passed_over_for_ever():
    forgetful = replace(shipped_policy("sponsorship"), waiting_period_days=10_000)
    assert besieged(forgetful, rounds=12) == 12
    assert besieged(forgetful, rounds=24) == 24


def test_those_marked_pressing_may_pass_before_for_longer():
    assert besieged(None, rounds=20, pressing=True) == 20


@pytest.mark.parametrize("ahead", range(5))
def test_the_bound_is_reached(ahead):
    """Those before it, each with the only place of a round, are served one by one; then it is."""
    office = Office(Random(ahead))
    for at in range(ahead):
        office.arrive(waiting_since=TODAY - timedelta(days=40 + at))
    one = office.arrive()
    for _ in range(ahead + 1):
        office.run([offer(f"o{office.rounds}")], (), None)
        office.today += timedelta(days=1)
    assert office.served[one.id] == ahead == office.before_or_soon_after(one)
