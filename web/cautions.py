"""What a coordinator should look at closely before she decides, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flask_babel

from web.i18n import date_words
from web.sentences import barrier, shared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from models.queries.proposals import ProposalPage, Side

_: Callable[..., str] = flask_babel.gettext

WIDE_GAP = 2
MANY_UNKNOWN = 3


def warnings(page: ProposalPage) -> list[str]:
    """Give what deserves a second look, the gravest first."""
    return [
        *_about_safety(page),
        *_about_the_pair(page),
        *(said for side in (page.need, page.offer) for said in _about_one(side)),
    ]


def _about_safety(page: ProposalPage) -> Iterator[str]:
    if page.need.wish.crisis_flag:
        yield _("Crise signalée : d’abord des professionnels.")
    for code in page.now_barred:
        yield _("Un obstacle est apparu depuis la proposition : %(why)s.", why=barrier(code))
    for code in page.crossed:
        yield _("Obstacle franchi à la main : %(why)s.", why=barrier(code))


def _about_the_pair(page: ProposalPage) -> Iterator[str]:
    if shared(page.contributions, "language_comfort", "interpreter"):
        yield _(
            "Pas de langue commune suffisante : prévoir un interprète pour les trois premières rencontres,"
            " jamais un enfant ni un proche."
        )
    gap = shared(page.contributions, "expectations", "frequency_gap")
    if isinstance(gap, int) and gap >= WIDE_GAP:
        yield _("Rythmes différents : %(num)s rencontres par mois d’écart. À clarifier avant.", num=gap)
    if sum(not part["known"] for part in page.contributions) >= MANY_UNKNOWN:
        yield _("Plusieurs réponses manquent : un appel éclairerait ce score.")
    if page.state in ("suggested", "under_review") and len(page.need_options) <= 1:
        name = page.need.card.first_name
        yield (
            _("%(name)s n’a qu’une autre option.", name=name)
            if page.need_options
            else _("%(name)s n’a aucune autre option.", name=name)
        )


def _about_one(side: Side) -> Iterator[str]:
    name = side.card.first_name
    if side.card.contact == "text_only":
        yield _("%(name)s se contacte par écrit seulement.", name=name)
    if "share_contact" not in side.purposes:
        yield _("%(name)s n’ouvre pas ses coordonnées : les rencontres passent par vous.", name=name)
    if side.card.stay_until:
        yield _("%(name)s est ici jusqu’au %(day)s.", name=name, day=date_words(side.card.stay_until))
