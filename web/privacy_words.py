"""The privacy assessment in plain words: what is kept, why, who reads it, how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import flask_babel
from flask_babel import lazy_gettext as _

from models import privacy
from web.i18n import sentence_list

if TYPE_CHECKING:
    from collections.abc import Iterable

DAYS_A_MONTH, DAYS_A_YEAR = 30, 365
FILE_RULES = ("left", "declined", "ended")

KINDS = {
    "name": (
        _("Votre prénom"),
        _("Pour vous parler, et pour que la personne proposée sache à qui elle répond."),
    ),
    "contact": (
        _("Votre nom, votre téléphone et votre courriel"),
        _("Pour vous joindre. Sous scellé : illisibles dans les fichiers sans la clé."),
    ),
    "profile": (
        _("Votre profil : langues, goûts, moments libres, secteur, déplacements, groupe d’âge"),
        _("Pour trouver quelqu’un avec qui vous pouvez parler, vous voir et vous plaire."),
    ),
    "household": (
        _("Votre foyer : avec qui vous vivez, âges des enfants, genre, besoins d’accès, durée du séjour"),
        _("Pour que la rencontre soit possible et sûre."),
    ),
    "wishes": (
        _("Ce que vous demandez ou offrez : buts, rythme, durée"),
        _("Pour proposer ce que vous cherchez."),
    ),
    "road": (
        _("Où en est votre demande : étapes et dates"),
        _("Pour que personne n’attende sans réponse."),
    ),
    "agreement": (
        _("Vos accords : lesquels, quand, dans quelle langue, quel texte"),
        _("Pour prouver ce que vous avez accepté, et y revenir quand vous voulez."),
    ),
    "safety": (
        _("La sécurité : ce qui a été vérifié et quand, une crise ou une urgence signalée"),
        _("Pour que chaque rencontre se fasse avec une personne vérifiée."),
    ),
    "verified": (
        _("Le résultat d’une vérification, et qui l’a faite"),
        _("Le résultat seulement, sous scellé; jamais le document."),
    ),
    "apart": (
        _("Avec qui ne pas vous jumeler"),
        _(
            "Sans raison, en secret, pour toujours : une empreinte illisible le garde même si tout est effacé."
        ),
    ),
    "named": (
        _("Les noms que vous avez écrits sous « Ne pas me jumeler avec… »"),
        _("Pour que l’équipe trouve de qui il s’agit. Sous scellé, et sans raison."),
    ),
    "pairing": (
        _("Vos propositions et jumelages : vos réponses, ce que vous avez en commun, les dates"),
        _("Pour suivre un jumelage. L’autre personne ne voit jamais votre réponse."),
    ),
    "note": (
        _("Les notes de la coordination"),
        _("Pour se souvenir d’un appel. Sous scellé; demandez à les lire."),
    ),
    "account": (
        _("Votre compte : votre langue, comment vous entrez, depuis quand"),
        _("Pour que personne d’autre que vous n’ouvre votre page."),
    ),
    "session": (
        _("Vos connexions : quand, avec quel genre de navigateur"),
        _("Pour que vous voyiez si quelqu’un d’autre entre chez vous."),
    ),
    "letter": (
        _("Les avis envoyés : quel avis, quand"),
        _("Pour ne pas écrire deux fois. Le texte n’est pas gardé."),
    ),
    "draft": (
        _("Une inscription commencée"),
        _("Pour la finir plus tard. Sous scellé : seul votre navigateur peut l’ouvrir."),
    ),
    "key": (
        _("Ce qui ouvre vos scellés et votre compte : clés et empreintes"),
        _("Jamais votre mot de passe lui-même. Personne ne les lit."),
    ),
    "try": (
        _("Combien de fois quelqu’un a essayé d’entrer"),
        _("Pour arrêter qui devine des mots de passe. Une empreinte, pas une adresse."),
    ),
    "form": (
        _("Qu’un formulaire vient d’être envoyé"),
        _("Pour que deux clics n’en fassent qu’un. Jamais ce qui y était écrit."),
    ),
    "trace": (
        _("Le registre des gestes : qui a fait quoi, quand"),
        _("Pour que tout geste puisse être vérifié. Des numéros, jamais un nom ni une réponse."),
    ),
    "incident": (
        _("Un incident : dates, nombre de personnes, avis donnés"),
        _("La loi demande ce registre. Il ne nomme personne."),
    ),
}
READERS = {
    "self": _("vous"),
    "office": _("l’équipe de la Ville"),
    "proposed": _("la personne proposée"),
    "common": _("la personne proposée, seulement ce que vous avez en commun"),
    "paired": _("la personne jumelée, après vos deux oui et avec votre accord"),
    "partner": _("l’organisme qui a fait votre inscription"),
    "nobody": _("personne"),
}
FOR_GOOD = ("apart", "trace", "staff")


@dataclass(frozen=True, slots=True)
class Kept:
    """A line of « Ce que nous gardons et pourquoi »."""

    what: str
    why: str
    readers: str
    how_long: str


def what_is_kept() -> list[Kept]:
    """Give the classes of the assessment in words, those that hold something about people."""
    used = {one.kind for one in privacy.columns().values()}
    return [
        Kept(
            str(what),
            str(why),
            said_readers(privacy.kinds()[name].readers),
            how_long(privacy.kinds()[name].kept),
        )
        for name, (what, why) in KINDS.items()
        if name in used
    ]


def said_readers(readers: Iterable[str]) -> str:
    """Say who reads."""
    return sentence_list([str(READERS[one]) for one in readers])


def how_long(kept: str) -> str:
    """Say how long, by the rule of retention."""
    if kept in FOR_GOOD:
        return str(flask_babel.gettext("toujours, sans rien qui vous nomme"))
    if kept == "file":
        longest = said_days(max(privacy.rules()[rule].days for rule in FILE_RULES))
        text = flask_babel.gettext(
            "tant que vous participez, puis %(time)s au plus; moins si vous l’effacez", time=longest
        )
        return str(text)
    return said_days(privacy.rules()[kept].days)


def said_days(days: int) -> str:
    """Say a number of days in the largest unit that fits."""
    if days >= DAYS_A_YEAR:
        years = days // DAYS_A_YEAR
        return str(flask_babel.ngettext("%(num)s an", "%(num)s ans", years))
    if days >= DAYS_A_MONTH:
        months = days // DAYS_A_MONTH
        return str(flask_babel.ngettext("%(num)s mois", "%(num)s mois", months))
    if days == 0:
        return str(flask_babel.gettext("moins d’une heure"))
    return str(flask_babel.ngettext("%(num)s jour", "%(num)s jours", days))
