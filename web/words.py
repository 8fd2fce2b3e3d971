"""Plain words for codes that no vocabulary file names: levels, ages, boroughs, steps of the road."""

from __future__ import annotations

from functools import partial

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from models import consent_texts
from web.i18n import language, spaced


def _promise(purpose: str) -> str:
    return spaced(consent_texts.current(purpose, language()).text)


LEVELS = {
    "A0": _("Je ne la connais pas encore"),
    "A1": _("Je dis quelques mots"),
    "A2": _("Je comprends des phrases simples"),
    "B1": _("Je me débrouille"),
    "B2": _("Je parle bien"),
    "C1": _("Je parle très bien"),
    "C2": _("Presque comme ma langue"),
    "native": _("C’est ma langue"),
}
MODES = {"spoken": _("À l’oral"), "signed": _("En langue des signes"), "written": _("À l’écrit seulement")}
AGES = {
    "18-24": _("18 à 24 ans"),
    "25-34": _("25 à 34 ans"),
    "35-44": _("35 à 44 ans"),
    "45-54": _("45 à 54 ans"),
    "55-64": _("55 à 64 ans"),
    "65+": _("65 ans et plus"),
}
GENDERS = {"f": _("Une femme"), "m": _("Un homme"), "x": _("Autre, ou je me décris autrement")}
WISHED_GENDERS = {
    "any": _("Peu importe"),
    "f": _("Plutôt une femme"),
    "m": _("Plutôt un homme"),
    "x": _("Plutôt une personne d’un autre genre"),
}
TRAVEL = {"car": _("En auto"), "bus": _("En autobus"), "walk": _("À pied ou à vélo")}
CHILDREN = {
    "0-2": _("0 à 2 ans"),
    "3-5": _("3 à 5 ans"),
    "6-11": _("6 à 11 ans"),
    "12-14": _("12 à 14 ans"),
    "15-17": _("15 à 17 ans"),
}
BOROUGHS = {
    "chicoutimi": _("L’arrondissement de Chicoutimi"),
    "jonquiere": _("L’arrondissement de Jonquière"),
    "la_baie": _("L’arrondissement de La Baie"),
    "hors_ville": _("Les environs de la ville"),
}
DAYS = {
    "mon": _("Lundi"),
    "tue": _("Mardi"),
    "wed": _("Mercredi"),
    "thu": _("Jeudi"),
    "fri": _("Vendredi"),
    "sat": _("Samedi"),
    "sun": _("Dimanche"),
}
BLOCKS = {"am": _("Matin"), "pm": _("Après-midi"), "ev": _("Soir"), "nt": _("Fin de soirée")}
TASTES = {"like": _("J’aime"), "want_to_try": _("Je veux découvrir"), "not_for_me": _("Pas pour moi")}
PURPOSES = {
    "program": _("Participer au programme"),
    "matching": _("Recevoir des propositions selon mes intérêts"),
    "share_contact": _("Ouvrir mes coordonnées après deux oui"),
    "statistics": _("Compter dans les statistiques"),
}
PROMISES = {purpose: LazyString(partial(_promise, purpose)) for purpose in PURPOSES}
"""Today's text of each agreement, in the reader's language."""
READERS = {
    "coordinator": _("La coordination"),
    "administrator": _("L’administration"),
    "agent": _("Un organisme partenaire"),
    "participant": _("Votre interprète"),
}
READ = {
    "file": _("Dossier ouvert"),
    "note": _("Dossier ouvert, avec la note"),
    "pair": _("Page d’une proposition ou d’un jumelage"),
    "list": _("Liste sortie en tableur"),
    "round": _("Ronde sortie en tableur"),
    "names": _("Votre nom dans une liste, ce jour-là"),
    "search": _("Votre nom trouvé par une recherche"),
    "appointment": _("Rendez-vous avec interprète"),
    "sheet": _("Feuille de service d’un rendez-vous"),
    "card": _("Page de la carte pour entrer"),
}
TURNS = {
    "first": _("La première fois (heure d’été)"),
    "second": _("La seconde fois (heure normale)"),
}
"""Of an hour that clocks show twice, on the night when they go back."""
SCREENS = {
    "qui": _("Qui êtes-vous?"),
    "langues": _("Quelles langues connaissez-vous?"),
    "interets": _("Qu’aimez-vous faire?"),
    "quand": _("Quand êtes-vous libre?"),
    "ou": _("Dans quel secteur vivez-vous?"),
    "foyer": _("Votre foyer et vos besoins"),
    "souhaits": _("Que souhaitez-vous?"),
    "interpretation": _("Interpréter ou traduire"),
    "accords": _("Vos accords, un par un"),
}
ROAD = {
    "received": _("Demande reçue"),
    "interview": _("Entrevue"),
    "screening": _("Vérification"),
    "training": _("Formation"),
    "waiting": _("Recherche"),
    "answers": _("Réponses"),
    "meeting": _("Première rencontre"),
    "trial": _("Essai"),
    "active": _("Jumelage"),
}
HERE = {
    "interview": _("La coordonnatrice vous écrit ou vous appelle d’ici cinq jours pour fixer l’entrevue."),
    "screening": _("L’équipe complète la vérification avec vous. Rien n’en est gardé que le résultat."),
    "training": _("Il reste la courte formation. La coordonnatrice vous propose une date."),
    "waiting": _(
        "Nous cherchons une personne qui vous ressemble assez. Cela prend souvent quelques semaines."
    ),
    "answers": _("Une rencontre vous est proposée. Prenez le temps de lire, puis répondez."),
    "meeting": _("Deux oui! Il reste à vous voir une première fois."),
    "trial": _(
        "C’est la période d’essai : trois ou quatre rencontres, puis chaque personne dit si elle continue."
    ),
    "active": _("Votre jumelage est en cours. Bonne route!"),
}
ROLES = {
    ("need", "sponsorship"): _("Je demande un jumelage"),
    ("offer", "sponsorship"): _("Je parraine"),
    ("need", "support"): _("Je demande de l’accompagnement"),
    ("offer", "support"): _("J’accompagne et j’écoute"),
    ("offer", "interpreting"): _("J’interprète ou je traduis"),
}
