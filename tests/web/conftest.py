"""An application on an empty database, and people who visit it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import time_machine

from models import accounts, organisations, sessions
from models.actor import SYSTEM
from models.database import Database
from models.sealing import Keyring
from models.tables import Account
from tests.models import office
from tests.web.pages import Visitor
from web import create_app
from web.database import connect
from web.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

KEY = "a key that only the tests know, long enough"
SETTINGS = {"PASSERELLE_KEY": KEY, "SECRET_KEY": KEY}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, put together once: its templates are the costly part."""
    folder = tmp_path_factory.mktemp("house")
    return create_app(
        SETTINGS | {"DATABASE_URL": f"sqlite:///{folder / 'none.sqlite'}", "INSTANCE": str(folder)}
    )


@pytest.fixture
def app(
    built: Flask, tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """The application on an empty database of its own, in the spring of 2026; no letter leaves beside a test."""
    monkeypatch.setattr("web.mail.apart", lambda work: work())
    shutil.copy(sqlite_template, tmp_path / "office.sqlite")
    settings = read_settings(
        SETTINGS | {"DATABASE_URL": f"sqlite:///{tmp_path / 'office.sqlite'}", "INSTANCE": str(tmp_path)}
    )
    built.config["SETTINGS"] = settings
    database = Database(settings.database_url, Keyring(KEY))
    connect(built, database)
    with time_machine.travel(office.AT, tick=False):
        yield built
    database.dispose()


@pytest.fixture
def database(app: Flask) -> Database:
    return app.extensions["passerelle.database"]


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app.test_client())


@pytest.fixture
def signed_in(app: Flask, database: Database) -> Callable[[str], Visitor]:
    """Give a visitor who is signed in as this person."""

    def enter(person_id: str) -> Visitor:
        with database.writing() as session:
            account = session.query(Account).filter_by(person_id=person_id).one()
            token = sessions.start_session(session, account, office.AT)
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        return Visitor(client)

    return enter


@pytest.fixture
def signed_in_as(app: Flask, database: Database) -> Callable[[str], Visitor]:
    """Give a visitor who is signed in under a role, or not at all."""
    with database.writing() as session:
        partner = organisations.open_organisation(session, "L’Escale", by=SYSTEM, at=office.AT)
        held = {
            role: accounts.open_account(
                session,
                email=f"{role}@example.org",
                role=role,
                language="fr",
                at=office.AT,
                organisation_id=partner.id if role == "agent" else None,
                password_hash="set elsewhere",
            )
            for role in ("coordinator", "agent", "administrator")
        }
        person = office.newcomer(session, "Zoé").person
        held["participant"] = session.query(Account).filter_by(person_id=person).one()

    def enter(role: str) -> Visitor:
        client = app.test_client()
        if role in held:
            with database.writing() as session:
                token = sessions.start_session(session, held[role], office.AT)
            with client.session_transaction() as cookie:
                cookie["_user_id"] = token
        return Visitor(client)

    return enter
