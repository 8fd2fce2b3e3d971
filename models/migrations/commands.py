"""Walking the history of the schema from within the product."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
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
    with engine.begin() as connection:
        if engine.dialect.name != "sqlite":  # there the unit has locked the whole file
            connection.execute(select(func.pg_advisory_xact_lock(UPGRADING)))
        command.upgrade(config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Bring the schema back to a revision; ``base`` is nothing at all."""
    with engine.begin() as connection:
        command.downgrade(config(connection), revision)
