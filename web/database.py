"""The application's database, for the length of a request."""

from __future__ import annotations

from contextlib import AbstractContextManager

from flask import Flask, current_app
from models.database import Database
from sqlalchemy.orm import Session

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
