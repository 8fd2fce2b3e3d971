"""Who may open which route, written down a second time: what is not listed here is refused.

A route is « METHOD /address ». ``anonymous`` needs no line in the other roles: an open door is open to all.
"""

from __future__ import annotations

from models.actor import ROLES

READERS = ("anonymous", *ROLES)

OPEN_DOORS = {
    "GET /calendrier/<token>.ics",
    "GET /static/<path:filename>",
    "GET /",
    "POST /langue",
    *(f"{method} /connexion" for method in ("GET", "POST")),
    *(f"{method} /connexion/code" for method in ("GET", "POST")),
    *(f"{method} /connexion/carte" for method in ("GET", "POST")),
    *(f"{method} /compte/double-verification" for method in ("GET", "POST")),
    *(f"{method} /mot-de-passe/oublie" for method in ("GET", "POST")),
    *(f"{method} /mot-de-passe/<token>" for method in ("GET", "POST")),
    "GET /mot-de-passe/envoye",
    *(f"{method} /adresse/<token>" for method in ("GET", "POST")),
    "GET /vie-privee",
    "GET /efface",
    "GET /inscription/nouveau",
    "GET /inscription/<any(parrainer, accompagner, jumelage, ecoute, interpreter):door>",
    "POST /inscription/<any(parrainer, accompagner, jumelage, ecoute, interpreter):door>",
    "POST /inscription/<any(parrainer, accompagner, jumelage, ecoute, interpreter):door>/recommencer",
    *(f"{method} /inscription/etape/<name>" for method in ("GET", "POST")),
    *(f"{method} /inscription/compte" for method in ("GET", "POST")),
    "GET /inscription/plus-tard",
    "GET /inscription/relecture",
    "GET /inscription/merci/<any(parrainer, accompagner, jumelage, ecoute, interpreter):door>",
}
SIGNED_IN = {
    "GET /compte",
    "POST /compte/mot-de-passe",
    "POST /compte/adresse",
    "POST /compte/sessions/<handle>/fermer",
    "POST /compte/sessions/fermer",
    "POST /deconnexion",
}
WITH_A_FACTOR = {
    "POST /compte/double-verification/commencer",
    "POST /compte/double-verification/codes",
    "POST /compte/double-verification/enlever",
}
INCIDENT = ("nouveau", "<incident_id>")
OFFICE = {
    "GET /coordination",
    "GET /coordination/personnes",
    "GET /coordination/personnes/<person_id>",
    "POST /coordination/personnes/<person_id>/entrevue",
    "POST /coordination/personnes/<person_id>/entrevue-faite",
    "POST /coordination/personnes/<person_id>/filtrage",
    "POST /coordination/personnes/<person_id>/formation",
    "POST /coordination/personnes/<person_id>/non-retenue",
    "POST /coordination/personnes/<person_id>/verifications",
    "POST /coordination/personnes/<person_id>/verifications/<clearance_id>/confirmer",
    "POST /coordination/personnes/<person_id>/verifications/<clearance_id>/retirer",
    "POST /coordination/personnes/<person_id>/pause",
    "POST /coordination/personnes/<person_id>/reprise",
    *(f"{method} /coordination/personnes/<person_id>/effacer" for method in ("GET", "POST")),
    *(f"{method} /coordination/incidents/{what}" for method in ("GET", "POST") for what in INCIDENT),
    "GET /coordination/incidents",
    *(f"GET /coordination/chiffres{what}" for what in ("", "/tableau.csv")),
    "POST /coordination/incidents/registre",
    *(f"{method} /coordination/personnes/<person_id>/carte" for method in ("GET", "POST")),
    *(f"{method} /coordination/personnes/<person_id>/exclusions" for method in ("GET", "POST")),
    *(f"{method} /coordination/ne-pas-jumeler/<apart_id>" for method in ("GET", "POST")),
    *(f"{method} /coordination/personnes/besoins/<need_id>/crise" for method in ("GET", "POST")),
    "POST /coordination/personnes/besoins/<need_id>/pressant",
    "GET /coordination/propositions/<pairing_id>",
    *(
        f"POST /coordination/propositions/<pairing_id>/{act}"
        for act in ("etudier", "approuver", "refuser", "remettre", "verrouiller", "deverrouiller", "jamais")
    ),
    "GET /coordination/composer/<wish_id>",
    *(f"{method} /coordination/composer/<need_id>/<offer_id>" for method in ("GET", "POST")),
    "POST /coordination/composer/<need_id>/<offer_id>/permettre",
    "GET /coordination/jumelages",
    "GET /coordination/jumelages/<pairing_id>",
    *(
        f"POST /coordination/jumelages/<pairing_id>/{act}"
        for act in ("rencontre", "rencontre-faite", "rencontre-manquee", "confirmer", "repondre")
    ),
    *(
        f"POST /coordination/jumelages/<pairing_id>/{act}"
        for act in ("suspendre", "reprendre", "renouveler", "terminer")
    ),
    *(f"{method} /coordination/rondes" for method in ("GET", "POST")),
    "GET /coordination/rondes/<round_id>",
    *(
        f"GET /coordination/comprendre/<any(sponsorship, support):program>{page}"
        for page in ("", "/libertes", "/methodes", "/penuries", "/pourquoi-pas", "/recruter", "/regles")
    ),
    "GET /coordination/comprendre/<any(sponsorship, support):program>/recruter/affiche",
    *(f"{method} /coordination/tableur" for method in ("GET", "POST")),
    "GET /coordination/tableur/essai",
    *(f"POST /coordination/tableur/{act}" for act in ("apporter", "export", "laisser")),
    "GET /coordination/tableur/modele-<any(need, offer):side>.xlsx",
    "GET /coordination/tableur/ronde-<round_id>.xlsx",
}
COORDINATOR = {"POST /coordination/personnes/<person_id>/note"}
ADMINISTRATOR = {
    *(f"{method} /coordination/equipe" for method in ("GET", "POST")),
    "POST /coordination/equipe/organismes",
    *(f"POST /coordination/equipe/<account_id>/{act}" for act in ("role", "double-verification", "fermer")),
}
PERSON = {
    "GET /moi",
    "POST /moi/pause",
    "POST /moi/reprendre",
    "POST /moi/organisme/arreter",
    "GET /moi/lectures",
    "POST /moi/accords/<purpose>",
    "GET /moi/accords/<purpose>/retirer",
    "POST /moi/accords/<purpose>/retirer",
    "GET /moi/accords",
    *(f"{method} /moi/ne-pas-jumeler" for method in ("GET", "POST")),
    "GET /moi/pourquoi",
    *(f"{method} /moi/{what}" for method in ("GET", "POST") for what in ("mes-donnees", "effacer")),
    "GET /moi/profil",
    *(f"{method} /moi/profil/<name>" for method in ("GET", "POST")),
    "POST /inscription/relecture",
}

GIVING = {
    "GET /moi/interprete",
    "POST /moi/interprete/code",
    "POST /moi/interprete/exceptions",
    *(f"{method} /moi/interprete/offre" for method in ("GET", "POST")),
}
ASKING = {
    "GET /interpretation",
    *(
        f"{method} /interpretation/{what}"
        for method in ("GET", "POST")
        for what in ("rendez-vous", "traduction")
    ),
}
CALENDAR = {"GET /calendrier", "POST /calendrier", "POST /calendrier/fermer"}
ASKED = {
    "GET /interpretation/rendez-vous/<appointment_id>",
    "POST /interpretation/rendez-vous/<appointment_id>/annuler",
    *(f"{method} /interpretation/rendez-vous/<appointment_id>/changer" for method in ("GET", "POST")),
    "POST /interpretation/rendez-vous/<appointment_id>/relais",
    *(
        f"POST /interpretation/rendez-vous/<appointment_id>/interprete/<booking_id>/{act}"
        for act in ("absence", "accepter", "refuser", "rendu")
    ),
    "GET /interpretation/mandats/<booking_id>/feuille",
    "GET /interpretation/mandats/<booking_id>/feuille.pdf",
    "POST /interpretation/traductions/<translation_id>/annuler",
}
GIVEN = {
    "POST /moi/interprete/exceptions/<exception_id>/retirer",
    *(f"POST /moi/interprete/mandats/<booking_id>{act}" for act in ("", "/absence", "/rendu")),
    *(f"POST /moi/interprete/traductions/<translation_id>{act}" for act in ("", "/remettre")),
}
BANK = {
    *(
        f"GET /coordination/interpretes{page}"
        for page in ("", "/manque", "/manque/affiche", "/manque/recruter", "/traductions")
    ),
    "POST /coordination/interpretes/manque/recruter",
    "GET /coordination/appels",
    *(f"POST /coordination/appels/<call_id>/{act}" for act in ("fait", "defaire")),
    "GET /coordination/interpretes/personnes/<person_id>",
    *(f"{method} /coordination/interpretes/personnes/<person_id>/offre" for method in ("GET", "POST")),
    "POST /coordination/interpretes/personnes/<person_id>/code",
    "POST /coordination/interpretes/personnes/<person_id>/exceptions",
    "POST /coordination/interpretes/personnes/<person_id>/exceptions/<exception_id>/retirer",
    "GET /coordination/interpretes/plan/<plan_id>",
    "POST /coordination/interpretes/plan",
    "GET /coordination/interpretes/rendez-vous/<appointment_id>",
    *(
        f"POST /coordination/interpretes/rendez-vous/<appointment_id>/{act}"
        for act in ("annuler", "demander", "deplacer", "ecarter", "orienter", "suivant", "urgence")
    ),
    *(
        f"POST /coordination/interpretes/rendez-vous/<appointment_id>/mandats/<booking_id>/{act}"
        for act in ("absence", "liberer", "rendu", "reponse", "rouvrir")
    ),
    *(
        f"POST /coordination/interpretes/traductions/<translation_id>/{act}"
        for act in ("annuler", "orienter")
    ),
}
PARTNER = {"GET /partenaire", "POST /inscription/avec-elle"}

HER_WISH = ("own",)
HER_PAIRING = ("proposed", "paired", "past")
WHAT_IS_OPEN = ("proposed", "paired")
BY_RELATION = {
    "participant": {
        "GET /moi/profil/souhaits/<any(need, offer):side>/<wish_id>": HER_WISH,
        "POST /moi/profil/souhaits/<any(need, offer):side>/<wish_id>": HER_WISH,
        "POST /moi/propositions/<pairing_id>": HER_PAIRING,
        "GET /moi/propositions/<pairing_id>/non": WHAT_IS_OPEN,
        "GET /moi/jumelages/<pairing_id>/probleme": WHAT_IS_OPEN,
        "POST /moi/jumelages/<pairing_id>/rencontre": HER_PAIRING,
        "POST /moi/jumelages/<pairing_id>/vus": HER_PAIRING,
        "POST /moi/jumelages/<pairing_id>/continuer": HER_PAIRING,
        "POST /moi/jumelages/<pairing_id>/suspendre": HER_PAIRING,
        "POST /moi/ne-pas-jumeler/<pairing_id>": HER_PAIRING,
        "POST /moi/ne-pas-jumeler/retirer/<apart_id>": ("own",),
        **dict.fromkeys(ASKED, ("own",)),
        **dict.fromkeys(GIVEN, ("own", "proposed")),
    },
    "agent": {
        "GET /coordination/personnes/<person_id>/carte": ("own_organisation",),
        "POST /coordination/personnes/<person_id>/carte": ("own_organisation",),
        **dict.fromkeys(ASKED, ("own_organisation",)),
        **{
            f"{method} /partenaire/verifications/<clearance_id>": ("own_organisation",)
            for method in ("GET", "POST")
        },
    },
}
"""Role → route → towards whom or what it opens; towards anything else it is not there."""

DESK = OPEN_DOORS | SIGNED_IN | WITH_A_FACTOR | OFFICE | BANK | ASKING | ASKED | CALENDAR
BY_ROLE = {
    "anonymous": OPEN_DOORS,
    "participant": OPEN_DOORS | SIGNED_IN | PERSON | GIVING | ASKING | CALENDAR,
    "agent": OPEN_DOORS | SIGNED_IN | WITH_A_FACTOR | ASKING | PARTNER,
    "coordinator": DESK | COORDINATOR,
    "administrator": DESK | ADMINISTRATOR,
}


SENT = {
    "GET /coordination/interpretes/manque/affiche": {"langue": "spa", "quand": "wed_pm"},
    "GET /coordination/comprendre/<any(sponsorship, support):program>/recruter/affiche": {
        "langue": "spa",
        "niveau": "B1",
        "quand": "sunday",
    },
    "POST /coordination/jumelages/<pairing_id>/confirmer": {"person": ""},
    "POST /coordination/jumelages/<pairing_id>/repondre": {"person": "", "answer": "talk"},
    "POST /coordination/personnes/<person_id>/exclusions": {"other": ""},
    "POST /coordination/equipe/<account_id>/double-verification": {"sure": "yes"},
}
"""What a form must hold to be more than a slip; a person is filled in."""


NOBODY_THERE = {
    *(f"POST /coordination/appels/<call_id>/{act}" for act in ("fait", "defaire")),
    "GET /coordination/interpretes/personnes/<person_id>",
    *(f"{method} /coordination/interpretes/personnes/<person_id>/offre" for method in ("GET", "POST")),
    "POST /coordination/interpretes/personnes/<person_id>/code",
    "POST /coordination/interpretes/personnes/<person_id>/exceptions",
    "POST /coordination/interpretes/personnes/<person_id>/exceptions/<exception_id>/retirer",
    "POST /coordination/interpretes/manque/recruter",
    *(
        f"POST /coordination/interpretes/rendez-vous/<appointment_id>/{act}"
        for act in (
            "demander",
            "deplacer",
            "ecarter",
            "urgence",
            "mandats/<booking_id>/reponse",
            "mandats/<booking_id>/absence",
        )
    ),
    "POST /moi/interprete/code",
    *(f"{method} /coordination/incidents/<incident_id>" for method in ("GET", "POST")),
}
"""Open to some, but the prepared world has no interpreter, no call and no incident in it: whether there is anybody is not told apart."""


def listed() -> set[str]:
    """Every route that somebody may open."""
    return set().union(*BY_ROLE.values(), *BY_RELATION.values())


def expected(role: str, route: str, relation: str | None) -> str:
    """What a reader is to get: ``open``, ``sign in``, ``refused``, or ``absent`` as if there were nothing."""
    related = BY_RELATION.get(role, {})
    if route in BY_ROLE[role]:
        if route in NOBODY_THERE:
            return "open or absent"
        return "absent" if relation == "absent" else "open"
    if route in related:
        return "open" if relation in related[route] else "absent"
    return "sign in" if role == "anonymous" else "refused"
