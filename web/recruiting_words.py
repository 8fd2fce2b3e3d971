"""Whom to recruit in words fit for a poster: « Trois personnes qui parlent espagnol (B1), libres le dimanche »."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flask_babel
from babel.numbers import format_decimal

from matcher.vocabulary import LANGUAGES, SECTORS
from web.i18n import label, language
from web.sentences import in_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matcher.insight.profiles import Profile
    from matcher.insight.recruiting import Recruit

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext
OTHER_TIMES = 3
"""How many times there are beside the one that is asked."""


def group(one: Recruit) -> str:
    """Say who is looked for: « Une femme qui parle tagalog (B1), libre le dimanche »."""
    first, *others = (people(profile, number) for profile, number in one.wanted)
    return "; ".join([first, *(in_sentence(text) for text in others)])


def people(profile: Profile, number: int) -> str:
    """Say so many people of one profile, with all that is asked of them."""
    parts = [f"{how_many(profile.gender, number)} {speaking(profile, number)}", free(profile.times, number)]
    if profile.accepts_children:
        parts.append(ngettext("qui accueille aussi des enfants", "qui accueillent aussi des enfants", number))
    if profile.sector:
        sector = label(SECTORS, profile.sector)
        parts.append(ngettext("qui habite %(sector)s", "qui habitent %(sector)s", number, sector=sector))
    return ", ".join(parts)


def how_many(gender: str | None, number: int) -> str:
    """Count people in words, up to four."""
    counted = {
        "f": (_("Une femme"), _("Deux femmes"), _("Trois femmes"), _("Quatre femmes")),
        "m": (_("Un homme"), _("Deux hommes"), _("Trois hommes"), _("Quatre hommes")),
    }.get(gender or "", (_("Une personne"), _("Deux personnes"), _("Trois personnes"), _("Quatre personnes")))
    return counted[number - 1]


def speaking(profile: Profile, number: int) -> str:
    """Say the language, with its level where it is not everybody's own."""
    tongue = label(LANGUAGES, profile.language.code)
    if profile.language.level != "native":
        tongue = _("%(language)s (%(level)s)", language=tongue, level=profile.language.level)
    return ngettext("qui parle %(language)s", "qui parlent %(language)s", number, language=tongue)


def free(times: str, number: int) -> str:
    """Say when they are free."""
    return ngettext("libre %(when)s", "libres %(when)s", number, when=at_times(times))


def at_times(times: str) -> str:
    """Name times that a poster can ask for."""
    sayings: Mapping[str, str] = {
        "weekday_evenings": _("le soir en semaine"),
        "saturday": _("le samedi"),
        "sunday": _("le dimanche"),
        "weekdays": _("le jour en semaine"),
    }
    return sayings[times]


def also(one: Recruit) -> str:
    """Say the other times that would serve as many."""
    if len(one.also) == OTHER_TIMES:
        return _("autant de jumelages à un autre moment")
    return _("autant de jumelages %(times)s", times=_(" ou ").join(map(at_times, one.also)))


def result(more_served: int) -> str:
    """Say how many more are served: « 3 jumelages de plus »."""
    if not more_served:
        return _("pas de jumelage de plus, mais de meilleurs")
    return ngettext("1 jumelage de plus", "%(num)s jumelages de plus", more_served)


def possible(more_served: int) -> str:
    """Say on a poster what they would make possible."""
    return ngettext(
        "1 jumelage de plus, dès maintenant", "%(num)s jumelages de plus, dès maintenant", more_served
    )


def worth(one: Recruit) -> str:
    """Say by how much the scores rise together."""
    points = format_decimal(one.more_worth / 10_000, format="+0.0;-0.0", locale=language())
    return _("%(points)s points pour l’ensemble des scores", points=points)


def asked(profile: Profile, number: int) -> dict[str, str | int]:
    """Give a profile as the address of its poster says it."""
    told = {
        "langue": profile.language.code,
        "niveau": profile.language.level,
        "mode": profile.language.mode,
        "quand": profile.times,
        "genre": profile.gender,
        "enfants": 1 if profile.accepts_children else None,
        "secteur": profile.sector,
        "nombre": number,
    }
    return {name: value for name, value in told.items() if value is not None}
