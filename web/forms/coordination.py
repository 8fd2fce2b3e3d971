"""What a coordinator types: dates, clearances, reasons; all the faults of a form at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from matcher.vocabulary import REASONS
from models.casework.life import WRITTEN
from web.casework_words import NOTED, SCREENING, endings
from web.clock import today

if TYPE_CHECKING:
    from datetime import date

    from web.forms.answers import Answers

LONGEST_NOTE = 2_000
LONGEST_VALIDITY = timedelta(days=3_660)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What was verified of a person."""

    level: int
    issuer: str | None
    expires: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One thing that was verified of a person, beside her screening."""

    kind: str
    issuer: str | None
    expires: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a proposal is not made or is taken back, or why a pairing ends."""

    reason: str
    note: str | None


def screening(answers: Answers) -> Screening | None:
    """Read a screening: its level, who verified, until when."""
    level = answers.choice("level", SCREENING, missing=_("Choisissez le niveau de filtrage."))
    issuer, expires = answers.text("issuer", most=80), _end(answers, "expires")
    if answers.faults or level is None:
        return None
    return Screening(level=int(level), issuer=issuer, expires=expires)


def noted(answers: Answers) -> Noted | None:
    """Read what was verified beside the screening, by whom, until when."""
    kind = answers.choice("kind", NOTED, missing=_("Choisissez ce qui est en règle."))
    if kind is None:
        return None
    issuer, expires = answers.text(f"issuer_{kind}", most=80), _end(answers, f"expires_{kind}")
    if answers.faults:
        return None
    return Noted(kind=kind, issuer=issuer, expires=expires)


def _end(answers: Answers, name: str) -> date | None:
    expires = answers.day(name)
    if expires is not None and expires < today():
        answers.blame(name, _("Cette date est passée : ce ne serait déjà plus valable."))
    if expires is not None and expires > today() + LONGEST_VALIDITY:
        answers.blame(name, _("C’est trop loin : rien ne vaut plus de dix ans."))
    return expires


def rejection(answers: Answers) -> Reason | None:
    """Read why a proposal is rejected; « autre » asks for a text."""
    return _reason(answers, reasons("reject"))


def ending(answers: Answers, state: str) -> Reason | None:
    """Read why a pairing in a state ends; « autre » asks for a text."""
    return _reason(answers, [code for code, _label in endings(state)])


def _reason(answers: Answers, allowed: list[str]) -> Reason | None:
    reason = answers.choice("reason", allowed, missing=_("Choisissez un motif."))
    needed = _("Écrivez le motif en quelques mots.") if reason == WRITTEN else None
    note = answers.text("note", missing=needed, most=LONGEST_NOTE)
    if answers.faults or reason is None:
        return None
    return Reason(reason=reason, note=note)


def hand_reason(answers: Answers) -> str | None:
    """Read why a pair is made by hand."""
    return answers.text("reason", missing=_("Écrivez pourquoi vous composez cette paire."), most=LONGEST_NOTE)


def certainty(answers: Answers, name: str) -> bool:
    """Read the box that confirms an act which cannot be undone."""
    if not answers.ticked(name):
        answers.blame(name, _("Cochez la case pour confirmer."))
    return not answers.faults


def reasons(kind: str) -> list[str]:
    """Give the reason codes of a kind, ``reject`` or ``close``."""
    return [code for code, term in REASONS.items() if term.row["kind"] == kind]
