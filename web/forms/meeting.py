"""When two people meet for the first time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from flask_babel import gettext as _

from web.clock import CITY_ZONE
from web.forms.answers import Answers

FARTHEST = timedelta(days=365)


def read_meeting(answers: Answers, today: date) -> datetime | None:
    """Read a day and an hour, wall time in the city; None where something is wrong."""
    day = answers.day("day", missing=_("Choisissez le jour."))
    hour = _hour(answers)
    if day and not today <= day <= today + FARTHEST:
        answers.blame("day", _("Choisissez un jour à venir, d’ici un an."))
    if answers.faults or day is None or hour is None:
        return None
    when = datetime.combine(day, hour, CITY_ZONE)
    if when.astimezone(UTC).astimezone(CITY_ZONE).time() != hour:
        answers.blame("hour", _("Cette heure n’existe pas : on avance l’heure cette nuit-là."))
        return None
    return when


def _hour(answers: Answers) -> time | None:
    text = answers.text("hour", missing=_("Choisissez l’heure."))
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        answers.blame("hour", _("Cette heure n’existe pas. Écrivez-la ainsi : 18:30."))
        return None
