"""The cost of rules in words: what a barrier keeps apart, what a weight brings, what people could change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flask_babel
from flask_babel import lazy_gettext as _

from matcher.vocabulary import SLOTS
from web.i18n import label, sentence_list
from web.sentences import criterion, in_sentence, kilometres, points

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask_babel import LazyString

    from matcher.insight.acts import Act
    from matcher.insight.rules import Change, WeightCost

gettext: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext

KINDS: Mapping[str, LazyString] = {
    "distance": _("aller plus loin"),
    "slot": _("se libérer à un moment de plus"),
    "interpreter": _("accepter un interprète"),
    "children": _("accueillir des enfants"),
    "place": _("prendre un jumelage de plus"),
}
"""What people may be asked for, as a choice."""


def slot(act: Act) -> str:
    """Say when: « le mercredi soir »."""
    return gettext("le %(slot)s", slot=label(SLOTS, act.slot or ""))


def briefly(act: Act) -> str:
    """Say what of a person's choice would change, beside the name."""
    if act.km is not None:
        return gettext("jusqu’à %(distance)s", distance=kilometres(act.km))
    return slot(act) if act.slot is not None else ""


def effect(change: Change) -> str:
    """Say what a round has without a barrier, or without the floor."""
    if change.paired > 0:
        return ngettext("%(num)s jumelage de plus", "%(num)s jumelages de plus", change.paired)
    if change.priority > 0:
        return gettext("autant de jumelages, mais qui attend depuis plus longtemps serait servi")
    if change.worth > 0:
        return gettext(
            "autant de jumelages, mieux assortis : %(points)s de plus", points=in_points(change.worth)
        )
    return gettext("la même ronde, ou une aussi bonne")


def in_points(worth: int) -> str:
    """Say a worth in points: « 0,3 point », « 19,9 points »."""
    tenths = round(worth / 1_000)
    number = (
        0 if tenths < 20 and tenths != 10 else tenths // 10
    )  # French counts 0 and 1,9 as one; English does not
    return ngettext("%(points)s point", "%(points)s points", number, points=points(tenths / 10))


def weighed(one: WeightCost) -> str:
    """Say what the round would be without a weight."""
    change = one.change
    parts = [_fewer_or_more(change.paired)] if change.paired else []
    if change.served and not change.paired:
        parts.append(
            ngettext("%(num)s autre personne servie", "%(num)s autres personnes servies", len(change.served))
        )
    if change.moved:
        parts.append(
            ngettext("%(num)s changement de partenaire", "%(num)s changements de partenaire", change.moved)
        )
    return sentence_list(parts) if parts else gettext("la même ronde")


def _fewer_or_more(paired: int) -> str:
    if paired < 0:
        return ngettext("%(num)s jumelage de moins", "%(num)s jumelages de moins", -paired)
    return ngettext("%(num)s jumelage de plus", "%(num)s jumelages de plus", paired)


def traded(one: WeightCost) -> str:
    """Say what a weight brings, and what it costs."""
    served = one.change.paired or one.change.priority
    if served < 0:
        return gettext(
            "Il porte des paires au-dessus du seuil : sans lui, qui attend depuis longtemps serait moins bien servi."
        )
    if served > 0:
        return gettext(
            "Il met des paires sous le seuil : sans lui, qui attend depuis longtemps serait mieux servi."
        )
    if not one.change.moved:
        return "—"
    return gettext(
        "%(bought)s de « %(criterion)s » aux jumelages, contre %(paid)s des autres critères.",
        bought=in_points(one.bought),
        criterion=in_sentence(criterion(one.criterion)),
        paid=in_points(one.paid),
    )
