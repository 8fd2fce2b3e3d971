"""When two people meet for the first time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _

from web.forms.answers import Answers
from web.forms.moments import at_wall, to_meet

FARTHEST = timedelta(days=365)


def read_meeting(answers: Answers, today: date) -> datetime | None:
    """Read a day and an hour, wall time in the city; None where something is wrong."""
    day = answers.day("day", missing=_("Choisissez le jour."))
    hour = _hour(answers)
    if day and not today <= day <= today + FARTHEST:
        answers.blame("day", _("Choisissez un jour à venir, d’ici un an."))
    if answers.faults or day is None or hour is None:
        return None
    return at_wall(answers, "hour", datetime.combine(day, hour.replace(tzinfo=None)), to_meet())


def _hour(answers: Answers) -> time | None:
    text = answers.text("hour", missing=_("Choisissez l’heure."))
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        answers.blame("hour", _("Cette heure n’existe pas. Écrivez-la ainsi : 18:30."))
        return None
