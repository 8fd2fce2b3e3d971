"""A coordinator at her desk, and an office with people at every stage."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import event

from models import accounts, sessions
from models.tables import Pairing
from tests.models import office
from tests.web.pages import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from models.database import Database

KEY = "one key of one form"


def coordinator(app: Flask, database: Database, language: str = "fr", role: str = "coordinator") -> Visitor:
    """Give a coordinator (or an administrator) who is signed in."""
    with database.writing() as session:
        account = accounts.open_account(
            session,
            email=f"{language}.{role}@example.org",
            password_hash="set elsewhere",
            role=role,
            language=language,
            at=office.AT,
            name="Hélène",
        )
        token = sessions.start_session(session, account, office.AT)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    return Visitor(client)


def twice(visitor: Visitor, path: str, shown: str, **fields: str) -> list[tuple[int, str, str]]:
    """Send one form twice; give where each answer leads and what is said there."""
    answers = []
    for _ in range(2):
        answer = visitor.send(path, once=KEY, **fields)
        answers.append((answer.status_code, answer.headers["Location"], visitor.open(shown).text))
    return answers


def stage(database: Database, name: str, need, offer) -> str:
    """Bring two people to a stage of the story and give their pairing."""
    with database.writing() as session:
        return getattr(office, name)(session, need, offer).id


def pairing(database: Database, pairing_id: str) -> Pairing:
    """Read a pairing."""
    with database.reading() as session:
        return session.get_one(Pairing, pairing_id)


@contextmanager
def questions(database: Database) -> Iterator[list[str]]:
    """Collect the statements that a page sends to the database."""
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(database.engine, "before_cursor_execute", note)
