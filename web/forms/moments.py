"""When something is, as it is typed: a day and an hour on somebody's clocks, no farther off than makes sense."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from models.casework.codes import EARLIEST
from models.errors import NoSuchTime
from models.interpreting import instant_of
from models.interpreting.sheets import CITY
from web.clock import CITY_ZONE, now
from web.i18n import date_words
from web.words import TURNS

if TYPE_CHECKING:
    from web.forms.answers import Answers
    from web.forms.journey import Raw

Reach = tuple[datetime, datetime]
"""The first and the last instant that make sense."""
A_YEAR, TWO_YEARS = timedelta(days=366), timedelta(days=731)


def reach(back: timedelta, ahead: timedelta) -> Reach:
    """Give what lies around now, so far back and so far ahead."""
    return now() - back, now() + ahead


def to_meet() -> Reach:
    """Give when two people may meet: yesterday's meeting may still be noted."""
    return reach(timedelta(days=1), TWO_YEARS)


def to_interview() -> Reach:
    """Give when an interview may be: one that was held long ago is noted with its day."""
    return datetime.combine(EARLIEST, datetime.min.time(), CITY_ZONE), now() + TWO_YEARS


def instant(
    answers: Answers, name: str, within: Reach, zone: str = CITY, *, missing: str | None = None
) -> datetime | None:
    """Read wall time such as ``2026-03-05T14:00``; where clocks show it twice, ``NAME-turn`` says which of the two."""
    text = answers.text(name, missing=missing or _("Indiquez le jour et l’heure."))
    if text is None:
        return None
    try:
        wall = datetime.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        answers.blame(name, _("Ce moment n’existe pas. Écrivez-le ainsi : 2026-03-05 14:00."))
        return None
    return at_wall(answers, name, wall, within, zone)


def at_wall(answers: Answers, name: str, wall: datetime, within: Reach, zone: str = CITY) -> datetime | None:
    """Find the instant of a wall time; blame ``name`` where there is none, or none within reach."""
    first, last = (edge.astimezone(CITY_ZONE) for edge in within)
    is_near = first.year <= wall.year <= last.year  # the last day of all has no other side
    try:
        found = instant_of(wall, zone) if is_near else None
    except NoSuchTime as error:
        return _at_a_change(answers, name, error)
    if found is not None and first <= found <= last:
        return found
    span = {"first": date_words(first.date()), "last": date_words(last.date())}
    answers.blame(name, _("Choisissez un moment du %(first)s au %(last)s.", **span))
    return None


def raw_of_instant(name: str, moment: datetime) -> Raw:
    """Give an instant as :func:`instant` reads it: wall time in the city, and which of the two where it comes twice."""
    clock = moment.astimezone(CITY_ZONE)
    wall = clock.replace(tzinfo=None, fold=0)
    said = {name: [wall.isoformat(timespec="minutes")]}
    comes_twice = clock.replace(fold=1 - clock.fold).utcoffset() != clock.utcoffset()
    return said | {f"{name}-turn": [list(TURNS)[clock.fold]]} if comes_twice else said


def _at_a_change(answers: Answers, name: str, error: NoSuchTime) -> datetime | None:
    if not error.choices:
        answers.blame(name, _("Cette heure n’existe pas : on avance l’heure cette nuit-là."))
        return None
    turn = answers.choice(f"{name}-turn", TURNS)
    if turn is None:
        answers.blame(
            f"{name}-turn",
            _("Cette heure vient deux fois : on recule l’heure cette nuit-là. Dites laquelle."),
        )
        return None
    return error.choices[list(TURNS).index(turn)].astimezone(UTC)
