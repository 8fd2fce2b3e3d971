"""Taking out of the files of a database what was deleted from its tables.

Deleted rows linger: in SQLite's write-ahead log, in PostgreSQL's pages. Nothing of an erased person may.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import text

from models import privacy

if TYPE_CHECKING:
    from models.database import Database


def clean_up(database: Database) -> bool:
    """Write the files of a database anew without what was deleted, and say whether nothing is left of it.

    Other units wait meanwhile; where a reader holds SQLite's log, some of it stays until the next time. SQLite
    overwrites what is deleted (``secure_delete``). PostgreSQL keeps old versions of rows in its pages until a table
    is rewritten, and in its own log until that is recycled: this last part is the server's.
    """
    return _sqlite(database) if database.is_sqlite else _postgresql(database)


def _sqlite(database: Database) -> bool:
    """Past SQLAlchemy, which would open a transaction: VACUUM runs in none."""
    with closing(database.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA query_only=0")
        cursor.execute("VACUUM")
        is_busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


def _postgresql(database: Database) -> bool:
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for table in sorted({one.table for one in privacy.columns().values() if one.is_personal}):
            connection.execute(text(f"VACUUM (FULL) {table}"))
    return True
