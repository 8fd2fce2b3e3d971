"""What the columns and tables of a person's own copy are called, and how their values are said."""

from __future__ import annotations

from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from matcher import vocabulary
from web import interpreting_lists, words
from web.casework_words import EVENTS, STATES
from web.i18n import label, sentence_list
from web.presentation import long_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TABLES = {
    "person": _("Ma fiche"),
    "need": _("Ce que je demande"),
    "offer": _("Ce que j’offre"),
    "pairing": _("Mes propositions et jumelages"),
    "consent": _("Mes accords"),
    "apart_wish": _("Avec qui ne pas me jumeler"),
    "clearance": _("Ce qui a été vérifié"),
    "account": _("Mon compte"),
    "sign_in": _("Mes connexions"),
    "known_browser": _("Mes navigateurs"),
    "second_factor": _("Ma double vérification"),
    "recovery_code": _("Mes codes de secours"),
    "account_link": _("Les liens reçus"),
    "letter": _("Les avis qui m’ont été envoyés"),
    "interpreter": _("Mes services d’interprète"),
    "time_exception": _("Mes absences"),
    "appointment": _("Mes rendez-vous avec interprète"),
    "booking": _("Les réservations"),
    "translation": _("Mes traductions"),
    "call": _("Les appels qu’on me doit"),
}
COLUMNS = {
    "first_name": _("Prénom"),
    "name": _("Nom"),
    "asked_at": _("Noté"),
    "surname": _("Nom"),
    "email": _("Courriel"),
    "new_email": _("Nouvelle adresse, à confirmer"),
    "phone": _("Téléphone"),
    "state": _("Étape"),
    "state_since": _("Depuis"),
    "registered_at": _("Inscription"),
    "referred_by": _("Organisme qui m’a inscrit"),
    "reader_language": _("Langue des messages"),
    "language": _("Langue"),
    "languages": _("Langues"),
    "interests_like": _("J’aime"),
    "interests_want_to_try": _("Je veux découvrir"),
    "interests_not_for_me": _("Pas pour moi"),
    "availability": _("Moments libres, par semaine"),
    "sector": _("Secteur"),
    "travel_mode": _("Déplacements"),
    "travel_limit_km": _("Au plus, en kilomètres"),
    "travel_remote_ok": _("À distance aussi"),
    "household_form": _("Foyer"),
    "children_bands": _("Âges des enfants"),
    "age_band": _("Groupe d’âge"),
    "gender": _("Genre"),
    "access_needs": _("Besoins d’accès"),
    "contact": _("Comment me joindre"),
    "stay_until": _("Ici jusqu’au"),
    "interview_on": _("Entrevue prévue"),
    "interviewed_at": _("Entrevue faite"),
    "program": _("Programme"),
    "published_at": _("Depuis"),
    "waiting_since": _("En attente depuis"),
    "goals": _("Buts"),
    "meetings_per_month": _("Rencontres par mois"),
    "months": _("Durée, en mois"),
    "gender_request": _("Je préfère"),
    "pressing": _("Passe devant"),
    "crisis_flag": _("Crise signalée"),
    "capacity": _("Places"),
    "places_taken": _("Places prises"),
    "purpose": _("Pour"),
    "read_in": _("Lu en"),
    "was_read_aloud": _("Lu à voix haute"),
    "version": _("Version du texte"),
    "given_at": _("Donné"),
    "withdrawn_at": _("Terminé"),
    "was_renewed": _("Remplacé par un texte plus récent"),
    "outcome": _("Résultat"),
    "issuer": _("Vérifié par"),
    "recorded_at": _("Noté"),
    "expires": _("Valable jusqu’au"),
    "kind": _("Genre"),
    "approved_at": _("Approuvé"),
    "need_answer": _("Ma réponse"),
    "offer_answer": _("Ma réponse"),
    "first_meeting_on": _("Première rencontre prévue"),
    "first_meeting_at": _("Première rencontre"),
    "ended_at": _("Fini"),
    "worth": _("Score, en dix-millièmes de point"),
    "contributions": _("Points par critère"),
    "opened_at": _("Ouvert"),
    "started_at": _("Début"),
    "seen_at": _("Vu"),
    "browser": _("Navigateur"),
    "created_at": _("Créé"),
    "sent_at": _("Envoyé"),
    "role": _("Rôle"),
    "person_id": _("Ma fiche"),
    "card_made_at": _("Carte faite"),
    "closed_at": _("Fermé"),
    "account_id": _("Mon compte"),
    "stage": _("Étape de la connexion"),
    "confirmed_at": _("Confirmé"),
    "used_at": _("Utilisé"),
    "expires_at": _("Valable jusqu’au"),
    "about": _("À propos de"),
    "claimed_at": _("Pris pour l’envoi"),
    "attempts": _("Essais"),
    "settings": _("Où j’interprète"),
    "modes": _("De quelles façons"),
    "mode": _("De quelle façon"),
    "zone": _("Heure de"),
    "trained_for": _("Formation pour"),
    "max_hours_day": _("Au plus par jour, en heures"),
    "max_hours_month": _("Au plus par mois, en heures"),
    "code_signed_at": _("Code de conduite signé"),
    "code_version": _("Version du code de conduite"),
    "interpreter": _("Interprète, par son numéro"),
    "begins": _("Début"),
    "ends": _("Fin"),
    "requested_at": _("Demandé"),
    "from_language": _("De la langue"),
    "to_language": _("Vers la langue"),
    "dialect": _("Variante"),
    "setting": _("Où"),
    "level": _("Niveau demandé"),
    "start": _("Jour et heure"),
    "minutes": _("Durée, en minutes"),
    "same_as_before": _("La même personne qu’avant"),
    "also_speaks": _("Je parle aussi"),
    "relay_agreed_at": _("Relais accepté"),
    "prefer": _("De préférence"),
    "cancelled_side": _("Annulé par"),
    "notice_minutes": _("Prévenu avant, en minutes"),
    "place": _("Lieu"),
    "appointment_id": _("Rendez-vous"),
    "via": _("Par la langue"),
    "close_language": _("Langue proche"),
    "answer_due": _("Réponse attendue"),
    "interpreter_minutes": _("Durée notée par l’interprète"),
    "interpreter_signed_at": _("Signé par l’interprète"),
    "requester_minutes": _("Durée notée par qui a demandé"),
    "requester_signed_at": _("Signé par qui a demandé"),
    "absent_side": _("Qui n’est pas venu"),
    "pages": _("Pages"),
    "deadline": _("Pour le"),
    "second_reader": _("Deuxième lecture demandée"),
    "translator": _("Traduit par, un numéro"),
    "reader": _("Relu par, un numéro"),
    "delivered_at": _("Remis"),
    "done_at": _("Terminé le"),
    "owed_at": _("À faire depuis"),
    "called_at": _("Appel fait"),
    "need_id": _("Ma demande"),
    "offer_id": _("Mon offre"),
    "origin": _("Proposé par"),
    "priority": _("Rang d’attente, en points"),
    "crossed": _("Obstacles levés à la main"),
    "suggested_at": _("Suggéré"),
    "answers_due": _("Réponses attendues"),
    "need_answered_at": _("Répondu"),
    "offer_answered_at": _("Répondu"),
    "need_confirmed_at": _("Continuation confirmée"),
    "offer_confirmed_at": _("Continuation confirmée"),
    "text_hash": _("Empreinte du texte"),
    "revoked_at": _("Retiré"),
    "pairing_id": _("Proposition"),
    "field": _("Domaine de travail"),
    "accepts_interpreter": _("J’accepte un interprète"),
    "will_drive": _("Je peux conduire"),
    "meets_access": _("Accès possibles chez moi"),
    "accepts_children": _("J’accueille des enfants"),
    "years_in_field_here": _("Années dans ce domaine ici"),
    "id": _("Numéro"),
}
CODED: tuple[Mapping[str, Any], ...] = (
    words.AGES,
    words.BOROUGHS,
    words.CHILDREN,
    words.GENDERS,
    words.LEVELS,
    words.MODES,
    words.PURPOSES,
    words.TRAVEL,
    interpreting_lists.MODES,
    interpreting_lists.EXCEPTIONS,
    interpreting_lists.SIGNING,
    interpreting_lists.ZONES,
)
NAMED = (
    vocabulary.INTERESTS,
    vocabulary.LANGUAGES,
    vocabulary.SECTORS,
    vocabulary.GOALS,
    vocabulary.HOUSEHOLD_FORMS,
    vocabulary.ACCESS_NEEDS,
    vocabulary.PROGRAMS,
    vocabulary.SETTINGS,
)


def table_name(name: str) -> str:
    """Say what a table holds."""
    return str(TABLES.get(name, name.replace("_", " ")))


def column_name(name: str) -> str:
    """Say what a column holds."""
    return str(COLUMNS.get(name, name.replace("_", " ")))


def event(verb: str) -> str:
    """Say what a line of the ledger tells."""
    return str(EVENTS.get(verb, verb.replace("_", " ")))


def said(value: Any) -> str:
    """Say a value in the reader's language; a code without words of its own stays a code."""
    if isinstance(value, bool):
        return str(gettext("oui") if value else gettext("non"))
    if isinstance(value, datetime | date):
        return long_date(value)
    if isinstance(value, list):
        return str(sentence_list(said(one) for one in value))
    if isinstance(value, dict):
        return ", ".join(f"{column_name(name)} {said(one)}" for name, one in value.items())
    return next(_names(str(value)), str(value))


def _names(code: str) -> Iterator[str]:
    coded = (str(names[code]) for names in CODED if code in names)
    named = (label(terms, code) for terms in NAMED if code in terms)
    states = (str(name) for (_entity, state), name in STATES.items() if state == code)
    return chain(coded, named, states)
