"""The secret of the house: made once, opened by the key that is kept outside, wrapped anew when that key is changed.

Data keys, fingerprints and the ledger's chain derive from it, so that changing the outside key touches one row, leaves
every running process as it is, and cannot be done by half.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, inspect, select
from sqlalchemy.orm import Session

from models import ledger
from models.actor import Actor
from models.errors import CannotUnseal, WrongKey
from models.sealing import KEY_BYTES, Keyring
from models.tables import HouseKey, LedgerHead
from models.tables.house import HOUSE


def make(engine: Engine, outside: Keyring) -> None:
    """Make the secret of a database that has none; one that is older than this table keeps what it was sealed with."""
    if not inspect(engine).has_table(HouseKey.__tablename__):
        return
    with engine.begin() as connection:
        used = connection.scalar(select(LedgerHead.seq).with_for_update())  # one process at a time
        if connection.scalar(select(HouseKey.id)) is None:
            secret = outside.secret if used else secrets.token_urlsafe(KEY_BYTES)
            row = {"id": HOUSE, "wrapped": outside.wrap_house(secret), "since": datetime.now(UTC)}
            connection.execute(HouseKey.__table__.insert().values(row))  # type: ignore[attr-defined]  # a table


def open_house(connection: Connection, outside: Keyring) -> Keyring:
    """Give the keys of the house; a schema older than this table used the outside key itself.

    Raises
    ------
    WrongKey
        The outside key is not the one that this database was last sealed with.
    """
    is_there = inspect(connection).has_table(HouseKey.__tablename__)
    wrapped = connection.scalar(select(HouseKey.wrapped)) if is_there else None
    return outside if wrapped is None else Keyring(_unwrapped(wrapped, outside))


def rotate(session: Session, outside: Keyring, new: Keyring, *, by: Actor, at: datetime) -> None:
    """Wrap the secret of the house in a new key, in place of the one that is in force.

    Raises
    ------
    WrongKey
        The key that is to be replaced is not in force.
    """
    row = session.scalars(select(HouseKey).with_for_update()).one()
    row.wrapped, row.since = new.wrap_house(_unwrapped(row.wrapped, outside)), at
    ledger.record(session, at, by, "rotate_key", "house_key", str(HOUSE))


def _unwrapped(wrapped: bytes, outside: Keyring) -> str:
    try:
        return outside.unwrap_house(wrapped)
    except CannotUnseal as error:
        raise WrongKey from error
