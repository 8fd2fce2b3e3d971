"""The application's database, for the length of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, current_app

from models.anchors import Anchors
from models.database import Database
from models.sealing import Keyring

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy.orm import Session

    from web.settings import Settings

PLACE = "passerelle.database"


def database_of(settings: Settings) -> Database:
    """Give the database of an office, with its key and its anchors."""
    keyring = Keyring(settings.sealing_key) if settings.sealing_key else None
    return Database(settings.database_url, keyring, Anchors(settings.anchors))


def connect(app: Flask, database: Database) -> None:
    """Hand the database to the application."""
    app.extensions[PLACE] = database


def database() -> Database:
    """Give the application's database."""
    found: Database = current_app.extensions[PLACE]
    return found


def reading() -> AbstractContextManager[Session]:
    """Open a session that only reads."""
    return database().reading()


def writing() -> AbstractContextManager[Session]:
    """Open a session that commits at its end, or undoes everything."""
    return database().writing()
