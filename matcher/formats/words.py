"""Words as people write them: accents, case and typography do not tell codes and labels apart."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from matcher.vocabulary import (
    ACCESS_NEEDS,
    FIELDS,
    GOALS,
    HOUSEHOLD_FORMS,
    INTERESTS,
    LANGUAGES,
    SECTORS,
    SLOTS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matcher.vocabulary import Term

NOT_LETTERS = re.compile(r"[\W_]+")
ITEM = re.compile(r'\s*+(?:"((?:[^"]++|"")*+)"\s*+(?=;|$)|([^;]*+))(?:;|$)')
"""Nothing is ever given back, so that a long cell takes no longer than it is long."""
NONE_WORDS = frozenset({"aucun", "aucune", "jamais", "none", "never", "rien"})
LONGEST_NONE = 20
DASHES = frozenset("-\N{EN DASH}\N{EM DASH}")
UNKNOWN = "?"
NEEDS_QUOTES = re.compile(r'[;"]|^\s|\s$')


def plain(text: str) -> str:
    """Give a text without case, accents or punctuation: « J’aime » and « j aime » are one."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return NOT_LETTERS.sub(" ", bare).strip()


def items(text: str) -> list[str]:
    """Give the entries of a cell separated by semicolons; one in quotes is taken as it stands."""
    found = []
    for match in ITEM.finditer(text):
        quoted, bare = match.groups()
        if quoted is not None:
            found.append(quoted.replace('""', '"'))
        elif bare := bare.rstrip():
            found.append(bare)
        if match.end() == len(text):
            break
    return found


def cell_of(entries: Iterable[str]) -> str:
    """Give the cell that :func:`items` reads back."""
    return ";".join('"' + entry.replace('"', '""') + '"' if _misleads(entry) else entry for entry in entries)


def _misleads(entry: str) -> bool:
    """Say whether an entry, as it stands, would be read as something else: an id may be « ? » or « - »."""
    return entry == UNKNOWN or is_none(entry) or bool(NEEDS_QUOTES.search(entry))


def is_none(text: str) -> bool:
    """Say whether a cell names nothing, rather than leaving open what it would name; in quotes it names."""
    if len(text) > LONGEST_NONE or '"' in text:
        return False
    return plain(text) in NONE_WORDS or text.strip() in DASHES


class Words:
    """The codes of a vocabulary by every way of writing them, and one way of writing each."""

    def __init__(self, labels: Mapping[str, Iterable[str]]) -> None:
        self._codes = {plain(word): code for code, words in labels.items() for word in words}
        self._codes |= {word: code for code, words in labels.items() for word in words}
        self._codes |= {plain(code): code for code in labels}
        self._codes |= {code: code for code in labels}
        self._french = {code: next(iter(words), code) for code, words in labels.items()}

    def code(self, text: str) -> str:
        """Give the code of a word, or the word itself, which its reader then refuses by name."""
        text = text.strip()
        return self._codes.get(text) or self._codes.get(plain(text), text)

    def french(self, code: str) -> str:
        """Give the label that a coordinator reads."""
        return self._french[code]

    def all_french(self) -> list[str]:
        """Give every label, in the order of the vocabulary."""
        return list(self._french.values())


def _terms(terms: Mapping[str, Term]) -> Words:
    return Words({code: tuple(term.labels.values()) for code, term in terms.items()})


LANGUAGE_WORDS = _terms(LANGUAGES)
INTEREST_WORDS = _terms(INTERESTS)
SLOT_WORDS = _terms(SLOTS)
SECTOR_WORDS = _terms(SECTORS)
GOAL_WORDS = _terms(GOALS)
ACCESS_WORDS = _terms(ACCESS_NEEDS)
HOUSEHOLD_WORDS = _terms(HOUSEHOLD_FORMS)
FIELD_WORDS = _terms(FIELDS)
LEVEL_WORDS = Words(
    {
        **{level: (level,) for level in ("A0", "A1", "A2", "B1", "B2", "C1", "C2")},
        "native": ("langue maternelle", "maternelle", "natif", "native", "native speaker", "mother tongue"),
    }
)
MODE_WORDS = Words(
    {
        "spoken": ("parlé", "parlée", "oral", "orale"),
        "signed": ("signé", "signée", "signes"),
        "written": ("écrit", "écrite"),
    }
)
GENDER_WORDS = Words(
    {
        "f": ("femme", "féminin", "woman", "female"),
        "m": ("homme", "masculin", "man", "male"),
        "x": ("autre genre", "non binaire", "autre", "non-binary", "other"),
    }
)
TRAVEL_WORDS = Words(
    {
        "car": ("voiture", "auto", "en voiture"),
        "bus": ("autobus", "en autobus"),
        "walk": ("à pied", "marche", "on foot", "walking"),
    }
)
CONTACT_WORDS = Words(
    {
        "any": ("peu importe", "tous", "no matter"),
        "text_only": ("par écrit seulement", "écrit seulement", "in writing only"),
    }
)
AGE_WORDS = Words(
    {
        **{
            f"{low}-{high}": (f"{low} à {high} ans", f"{low} to {high}", f"{low} à {high}")
            for low, high in ((18, 24), (25, 34), (35, 44), (45, 54), (55, 64))
        },
        "65+": ("65 ans et plus", "65 and over", "65 et plus"),
    }
)
CHILDREN_WORDS = Words(
    {
        f"{low}-{high}": (f"{low} à {high} ans", f"{low} to {high}", f"{low} à {high}")
        for low, high in ((0, 2), (3, 5), (6, 11), (12, 14), (15, 17))
    }
)
FLAG_WORDS = {
    **dict.fromkeys(("oui", "vrai", "true", "yes", "1", "x", "o"), True),
    **dict.fromkeys(("non", "faux", "false", "no", "0", "n"), False),
}
NO_MATTER = frozenset({"peu importe", "no matter"})
