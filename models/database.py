"""One door to the database: units of work that write, units that only read, and the way to the newest schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session, sessionmaker

from models import ledger
from models.actor import Actor
from models.anchors import Anchors
from models.errors import WrongKey
from models.house_key import make, open_house, rotate
from models.sealing import Keyring, load_keyring

Answer = TypeVar("Answer")

WAIT_SECONDS = 30
PRAGMAS = (
    "foreign_keys=ON",
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
    f"busy_timeout={WAIT_SECONDS * 1000}",
)


class Database:
    """A SQLite file or a PostgreSQL server.

    Parameters
    ----------
    url : str
        Such as ``sqlite:///instance/passerelle.sqlite`` or ``postgresql://…`` (``postgres://`` is accepted).
    keyring : Keyring, optional
        Opens the sealed columns; by default the key of the environment or of the folder of the database file.
    anchors : Anchors, optional
        Where the lines of the ledger are written down as they are committed, and what the doctor compares them with.
    """

    def __init__(self, url: str, keyring: Keyring | None = None, anchors: Anchors | None = None) -> None:
        self.url = canonical_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.keyring = keyring or load_keyring(self.folder)
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgresql_engine(self.url)
        self.anchors = anchors
        self._house: Keyring | None = None
        self._writing = sessionmaker(self.engine, expire_on_commit=False)
        self._only_read = self.engine.execution_options(only_read=True)
        if not self.is_sqlite:
            self._only_read = self._only_read.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        event.listen(self._writing, "after_rollback", ledger.forget_pending)
        self._reading = sessionmaker(self._only_read, expire_on_commit=False, autoflush=False)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a unit of work: committed whole at the end with its ledger lines, or undone whole."""
        with self._writing(info=self._info()) as session:
            with session.begin():
                yield session
                written = ledger.write_pending(session)
            if self.anchors is not None:
                self.anchors.add(written)

    def one_by_one(
        self, keys: Iterable[str], deed: Callable[[Session, str], Answer]
    ) -> tuple[list[Answer], list[Exception]]:
        """Do something for each in a unit of work of its own; give the answers, and what failed.

        Whoever it cannot be done for holds up nobody after her: the caller raises the first failure at its end.
        """
        answers, failures = [], []
        for key in keys:
            try:
                with self.writing() as session:
                    answers.append(deed(session, key))
            except Exception as error:  # noqa: BLE001 - whatever it is: the others wait for theirs
                failures.append(error)
        return answers, failures

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a unit that sees one state of the database and cannot write."""
        with self._reading(info=self._info()) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a connection that sees one state of the database and cannot write."""
        with self._only_read.connect() as connection:
            yield connection

    @property
    def house(self) -> Keyring:
        """The keys of the house, opened once; whoever changes the outside key leaves them as they are.

        Raises
        ------
        WrongKey
            The outside key does not open this database.
        """
        if self._house is None:
            with self.snapshot() as connection:
                self._house = open_house(connection, self.keyring)
        return self._house

    def upgrade(self, revision: str = "head") -> None:
        """Bring the schema to a revision, by default the newest."""
        from models.migrations.commands import upgrade  # noqa: PLC0415 - Alembic is loaded only where it serves

        upgrade(self.engine, revision)
        make(self.engine, self.keyring)
        self._house = None
        _ = self.house  # a key that does not fit is said at the start, not to the first visitor

    def change_key(self, new: Keyring, *, by: Actor, at: datetime) -> bool:
        """Put another outside key in force; tell whether that was still to be done.

        Raises
        ------
        WrongKey
            Neither key opens this database.
        """
        try:
            _ = self.house
        except WrongKey:  # a run that was stopped may have come this far
            self.keyring = new
            _ = self.house
            return False
        with self.writing() as session:
            rotate(session, self.keyring, new, by=by, at=at)
        self.keyring = new
        return True

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _info(self) -> dict[str, Any]:
        return {"keyring": self.house, ledger.ANCHORED: self.anchors}

    @property
    def folder(self) -> Path:
        """Where the key file is, if there is one."""
        file = self.url.database if self.is_sqlite else None
        return Path(file).absolute().parent if file else Path("instance").absolute()


def canonical_url(url: str) -> URL:
    """Give the URL with the driver that we ship; hosting panels write ``postgres://``."""
    parsed = make_url(
        url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url
    )
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def _postgresql_engine(url: URL) -> Engine:
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
    event.listen(engine, "connect", _set_wait)
    return engine


def _sqlite_engine(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).absolute().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _set_wait(connection: Any, _record: object) -> None:
    """Wait for a lock no longer than on SQLite."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")
    connection.commit()


def _set_pragmas(connection: Any, _record: object) -> None:
    """Leave transactions to us, and set on every connection what keeps the file safe."""
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Take the write lock at once: a unit that reads first and writes later would lose updates."""
    only_read = bool(connection.get_execution_options().get("only_read"))
    connection.exec_driver_sql(f"PRAGMA query_only={int(only_read)}")
    connection.exec_driver_sql("BEGIN" if only_read else "BEGIN IMMEDIATE")
