"""French first, English beside it: which one a page speaks, and how lists and codes are said."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale, negotiate_locale
from babel.lists import format_list
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, request
from flask_babel import Babel, Domain, format_date, get_locale, gettext
from flask_login import current_user

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from werkzeug.wrappers import Response

    from matcher.vocabulary import Term
    from web.settings import Settings

LANGUAGES = {"fr": "Français", "en": "English"}
COOKIE = "language"
CATALOGUES = Path(__file__).parent / "translations"
UNBROKEN = re.compile("(?<=«) | (?=[»:]|%%|\\$)")
"""Where French puts a space that may not end a line; here none goes before ; ? or !."""
FIRST_OF_A_MONTH = re.compile(r"\b1\b")
ONE_YEAR = 365 * 24 * 3600


def speak(app: Flask) -> None:
    """Let Flask-Babel choose the language of each answer."""
    app.config["BABEL_DEFAULT_LOCALE"] = "fr"
    babel = Babel(app, locale_selector=choose_language, default_timezone="America/Toronto")
    words = Domain()
    words.get_translations = lambda: catalogue(language())
    babel.domain_instance = words


class _Catalogue(Translations):
    """The words of a language; every page, letter, sheet and calendar takes them from here."""

    def gettext(self, message: str) -> str:
        """Give the words for a text."""
        return spaced(super().gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Give the words for a text that counts."""
        return spaced(super().ngettext(msgid1, msgid2, n))

    ugettext, ungettext = gettext, ngettext


@cache
def catalogue(code: str) -> NullTranslations:
    """Give the words of a language, inside a request or outside."""
    return _Catalogue.load(CATALOGUES, [code])


def spaced(text: str) -> str:
    """Keep French signs on the line of their words, with spaces that do not break."""
    return UNBROKEN.sub("\N{NO-BREAK SPACE}", text)


def choose_language() -> str:
    """Take the visitor's own choice, then her account's, then her browser's, then French."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    if current_user and current_user.is_authenticated:
        return str(current_user.account.language)
    preferred = [tag.replace("-", "_") for tag in request.accept_languages.values()]
    return negotiate_locale(preferred, list(LANGUAGES)) or "fr"


def language() -> str:
    """Give the language of this answer, ``fr`` or ``en``."""
    locale: Locale | None = get_locale()
    return locale.language if locale else "fr"


def date_words(day: date, form: str = "long") -> str:
    """Say a date in a form of the reader's language; the first of a month is « 1er » in French."""
    said = str(format_date(day, form))
    return FIRST_OF_A_MONTH.sub("1er", said, count=1) if language() == "fr" else said


def turn(clock: datetime) -> str:
    """Say which of the two it is, where the clocks of a zone show an hour twice; nothing otherwise."""
    if clock.replace(fold=1 - clock.fold).utcoffset() == clock.utcoffset():
        return ""
    return f" ({gettext('heure normale') if clock.fold else gettext('heure d’été')})"


def label(vocabulary: Mapping[str, Term], code: str) -> str:
    """Say a code of a vocabulary in the reader's language."""
    return spaced(vocabulary[code].labels[language()])


def choices(vocabulary: Mapping[str, Term]) -> list[tuple[str, str]]:
    """Give the codes of a vocabulary with their labels, in file order."""
    return [(code, label(vocabulary, code)) for code in vocabulary]


def sentence_list(words: Iterable[str]) -> str:
    """Join words as the reader's language does: « a, b et c »."""
    return format_list(list(words), locale=language())


def remember_language(answer: Response, code: str) -> None:
    """Keep a visitor's choice of language for a year."""
    settings: Settings = current_app.config["SETTINGS"]
    answer.set_cookie(
        COOKIE, code, max_age=ONE_YEAR, secure=not settings.is_loopback, httponly=True, samesite="Lax"
    )


def labels(vocabulary: Mapping[str, Term], codes: Iterable[str]) -> list[str]:
    """Say codes of a vocabulary in the reader's language."""
    return [label(vocabulary, code) for code in codes]


def words_of(sayings: Mapping[str, object], codes: Iterable[str]) -> list[str]:
    """Say codes that have plain words of their own."""
    return [str(sayings[code]) for code in codes]
