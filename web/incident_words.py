"""What the parts of an incident are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _

from web.i18n import sentence_list

if TYPE_CHECKING:
    from collections.abc import Iterable

PARTS = {
    "happened_from": _("quand c’est arrivé"),
    "people": _("combien de personnes"),
    "people_in_quebec": _("combien résident au Québec"),
    "is_serious": _("s’il y a un risque sérieux"),
    "weighing": _("ce qui mène à cette conclusion"),
    "measures": _("les mesures prises"),
    "commission_told_on": _("l’avis à la Commission"),
    "people_told_on": _("l’avis aux personnes"),
}


def parts(names: Iterable[str]) -> str:
    """Say parts of an incident, as a list in a sentence."""
    return str(sentence_list(str(PARTS[name]) for name in names))
