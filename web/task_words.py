"""What waits for a coordinator, in words: each kind of task by all its names, its sign and its act."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping


class TaskWords(NamedTuple):
    """How a kind of task is called where there are many and for one of them, its icon, and the button of its act."""

    many: LazyString
    one: LazyString
    icon: str
    act: LazyString


WORDS: Mapping[str, TaskWords] = {
    "danger": TaskWords(
        _("Peut-être en danger"), _("Peut-être en danger : à appeler"), "exclamation-triangle", _("Appeler")
    ),
    "crisis": TaskWords(
        _("Crises signalées"), _("Crise signalée"), "exclamation-triangle", _("Voir la marche à suivre")
    ),
    "talk": TaskWords(_("Veulent en parler"), _("Veut en parler"), "chat-dots", _("Appeler")),
    "registration": TaskWords(
        _("Inscriptions à lire"), _("Inscription à lire"), "person-plus", _("Fixer l’entrevue")
    ),
    "interview": TaskWords(_("Entrevues"), _("Entrevue"), "calendar-event", _("Noter l’entrevue")),
    "concern": TaskWords(_("Personnes à rappeler"), _("Quelque chose ne va pas"), "telephone", _("Appeler")),
    "screening": TaskWords(
        _("Vérifications à noter"), _("Vérifications à noter"), "shield-check", _("Noter")
    ),
    "second_person": TaskWords(
        _("À confirmer par une deuxième personne"),
        _("À confirmer par une deuxième personne"),
        "people",
        _("Confirmer"),
    ),
    "apart": TaskWords(
        _("Noms à trouver"), _("A nommé quelqu’un à ne pas jumeler"), "slash-circle", _("Trouver qui")
    ),
    "renewal": TaskWords(
        _("Vérifications à refaire"), _("Vérification à refaire"), "arrow-repeat", _("Refaire")
    ),
    "training": TaskWords(
        _("Formations à noter"), _("Formation à noter"), "mortarboard", _("Noter la formation")
    ),
    "review": TaskWords(
        _("Propositions à étudier"), _("Proposition à étudier"), "search-heart", _("Étudier")
    ),
    "answers": TaskWords(
        _("Réponses attendues"), _("Réponses attendues"), "envelope", _("Voir les réponses")
    ),
    "plan_meeting": TaskWords(
        _("Rencontres à fixer"), _("Rencontre à fixer"), "calendar-plus", _("Fixer la rencontre")
    ),
    "first_meeting": TaskWords(
        _("Premières rencontres"), _("Première rencontre"), "cup-hot", _("Noter la rencontre")
    ),
    "missed": TaskWords(
        _("Rencontres manquées"), _("Rencontre manquée"), "calendar-x", _("Refixer la rencontre")
    ),
    "trial": TaskWords(
        _("Essais à confirmer"), _("Essai à confirmer"), "hourglass-split", _("Noter la confirmation")
    ),
    "suspended": TaskWords(
        _("Jumelages suspendus"), _("Jumelage suspendu"), "pause-circle", _("Reprendre ou terminer")
    ),
    "call": TaskWords(
        _("À appeler, faute de courriel"), _("À appeler, faute de courriel"), "telephone", _("Appeler")
    ),
    "interpreter": TaskWords(
        _("Interprètes à trouver"), _("Interprète à trouver"), "translate", _("Trouver quelqu’un")
    ),
}
