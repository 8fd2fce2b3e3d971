"""A state of a database that a test comes back to as often as it likes, under whoever is connected."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING

from models.tables import Base

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from models.database import Database

HOUSE_KEY = "house_key"
"""The one table that no test fills or empties."""
TABLES = tuple(table.name for table in Base.metadata.sorted_tables if table.name != HOUSE_KEY)
_numbers = count()


class Snapshot:
    """What is in the database now; ``bring_back`` makes it so again, in one step and past the guards of the ledger."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        if database.is_sqlite:
            self.kept = folder / f"snapshot-{next(_numbers)}.sqlite"
            with closing(self._open_file()) as source, closing(sqlite3.connect(self.kept)) as copy:
                source.backup(copy)
        else:
            with database.engine.begin() as connection:
                self.statement = _keep(connection)

    def bring_back(self) -> None:
        """Put the database back as it was."""
        if self.database.is_sqlite:
            with closing(sqlite3.connect(self.kept)) as copy, closing(self._open_file()) as live:
                copy.backup(live)
        else:
            with self.database.engine.begin() as connection:
                connection.exec_driver_sql(self.statement)

    def _open_file(self) -> sqlite3.Connection:
        return sqlite3.connect(str(self.database.url.database))


def _keep(connection: Connection) -> str:
    """Copy every table that has rows into a schema beside; give the statement that copies them back."""
    schema = f"snapshot_{next(_numbers)}"
    connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    filled = [name for name in TABLES if connection.exec_driver_sql(f"SELECT 1 FROM {name} LIMIT 1").first()]
    for name in filled:
        connection.exec_driver_sql(f"CREATE TABLE {schema}.{name} AS TABLE {name}")
    steps = [
        "SET LOCAL session_replication_role = replica",
        *(f"DELETE FROM {name}" for name in TABLES),
        *(f"INSERT INTO {name} SELECT * FROM {schema}.{name}" for name in filled),
    ]
    return f"DO $$ BEGIN {'; '.join(steps)}; END $$"
