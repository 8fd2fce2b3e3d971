"""The answers of one form: kept as typed, read as values, every fault beside its field."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from matcher.texts import clean
from models.casework.codes import EARLIEST, LATEST

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from werkzeug.datastructures import MultiDict

LONGEST_TEXT = 200
TICKED = "yes"


class Answers:
    """Raw answers by field name, and the faults found while reading them.

    Reading never stops at the first fault: each method notes what is wrong in ``faults`` (field
    name to sentence, in the order of the form) and gives an empty value back.
    """

    def __init__(self, raw: Mapping[str, Sequence[str]] | None = None) -> None:
        self.raw = {name: [clean(text) for text in texts] for name, texts in (raw or {}).items()}
        self.faults: dict[str, str] = {}

    def blame(self, name: str, message: str) -> None:
        """Note a fault; the first one of a field stands."""
        self.faults.setdefault(name, message)

    def value(self, name: str) -> str:
        """Give what was typed in a field, as it was typed."""
        return next(iter(self.raw.get(name, ())), "")

    def values(self, name: str) -> list[str]:
        """Give all that was ticked under a name."""
        return list(self.raw.get(name, ()))

    def has(self, name: str, value: str) -> bool:
        """Whether this value was chosen under that name."""
        return value in self.raw.get(name, ())

    def with_default(self, name: str, value: str) -> Answers:
        """Give these answers, with ``value`` where nothing was chosen."""
        shown = Answers({name: [value]} | self.raw)
        shown.faults = self.faults
        return shown

    def none(self) -> Answers:
        """Give no answers at all, for the other forms of the same page."""
        return Answers()

    def text(self, name: str, *, missing: str | None = None, most: int = LONGEST_TEXT) -> str | None:
        """Read a line of text; ``missing`` says what to answer where it may not be empty."""
        text = self.value(name).strip()
        if len(text) > most:
            self.blame(name, _("C’est trop long : %(most)s caractères au plus.", most=most))
        if text:
            return text
        if missing:
            self.blame(name, missing)
        return None

    def choice(self, name: str, allowed: Collection[str], *, missing: str | None = None) -> str | None:
        """Read one code among ``allowed``; nothing chosen is None."""
        code = self.value(name)
        if code in allowed and code:
            return code
        if code:
            self.blame(name, _("Ce choix n’existe pas."))
        elif missing:
            self.blame(name, missing)
        return None

    def several(self, name: str, allowed: Collection[str]) -> tuple[str, ...]:
        """Read codes among ``allowed``, each once."""
        codes = tuple(dict.fromkeys(self.values(name)))
        if not set(allowed).issuperset(codes):
            self.blame(name, _("Un de ces choix n’existe pas."))
        return codes

    def whole(self, name: str, least: int, most: int, *, missing: str | None = None) -> int | None:
        """Read a whole number from ``least`` to ``most``."""
        text = self.text(name, missing=missing)
        if text is None:
            return None
        if text.isascii() and text.isdigit() and least <= int(text[:9]) <= most:
            return int(text)
        self.blame(name, _("Écrivez un nombre de %(least)s à %(most)s.", least=least, most=most))
        return None

    def day(self, name: str, *, missing: str | None = None) -> date | None:
        """Read a date as the browser's calendar gives it, 2026-03-02."""
        text = self.text(name, missing=missing)
        try:
            day = date.fromisoformat(text) if text else None
        except ValueError:
            self.blame(name, _("Cette date n’existe pas. Écrivez-la ainsi : 2026-03-02."))
            return None
        if day and not EARLIEST <= day <= LATEST:
            self.blame(
                name,
                _("Écrivez une année de %(first)s à %(last)s.", first=EARLIEST.year, last=LATEST.year),
            )
            return None
        return day

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.has(name, TICKED)


def posted(form: MultiDict[str, str]) -> dict[str, list[str]]:
    """Give what a form sent, without the fields that are about the sending itself."""
    return {
        name: texts
        for name, texts in form.to_dict(flat=False).items()
        if name not in {"csrf_token", "go", "once"}
    }
