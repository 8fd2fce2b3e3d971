"""Whom to recruit, as lines for a terminal, with every code as it stands."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.insight.profiles import Profile
from matcher.insight.recruiting import Recruit, Recruits
from matcher.records import WORTH_OF_A_POINT


def lines_of(found: Recruits) -> Iterator[str]:
    """Give whom to look for line by line, the most helpful first."""
    yield f"{found.waiting} needs wait; the round serves {found.served} of them"
    for title, some in (("one more", found.alone), ("a group", found.groups), ("together", found.mixed)):
        if some:
            yield f"{title}:"
            yield from (f"  {_line(one)}" for one in some)
    if not (found.alone or found.groups or found.mixed):
        yield "nobody whom a poster could ask for would help"


def _line(one: Recruit) -> str:
    people = " and ".join(f"{number} {_person(profile, number)}" for profile, number in one.wanted)
    also = f" (or {', '.join(one.also)})" if one.also else ""
    return (
        f"{people}{also}: {one.more_served:+d} served, {one.more_priority:+d} of priority,"
        f" {one.more_worth / WORTH_OF_A_POINT:+g} points"
    )


def _person(profile: Profile, number: int) -> str:
    who = {"f": "woman", "m": "man"}.get(profile.gender or "", "person")
    many = {"woman": "women", "man": "men", "person": "people"}[who]
    language = f"{profile.language.code}:{profile.language.level}"
    parts = [who if number == 1 else many, f"with {language}", f"free on {profile.times}"]
    if profile.accepts_children:
        parts.append("welcoming children")
    if profile.sector:
        parts.append(f"in {profile.sector}")
    return ", ".join(parts)
