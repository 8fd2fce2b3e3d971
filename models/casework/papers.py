"""Translations, as far as leaving, being kept apart and lost clearances touch them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import ledger, outbox
from models.actor import Actor
from models.casework.rows import lock_chosen, move
from models.tables import Interpreter, Translation


def in_hand_of(number: int | InstrumentedAttribute[int] | ScalarSelect[int]) -> ColumnElement[bool]:
    """Tell what somebody translates, or reads as the second; what she delivered is in hand no more."""
    translates = (Translation.translator == number) & (Translation.state == "taken")
    reads = (Translation.reader == number) & (Translation.state == "second_reading")
    return translates | reads


def cancel(session: Session, row: Translation, *, verb: str, by: Actor, at: datetime) -> None:
    """Cancel a translation that is locked; whoever worked on it is told."""
    move(session, row, "cancelled", verb=verb, by=by, at=at)
    outbox.drop_unsent(session, row.id)
    tell_hands(session, row, (row.translator, row.reader), at=at)


def release(session: Session, of: ColumnElement[bool], *, verb: str, by: Actor, at: datetime) -> None:
    """Take translations from whoever has them in hand: what she translates is asked anew, what she reads waits for another."""
    for row in lock_chosen(session, Translation, of):
        if row.state == "taken":
            hand, row.translator = row.translator, None
            move(session, row, "requested", verb=verb, by=by, at=at)
        else:
            hand, row.reader = row.reader, None
            ledger.record(session, at, by, verb, "translation", row.id)
        tell_hands(session, row, (hand,), at=at)


def part(session: Session, one: str, other: str, *, verb: str, by: Actor, at: datetime) -> None:
    """Take from either of two people what she translates for the other."""
    for person, giver in ((one, other), (other, one)):
        hers = select(Interpreter.number).where(Interpreter.person_id == giver).scalar_subquery()
        release(session, (Translation.person_id == person) & in_hand_of(hers), verb=verb, by=by, at=at)


def tell_hands(session: Session, row: Translation, numbers: Iterable[int | None], *, at: datetime) -> None:
    """Owe a letter about a translation to some who worked on it."""
    chosen = select(Interpreter.person_id).where(Interpreter.number.in_([it for it in numbers if it]))
    outbox.queue(session, list(session.scalars(chosen)), "interpreting_news", at=at, about=row.id)
