"""The application's database, for the length of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, current_app

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy.orm import Session

    from models.database import Database

PLACE = "passerelle.database"


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
