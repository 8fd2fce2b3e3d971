"""What each kind of letter says, in the words that the catalogues translate: a letter speaks its reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_: Callable[[str], str] = str
"""Marks what is translated as the letter is written."""

SUBJECT = _("Passerelle : un message vous attend")
"""The same for every letter."""
FOOT = _("Ce courriel ne contient aucun renseignement personnel. On n’y répond pas.")
SENTENCES: Mapping[str, str] = {
    "registration_received": _(
        "Nous avons reçu une inscription à cette adresse. Connectez-vous pour voir où en est votre demande."
        " Si vous aviez déjà un compte, rien n’y a été changé."
    ),
    "proposal_waiting": _("Une proposition vous attend sur votre page. Votre réponse reste privée."),
    "answer_waiting": _("Nous attendons encore votre réponse. Elle reste privée, quelle qu’elle soit."),
    "both_accepted": _("Une bonne nouvelle vous attend sur votre page."),
    "proposal_closed": _("Du nouveau sur votre page : nous continuons à chercher pour vous."),
    "invitation": _(
        "Une place vous attend dans l’équipe. Ouvrez ce lien pour choisir votre mot de passe : il sert une"
        " seule fois, pendant trois jours."
    ),
    "password_reset": _(
        "Quelqu’un a demandé un nouveau mot de passe pour cette adresse. Si c’est vous, ouvrez ce lien : il"
        " sert une seule fois, pendant une heure. Sinon, ne faites rien : rien n’a été changé."
    ),
    "password_changed": _(
        "Le mot de passe de ce compte vient d’être choisi, et ses autres sessions sont fermées. Si ce n’est"
        " pas vous, demandez tout de suite un nouveau mot de passe, puis appelez-nous."
    ),
    "meeting_planned": _("La date d’une première rencontre est fixée. Votre page dit quand."),
    "meeting_moved": _("La date d’une première rencontre a changé. Votre page dit quand."),
    "interpreting_offer": _(
        "On vous propose un rendez-vous d’interprétation. Votre page dit quand et où, et jusqu’à quand répondre."
    ),
    "interpreting_news": _("Du nouveau sur votre page, au sujet d’un interprète ou d’une traduction."),
    "interpreting_tomorrow": _(
        "Rappel : un rendez-vous avec interprète est prévu dans les prochaines vingt-quatre heures. Votre page dit"
        " quand et où."
    ),
    "interpreting_soon": _(
        "Rappel : un rendez-vous avec interprète commence dans moins de deux heures. Votre page dit où."
    ),
    "interpreting_sign": _("Un service d’interprétation est à signer sur votre page."),
    "offer_changed": _(
        "Ce que vous donnez comme interprète a été changé sur votre page, comme vous l’avez dit au téléphone. Si"
        " vous n’avez rien demandé, appelez-nous."
    ),
    "address_confirm": _(
        "Quelqu’un veut se connecter avec cette adresse. Si c’est vous, ouvrez ce lien : il sert une seule"
        " fois, pendant un jour. Sinon, ne faites rien : rien n’a été changé."
    ),
    "address_changed": _(
        "Quelqu’un a demandé que votre compte s’ouvre avec une autre adresse. Celle-ci sert encore tant que"
        " l’autre n’est pas confirmée. Si ce n’est pas vous, changez de mot de passe tout de suite, puis"
        " appelez-nous."
    ),
    "factor_changed": _(
        "La double vérification de votre compte a changé, ou un code de secours a servi. Si ce n’est pas"
        " vous, appelez-nous tout de suite."
    ),
}
