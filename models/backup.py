"""Backups: all that one state of the database holds, in a file that either database can be restored from.

A backup is read in one unit that only reads, while others write. It is restored into an empty database, whole or not at
all, at the schema that it was made at, and then brought to the newest one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from sqlalchemy import inspect, select

from models import ledger
from models.backup_file import read_header, read_lines, write_backup
from models.backup_rows import Tell, dump, enter
from models.casework.erasure import erase
from models.cleaning import clean_up
from models.errors import BackupUnreadable, NotEmpty
from models.migrations import commands
from models.tables import LedgerHead, Person

if TYPE_CHECKING:
    from models.actor import Actor
    from models.database import Database

FILES_OF_SQLITE = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was backed up or restored."""

    counts: dict[str, int]
    """Rows by table."""
    seq: int
    """The number of the last line of the ledger in the backup."""

    @property
    def rows(self) -> int:
        """How many rows in all."""
        return sum(self.counts.values())


def _quiet(_: str) -> None:
    """Tell nobody how far it is."""


def back_up(database: Database, path: Path, *, by: Actor, at: datetime, tell: Tell = _quiet) -> Done:
    """Write everything that the database holds at this moment to a file, while others go on writing.

    Raises
    ------
    FileExistsError
        There is a file of this name.
    """
    counts: dict[str, int] = {}
    with database.snapshot() as connection:
        seq, mac = connection.execute(select(LedgerHead.seq, LedgerHead.mac)).one()
        header = {"made_at": at.isoformat(), "schema": commands.revision_of(connection), "ledger": [seq, mac]}
        write_backup(path, database.keyring, header, dump(connection, counts, tell))
    done = Done(counts=counts, seq=seq)
    with database.writing() as session:
        ledger.record(session, at, by, "back_up", "ledger_line", str(seq), {"rows": done.rows})
    return done


def restore(database: Database, path: Path, *, by: Actor, at: datetime, tell: Tell = _quiet) -> Done:
    """Fill an empty database from a backup, whole or not at all, and bring it to the newest schema.

    Nobody comes back who was erased since: the anchors say who, so restore with the file of the office's own.

    Raises
    ------
    NotEmpty
        There is something in the database.
    BackupUnreadable
        The file was cut or changed, or made with another key, or with a schema newer than this program.
    """
    with path.open("rb") as file:
        header = read_header(file)
    schema, (seq, mac) = header["schema"], header["ledger"]
    if schema not in commands.revisions():
        raise BackupUnreadable(f"schema {schema} is newer than this program: bring the program up to date")
    with _nothing_left_behind(database), commands.rebuilding(database.engine) as connection:
        if inspect(connection).get_table_names():
            raise NotEmpty
        command.upgrade(commands.config(connection), schema)
        counts = enter(connection, read_lines(path, database.keyring), tell)
        if connection.execute(select(LedgerHead.seq, LedgerHead.mac)).one() != (seq, mac):
            raise BackupUnreadable("its rows are not those that its beginning tells of")
        command.upgrade(commands.config(connection), "head")
    database.upgrade()
    if database.anchors is not None:
        database.anchors.mark_restored(seq, mac, at)
    with database.writing() as session:
        ledger.record(session, at, by, "restore", "ledger_line", str(seq), {"rows": sum(counts.values())})
    _erase_again(database, by=by, at=at)
    return Done(counts=counts, seq=seq)


def _erase_again(database: Database, *, by: Actor, at: datetime) -> None:
    """Erase whoever the anchors say was erased, and the backup brought back; then leave nothing of it in the files."""
    gone = database.anchors.erased() if database.anchors is not None else []
    with database.writing() as session:
        returned = [person for one in gone if (person := session.get(Person, one)) and not person.erased_at]
        for person in returned:
            erase(session, person.id, by=by, at=at)
    if returned:
        clean_up(database)


@contextmanager
def _nothing_left_behind(database: Database) -> Iterator[None]:
    """Where nothing was restored, remove the empty file that SQLite makes when it is only looked at."""
    file = Path(database.url.database) if database.is_sqlite and database.url.database else None
    was_there = file is not None and file.exists()
    try:
        yield
    except BaseException:
        if file is not None and not was_there:
            database.dispose()
            for ending in FILES_OF_SQLITE:
                file.with_name(file.name + ending).unlink(missing_ok=True)
        raise
