"""Whom to recruit: which volunteers more, alone or together, would serve how many more, exactly."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from matcher.insight.profiles import TIMES, Circle, Profile, circle_of, profiles_for
from matcher.insight.sieve import (
    LARGEST_GROUP,
    Lead,
    Tries,
    leads_of,
    takers,
    tries_of,
    where_they_help_least,
)
from matcher.methods import optimal
from matcher.pairs import Pairs
from matcher.play import Play, play_of
from matcher.policy import Policy
from matcher.records import Offer, Pool, Totals
from matcher.scoring import worth_of
from matcher.vocabulary import LANGUAGES

Asked = frozenset[tuple[str, object]]
"""What a profile asks beside a time."""
Wanted = tuple[tuple[Profile, int], ...]
"""Profiles, and how many people of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recruit:
    """What the round has more with these people in the pool, by solving it with them.

    Attributes
    ----------
    wanted : tuple of (Profile, int)
        who is looked for, and how many of each
    people : tuple of Offer
        the offers that were added: where a profile asks for no sector, those of people who live where
        they help least
    more_served, more_priority, more_worth : int
        by how much the totals of the round rise
    served, left_out : tuple of str
        needs that are served with them and not without, and the other way round, by id
    also : tuple of str
        other times of ``TIMES`` at which as many such people serve as many, who waited as long
    """

    wanted: Wanted
    people: tuple[Offer, ...]
    more_served: int
    more_priority: int
    more_worth: int
    served: tuple[str, ...]
    left_out: tuple[str, ...]
    also: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Give how many people are looked for."""
        return len(self.people)

    @property
    def gain(self) -> tuple[int, int, int]:
        """Give what recruits are ranked by: people served first, then how long they waited, then worth."""
        return self.more_served, self.more_priority, self.more_worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Recruits:
    """Whom to look for first.

    Attributes
    ----------
    waiting, served : int
        needs that are not locked, and those of them that the round as it stands serves
    alone : tuple of Recruit
        one person more, the most helpful first
    groups : tuple of Recruit
        two to four people of one profile, as many as each serve one need more
    mixed : tuple of Recruit
        the best two, three and four people together, where they are not all of one profile
    """

    waiting: int
    served: int
    alone: tuple[Recruit, ...]
    groups: tuple[Recruit, ...]
    mixed: tuple[Recruit, ...]


def recruits_of(pool: Pool, policy: Policy | None = None, *, most: int = 10) -> Recruits:
    """Give the volunteers who would help most, one at a time and in small groups, each figure solved.

    Parameters
    ----------
    pool : needs and offers of one program on one day
    policy : the floor, weights and shapes; the shipped one of the program where not given
    most : how many people alone, and how many groups, to name

    Raises
    ------
    InvalidInput
        Where the program is unknown, or the policy is for another one.
    FaultyInput
        Where ids are doubled or a lock cannot stand.

    Notes
    -----
    Profiles are sifted first. By the prices of the best round, let a need's *hold* be what the round loses
    without it: 0 where it waits, else its price and the shortest ring that fills the place that it leaves.
    A further person raises the best round by the greatest, over the needs that she may take, of value less
    hold: as that is the greatest price that a need can have, exactly, and several people raise it by no
    more than their greatest gains together [1]_. A narrower profile stays only where it serves more people,
    or people who waited longer, than each broader one does.

    What is left is solved in truth: the round of the pool with these people in it, as
    `matcher.engine.propose` makes it, less the round without them. That counts what a sift cannot see, as
    when interests grow rarer in a larger pool.

    References
    ----------
    .. [1] L. S. Shapley, "Complements and substitutes in the optimal assignment problem", Naval Research
       Logistics Quarterly 9(1), 1962, doi:10.1002/nav.3800090106
    """
    office = _office_of(pool, policy)
    unserved = (need for need in pool.needs if need.id not in office.served)
    profiles = profiles_for(unserved, office.circle, office.play.columns.policy)
    tries = tries_of(pool, office.play, profiles, office.circle)
    return Recruits(
        waiting=len(office.play.waiting),
        served=office.totals.paired - len(pool.locks),
        alone=_ranked(_alone(office, tries, most)),
        groups=_ranked(_groups(office, tries, most))[:most],
        mixed=tuple(_mixed(office, tries)),
    )


def recruit(pool: Pool, profile: Profile, number: int = 1, policy: Policy | None = None) -> Recruit:
    """Give what ``number`` people of one profile would change, by solving the round with them.

    Raises
    ------
    InvalidInput
        Where the program is unknown, or the policy is for another one.
    FaultyInput
        Where ids are doubled or a lock cannot stand.
    """
    office = _office_of(pool, policy)
    tries = tries_of(pool, office.play, [profile], office.circle)
    (lead,) = where_they_help_least(tries, office.play, number)
    return _solved(office, [lead] * number)


def who_could_take(pool: Pool, needs: Collection[str], policy: Policy | None = None) -> Mapping[str, Profile]:
    """Give, for each of these needs, a profile with which it may be paired, of those that ask least.

    One of a person who may live anywhere goes before one that names a sector. A need that no profile may
    take, or that is locked, is left out.

    Raises
    ------
    InvalidInput
        Where the program is unknown, or the policy is for another one.
    FaultyInput
        Where ids are doubled or a lock cannot stand.
    """
    play, circle = play_of(pool, policy), circle_of(pool)
    asking = [need for need in pool.needs if need.id in needs]
    profiles = profiles_for(asking, circle, play.columns.policy, most_languages=len(LANGUAGES))
    first = sorted(profiles, key=lambda profile: (profile.sector is not None, len(profile.asked)))
    tries = tries_of(pool, play, first, circle, [need.id for need in asking])
    return {play.needs[need].id: profile for need, profile in takers(tries).items()}


@dataclass(frozen=True, slots=True, eq=False)
class _Office:
    """The pool as it stands, and the round that it has."""

    pool: Pool
    play: Play
    circle: Circle
    totals: Totals
    served: frozenset[str]

    def play_with(self, people: tuple[Offer, ...]) -> Play:
        more = replace(self.pool, offers=(*self.pool.offers, *people))
        return play_of(more, self.play.columns.policy)


def _office_of(pool: Pool, policy: Policy | None) -> _Office:
    play = play_of(pool, policy)
    return _Office(pool, play, circle_of(pool), *_round(play))


def _round(play: Play) -> tuple[Totals, frozenset[str]]:
    """Give the totals of the best round and the needs that it serves: what `propose` makes, without reasons."""
    chosen = optimal(play).chosen
    paired = np.concatenate([play.locked, chosen])
    worth = worth_of(Pairs(play.columns, paired[:, 0], paired[:, 1]), play.program)
    totals = Totals(
        paired=len(paired), priority=int(play.priority[paired[:, 0]].sum()), worth=int(worth.sum())
    )
    return totals, frozenset(play.needs[at].id for at in paired[:, 0].tolist())


def _solved(office: _Office, leads: Sequence[Lead]) -> Recruit:
    """Solve the round with one person for each lead."""
    people = _people(office, leads)
    totals, served = _round(office.play_with(people))
    return Recruit(
        wanted=tuple(Counter(lead.profile for lead in leads).items()),
        people=people,
        more_served=totals.paired - office.totals.paired,
        more_priority=totals.priority - office.totals.priority,
        more_worth=totals.worth - office.totals.worth,
        served=tuple(sorted(served - office.served)),
        left_out=tuple(sorted(office.served - served)),
    )


def _people(office: _Office, leads: Sequence[Lead]) -> tuple[Offer, ...]:
    taken = {offer.id for offer in office.pool.offers}
    names = (name for name in map("recruit-{}".format, count(1)) if name not in taken)
    return tuple(replace(lead.person, id=name) for lead, name in zip(leads, names, strict=False))


def _alone(office: _Office, tries: Tries, most: int) -> Iterator[Recruit]:
    for leads in _by_asked(leads_of(tries, office.play, 1))[:most]:
        yield _at_the_best_time(office, leads, 1)


def _groups(office: _Office, tries: Tries, most: int) -> Iterator[Recruit]:
    """Give, for what may be asked, the largest group of which each serves one more."""
    done = set[Asked]()
    for size in range(LARGEST_GROUP, 1, -1):
        worthwhile = (lead for lead in leads_of(tries, office.play, size) if lead.gain[0] == size)
        for leads in _by_asked(worthwhile)[:most]:
            if leads[0].profile.asked not in done:
                found = _at_the_best_time(office, leads, size)
                if found.more_served == size:
                    done.add(leads[0].profile.asked)
                    yield found


def _by_asked(leads: Iterable[Lead]) -> list[list[Lead]]:
    """Put leads that differ in their times alone together, in the order of the first of each."""
    found: dict[Asked, list[Lead]] = defaultdict(list)
    for lead in leads:
        found[lead.profile.asked].append(lead)
    return list(found.values())


def _at_the_best_time(office: _Office, leads: Sequence[Lead], size: int) -> Recruit:
    """Solve a group at each time, and give it at the best one, with the others that serve as well."""
    found = [_solved(office, [lead] * size) for lead in leads]
    best = max(found, key=lambda one: one.gain)
    as_good = {one.wanted[0][0].times for one in found if one is not best and one.gain[:2] == best.gain[:2]}
    return replace(best, also=tuple(times for times in TIMES if times in as_good))


def _mixed(office: _Office, tries: Tries) -> Iterator[Recruit]:
    """Give the best group of each size, grown by one person at a time, where not all are alike."""
    group: list[Lead] = []
    while len(group) < LARGEST_GROUP:
        play = office.play_with(_people(office, group)) if group else office.play
        best = next(iter(leads_of(tries, play, 1)), None)
        if best is None or best.gain[0] == 0:
            return
        group.append(best)
        if len({lead.profile for lead in group}) > 1:
            yield _solved(office, group)


def _ranked(found: Iterable[Recruit]) -> tuple[Recruit, ...]:
    """Put the most helpful first, without those who help nobody or of whom more is asked in vain."""
    helping = [one for one in found if one.gain > (0, 0, 0)]
    kept = [one for one in helping if not any(_is_outdone(one, other) for other in helping)]
    return tuple(sorted(kept, key=lambda one: [-gain for gain in one.gain]))


def _is_outdone(one: Recruit, other: Recruit) -> bool:
    mine, theirs = one.wanted[0][0], other.wanted[0][0]
    return theirs.is_broader_than(mine) and other.gain[:2] >= one.gain[:2]
