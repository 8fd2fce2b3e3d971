"""Walking the history of the schema from within the product."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select

UPGRADING = 7_205_313
"""The number of the lock under which a schema is changed."""

HERE = Path(__file__).parent


def config(connection: Connection | None = None) -> Config:
    """Give Alembic what it needs, without a file of settings."""
    found = Config()
    found.set_main_option("script_location", str(HERE))
    found.set_main_option("path_separator", "os")
    found.attributes["connection"] = connection
    return found


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up to a revision; processes that start together wait for one another."""
    with rebuilding(engine) as connection:
        if engine.dialect.name != "sqlite":  # there the unit has locked the whole file
            connection.execute(select(func.pg_advisory_xact_lock(UPGRADING)))
        command.upgrade(config(connection), revision)


def revision_of(connection: Connection) -> str | None:
    """Give the revision that a database is at."""
    return MigrationContext.configure(connection).get_current_revision()


def revisions() -> frozenset[str]:
    """Give every revision that this program knows."""
    return frozenset(step.revision for step in ScriptDirectory.from_config(config()).walk_revisions())


def downgrade(engine: Engine, revision: str) -> None:
    """Bring the schema back to a revision; ``base`` is nothing at all."""
    with rebuilding(engine) as connection:
        command.downgrade(config(connection), revision)


@contextmanager
def rebuilding(engine: Engine) -> Iterator[Connection]:
    """Open a unit that may rebuild a table which others point to, and check before its end that they still do.

    SQLite changes a table by copying it; while the old one is dropped, its foreign keys must look away.
    """
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        driver = connection.connection.dbapi_connection
        assert driver is not None, "the connection is open"
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise LookupError(f"rows that point to nothing: {broken[:5]}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")
