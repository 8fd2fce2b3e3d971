"""What the parts of an incident are called."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _

from models.incidents import IncidentSheet
from web.i18n import date_words, sentence_list
from web.sentences import title

if TYPE_CHECKING:
    from collections.abc import Iterable

PARTS = {
    "information": _("les renseignements visés"),
    "circumstances": _("les circonstances"),
    "known_on": _("quand on l’a appris"),
    "happened_until": _("quand cela a fini"),
    "public_notice": _("l’avis public"),
    "happened_from": _("quand c’est arrivé"),
    "people": _("combien de personnes"),
    "people_in_quebec": _("combien résident au Québec"),
    "is_serious": _("s’il y a un risque sérieux"),
    "weighing": _("ce qui mène à cette conclusion"),
    "measures": _("les mesures prises"),
    "commission_told_on": _("l’avis à la Commission"),
    "people_told_on": _("l’avis aux personnes"),
}


YES_NO = {True: _("Oui"), False: _("Non")}
NOTICES = {
    "none": _("Non"),
    "instead": _("Oui, à la place d’un avis à chacun"),
    "beside": _("Oui, en plus"),
}


def said_otherwise(theirs: IncidentSheet, mine: IncidentSheet) -> list[tuple[str, str]]:
    """Give the parts of an incident that two people wrote otherwise: what each is called, what the register says."""
    return [
        (title(str(PARTS[name])), _said(getattr(theirs, name)))
        for name in IncidentSheet.__slots__
        if getattr(theirs, name) != getattr(mine, name)
    ]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return str(YES_NO[value])
    if isinstance(value, date):
        return date_words(value)
    return str(NOTICES.get(str(value), value or ""))


def parts(names: Iterable[str]) -> str:
    """Say parts of an incident, as a list in a sentence."""
    return str(sentence_list(str(PARTS[name]) for name in names))
