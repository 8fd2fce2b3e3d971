"""Cleaning the files of the database once an answer has left: it may take a moment, and nobody waits for it."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from models.cleaning import clean_up
from web import mail
from web.database import database as app_database

if TYPE_CHECKING:
    from flask import Response

    from models.database import Database

log = logging.getLogger(__name__)


def clean_after_answer(answer: Response) -> Response:
    """Take what was erased out of the files, beside the answer."""
    database = app_database()
    answer.call_on_close(lambda: mail.apart(lambda: _clean(database)))
    return answer


def _clean(database: Database) -> None:
    """A file that is in use is cleaned at night."""
    try:
        clean_up(database)
    except (SQLAlchemyError, sqlite3.Error):
        log.warning("the files of the database are cleaned tonight: somebody uses them")
