"""« Comprendre » in words: its pages, and the question that each one answers."""

from __future__ import annotations

from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _


class Page(NamedTuple):
    """A page of « Comprendre » ; shown where its endpoint exists."""

    endpoint: str
    icon: str
    name: LazyString
    question: LazyString


PAGES = (
    Page(
        "insight_shortage.page",
        "people",
        _("Pénuries"),
        _("Qui ne peut pas être servi, et quelles places manquent?"),
    ),
    Page(
        "insight_recruiting.page",
        "megaphone",
        _("Qui recruter"),
        _("Quelle personne de plus ferait naître le plus de jumelages?"),
    ),
    Page(
        "insight_rules.page",
        "sliders",
        _("Ce que coûtent les règles"),
        _("Que perd-on à chaque règle, et quelle souplesse suffirait?"),
    ),
    Page(
        "insight_freedom.page",
        "signpost-split",
        _("Votre marge de choix"),
        _("Quels jumelages s’imposent, et où votre jugement compte-t-il?"),
    ),
    Page(
        "insight_why_not.page",
        "question-circle",
        _("Pourquoi pas ces deux-là?"),
        _("Qu’est-ce qui les sépare, ou qui perdrait sa place?"),
    ),
    Page(
        "insight_methods.page",
        "bar-chart",
        _("D’autres façons de choisir"),
        _("Que donneraient l’ordre d’arrivée ou le choix mutuel?"),
    ),
)
"""In the order of their questions: what is missing, what would help, what is sure, what else could be."""
