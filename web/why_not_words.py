"""« Pourquoi pas ces deux-là? » in words: what would open each barrier, and what a choice costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flask_babel
from flask_babel import lazy_gettext as _

from web.sentences import score

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask_babel import LazyString

    from models.queries.insight.chains import Chain

gettext: Callable[..., str] = flask_babel.gettext

OPENINGS: Mapping[str, LazyString] = {
    "blocked_consent": _("Seule la personne concernée peut donner son accord, ou le redonner."),
    "blocked_by_coordinator": _("Vous pouvez permettre de nouveau cette paire, en la comparant."),
    "blocked_history": _(
        "Rien : ces deux personnes sont jumelées, ou l’ont été jusqu’à un arrêt de sécurité."
    ),
    "blocked_exclusion": _("Seule la personne qui l’a demandé peut changer d’avis."),
    "blocked_conflict": _("Rien tant que dure ce lien d’autorité."),
    "refer_professional": _("D’abord des professionnels; ensuite, lever le signalement."),
    "blocked_vetting": _("Terminer le filtrage, au niveau que ce jumelage demande."),
    "blocked_training": _("Suivre la formation."),
    "blocked_capacity": _("Une place de plus dans l’offre, ou la fin d’un de ses jumelages."),
    "blocked_gender": _("Seule la personne qui l’a demandé peut changer sa préférence."),
    "blocked_language": _("Un interprète que les deux acceptent, ou une langue de plus."),
    "blocked_schedule": _("Un moment libre de plus, le même pour les deux."),
    "blocked_distance": _("Une distance plus grande, ou des rencontres à distance."),
    "blocked_household": _("Que l’offre accueille aussi des enfants, filtrage à l’appui."),
    "blocked_access": _("Un lieu ou un moyen qui répond au besoin d’accessibilité."),
    "blocked_field": _("Un domaine de travail plus proche."),
}
"""What would open each barrier."""


def opening(code: str) -> str:
    """Say what would open a barrier."""
    return str(OPENINGS.get(code, ""))


def loss(chain: Chain) -> str:
    """Say what the round would lose or gain: waiting first, then scores."""
    priority, points = abs(chain.priority), score(abs(chain.worth))
    said = [
        {
            1: gettext("Priorité servie : %(num)s de moins.", num=priority),
            -1: gettext("Priorité servie : %(num)s de plus.", num=priority),
        }.get(_sign(chain.priority)),
        {
            1: gettext("Scores : %(points)s points de moins au total.", points=points),
            -1: gettext("Scores : %(points)s points de plus au total.", points=points),
        }.get(_sign(chain.worth)),
    ]
    return " ".join(filter(None, said)) or gettext(
        "Cela ne coûte rien : une ronde tout aussi bonne les réunit."
    )


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
