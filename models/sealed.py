"""Sealed columns of rows: which holder's key, which place."""

from __future__ import annotations

from sqlalchemy.orm import Session

from matcher.texts import is_clean
from models.errors import WrongValue
from models.sealing import Holder, keyring_of
from models.tables import Base

SUFFIX = "_sealed"


def put(session: Session, holder: Holder, row: Base, column: str, text: str | None) -> None:
    """Seal ``text`` into a column of ``row`` (named without its suffix); ``None`` empties it.

    Raises
    ------
    WrongValue
        The text did not come through the gate of :mod:`matcher.texts`.
    """
    if text is not None and not is_clean(text):
        raise WrongValue(column, f"{len(text)} characters")
    sealed = None if text is None else keyring_of(session).seal(holder, _place(row, column), text)
    setattr(row, column + SUFFIX, sealed)


def take(session: Session, holder: Holder, row: Base, column: str) -> str | None:
    """Open a sealed column of ``row``."""
    sealed: bytes | None = getattr(row, column + SUFFIX)
    return None if sealed is None else keyring_of(session).unseal(holder, _place(row, column), sealed)


def _place(row: Base, column: str) -> str:
    row_id: str = row.id  # type: ignore[attr-defined]  # every table with a sealed column has an id
    return f"{row.__tablename__}|{column}|{row_id}"
