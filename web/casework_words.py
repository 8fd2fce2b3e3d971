"""Casework in words: states, what the ledger tells, why an act was refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import flask_babel
from flask_babel import lazy_gettext as _

from matcher.vocabulary import LIFECYCLE, REASONS
from models.casework.life import AS_PLANNED, WRITTEN
from models.errors import Barred, CaseworkError, NoPlace, NotAllowedNow, NotYourself, Stale
from models.lifecycle import ANSWERING
from web.clock import CITY_ZONE
from web.i18n import date_words, label, language, sentence_list, turn
from web.sentences import Names, barrier, in_sentence, score
from web.words import PURPOSES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from models.queries.history import Event
    from models.queries.proposals import ProposalPage


gettext: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext

STATES = {(row["entity"], row["state"]): {"fr": row["label_fr"], "en": row["label_en"]} for row in LIFECYCLE}
TONES = {
    "ready": "good",
    "paired": "good",
    "active": "good",
    "renewed": "good",
    "completed": "good",
    "accepted": "good",
    "trial": "good",
    "suspended": "bad",
    "no_show": "bad",
    "withdrawn": "bad",
    "declined": "bad",
    "submitted": "warm",
    "suggested": "warm",
    "under_review": "warm",
    "awaiting_answers": "warm",
    "requested": "warm",
    "searching": "warm",
    "offered": "warm",
    "asked": "warm",
    "taken": "warm",
    "assigned": "good",
    "confirmed": "good",
    "done": "good",
    "unfilled": "bad",
}
BANDS = {
    "urgent": _("D’abord"),
    "late": _("En retard"),
    "today": _("Aujourd’hui"),
    "week": _("D’ici sept jours"),
    "later": _("Plus tard"),
}
GROUPS = {
    "to_review": _("À étudier"),
    "answering": _("En attente de réponses"),
    "starting": _("Première rencontre"),
    "trial": _("À l’essai"),
    "active": _("Actifs"),
    "suspended": _("Suspendus"),
    "ended": _("Terminés"),
}
LEFT_OUT = {
    "not_ready": _("pas encore prêts (entrevue, filtrage ou formation)"),
    "no_consent": _("sans consentement au programme"),
    "by_hand": _("à jumeler à la main, faute d’accord pour le calcul"),
    "no_place": _("sans place libre"),
    "in_crisis": _("crise signalée, d’abord des professionnels"),
}
CHANGES = {
    "same": _("inchangée"),
    "new": _("nouvelle"),
    "other_partner": _("autre partenaire"),
    "gone": _("disparue"),
}
ROAD = (_("Proposée"), _("Réponses"), _("Première rencontre"), _("Essai"), _("Actif"))
SIDES = {"need": _("Besoin"), "offer": _("Offre")}
ROLES = {
    ("need", "sponsorship"): _("Demande de parrainage"),
    ("offer", "sponsorship"): _("Marraine ou parrain"),
    ("need", "support"): _("Demande d’accompagnement"),
    ("offer", "support"): _("Bénévole d’accompagnement"),
}
ANSWERS = {
    "yes": _("a dit oui"),
    "no": _("a dit non"),
    "talk": _("veut en parler d’abord"),
    None: _("n’a pas encore répondu"),
}
SAID = {"yes": _("oui"), "no": _("non"), "talk": _("veut en parler d’abord")}
SCREENING = {
    "0": _("Niveau 0 : entrevue"),
    "1": _("Niveau 1 : entrevue et références concluantes"),
    "2": _("Niveau 2 : vérification policière, secteur vulnérable"),
}
NOTED = {
    "identity": _("Identité vérifiée"),
    "references": _("Deux références vérifiées"),
    "conduct": _("Code de conduite accepté"),
    "training": _("Formation suivie"),
}
"""What is noted by a word alone."""
STEPS = {
    "interview": _("l’entrevue"),
    "identity": _("l’identité"),
    "references": _("deux références"),
    "screening": _("le filtrage"),
    "second_person": _("une deuxième personne"),
    "conduct": _("le code de conduite"),
    "training": _("la formation"),
}
"""What is missing, within a sentence."""
HOW = {
    "identity": _("Une pièce avec photo, vue en personne. On n’en garde ni copie ni numéro."),
    "references": _("Deux personnes qui la connaissent, appelées. On n’en garde ni nom ni propos."),
    "conduct": _("Lu ensemble, accepté de vive voix ou par écrit."),
    "training": _("La formation de son programme."),
}
SILENT = frozenset({"settle", "advance"})
"""Steps that follow from others; a timeline leaves them out."""
EVENTS = {
    "register": _("Inscription reçue"),
    "publish_need": _("Besoin publié"),
    "publish_offer": _("Offre publiée"),
    "update_profile": _("Profil mis à jour"),
    "update_need": _("Besoin mis à jour"),
    "update_offer": _("Offre mise à jour"),
    "write_note": _("Note écrite"),
    "give_consent": _("Consentement donné"),
    "withdraw_consent": _("Consentement retiré"),
    "come_back": _("De retour dans le programme"),
    "renew_consent": _("Consentement renouvelé au nouveau texte"),
    "copy_data": _("Copie de ses données remise"),
    "erase": _("Dossier effacé"),
    "enter_incident": _("Incident inscrit"),
    "change_incident": _("Incident complété ou corrigé"),
    "exclude": _("Exclusion notée"),
    "wish_apart": _("A nommé quelqu’un à ne pas jumeler"),
    "settle_apart": _("Cherché de qui il s’agit"),
    "take_back_apart": _("A retiré une ligne de sa liste"),
    "lift_exclusion": _("Exclusion levée"),
    "record_tie": _("Lien d’autorité noté"),
    "book_interview": _("Entrevue fixée"),
    "move_interview": _("Entrevue déplacée"),
    "record_interview": _("Entrevue faite"),
    "record_identity": _("Identité vérifiée"),
    "record_references": _("Deux références vérifiées"),
    "record_conduct": _("Code de conduite accepté"),
    "record_screening": _("Filtrage noté"),
    "confirm_screening": _("Filtrage confirmé par une deuxième personne"),
    "revoke_clearance": _("Vérification retirée"),
    "lapse_clearances": _("Arrêt : une vérification n’est plus à jour"),
    "record_training": _("Formation notée"),
    "decline_person": _("Inscription non retenue"),
    "give_card": _("Carte de connexion donnée"),
    "renew_card": _("Carte de connexion renouvelée"),
    "pause": _("Mise en pause"),
    "resume_person": _("Retour de pause"),
    "mark_pressing": _("Priorité pressante modifiée"),
    "raise_crisis_flag": _("Crise signalée"),
    "lower_crisis_flag": _("Signalement de crise levé"),
    "forbid": _("Paire écartée pour toujours"),
    "allow": _("Paire permise de nouveau"),
    "keep_apart": _("Ne seront plus proposés ensemble"),
    "suggest": _("Proposée par une ronde"),
    "pair_by_hand": _("Composée à la main"),
    "open_proposal": _("Étude commencée"),
    "approve": _("Approuvée"),
    "ask_both": _("Envoyée aux deux personnes"),
    "reject": _("Refusée"),
    "put_back": _("Remise dans le bassin"),
    "supersede": _("Remplacée par une nouvelle ronde"),
    "release_lock": _("Verrou levé : la paire ne tient plus"),
    "lock": _("Verrouillée"),
    "unlock": _("Déverrouillée"),
    "answer": _("Réponse reçue"),
    "accept": _("Acceptée par les deux"),
    "decline": _("Déclinée"),
    "lapse": _("Délai de réponse écoulé"),
    "plan_first_meeting": _("Première rencontre fixée"),
    "move_first_meeting": _("Première rencontre déplacée"),
    "record_first_meeting": _("Première rencontre faite"),
    "record_no_show": _("Rencontre manquée"),
    "confirm_trial": _("Essai confirmé par l’une des deux personnes"),
    "activate": _("Jumelage actif"),
    "renew": _("Renouvelé"),
    "suspend": _("Suspendu"),
    "resume": _("Repris"),
    "end_pairing": _("Terminé"),
    "request_appointment": _("Interprète demandé"),
    "search_interpreter": _("Recherche d’un interprète"),
    "refer_professional": _("Orienté vers un service professionnel"),
    "ask_interpreter": _("Offert à un interprète"),
    "make_room": _("Repris, pour un rendez-vous plus pressant"),
    "take_booking": _("Mandat pris"),
    "confirm_booking": _("Interprète confirmé"),
    "decline_booking": _("Mandat décliné"),
    "lapse_booking": _("Offre restée sans réponse"),
    "stand_by": _("En réserve"),
    "cancel_booking": _("Interprète libéré"),
    "cancel_appointment": _("Rendez-vous annulé"),
    "change_appointment": _("Rendez-vous changé"),
    "agree_to_relay": _("Accord pour un relais"),
    "set_urgency": _("Priorité notée"),
    "keep_out": _("Souhait noté : à qui ne pas l’offrir"),
    "sign_service": _("Service signé"),
    "end_service": _("Service rendu"),
    "record_absence": _("Absence notée"),
    "reopen_service": _("Service à signer de nouveau"),
    "close_past": _("Heure passée sans interprète"),
    "call": _("Appelée ou appelé, faute de courriel"),
    "call_again": _("À rappeler : l’appel n’a pas eu lieu"),
    "sign_code": _("Code de conduite signé"),
    "update_interpreter": _("Offre d’interprète mise à jour"),
    "add_exception": _("Exception à l’horaire notée"),
    "drop_exception": _("Exception à l’horaire retirée"),
    "make_feed": _("Lien de calendrier fait"),
    "drop_feed": _("Lien de calendrier fermé"),
    "request_translation": _("Traduction demandée"),
    "take_translation": _("Traduction prise"),
    "take_reading": _("Deuxième lecture prise"),
    "give_back_translation": _("Traduction rendue sans être faite"),
    "deliver_translation": _("Traduction remise"),
    "send_back_translation": _("Traduction renvoyée pour correction"),
    "end_translation": _("Traduction terminée"),
    "cancel_translation": _("Traduction annulée"),
    "invite": _("Invitation envoyée"),
    "sign_in": _("Connexion"),
    "sign_out": _("Déconnexion"),
    "end_session": _("Une session fermée"),
    "end_other_sessions": _("Toutes les autres sessions fermées"),
    "ask_new_address": _("Nouvelle adresse de connexion demandée"),
    "change_address": _("Adresse de connexion changée"),
    "change_role": _("Rôle changé"),
    "close_account": _("Compte fermé"),
    "renew_recovery_codes": _("Codes de secours renouvelés"),
    "remove_second_factor": _("Double vérification enlevée"),
    "read": _("Dossier ouvert, ou nom vu dans une liste"),
}
STALE = {
    "state": _("Cette proposition a déjà été traitée entre-temps."),
    "version": _("Cette proposition a changé depuis que vous l’avez ouverte. Relisez-la avant de décider."),
    "note": _(
        "Quelqu’un a écrit dans cette note en même temps que vous. Les deux textes sont ici : gardez ce"
        " qu’il faut de chacun, puis enregistrez."
    ),
    "incident": _(
        "Quelqu’un a changé cet incident en même temps que vous. Ce qui diffère est ci-dessous : gardez ce qu’il"
        " faut de chacun, puis enregistrez."
    ),
    "person": _("L’une des deux personnes n’est plus prête à être jumelée."),
    "need": _("Ce besoin n’attend plus : il est déjà jumelé, en pause ou retiré."),
    "offer": _("Cette offre n’est plus disponible : elle est complète, en pause ou retirée."),
    "consent": _("L’une des deux personnes a retiré un consentement. Rien ne lui a été envoyé."),
    "plan": _(
        "Le plan a changé depuis que vous avez ouvert cette page. Rien n’a été fait : relisez ce qui est possible."
    ),
    "forbidden": _("Cette paire a été écartée entre-temps."),
    "apart": _(
        "L’une des deux personnes a nommé quelqu’un avec qui ne pas la jumeler : voyez d’abord « À faire »."
    ),
    "account": _("Ce compte est déjà fermé, ou cette personne se connecte autrement."),
}


def state_name(entity: str, state: str) -> str:
    """Name a state in the reader's language; a withdrawal has the same name everywhere."""
    return STATES.get((entity, state), STATES["person", "withdrawn"])[language()]


def pairing_state(state: str, reason: str | None = None) -> str:
    """Name the state of a pairing: that a consent was withdrawn is said only where that is the reason."""
    if state != "withdrawn" or reason == "consent_withdrawn":
        return state_name("pairing", state)
    return gettext("Retirée par la coordination") if reason else state_name("need_or_offer", state)


def tone(state: str) -> str:
    """Give the colour of a state: good, warm, bad, or none."""
    return TONES.get(state, "")


def names(need: str, offer: str) -> Names:
    """Hold the two names that a sentence may use."""
    return Names(need, offer)


def reasons(kind: str) -> list[tuple[str, str]]:
    """Give the reasons of a kind, ``reject`` or ``close``, with their labels."""
    return [(code, label(REASONS, code)) for code, term in REASONS.items() if term.row["kind"] == kind]


def endings(state: str) -> list[tuple[str, str]]:
    """Give the reasons for which a pairing may end; until both have said yes, one's own words come first."""
    listed = reasons("close")
    if state not in ANSWERING:
        return listed
    return [
        (WRITTEN, label(REASONS, WRITTEN)),
        *((code, text) for code, text in listed if code not in AS_PLANNED),
    ]


def changes(counts: Mapping[str, int]) -> str:
    """Say what changed since the round before: « 17 inchangées, 12 nouvelles et 1 disparue »."""
    same, new, other, gone = (counts.get(code, 0) for code in ("same", "new", "other_partner", "gone"))
    said = {
        ngettext("%(num)s inchangée", "%(num)s inchangées", same): same,
        ngettext("%(num)s nouvelle", "%(num)s nouvelles", new): new,
        ngettext("%(num)s avec une autre personne", "%(num)s avec une autre personne", other): other,
        ngettext("%(num)s disparue", "%(num)s disparues", gone): gone,
    }
    return sentence_list(words for words, count in said.items() if count)


def loss(worth: int) -> str:
    """Say how much another option would lose, in points."""
    if worth == 0:
        return gettext("même score")
    if worth > 0:
        return gettext("%(points)s points de moins", points=score(worth))
    return gettext("%(points)s points de plus", points=score(-worth))


def road(page: ProposalPage) -> list[tuple[int, str, str]]:
    """Give the steps of a pairing, each ``done``, ``here`` or ``ahead``."""
    return [
        (step, str(name), "done" if step < page.stage else "here" if step == page.stage else "ahead")
        for step, name in enumerate(ROAD)
    ]


def role(side: str, program: str) -> str:
    """Name what a person is in a program."""
    return str(ROLES.get((side, program), SIDES[side]))


def steps(codes: Sequence[str]) -> str:
    """Name the steps that are missing, within a sentence."""
    return sentence_list(str(STEPS[code]) for code in codes)


def moment(at: datetime | None) -> str:
    """Say a day and an hour of the city: « mardi 3 mars, 14 h 00 »."""
    if at is None:
        return "—"
    return f"{date_words(at, 'EEEE d MMMM')}, {hour(at.astimezone(CITY_ZONE))}"


def hour(clock: datetime) -> str:
    """Say what a clock shows, on one line: « 14 h 05 », in English « 14:05 »."""
    if language() != "fr":
        return f"{clock:%H:%M}{turn(clock)}"
    return f"{clock.hour}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{clock:%M}{turn(clock)}"


def short_day(day: date | datetime | None) -> str:
    """Say a day: « 3 mars »."""
    if day is None:
        return "—"
    return date_words(day, "d MMM y")


def event_name(event: Event) -> str:
    """Say what a line of the ledger tells."""
    told = str(EVENTS.get(event.verb, event.verb.replace("_", " ")))
    purpose, said = event.facts.get("purpose"), event.facts.get("said")
    if event.verb == "end_pairing" and event.facts.get("to") == "withdrawn":
        return pairing_state("withdrawn", event.facts.get("reason"))
    if purpose in PURPOSES:
        return gettext("%(what)s : %(detail)s", what=told, detail=in_sentence(str(PURPOSES[purpose])))
    if said in SAID:
        return gettext("%(what)s : %(detail)s", what=told, detail=SAID[said])
    return told


def refusal(error: CaseworkError) -> str:
    """Say why an act was refused and that nothing was changed."""
    if isinstance(error, NoPlace):
        return gettext(
            "Déjà pris : la dernière place vient d’être donnée, ou promise à une autre personne. Rien n’a été changé."
        )
    if isinstance(error, Stale):
        return _stale(error)
    if isinstance(error, Barred):
        return gettext("Cette paire ne peut pas être faite : %(why)s.", why=_barriers(error.codes))
    if isinstance(error, NotYourself):
        return gettext("Une autre personne que vous doit confirmer. Rien n’a été changé.")
    if isinstance(error, NotAllowedNow):
        return gettext(
            "C’est déjà fait, ou ce n’est plus possible : l’état actuel est « %(state)s ».",
            state=_any_state(error.state),
        )
    return gettext("Cet acte n’a pas pu être fait. Rien n’a été changé.")


def _stale(error: Stale) -> str:
    if error.what_changed == "barriers":
        return gettext("Un obstacle est apparu depuis : %(why)s.", why=_barriers(error.codes))
    return str(STALE.get(error.what_changed, STALE["version"]))


def _barriers(codes: tuple[str, ...]) -> str:
    return sentence_list([barrier(code) for code in codes])


def _any_state(state: str) -> str:
    for entity in ("pairing", "person", "need_or_offer", "booking", "interpreting", "translation"):
        if (entity, state) in STATES:
            return in_sentence(pairing_state(state) if entity == "pairing" else state_name(entity, state))
    return state
