"""Why somebody was or was not proposed, in her own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext
from flask_babel import lazy_gettext as _

if TYPE_CHECKING:
    from models.queries.why import Why

OUTCOMES = {
    "proposed": _("Une rencontre vous a été proposée. Voici ce qui a compté, du plus au moins."),
    "not_looked_at": _("Votre demande n’a pas été regardée, pour une raison que vous pouvez lire ici."),
    "none_yet": _("Il n’y a pas encore eu de ronde depuis votre inscription."),
    "in_review": _("Une ronde a regardé votre demande. La coordonnatrice étudie encore ses résultats."),
    "looked_at": _("La dernière ronde a regardé votre demande, et rien ne vous est proposé pour l’instant."),
}
REASONS = {
    "not_ready": _("Votre inscription n’est pas encore complète : entrevue, vérification ou formation."),
    "matching_off": _("Le jumelage selon vos intérêts n’est pas activé."),
    "paused": _("Vous êtes en pause."),
    "crisis": _("L’équipe s’occupe d’abord de vous."),
    "blocked_language": _("Le plus souvent, il n’y a pas de langue commune suffisante."),
    "blocked_schedule": _("Souvent, vos moments libres ne tombent pas ensemble."),
    "blocked_distance": _("Souvent, c’est trop loin pour se voir."),
    "blocked_household": _("Souvent, l’accueil d’enfants n’est pas possible."),
    "blocked_access": _("Souvent, un besoin d’accès n’est pas couvert."),
    "blocked_gender": _("Souvent, une préférence pour une femme ou un homme n’est pas respectée."),
    "blocked_field": _("Souvent, le domaine de travail n’est pas le même."),
}


def outcome(found: Why) -> str:
    """Say what became of a need or an offer."""
    return str(OUTCOMES[found.outcome])


def reasons(found: Why) -> list[str]:
    """Say why, what she can change first."""
    said = [str(REASONS[code]) for code in found.reasons]
    if found.others_first:
        said.append(
            gettext(
                "Des personnes convenaient, mais leur place est allée à qui attendait depuis plus longtemps."
            )
        )
    if found.below_floor:
        said.append(
            gettext(
                "D’autres avaient trop peu en commun avec vous pour qu’une rencontre soit une bonne idée."
            )
        )
    return said
