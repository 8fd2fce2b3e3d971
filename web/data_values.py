"""How the values of a person's own copy are said, column by column; numbers of rows are left to the file for programs."""

from __future__ import annotations

from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from babel.numbers import format_decimal
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from matcher import vocabulary
from models.queries.bundle import CLOSED
from models.tables.accounts import LETTERS
from web import casework_words, interpreting_lists, mail, sentences, words
from web.i18n import LANGUAGES, label, labels, language, sentence_list
from web.presentation import long_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

FOR_PROGRAMS = frozenset(
    {"id", "about", "text_hash", "referred_by", "interpreter", "translator", "reader", "prefer"}
)
"""Columns that hold the number of a row, or a fingerprint; so do those whose names end with ``_id``."""
ENTITIES = {"need": "need_or_offer", "offer": "need_or_offer", "appointment": "interpreting"}
"""Tables whose states are those of something of another name."""
SIDES = {"interpreter": _("L’interprète"), "requester": _("Qui a demandé"), "office": _("La coordination")}
BY_COLUMN: Mapping[str, Mapping[str, Any]] = {
    "reader_language": LANGUAGES,
    "language": LANGUAGES,
    "read_in": LANGUAGES,
    "contact": {"any": _("Comme on veut"), "text_only": _("Par écrit seulement")},
    "role": {"participant": _("Participation")},
    "stage": {"half": _("Mot de passe donné, code attendu"), "whole": _("Complète")},
    "origin": {"engine": _("Le calcul"), "hand": _("La coordination, à la main")},
    "need_answer": casework_words.SAID,
    "offer_answer": casework_words.SAID,
    "cancelled_side": SIDES,
    "absent_side": SIDES,
    "outcome": casework_words.SCREENING | {"done": _("Fait")},
    "kind": {
        "identity": _("Identité"),
        "references": _("Références"),
        "screening": _("Filtrage"),
        "conduct": _("Code de conduite"),
        "training": _("Formation"),
    }
    | interpreting_lists.EXCEPTIONS,
    "purpose": {
        "invitation": _("Invitation"),
        "password_reset": _("Nouveau mot de passe"),
        "address_confirm": _("Nouvelle adresse"),
    }
    | words.PURPOSES,
}
"""Column → code → words, where a code means something there alone."""
CODED: tuple[Mapping[str, Any], ...] = (
    words.AGES,
    words.CHILDREN,
    words.GENDERS,
    words.LEVELS,
    words.MODES,
    words.TRAVEL,
    interpreting_lists.MODES,
    interpreting_lists.SIGNING,
    interpreting_lists.ZONES,
)
NAMED = (
    vocabulary.INTERESTS,
    vocabulary.LANGUAGES,
    vocabulary.SECTORS,
    vocabulary.GOALS,
    vocabulary.HOUSEHOLD_FORMS,
    vocabulary.ACCESS_NEEDS,
    vocabulary.PROGRAMS,
    vocabulary.SETTINGS,
    vocabulary.FIELDS,
)


def is_for_people(column: str, value: Any) -> bool:
    """Whether the page for people shows a value: there is one, and it is not the number of a row."""
    return value not in (None, [], "") and column not in FOR_PROGRAMS and not column.endswith("_id")


def said(table: str, column: str, value: Any) -> str:
    """Say a value of a column in the reader's language; a code without words of its own stays a code."""
    if column in SAYERS:
        return SAYERS[column](value)
    if column == "state":
        return _state(table, value)
    if column == "kind" and value in LETTERS:
        return mail.words_of(value, language())[1]
    return _plain(column, value)


def _plain(column: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(gettext("oui") if value else gettext("non"))
    if isinstance(value, datetime | date):
        return long_date(value)
    if isinstance(value, int | float):
        return str(format_decimal(value, locale=language()))
    if isinstance(value, list):
        return sentence_list(_plain(column, one) for one in value)
    return next(_names(column, str(value)), str(value))


def _names(column: str, code: str) -> Iterator[str]:
    own = (str(names[code]) for names in (BY_COLUMN.get(column, {}),) if code in names)
    coded = (str(names[code]) for names in CODED if code in names)
    named = (label(terms, code) for terms in NAMED if code in terms)
    return chain(own, coded, named)


def _state(table: str, state: str) -> str:
    if state == CLOSED:
        return str(gettext("Close"))
    return casework_words.state_name(ENTITIES.get(table, table), state)


def _spoken(spoken: Sequence[Mapping[str, str]]) -> str:
    """Say languages, each with how well and how."""
    return sentence_list(
        "{} ({})".format(
            _plain("code", one["code"]),
            ", ".join(_plain(part, one[part]) for part in ("level", "mode") if one.get(part)),
        )
        for one in spoken
    )


def _weeks(weeks: Sequence[Sequence[str]]) -> str:
    """Say the free moments of four weeks, once where they are alike."""
    told = [sentence_list(labels(vocabulary.SLOTS, week)) for week in weeks]
    if len(set(told)) == 1:
        return told[0]
    return "; ".join(
        gettext("semaine %(num)s : %(moments)s", num=number, moments=moments or gettext("rien"))
        for number, moments in enumerate(told, 1)
    )


def _contributions(parts: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(
        gettext(
            "%(what)s : %(points)s sur %(most)s",
            what=sentences.criterion(one["criterion"]),
            points=sentences.points(one["points"]),
            most=one["weight"],
        )
        for one in parts
    )


SAYERS: Mapping[str, Callable[[Any], str]] = {
    "languages": _spoken,
    "also_speaks": _spoken,
    "availability": _weeks,
    "contributions": _contributions,
    "worth": sentences.score,
    "crossed": lambda codes: sentence_list(sentences.barrier(code) for code in codes),
    "code_version": str,
}
"""Columns whose values have a shape of their own."""
