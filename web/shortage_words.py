"""Shortages in words: who, only by whom, and what they have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flask_babel

from matcher.vocabulary import BLOCKS, LANGUAGES, SECTORS
from web.i18n import label, sentence_list
from web.sentences import barrier, block_name, day_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from matcher.insight.causes import Cause, Trait
    from models.queries.insight.shortages import TightSet

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext


def only_by(one: TightSet, program: str) -> str:
    """Say who can be served by whom alone; where that is everybody, that the places are too few."""
    if not one.cause.others:
        return _("Toutes les places ensemble ne suffisent pas")
    if program == "support":
        by = ngettext("une seule personne bénévole", "ces %(num)s bénévoles", len(one.offers))
        return _(
            "Ces %(needs)s personnes ne peuvent être accompagnées que par %(by)s",
            needs=len(one.needs),
            by=by,
        )
    by = ngettext("une seule personne", "ces %(num)s marraines et parrains", len(one.offers))
    return _(
        "Ces %(needs)s personnes nouvellement arrivées ne peuvent être accueillies que par %(by)s",
        needs=len(one.needs),
        by=by,
    )


def shared(trait: Trait, needs: int, offers: int) -> str:
    """Say what most of a set share and how few offers answer: « 5 sur 7 parlent espagnol : … »."""
    return _(
        "%(some)s sur %(all)s %(have)s : %(answer)s",
        some=trait.needs,
        all=needs,
        have=having(trait),
        answer=answered(trait, offers),
    )


def having(trait: Trait) -> str:
    """Say what several people share: « parlent espagnol »."""
    if trait.kind == "language":
        return _("parlent %(language)s", language=label(LANGUAGES, trait.code))
    if trait.kind == "sector":
        return _("habitent %(sector)s", sector=label(SECTORS, trait.code))
    if trait.kind == "gender_request":
        return {
            "f": _("ont demandé une femme"),
            "m": _("ont demandé un homme"),
            "x": _("ont demandé une personne d’un autre genre"),
        }[trait.code]
    return _("ne sont libres que %(when)s", when=when(trait.code))


def speaks(one: TightSet) -> str:
    """Name the languages of somebody who is alone."""
    spoken = [label(LANGUAGES, trait.code) for trait in one.cause.shared if trait.kind == "language"]
    return _("parle %(languages)s", languages=sentence_list(spoken)) if spoken else ""


def when(code: str) -> str:
    """Say a day of the week, or a piece of any day: « le dimanche », « le soir »."""
    if code not in BLOCKS:
        return _("le %(day)s", day=day_name(code))
    return {
        "am": _("le matin"),
        "pm": _("l’après-midi"),
        "ev": _("le soir"),
    }.get(code, block_name(code))


def answered(trait: Trait, offers: int) -> str:
    """Say how few of the offers with a place have what is shared."""
    if not trait.offers:
        return _("aucune offre qui a une place n’y répond")
    return ngettext(
        "%(num)s seule des %(all)s offres qui ont une place y répond",
        "%(num)s seulement des %(all)s offres qui ont une place y répondent",
        trait.offers,
        all=offers,
    )


def kept_away(cause: Cause, *, several: bool) -> list[str]:
    """Say what keeps the other offers away, the barrier of most first."""
    said = [
        ngettext("1 offre : %(why)s", "%(num)s offres : %(why)s", count, why=barrier(code))
        for code, count in cause.barriers
    ]
    if cause.below_floor:
        said.append(
            ngettext(
                "1 offre sans obstacle, mais sous le seuil",
                "%(num)s offres sans obstacle, mais sous le seuil",
                cause.below_floor,
            )
        )
    if several and cause.mixed:
        said.append(
            ngettext(
                "1 offre écartée des uns par une raison, des autres par une autre",
                "%(num)s offres écartées des uns par une raison, des autres par une autre",
                cause.mixed,
            )
        )
    return said
