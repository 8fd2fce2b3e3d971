"""What a coordinator writes in the register of incidents, all faults at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from models.incidents import IncidentSheet
from models.tables.incidents import PUBLIC_NOTICES
from web.clock import today

if TYPE_CHECKING:
    from datetime import date

    from web.forms.answers import Answers

FIELDS = tuple(IncidentSheet.__slots__)
LONGEST = 4_000
MOST_PEOPLE = 10_000_000
YES_NO = {"yes": True, "no": False}


def read_incident(answers: Answers) -> IncidentSheet | None:
    """Read an incident, as far as it is known."""
    information = answers.text(
        "information", missing=_("Écrivez en quelques mots quels renseignements sont visés."), most=LONGEST
    )
    circumstances = answers.text(
        "circumstances", missing=_("Écrivez en quelques mots ce qui s’est passé."), most=LONGEST
    )
    begin, end = _past(answers, "happened_from"), _past(answers, "happened_until")
    if begin and end and end < begin:
        answers.blame("happened_until", _("La fin vient avant le début."))
    known_on = _past(answers, "known_on")
    if known_on is None:
        answers.blame("known_on", _("Indiquez le jour où vous l’avez appris."))
    people, here = _count(answers, "people"), _count(answers, "people_in_quebec")
    if here is not None and (people is None or here > people):
        answers.blame("people_in_quebec", _("Ce nombre ne peut pas dépasser celui des personnes concernées."))
    notice = answers.value("public_notice")
    told, told_people = _past(answers, "commission_told_on"), _past(answers, "people_told_on")
    weighing = answers.text("weighing", most=LONGEST)
    measures = answers.text("measures", most=LONGEST)
    if answers.faults or information is None or circumstances is None or known_on is None:
        return None
    return IncidentSheet(
        information=information,
        circumstances=circumstances,
        known_on=known_on,
        happened_from=begin,
        happened_until=end,
        people=people,
        people_in_quebec=here,
        is_serious=YES_NO.get(answers.value("is_serious")),
        weighing=weighing,
        commission_told_on=told,
        people_told_on=told_people,
        public_notice=notice if notice in PUBLIC_NOTICES else "none",
        measures=measures,
    )


def raw_of_incident(sheet: IncidentSheet) -> dict[str, list[str]]:
    """Give the answers that an incident was written with, to change them."""
    raw = {name: getattr(sheet, name) for name in IncidentSheet.__slots__}
    raw["is_serious"] = {True: "yes", False: "no", None: ""}[sheet.is_serious]
    return {name: ["" if value is None else str(value)] for name, value in raw.items()}


def _past(answers: Answers, name: str) -> date | None:
    day = answers.day(name)
    if day is not None and day > today():
        answers.blame(name, _("Cette date n’est pas encore venue."))
    return day


def _count(answers: Answers, name: str) -> int | None:
    text = answers.value(name).strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_PEOPLE):
        answers.blame(name, _("Écrivez un nombre entier, ou rien si vous ne le savez pas encore."))
        return None
    return int(text)
