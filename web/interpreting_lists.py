"""Plain words for the codes of interpreting, and the code of conduct."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

MODES = {
    "in_person": _("En personne"),
    "phone": _("Par téléphone"),
    "video": _("Par vidéo"),
}
EXCEPTIONS = {"away": _("Absente ou absent"), "free": _("Libre en plus")}
SIGNING = {
    "interpreter": _("L’interprète"),
    "requester": _("La personne, ou qui a demandé"),
}
ABSENT = {
    "interpreter": _("L’interprète n’est pas venue ou venu"),
    "requester": _("La personne n’est pas venue"),
}
URGENCY = {1: _("Ordinaire"), 3: _("Pressant"), 12: _("Dans l’heure")}
ZONES = {
    "America/Toronto": _("Saguenay (heure de l’Est)"),
    "America/Halifax": _("Halifax (heure de l’Atlantique)"),
    "America/St_Johns": _("Saint-Jean de Terre-Neuve"),
    "America/Winnipeg": _("Winnipeg (heure du Centre)"),
    "America/Edmonton": _("Edmonton (heure des Rocheuses)"),
    "America/Vancouver": _("Vancouver (heure du Pacifique)"),
    "America/Guatemala": _("Guatemala"),
    "America/Bogota": _("Bogota"),
    "Europe/Paris": _("Paris"),
    "Africa/Casablanca": _("Casablanca"),
    "Asia/Beirut": _("Beyrouth"),
}
ELSEWHERE = {
    "medical_consent": _("la banque d’interprètes du réseau de la santé"),
    "mental_health_crisis": _("un service professionnel ou une ligne de crise"),
    "police": _("une ou un interprète judiciaire"),
    "court": _("une ou un interprète judiciaire"),
    "domestic_violence": _("une ressource spécialisée, avec une ou un interprète professionnel"),
    "immigration_hearing": _("une ou un interprète accrédité"),
}
"""Where to turn in place of a volunteer, for each setting that none may take."""
CODE = (
    _("Je garde pour moi tout ce que j’entends, et je détruis mes notes."),
    _("Je dis tout ce qui est dit, sans rien ajouter, enlever ni adoucir."),
    _("Je ne conseille pas et je ne prends parti pour personne."),
    _("Si je connais la personne, je le dis et quelqu’un d’autre y va."),
    _("Je n’interprète pas pour ma famille, et jamais un enfant n’interprète."),
    _("Si le sujet me dépasse, j’arrête et on appelle une ou un professionnel."),
    _("Je préviens dès que je ne peux plus venir."),
)
"""The code of conduct, version 2026.1."""
